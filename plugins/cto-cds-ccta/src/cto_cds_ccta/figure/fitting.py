"""Words in axes along the vessel, moved to where no other words and no curve are."""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.text import Annotation, Text

from cto_cds_ccta.figure.room import box_of, on_paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.room import Box

APART_PT = 2.0
Side = Literal["left", "center", "right"]
BESIDE: tuple[Side, ...] = ("right", "center", "left")


def raise_to_free(
    axes: Axes,
    text: Text,
    heights: Sequence[float],
    curve: NDArray[np.float64] | None = None,
) -> None:
    """Move words to the first of several heights of axes at which they cover least.

    Args:
        axes: The axes, with their limits set and everything else written.
        text: The words.
        heights: Shares of the height of the axes, the best first.
        curve: Points of a curve that should stay seen, shape (n, 2).
    """
    legend = axes.get_legend()
    others = [one for one in axes.texts if one is not text]
    others += [] if legend is None else list(legend.get_texts())
    taken = [_with_frame(one) for one in others]
    line = np.empty((0, 2)) if curve is None else on_paper(axes, curve)

    def covered(height: float) -> float:
        _put(text, height)
        box = _with_frame(text)
        words = sum(_common(box, one) for one in taken)
        x, y = line.T
        inside = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
        return 1000.0 * words + float(inside.sum())

    _put(text, min(heights, key=covered))


def set_apart(texts: Sequence[Text], places_pt: Sequence[float]) -> None:
    """Let words above places of one row stand before, on or behind their places, without touching.

    Args:
        texts: The words, aligned as is usual.
        places_pt: Where they belong, in points of the paper.
    """
    widths = [box[2] - box[0] for box in map(box_of, texts)]
    usual = [str(text.get_horizontalalignment()) for text in texts]

    def ends(number: int, side: Side) -> tuple[float, float]:
        width, place = widths[number], places_pt[number]
        left = {"right": place - width, "center": place - width / 2, "left": place}[side]
        return left - APART_PT / 2, left + width + APART_PT / 2

    def cost(sides: tuple[Side, ...]) -> tuple[float, int]:
        pieces = [ends(number, side) for number, side in enumerate(sides)]
        touching = sum(
            max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
            for one, other in combinations(pieces, 2)
        )
        return touching, sum(side != kept for side, kept in zip(sides, usual, strict=True))

    best = min(product(BESIDE, repeat=len(texts)), key=cost)
    for text, side in zip(texts, best, strict=True):
        text.set_horizontalalignment(side)


def _put(text: Text, height: float) -> None:
    if isinstance(text, Annotation):
        text.xy = (text.xy[0], height)
    else:
        text.set_y(height)


def _with_frame(text: Text) -> Box:
    """Return the borders of words, or of the frame around them."""
    box, frame = box_of(text), text.get_bbox_patch()
    pad = 0.0 if frame is None else APART_PT
    return box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad


def _common(one: Box, other: Box) -> float:
    """Return the area that two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(tall, 0.0)
