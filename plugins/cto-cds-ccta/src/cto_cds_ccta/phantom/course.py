"""The course of the vessel: a line that is exact by construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.design import Design

STEP_MM = 0.05
SPARE_MM = 0.5


@dataclass(frozen=True, slots=True)
class Course:
    """The line and its frame, integrated from the curvature of the design.

    Attributes:
        arc_mm: Shape (n,).
        points_mm: Shape (n, 3), LPS.
        frame: Shape (n, 3, 3): along the vessel, and two directions across it.
        bending_per_mm: Shape (n, 2), curvature towards the two directions across.
        heart_normal: Shape (3,), the direction towards the myocardium.
        reach_mm: How far from a station the vessel can reach.
    """

    arc_mm: NDArray[np.float64]
    points_mm: NDArray[np.float64]
    frame: NDArray[np.float64]
    bending_per_mm: NDArray[np.float64]
    heart_normal: NDArray[np.float64]
    reach_mm: float

    def at(self, arc_mm: float) -> NDArray[np.float64]:
        """Return the point at a position, shape (3,)."""
        return np.array([np.interp(arc_mm, self.arc_mm, axis) for axis in self.points_mm.T])


def course(design: Design) -> Course:
    """Integrate the line: a gentle curve around the heart, a slow wave, and the bends."""
    count = int(np.ceil(design.total_mm / STEP_MM)) + 1
    arc = np.asarray(np.arange(count) * STEP_MM, dtype=np.float64)
    bending = np.zeros((count, 2))
    bending[:, 0] = 1.0 / design.heart_radius_mm
    bending[:, 1] = 0.006 * np.sin(2 * np.pi * arc / 55.0 + design.seed)
    for bend in design.bends:
        bump = np.exp(-0.5 * ((arc - bend.at_mm) / bend.width_mm) ** 2)
        bump *= np.radians(bend.angle_deg) / (bend.width_mm * np.sqrt(2 * np.pi))
        side = np.radians(bend.direction_deg)
        bending += bump[:, None] * np.array([np.cos(side), np.sin(side)])
    frame = np.empty((count, 3, 3))
    frame[0] = _orientation(design.seed)
    points = np.zeros((count, 3))
    for i in range(count - 1):
        middle = (bending[i] + bending[i + 1]) / 2
        frame[i + 1] = _turned(frame[i], middle * STEP_MM)
        points[i + 1] = points[i] + STEP_MM * (frame[i, 0] + frame[i + 1, 0]) / 2
    widest = max(design.proximal_radius_mm, design.distal_radius_mm)
    reach = widest + max(design.remodelling_mm, 0.0) * len(design.lesions) + SPARE_MM
    return Course(arc, points, frame, bending, frame[0, 2].copy(), reach)


def _turned(frame: NDArray[np.float64], turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn the frame so that its first vector leans by ``turn`` towards the other two."""
    angle = float(np.hypot(*turn))
    if angle < 1e-12:
        return frame
    towards = (turn[0] * frame[1] + turn[1] * frame[2]) / angle
    ahead = frame[0]
    new = frame.copy()
    new[0] = np.cos(angle) * ahead + np.sin(angle) * towards
    for row, share in ((1, turn[0] / angle), (2, turn[1] / angle)):
        new[row] = frame[row] + share * ((np.cos(angle) - 1) * towards - np.sin(angle) * ahead)
    return new


def _orientation(seed: int) -> NDArray[np.float64]:
    rng = np.random.default_rng([seed, 1])
    matrix = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    if np.linalg.det(matrix) < 0:
        matrix[2] = -matrix[2]
    return np.asarray(matrix, dtype=np.float64)
