"""How much of the round, and of a cross-section, calcium takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cto_cds_ccta.phantom.compiled import compiled
from cto_cds_ccta.phantom.course import STEP_MM
from cto_cds_ccta.phantom.tissue import DENSE_CALCIUM, Recipe, material

CAP_MM = 3.0
_EVERY_MM = 0.3
_ANGLES, _DEPTHS = 360, 200


@dataclass(frozen=True, slots=True)
class Chalk:
    """The calcium of one occlusion as drawn.

    Attributes:
        area_fraction: Largest share of a cross-section inside the outer wall.
        arc_deg: Largest union of angles with calcium at any depth.
        proximal_cap: Whether any lies in the first 3 mm, or third if that is less.
        body: Whether any lies between.
        distal_cap: Whether any lies in the last 3 mm, or third.
    """

    area_fraction: float
    arc_deg: float
    proximal_cap: bool
    body: bool
    distal_cap: bool


def chalk_of(vessel: Recipe, start_mm: float, end_mm: float) -> Chalk:
    """Look at every cross-section between two caps."""
    cap = min(CAP_MM, (end_mm - start_mm) / 3)
    pieces = ((start_mm, start_mm + cap), (start_mm + cap, end_mm - cap), (end_mm - cap, end_mm))
    found = [_largest(vessel, first, last) for first, last in pieces]
    area, arc = (max(column) for column in zip(*found, strict=True))
    here = [each > 0.0 for each, _ in found]
    return Chalk(area, arc, *here)


@compiled
def _largest(vessel: Recipe, start: float, end: float) -> tuple[float, float]:
    """Return the largest share of an area and the largest arc (deg) with calcium."""
    most_area, most_arc = 0.0, 0.0
    count = max(int((end - start) / _EVERY_MM), 1)
    if not len(vessel.plates):
        return 0.0, 0.0
    for n in range(count):
        arc = start + (n + 0.5) * (end - start) / count
        outer = vessel.along[int(arc / STEP_MM), 0]
        area, angles = 0.0, 0
        for a in range(_ANGLES):
            angle = (a + 0.5) * 2.0 * math.pi / _ANGLES
            across, beside = outer * math.cos(angle), outer * math.sin(angle)
            chalky = False
            for d in range(_DEPTHS):
                away = (d + 0.5) / _DEPTHS
                if material(arc, away * across, away * beside, vessel)[1] == DENSE_CALCIUM:
                    area += away
                    chalky = True
            angles += 1 if chalky else 0
        most_area = max(most_area, area / (_ANGLES * _DEPTHS / 2.0))
        most_arc = max(most_arc, angles * 360.0 / _ANGLES)
    return most_area, most_arc
