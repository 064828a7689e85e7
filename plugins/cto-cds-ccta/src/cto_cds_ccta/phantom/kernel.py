"""The inner loops: what lies at a point, drawn point by point.

All of them stand in this one file, and what they need comes in as arguments or stands here too:
compiled code is kept for the next process until its own file changes, and not when another does.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.compiled import compiled

NECROTIC_CORE, FIBROFATTY, FIBROUS, DENSE_CALCIUM, METAL = range(5)
KINDS = METAL + 1
OUTSIDE, LUMEN, WALL = -1, -2, -3
FAT_HU = -85.0
MYOCARDIUM_HU = 110.0
LUNG_HU = -850.0
AORTIC_WALL_HU = 70.0
TUBE_WALL_HU = 90.0
GRID_MM = 2.0
_REFINEMENTS = 3
_EVERY_MM = 0.3
_ANGLES, _DEPTHS = 360, 200


class Recipe(NamedTuple):
    """A vessel as arrays, one row each station, occlusion, plate or stent.

    Attributes:
        points: Shape (n, 3), the line.
        frame: Shape (n, 3, 3).
        bending: Shape (n, 2).
        along: Shape (n, 3): outer radius, lumen radius, brightness of the lumen.
        wall: Thickness and brightness of the wall of the patent vessel; how far the vessel reaches;
            distance of the stations.
        lesions: Start, end, and the seven numbers of the plaque.
        plates: Start, end, middle angle, half arc (rad), outer depth, inner depth, brightness.
        stents: Start, end, radius share, half strut, cells, pitch, brightness.
    """

    points: NDArray[np.float64]
    frame: NDArray[np.float64]
    bending: NDArray[np.float64]
    along: NDArray[np.float64]
    wall: NDArray[np.float64]
    lesions: NDArray[np.float64]
    plates: NDArray[np.float64]
    stents: NDArray[np.float64]


class Surroundings(NamedTuple):
    """Surfaces as arrays.

    Attributes:
        axes: Shape (3, 3): two directions along the surface of the heart, and the one into it.
        corner: First grid point, along the first two axes.
        myocardium: Depth of the surface of the myocardium at grid points.
        lung: Depth of the surface of the lung at grid points.
        chamber: Thickness of the myocardium before the chamber, and brightness of the chamber.
        aorta: Shape (3, 3): a point of its axis; direction; radius, brightness, wall thickness.
    """

    axes: NDArray[np.float64]
    corner: NDArray[np.float64]
    myocardium: NDArray[np.float64]
    lung: NDArray[np.float64]
    chamber: NDArray[np.float64]
    aorta: NDArray[np.float64]


class Tubes(NamedTuple):
    """All further vessels as one chain of points.

    Attributes:
        points: Shape (n, 3).
        lumen: Shape (n,), radius of the lumen.
        wall: Shape (n,), thickness of the wall.
        hu: Shape (n,), brightness of the lumen.
        opens: Shape (n,), whether the lumen opens into the vessel here.
    """

    points: NDArray[np.float64]
    lumen: NDArray[np.float64]
    wall: NDArray[np.float64]
    hu: NDArray[np.float64]
    opens: NDArray[np.bool_]


@compiled
def material(arc: float, u: float, v: float, vessel: Recipe) -> tuple[float, int, int]:
    """Return brightness, class and occlusion at a position along the line and across it.

    Beyond its ends the vessel goes on as it is. The class is an index in ``NAMES``, or ``METAL``,
    in an occlusion; elsewhere it is ``LUMEN``, ``WALL`` (with its plaque), or ``OUTSIDE``. The
    occlusion is -1 where there is none.
    """
    last = len(vessel.along) - 1
    place = min(max(arc / vessel.wall[3], 0.0), float(last))
    low = min(int(place), last - 1)
    share = place - low
    outer = vessel.along[low, 0] * (1.0 - share) + vessel.along[low + 1, 0] * share
    away = math.hypot(u, v)
    if away > outer:
        return 0.0, OUTSIDE, -1
    nearest, beside = _nearest(arc, vessel.lesions)
    here = nearest if beside <= 0.0 else -1
    angle = math.atan2(v, u)
    lumen = vessel.along[low, 1] * (1.0 - share) + vessel.along[low + 1, 1] * share
    for i in range(len(vessel.stents)):
        if _in_strut(arc, angle, away, vessel.stents[i], outer - vessel.wall[0]):
            return vessel.stents[i, 6], METAL if here >= 0 else WALL, here
    if here < 0 and away < lumen:
        return vessel.along[low, 2] * (1.0 - share) + vessel.along[low + 1, 2] * share, LUMEN, -1
    for i in range(len(vessel.plates) - 1, -1, -1):
        if _in_plate(arc, angle, outer - away, vessel.plates[i]):
            return vessel.plates[i, 6], DENSE_CALCIUM if here >= 0 else WALL, here
    if here < 0 and (away > outer - vessel.wall[0] or nearest < 0):
        return vessel.wall[1], WALL, -1
    hu, kind = _soft(arc, u, v, outer - vessel.wall[0], vessel.lesions[nearest])
    return hu, kind if here >= 0 else WALL, here


@compiled
def _nearest(arc: float, lesions: NDArray[np.float64]) -> tuple[int, float]:
    """Return the nearest occlusion, -1 without any, and how far it is; at most 0 is inside."""
    nearest, least = -1, math.inf
    for i in range(len(lesions)):
        beside = max(lesions[i, 0] - arc, arc - lesions[i, 1])
        if beside < least:
            nearest, least = i, beside
    return nearest, least


@compiled
def _soft(
    arc: float, u: float, v: float, inner: float, lesion: NDArray[np.float64]
) -> tuple[float, int]:
    """Return the soft plaque: a dark core off the centre, and shells around it."""
    turn = lesion[5] * (arc - lesion[0])
    off = lesion[4] * inner
    from_core = math.hypot(u - off * math.cos(turn), v - off * math.sin(turn)) / inner
    if from_core < lesion[2]:
        return lesion[6], NECROTIC_CORE
    if from_core > lesion[3]:
        return lesion[8], FIBROUS
    return lesion[7], FIBROFATTY


@compiled
def _in_plate(arc: float, angle: float, depth: float, plate: NDArray[np.float64]) -> bool:
    if arc < plate[0] or arc > plate[1] or depth < plate[4] or depth > plate[5]:
        return False
    away = (angle - plate[2] + math.pi) % (2.0 * math.pi) - math.pi
    return bool(abs(away) <= plate[3])


@compiled
def _in_strut(
    arc: float, angle: float, away: float, stent: NDArray[np.float64], inner: float
) -> bool:
    """Say whether a position lies in one of the wires that go round in both senses."""
    radius, half = stent[2] * inner, stent[3]
    if arc < stent[0] or arc > stent[1] or abs(away - radius) > half:
        return False
    spacing = 2.0 * math.pi / stent[4]
    turned = 2.0 * math.pi * arc / stent[5]
    for sense in (-1.0, 1.0):
        beside = (angle + sense * turned + spacing / 2) % spacing - spacing / 2
        if abs(beside) * radius <= half:
            return True
    return False


@compiled
def _beyond(depth: float, sigma: float) -> float:
    """Return how much of the far side is seen at a depth behind a surface: 0 to 1."""
    if sigma <= 0.0:
        return 1.0 if depth > 0.0 else 0.0
    return 0.5 * (1.0 + math.erf(depth / (sigma * math.sqrt(2.0))))


@compiled
def around(x: float, y: float, z: float, far: Surroundings, sigma: float, sigma_in: float) -> float:
    """Return the brightness at a point, blurred across each surface.

    Args:
        x: Position, LPS mm.
        y: Position, LPS mm.
        z: Position, LPS mm.
        far: The surfaces.
        sigma: Of the blur, in the plane of the slices; 0 for sharp surfaces.
        sigma_in: Of the blur along the direction into the heart.
    """
    a, b, c = far.axes[0], far.axes[1], far.axes[2]
    s = (x * a[0] + y * a[1] + z * a[2] - far.corner[0]) / GRID_MM
    t = (x * b[0] + y * b[1] + z * b[2] - far.corner[1]) / GRID_MM
    depth = x * c[0] + y * c[1] + z * c[2]
    i = min(max(int(s), 0), far.myocardium.shape[0] - 2)
    j = min(max(int(t), 0), far.myocardium.shape[1] - 2)
    s = min(max(s - i, 0.0), 1.0)
    t = min(max(t - j, 0.0), 1.0)
    heart = _level(far.myocardium, i, j, s, t)
    hu = FAT_HU
    hu += (MYOCARDIUM_HU - hu) * _beyond(depth - heart, sigma_in)
    hu += (far.chamber[1] - hu) * _beyond(depth - heart - far.chamber[0], sigma_in)
    hu += (LUNG_HU - hu) * _beyond(_level(far.lung, i, j, s, t) - depth, sigma_in)
    if far.aorta[2, 0] > 0.0:
        dx, dy, dz = x - far.aorta[0, 0], y - far.aorta[0, 1], z - far.aorta[0, 2]
        along = dx * far.aorta[1, 0] + dy * far.aorta[1, 1] + dz * far.aorta[1, 2]
        inside = far.aorta[2, 0] - math.sqrt(max(dx * dx + dy * dy + dz * dz - along * along, 0.0))
        hu += (AORTIC_WALL_HU - hu) * _beyond(inside + far.aorta[2, 2], sigma)
        hu += (far.aorta[2, 1] - hu) * _beyond(inside, sigma)
    return float(hu)


@compiled
def _level(grid: NDArray[np.float64], i: int, j: int, s: float, t: float) -> float:
    low = grid[i, j] * (1.0 - t) + grid[i, j + 1] * t
    return float(low * (1.0 - s) + (grid[i + 1, j] * (1.0 - t) + grid[i + 1, j + 1] * t) * s)


@compiled
def in_aorta(x: float, y: float, z: float, far: Surroundings) -> bool:
    """Say whether a point lies in the blood of the aorta."""
    if far.aorta[2, 0] <= 0.0:
        return False
    dx, dy, dz = x - far.aorta[0, 0], y - far.aorta[0, 1], z - far.aorta[0, 2]
    along = dx * far.aorta[1, 0] + dy * far.aorta[1, 1] + dz * far.aorta[1, 2]
    return bool(dx * dx + dy * dy + dz * dz - along * along < far.aorta[2, 0] ** 2)


@compiled
def background(
    origin: NDArray[np.float64],
    size: NDArray[np.float64],
    far: Surroundings,
    sigma: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Fill an image, shape (slices, rows, columns), with what lies around the vessel."""
    for k in range(out.shape[0]):
        for j in range(out.shape[1]):
            for i in range(out.shape[2]):
                x, y = origin[2] + i * size[2], origin[1] + j * size[1]
                z = origin[0] + k * size[0]
                out[k, j, i] = around(x, y, z, far, sigma[0], sigma[1])


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
        step = round(along / vessel.wall[3])
        if turn == _REFINEMENTS or step == 0:
            break
        nearest = min(max(nearest + step, 0), last)
    return material(nearest * vessel.wall[3] + along, u, v, vessel)


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


@compiled
def most_calcium(vessel: Recipe, start: float, end: float) -> tuple[float, float]:
    """Return the largest share of an area and the largest arc (deg) with calcium."""
    most_area, most_arc = 0.0, 0.0
    count = max(int((end - start) / _EVERY_MM), 1)
    if not len(vessel.plates):
        return 0.0, 0.0
    for n in range(count):
        arc = start + (n + 0.5) * (end - start) / count
        outer = vessel.along[int(arc / vessel.wall[3]), 0]
        area, angles = 0.0, 0
        for a in range(_ANGLES):
            angle = (a + 0.5) * 2.0 * math.pi / _ANGLES
            across, beside = outer * math.cos(angle), outer * math.sin(angle)
            chalky = False
            for d in range(_DEPTHS):
                away = (d + 0.5) / _DEPTHS
                if material(arc, away * across, away * beside, vessel)[1] == DENSE_CALCIUM:
                    area += away
                    chalky = True
            angles += 1 if chalky else 0
        most_area = max(most_area, area / (_ANGLES * _DEPTHS / 2.0))
        most_arc = max(most_arc, angles * 360.0 / _ANGLES)
    return most_area, most_arc


@compiled
def around_each(
    points: NDArray[np.float64], far: Surroundings, sigma: float
) -> NDArray[np.float64]:
    """Return the brightness around the vessel at points given as slice, row, column in mm."""
    out = np.empty(len(points))
    for n in range(len(points)):
        out[n] = around(points[n, 2], points[n, 1], points[n, 0], far, sigma, sigma)
    return out
