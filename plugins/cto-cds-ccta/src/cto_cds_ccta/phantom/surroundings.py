"""What lies around the vessel: fat, myocardium, a chamber, the lung and the aorta."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.compiled import compiled
from cto_cds_ccta.phantom.profile import lumen_hu, outer_radius_mm
from cto_cds_ccta.phantom.voltage import contrast_hu

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design

FAT_HU = -85.0
MYOCARDIUM_HU = 110.0
LUNG_HU = -850.0
CHAMBER_HU = 340.0
AORTIC_WALL_HU = 70.0
AORTA_RADIUS_MM = 15.0
AORTIC_WALL_MM = 1.5
OSTIUM_MM = 2.0
_FAR = 1e6
_GRID_MM = 2.0
_GRID_MARGIN_MM = 80.0
_FOLLOWS_MM = 3.0
_YIELDS_MM = 3.0
_WAVE_MM = 38.0


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


def surroundings(design: Design, line: Course) -> Surroundings:
    """Lay the surfaces along the vessel: they follow it, at distances that swing."""
    axes = line.frame[0].copy()
    some = slice(None, None, 10)
    placed = line.points_mm[some] @ axes.T
    outer = outer_radius_mm(design, line.arc_mm[some])
    swing = np.sin(2 * np.pi * line.arc_mm[some] / _WAVE_MM + design.seed)
    gap = design.myocardium_gap_mm + design.myocardium_wave_mm * swing
    corner = placed[:, :2].min(axis=0) - _GRID_MARGIN_MM
    count = np.ceil((placed[:, :2].max(axis=0) + _GRID_MARGIN_MM - corner) / _GRID_MM).astype(int)
    grid = [corner[i] + np.arange(count[i] + 2) * _GRID_MM for i in range(2)]
    apart = (grid[0][:, None, None] - placed[:, 0]) ** 2
    apart = apart + (grid[1][None, :, None] - placed[:, 1]) ** 2
    near = (apart + _FOLLOWS_MM**2) ** -2.0
    lowest = placed[:, 2] - outer - design.lung_mm
    lung = _mean(lowest, near, -_YIELDS_MM) if design.lung_mm else -_FAR
    kilovolt, contrast = design.tube_voltage_kv, design.contrast
    chamber = contrast_hu(CHAMBER_HU, kilovolt, contrast=contrast)
    shape = (len(grid[0]), len(grid[1]))
    return Surroundings(
        axes=axes,
        corner=np.asarray(corner),
        myocardium=_mean(placed[:, 2] + outer + gap, near, _YIELDS_MM),
        lung=np.broadcast_to(lung, shape).copy(),
        chamber=np.array([design.chamber_mm or _FAR, chamber]),
        aorta=_aorta(design, line),
    )


def _mean(
    depth: NDArray[np.float64], near: NDArray[np.float64], yields_mm: float
) -> NDArray[np.float64]:
    """Return a smooth surface through depths; where several lie at one place, it yields to one."""
    weight = near * np.exp(depth / yields_mm - (depth / yields_mm).max())
    return np.asarray(weight @ depth / weight.sum(axis=2), dtype=np.float64)


def _aorta(design: Design, line: Course) -> NDArray[np.float64]:
    """Return the aorta so that the vessel begins a little inside it, and grows out of its wall."""
    ahead, _, axis = line.frame[0]
    radius = AORTA_RADIUS_MM if design.aorta else -_FAR
    bright = float(lumen_hu(design, np.zeros(1))[0])
    middle = line.points_mm[0] + (OSTIUM_MM - AORTA_RADIUS_MM) * ahead
    return np.array([middle, axis, (radius, bright, AORTIC_WALL_MM)])


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
    s = (x * a[0] + y * a[1] + z * a[2] - far.corner[0]) / _GRID_MM
    t = (x * b[0] + y * b[1] + z * b[2] - far.corner[1]) / _GRID_MM
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
