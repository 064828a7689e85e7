"""How wide the lumen is along a patent piece of the vessel, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA, blurred_disc
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import HEALTHY_WALL_MM, PLAQUE_HU, WALL_HU

if TYPE_CHECKING:
    from cto_cds_ccta.measure.straight import StraightVessel

FAT_HU = -85.0
ALONG_MM = 0.5
_RADII = 41


@dataclass(frozen=True, slots=True)
class LumenProfile:
    """The lumen along a piece of the vessel.

    Attributes:
        arc_mm: Position on the line, shape (sections,).
        diameter_mm: Diameter of the lumen.
        healthy_mm: Diameter that a healthy lumen would have in this outer wall.
    """

    arc_mm: NDArray[np.float64]
    diameter_mm: NDArray[np.float64]
    healthy_mm: NDArray[np.float64]

    @property
    def loss(self) -> NDArray[np.float64]:
        """Loss of diameter against a healthy lumen, 0 to 1."""
        return np.clip(1.0 - self.diameter_mm / self.healthy_mm, 0.0, 1.0)


def lumen_profile(
    vessel: StraightVessel, part: slice, lumen_hu: float, fwhm_mm: float
) -> LumenProfile:
    """Measure the lumen by how much contrast the inside of the outer wall holds.

    The mean brightness inside the wall grows with the lumen; how, follows from a blurred lumen
    in a wall in fat. Unlike a threshold this holds for a lumen narrower than the blur.

    Args:
        vessel: The straightened vessel.
        part: The sections.
        lumen_hu: Contrast of the piece where it is wide.
        fwhm_mm: The point spread.
    """
    inside = vessel.inside()[part]
    held = np.where(inside, vessel.hu[part], 0.0).sum(axis=(1, 2)) / np.maximum(
        inside.sum(axis=(1, 2)), 1
    )
    held = gaussian_filter1d(held, ALONG_MM / STEP_MM, mode="nearest")
    outer = vessel.line.outer_radius_mm[part]
    sigma = fwhm_mm / FWHM_PER_SIGMA
    share = np.linspace(0.0, 1.0, _RADII)
    typical = np.linspace(float(outer.min()), float(outer.max()) + 1e-3, 6)
    table = np.array([_held(radius, share * radius, lumen_hu, sigma) for radius in typical])
    diameter = np.empty(len(held))
    for i, (mean, radius) in enumerate(zip(held, outer, strict=True)):
        curve = np.array([np.interp(radius, typical, table[:, k]) for k in range(_RADII)])
        diameter[i] = 2 * radius * np.interp(mean, curve, share)
    return LumenProfile(
        arc_mm=vessel.line.arc_mm[part],
        diameter_mm=diameter,
        healthy_mm=np.maximum(2 * (outer - HEALTHY_WALL_MM), 0.5),
    )


def _held(
    outer: float, lumen: NDArray[np.float64], lumen_hu: float, sigma: float
) -> NDArray[np.float64]:
    """Return the mean brightness inside a wall for lumens of several radii.

    A lumen narrower than a healthy one is narrowed by plaque, which is brighter than a wall.
    """
    away = (np.arange(40) + 0.5) / 40 * outer
    weight = away / away.sum()
    wall = FAT_HU + (WALL_HU - FAT_HU) * float(weight @ blurred_disc(away, outer, sigma))
    healthy = np.maximum(outer - HEALTHY_WALL_MM, lumen)
    plaque, open_ = (
        blurred_disc(away[None, :], np.maximum(radius, 1e-6)[:, None], sigma) @ weight
        for radius in (healthy, lumen)
    )
    filled = wall + (PLAQUE_HU - WALL_HU) * plaque
    return np.asarray(filled + (lumen_hu - PLAQUE_HU) * open_, dtype=np.float64)
