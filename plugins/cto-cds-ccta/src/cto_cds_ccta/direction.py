"""Whether the ends are those of the artery: filled by the aorta, and neither in a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.measure.branches import Unsure
from cto_cds_ccta.measure.checks import BRIGHTER, OUTERMOST, WIDER
from cto_cds_ccta.measure.lumen import END_MM, core_hu, sections_between

if TYPE_CHECKING:
    from cto_cds_ccta.measure.landing import LandingZone
    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.measure.straight import StraightVessel

AS_BRIGHT = 0.95
MUCH_WIDER = 1.15
"""Of 20 phantoms for tuning none is wider at its distal end by more than 0.96."""
NARROWER, WALL_MM = 0.82, 0.3
"""Of 60 phantoms for tuning, followed along the artery, none becomes narrower at a clear branch
than to 0.92 of its outer radius; followed into a branch they become 0.53 to 0.73."""
AROUND_MM = (1.0, 5.0)


def direction_reasons(vessel: StraightVessel) -> tuple[str, ...]:
    """Return what speaks for ends that are exchanged, or for a branch, for a person to judge.

    An artery tapers, and what lies behind an occlusion is filled by collaterals, hence fainter.
    Where both are the other way round the vessel is refused before (``check_contrast``). One of
    them alone may have another cause: calcium in the wall, a dilated segment, late timing.

    Args:
        vessel: The straightened vessel, from the end called proximal on.
    """
    core, radius = core_hu(vessel), vessel.line.outer_radius_mm
    total = float(vessel.line.arc_mm[-1])
    ends = sections_between(vessel, 0, END_MM), sections_between(vessel, total - END_MM, total)
    first, last = (float(np.median(core[end])) for end in ends)
    wide, narrow = (float(np.median(piece)) for piece in (radius[:OUTERMOST], radius[-OUTERMOST:]))
    brighter = last > BRIGHTER * first
    wider = narrow > WIDER * wide and last > AS_BRIGHT * first
    seen = (
        f"{first:.0f} HU and an outer radius of {wide:.2f} mm at the end called proximal, "
        f"{last:.0f} HU and {narrow:.2f} mm at the other"
    )
    if brighter or wider:
        reason = (
            "The proximal and the distal end may be exchanged: the vessel has "
            f"{seen}; behind an occlusion an artery is fainter and narrower. If they are "
            "exchanged, exchange the points; if not, confirm the line."
        )
    elif narrow > MUCH_WIDER * wide:
        reason = (
            "The proximal end may lie in a branch and not in the artery that is occluded: the "
            f"vessel has {seen}; an artery does not widen from its origin. Move the point into the "
            "artery, or confirm the line."
        )
    else:
        return ()
    return (reason,)


def fork_reasons(found: Occlusion, zone: LandingZone) -> tuple[str, ...]:
    """Return what speaks for a distal end in a side branch, for a person to judge.

    Where a vessel is followed into a branch, it becomes narrow at once, and what seems to be a
    branch there is the artery that goes on, at least as wide. Beyond the landing zone nothing is
    measured, so that a fork there does not matter.

    Args:
        found: The occlusion.
        zone: The vessel beyond its distal cap, with the tubes that leave it.
    """
    line = found.vessel.line
    near, far = AROUND_MM
    for branch in sorted(zone.branches, key=lambda each: each.at_mm):
        beyond = (line.arc_mm > branch.to_mm + near) & (line.arc_mm < branch.to_mm + far)
        before = (line.arc_mm < branch.from_mm - near) & (line.arc_mm > branch.from_mm - far)
        if not (branch.unsure is not Unsure.FAINT and beyond.any() and before.any()):
            continue
        wide, narrow = (float(np.median(line.outer_radius_mm[at])) for at in (before, beyond))
        if narrow < NARROWER * wide and branch.radius_mm > narrow - WALL_MM:
            reason = (
                f"The distal point may lie in a side branch: at {branch.at_mm:.0f} mm the vessel "
                f"parts, its outer radius goes from {wide:.1f} to {narrow:.1f} mm, and a tube of "
                f"{2 * branch.radius_mm:.1f} mm goes on elsewhere. Move the point into the artery, "
                "or confirm the line."
            )
            return (reason,)
    return ()
