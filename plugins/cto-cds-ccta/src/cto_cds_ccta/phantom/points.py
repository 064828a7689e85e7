"""Points as a careful person would place them, about half a millimetre beside the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.hookspecs import Seeds

if TYPE_CHECKING:
    from cto_cds.facts.measured import PointLpsMm
    from numpy.typing import NDArray

    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design

OFF_MM = 0.3
FROM_END_MM = 6.0


def place_seeds(design: Design, line: Course) -> Seeds:
    """Place a point near each end of the vessel, and one in each occlusion.

    Each coordinate is off by a normal error of 0.3 mm: half a millimetre in all.
    """
    rng = np.random.default_rng([design.seed, 3, design.repeat])
    between = [(lesion.start_mm + lesion.end_mm) / 2 for lesion in design.lesions]
    at = (FROM_END_MM, *between, design.total_mm - FROM_END_MM)
    placed = [line.at(arc) + rng.normal(0.0, OFF_MM, 3) for arc in at]
    first, *waypoints, last = (_rounded(point) for point in placed)
    return Seeds(first, last, tuple(waypoints))


def _rounded(point: NDArray[np.float64]) -> PointLpsMm:
    x, y, z = (round(float(value), 2) for value in point)
    return (x, y, z)
