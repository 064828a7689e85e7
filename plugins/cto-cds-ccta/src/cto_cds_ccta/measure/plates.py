"""Plates of calcium in the image: where each of them ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label, maximum, maximum_filter
from scipy.special import ndtr

from cto_cds_ccta.measure.caps import Levels
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM

DENSE_HU = 351.0
ALONG_SIGMA_MM = 0.4
"""By how much sections are smoothed along the vessel before plates are looked for."""
LEAST_PLATE_MM3 = 0.4
LEAST_HU, USUAL_PLAQUE_HU = -30.0, 100.0
"""Plaque is brighter than the first, and taken for the second where none is seen."""
LEAST_PEAK = 0.5
"""What is thinner than half of the peak allows has no thickness that could be told."""
_FWHM_PER_SIGMA = 2.3548
_OUTSIDE_FWHM = (0.5, 1.5)


@dataclass(frozen=True, slots=True)
class Plates:
    """Calcium in cross-sections.

    Attributes:
        mask: Calcium, by half of the brightness that each plate has without the blur.
        seen: Calcium, by half of the brightness that is seen; a thin plate is wider here.
        count: Number of separate plates.
    """

    mask: NDArray[np.bool_]
    seen: NDArray[np.bool_]
    count: int


def plates_in(
    hu: NDArray[np.float32],
    inside: NDArray[np.bool_],
    depth_mm: NDArray[np.float32],
    levels: Levels,
    level: float,
) -> Plates:
    """Find calcium by half of its own brightness above what would be there without it.

    Without calcium there would be plaque, and near the wall what the blur makes of plaque and
    fat; half way to plaque alone is too far inside where calcium touches the wall. How bright a
    plate is without the blur follows from how much of a point spread the plate fills: a thin one
    fills little, is dimmed, and looks thicker than it is by half of what is left of it. That is
    worked out once, from the plate as it is seen; to repeat it would make thin plates vanish.

    Args:
        hu: Brightness, smoothed along the vessel, shape (sections, pixels, pixels).
        inside: What lies inside the outer wall.
        depth_mm: How deep each pixel lies inside of it.
        levels: Noise and blur.
        level: The share of the way to the peak; a half but to see its influence.
    """
    certain, count = label((hu >= DENSE_HU) & inside)
    peak = np.asarray(maximum(hu, certain, np.arange(1, count + 1)))
    size = np.bincount(certain.ravel(), minlength=count + 1)[1:] * (STEP_MM * PIXEL_MM**2)
    kept = (size >= LEAST_PLATE_MM3) & (peak > DENSE_HU + levels.noise_hu)
    if not kept.any():
        nothing = np.zeros(hu.shape, dtype=np.bool_)
        return Plates(nothing, nothing, 0)
    soft = hu[inside & (hu < DENSE_HU) & (hu > LEAST_HU)]
    plaque = float(np.median(soft)) if len(soft) else USUAL_PLAQUE_HU
    along, across = (2 * round(levels.fwhm_mm / pitch) + 1 for pitch in (STEP_MM, PIXEL_MM))
    near = (along, across, across)
    height = maximum_filter(np.where(inside, hu, -1024.0), size=near) - np.float32(plaque)
    within = maximum_filter(np.concatenate([[False], kept])[certain], size=near) & inside
    above = hu - _without_calcium(hu, depth_mm, plaque, levels.fwhm_mm)
    seen = (above >= level * height) & within
    filled = maximum_filter(np.where(seen, _blurred(seen, levels.fwhm_mm), 0.0), size=near)
    full_height = height / np.maximum(filled, LEAST_PEAK)
    return Plates((above >= level * full_height) & within, seen, int(kept.sum()))


def _blurred(mask: NDArray[np.bool_], fwhm_mm: float) -> NDArray[np.float32]:
    """Return a mask as the scanner, and the smoothing along the vessel, would show it."""
    sigma = fwhm_mm / _FWHM_PER_SIGMA
    sigmas = np.array([np.hypot(sigma, ALONG_SIGMA_MM), sigma, sigma])
    steps = np.array([STEP_MM, PIXEL_MM, PIXEL_MM])
    shown = gaussian_filter(mask.astype(np.float32), sigmas / steps, mode="nearest", truncate=3)
    return np.asarray(shown, dtype=np.float32)


def _without_calcium(
    hu: NDArray[np.float32], depth_mm: NDArray[np.float32], plaque_hu: float, fwhm_mm: float
) -> NDArray[np.float32]:
    """Return what each pixel would show without calcium: plaque, blurred with what lies outside.

    What lies outside is the mean brightness of a section around one point spread off its wall.
    Where that is brighter than plaque, as heart muscle or contrast is, it counts as plaque.
    """
    least, most = (-share * fwhm_mm for share in _OUTSIDE_FWHM)
    outside = (depth_mm < least) & (depth_mm > most)
    total = np.where(outside, np.minimum(hu, plaque_hu), 0.0).sum(axis=(1, 2))
    beyond = np.asarray(total / np.maximum(outside.sum(axis=(1, 2)), 1), dtype=np.float32)
    share = ndtr(depth_mm * np.float32(_FWHM_PER_SIGMA / fwhm_mm))
    step = np.float32(plaque_hu) - beyond
    return np.asarray(beyond[:, None, None] + step[:, None, None] * share, dtype=np.float32)
