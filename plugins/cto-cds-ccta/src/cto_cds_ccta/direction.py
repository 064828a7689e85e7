"""Whether the end called proximal is the one that the aorta fills, and not a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.measure.checks import BRIGHTER, OUTERMOST, WIDER
from cto_cds_ccta.measure.lumen import END_MM, core_hu, sections_between

if TYPE_CHECKING:
    from cto_cds_ccta.measure.straight import StraightVessel

AS_BRIGHT = 0.95
MUCH_WIDER = 1.15
"""Of 20 phantoms for tuning none is wider at its distal end by more than 0.96."""


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
