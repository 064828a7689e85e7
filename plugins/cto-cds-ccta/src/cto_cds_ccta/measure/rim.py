"""Bright patches in the wall of an open vessel: calcium that contrast nearly hides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label

from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.shell import ANGLES, shell, wall_at

if TYPE_CHECKING:
    from cto_cds_ccta.measure.straight import StraightVessel

DEPTH_MM = 0.3
BEYOND_MM, BRANCH_HU = 0.8, 60.0
"""What is as bright as this so far outside the wall is a branch or the heart."""
OVER_REST_HU, NOISES = 60.0, 2.5
LEAST_RIM_MM2 = 1.3
"""Noise makes smaller patches."""
_CALM_MM, _CALM_STEPS, _ALONG_MM = 0.5, 2.0, 1.0


def bright_rim_mm2(vessel: StraightVessel, part: slice, noise_hu: float) -> float:
    """Return how much of the wall of an open piece is clearly brighter than the rest of its round.

    A plate in the wall that is thinner than the blur is not brighter than contrast; it only lifts
    the flank between contrast and fat on its side.

    Args:
        vessel: The straightened vessel.
        part: The sections.
        noise_hu: Noise of the image.
    """
    pixel_mm2 = STEP_MM * 2 * np.pi * float(wall_at(vessel, part).mean()) / ANGLES
    return float(bright_rim(vessel, part, noise_hu).sum() * pixel_mm2)


def bright_patches(vessel: StraightVessel, part: slice, noise_hu: float) -> NDArray[np.bool_]:
    """Return the sections with a bright patch that is too large for noise, shape (sections,)."""
    pixel_mm2 = STEP_MM * 2 * np.pi * float(wall_at(vessel, part).mean()) / ANGLES
    over = bright_rim(vessel, part, noise_hu)
    patches, count = label(np.concatenate([over, over], axis=1))  # a patch may lie at 12 o'clock
    size = np.bincount(patches.ravel(), minlength=count + 1) * pixel_mm2
    large = size >= LEAST_RIM_MM2
    large[0] = False
    return np.asarray(large[patches].any(axis=1), dtype=np.bool_)


def bright_rim(vessel: StraightVessel, part: slice, noise_hu: float) -> NDArray[np.bool_]:
    """Return where the wall is brighter than the rest of its round, shape (sections, angles)."""
    wall = wall_at(vessel, part)
    calm = (_CALM_MM / STEP_MM, _CALM_STEPS)
    rim, beyond = (
        gaussian_filter(shell(vessel, part, wall + away), calm, mode=("nearest", "wrap"))
        for away in (-DEPTH_MM, BEYOND_MM)
    )
    rest = gaussian_filter(np.median(rim, axis=1), _ALONG_MM / STEP_MM, mode="nearest")
    over = rim - rest[:, None] > max(OVER_REST_HU, NOISES * noise_hu)
    return np.asarray(over & (beyond < BRANCH_HU), dtype=np.bool_)
