"""One block of the fine grid, point by point."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.compiled import compiled
from cto_cds_ccta.phantom.course import STEP_MM
from cto_cds_ccta.phantom.surroundings import Surroundings, around, in_aorta
from cto_cds_ccta.phantom.tissue import LUMEN, METAL, OUTSIDE, Recipe, material
from cto_cds_ccta.phantom.tubes import Tubes

TUBE_WALL_HU = 90.0
KINDS = METAL + 1
_REFINEMENTS = 3


@compiled
def draw_block(
    origin: NDArray[np.float64],
    fine: NDArray[np.float64],
    near: tuple[NDArray[np.int64], NDArray[np.int64]],
    vessel: Recipe,
    others: Tubes,
    far: Surroundings,
    out: tuple[NDArray[np.float32], NDArray[np.int8]],
) -> None:
    """Draw what a block differs by from its surroundings, and which class lies where.

    Args:
        origin: Middle of the first fine voxel: slice, row, column.
        fine: Size of a fine voxel, in the same order.
        near: The stations of the vessel and the points of other vessels that may reach here.
        vessel: The vessel.
        others: The other vessels.
        far: The surroundings.
        out: Brightness less that of the surroundings, and class + 5 * occlusion or -1, to fill in.
    """
    stations, points = near
    change, kinds = out
    for k in range(change.shape[0]):
        z = origin[0] + k * fine[0]
        for j in range(change.shape[1]):
            y = origin[1] + j * fine[1]
            for i in range(change.shape[2]):
                x = origin[2] + i * fine[2]
                change[k, j, i] = 0.0
                kinds[k, j, i] = -1
                hu, kind, here = _in_vessel(x, y, z, stations, vessel)
                if kind != OUTSIDE and here >= 0:
                    kinds[k, j, i] = kind + KINDS * here
                if here < 0 and kind != LUMEN and len(points):
                    hu, kind = _in_tubes(x, y, z, points, others, hu, kind)
                if kind != OUTSIDE and not in_aorta(x, y, z, far):
                    change[k, j, i] = hu - around(x, y, z, far, 0.0, 0.0)


@compiled
def _in_vessel(
    x: float, y: float, z: float, stations: NDArray[np.int64], vessel: Recipe
) -> tuple[float, int, int]:
    """Return the material of the vessel at a point; see ``material``."""
    nearest, least = -1, vessel.wall[2] ** 2
    for s in stations:
        dx = x - vessel.points[s, 0]
        dy = y - vessel.points[s, 1]
        dz = z - vessel.points[s, 2]
        away = dx * dx + dy * dy + dz * dz
        if away < least:
            nearest, least = s, away
    if nearest < 0:
        return 0.0, OUTSIDE, -1
    last = len(vessel.points) - 1
    along, u, v = 0.0, 0.0, 0.0
    for turn in range(_REFINEMENTS + 1):
        dx = x - vessel.points[nearest, 0]
        dy = y - vessel.points[nearest, 1]
        dz = z - vessel.points[nearest, 2]
        frame = vessel.frame[nearest]
        along = dx * frame[0, 0] + dy * frame[0, 1] + dz * frame[0, 2]
        u = dx * frame[1, 0] + dy * frame[1, 1] + dz * frame[1, 2]
        v = dx * frame[2, 0] + dy * frame[2, 1] + dz * frame[2, 2]
        bent = 1.0 - vessel.bending[nearest, 0] * u - vessel.bending[nearest, 1] * v
        along /= max(bent, 0.2)
        step = round(along / STEP_MM)
        if turn == _REFINEMENTS or step == 0:
            break
        nearest = min(max(nearest + step, 0), last)
    return material(nearest * STEP_MM + along, u, v, vessel)


@compiled
def _in_tubes(
    x: float,
    y: float,
    z: float,
    points: NDArray[np.int64],
    others: Tubes,
    hu: float,
    kind: int,
) -> tuple[float, int]:
    """Return the material of other vessels at a point, else what the vessel itself has there."""
    in_wall = False
    for p in points:
        dx = x - others.points[p, 0]
        dy = y - others.points[p, 1]
        dz = z - others.points[p, 2]
        away = math.sqrt(dx * dx + dy * dy + dz * dz)
        if away < others.lumen[p] and (kind == OUTSIDE or others.opens[p]):
            return others.hu[p], LUMEN
        in_wall = in_wall or away < others.lumen[p] + others.wall[p]
    if kind == OUTSIDE and in_wall:
        return TUBE_WALL_HU, LUMEN
    return hu, kind
