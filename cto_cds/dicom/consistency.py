"""What must be the same in all images of a series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.dicom.wording import count, listed
from cto_cds.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from cto_cds.dicom.headers import Header

_Value = str | float | tuple[float, ...] | None
_ONE_RECONSTRUCTION = "Export one reconstruction alone, into a folder of its own."


@dataclass(frozen=True, slots=True)
class _Trait:
    """Something all images of a series share.

    Attributes:
        name: For messages, in the plural.
        of: Reads it; absent is a value too.
        mend: What to do when it is not shared.
        unit: For messages.
        tolerance: How far numbers may differ and still count as the same.
        secret: The value must not be shown.
    """

    name: str
    of: Callable[[Header], _Value]
    mend: str = _ONE_RECONSTRUCTION
    unit: str = ""
    tolerance: float = 0.0
    secret: bool = False


_TRAITS = (
    _Trait(
        "patients",
        lambda header: header.patient,
        "Check where these files come from; never measure a mixture of patients.",
        secret=True,
    ),
    _Trait("studies", lambda header: header.study_uid),
    _Trait("frames of reference", lambda header: header.frame_of_reference),
    _Trait("kinds of image", lambda header: "/".join(header.image_type[:3])),
    _Trait(
        "cardiac phases",
        lambda header: header.phase,
        "Choose one with --phase, as it stands here, or export one cardiac phase alone.",
    ),
    _Trait(
        "temporal positions",
        lambda header: header.temporal_position,
        "Export one point in time alone, into a folder of its own.",
    ),
    _Trait("kernels", lambda header: header.kernel),
    _Trait("energies", lambda header: header.energy_kev, unit=" keV"),
    _Trait("tube voltages", lambda header: header.tube_voltage_kv, unit=" kV"),
    _Trait(
        "rescale rules",
        lambda header: (
            None
            if header.slope_hu is None or header.intercept_hu is None
            else (header.slope_hu, header.intercept_hu)
        ),
        unit=" (slope, intercept)",
    ),
    _Trait("orientations", lambda header: header.orientation, tolerance=1e-3),
    _Trait("image sizes", lambda header: f"{header.rows} x {header.columns}", unit=" voxels"),
    _Trait("pixel spacings", lambda header: header.pixel_spacing_mm, unit=" mm", tolerance=1e-5),
    _Trait(
        "slice thicknesses", lambda header: header.slice_thickness_mm, unit=" mm", tolerance=1e-2
    ),
)


def mixture_problems(folder: Path, headers: Sequence[Header]) -> list[Problem]:
    """Return a problem for each trait that the images of a series do not share."""
    problems = []
    for trait in _TRAITS:
        kinds = _kinds(trait, headers)
        if len(kinds) > 1:
            found = "; ".join(_describe(trait, value, files) for value, files in kinds[:5])
            more = f"; and {len(kinds) - 5} more" if len(kinds) > 5 else ""
            problems.append(
                Problem(
                    Place(str(folder)),
                    f"the series mixes {len(kinds)} {trait.name}: {found}{more}",
                    trait.mend,
                )
            )
    return problems


def _kinds(trait: _Trait, headers: Sequence[Header]) -> list[tuple[_Value, list[Header]]]:
    kinds: list[tuple[_Value, list[Header]]] = []
    for header in headers:
        value = trait.of(header)
        for known, files in kinds:
            if _same(known, value, trait.tolerance):
                files.append(header)
                break
        else:
            kinds.append((value, [header]))
    return kinds


def _same(one: _Value, other: _Value, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= tolerance
    if isinstance(one, tuple) and isinstance(other, tuple):
        return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))
    return one == other


def _describe(trait: _Trait, value: _Value, files: Sequence[Header]) -> str:
    names = listed([header.name for header in files])
    return f"{_show(trait, value)} in {count(len(files), 'file')} ({names})"


def _show(trait: _Trait, value: _Value) -> str:
    if trait.secret:
        return "one"
    if value is None or value == "":
        return "not said"
    if isinstance(value, tuple):
        return ", ".join(f"{number:.6g}" for number in value) + trait.unit
    return (f"{value:g}" if isinstance(value, float) else value) + trait.unit
