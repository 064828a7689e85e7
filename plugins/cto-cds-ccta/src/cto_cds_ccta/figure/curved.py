"""The vessel as it runs, in two curved views, with marks, walls and the sharpest bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.canvas import (
    OUTLINE,
    SCREEN_INCH,
    SMALL_PT,
    new_canvas,
    no_frame,
    png,
    scale_bar,
)
from cto_cds_ccta.figure.marks import EXPLAINED, MEANINGS
from cto_cds_ccta.figure.palette import WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.measure.line import PIECE_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.figure.views import CurvedView

BAR_MM = 10.0
GAP_INCH, TITLE_INCH = 0.08, 0.2
BEYOND_WALL_MM, LETTER_MM = 1.2, 2.9
LEAST_SEEN = 0.5
BEND_PT = 24.0
TITLES = (
    "As it runs, from the side on which most of its bends are seen",
    "Cut at right angles to this, unrolled: bends towards the viewer and away",
)
WORDS = (("patient's right", "patient's left"), ("front", "back"), ("feet", "head"))
_SAID = 0.45


def curved_figure(scene: Scene, views: tuple[CurvedView, CurvedView]) -> Figure:
    """Draw both views in one scale, one above the other."""
    wide = max(view.extent_mm[1] - view.extent_mm[0] for view in views)
    per_inch = wide / SCREEN_INCH
    heights = [(view.extent_mm[3] - view.extent_mm[2]) / per_inch for view in views]
    whole = sum(heights) + 2 * TITLE_INCH + GAP_INCH
    canvas = new_canvas(whole)
    top = whole
    bends = [_bend_in(scene, view) for view in views]
    for view, title, height, bend in zip(views, TITLES, heights, bends, strict=True):
        top -= TITLE_INCH
        canvas.text(0.005, (top + 0.045) / whole, title, fontsize=SMALL_PT, va="bottom")
        share = (view.extent_mm[1] - view.extent_mm[0]) / wide
        axes = canvas.add_axes((0.0, (top - height) / whole, share, height / whole))
        _draw_view(axes, scene, view, points_at_bend=bend == max(bends))
        top -= height + GAP_INCH
    return Figure("curved.png", "image/png", png(canvas), _caption(scene))


def _draw_view(axes: Axes, scene: Scene, view: CurvedView, *, points_at_bend: bool) -> None:
    left, right, bottom, top = view.extent_mm
    axes.imshow(
        view.hu,
        cmap="gray",
        vmin=WINDOW_HU[0],
        vmax=WINDOW_HU[1],
        extent=view.extent_mm,
        origin="lower",
        interpolation="bilinear",
    )
    no_frame(axes)
    course = view.course_mm
    sideways = _sideways(course)
    radius = scene.found.vessel.line.outer_radius_mm[:, None]
    for side in (-1, 1):
        wall = course + side * radius * sideways
        axes.plot(*wall.T, color=WALL_COLOUR, linewidth=0.8)
    _draw_marks(axes, scene, course, sideways)
    if points_at_bend:
        _draw_bend(axes, scene, course, sideways)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    scale_bar(axes, (right - BAR_MM - 1.5, bottom + 1.2), BAR_MM)
    for words, x, y, across, along, turn in (
        (_word(-view.right_lps), 0.006, 0.5, "left", "center", 90),
        (_word(view.right_lps), 0.994, 0.5, "right", "center", 270),
        (_word(view.up_lps), 0.5, 0.985, "center", "top", 0),
        (_word(-view.up_lps), 0.5, 0.015, "center", "bottom", 0),
    ):
        axes.text(
            x,
            y,
            words,
            transform=axes.transAxes,
            rotation=turn,
            color="white",
            fontsize=SMALL_PT,
            ha=across,
            va=along,
            path_effects=[OUTLINE],
        )


def _sideways(course: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return unit vectors across the course in the picture; nan where it runs into depth."""
    along = np.gradient(course, axis=0)
    length = np.linalg.norm(along, axis=1, keepdims=True)
    usual = float(np.median(length))
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.maximum(length, 1e-9)
    across[length[:, 0] < LEAST_SEEN * usual] = np.nan
    return np.asarray(across)


def _draw_marks(
    axes: Axes, scene: Scene, course: NDArray[np.float64], sideways: NDArray[np.float64]
) -> None:
    line = scene.found.vessel.line
    for mark in scene.marks:
        at = int(np.argmin(np.abs(line.arc_mm - mark.at_mm)))
        across = np.nan_to_num(sideways[at], nan=0.7)
        reach = float(line.outer_radius_mm[at]) + BEYOND_WALL_MM
        ends = np.array([course[at] - reach * across, course[at] + reach * across])
        width = 1.5 if mark.letter in "PD" else 1.0
        axes.plot(*ends.T, color="black", linewidth=width + 1.2, alpha=0.7)
        axes.plot(*ends.T, color="white", linewidth=width, linestyle=mark.style)
        where = course[at] + (reach + LETTER_MM - BEYOND_WALL_MM) * across
        axes.text(
            float(where[0]),
            float(where[1]),
            mark.text,
            color="white",
            fontsize=SMALL_PT + 1.0,
            fontweight="bold",
            ha="center",
            va="center",
            path_effects=[OUTLINE],
        )


def _bend_in(scene: Scene, view: CurvedView) -> float:
    """Return how much of the sharpest bend a view shows: the angle between its chords there."""
    line, at = scene.found.vessel.line, scene.found.bend.at_mm
    places = [at - PIECE_MM, at, at + PIECE_MM]
    here = np.column_stack([np.interp(places, line.arc_mm, axis) for axis in view.course_mm.T])
    before, after = np.diff(here, axis=0)
    across = before[0] * after[1] - before[1] * after[0]
    return float(np.arctan2(abs(across), before @ after))


def _draw_bend(
    axes: Axes, scene: Scene, course: NDArray[np.float64], sideways: NDArray[np.float64]
) -> None:
    """Point at the sharpest bend, from the side on which no mark has its letter."""
    found = scene.found
    at = int(np.argmin(np.abs(found.vessel.line.arc_mm - found.bend.at_mm)))
    across = -np.nan_to_num(sideways[at], nan=0.7)
    reach = float(found.vessel.line.outer_radius_mm[at])
    told = scene.told("max_bend", f"{found.bend.angle_deg:.0f}°")
    axes.annotate(
        f"bend {told}",
        course[at] + (reach + 0.2) * across,
        tuple(BEND_PT * across),
        textcoords="offset points",
        color="white",
        fontsize=SMALL_PT,
        ha="center",
        va="center",
        path_effects=[OUTLINE],
        arrowprops={"arrowstyle": "->", "color": "white", "linewidth": 1.0, "shrinkA": 0.0},
    )


def _word(direction: NDArray[np.float64]) -> str:
    """Return which side of the patient a direction points to."""
    order = np.argsort(-np.abs(direction))
    told = [WORDS[axis][int(direction[axis] > 0)] for axis in order if abs(direction[axis]) > _SAID]
    return ", ".join(told[:2])


def _caption(scene: Scene) -> str:
    found, sd = scene.found, scene.analysis.sd
    bend = scene.told("max_bend", f"{found.bend.angle_deg:.0f} ± {sd.bend_deg:.0f} degrees")
    return (
        "The vessel on two curved surfaces through its middle, at right angles to each other, in "
        f"one scale, with the outer wall. {MEANINGS}. Sharpest bend: {bend}, at "
        f"{found.bend.at_mm:.1f} mm of the line. {EXPLAINED} For research and planning support."
    )
