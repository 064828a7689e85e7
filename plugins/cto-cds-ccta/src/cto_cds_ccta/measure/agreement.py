"""Whether the given line and wall are where the image shows the vessel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, label, map_coordinates
from scipy.optimize import least_squares

from cto_cds_ccta.measure.blur import FWHM_PER_SIGMA, blurred_disc
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import WALL_HU, WALL_SD_HU
from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

if TYPE_CHECKING:
    from cto_cds_ccta.measure.caps import Cap, Levels

WALL_MM, WALL_SD_MM = 0.3, 0.1
NEAR_MM, LEAST_MM, CLEAR_MM = 10.0, 2.0, 2.0
_AROUND_HU = 100.0
_ALONG_MM = 1.0
_BESIDE_MM = 1.0
_SEED_MM = 0.8
_PERCENTILE = 80
_FAT_HU = -40.0
_RAYS = 24
_LEAST_RAYS = 20
_MODEL_SD_HU = 15.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """A patent piece of the vessel as the image shows it, against what was given.

    Attributes:
        offset_mm: Distance from the line to the middle of the contrast column: the 80th
            percentile of its course along the vessel.
        radius_mm: Mean outer radius that was given.
        seen_radius_mm: Outer radius towards the fat; None where there is no fat beside.
    """

    offset_mm: float
    radius_mm: float
    seen_radius_mm: float | None

    @property
    def radius_off_mm(self) -> float:
        """How much larger the given radius is than that of the image; 0 when none is seen."""
        return 0.0 if self.seen_radius_mm is None else self.radius_mm - self.seen_radius_mm


def agreement(
    vessel: StraightVessel, cap: Cap, levels: Levels, *, distal: bool, open_mm: float
) -> Agreement:
    """Compare line and wall with the image over 10 mm of patent vessel beside a cap.

    Args:
        vessel: The straightened vessel.
        cap: The cap; the piece begins beyond its taper and the blur.
        levels: Contrast and blur.
        distal: Whether the piece lies behind the cap.
        open_mm: How much open vessel lies between the cap and the next interruption, or the end.
    """
    away = cap.taper_mm + 2.0
    total = float(vessel.line.arc_mm[-1])
    near = min(NEAR_MM, max(open_mm - away - CLEAR_MM, LEAST_MM))
    if distal:
        low = min(cap.at_mm + away, total - 2.0)
        high = min(low + near, total)
    else:
        high = max(cap.at_mm - away, 2.0)
        low = max(high - near, 0.0)
    piece = slice(int(low / STEP_MM), int(high / STEP_MM) + 1)
    lumen = levels.distal_hu if distal else levels.proximal_hu
    middle = _middles(vessel, piece, lumen)
    rays = _rays_into_fat(vessel, piece, middle)
    return Agreement(
        offset_mm=float(np.percentile(np.hypot(middle[:, 0], middle[:, 1]), _PERCENTILE)),
        radius_mm=float(vessel.line.outer_radius_mm[piece].mean()),
        seen_radius_mm=_outer_radius(rays, lumen, levels.fwhm_mm) if len(rays) else None,
    )


def _middles(vessel: StraightVessel, piece: slice, lumen_hu: float) -> NDArray[np.float64]:
    """Return the middle of the contrast column in each section, shape (sections, 2)."""
    bright = vessel.hu[piece] > (lumen_hu + _AROUND_HU) / 2
    parts, _ = label(bright)
    size = np.bincount(parts[:, vessel.distance_mm <= _SEED_MM].ravel(), minlength=2)
    size[0] = 0
    near = float(vessel.line.outer_radius_mm[piece].mean()) + _BESIDE_MM
    column = (parts == int(size.argmax())) & bright & (vessel.distance_mm <= near)[None]
    count = np.maximum(column.sum(axis=(1, 2)), 1)
    first = column.sum(axis=2) @ vessel.axis_mm / count
    second = column.sum(axis=1) @ vessel.axis_mm / count
    middle = np.column_stack([first, second])
    return np.asarray(gaussian_filter1d(middle, _ALONG_MM / STEP_MM, axis=0, mode="nearest"))


def _rays_into_fat(
    vessel: StraightVessel, piece: slice, middle: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return profiles from the middle of the lumen outwards that reach fat, (rays, depths)."""
    angle = np.arange(_RAYS) * (2 * np.pi / _RAYS)
    depth = _depths(len(vessel.axis_mm) // 2)
    half = len(vessel.axis_mm) // 2
    profiles = []
    for section, (first, second) in zip(vessel.hu[piece], middle, strict=True):
        rows = half + (first + np.outer(np.cos(angle), depth)) / PIXEL_MM
        columns = half + (second + np.outer(np.sin(angle), depth)) / PIXEL_MM
        profiles.append(map_coordinates(section, [rows, columns], order=1, mode="nearest"))
    calm = gaussian_filter1d(np.array(profiles), _ALONG_MM / STEP_MM, axis=0, mode="nearest")
    rays = calm.reshape(-1, len(depth))
    into_fat = rays.min(axis=1) < _FAT_HU
    return np.asarray(rays[into_fat] if into_fat.sum() >= _LEAST_RAYS else rays[:0])


def _depths(count: int) -> NDArray[np.float64]:
    return np.asarray((np.arange(count) + 0.5) * PIXEL_MM, dtype=np.float64)


def _outer_radius(rays: NDArray[np.float64], lumen_hu: float, fwhm_mm: float) -> float:
    """Fit a blurred lumen in a wall in fat; the wall is held near that of a healthy vessel."""
    level = np.median(rays, axis=0)
    last = int(level.argmin()) + 1
    depth, level = _depths(len(level))[:last], level[:last]
    sigma = fwhm_mm / FWHM_PER_SIGMA
    weight = np.sqrt(depth / 2.0) / _MODEL_SD_HU

    def misfit(p: NDArray[np.float64]) -> NDArray[np.float64]:
        lumen, wall, fat, thick, radius = p
        model = (
            fat
            + (wall - fat) * blurred_disc(depth, radius + thick, sigma)
            + (lumen - wall) * blurred_disc(depth, radius, sigma)
        )
        held = [(wall - WALL_HU) / WALL_SD_HU, (thick - WALL_MM) / WALL_SD_MM]
        return np.concatenate([(model - level) * weight, held])

    low = np.array([lumen_hu - 150, 0.0, -250.0, 0.0, 0.3])
    high = np.array([lumen_hu + 250, 250.0, 50.0, 1.5, 5.0])
    start = np.clip([lumen_hu, WALL_HU, level[-1], WALL_MM, 1.4], low + 1e-3, high - 1e-3)
    best = least_squares(misfit, start, bounds=(low, high)).x
    return float(best[3] + best[4])
