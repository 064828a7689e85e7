"""The picture that is printed: the straightened vessel above its areas and composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.branching import SIDES, name_branches, shown_in
from cto_cds_ccta.figure.canvas import (
    PALE_INK,
    PAPER_INCH,
    PAPER_PT,
    PAPER_TALL_INCH,
    Style,
    new_canvas,
    png,
)
from cto_cds_ccta.figure.composition import (
    class_handles,
    doubt_named,
    draw_areas,
    draw_landing_zone,
    length_words,
    spread_mm,
    stump_words,
)
from cto_cds_ccta.figure.extents import purple_note, stent_note
from cto_cds_ccta.figure.frame import along_words, classes_note, head_on_paper, window_note
from cto_cds_ccta.figure.marks import EXPLAINED, MEANINGS, draw_letters
from cto_cds_ccta.figure.palette import CLASS_LABELS_ON_PAPER, WINDOW_HU
from cto_cds_ccta.figure.straightened import draw_straightened, reach_mm
from cto_cds_ccta.figure.strip import contrast_named, measured_named, write_above
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from cto_cds_ccta.figure.scene import Scene

ROW_INCH = 0.1003
"""Height of a row of letters."""
LEFT, WIDE = 0.075, 0.917
GAP_INCH, AXIS_INCH, LEAST_AREA_INCH = 0.035, 0.243, 0.42
"""Between two pieces, for the numbers of the axis with its name, and at least for the areas."""
GREYS_AT, GREYS_WIDE = 0.6, 0.392
PT_PER_ROW = 72 * ROW_INCH


def overview_figure(scene: Scene) -> Figure:
    """Return the picture of :func:`overview_canvas`."""
    canvas = overview_canvas(scene)
    return Figure("vessel.png", "image/png", png(canvas), _caption(scene))


def overview_canvas(scene: Scene) -> Canvas:
    """Draw the vessel along its line."""
    canvas = new_canvas(PAPER_TALL_INCH, paper=True)
    named = (*measured_named(scene), *contrast_named(scene), *doubt_named(scene))
    key, note = _key(scene), classes_note(scene)
    below = len(key) + 1 + bool(note) + (scene.stent is None)
    upper, lower, area = _rows(canvas, scene, below, named=bool(named))
    for plane, axes in enumerate((upper, lower)):
        draw_straightened(axes, scene, plane, PAPER_PT)
        for side in SIDES:
            name_branches(axes, scene, plane, side, PAPER_PT)
    above = PT_PER_ROW if shown_in(scene, 0, 1.0) else 0.0
    draw_letters(upper, scene.marks, PAPER_PT, above_pt=above)
    draw_areas(area, scene, PAPER_PT)
    draw_landing_zone(area, scene, PAPER_PT)
    write_above(area, named, PAPER_PT, over_letters=False)
    area.set_xlabel(along_words(scene), fontsize=PAPER_PT, labelpad=0.5)
    head_on_paper(canvas, scene, 1 - 0.6 * ROW_INCH / PAPER_TALL_INCH)
    row = ROW_INCH / PAPER_TALL_INCH
    if scene.stent is None:
        _name_classes(canvas, (below - 0.5) * row)
    last: Style = {"fontsize": PAPER_PT, "va": "center"}
    key[-1].append(_scale(upper))
    for number, told in enumerate(reversed(key), start=1 + bool(note)):
        canvas.text(0.004, (number + 0.5) * row, " ".join(filter(None, told)), **last)
    canvas.text(0.004, 1.5 * row, note, fontweight="bold", **last)
    canvas.text(0.004, 0.5 * row, words("standing"), color=PALE_INK, **last)
    _draw_greys(canvas, row)
    return canvas


def _rows(canvas: Canvas, scene: Scene, below: int, *, named: bool) -> tuple[Axes, Axes, Axes]:
    """Return axes for both images and for the areas, with room for names where some are.

    The images have one scale across and along where the paper is high enough.
    """
    beside = {
        (plane, side): bool(shown_in(scene, plane, side)) for plane in (0, 1) for side in SIDES
    }
    top = PAPER_TALL_INCH - (2.15 + beside[0, 1.0]) * ROW_INCH
    bottom = below * ROW_INCH + AXIS_INCH
    between = GAP_INCH + (beside[0, -1.0] + beside[1, 1.0]) * ROW_INCH
    over_area = GAP_INCH + (beside[1, -1.0] + named) * ROW_INCH
    free = top - bottom - between - over_area
    low, high = scene.shown_mm
    true = 2 * reach_mm(scene) * WIDE * PAPER_INCH / (high - low)
    strip = min(true, (free - LEAST_AREA_INCH) / 2)
    lower = top - 2 * strip - between
    places = (
        (top - strip, strip),
        (lower, strip),
        (bottom, lower - over_area - bottom),
    )
    upper, middle, area = (
        canvas.add_axes((LEFT, at / PAPER_TALL_INCH, WIDE, tall / PAPER_TALL_INCH))
        for at, tall in places
    )
    return upper, middle, area


def _scale(image: Axes) -> str:
    """Return how large the images are across the vessel, beside their scale along it."""
    (low, high), (bottom, top) = image.get_xlim(), image.get_ylim()
    place = image.get_window_extent()
    percent = round(100 * (place.height / (top - bottom)) / (place.width / (high - low)))
    return words("to_scale") if percent == 100 else words("stretched", percent=percent)


def _draw_greys(canvas: Canvas, row: float) -> None:
    """Draw from black to white what the greys of the images mean."""
    axes = canvas.add_axes((GREYS_AT, 0.08 * row, GREYS_WIDE, 0.84 * row), label="greys")
    low, high = WINDOW_HU
    axes.imshow(
        np.linspace(low, high, 64)[None],
        cmap="gray",
        vmin=low,
        vmax=high,
        extent=(0.0, 1.0, 0.0, 1.0),
        aspect="auto",
    )
    axes.set_xticks([])
    axes.set_yticks([])
    style: Style = {"fontsize": PAPER_PT, "va": "center"}
    axes.text(0.02, 0.46, f"{low:.0f}".replace("-", "−"), color="white", ha="left", **style)
    axes.text(0.98, 0.46, f"{high:.0f} HU", color="black", ha="right", **style)


def _name_classes(canvas: Canvas, height: float) -> None:
    canvas.legend(
        handles=class_handles(CLASS_LABELS_ON_PAPER),
        loc="center",
        bbox_to_anchor=(0.5, height),
        ncols=4,
        fontsize=PAPER_PT,
        frameon=False,
        handlelength=1.0,
        handletextpad=0.3,
        columnspacing=0.7,
        borderaxespad=0.0,
        borderpad=0.0,
    )


def _key(scene: Scene) -> list[list[str]]:
    """Return what the lines mean, row by row; in a stent one more, since it has no classes."""
    wall = words("triangle") if scene.analysis.edits.wall else ""
    purple = words("occlusions_on_paper") if scene.others else purple_note(scene)
    colours = [words("letters_on_paper"), words("wall_on_paper"), purple, words("lumen_on_paper")]
    classes = "" if scene.stent is not None else words("classes_on_paper")
    length = "" if "occlusion_length" in scene.doubts else words("deviation")
    others = words("other_vessels_on_paper")
    rows = [colours, [words("lines_on_paper"), wall], [classes, length, others]]
    if scene.stent is not None:
        rows[-1].append(words("beside_stent_on_paper"))
        rows.insert(0, [words("hidden") if scene.hidden_mm else "", stent_note(scene)])
    return rows


def _caption(scene: Scene) -> str:
    shares = np.round(scene.found.content.share_percent).astype(int)
    names = ("necrotic core", "fibrofatty", "fibrous", "dense calcium")
    classes = ", ".join(f"{name} {share} %" for name, share in zip(names, shares, strict=True))
    length = length_words(scene)
    told = scene.told("necrotic_core_pav", classes)
    voltage = "".join(f"{sentence} " for sentence in scene.voltage)
    spread = f"{words('hatched')} {words('spread', reach=f'{spread_mm(scene):.1f}')} "
    spread = f"{spread}{words('rim')} " if scene.stent is None else ""
    others = "".join(
        f"Also without contrast: {one.start_mm:.1f} to {one.end_mm:.1f} mm ({one.name}). "
        for one in scene.others
    )
    branches = "".join(f"At {one.seen.at_mm:.1f} mm: {one.name}. " for one in scene.branches)
    stent = "" if scene.stent is None else f"{scene.stent.sentence} "
    return (
        f"The vessel straightened, in two planes, and its areas along the line. {MEANINGS}; "
        f"numbers beside the letters are positions on the line. Length from P to D: {length}. "
        f"Before P: {stump_words(scene)}. {others}{branches}{stent}"
        f"Share of the plaque: {told}. {spread}{voltage}{EXPLAINED} Near the caps the lumen has "
        "the form that was fitted to it; where calcium lies in an open section no lumen is drawn. "
        f"{window_note()} {words('no_class')} {words('hours')} A straightened view does not show "
        f"bends. {words('standing')}"
    )
