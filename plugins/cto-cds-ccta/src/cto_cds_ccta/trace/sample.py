"""Values between voxels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.kernel import compiled


@compiled
def trilinear(hu: NDArray[np.int16], i: float, j: float, k: float) -> float:
    """Return the value at a fractional index; beyond the volume the nearest voxel counts."""
    ni, nj, nk = hu.shape
    i = min(max(i, 0.0), ni - 1.0)
    j = min(max(j, 0.0), nj - 1.0)
    k = min(max(k, 0.0), nk - 1.0)
    a, b, c = int(i), int(j), int(k)
    a1, b1, c1 = min(a + 1, ni - 1), min(b + 1, nj - 1), min(c + 1, nk - 1)
    u, v, w = i - a, j - b, k - c
    low = (hu[a, b, c] * (1 - w) + hu[a, b, c1] * w) * (1 - v) + (
        hu[a, b1, c] * (1 - w) + hu[a, b1, c1] * w
    ) * v
    high = (hu[a1, b, c] * (1 - w) + hu[a1, b, c1] * w) * (1 - v) + (
        hu[a1, b1, c] * (1 - w) + hu[a1, b1, c1] * w
    ) * v
    return float(low * (1 - u) + high * u)


@compiled
def grid_values(
    hu: NDArray[np.int16],
    start: NDArray[np.float64],
    step: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Fill a regular grid with values of the volume.

    Args:
        hu: The volume.
        start: Shape (3,), fractional index of the first grid point.
        step: Shape (3, 3), change of that index along each axis of the grid, in rows.
        out: The grid.
    """
    for x in range(out.shape[0]):
        for y in range(out.shape[1]):
            base_i = start[0] + x * step[0, 0] + y * step[1, 0]
            base_j = start[1] + x * step[0, 1] + y * step[1, 1]
            base_k = start[2] + x * step[0, 2] + y * step[1, 2]
            for z in range(out.shape[2]):
                out[x, y, z] = trilinear(
                    hu,
                    base_i + z * step[2, 0],
                    base_j + z * step[2, 1],
                    base_k + z * step[2, 2],
                )


@compiled
def polar_values(
    hu: NDArray[np.int16],
    origin: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    depth_mm: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Fill rays around a line with values of the volume.

    Args:
        hu: The volume.
        origin: Shape (sections, 3), fractional index of the line.
        first: Shape (sections, 3), change of the index for a millimetre across the line.
        second: The same for the other direction across.
        depth_mm: Shape (depths,), distances from the line.
        out: Shape (sections, angles, depths).
    """
    angles = out.shape[1]
    for s in range(out.shape[0]):
        for a in range(angles):
            turn = 2.0 * np.pi * a / angles
            cos, sin = np.cos(turn), np.sin(turn)
            di = cos * first[s, 0] + sin * second[s, 0]
            dj = cos * first[s, 1] + sin * second[s, 1]
            dk = cos * first[s, 2] + sin * second[s, 2]
            for d in range(out.shape[2]):
                away = depth_mm[d]
                out[s, a, d] = trilinear(
                    hu,
                    origin[s, 0] + away * di,
                    origin[s, 1] + away * dj,
                    origin[s, 2] + away * dk,
                )
