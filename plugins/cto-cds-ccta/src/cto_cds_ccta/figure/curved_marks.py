"""What runs along or across the vessel in a curved view: marks, ends, occlusions, a stent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.canvas import INK, SMALL_PT
from cto_cds_ccta.figure.curved_course import LETTERS
from cto_cds_ccta.figure.extents import HIDDEN_DASHES, STENT_DASHES, stent_name
from cto_cds_ccta.figure.palette import OCCLUDED_COLOUR, STENT_COLOUR
from cto_cds_ccta.figure.room import Room, on_paper, room_on, side_of, turned
from cto_cds_ccta.figure.views import PIXEL_MM
from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.curved_course import Course
    from cto_cds_ccta.figure.scene import Scene
    from cto_cds_ccta.figure.views import CurvedView

BEYOND_WALL_MM, LETTER_MM = 1.2, 2.9
END_PT = 21.0
AHEAD_MM, INNER = 8.0, 8
"""So far beyond its ends the vessel goes on as its line does there, over so many points."""
SHARES = (1.0, 1.3, 1.6)
"""How much farther away than usual a name may stand."""
BRIGHT_SHARE, BRIGHT_STEP_MM = 0.6, 1.0
"""No name stands where the image is so bright, as a share of the fainter contrast."""
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
    if scene.stent is not None:
        band = course.beside(BAND_MM)[course.between(scene.stent.start_mm, scene.stent.end_mm)]
        axes.plot(*band.T, color=STENT_COLOUR, linewidth=4.0, linestyle=STENT_DASHES)


def room_in(axes: Axes, scene: Scene, course: Course, view: CurvedView) -> Room:
    """Return the place that vessels, and what is drawn along and across one, leave to names."""
    across = course.line.outer_radius_mm[:, None] * course.sideways
    vessel = [course.points_mm + share * across for share in (-1.0, -0.5, 0.0, 0.5, 1.0)]
    shares = np.linspace(0.0, 1.0, 20)[:, None]
    marks = [
        first + shares * (last - first)
        for first, last in (_across(course, mark.at_mm) for mark in scene.marks)
    ]
    points = course.points_mm
    beyond = [
        end + AHEAD_MM * shares * (end - inner) / max(float(np.hypot(*(end - inner))), 1e-9)
        for end, inner in ((points[0], points[INNER]), (points[-1], points[-1 - INNER]))
    ]
    bands = [course.beside(-BAND_MM)]
    if scene.stent is not None:
        bands.append(course.beside(BAND_MM))
    lines = np.concatenate([*vessel, *bands, *marks, *beyond, _bright(scene, view)])
    return room_on(axes, lines[np.isfinite(lines).all(axis=1)])


def _bright(scene: Scene, view: CurvedView) -> NDArray[np.float64]:
    """Return places, a millimetre apart, at which the image is as bright as contrast."""
    levels = scene.found.levels
    least = BRIGHT_SHARE * min(levels.proximal_hu, levels.distal_hu)
    step = round(BRIGHT_STEP_MM / PIXEL_MM)
    rows, columns = np.nonzero(view.hu[::step, ::step] > least)
    return np.asarray(
        view.corner_mm + step * PIXEL_MM * np.column_stack([columns, rows]), dtype=np.float64
    )


def draw_marks(axes: Axes, scene: Scene, course: Course) -> None:
    """Draw S, P, D and E across the vessel."""
    for mark in scene.marks:
        ends = _across(course, mark.at_mm)
        width = 1.5 if mark.letter in "PD" else 1.0
        axes.plot(*ends.T, color="black", linewidth=width + 1.2, alpha=0.7)
        axes.plot(*ends.T, color="white", linewidth=width, linestyle=mark.style)


def name_marks(axes: Axes, scene: Scene, course: Course, room: Room) -> None:
    """Write each mark beside the vessel, the caps with their place."""
    for mark in scene.marks:
        usual = 1.0 if mark.letter in "PD" else -1.0  # so that no two names touch
        cap = f" {mark.at_mm:.1f}" if mark.letter in "PD" else ""
        _write_name(axes, course, room, mark.at_mm, usual, f"{mark.text}{cap}", SMALL_PT + 1.0)


def name_bands(axes: Axes, scene: Scene, course: Course, room: Room) -> None:
    """Write beside the vessel what the other pieces without contrast are, and the stent."""
    for one in scene.others:
        middle = (one.start_mm + one.end_mm) / 2
        _write_name(axes, course, room, middle, -1.0, one.name, SMALL_PT)
    if scene.stent is not None:
        middle = (scene.stent.start_mm + scene.stent.end_mm) / 2
        _write_name(axes, course, room, middle, 1.0, stent_name(scene.stent), SMALL_PT)


def name_ends(axes: Axes, course: Course, room: Room) -> None:
    """Write at both ends of the line which of them is the proximal one."""
    points = course.points_mm
    middle = points.mean(axis=0)
    for name, end in (("proximal", 0), ("distal", -1)):
        across = course.across(end)
        away = across if across @ (points[end] - middle) > 0 else -across
        at, told, size = on_paper(axes, points[end][None])[0], words(name), float(SMALL_PT)
        place = tuple(room.beside(at, END_PT * away, told, size))
        style = LETTERS | {"ha": side_of(np.asarray(place))}
        axes.annotate(told, points[end], place, textcoords="offset points", **style)


def _across(course: Course, at_mm: float) -> NDArray[np.float64]:
    """Return both ends of the line of a mark."""
    at = course.index(at_mm)
    reach = (course.radius_mm(at) + BEYOND_WALL_MM) * course.across(at)
    return np.array([course.points_mm[at] - reach, course.points_mm[at] + reach])


def _write_name(
    axes: Axes, course: Course, room: Room, at_mm: float, side: float, name: str, size_pt: float
) -> None:
    """Write a name beside a place of the line, on one of its sides, or where there is room."""
    at = course.index(at_mm)
    middle = course.points_mm[at]
    away = side * (course.radius_mm(at) + LETTER_MM) * course.across(at)
    here, there = on_paper(axes, np.array([middle, middle + away]))
    usual = there - here
    aways = [
        share * turned(usual, turn) for share in SHARES for turn in (0, 180, 20, -20, 160, -160)
    ]
    place = room.first_free(here, aways, name, size_pt)
    style = LETTERS | {"fontsize": size_pt, "ha": side_of(place)}
    axes.annotate(name, middle, tuple(place), textcoords="offset points", **style)
