"""What cannot be told while a vessel is closed more than once, or may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.facts.measured import Doubt

from cto_cds_ccta.facts import doubt_all, stump_of
from cto_cds_ccta.measure.bend import sharpest_bend
from cto_cds_ccta.measure.calcium import calcium
from cto_cds_ccta.measure.composition import CLASSES
from cto_cds_ccta.measure.several import CLEAR_GAP_MM
from cto_cds_ccta.readings.landing import NAMES as LANDING

if TYPE_CHECKING:
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.several import Stretch

OF_ONE = (
    "occlusion_length",
    "plaque_volume",
    "percent_atheroma_volume",
    *(f"{name}_volume" for name in CLASSES),
    *(f"{name}_pav" for name in CLASSES),
)
"""What is defined for an occluded segment, which may be one of them, all, or all and between."""
CALCIUM = (
    "calcium_area_fraction",
    "calcium_arc",
    "calcification",
    "calcium_proximal_cap",
    "calcium_body",
    "calcium_distal_cap",
)
AT_ENTRY = ("stump", "proximal_vessel_diameter", "side_branch_at_proximal_cap")
AT_EXIT = ("distal_vessel_diameter", "distal_cap_at_bifurcation", *LANDING)


def several_doubts(found: Occlusion) -> list[Doubt]:
    """Return a doubt for every fact that one of several occlusions cannot give."""
    doubts = [doubt for gap in found.unclear_mm for doubt in _unclear(found, gap)]
    if len(found.lesions) > 1:
        doubts += doubt_all(OF_ONE, which_counts(found))
        stumps = [stump_of(each.proximal.taper_mm) for each in found.lesions]
        if len(set(stumps)) > 1:
            doubts.append(Doubt("stump", _stumps(found, stumps)))
    return doubts


def which_counts(found: Occlusion) -> str:
    """Return why one of several occlusions has no length or volume that counts, with those of each.

    Nothing where there is only one.
    """
    if len(found.lesions) < 2:
        return ""
    lesions = found.lesions
    pieces = ", ".join(
        f"{each.proximal.at_mm:.1f} to {each.distal.at_mm:.1f} mm ({each.length_mm:.1f} mm, "
        f"{each.content.plaque_mm3:.0f} mm3)"
        for each in lesions
    )
    span = found.last.distal.at_mm - found.first.proximal.at_mm
    return (
        f"The vessel is closed {len(lesions)} times along the line: {pieces}; {span:.1f} mm from "
        "the first cap to the last. Which of them counts as length and volume is for a person to "
        "say."
    )


def _stumps(found: Occlusion, stumps: list[str | None]) -> str:
    told = ", ".join(
        f"{stump or 'between blunt and tapered'} at {each.proximal.at_mm:.1f} mm (narrows over "
        f"{each.proximal.taper_mm:.1f} mm)"
        for stump, each in zip(stumps, found.lesions, strict=True)
    )
    return f"The stumps of the {len(stumps)} occlusions differ: {told}."


def _unclear(found: Occlusion, gap: Stretch) -> list[Doubt]:
    """Return what depends on whether a further interruption is an occlusion.

    Calcium and bends of it matter only where they are larger than those that are told.
    """
    start, end = gap
    why = (
        f"one that is shorter than {CLEAR_GAP_MM:.0f} mm may be a tight stenosis"
        if end - start < CLEAR_GAP_MM
        else "it lies too close to the end of the line, or to other contrast, to be measured"
    )
    because = (
        f"Contrast is interrupted from {start:.1f} to {end:.1f} mm as well; {why}. Whether it is "
        "another occlusion is for a person to say."
    )
    names = list(OF_ONE)
    if start >= found.last.distal.at_mm:
        names += AT_EXIT
    if end <= found.first.proximal.at_mm:
        names += AT_ENTRY
    own = calcium(found.vessel, start, end, found.levels)
    told = found.calcium
    if own.max_area_percent > told.max_area_percent or own.max_arc_deg > told.max_arc_deg:
        names += CALCIUM
    if sharpest_bend(found.vessel.line, start, end).angle_deg > found.bend.angle_deg:
        names.append("max_bend")
    return doubt_all(tuple(names), because)
