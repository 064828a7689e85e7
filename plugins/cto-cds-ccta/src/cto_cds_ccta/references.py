"""Where a person wants the reference diameters measured, as positions on the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem

from cto_cds_ccta.measure.occlusion import NOWHERE, REFERENCE_HALF_MM, Places

if TYPE_CHECKING:
    from cto_cds.facts.measured import PointLpsMm
    from cto_cds.hookspecs import Seeds

    from cto_cds_ccta.measure.line import VesselLine
    from cto_cds_ccta.measure.occlusion import Occlusion

BESIDE_WALL_MM = 0.5
"""A point may lie this far outside the wall: a click is rarely better."""
_KEYS = ("proximal_reference", "distal_reference")


def reference_places(seeds: Seeds | None, line: VesselLine) -> Places:
    """Return where on the line the reference points of the seeds lie.

    Args:
        seeds: What a person marked; without it, or without references, there are no places.
        line: The middle of the vessel, with its outer radius.

    Raises:
        BackendError: With every reference point that does not lie in the vessel.
    """
    if seeds is None:
        return NOWHERE
    problems: list[Problem] = []
    given = (seeds.proximal_reference_lps_mm, seeds.distal_reference_lps_mm)
    places = [
        None if point is None else _place(key, point, line, problems)
        for key, point in zip(_KEYS, given, strict=True)
    ]
    if problems:
        raise BackendError.of(problems)
    return Places(before_mm=places[0], behind_mm=places[1])


def _place(key: str, point: PointLpsMm, line: VesselLine, problems: list[Problem]) -> float:
    away = np.linalg.norm(line.points_lps_mm - np.array(point), axis=1)
    nearest = int(away.argmin())
    radius = float(line.outer_radius_mm[nearest])
    at = float(line.arc_mm[nearest])
    if away[nearest] > radius + BESIDE_WALL_MM:
        x, y, z = point
        found = (
            f"({x:.1f}, {y:.1f}, {z:.1f}) mm lies {away[nearest]:.1f} mm beside the middle of the "
            f"vessel, which has an outer radius of {radius:.1f} mm there, {at:.0f} of "
            f"{float(line.arc_mm[-1]):.0f} mm along the line"
        )
        mend = (
            "place it in the open lumen of this vessel, between the ends of the line; coordinates "
            "are DICOM patient coordinates (LPS) in mm"
        )
        problems.append(Problem(Place("seeds", key=key), found, mend))
    return at


def check_references(found: Occlusion, given: Places) -> None:
    """Check that each reference point lies in open vessel, on its side of the occlusion.

    Args:
        found: The occlusion.
        given: Where the reference points lie on the line.

    Raises:
        BackendError: With every reference point that lies elsewhere.
    """
    problems = []
    total = float(found.vessel.line.arc_mm[-1])
    first, last = found.first.proximal.at_mm, found.last.distal.at_mm
    sides = ((given.before_mm, 0.0, first), (given.behind_mm, last, total))
    for key, (at, low, high) in zip(_KEYS, sides, strict=True):
        if at is None:
            continue
        near = (at - REFERENCE_HALF_MM, at + REFERENCE_HALF_MM)
        closed = [gap for gap in found.gaps_mm if near[0] < gap[1] and gap[0] < near[1]]
        if low <= at <= high and not closed:
            continue
        where = "before" if key == _KEYS[0] else "behind"
        gaps = " and ".join(f"{start:.1f} to {end:.1f} mm" for start, end in found.gaps_mm)
        text = (
            f"lies {at:.1f} mm along the line, where there is no contrast, or too close to where "
            f"there is none: it is below its threshold from {gaps}"
        )
        if not closed:
            caps = " and ".join(
                f"{each.proximal.at_mm:.1f} to {each.distal.at_mm:.1f} mm" for each in found.lesions
            )
            occlusions = "occlusion is" if len(found.lesions) == 1 else "occlusions are"
            text = f"lies {at:.1f} mm along the line; the {occlusions} {caps}"
        mend = (
            f"place it in open vessel {where} the occlusion, at least {REFERENCE_HALF_MM} mm away "
            "from it, or leave it out"
        )
        problems.append(Problem(Place("seeds", key=key), text, mend))
    if problems:
        raise BackendError.of(problems)
