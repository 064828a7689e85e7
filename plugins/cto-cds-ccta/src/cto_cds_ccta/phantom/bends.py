"""How sharply the line bends, measured on its chords."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course

PIECE_MM = 5.0


def bend_deg(line: Course) -> NDArray[np.float64]:
    """Return, at each station, the angle between the chords of the 5 mm before and after it.

    Not a number where one of the two pieces would leave the line.
    """
    piece = round(PIECE_MM / float(line.arc_mm[1]))
    points = line.points_mm
    angle = np.full(len(points), np.nan)
    before = points[piece:-piece] - points[: -2 * piece]
    after = points[2 * piece :] - points[piece:-piece]
    cross = np.linalg.norm(np.cross(before, after), axis=1)
    angle[piece:-piece] = np.degrees(np.arctan2(cross, np.sum(before * after, axis=1)))
    return angle


def sharpest_deg(line: Course, start_mm: float, end_mm: float) -> float:
    """Return the largest bend between two positions."""
    angle = bend_deg(line)[_between(line, start_mm, end_mm)]
    return float(np.nanmax(angle))


def bends_over(line: Course, start_mm: float, end_mm: float, limit_deg: float) -> int:
    """Return how many separate stretches between two positions bend by more than a limit."""
    over = bend_deg(line)[_between(line, start_mm, end_mm)] > limit_deg
    return int(np.count_nonzero(np.diff(over.astype(np.int8), prepend=0) == 1))


def _between(line: Course, start_mm: float, end_mm: float) -> slice:
    step = float(line.arc_mm[1])
    return slice(round(start_mm / step), round(end_mm / step) + 1)
