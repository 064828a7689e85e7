"""What lies along the vessel is named in a row above the frame, where no name hides an image."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.canvas import INK
from cto_cds_ccta.figure.fitting import APART_PT
from cto_cds_ccta.figure.palette import OCCLUDED_COLOUR
from cto_cds_ccta.figure.room import box_of, on_paper
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene

RISE_PT, LETTERS_ROW = 1.5, 1.35
"""Above the frame, or above the letters of the marks, whose row is so many letters high."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something along the vessel, with its name.

    Attributes:
        name: What stands above it.
        start_mm: Where it begins.
        end_mm: Where it ends.
        colour: The colour of the name.
    """

    name: str
    start_mm: float
    end_mm: float
    colour: str = INK


def others_named(scene: Scene) -> tuple[Named, ...]:
    """Return the other pieces without contrast, each with the number that it has."""
    return tuple(Named(one.name, one.start_mm, one.end_mm, OCCLUDED_COLOUR) for one in scene.others)


def measured_named(scene: Scene) -> tuple[Named, ...]:
    """Return the other pieces as :func:`others_named`; place and length where one is measured.

    Several of them find no room for that.
    """
    named = others_named(scene)
    if len(named) != 1 or not scene.several_known:
        return named
    (one,) = named
    measured = [(each.proximal.at_mm, each.distal.at_mm) for each in scene.found.lesions]
    if (one.start_mm, one.end_mm) not in measured:
        return named
    start, end, length = (
        f"{mm:.1f}" for mm in (one.start_mm, one.end_mm, one.end_mm - one.start_mm)
    )
    name = words("measured_occlusion", piece=one.name, start=start, end=end, length=length)
    return (replace(one, name=name),)


def contrast_named(scene: Scene) -> tuple[Named, ...]:
    """Return the open vessel that moved caps took in, each piece with what it holds."""
    return tuple(Named(words("contrast_taken_in"), *piece) for piece in scene.contrast_mm)


def between_caps(scene: Scene, text: str) -> Named:
    """Return words about what lies between the caps."""
    return Named(text, scene.found.proximal.at_mm, scene.found.distal.at_mm)


def write_above(
    axes: Axes, named: Sequence[Named], size_pt: float, *, over_letters: bool = True
) -> None:
    """Write names above axes along the vessel whose limits are set, moved apart where they touch.

    Args:
        axes: The axes.
        named: What is named.
        size_pt: Size of the names.
        over_letters: Whether the letters of the marks stand between the frame and the names.
    """
    rise = RISE_PT + (LETTERS_ROW * size_pt if over_letters else 0.0)
    order = sorted(named, key=lambda one: one.start_mm + one.end_mm)
    texts = [
        axes.annotate(
            one.name,
            ((one.start_mm + one.end_mm) / 2, 1.0),
            (0.0, rise),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=size_pt,
            fontweight="bold",
            color=one.colour,
            ha="center",
            va="bottom",
            annotation_clip=False,
        )
        for one in order
    ]
    boxes = [box_of(text) for text in texts]
    left, right = on_paper(axes, np.array([[x, 0.0] for x in axes.get_xlim()]))[:, 0]
    starts = moved_apart(
        [box[0] for box in boxes], [box[2] - box[0] + 2 * APART_PT for box in boxes], left, right
    )
    for text, box, start in zip(texts, boxes, starts, strict=True):
        text.set_position((start - box[0], rise))


def moved_apart(
    starts: Sequence[float], widths: Sequence[float], left: float, right: float
) -> list[float]:
    """Return where pieces of one row begin so that none touches another, each moved little.

    Args:
        starts: Where they should begin, in order.
        widths: How wide they are, with their distance.
        left: Where the row begins.
        right: Where it ends; it is kept before the beginning, where both cannot be.
    """
    forward, edge = [], -np.inf
    for start, width in zip(starts, widths, strict=True):
        forward.append(max(start, edge))
        edge = forward[-1] + width
    backward, edge = [], np.inf
    for start, width in zip(reversed(starts), reversed(widths), strict=True):
        backward.append(min(start, edge - width))
        edge = backward[-1]
    placed = [(one + other) / 2 for one, other in zip(forward, reversed(backward), strict=True)]
    edge = left
    for number, width in enumerate(widths):
        placed[number] = max(placed[number], edge)
        edge = placed[number] + width
    edge = right
    for number in reversed(range(len(widths))):
        placed[number] = min(placed[number], edge - widths[number])
        edge = placed[number]
    return placed
