"""Bright patches in the wall of an open vessel: calcium that contrast nearly hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, label, maximum_filter

from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.shell import ANGLES, shell, wall_at

if TYPE_CHECKING:
    from cto_cds_ccta.measure.straight import StraightVessel

DEPTH_MM = 0.3
BEYOND_MM, BRANCH_HU = 0.8, 60.0
"""What is as bright as this so far outside the wall is a branch or the heart."""
BEYOND_SHARE = 0.3
"""How much of what is brighter beyond the wall the blur brings back to the rim."""
LEAST_RIM_MM2 = 1.3
"""Noise makes smaller patches."""
_ALONG_MM = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a bright rim is looked for.

    Attributes:
        over_hu: How much brighter than the rest of its round it has to be.
        noises: The same in noises of the image; the larger counts.
        along_mm: Over how much noise is calmed along the vessel.
        steps: The same around it, in steps of the angle.
    """

    over_hu: float
    noises: float
    along_mm: float
    steps: float


CLEAR = Look(60.0, 2.5, 0.5, 2.0)
FAINT = Look(27.0, 1.08, 1.0, 3.0)
"""A plate is millimetres long and wide, so that calming shows one that is hardly brighter; it needs
a piece of the vessel that is longer than the calming."""


def bright_rim_mm2(
    vessel: StraightVessel, part: slice, noise_hu: float, look: Look = CLEAR
) -> float:
    """Return how much of the wall of an open piece is clearly brighter than the rest of its round.

    A plate in the wall that is thinner than the blur is not brighter than contrast; it only lifts
    the flank between contrast and fat on its side.

    Args:
        vessel: The straightened vessel.
        part: The sections.
        noise_hu: Noise of the image.
        look: How to look for it.
    """
    return float(bright_rim(vessel, part, noise_hu, look).sum() * step_mm2(vessel, part))


def step_mm2(vessel: StraightVessel, part: slice) -> float:
    """Return the mean area of one place of the wall, as :func:`bright_rim` counts them."""
    return STEP_MM * 2 * np.pi * float(wall_at(vessel, part).mean()) / ANGLES


def bright_patches(vessel: StraightVessel, part: slice, noise_hu: float) -> NDArray[np.bool_]:
    """Return the sections with a bright patch that is too large for noise, shape (sections,)."""
    over = bright_rim(vessel, part, noise_hu)
    patches, count = label(np.concatenate([over, over], axis=1))  # a patch may lie at 12 o'clock
    size = np.bincount(patches.ravel(), minlength=count + 1) * step_mm2(vessel, part)
    large = size >= LEAST_RIM_MM2
    large[0] = False
    return np.asarray(large[patches].any(axis=1), dtype=np.bool_)


def bright_rim(
    vessel: StraightVessel, part: slice, noise_hu: float, look: Look = CLEAR
) -> NDArray[np.bool_]:
    """Return where the wall is brighter than the rest of its round, shape (sections, angles).

    Heart muscle or a vein beside the wall brightens its side as well, through the blur; a share of
    how much brighter it is there beyond the wall is taken off.
    """
    wall = wall_at(vessel, part)
    rim, beyond = (shell(vessel, part, wall + away) for away in (-DEPTH_MM, BEYOND_MM))
    branch = _calm(beyond, CLEAR) > BRANCH_HU
    reach = (2 * round(look.along_mm / STEP_MM) + 1, 2 * round(look.steps) + 1)
    near_branch = maximum_filter(branch, reach, mode=("nearest", "wrap"))
    over, beside = (_over_rest(_calm(each, look)) for each in (rim, beyond))
    least = max(look.over_hu, look.noises * noise_hu)
    clear = over - BEYOND_SHARE * np.maximum(beside, 0.0) > least
    return np.asarray(clear & ~near_branch, dtype=np.bool_)


def _calm(surface: NDArray[np.float64], look: Look) -> NDArray[np.float64]:
    """Return a surface without noise."""
    sigma = (look.along_mm / STEP_MM, look.steps)
    return np.asarray(gaussian_filter(surface, sigma, mode=("nearest", "wrap")), dtype=np.float64)


def _over_rest(surface: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much brighter each place is than the rest of its round."""
    rest = gaussian_filter(np.median(surface, axis=1), _ALONG_MM / STEP_MM, mode="nearest")
    return np.asarray(surface - rest[:, None], dtype=np.float64)
