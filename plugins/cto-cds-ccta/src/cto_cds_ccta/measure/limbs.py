"""Whether a vessel turns back so closely that its limbs touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from cto_cds_ccta.measure.line import VesselLine

TURNED_MM = 8.0
"""Two places of one limb that lie further apart along the line than this do not come close: over so
much length even the sharpest bend of a coronary artery turns round by more than half a circle."""


def touching(line: VesselLine) -> tuple[float, float] | None:
    """Return the two places at which limbs of the vessel come closest, where their walls meet.

    Args:
        line: The middle of the vessel, with its outer radius.

    Returns:
        Their positions on the line; None where no limbs touch.
    """
    points, radius, at = line.points_lps_mm, line.outer_radius_mm, line.arc_mm
    pairs = cKDTree(points).query_pairs(2 * float(radius.max()), output_type="ndarray")
    pairs = pairs[np.abs(at[pairs[:, 1]] - at[pairs[:, 0]]) > TURNED_MM]
    if not len(pairs):
        return None
    one, other = pairs.T
    between = np.linalg.norm(points[one] - points[other], axis=1) - radius[one] - radius[other]
    closest = int(between.argmin())
    if between[closest] > 0:
        return None
    low, high = sorted((float(at[one[closest]]), float(at[other[closest]])))
    return low, high
