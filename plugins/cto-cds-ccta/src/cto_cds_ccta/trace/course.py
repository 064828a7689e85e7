"""From a chain of grid points to the middle of the vessel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from cto_cds_ccta.trace.polar import ANGLE, Rays, rays_around
from cto_cds_ccta.trace.surface import calm, wall_surface

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

SECTION_MM = 0.5
CHAIN_SIGMA_MM = 2.0
MOVE_SIGMA_MM = 1.0
ROUNDS = 3


def even_line(points: NDArray[np.float64], step_mm: float) -> NDArray[np.float64]:
    """Return points of the chain at even distances, both ends kept."""
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    count = max(round(float(way[-1]) / step_mm) + 1, 3)
    at = np.linspace(0.0, way[-1], count)
    return np.column_stack([np.interp(at, way, axis) for axis in points.T])


def smoothed(points: NDArray[np.float64], sigma_mm: float, step_mm: float) -> NDArray[np.float64]:
    """Return an even line smoothed along itself; its ends stay where they are."""
    sigma = sigma_mm / step_mm
    pad = min(int(np.ceil(3 * sigma)), len(points) - 1)
    mirrored = np.concatenate(
        [
            2 * points[0] - points[pad:0:-1],
            points,
            2 * points[-1] - points[-2 : -pad - 2 : -1],
        ]
    )
    return np.asarray(gaussian_filter1d(mirrored, sigma, axis=0)[pad : pad + len(points)])


def centred(volume: Volume, chain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a chain of grid points moved into the middle of the vessel, every half millimetre.

    The middle of a section is the centroid of what its outer wall encloses. Line and wall are
    found in turns.
    """
    line = even_line(smoothed(even_line(chain, SECTION_MM), CHAIN_SIGMA_MM, SECTION_MM), SECTION_MM)
    for _ in range(ROUNDS):
        line = even_line(_moved(*_wall_around(volume, line)), SECTION_MM)
    return line


def _wall_around(volume: Volume, line: NDArray[np.float64]) -> tuple[Rays, NDArray[np.float64]]:
    step = float(np.linalg.norm(np.diff(line, axis=0), axis=1).mean())
    rays = rays_around(volume, line, step)
    wall, _ = wall_surface(calm(rays.hu, step), step)
    return rays, wall


def _centroid_mm(wall: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the centroid of what a wall encloses, in the two directions across, (sections, 2)."""
    area = np.sum(wall**2, axis=1) / 2
    cubed = wall**3 / 3
    moment = np.column_stack([cubed @ np.cos(ANGLE), cubed @ np.sin(ANGLE)])
    return np.asarray(moment / area[:, None], dtype=np.float64)


def _moved(rays: Rays, wall: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the line moved to the centroids of its wall, smoothed along itself."""
    shift = gaussian_filter1d(
        _centroid_mm(wall), MOVE_SIGMA_MM / rays.step_mm, axis=0, mode="nearest"
    )
    return np.asarray(rays.points_lps_mm + np.einsum("sk,skj->sj", shift, rays.across))
