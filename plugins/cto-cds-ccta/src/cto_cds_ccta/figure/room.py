"""Where a name finds room beside lines and other names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.text import Text
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

PT_PER_INCH = 72.0
LETTER_WIDTH, LETTER_HEIGHT = 0.6, 1.3
"""Of a letter, as shares of the size of its fount."""
TURNS_DEG = (0.0, 25.0, -25.0, 50.0, -50.0, 80.0, -80.0, 115.0, -115.0, 150.0, -150.0, 180.0)
LONGER = (1.0, 1.35, 1.8)
LEVEL = 0.4
EDGE_PT, NEAR_PT = 2.0, 2.0

Box = tuple[float, float, float, float]
"""Left, lower, right and upper border."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is on a picture already, in points of its paper.

    All lines, and the words that cannot be moved, are known before the first name is placed.

    Attributes:
        line_pt: Places that no name should cover, shape (n, 2).
        within_pt: The borders that a name must not leave.
        names_pt: The borders of the names written so far.
        arrows_pt: The lines from those names to their places.
    """

    line_pt: NDArray[np.float64]
    within_pt: Box
    names_pt: list[Box] = field(default_factory=list)
    arrows_pt: list[NDArray[np.float64]] = field(default_factory=list)

    def beside(
        self,
        at_pt: NDArray[np.float64],
        away_pt: NDArray[np.float64],
        name: str,
        size_pt: float,
        *,
        arrow: bool = False,
    ) -> NDArray[np.float64]:
        """Return how far from a place a name is written: as wished, or turned to where room is.

        Args:
            at_pt: The place that is named.
            away_pt: Where the name should stand, as seen from it.
            name: The name, in one row.
            size_pt: Its size.
            arrow: Whether a line is drawn from the name to its place.
        """
        aways = [longer * turned(away_pt, turn) for longer in LONGER for turn in TURNS_DEG]
        return self.first_free(at_pt, aways, name, size_pt, arrow=arrow)

    def first_free(
        self,
        at_pt: NDArray[np.float64],
        aways_pt: Sequence[NDArray[np.float64]],
        name: str,
        size_pt: float,
        *,
        arrow: bool = False,
    ) -> NDArray[np.float64]:
        """Return the first of several distances at which a name covers least, and take the place.

        Args:
            at_pt: The place that is named.
            aways_pt: How far from it the name may stand, the best first.
            name: The name, in one row.
            size_pt: Its size.
            arrow: Whether a line is drawn from the name to its place.
        """
        best, _ = self.best(at_pt, aways_pt, name, size_pt, arrow=arrow)
        taken = _box(at_pt + best, best, name, size_pt)
        self.names_pt.append(taken)
        if arrow:
            self.arrows_pt.append(_line(at_pt, taken))
        return np.asarray(best, dtype=np.float64)

    def best(
        self,
        at_pt: NDArray[np.float64],
        aways_pt: Sequence[NDArray[np.float64]],
        name: str,
        size_pt: float,
        *,
        arrow: bool = False,
    ) -> tuple[NDArray[np.float64], float]:
        """Return which distance :meth:`first_free` would take, and how much is covered there."""
        best, least = aways_pt[0], np.inf
        for away in aways_pt:
            box = _box(at_pt + away, away, name, size_pt)
            covered = self._covered(box)
            covered += self._crossed(_line(at_pt, box)) if arrow else 0
            if covered < least:
                best, least = away, covered
            if least == 0:
                break
        return best, float(least)

    def keep_off(self, text: Text) -> None:
        """Take note of words that stand already."""
        self.names_pt.append(box_of(text))

    def _crossed(self, line: NDArray[np.float64]) -> int:
        """Return how much the line of a name crosses names, their lines and, farther on, others."""
        names = sum(bool(_within(line, _wider(box)).any()) for box in self.names_pt)
        arrows = sum(_nearest(line, arrow) < NEAR_PT for arrow in self.arrows_pt)
        beyond = line[len(line) // 4 :]
        across = _nearest(beyond, self.line_pt) < NEAR_PT
        return len(self.line_pt) * (2 * (names + arrows) + across)

    def _covered(self, box: Box) -> int:
        left, lower, right, upper = box
        points = int(_within(self.line_pt, box).sum())
        names = sum(
            one[0] < right and one[2] > left and one[1] < upper and one[3] > lower
            for one in self.names_pt
        )
        arrows = sum(bool(_within(arrow, box).any()) for arrow in self.arrows_pt)
        beyond = (
            left < self.within_pt[0]
            or lower < self.within_pt[1]
            or right > self.within_pt[2]
            or upper > self.within_pt[3]
        )
        return points + 2 * len(self.line_pt) * (names + arrows + beyond)


def room_on(axes: Axes, points: NDArray[np.float64]) -> Room:
    """Return the room of axes whose limits are set, with lines through points of them."""
    line = on_paper(axes, points)
    left, lower, right, upper = np.asarray(axes.get_window_extent().extents) * _pt_per_dot(axes)
    edge = (left + EDGE_PT, lower + EDGE_PT, right - EDGE_PT, upper - EDGE_PT)
    return Room(line, edge)


def box_of(text: Text) -> Box:
    """Return the borders of words that stand on a picture, in points of its paper."""
    text.get_window_extent()  # an annotation gets its place here
    left, lower, right, upper = np.asarray(Text.get_window_extent(text).extents) * _pt_per_dot(text)
    return float(left), float(lower), float(right), float(upper)


def on_paper(axes: Axes, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where points of axes whose limits are set lie on the paper, in points."""
    axes.apply_aspect()
    return np.asarray(axes.transData.transform(points) * _pt_per_dot(axes), dtype=np.float64)


def side_of(away: NDArray[np.float64]) -> str:
    """Return how a name is aligned that stands in a direction from its place."""
    if abs(away[0]) <= LEVEL * float(np.hypot(*away)):
        return "center"
    return "left" if away[0] > 0 else "right"


def _pt_per_dot(drawn: Artist) -> float:
    paper = drawn.get_figure(root=True)
    return 1.0 if paper is None else PT_PER_INCH / float(paper.dpi)


def turned(away: NDArray[np.float64], degrees: float) -> NDArray[np.float64]:
    """Return a way turned to the left."""
    turn = np.radians(degrees)
    ways = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(ways @ away, dtype=np.float64)


def _line(at_pt: NDArray[np.float64], box: Box) -> NDArray[np.float64]:
    """Return points from a place to the middle of its name."""
    middle = np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])
    shares = np.linspace(0.0, 1.0, 30)[:, None]
    return np.asarray(at_pt + shares * (middle - at_pt), dtype=np.float64)


def _wider(box: Box) -> Box:
    left, lower, right, upper = box
    return left - NEAR_PT, lower - NEAR_PT, right + NEAR_PT, upper + NEAR_PT


def _nearest(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.hypot(*(one[:, None] - other[None]).T).min())


def _within(points: NDArray[np.float64], box: Box) -> NDArray[np.bool_]:
    left, lower, right, upper = box
    x, y = points.T
    return np.asarray((x > left) & (x < right) & (y > lower) & (y < upper), dtype=np.bool_)


def _box(at_pt: NDArray[np.float64], away: NDArray[np.float64], name: str, size_pt: float) -> Box:
    wide, tall = LETTER_WIDTH * size_pt * len(name), LETTER_HEIGHT * size_pt
    left = float(at_pt[0]) - {"left": 0.0, "center": wide / 2, "right": wide}[side_of(away)]
    lower = float(at_pt[1]) - tall / 2
    return left, lower, left + wide, lower + tall
