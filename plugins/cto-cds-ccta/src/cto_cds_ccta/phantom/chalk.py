"""How much of the round, and of a cross-section, calcium takes."""

from __future__ import annotations

from dataclasses import dataclass

from cto_cds_ccta.phantom.kernel import Recipe, most_calcium

CAP_MM = 3.0


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
    found = [most_calcium(vessel, first, last) for first, last in pieces]
    area, arc = (max(column) for column in zip(*found, strict=True))
    here = [each > 0.0 for each, _ in found]
    return Chalk(area, arc, *here)
