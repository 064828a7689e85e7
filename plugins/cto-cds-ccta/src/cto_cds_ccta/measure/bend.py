"""How sharply the line turns inside the occlusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.measure.line import PIECE_MM, VesselLine


@dataclass(frozen=True, slots=True)
class Bend:
    """The sharpest bend: where on the line, and by which angle."""

    at_mm: float
    angle_deg: float


def sharpest_bend(line: VesselLine, proximal_mm: float, distal_mm: float) -> Bend:
    """Return the sharpest bend between two positions on the line.

    It is the largest angle between the mean directions of the two 5 mm pieces of the line on
    either side of a point of the occlusion. The mean direction of a piece is that of its chord.
    Near the ends of the line a piece is as long as the line allows.
    """
    at = line.arc_mm[(line.arc_mm >= proximal_mm) & (line.arc_mm <= distal_mm)]
    if not len(at):
        return Bend(proximal_mm, 0.0)
    here = _points(line, at)
    before = here - _points(line, at - PIECE_MM)
    after = _points(line, at + PIECE_MM) - here
    before /= np.linalg.norm(before, axis=1, keepdims=True) + 1e-12
    after /= np.linalg.norm(after, axis=1, keepdims=True) + 1e-12
    cosine = np.clip(np.sum(before * after, axis=1), -1.0, 1.0)
    angle = np.degrees(np.arccos(cosine))
    best = int(np.argmax(angle))
    return Bend(at_mm=float(at[best]), angle_deg=float(angle[best]))


@dataclass(frozen=True, slots=True)
class BendCount:
    """How many separate bends are sharper than a limit, and how many if the line is a bit off."""

    limit_deg: int
    count: int
    fewest: int
    most: int


def count_bends(
    line: VesselLine, start_mm: float, end_mm: float, limit_deg: int, sd_deg: float
) -> BendCount:
    """Count the separate stretches between two positions that bend by more than a limit.

    Args:
        line: The line.
        start_mm: Where to begin.
        end_mm: Where to end.
        limit_deg: The limit.
        sd_deg: How far an angle may be off; the limits 2 of it lower and higher are counted too.
    """
    angle = bends_along(line, start_mm, end_mm)

    def over(limit: float) -> int:
        sharp = (angle > limit).astype(np.int8)
        return int(np.count_nonzero(np.diff(sharp, prepend=0) == 1))

    counts = [over(limit_deg + away * sd_deg) for away in (-2.0, -1.0, 0.0, 1.0, 2.0)]
    return BendCount(limit_deg, counts[2], min(counts), max(counts))


def bends_along(line: VesselLine, start_mm: float, end_mm: float) -> NDArray[np.float64]:
    """Return the angle of the chords of the 5 mm before and after each point, in degrees."""
    at = line.arc_mm[(line.arc_mm >= start_mm) & (line.arc_mm <= end_mm)]
    at = at[(at >= PIECE_MM) & (at <= line.arc_mm[-1] - PIECE_MM)]
    here = _points(line, at)
    before = here - _points(line, at - PIECE_MM)
    after = _points(line, at + PIECE_MM) - here
    cross = np.linalg.norm(np.cross(before, after), axis=1)
    return np.asarray(np.degrees(np.arctan2(cross, np.sum(before * after, axis=1))))


def _points(line: VesselLine, at_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    axes = [np.interp(at_mm, line.arc_mm, line.points_lps_mm[:, axis]) for axis in range(3)]
    return np.column_stack(axes)
