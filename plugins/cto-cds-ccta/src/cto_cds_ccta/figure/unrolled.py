"""The calcium of the occlusion, unrolled: position along the vessel by hour of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.canvas import LETTERS_PT, OUTLINE, SMALL_PT, Style, plain_axes, png
from cto_cds_ccta.figure.extents import (
    draw_occlusions,
    draw_others,
    draw_stent,
    rule_millimetres,
    shade_occlusions,
    stent_note,
)
from cto_cds_ccta.figure.frame import along_words, framed
from cto_cds_ccta.figure.marks import draw_letters, draw_lines
from cto_cds_ccta.figure.palette import CALCIUM_COLOUR
from cto_cds_ccta.figure.rays import ANGLES, INNER_SHARE, calcium_on_rays, unrolled
from cto_cds_ccta.figure.strip import (
    Named,
    between_caps,
    contrast_named,
    others_named,
    write_above,
)
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.chalk import CAP_MM
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import sections_between

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.figure import SubFigure
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene

TALL_INCH = 4.3
BRIGHT_HU = (0.0, 1000.0)
PARTS_HOUR = 11.45
SPAN = {"arrowstyle": "|-|,widthA=0.25,widthB=0.25", "color": "white", "linewidth": 1.0} | {
    "shrinkA": 0.5,
    "shrinkB": 0.5,
    "path_effects": [OUTLINE],
}


@dataclass(frozen=True, slots=True)
class Curve:
    """How a curve along the occlusion is drawn.

    Attributes:
        fact: The fact that is its largest value.
        label: What stands beside its axis.
        unit: Its unit, as it follows a number.
        ticks: The numbers at its axis; the last is a little below its end.
    """

    fact: str
    label: str
    unit: str
    ticks: tuple[int, ...]


ARC = Curve("calcium_arc", "calcium\narc (°)", "°", (0, 90, 180, 270, 360))
AREA = Curve("calcium_area_fraction", "calcium\narea (%)", " %", (0, 25, 50, 75, 100))


def unrolled_figure(scene: Scene) -> Figure:
    """Return the picture of :func:`unrolled_canvas`."""
    canvas = unrolled_canvas(scene)
    return Figure("calcium.png", "image/png", png(canvas), _caption(scene))


def unrolled_canvas(scene: Scene) -> Canvas:
    """Draw the map, and below it the arc and the share of the area."""
    outline = (*_outline_note(scene), stent_note(scene))
    notes = (*outline, *_curve_notes(scene), words("hours_unrolled"), _scan(scene))
    canvas, body = framed(scene, "calcium", TALL_INCH, notes)
    grid = body.add_gridspec(
        3, 1, height_ratios=(2.4, 1, 1), left=0.115, right=0.87, top=0.915, bottom=0.09, hspace=0.14
    )
    chart, arc, area = (body.add_subplot(grid[row]) for row in range(3))
    _draw_map(body, chart, scene)
    draw_letters(chart, scene.marks, LETTERS_PT)
    chalk = scene.found.calcium
    _draw_curve(arc, scene, chalk.arc_deg, ARC)
    _draw_curve(area, scene, chalk.area_percent, AREA)
    for axes in (chart, arc):
        axes.tick_params(labelbottom=False)
    area.set_xlabel(along_words(scene), fontsize=LETTERS_PT, labelpad=1)
    return canvas


def _outline_note(scene: Scene) -> list[str]:
    """Return what the outline means, where there is one."""
    drawn = scene.stent is None and bool(calcium_on_rays(scene).any())
    return [words("calcium_outline")] if drawn else []


def _curve_notes(scene: Scene) -> list[str]:
    """Return what the dot of a largest value and the number behind it mean, where they stand."""
    if scene.stent is not None:
        return []
    chalk = scene.found.calcium
    closed = _closed(scene)
    if not any(values[closed].any() for values in (chalk.arc_deg, chalk.area_percent)):
        return []
    doubted = [curve.fact in scene.doubts for curve in (ARC, AREA)]
    told = [words("hollow_dot")] if any(doubted) else []
    return [*told, *([] if all(doubted) else [words("deviation")])]


def _scan(scene: Scene) -> str:
    """Return what of the scan makes calcium look larger than it is."""
    kilovolt, blur = scene.analysis.marked.info.tube_voltage_kv, scene.found.levels.fwhm_mm
    told = "kV not told" if kilovolt is None else f"{kilovolt:g} kV"
    return words("calcium_looks_larger", blur=f"{blur:.2f}", voltage=told)


def _draw_map(canvas: SubFigure, axes: Axes, scene: Scene) -> None:
    found = scene.found
    part = sections_between(found.vessel, *scene.shown_mm)
    rays = unrolled(found.vessel, found.vessel.hu[part], part.start, INNER_SHARE)
    bright = np.fmax.reduce(rays, axis=2)
    low, high = part.start * STEP_MM, (part.stop - 1) * STEP_MM
    image = axes.imshow(
        bright.T,
        cmap="gray",
        vmin=BRIGHT_HU[0],
        vmax=BRIGHT_HU[1],
        extent=(low - STEP_MM / 2, high + STEP_MM / 2, 12.0, 0.0),
        aspect="auto",
        interpolation="bilinear",
    )
    draw_lines(axes, scene.marks, on_image=True)
    draw_others(axes, scene, on_image=True)
    if scene.stent is None:
        _draw_borders(axes, scene)
    draw_stent(axes, scene)
    _draw_parts(axes, scene)
    draw_occlusions(axes, scene)
    axes.set_xlim(*scene.shown_mm)
    axes.set_ylim(12.0, 0.0)
    named = (*others_named(scene), *contrast_named(scene), *_nothing_outlined(scene))
    write_above(axes, named, LETTERS_PT)
    axes.set_yticks([0, 3, 6, 9, 12], ["12", "3", "6", "9", "12"])
    axes.set_ylabel("hour of the clock", fontsize=LETTERS_PT, labelpad=1)
    plain_axes(axes)
    rule_millimetres(axes)
    place = axes.get_position()
    side = canvas.add_axes((0.885, place.y0, 0.018, place.height))
    canvas.colorbar(image, cax=side, extend="max")
    side.set_ylabel("brightest point of the wall (HU)", fontsize=SMALL_PT, labelpad=2)
    plain_axes(side)


def _draw_borders(axes: Axes, scene: Scene) -> None:
    """Outline what is taken for calcium."""
    chalk = scene.found.calcium
    taken = calcium_on_rays(scene)
    if not taken.any():
        return
    around = np.concatenate([taken, taken[:, :1]], axis=1).astype(float)
    hours = np.linspace(0.0, 12.0, ANGLES + 1)
    for colour, width in (("black", 3.4), (CALCIUM_COLOUR, 1.6)):
        axes.contour(chalk.arc_mm, hours, around.T, levels=[0.5], colors=colour, linewidths=width)


def _nothing_outlined(scene: Scene) -> tuple[Named, ...]:
    """Return that no calcium was found, or that this needs review, where none is outlined."""
    if scene.stent is not None or calcium_on_rays(scene).any():
        return ()
    return (between_caps(scene, scene.told("calcium_arc", words("no_calcium"))),)


def _draw_parts(axes: Axes, scene: Scene) -> None:
    """Show which part of the occlusion counts as cap and which as body."""
    for found in scene.found.lesions:
        cap = min(CAP_MM, found.length_mm / 3)
        places = (found.proximal.at_mm, found.distal.at_mm)
        borders = (places[0], places[0] + cap, places[1] - cap, places[1])
        for (start, end), name in zip(pairwise(borders), ("cap", "body", "cap"), strict=True):
            axes.annotate("", (start, PARTS_HOUR), (end, PARTS_HOUR), arrowprops=SPAN)
            if found.main_gap_mm == scene.found.main_gap_mm:
                _write(axes, (start + end) / 2, PARTS_HOUR - 0.55, name)


def _write(axes: Axes, at_mm: float, hour: float, text: str) -> None:
    axes.text(
        at_mm,
        hour,
        text,
        color="white",
        fontsize=LETTERS_PT,
        ha="center",
        va="center",
        path_effects=[OUTLINE],
    )


def _draw_curve(axes: Axes, scene: Scene, values: NDArray[np.float64], curve: Curve) -> None:
    """Draw a curve along the occlusion with its largest value; nothing where metal is."""
    at = scene.found.calcium.arc_mm
    shade_occlusions(axes, scene)
    axes.set_ylim(0, 1.08 * curve.ticks[-1])
    axes.set_yticks(curve.ticks)
    doubted = curve.fact in scene.doubts
    if scene.stent is None:
        _fill(axes, at, np.where(_closed(scene), values, np.nan), doubted=doubted)
    draw_lines(axes, scene.marks, on_image=False)
    draw_others(axes, scene, on_image=False)
    draw_occlusions(axes, scene)
    most = float(values.max(initial=0.0))
    sd = next((fact.sd for fact in scene.analysis.facts if fact.name == curve.fact), None)
    deviation = f"\n± {sd:.0f}" if sd is not None and most > 0 else ""
    largest = scene.told(curve.fact, f"{most:.0f}{curve.unit}{deviation}")
    if doubted:
        largest = largest.replace(" ", "\n")
    if scene.stent is not None:
        largest = f"{largest}:\n{words('metal_hides')}"
    style: Style = {"transform": axes.transAxes, "fontsize": LETTERS_PT, "va": "top"}
    axes.text(1.008, 0.98, f"largest\n{largest}", **style)
    axes.set_xlim(*scene.shown_mm)
    axes.set_ylabel(curve.label, fontsize=LETTERS_PT, labelpad=1)
    axes.grid(axis="y", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    plain_axes(axes)
    rule_millimetres(axes)


def _closed(scene: Scene) -> NDArray[np.bool_]:
    """Return which sections of the curve lie in an occlusion, and not in contrast.

    Nothing is measured between two occlusions.
    """
    at = scene.found.calcium.arc_mm
    pieces = [
        (at >= each.calcium.arc_mm[0]) & (at <= each.calcium.arc_mm[-1])
        for each in scene.found.lesions
    ]
    return np.asarray(np.any(pieces, axis=0) & ~scene.in_contrast(at), dtype=np.bool_)


def _fill(
    axes: Axes, at: NDArray[np.float64], values: NDArray[np.float64], *, doubted: bool
) -> None:
    axes.fill_between(at, values, color="#c9c9c9", linewidth=0)
    axes.plot(at, values, color="black", linewidth=1.2)
    best = int(np.argmax(np.nan_to_num(values)))
    if values[best] > 0:
        filled = "white" if doubted else "black"
        axes.plot(at[best], values[best], "o", color=filled, markeredgecolor="black", markersize=5)


def _caption(scene: Scene) -> str:
    chalk = scene.found.calcium
    arc = scene.told("calcium_arc", f"{chalk.max_arc_deg:.0f} degrees")
    area = scene.told("calcium_area_fraction", f"{chalk.max_area_percent:.0f} %")
    stent = "" if scene.stent is None else f" {scene.stent.sentence} No calcium is outlined."
    return (
        "The wall of the vessel cut open at 12 o'clock and laid flat, hours as seen from the "
        "proximal end. Grey: the brightest point between core and outer wall. "
        f"{' '.join(_outline_note(scene))} Brackets part caps from body. "
        f"Below, the arc and the share of the cross-section: at most {arc} and {area}. "
        f"{_scan(scene)}{stent} {words('standing')}"
    )
