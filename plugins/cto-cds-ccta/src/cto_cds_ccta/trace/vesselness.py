"""How much each place looks like the inside of a soft tube in fat."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from cto_cds_ccta.kernel import compiled
from cto_cds_ccta.trace.region import Region

CLIP_HU = (-120.0, 180.0)
"""Contrast, plaque and calcium look alike above, fat and air below."""
SCALES_MM = (0.9, 1.3, 1.8)
FAT_HU = (-200.0, -30.0)
FAT_SIGMA_MM = 2.5
ENOUGH_FAT = 0.25
"""The share of fat nearby from which a place counts as lying in the fat around the heart."""
_PLATE, _BLOB, _CONTRAST_HU = 0.5, 0.5, 30.0


def vesselness(region: Region) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return how tube-like each grid point is, 0 to 1, and the share of fat around it.

    The measure is that of Frangi et al. (MICCAI 1998) at three scales, of the image with its HU
    clipped so that a blocked and a patent vessel look alike, times the fat around.
    """
    clipped = np.clip(region.hu, *CLIP_HU)
    best = np.zeros(clipped.shape, dtype=np.float32)

    def smooth(sigma_mm: float) -> NDArray[np.float32]:
        sigma = sigma_mm / region.step_mm
        return np.asarray(gaussian_filter(clipped, sigma, truncate=3.0, mode="nearest"))

    def fat() -> NDArray[np.float32]:
        is_fat = (region.hu > FAT_HU[0]) & (region.hu < FAT_HU[1])
        coarse = is_fat[::2, ::2, ::2].astype(np.float32)
        share = gaussian_filter(coarse, FAT_SIGMA_MM / region.step_mm / 2, truncate=2.5)
        twice = share.repeat(2, axis=0).repeat(2, axis=1).repeat(2, axis=2)
        x, y, z = region.hu.shape
        return np.ascontiguousarray(twice[:x, :y, :z])

    with ThreadPoolExecutor(2) as pool:
        around = pool.submit(fat)
        for sigma_mm, image in zip(SCALES_MM, pool.map(smooth, SCALES_MM), strict=True):
            _tube_likeness(image, (sigma_mm / region.step_mm) ** 2, best)
        share = around.result()
    best *= np.minimum(share / ENOUGH_FAT, 1.0)
    return best, share


@compiled
def _tube_likeness(image: NDArray[np.float32], scale: float, best: NDArray[np.float32]) -> None:
    """Raise ``best`` to the tube-likeness of a smoothed image where that is larger."""
    nx, ny, nz = image.shape
    for x in range(1, nx - 1):
        for y in range(1, ny - 1):
            for z in range(1, nz - 1):
                here = 2.0 * image[x, y, z]
                xx = image[x + 1, y, z] + image[x - 1, y, z] - here
                yy = image[x, y + 1, z] + image[x, y - 1, z] - here
                zz = image[x, y, z + 1] + image[x, y, z - 1] - here
                if xx + yy + zz >= 0.0:
                    continue
                xy = (
                    image[x + 1, y + 1, z]
                    - image[x + 1, y - 1, z]
                    - image[x - 1, y + 1, z]
                    + image[x - 1, y - 1, z]
                ) * 0.25
                xz = (
                    image[x + 1, y, z + 1]
                    - image[x + 1, y, z - 1]
                    - image[x - 1, y, z + 1]
                    + image[x - 1, y, z - 1]
                ) * 0.25
                yz = (
                    image[x, y + 1, z + 1]
                    - image[x, y + 1, z - 1]
                    - image[x, y - 1, z + 1]
                    + image[x, y - 1, z - 1]
                ) * 0.25
                value = _frangi(
                    xx * scale, yy * scale, zz * scale, xy * scale, xz * scale, yz * scale
                )
                best[x, y, z] = max(best[x, y, z], value)


@compiled
def _frangi(xx: float, yy: float, zz: float, xy: float, xz: float, yz: float) -> float:
    """Return the tube-likeness of a symmetric matrix of second derivatives."""
    mean = (xx + yy + zz) / 3.0
    a, b, c = xx - mean, yy - mean, zz - mean
    spread = (a * a + b * b + c * c + 2.0 * (xy * xy + xz * xz + yz * yz)) / 6.0
    if spread <= 1e-12:
        return 0.0
    root = np.sqrt(spread)
    det = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz)
    cosine = min(max(det / (2.0 * spread * root), -1.0), 1.0)
    turn = np.arccos(cosine) / 3.0
    high = mean + 2.0 * root * np.cos(turn)
    low = mean + 2.0 * root * np.cos(turn + 2.0943951023931953)
    middle = 3.0 * mean - high - low
    if middle >= 0.0:
        return 0.0
    along = abs(high)
    plate = (middle / low) ** 2
    blob = along * along / (middle * low)
    size = high * high + middle * middle + low * low
    return float(
        (1.0 - np.exp(-plate / (2.0 * _PLATE**2)))
        * np.exp(-blob / (2.0 * _BLOB**2))
        * (1.0 - np.exp(-size / (2.0 * _CONTRAST_HU**2)))
    )
