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


def _points(line: VesselLine, at_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    axes = [np.interp(at_mm, line.arc_mm, line.points_lps_mm[:, axis]) for axis in range(3)]
    return np.column_stack(axes)
