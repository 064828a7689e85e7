"""The vessel as it runs, in two curved views, with marks, walls and the sharpest bend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure

from cto_cds_ccta.figure.canvas import OUTLINE, SCREEN_INCH, SMALL_PT, no_frame, png, scale_bar
from cto_cds_ccta.figure.carm import carm_words
from cto_cds_ccta.figure.curved_arrows import bend_in, draw_bend, draw_branch, side_in
from cto_cds_ccta.figure.curved_course import course_in
from cto_cds_ccta.figure.curved_marks import (
    draw_bands,
    draw_marks,
    name_bands,
    name_ends,
    name_marks,
    room_in,
)
from cto_cds_ccta.figure.extents import stent_note
from cto_cds_ccta.figure.frame import framed, numbers_note, window_note
from cto_cds_ccta.figure.marks import EXPLAINED, MEANINGS
from cto_cds_ccta.figure.palette import WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.curved_course import Course
    from cto_cds_ccta.figure.room import Room
    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.figure.views import CurvedView

BAR_MM = 10.0
GAP_INCH, TITLE_INCH = 0.08, 0.2
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
    seen = carm_words(np.cross(views[0].right_lps, views[0].up_lps))
    upper = words("upper_view", seen=seen) if seen else ""
    image = (numbers_note(scene), words("wall"), window_note(), stent_note(scene))
    notes = (*image, _branches_note(scene), upper)
    canvas, body = framed(scene, "curved", whole, notes, along=False)
    top = whole
    courses = [course_in(view, scene.found.vessel.line) for view in views]
    bends = [bend_in(scene, view) for view in views]
    for number, (view, title, height) in enumerate(zip(views, TITLES, heights, strict=True)):
        top -= TITLE_INCH
        body.text(0.005, (top + 0.045) / whole, words(title), fontsize=SMALL_PT, va="bottom")
        axes = body.add_axes((0.0, (top - height) / whole, 1.0, height / whole))
        axes.set_facecolor("black")
        course = courses[number]
        _draw_image(axes, view, wide)
        room = _draw_vessel(axes, scene, course, view)
        _draw_scale(axes, view, room)
        name_marks(axes, scene, course, room)
        name_ends(axes, course, room)
        name_bands(axes, scene, course, room)
        for branch in scene.branches:
            draw_branch(axes, course, branch, side_in(course, branch, view), room)
        if bends[number] == max(bends):
            draw_bend(axes, scene, course, room)
        top -= height + GAP_INCH
    return canvas


def _draw_image(axes: Axes, view: CurvedView, wide_mm: float) -> None:
    """Draw the image of a view, in the scale of both."""
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
    left, right, bottom, top = view.extent_mm
    middle = (left + right) / 2
    axes.set_xlim(middle - wide_mm / 2, middle + wide_mm / 2)
    axes.set_ylim(bottom, top)


def _draw_vessel(axes: Axes, scene: Scene, course: Course, view: CurvedView) -> Room:
    """Draw wall, occlusions and marks of the vessel, and return where names have room."""
    for side in (-1, 1):
        radius = side * course.line.outer_radius_mm[:, None]
        wall = course.points_mm + radius * course.sideways
        axes.plot(*wall.T, color=WALL_COLOUR, linewidth=0.8)
    draw_bands(axes, scene, course)
    draw_marks(axes, scene, course)
    return room_in(axes, scene, course, view)


def _draw_scale(axes: Axes, view: CurvedView, room: Room) -> None:
    """Give a view a bar of its scale, and the sides of the patient."""
    right, bottom = axes.get_xlim()[1], view.extent_mm[2]
    room.keep_off(scale_bar(axes, (right - BAR_MM - 1.5, bottom + 1.2), BAR_MM))
    for told, x, y, across, along, turn in (
        (_word(-view.right_lps), 0.006, 0.5, "left", "center", 90),
        (_word(view.right_lps), 0.994, 0.5, "right", "center", 270),
        (_word(view.up_lps), 0.5, 0.985, "center", "top", 0),
        (_word(-view.up_lps), 0.12, 0.015, "center", "bottom", 0),
    ):
        written = axes.text(
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
        room.keep_off(written)


def _branches_note(scene: Scene) -> str:
    """Return where the arrow of a branch points, where there is one, and what is not named."""
    return " ".join((words("branch_arrows") if scene.branches else "", words("not_named"))).strip()


def _word(direction: NDArray[np.float64]) -> str:
    """Return which side of the patient a direction points to."""
    order = np.argsort(-np.abs(direction))
    told = [WORDS[axis][int(direction[axis] > 0)] for axis in order if abs(direction[axis]) > _SAID]
    return ", ".join(told[:2])


def _caption(scene: Scene) -> str:
    found, sd = scene.found, scene.analysis.sd
    bend = scene.told("max_bend", f"{found.bend.angle_deg:.0f} ± {sd.bend_deg:.0f} degrees")
    others = "".join(
        f"Also without contrast: {one.start_mm:.1f} to {one.end_mm:.1f} mm. "
        for one in scene.others
    )
    others += "".join(f"At {one.seen.at_mm:.1f} mm: {one.name}. " for one in scene.branches)
    return (
        "The vessel on two curved surfaces through its middle, at right angles to each other, in "
        f"one scale, with the outer wall; the first with the head up. {MEANINGS}. Sharpest bend: "
        f"{bend}, at {found.bend.at_mm:.1f} mm of the line. {others}{EXPLAINED} "
        f"{words('standing')}"
    )
