"""Whether the end called proximal is the one that the aorta fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.measure.checks import BRIGHTER, WIDER
from cto_cds_ccta.measure.lumen import END_MM, core_hu, sections_between

if TYPE_CHECKING:
    from cto_cds_ccta.measure.straight import StraightVessel

AS_BRIGHT = 0.95


def direction_reasons(vessel: StraightVessel) -> tuple[str, ...]:
    """Return what speaks for a vessel that was marked from its distal end, for a person to judge.

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
    wide, narrow = (float(np.median(radius[end])) for end in ends)
    brighter = last > BRIGHTER * first
    wider = narrow > WIDER * wide and last > AS_BRIGHT * first
    if not (brighter or wider):
        return ()
    reason = (
        f"The proximal and the distal end may be exchanged: the vessel has {first:.0f} HU and an "
        f"outer radius of {wide:.2f} mm at the end called proximal, {last:.0f} HU and "
        f"{narrow:.2f} mm at the other; behind an occlusion an artery is fainter and narrower. If "
        "they are exchanged, exchange the points; if not, confirm the line."
    )
    return (reason,)
