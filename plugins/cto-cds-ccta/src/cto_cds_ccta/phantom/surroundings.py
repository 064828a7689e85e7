"""What lies around the vessel: fat, myocardium, a chamber, the lung and the aorta."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.kernel import GRID_MM, Surroundings
from cto_cds_ccta.phantom.profile import lumen_hu, outer_radius_mm
from cto_cds_ccta.phantom.voltage import contrast_hu

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design

CHAMBER_HU = 340.0
AORTA_RADIUS_MM = 15.0
AORTIC_WALL_MM = 1.5
OSTIUM_MM = 2.0
_FAR = 1e6
_GRID_MARGIN_MM = 80.0
_FOLLOWS_MM = 3.0
_YIELDS_MM = 3.0
_WAVE_MM = 38.0


def surroundings(design: Design, line: Course) -> Surroundings:
    """Lay the surfaces along the vessel: they follow it, at distances that swing."""
    axes = line.frame[0].copy()
    some = slice(None, None, 10)
    placed = line.points_mm[some] @ axes.T
    outer = outer_radius_mm(design, line.arc_mm[some])
    swing = np.sin(2 * np.pi * line.arc_mm[some] / _WAVE_MM + design.seed)
    gap = design.myocardium_gap_mm + design.myocardium_wave_mm * swing
    corner = placed[:, :2].min(axis=0) - _GRID_MARGIN_MM
    count = np.ceil((placed[:, :2].max(axis=0) + _GRID_MARGIN_MM - corner) / GRID_MM).astype(int)
    grid = [corner[i] + np.arange(count[i] + 2) * GRID_MM for i in range(2)]
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
