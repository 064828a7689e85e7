"""What a user may choose of the scanner, and within which limits."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from cto_cds.errors import Place, Problem, StudyError

from cto_cds_ccta.phantom.voltage import HIGHEST_KV, LOWEST_KV

if TYPE_CHECKING:
    from cto_cds.hookspecs import Scanner

    from cto_cds_ccta.phantom.design import Design

LIMITS = {
    "blur_mm": (0.5, 2.0),
    "noise_hu": (0.0, 100.0),
    "tube_voltage_kv": (LOWEST_KV, HIGHEST_KV),
    "slice_mm": (0.3, 3.0),
}
_FIELDS = {"blur_mm": "fwhm_mm"}


def checked(scanner: Scanner) -> dict[str, float]:
    """Return what was chosen.

    Raises:
        StudyError: Something lies outside the limits.
    """
    chosen = {name: value for name, value in asdict(scanner).items() if value is not None}
    problems = []
    for name, value in chosen.items():
        least, most = LIMITS[name]
        if not least <= value <= most:
            place = Place("phantom", key=name)
            found = f"{value:g} is not {least:g} to {most:g}"
            problems.append(Problem(place, found, "Choose a value between the two."))
    if problems:
        raise StudyError.of(problems)
    return chosen


def scanned_by(drawn: Design, scanner: Scanner) -> Design:
    """Return a design with the scanner that was chosen.

    Raises:
        StudyError: Something lies outside the limits.
    """
    chosen = {_FIELDS.get(name, name): value for name, value in checked(scanner).items()}
    return replace(drawn, **chosen)  # type: ignore[arg-type]  # each is a number of its field
