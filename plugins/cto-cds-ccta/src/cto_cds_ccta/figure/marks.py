"""The four marks of Xing 2022: P and D, the caps; S and E, the references before and behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from cto_cds_ccta.figure.fitting import set_apart
from cto_cds_ccta.figure.room import on_paper
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from collections.abc import Collection

    from matplotlib.axes import Axes

    from cto_cds_ccta.edits import Edits
    from cto_cds_ccta.measure.occlusion import Occlusion

Standing = Literal["found", "needs review", "given", "confirmed", "edited"]

MEANINGS = "S proximal reference, P proximal cap, D distal cap, E distal reference"
STYLES = {
    "found": (0, (5, 2.5)),
    "needs review": (0, (1, 1.3)),
    "given": (0, ()),
    "confirmed": (0, ()),
    "edited": (0, ()),
}
ENDINGS = {
    "found": "",
    "needs review": "?",
    "given": " given",
    "confirmed": " ok",
    "edited": " edited",
}
EXPLAINED = words("lines")
_DOUBTED_BY = {
    "S": "proximal_vessel_diameter",
    "P": "proximal_vessel_diameter",
    "D": "distal_vessel_diameter",
    "E": "distal_vessel_diameter",
}
"""The diameter beside a cap is in doubt exactly when the cap or the line is."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on the line.

    Attributes:
        letter: S, P, D or E.
        at_mm: Position on the line, as in ``review.json``.
        standing: Whether a person has looked at it, or should.
    """

    letter: str
    at_mm: float
    standing: Standing

    @property
    def text(self) -> str:
        """The letter, and how it stands where that is not as usual."""
        return f"{self.letter}{ENDINGS[self.standing]}"

    @property
    def style(self) -> tuple[int, tuple[float, ...]]:
        """Dashes of its line."""
        return STYLES[self.standing]


def marks_of(found: Occlusion, edits: Edits, doubted: Collection[str]) -> tuple[Mark, ...]:
    """Return the marks of a measurement in the order of their letters along the vessel."""
    arc = found.vessel.line.arc_mm
    places = {
        "S": float(arc[found.before].mean()),
        "P": found.proximal.at_mm,
        "D": found.distal.at_mm,
        "E": float(arc[found.behind].mean()),
    }
    put = {"S": found.places.before_mm, "E": found.places.behind_mm}
    given = {name for name, at in put.items() if at is not None}
    return tuple(
        Mark(name, at, _standing(name, edits, doubted, given)) for name, at in places.items()
    )


def _standing(
    letter: str, edits: Edits, doubted: Collection[str], given: Collection[str]
) -> Standing:
    if letter in edits.moved:
        return "edited"
    if letter in edits.confirmed:
        return "confirmed"
    if _DOUBTED_BY[letter] in doubted:
        return "needs review"
    return "given" if letter in given else "found"


def draw_lines(axes: Axes, marks: tuple[Mark, ...], *, on_image: bool) -> None:
    """Draw each mark as a line across axes that go along the vessel; caps heavier."""
    for mark in marks:
        width = 1.4 if mark.letter in "PD" else 0.9
        if on_image:
            axes.axvline(mark.at_mm, color="black", linewidth=width + 1.0, alpha=0.6)
        axes.axvline(
            mark.at_mm,
            color="white" if on_image else "black",
            linewidth=width,
            linestyle=mark.style,
        )


def draw_letters(
    axes: Axes, marks: tuple[Mark, ...], size_pt: float, *, above_pt: float = 0.0
) -> None:
    """Write the marks with their positions above axes along the vessel whose limits are set.

    Args:
        axes: The axes.
        marks: The marks.
        size_pt: Size of the letters.
        above_pt: Height of another row between them and the axes.
    """
    start, proximal, distal, end = marks
    gap = min(proximal.at_mm - start.at_mm, end.at_mm - distal.at_mm)
    inwards = distal.at_mm - proximal.at_mm > 2 * gap
    texts, places = [], []
    for mark in marks:
        to_left = mark is start or mark is (distal if inwards else proximal)
        text = axes.annotate(
            f"{mark.text} {mark.at_mm:.1f}",
            (mark.at_mm, 1.0),
            (2.0 if to_left else -2.0, 1.5 + above_pt),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            fontsize=size_pt,
            fontweight="bold" if mark.letter in "PD" else "normal",
            ha="right" if to_left else "left",
            va="bottom",
            annotation_clip=False,
        )
        texts.append(text)
        places.append(float(on_paper(axes, np.array([[mark.at_mm, 0.0]]))[0, 0]))
    set_apart(texts, places)
