"""What runs along or across the vessel in a curved view: marks, ends, occlusions, a stent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.canvas import INK, SMALL_PT
from cto_cds_ccta.figure.curved_course import LETTERS, write_beside
from cto_cds_ccta.figure.extents import HIDDEN_DASHES, STENT_DASHES, stent_name
from cto_cds_ccta.figure.palette import OCCLUDED_COLOUR, STENT_COLOUR
from cto_cds_ccta.figure.room import Room, on_paper
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.curved_course import Course
    from cto_cds_ccta.figure.scene import Scene

BEYOND_WALL_MM, LETTER_MM = 1.2, 2.9
END_PT = 21.0
FREE_SHARE = 0.8
"""A letter changes its side where another part of the vessel is nearer than this to it."""
BAND_MM = 0.7
"""How far outside the wall the band of an occlusion or a stent runs."""


def draw_bands(axes: Axes, scene: Scene, course: Course) -> None:
    """Draw along one side every piece without contrast, and along the other a stent."""
    for start, end in scene.occluded_mm:
        band = course.beside(-BAND_MM)[course.between(start, end)]
        for colour, width in (("white", 4.2), (OCCLUDED_COLOUR, 2.8)):
            axes.plot(*band.T, color=colour, linewidth=width, solid_capstyle="butt")
    for start, end in scene.hidden_mm:
        band = course.beside(-BAND_MM)[course.between(start, end)]
        axes.plot(*band.T, color="white", linewidth=4.2, solid_capstyle="butt")
        axes.plot(*band.T, color=INK, linewidth=2.8, linestyle=HIDDEN_DASHES)
    for one in scene.others:
        _write_name(axes, course, (one.start_mm + one.end_mm) / 2, -1.0, one.name)
    if scene.stent is not None:
        start, end = scene.stent.start_mm, scene.stent.end_mm
        band = course.beside(BAND_MM)[course.between(start, end)]
        axes.plot(*band.T, color=STENT_COLOUR, linewidth=4.0, linestyle=STENT_DASHES)
        _write_name(axes, course, (start + end) / 2, 1.0, stent_name(scene.stent))


def room_in(axes: Axes, course: Course) -> Room:
    """Return the place that the vessel and its band leave to names."""
    across = course.line.outer_radius_mm[:, None] * course.sideways
    vessel = [course.points_mm + share * across for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    return Room(on_paper(axes, np.concatenate([*vessel, course.beside(-BAND_MM)])))


def draw_marks(axes: Axes, scene: Scene, course: Course, room: Room) -> None:
    """Draw S, P, D and E across the vessel, each with its letter and the caps with their place."""
    for mark in scene.marks:
        at = course.index(mark.at_mm)
        across, middle = course.across(at), course.points_mm[at]
        reach = course.radius_mm(at) + BEYOND_WALL_MM
        ends = np.array([middle - reach * across, middle + reach * across])
        width = 1.5 if mark.letter in "PD" else 1.0
        axes.plot(*ends.T, color="black", linewidth=width + 1.2, alpha=0.7)
        axes.plot(*ends.T, color="white", linewidth=width, linestyle=mark.style)
        usual = 1.0 if mark.letter in "PD" else -1.0  # so that no two names touch
        away = (reach + LETTER_MM - BEYOND_WALL_MM) * across
        where = max(
            (middle + usual * away, middle - usual * away),
            key=lambda place: course.clear_of(place, FREE_SHARE * float(np.hypot(*away))),
        )
        cap = f" {mark.at_mm:.1f}" if mark.letter in "PD" else ""
        write_beside(axes, where, f"{mark.text}{cap}", SMALL_PT + 1.0)
        room.written(on_paper(axes, where[None])[0], f"{mark.text}{cap}", SMALL_PT + 1.0)


def draw_ends(axes: Axes, course: Course) -> None:
    """Write at both ends of the line which of them is the proximal one."""
    points = course.points_mm
    middle = points.mean(axis=0)
    for name, end in (("proximal", 0), ("distal", -1)):
        across = course.across(end)
        away = across if across @ (points[end] - middle) > 0 else -across
        place = tuple(END_PT * away)
        axes.annotate(words(name), points[end], place, textcoords="offset points", **LETTERS)


def _write_name(axes: Axes, course: Course, at_mm: float, side: float, name: str) -> None:
    """Write a name beside a place of the line, on one of its sides."""
    at = course.index(at_mm)
    away = side * (course.radius_mm(at) + LETTER_MM) * course.across(at)
    write_beside(axes, course.points_mm[at] + away, name, SMALL_PT)
