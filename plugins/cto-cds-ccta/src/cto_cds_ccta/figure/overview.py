"""The picture that is printed: the straightened vessel above its areas and composition."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.canvas import PALE_INK, PAPER_PT, PAPER_TALL_INCH, Style, new_canvas, png
from cto_cds_ccta.figure.composition import (
    class_handles,
    doubt_named,
    draw_areas,
    draw_landing_zone,
    spread_mm,
    stump_words,
)
from cto_cds_ccta.figure.extents import purple_note, stent_note
from cto_cds_ccta.figure.frame import classes_note, head_on_paper, window_note
from cto_cds_ccta.figure.marks import EXPLAINED, MEANINGS, draw_letters
from cto_cds_ccta.figure.palette import CLASS_LABELS_ON_PAPER, WINDOW_HU
from cto_cds_ccta.figure.straightened import draw_straightened
from cto_cds_ccta.figure.strip import others_named, write_above
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from cto_cds_ccta.figure.scene import Scene

ROW = 0.0425
"""Height of a row of letters, as a share of the canvas."""
TOP, BOTTOM, LEFT, WIDE = 0.902, 0.37, 0.075, 0.917
GAP, STRIP = 0.016, 0.044
"""Between two rows, and for a row of names, as shares of the canvas."""
GREYS_AT, GREYS_WIDE = (0.6, 1.12 * ROW), 0.392


def overview_figure(scene: Scene) -> Figure:
    """Return the picture of :func:`overview_canvas`."""
    canvas = overview_canvas(scene)
    return Figure("vessel.png", "image/png", png(canvas), _caption(scene))


def overview_canvas(scene: Scene) -> Canvas:
    """Draw the vessel along its line."""
    canvas = new_canvas(PAPER_TALL_INCH, paper=True)
    named = (*others_named(scene), *doubt_named(scene))
    upper, lower, area = _rows(canvas, STRIP if named else 0.0)
    for plane, axes in enumerate((upper, lower)):
        draw_straightened(axes, scene, plane, PAPER_PT)
        axes.set_ylabel("mm", fontsize=PAPER_PT, labelpad=1)
    draw_letters(upper, scene.marks, PAPER_PT)
    draw_areas(area, scene, PAPER_PT)
    draw_landing_zone(area, scene, PAPER_PT)
    write_above(area, named, PAPER_PT, over_letters=False)
    area.set_xlabel(words("along"), fontsize=PAPER_PT, labelpad=0.5)
    head_on_paper(canvas, scene, 0.974)
    if scene.stent is None:
        _name_classes(canvas)
    for number, row in enumerate(reversed(_key(scene))):
        canvas.text(0.004, (2.55 + number) * ROW, row, fontsize=PAPER_PT, va="center")
    last: Style = {"fontsize": PAPER_PT, "va": "center"}
    canvas.text(0.004, 1.55 * ROW, _stretched(upper), **last)
    _draw_greys(canvas)
    canvas.text(0.004, 0.55 * ROW, words("standing"), color=PALE_INK, **last)
    canvas.text(0.994, 0.55 * ROW, classes_note(scene), fontweight="bold", ha="right", **last)
    return canvas


def _rows(canvas: Canvas, strip: float) -> tuple[Axes, Axes, Axes]:
    """Return axes for both images and, below a strip for names, twice as high, for the areas."""
    unit = (TOP - BOTTOM - 2 * GAP - strip) / 4
    lower = BOTTOM + 2 * unit + GAP + strip
    places = ((lower + unit + GAP, unit), (lower, unit), (BOTTOM, 2 * unit))
    upper, middle, area = (canvas.add_axes((LEFT, at, WIDE, tall)) for at, tall in places)
    return upper, middle, area


def _stretched(image: Axes) -> str:
    """Return how large the images are across the vessel, beside their scale along it."""
    (low, high), (bottom, top) = image.get_xlim(), image.get_ylim()
    place = image.get_window_extent()
    share = (place.height / (top - bottom)) / (place.width / (high - low))
    return words("stretched", percent=f"{100 * share:.0f}")


def _draw_greys(canvas: Canvas) -> None:
    """Draw from black to white what the greys of the images mean."""
    axes = canvas.add_axes((*GREYS_AT, GREYS_WIDE, 0.86 * ROW), label="greys")
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


def _name_classes(canvas: Canvas) -> None:
    canvas.legend(
        handles=class_handles(CLASS_LABELS_ON_PAPER),
        loc="center",
        bbox_to_anchor=(0.5, 5.55 * ROW),
        ncols=4,
        fontsize=PAPER_PT,
        frameon=False,
        handlelength=1.0,
        handletextpad=0.3,
        columnspacing=0.7,
        borderaxespad=0.0,
        borderpad=0.0,
    )


def _key(scene: Scene) -> tuple[str, ...]:
    """Return what the lines mean, row by row; in a stent one more, since it has no classes."""
    wall = words("triangle") if scene.analysis.edits.wall else ""
    purple = words("occlusions_on_paper") if scene.others else purple_note(scene)
    colours = (words("letters_on_paper"), words("wall_on_paper"), purple, words("lumen_on_paper"))
    classes = "" if scene.stent is not None else words("classes_on_paper")
    length = "" if "occlusion_length" in scene.doubts else words("deviation")
    rows = [colours, (words("lines_on_paper"), wall), (classes, length)]
    if scene.stent is not None:
        rows.insert(0, (words("hidden") if scene.hidden_mm else "", stent_note(scene)))
    return tuple(" ".join(filter(None, row)) for row in rows)


def _caption(scene: Scene) -> str:
    found, sd = scene.found, scene.analysis.sd
    shares = np.round(found.content.share_percent).astype(int)
    names = ("necrotic core", "fibrofatty", "fibrous", "dense calcium")
    classes = ", ".join(f"{name} {share} %" for name, share in zip(names, shares, strict=True))
    length = scene.told("occlusion_length", f"{found.length_mm:.1f} ± {sd.length_mm:.1f} mm")
    told = scene.told("necrotic_core_pav", classes)
    voltage = "".join(f"{sentence} " for sentence in scene.voltage)
    spread = f"{words('hatched')} {words('spread', reach=f'{spread_mm(scene):.1f}')} "
    spread = spread if scene.stent is None else ""
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
