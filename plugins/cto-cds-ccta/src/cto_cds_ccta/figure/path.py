"""The course of the vessel in space, with its sharpest bend."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import Figure
from matplotlib import rc_context
from mpl_toolkits.mplot3d import Axes3D, proj3d

from cto_cds_ccta.figure.canvas import INK, LETTERS_PT, ON_WHITE, SMALL_PT, Style, plain_axes, png
from cto_cds_ccta.figure.carm import carm_words
from cto_cds_ccta.figure.extents import (
    bars_note,
    draw_occlusions,
    draw_others,
    rule_millimetres,
    shade_occlusions,
)
from cto_cds_ccta.figure.frame import along_words, framed
from cto_cds_ccta.figure.marks import draw_letters, draw_lines
from cto_cds_ccta.figure.palette import LUMEN_FILL, OCCLUDED_COLOUR
from cto_cds_ccta.figure.room import Room, on_paper, room_on, side_of
from cto_cds_ccta.figure.strip import between_caps, others_named, write_above
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.bend import bends_along
from cto_cds_ccta.measure.line import PIECE_MM
from cto_cds_ccta.readings import NEEDS_REVIEW

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas
    from matplotlib.text import Text
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.scene import Interruption, Scene

TALL_INCH = 5.0
FLOOR_COLOUR = "#b0b0b0"
ELEVATION_DEG = (12.0, 62.0)
FRONT_DEG = np.arange(-180.0, 1.0)
"""Azimuths from the right side of the patient over the front to the left side."""
STRAIGHT_AHEAD_DEG, UPRIGHT = -90.0, 0.1
"""From where a bend is seen whose plane lies flat, and how flat that is."""
GRID_MM = 10.0
SIDES = (("right", "left"), ("front", "back"), ("feet", "head"))
AWAY_PT, BEND_PT, BESIDE_MM = 13.0, 34.0, 2.0
FILLED = 0.88
OPEN, CLOSED, HIDDEN = range(3)
PIECE_STYLES: dict[int, Style] = {
    OPEN: {"color": LUMEN_FILL, "solid_capstyle": "butt"},
    CLOSED: {"color": OCCLUDED_COLOUR, "solid_capstyle": "butt"},
    HIDDEN: {"color": INK, "linestyle": (0, (0.3, 0.3)), "dash_capstyle": "butt"},
}


def path_figure(scene: Scene) -> Figure:
    """Return the picture of :func:`path_canvas`."""
    canvas = path_canvas(scene)
    return Figure("path.png", "image/png", png(canvas), _caption(scene))


def path_canvas(scene: Scene) -> Canvas:
    """Draw the line in space, and how sharply it turns along its way."""
    notes = (words("squares", side=f"{GRID_MM:.0f}"), _seen(scene))
    canvas, body = framed(scene, "path", TALL_INCH, notes, along=False)
    with rc_context({"grid.color": "#dddddd", "grid.linewidth": 0.6}):
        space: Axes3D = body.add_axes((0.0, 0.3, 1.0, 0.7), projection="3d")
    _draw_course(space, scene)
    handles, labels = space.get_legend_handles_labels()
    style = {"fontsize": SMALL_PT, "frameon": False}
    legend = body.legend(handles, labels, loc="upper left", **style)
    _name_course(space, scene, [*legend.get_texts(), *_side_names(space)])
    turn = body.add_axes((0.075, 0.08, 0.9, 0.17))
    _draw_bends(turn, scene)
    return canvas


def _seen(scene: Scene) -> str:
    """Return from where a C-arm would see the vessel so."""
    return f"{carm_words(towards_viewer(scene))}. {words('for_bend')}"


def _draw_course(axes: Axes3D, scene: Scene) -> None:
    found = scene.found
    line = found.vessel.line
    points = line.points_lps_mm
    low, high = _box(points)
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_zlim(low[2], high[2])
    axes.view_init(*view_of(scene))
    axes.set_box_aspect(high - low, zoom=_zoom(axes, low, high))
    _name_sides(axes, low, high)
    floor = np.array([points[:, 0], points[:, 1], np.full(len(points), low[2])])
    axes.plot(*floor, color=FLOOR_COLOUR, linewidth=2.0, alpha=0.7, label=words("shadow"))
    for part, kind, label in _pieces(scene):
        axes.plot(*points[part].T, color="black", linewidth=7.6, solid_capstyle="butt")
        axes.plot(*points[part].T, color="white", linewidth=6.4, solid_capstyle="butt")
        axes.plot(*points[part].T, linewidth=6.4, label=label, **PIECE_STYLES[kind])
    bend = found.bend
    chords = np.array([found.point(bend.at_mm + away) for away in (-PIECE_MM, 0.0, PIECE_MM)])
    axes.plot(*chords.T, color="white", linewidth=2.4, marker="o", markersize=4.6)
    style = {"color": "black", "linewidth": 1.1, "marker": "o", "markersize": 3.0}
    axes.plot(*chords.T, **style, label=words("chords", length=f"{PIECE_MM:.0f}"))
    places = np.array([found.point(mark.at_mm) for mark in scene.marks])
    style = {"color": "white", "markeredgecolor": "black", "markersize": 5}
    axes.plot(*places.T, "o", **style, label=words("marks"))


def _name_course(axes: Axes3D, scene: Scene, standing: list[Text]) -> None:
    """Name ends, marks, the sharpest bend and other occlusions where no words stand yet."""
    room = room_on(axes, _projected(axes, scene.found.vessel.line.points_lps_mm))
    for text in standing:
        room.keep_off(text)
    _name_ends(axes, scene, room)
    for mark in scene.marks:
        _write(axes, scene, room, mark.at_mm, mark.text)
    _write(axes, scene, room, scene.found.bend.at_mm, _bend_words(scene), inside=True)
    for one in scene.others:
        _write(axes, scene, room, _clear_of_bend(scene, one), one.name, inside=True)


def _clear_of_bend(scene: Scene, one: Interruption) -> float:
    """Return where a line to another occlusion ends: its middle, or beside a dot of the bend."""
    dots = scene.found.bend.at_mm + np.array([-PIECE_MM, 0.0, PIECE_MM])
    places = [one.start_mm + share * (one.end_mm - one.start_mm) for share in (0.5, 0.25, 0.75)]
    return max(places, key=lambda at: min(float(np.abs(at - dots).min()), BESIDE_MM))


def _side_names(axes: Axes3D) -> list[Text]:
    """Return the names of the sides of the patient, which get their places as they are drawn."""
    axes.draw(axes.get_figure(root=True).canvas.get_renderer())
    ticks = [tick for ruler in (axes.xaxis, axes.yaxis, axes.zaxis) for tick in ruler.majorTicks]
    return [tick.label1 for tick in ticks if tick.label1.get_text()]


def _pieces(scene: Scene) -> list[tuple[slice, int, str | None]]:
    """Return the pieces of the line with the kind of each, and each kind named once."""
    arc = scene.found.vessel.line.arc_mm
    kinds = np.zeros(len(arc), dtype=np.int8)
    for kind, places in ((CLOSED, scene.occluded_mm), (HIDDEN, scene.hidden_mm)):
        for start, end in places:
            kinds[(arc >= start) & (arc <= end)] = kind
    edges = [0, *(np.flatnonzero(np.diff(kinds)) + 1).tolist(), len(arc)]
    names = {
        OPEN: words("open_vessel"),
        CLOSED: words("occluded_vessel"),
        HIDDEN: words("hidden_vessel"),
    }
    pieces: list[tuple[slice, int, str | None]] = []
    for first, last in pairwise(edges):
        kind = int(kinds[first])
        pieces.append((slice(first, last + 1), kind, names.pop(kind, None)))
    return pieces


def _bend_words(scene: Scene) -> str:
    """Return the sharpest bend in words."""
    told = scene.told("max_bend", f"{scene.found.bend.angle_deg:.0f}°")
    return words("sharpest_bend", angle=told)


def _name_ends(axes: Axes3D, scene: Scene, room: Room) -> None:
    """Write at both ends which is the proximal one; an arrow shows the way to the distal one."""
    x, y = _projected(axes, scene.found.vessel.line.points_lps_mm).T
    ends = (("proximal", 0, 12, "-|>"), ("distal", -1, -13, "<|-"))
    for name, end, inner, arrow in ends:
        away = np.array([x[end] - x[inner], y[end] - y[inner]])
        away = away / max(float(np.hypot(*away)), 1e-9)
        here = on_paper(axes, np.array([[x[end], y[end]]]))[0]
        place = room.beside(here, (AWAY_PT + 5.0) * away, words(name), LETTERS_PT, arrow=True)
        axes.annotate(
            words(name),
            (x[end], y[end]),
            tuple(place),
            textcoords="offset points",
            fontsize=LETTERS_PT,
            fontweight="bold",
            ha=side_of(place),
            va="center",
            path_effects=[ON_WHITE],
            arrowprops={"arrowstyle": arrow, "color": "black", "linewidth": 1.2, "shrinkB": 0.0},
        )


def _box(
    points: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of a box around the line, no side of it shorter than two squares."""
    low, high = points.min(axis=0) - 3.0, points.max(axis=0) + 3.0
    short = np.maximum(2 * GRID_MM + 1.0 - (high - low), 0.0)
    return low - short / 2, high + short / 2


def _zoom(axes: Axes3D, low: NDArray[np.float64], high: NDArray[np.float64]) -> float:
    """Return how far the box can be drawn nearer before a corner leaves the picture."""
    axes.set_box_aspect(high - low, zoom=1.0)
    axes.apply_aspect()
    corners = np.array(list(product(*zip(low, high, strict=True))))
    x, y, _ = proj3d.proj_transform(*corners.T, axes.get_proj())
    place = axes.transAxes.inverted().transform(axes.transData.transform(np.column_stack([x, y])))
    return float(FILLED / (2 * np.abs(place - 0.5)).max(axis=0).max())


def view_of(scene: Scene) -> tuple[float, float]:
    """Return elevation and azimuth from which the sharpest bend is seen best.

    Of all ways to look from above and from the front half of the patient, where a detector can
    stand, it is the one nearest to straight upon the plane of the bend.
    """
    bend = scene.found.bend
    before, corner, after = (
        scene.found.point(bend.at_mm + away) for away in (-PIECE_MM, 0.0, PIECE_MM)
    )
    normal = np.cross(corner - before, after - corner)
    elevations = np.arange(ELEVATION_DEG[0], ELEVATION_DEG[1] + 1.0)
    if np.hypot(normal[0], normal[1]) < UPRIGHT * float(np.linalg.norm(normal)):
        return float(elevations[-1]), STRAIGHT_AHEAD_DEG
    views = [(up, around) for up in elevations for around in FRONT_DEG]
    shown = [abs(float(_direction(*view) @ normal)) for view in views]
    elevation, azimuth = views[int(np.argmax(shown))]
    return float(elevation), float(azimuth)


def _direction(elevation_deg: float, azimuth_deg: float) -> NDArray[np.float64]:
    """Return the direction from the vessel to who sees it so, LPS."""
    elevation, azimuth = np.radians([elevation_deg, azimuth_deg])
    level = np.cos(elevation)
    return np.array([level * np.cos(azimuth), level * np.sin(azimuth), np.sin(elevation)])


def towards_viewer(scene: Scene) -> NDArray[np.float64]:
    """Return the direction from the vessel to whoever sees it as the picture shows it, LPS."""
    return _direction(*view_of(scene))


def _name_sides(axes: Axes3D, low: NDArray[np.float64], high: NDArray[np.float64]) -> None:
    """Rule the walls every 10 mm, and write at the ends which side of the patient they are."""
    for axis, (start, end), first, last in zip("xyz", SIDES, low, high, strict=True):
        ticks = np.arange(np.ceil(first / GRID_MM) * GRID_MM, last, GRID_MM)
        words = [start, *[""] * (len(ticks) - 2), end]
        getattr(axes, f"set_{axis}ticks")(ticks, words, fontsize=SMALL_PT)
        axes.tick_params(axis=axis, pad=-1, length=0)
        ruler = getattr(axes, f"{axis}axis")
        ruler.set_pane_color((1.0, 1.0, 1.0, 1.0))
        ruler.line.set_color("#888888")


def _write(
    axes: Axes3D, scene: Scene, room: Room, at_mm: float, text: str, *, inside: bool = False
) -> None:
    """Write beside a place of the line: a mark outside of its curve, what lies between inside."""
    places = np.array([scene.found.point(at_mm + ahead) for ahead in (-BESIDE_MM, 0.0, BESIDE_MM)])
    middle = scene.found.vessel.line.points_lps_mm.mean(axis=0)
    x, y, _ = proj3d.proj_transform(*np.vstack([places, middle]).T, axes.get_proj())
    across = np.array([y[0] - y[2], x[2] - x[0]])
    across = across / max(float(np.hypot(*across)), 1e-9)
    outwards = across @ [x[1] - x[3], y[1] - y[3]] > 0
    wished = (across if outwards != inside else -across) * (BEND_PT if inside else AWAY_PT)
    here = on_paper(axes, np.array([[x[1], y[1]]]))[0]
    away = room.beside(here, wished, text, LETTERS_PT, arrow=inside)
    axes.annotate(
        text,
        (x[1], y[1]),
        tuple(away),
        textcoords="offset points",
        fontsize=LETTERS_PT,
        fontweight="normal" if inside else "bold",
        ha=side_of(away),
        va="center",
        path_effects=[ON_WHITE],
        arrowprops={"arrowstyle": "-", "linewidth": 0.8, "shrinkB": 3.0} if inside else None,
    )


def _projected(axes: Axes3D, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where points in space lie in the plane of the picture."""
    x, y, _ = proj3d.proj_transform(*points_mm.T, axes.get_proj())
    return np.column_stack([x, y])


def _draw_bends(axes: Axes, scene: Scene) -> None:
    line = scene.found.vessel.line
    total = float(line.arc_mm[-1])
    at = line.arc_mm[(line.arc_mm >= PIECE_MM) & (line.arc_mm <= total - PIECE_MM)]
    angle = bends_along(line, 0.0, total)
    bend = scene.found.bend
    axes.plot(at, angle, color="black", linewidth=1.2)
    shade_occlusions(axes, scene)
    draw_lines(axes, scene.marks, on_image=False)
    draw_others(axes, scene, on_image=False)
    draw_occlusions(axes, scene)
    axes.set_xlim(0.0, total)
    axes.set_ylim(0.0, 1.15 * max(float(angle.max(initial=0.0)), bend.angle_deg, 30.0))
    draw_letters(axes, scene.marks, LETTERS_PT)
    doubted = "max_bend" in scene.doubts
    filled = "white" if doubted else "black"
    axes.plot(bend.at_mm, bend.angle_deg, "o", color=filled, markeredgecolor="black", markersize=5)
    named = list(others_named(scene))
    if doubted:
        named.append(between_caps(scene, words("bend", angle=NEEDS_REVIEW)))
    axes.set_xlabel(along_words(scene), fontsize=LETTERS_PT, labelpad=1)
    axes.set_ylabel("bend (°)", fontsize=LETTERS_PT, labelpad=1)
    axes.grid(axis="y", color="#dddddd", linewidth=0.5)
    plain_axes(axes)
    rule_millimetres(axes)
    write_above(axes, named, LETTERS_PT)


def _caption(scene: Scene) -> str:
    found, sd = scene.found, scene.analysis.sd
    told = scene.told("max_bend", f"{found.bend.angle_deg:.0f} ± {sd.bend_deg:.0f} degrees")
    others = "".join(
        f"Also without contrast: {one.start_mm:.1f} to {one.end_mm:.1f} mm. "
        for one in scene.others
    )
    return (
        "The course of the vessel in space, seen so that its sharpest bend shows well; squares of "
        f"{GRID_MM:.0f} mm. {bars_note(scene)} Open vessel pale, its shadow grey. {others}Black: "
        f"the chords of {PIECE_MM:.0f} mm before and after the sharpest bend, {told} at "
        f"{found.bend.at_mm:.1f} mm of the line. Below, the angle between such chords at each "
        f"place. {_seen(scene)} {words('standing')}"
    )
