"""Contrast of other vessels: a vein or a collateral that runs beside the one looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import find_objects, label

if TYPE_CHECKING:
    from cto_cds_ccta.trace.region import Region

BRIGHT_HU = 170.0
"""What is brighter is contrast, calcium, or fibrous plaque where it is bright."""
LONG_MM = 20.0
"""Calcium, and open vessel between two occlusions, is shorter."""
CHALK_OVER_HU = 150.0
NEAR_SEED_MM = 1.0
_UPPER_PERCENT = 95.0


def strangers(
    region: Region, first_lps_mm: NDArray[np.float64], last_lps_mm: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return the grid points in long contrast-filled spaces that neither end belongs to.

    The open vessel on both sides of an occlusion is connected with the seed on that side. What is
    as bright, long and connected with neither is another vessel.

    Args:
        region: Where the vessel is looked for.
        first_lps_mm: The proximal seed, in contrast.
        last_lps_mm: The distal seed, in contrast.
    """
    parts, _ = label(region.hu > BRIGHT_HU)
    own: set[int] = {0}
    contrast = 0.0
    for seed in (first_lps_mm, last_lps_mm):
        near = _near(region, seed)
        own.update(np.unique(parts[near]).tolist())
        contrast = max(contrast, float(region.hu[near].max()))
    is_other = np.zeros(int(parts.max()) + 1, dtype=np.bool_)
    for number, box in enumerate(find_objects(parts), start=1):
        extent = np.array([side.stop - side.start for side in box]) * region.step_mm
        if number in own or np.linalg.norm(extent) < LONG_MM:
            continue
        hu = region.hu[box][parts[box] == number]
        is_other[number] = np.percentile(hu, _UPPER_PERCENT) < contrast + CHALK_OVER_HU
    return np.asarray(is_other[parts], dtype=np.bool_)


def _near(region: Region, seed: NDArray[np.float64]) -> tuple[slice, slice, slice]:
    """Return the grid points within a millimetre of a seed, along each axis."""
    reach = NEAR_SEED_MM / region.step_mm
    middle = region.index_of(seed)
    low = np.clip(np.floor(middle - reach), 0, np.array(region.hu.shape) - 1).astype(int)
    high = np.maximum(np.ceil(middle + reach).astype(int) + 1, low + 1)
    x, y, z = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return x, y, z
