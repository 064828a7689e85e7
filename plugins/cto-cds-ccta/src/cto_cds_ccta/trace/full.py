"""The outer wall around sections that are full of calcium: it goes on as it runs beside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_closing, find_objects, gaussian_filter1d, label

OVER_CONTRAST_HU, LEAST_CONTRAST_HU = 150.0, 180.0
"""A core that is brighter than contrast by this is full of calcium, or lies in a ring of it."""
END_MM = 5.0
SAME_PLACE_MM = 3.0
WITHIN_MM = 2.0
BESIDE_MM = (1.5, 3.5)
"""Closer, the blur along the vessel mixes what is full with what is not."""
MOST_STEP_MM = 0.3
ALONG_MM = 0.75


def step_of_full(
    radius_mm: NDArray[np.float64], core_hu: NDArray[np.float64], step_mm: float
) -> NDArray[np.float64]:
    """Return what has to be added to the wall of sections that are full of calcium.

    How thick the rim is that covers the calcium cannot be seen through the blur: a bright section
    with a thin rim looks like one that is a bit wider and has a thick rim. But a vessel does not
    change its width where calcium begins. What the rim was taken for too thick or too thin is
    seen there as a step, the mean of that at both ends, so that a vessel that narrows has none.

    Args:
        radius_mm: Mean radius of the wall, shape (sections,).
        core_hu: Brightness of the middle, shape (sections,).
        step_mm: Distance of the sections.
    """
    end = max(round(END_MM / step_mm), 1)
    contrast = max(float(np.median(core_hu[:end])), float(np.median(core_hu[-end:])))
    full = core_hu > max(contrast, LEAST_CONTRAST_HU) + OVER_CONTRAST_HU
    move = np.zeros(len(radius_mm))
    if not full.any():
        return move
    full |= binary_closing(full, np.ones(2 * round(SAME_PLACE_MM / 2 / step_mm) + 1))
    within = max(round(WITHIN_MM / step_mm), 1)
    near, far = (round(away / step_mm) for away in BESIDE_MM)
    for (place,) in find_objects(label(full)[0]):
        low, high = place.start, place.stop
        steps = [
            float(radius_mm[inside].mean() - radius_mm[beside].mean())
            for inside, beside in (
                (slice(low, min(low + within, high)), slice(max(low - far, 0), max(low - near, 0))),
                (slice(max(high - within, low), high), slice(high + near, high + far)),
            )
            if len(radius_mm[beside])
        ]
        if len(steps) == 2:
            move[place] = -np.clip(np.mean(steps), -MOST_STEP_MM, MOST_STEP_MM)
    return np.asarray(gaussian_filter1d(move, ALONG_MM / step_mm, mode="nearest"))
