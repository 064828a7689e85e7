"""What stands around every picture: its title, whose scan it is, and what its lines mean."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from cto_cds_ccta.figure.canvas import (
    LETTERS_PT,
    PALE_INK,
    PAPER_PT,
    SMALL_PT,
    Style,
    new_canvas,
)
from cto_cds_ccta.figure.extents import bars_note
from cto_cds_ccta.figure.palette import WINDOW_HU
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.voltage import USUAL_KV

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas
    from matplotlib.figure import SubFigure

    from cto_cds_ccta.figure.scene import Scene

HEAD_INCH, ROW_INCH, CHARACTERS = 0.3, 0.13, 112
WHOLE = {"left": 0.0, "right": 1.0, "bottom": 0.0, "top": 1.0}
LONGEST_NAME, LONGEST_ON_PAPER = 44, 60
RIGHT_EDGE = 0.996
LONGEST_CASE, LEAST_LEFT, LEAST_FIRST = 28, 12, 4
"""However long the name of the case, so much of that of the series and of its start is shown."""
END_OF_UID = 6


def framed(
    scene: Scene,
    picture: str,
    tall_inch: float,
    notes: tuple[str, ...] = (),
    *,
    along: bool = True,
) -> tuple[Canvas, SubFigure]:
    """Return a canvas with its title and its key, and the free place between them.

    Args:
        scene: What is drawn.
        picture: Name of the picture, without ending.
        tall_inch: Height of the free place.
        notes: What else stands below it, sentence by sentence.
        along: Whether the vessel goes from left to right.
    """
    told = " ".join((words("letters"), words("lines"), bars_note(scene), *filter(None, notes)))
    rows = textwrap.wrap(told, CHARACTERS)
    foot_inch = ROW_INCH * len(rows) + 0.08
    canvas = new_canvas(HEAD_INCH + tall_inch + foot_inch)
    heights = (HEAD_INCH, tall_inch, foot_inch)
    grid = canvas.add_gridspec(3, 1, height_ratios=heights, hspace=0.0, **WHOLE)
    head, body, foot = (canvas.add_subfigure(grid[row]) for row in range(3))
    first, second = 1 - 0.08 / HEAD_INCH, 1 - 0.21 / HEAD_INCH
    style: Style = {"fontsize": SMALL_PT, "va": "center"}
    heavy: Style = {"fontsize": LETTERS_PT, "fontweight": "bold", "va": "center"}
    head.text(0.006, first, named(scene, words(f"title_{picture}")), **heavy)
    case = min(len(scene.analysis.marked.name), LONGEST_CASE)
    head.text(0.994, first, whose(scene, LONGEST_NAME - case), ha="right", **style)
    head.text(0.006, second, words("standing"), color=PALE_INK, **style)
    if along:
        head.text(0.994, second, words("way"), ha="right", **heavy)
    for number, row in enumerate(rows):
        foot.text(0.006, 1 - (0.05 + (number + 0.5) * ROW_INCH) / foot_inch, row, **style)
    return canvas, body


def head_on_paper(canvas: Canvas, scene: Scene, height: float) -> None:
    """Write the title of the printed picture at a height of the canvas."""
    style: Style = {"fontsize": PAPER_PT, "va": "center"}
    told = named(scene, words("title_vessel"))
    title = canvas.text(0.004, height, told, fontweight="bold", **style)
    edge = title.get_window_extent().x1 / canvas.bbox.width
    series = canvas.text(edge + 0.012, height, whose(scene, LONGEST_ON_PAPER), **style)
    for longest in range(LONGEST_ON_PAPER, LEAST_LEFT, -1):
        if series.get_window_extent().x1 < RIGHT_EDGE * canvas.bbox.width:
            return
        series.set_text(whose(scene, longest, word=""))


def named(scene: Scene, title: str) -> str:
    """Return a title with what a person calls the case before it."""
    name = _shortened(scene.analysis.marked.name, LONGEST_CASE)
    return f"{name}: {title}" if name else title


def whose(scene: Scene, longest: int, word: str = "series ") -> str:
    """Return the series in words: what the scanner called it, its voltage, the end of its UID."""
    info = scene.analysis.marked.info
    description, kernel = " ".join(info.description.split()), info.kernel.strip()
    name = _shortened_before_kernel(description, kernel, max(longest, LEAST_LEFT))
    kilovolt = info.tube_voltage_kv
    told = [name, "kV not told" if kilovolt is None else f"{kilovolt:g} kV"]
    return ", ".join([*filter(None, told), f"{word}…{info.series_uid[-END_OF_UID:]}"])


def _shortened(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1].rstrip()}…"


def _shortened_before_kernel(name: str, kernel: str, longest: int) -> str:
    """Return the name of a series with its middle left out, and its kernel or last word kept."""
    if len(name) <= longest:
        return name
    kept = kernel if kernel and kernel in name else name.rsplit(maxsplit=1)[-1]
    first, _, after = name.rpartition(kept)
    last = f"{kept}{after}"
    if len(last) > longest - LEAST_FIRST:
        last = f"{kept}…" if after else kept
    if len(last) > longest - LEAST_FIRST:
        return _shortened(name, longest)
    return f"{first[: longest - 1 - len(last)].rstrip()}…{last}"


def along_words(scene: Scene) -> str:
    """Return what the numbers along the vessel count from: a seed, or the start of a given line."""
    return words("along_from_seed" if _between_seeds(scene) else "along_from_start")


def numbers_note(scene: Scene) -> str:
    """Return what the positions count from, for a picture without an axis along the vessel."""
    return words("numbers_from_seed" if _between_seeds(scene) else "numbers_from_start")


def _between_seeds(scene: Scene) -> bool:
    return scene.analysis.marked.worst_cost_per_mm is not None


def classes_note(scene: Scene) -> str:
    """Return for which tube voltage the classes are made, where it is not that of the scan."""
    kilovolt = scene.analysis.marked.info.tube_voltage_kv
    if kilovolt is None:
        return words("classes_at_unknown", usual=USUAL_KV)
    if round(kilovolt) == USUAL_KV:
        return ""
    return words("classes_at", usual=USUAL_KV, found=f"{kilovolt:g}")


def window_note() -> str:
    """Return what the greys of an image mean."""
    low, high = (f"{hu:.0f}".replace("-", "−") for hu in WINDOW_HU)
    return words("window", low=low, high=high)
