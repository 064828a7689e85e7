"""A round vessel as the scanner shows it: discs blurred by a Gaussian point spread."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.special import chndtr

FWHM_PER_SIGMA = 2.3548
MOST_LEVEL = 0.9


def blurred_disc(
    distance_mm: NDArray[np.float64], radius_mm: NDArray[np.float64] | float, sigma_mm: float
) -> NDArray[np.float64]:
    """Return a disc of height one after a two-dimensional Gaussian blur.

    The value at a distance from the centre is the chance that a normal displacement from there
    ends in the disc: the non-central chi-square distribution with two degrees of freedom.
    """
    inside = (np.asarray(radius_mm) / sigma_mm) ** 2
    value = chndtr(inside, 2.0, (np.asarray(distance_mm) / sigma_mm) ** 2)
    return np.asarray(value, dtype=np.float64)


def tapered_end(
    along_mm: NDArray[np.float64],
    radius_mm: float,
    taper_mm: float,
    sigma_mm: float,
    level: float = 0.5,
) -> NDArray[np.float64]:
    """Return how wide a contrast column looks near its end at 0, as share of its full width.

    The column has its full radius up to ``taper_mm`` before the end and narrows to nothing
    evenly. The blur acts in three dimensions; the width is taken at a share of the contrast, as
    the lumen is measured, and divided by the width far from the end.

    Args:
        along_mm: Even positions, negative in the contrast column.
        radius_mm: Radius of the column.
        taper_mm: Length of the taper; 0 is a flat end.
        sigma_mm: Standard deviation of the point spread.
        level: The share of the contrast at which the width is taken; lowered where the blur
            leaves less contrast than that in a thin column.
    """
    step = float(along_mm[1] - along_mm[0])
    across = np.arange(0.025, radius_mm + 3 * sigma_mm, 0.05)
    radius = np.clip(-along_mm / max(taper_mm, step / 2), 0.0, 1.0) * radius_mm
    each, same = np.unique(np.maximum(radius, 1e-6), return_inverse=True)
    image = blurred_disc(across[None, :], each[:, None], sigma_mm)
    image = gaussian_filter1d(image[same], sigma_mm / step, axis=0, mode="nearest")
    level = min(level, MOST_LEVEL * float(image[0].max()))
    area = np.sum(np.clip((image - level) / 0.1 + 0.5, 0.0, 1.0) * across * 0.05, axis=1)
    width = np.sqrt(area)
    return np.asarray(width / width[0], dtype=np.float64)
