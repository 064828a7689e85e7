"""Where a name finds room beside lines and other names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PT_PER_INCH = 72.0
LETTER_WIDTH, LETTER_HEIGHT = 0.6, 1.3
"""Of a letter, as shares of the size of its fount."""
TURNS_DEG = (0.0, 25.0, -25.0, 50.0, -50.0, 80.0, -80.0, 115.0, -115.0, 150.0, -150.0, 180.0)
LONGER = (1.0, 1.35)
LEVEL = 0.4


@dataclass(frozen=True, slots=True)
class Room:
    """What is on a picture already, in points of its paper.

    Attributes:
        line_pt: Places that no name should cover, shape (n, 2).
        names_pt: Left, lower, right and upper borders of the names written so far.
    """

    line_pt: NDArray[np.float64]
    names_pt: list[tuple[float, float, float, float]] = field(default_factory=list)

    def beside(
        self, at_pt: NDArray[np.float64], away_pt: NDArray[np.float64], name: str, size_pt: float
    ) -> NDArray[np.float64]:
        """Return how far from a place a name is written: as wished, or turned to where room is.

        Args:
            at_pt: The place that is named.
            away_pt: Where the name should stand, as seen from it.
            name: The name, in one row.
            size_pt: Its size.
        """
        best, least = away_pt, np.inf
        for longer in LONGER:
            for degrees in TURNS_DEG:
                turn = np.radians(degrees)
                ways = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
                away = longer * ways @ away_pt
                box = _box(at_pt + away, away, name, size_pt)
                covered = self._covered(box) + self._crossed(at_pt, box)
                if covered < least:
                    best, least = away, covered
            if least == 0:
                break
        self.names_pt.append(_box(at_pt + best, best, name, size_pt))
        return np.asarray(best, dtype=np.float64)

    def written(self, at_pt: NDArray[np.float64], name: str, size_pt: float) -> None:
        """Take note of a name that stands in the middle of a place."""
        self.names_pt.append(_box(at_pt, np.zeros(2), name, size_pt))

    def _crossed(self, at_pt: NDArray[np.float64], box: tuple[float, float, float, float]) -> int:
        """Return how much the line from the middle of a name to its place crosses other names."""
        middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
        x, y = (at_pt + np.linspace(0.0, 1.0, 30)[:, None] * (middle - at_pt)).T
        return sum(
            len(self.line_pt)
            for left, lower, right, upper in self.names_pt
            if ((x > left) & (x < right) & (y > lower) & (y < upper)).any()
        )

    def _covered(self, box: tuple[float, float, float, float]) -> int:
        left, lower, right, upper = box
        x, y = self.line_pt.T
        points = int(((x > left) & (x < right) & (y > lower) & (y < upper)).sum())
        return points + sum(
            len(self.line_pt)
            for one in self.names_pt
            if one[0] < right and one[2] > left and one[1] < upper and one[3] > lower
        )


def on_paper(axes: Axes, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where points of axes whose limits are set lie on the paper, in points."""
    axes.apply_aspect()
    paper = axes.get_figure(root=True)
    dpi = PT_PER_INCH if paper is None else paper.dpi
    return np.asarray(axes.transData.transform(points) * (PT_PER_INCH / dpi), dtype=np.float64)


def side_of(away: NDArray[np.float64]) -> str:
    """Return how a name is aligned that stands in a direction from its place."""
    if abs(away[0]) <= LEVEL * float(np.hypot(*away)):
        return "center"
    return "left" if away[0] > 0 else "right"


def _box(
    at_pt: NDArray[np.float64], away: NDArray[np.float64], name: str, size_pt: float
) -> tuple[float, float, float, float]:
    wide, tall = LETTER_WIDTH * size_pt * len(name), LETTER_HEIGHT * size_pt
    left = float(at_pt[0]) - {"left": 0.0, "center": wide / 2, "right": wide}[side_of(away)]
    lower = float(at_pt[1]) - tall / 2
    return left, lower, left + wide, lower + tall
