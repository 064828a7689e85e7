"""The course of a vessel in a curved view: where beside it something can be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.figure.canvas import OUTLINE, SMALL_PT, Style

if TYPE_CHECKING:
    from cto_cds_ccta.figure.views import CurvedView
    from cto_cds_ccta.measure.line import VesselLine

LEAST_SEEN = 0.5
LETTERS: Style = {
    "color": "white",
    "fontsize": SMALL_PT,
    "fontweight": "bold",
    "ha": "center",
    "va": "center",
    "path_effects": [OUTLINE],
}
"""How names beside the vessel are written."""
_ANY_SIDE = 0.7


@dataclass(frozen=True, slots=True)
class Course:
    """The line of a vessel as one curved view shows it.

    Attributes:
        line: The line.
        points_mm: Its points in the picture, shape (points, 2).
        sideways: Unit vectors across it in the picture; nan where it runs into depth.
    """

    line: VesselLine
    points_mm: NDArray[np.float64]
    sideways: NDArray[np.float64]

    def index(self, at_mm: float) -> int:
        """Return the point next to a position on the line."""
        return int(np.argmin(np.abs(self.line.arc_mm - at_mm)))

    def across(self, index: int) -> NDArray[np.float64]:
        """Return the vector across at a point, and any where the vessel runs into depth."""
        return np.asarray(np.nan_to_num(self.sideways[index], nan=_ANY_SIDE), dtype=np.float64)

    def radius_mm(self, index: int) -> float:
        """Return the outer radius at a point."""
        return float(self.line.outer_radius_mm[index])

    def between(self, start_mm: float, end_mm: float) -> NDArray[np.bool_]:
        """Return which points lie on a piece of the line."""
        arc = self.line.arc_mm
        return np.asarray((arc >= start_mm) & (arc <= end_mm), dtype=np.bool_)

    def beside(self, away_mm: float) -> NDArray[np.float64]:
        """Return a line that runs outside the wall, below the vessel where negative."""
        side = 1.0 if away_mm >= 0 else -1.0
        reach = self.line.outer_radius_mm[:, None] + abs(away_mm)
        return np.asarray(self.points_mm + side * reach * self.sideways, dtype=np.float64)


def course_in(view: CurvedView, line: VesselLine) -> Course:
    """Return the course of a line in a view."""
    return Course(line, view.course_mm, sideways(view.course_mm))


def sideways(course_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors across a course in the picture; nan where it runs into depth."""
    along = np.gradient(course_mm, axis=0)
    length = np.linalg.norm(along, axis=1, keepdims=True)
    usual = float(np.median(length))
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(length, 1e-9)
    across[length[:, 0] < LEAST_SEEN * usual] = np.nan
    return np.asarray(across)
