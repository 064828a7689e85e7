"""The calcium of the occlusion, unrolled: position along the vessel by hour of the clock."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.canvas import (
    ALONG,
    LETTERS_PT,
    OUTLINE,
    SMALL_PT,
    new_canvas,
    plain_axes,
    png,
)
from cto_cds_ccta.figure.marks import draw_letters, draw_lines
from cto_cds_ccta.figure.rays import ANGLES, INNER_SHARE, calcium_on_rays, unrolled
from cto_cds_ccta.measure.chalk import CAP_MM
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.lumen import sections_between

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene

TALL_INCH = 4.3
BRIGHT_HU = (0.0, 1000.0)
CALCIUM_COLOUR = "#D55E00"


def unrolled_figure(scene: Scene) -> Figure:
    """Draw the map, and below it the arc and the share of the area."""
    canvas = new_canvas(TALL_INCH)
    grid = canvas.add_gridspec(
        3, 1, height_ratios=(2.4, 1, 1), left=0.115, right=0.87, top=0.945, bottom=0.09, hspace=0.14
    )
    chart, arc, area = (canvas.add_subplot(grid[row]) for row in range(3))
    _draw_map(canvas, chart, scene)
    draw_letters(chart, scene.marks, LETTERS_PT)
    chalk = scene.found.calcium
    _draw_curve(arc, scene, chalk.arc_deg, "calcium_arc", "calcium\narc (°)")
    arc.set_ylim(0, 390)
    arc.set_yticks([0, 90, 180, 270, 360])
    _draw_curve(area, scene, chalk.area_percent, "calcium_area_fraction", "calcium\narea (%)")
    area.set_ylim(0, 108)
    area.set_yticks([0, 25, 50, 75, 100])
    for axes in (chart, arc):
        axes.tick_params(labelbottom=False)
    area.set_xlabel(ALONG, fontsize=LETTERS_PT, labelpad=1)
    return Figure("calcium.png", "image/png", png(canvas), _caption(scene))


def _draw_map(canvas: Canvas, axes: Axes, scene: Scene) -> None:
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
    _draw_borders(axes, scene)
    _draw_parts(axes, scene)
    axes.set_xlim(*scene.shown_mm)
    axes.set_ylim(12.0, 0.0)
    axes.set_yticks([0, 3, 6, 9, 12], ["12", "3", "6", "9", "12"])
    axes.set_ylabel("hour of the clock", fontsize=LETTERS_PT, labelpad=1)
    plain_axes(axes)
    place = axes.get_position()
    side = canvas.add_axes((0.885, place.y0, 0.018, place.height))
    canvas.colorbar(image, cax=side)
    side.set_ylabel("brightest point of the wall (HU)", fontsize=SMALL_PT, labelpad=2)
    plain_axes(side)


def _draw_borders(axes: Axes, scene: Scene) -> None:
    """Outline what is taken for calcium."""
    chalk = scene.found.calcium
    taken = calcium_on_rays(scene)
    if not taken.any():
        text = scene.told("calcium_arc", "no calcium found between P and D")
        _write(axes, (scene.found.proximal.at_mm + scene.found.distal.at_mm) / 2, 6.0, text)
        return
    around = np.concatenate([taken, taken[:, :1]], axis=1).astype(float)
    hours = np.linspace(0.0, 12.0, ANGLES + 1)
    for colour, width in (("black", 2.6), (CALCIUM_COLOUR, 1.4)):
        axes.contour(chalk.arc_mm, hours, around.T, levels=[0.5], colors=colour, linewidths=width)


def _draw_parts(axes: Axes, scene: Scene) -> None:
    """Show which part of the occlusion counts as cap and which as body."""
    found = scene.found
    cap = min(CAP_MM, found.length_mm / 3)
    places = (found.proximal.at_mm, found.distal.at_mm)
    borders = (places[0], places[0] + cap, places[1] - cap, places[1])
    for at in borders[1:3]:
        axes.axvline(at, color="white", linewidth=0.9, linestyle=(0, (1, 2)))
    for (start, end), name in zip(pairwise(borders), ("cap", "body", "cap"), strict=True):
        _write(axes, (start + end) / 2, 11.4, name)


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


def _draw_curve(
    axes: Axes, scene: Scene, values: NDArray[np.float64], name: str, label: str
) -> None:
    """Draw a curve along the occlusion with its largest value."""
    at = scene.found.calcium.arc_mm
    axes.fill_between(at, values, color="#c9c9c9", linewidth=0)
    axes.plot(at, values, color="black", linewidth=1.2)
    draw_lines(axes, scene.marks, on_image=False)
    best = int(np.argmax(values))
    if values[best] > 0:
        colour = "white" if name in scene.doubts else CALCIUM_COLOUR
        axes.plot(at[best], values[best], "o", color=colour, markeredgecolor="black", markersize=5)
    unit = "°" if name == "calcium_arc" else " %"
    largest = scene.told(name, f"{values[best]:.0f}{unit}")
    if name in scene.doubts:
        largest = largest.replace(" ", "\n")
    axes.text(
        1.008,
        0.95,
        f"largest\n{largest}",
        transform=axes.transAxes,
        fontsize=LETTERS_PT,
        va="top",
    )
    axes.set_xlim(*scene.shown_mm)
    axes.set_ylabel(label, fontsize=LETTERS_PT, labelpad=1)
    axes.grid(axis="y", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    plain_axes(axes)


def _caption(scene: Scene) -> str:
    chalk = scene.found.calcium
    arc = scene.told("calcium_arc", f"{chalk.max_arc_deg:.0f} degrees")
    area = scene.told("calcium_area_fraction", f"{chalk.max_area_percent:.0f} %")
    return (
        "The wall of the vessel cut open at 12 o'clock and laid flat, hours as seen from the "
        "proximal end. Grey: the brightest point between core and outer wall. Orange outline: what "
        "is taken for calcium, by half of its own brightness. Thin dotted lines part caps from "
        "body. "
        f"Below, the arc and the share of the cross-section: at most {arc} and {area}. "
        "For research and planning support."
    )
