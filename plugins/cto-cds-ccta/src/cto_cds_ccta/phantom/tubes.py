"""Further vessels: side branches, veins and collaterals, as chains of points with radii."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from cto_cds_ccta.phantom.kernel import Tubes
from cto_cds_ccta.phantom.profile import lumen_hu, outer_radius_mm
from cto_cds_ccta.phantom.voltage import contrast_hu

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design
    from cto_cds_ccta.phantom.parts import Branch, Neighbour

STEP_MM = 0.2
BRANCH_WALL_MM = 0.25
_VEIN_WALL_MM = 0.15
_FREE_AFTER_MM = 6.0
_CLEAR_MM = 0.6
_WAVE_MM = 11.0
_JOINS_OVER_MM = 6.0


def tubes(design: Design, line: Course) -> Tubes:
    """Draw every branch and neighbour of a design."""
    chains = [_branch(design, line, branch) for branch in design.branches]
    chains += [_neighbour(design, line, other) for other in design.neighbours]
    if not chains:
        none = np.empty(0)
        return Tubes(np.empty((0, 3)), none, none, none, np.empty(0, dtype=np.bool_))
    return Tubes(*(np.concatenate(column) for column in zip(*chains, strict=True)))


def branch_course(line: Course, branch: Branch) -> NDArray[np.float64]:
    """Return the middle line of a branch: it leaves at its angle and turns back to the vessel."""
    at = round(branch.at_mm / float(line.arc_mm[1]))
    ahead, first, second = line.frame[at]
    side = np.radians(branch.direction_deg)
    out = np.cos(side) * first + np.sin(side) * second
    away = np.arange(0.0, branch.length_mm + STEP_MM / 2, STEP_MM)
    angle = np.radians(branch.angle_deg) * (1.0 - 0.35 * away / branch.length_mm)
    steps = np.cos(angle)[:, None] * ahead + np.sin(angle)[:, None] * out
    return np.asarray(line.points_mm[at] + np.cumsum(steps * STEP_MM, axis=0) - steps[0] * STEP_MM)


def _branch(design: Design, line: Course, branch: Branch) -> Tubes:
    points = branch_course(line, branch)
    count = len(points)
    away = np.asarray(np.arange(count) * STEP_MM, dtype=np.float64)
    radius = np.asarray(branch.radius_mm * (1.0 - 0.25 * away / branch.length_mm), dtype=np.float64)
    free = away > _FREE_AFTER_MM
    points[free] = _kept_off(design, line, points[free], radius[free], _CLEAR_MM)
    bright = lumen_hu(design, np.full(count, branch.at_mm))
    opens = np.ones(count, dtype=np.bool_)
    return Tubes(points, radius, np.full(count, BRANCH_WALL_MM), bright, opens)


def _neighbour(design: Design, line: Course, other: Neighbour) -> Tubes:
    arc = np.arange(other.start_mm, other.end_mm, STEP_MM)
    at = np.rint(arc / float(line.arc_mm[1])).astype(int)
    wall = _VEIN_WALL_MM if other.kind == "vein" else 0.1
    away = outer_radius_mm(design, arc) + other.distance_mm + wall + other.radius_mm
    phase = 2 * np.pi * arc / _WAVE_MM
    away = away + other.wave_mm * (1.0 + np.sin(phase))
    side = np.radians(other.direction_deg) + 0.25 * other.wave_mm * np.cos(phase)
    radius = np.full(len(arc), other.radius_mm)
    out = np.cos(side)[:, None] * line.frame[at, 1] + np.sin(side)[:, None] * line.frame[at, 2]
    points = _kept_off(design, line, line.points_mm[at] + away[:, None] * out, radius, 0.5)
    opens = np.zeros(len(arc), dtype=np.bool_)
    if other.joins:
        near = np.clip((other.end_mm - arc) / _JOINS_OVER_MM, 0.0, 1.0)[:, None]
        points = near * points + (1.0 - near) * line.points_mm[at]
        opens = near[:, 0] < 1.0
    hu = contrast_hu(other.hu, design.tube_voltage_kv, contrast=design.contrast)
    return Tubes(points, radius, np.full(len(arc), wall), np.full(len(arc), hu), opens)


def _kept_off(
    design: Design,
    line: Course,
    points: NDArray[np.float64],
    radius: NDArray[np.float64],
    clear_mm: float,
) -> NDArray[np.float64]:
    """Return the points, moved away from the vessel where they came too close to it."""
    if not len(points):
        return points
    away, nearest = cKDTree(line.points_mm).query(points)
    least = outer_radius_mm(design, line.arc_mm[nearest]) + radius + clear_mm
    apart = points - line.points_mm[nearest]
    scale = np.maximum(1.0, least / np.maximum(away, 1e-6))
    return np.asarray(line.points_mm[nearest] + apart * scale[:, None], dtype=np.float64)
