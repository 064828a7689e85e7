"""The vessel as it runs, in two curved views, with marks, walls and the sharpest bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.branching import ARROW
from cto_cds_ccta.figure.canvas import OUTLINE, SCREEN_INCH, SMALL_PT, no_frame, png, scale_bar
from cto_cds_ccta.figure.extents import STENT_DASHES, stent_name
from cto_cds_ccta.figure.frame import framed, window_note
from cto_cds_ccta.figure.marks import EXPLAINED, MEANINGS
from cto_cds_ccta.figure.palette import OCCLUDED_COLOUR, STENT_COLOUR, WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.line import PIECE_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Scene, SideBranch
    from cto_cds_ccta.figure.views import CurvedView

BAR_MM = 10.0
GAP_INCH, TITLE_INCH = 0.08, 0.2
BEYOND_WALL_MM, LETTER_MM = 1.2, 2.9
LEAST_SEEN = 0.5
BEND_PT, BRANCH_PT, END_PT = 26.0, 22.0, 21.0
LEAST_SHOWN_DEG = 15.0
"""The place of a smaller bend can hardly be seen, so no arrow points at it."""
BAND_MM = 0.7
"""How far outside the wall the band of an occlusion or a stent runs."""
TITLES = ("curved_title_front", "curved_title_side")
WORDS = (("patient's right", "patient's left"), ("front", "back"), ("feet", "head"))
_SAID = 0.45


def curved_figure(scene: Scene, views: tuple[CurvedView, CurvedView]) -> Figure:
    """Return the picture of :func:`curved_canvas`."""
    canvas = curved_canvas(scene, views)
    return Figure("curved.png", "image/png", png(canvas), _caption(scene))


def curved_canvas(scene: Scene, views: tuple[CurvedView, CurvedView]) -> Canvas:
    """Draw both views in one scale, one above the other."""
    wide = max(view.extent_mm[1] - view.extent_mm[0] for view in views)
    per_inch = wide / SCREEN_INCH
    heights = [(view.extent_mm[3] - view.extent_mm[2]) / per_inch for view in views]
    whole = sum(heights) + 2 * TITLE_INCH + GAP_INCH
    canvas, body = framed(scene, "curved", whole, (words("wall"), window_note()))
    top = whole
    bends = [_bend_in(scene, view) for view in views]
    sides = [[_side_in(scene, one, view) for one in scene.branches] for view in views]
    for number, (view, title, height) in enumerate(zip(views, TITLES, heights, strict=True)):
        top -= TITLE_INCH
        body.text(0.005, (top + 0.045) / whole, words(title), fontsize=SMALL_PT, va="bottom")
        axes = body.add_axes((0.0, (top - height) / whole, 1.0, height / whole))
        axes.set_facecolor("black")
        _draw_view(axes, scene, view, wide, points_at_bend=bends[number] == max(bends))
        for i, branch in enumerate(scene.branches):
            if abs(sides[number][i]) == max(abs(side[i]) for side in sides):
                _draw_branch(axes, scene, view, branch, sides[number][i])
        top -= height + GAP_INCH
    return canvas


def _draw_view(
    axes: Axes, scene: Scene, view: CurvedView, wide_mm: float, *, points_at_bend: bool
) -> None:
    left, _, bottom, top = view.extent_mm
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
    _draw_bands(axes, scene, course, sideways)
    _draw_marks(axes, scene, course, sideways)
    _draw_ends(axes, course)
    if points_at_bend:
        _draw_bend(axes, scene, course, sideways)
    right = left + wide_mm
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    scale_bar(axes, (right - BAR_MM - 1.5, bottom + 1.2), BAR_MM)
    for told, x, y, across, along, turn in (
        (_word(-view.right_lps), 0.006, 0.5, "left", "center", 90),
        (_word(view.right_lps), 0.994, 0.5, "right", "center", 270),
        (_word(view.up_lps), 0.5, 0.985, "center", "top", 0),
        (_word(-view.up_lps), 0.12, 0.015, "center", "bottom", 0),
    ):
        axes.text(
            x,
            y,
            told,
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
        above = 1.0 if mark.letter in "PD" else -1.0  # so that no two names touch
        where = course[at] + above * (reach + LETTER_MM - BEYOND_WALL_MM) * across
        cap = f" {mark.at_mm:.1f}" if mark.letter in "PD" else ""
        axes.text(
            float(where[0]),
            float(where[1]),
            f"{mark.text}{cap}",
            color="white",
            fontsize=SMALL_PT + 1.0,
            fontweight="bold",
            ha="center",
            va="center",
            path_effects=[OUTLINE],
        )


def _draw_ends(axes: Axes, course: NDArray[np.float64]) -> None:
    """Write at both ends of the line which of them is the proximal one."""
    across = np.nan_to_num(_sideways(course), nan=0.7)
    middle = course.mean(axis=0)
    for name, end in (("proximal", 0), ("distal", -1)):
        away = across[end] if across[end] @ (course[end] - middle) > 0 else -across[end]
        axes.annotate(
            words(name),
            course[end],
            tuple(END_PT * away),
            textcoords="offset points",
            color="white",
            fontsize=SMALL_PT,
            fontweight="bold",
            ha="center",
            va="center",
            path_effects=[OUTLINE],
        )


def _draw_bands(
    axes: Axes, scene: Scene, course: NDArray[np.float64], sideways: NDArray[np.float64]
) -> None:
    """Draw along one side every piece without contrast, and along the other a stent."""
    line = scene.found.vessel.line
    reach = line.outer_radius_mm[:, None] + BAND_MM
    for start, end in scene.occluded_mm:
        here = (line.arc_mm >= start) & (line.arc_mm <= end)
        band = (course - reach * sideways)[here]
        for colour, width in (("white", 4.2), (OCCLUDED_COLOUR, 2.8)):
            axes.plot(*band.T, color=colour, linewidth=width, solid_capstyle="butt")
    for one in scene.others:
        middle = (one.start_mm + one.end_mm) / 2
        _name(axes, scene, course, sideways, (middle, -1.0), one.name)
    if scene.stent is not None:
        start, end = scene.stent.start_mm, scene.stent.end_mm
        here = (line.arc_mm >= start) & (line.arc_mm <= end)
        band = (course + reach * sideways)[here]
        axes.plot(*band.T, color=STENT_COLOUR, linewidth=4.0, linestyle=STENT_DASHES)
        at = ((start + end) / 2, 1.0)
        _name(axes, scene, course, sideways, at, stent_name(scene.stent))


def _name(
    axes: Axes,
    scene: Scene,
    course: NDArray[np.float64],
    sideways: NDArray[np.float64],
    at: tuple[float, float],
    name: str,
) -> None:
    """Write a name beside a place of the line, on one of its sides."""
    line = scene.found.vessel.line
    index = int(np.argmin(np.abs(line.arc_mm - at[0])))
    away = at[1] * np.nan_to_num(sideways[index], nan=0.7)
    where = course[index] + (float(line.outer_radius_mm[index]) + LETTER_MM) * away
    axes.text(
        float(where[0]),
        float(where[1]),
        name,
        color="white",
        fontsize=SMALL_PT,
        fontweight="bold",
        ha="center",
        va="center",
        path_effects=[OUTLINE],
    )


def _side_in(scene: Scene, branch: SideBranch, view: CurvedView) -> float:
    """Return how far a branch points across the course of a view: 1 to its upper side."""
    line = scene.found.vessel.line
    at = int(np.argmin(np.abs(line.arc_mm - branch.seen.at_mm)))
    turn = np.radians(branch.seen.angle_deg)
    twelve, three = line.across[at]
    direction = np.cos(turn) * twelve + np.sin(turn) * three
    across = np.nan_to_num(_sideways(view.course_mm)[at], nan=0.7)
    return float(direction @ (across[0] * view.right_lps + across[1] * view.up_lps))


def _draw_branch(
    axes: Axes, scene: Scene, view: CurvedView, branch: SideBranch, side: float
) -> None:
    """Point at the mouth of a branch, from beside the branch itself."""
    line, course = scene.found.vessel.line, view.course_mm
    at = int(np.argmin(np.abs(line.arc_mm - branch.seen.at_mm)))
    up = 1.0 if side > 0 else -1.0
    across = up * np.nan_to_num(_sideways(course)[at], nan=0.7)
    mouth = course[at] + float(line.outer_radius_mm[at]) * across
    along = (0.6 if side > 0 else 0.1) * (-1.0 if branch.before else 1.0)
    forward = np.array([across[1], -across[0]]) * up
    away = BRANCH_PT * (across * (1.0 if side > 0 else 1.6) + along * forward)
    axes.annotate(
        branch.name,
        mouth,
        tuple(away),
        textcoords="offset points",
        color="white",
        fontsize=SMALL_PT,
        ha="right" if branch.before else "left",
        va="center",
        path_effects=[OUTLINE],
        arrowprops=ARROW | {"shrinkA": 1.0, "shrinkB": 0.0},
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
    if "max_bend" not in scene.doubts and found.bend.angle_deg < LEAST_SHOWN_DEG:
        return
    told = scene.told("max_bend", f"{found.bend.angle_deg:.0f}°")
    axes.annotate(
        words("bend", angle=told),
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
    others = "".join(
        f"Also without contrast: {one.start_mm:.0f} to {one.end_mm:.0f} mm. "
        for one in scene.others
    )
    others += "".join(f"At {one.seen.at_mm:.1f} mm: {one.name}. " for one in scene.branches)
    return (
        "The vessel on two curved surfaces through its middle, at right angles to each other, in "
        f"one scale, with the outer wall. {MEANINGS}. Sharpest bend: {bend}, at "
        f"{found.bend.at_mm:.1f} mm of the line. {others}{EXPLAINED} {words('standing')}"
    )
