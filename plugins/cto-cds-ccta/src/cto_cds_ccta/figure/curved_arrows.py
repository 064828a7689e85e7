"""What a curved view points at: the sharpest bend and the side branches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.branching import ARROW
from cto_cds_ccta.figure.canvas import OUTLINE, SMALL_PT, Style
from cto_cds_ccta.figure.room import on_paper, side_of, turned
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.line import PIECE_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from cto_cds_ccta.figure.curved_course import Course
    from cto_cds_ccta.figure.room import Room
    from cto_cds_ccta.figure.scene import Scene, SideBranch
    from cto_cds_ccta.figure.views import CurvedView

BEND_PT, BRANCH_PT = 26.0, 22.0
BEYOND_MM = 1.0
"""So far outside the wall some of a branch is on the surface of a view, or it is not seen there."""
TURNS_DEG = (0.0, 20.0, -20.0, 40.0, -40.0, 60.0, -60.0, 80.0, -80.0, 115.0, -115.0, 150.0, -150.0)
LONGER = (1.0, 1.4, 1.9, 2.5)
OUTWARDS = 0.3
"""The name of a branch stands on its side of the vessel, beyond it only where no room is left."""
CLEARLY = 0.5
"""What leaves a view and points to one of its sides no more than that is pointed at from either."""
DASHES = (0, (2.0, 1.2))
LEAST_SHOWN_DEG = 15.0
"""The place of a smaller bend can hardly be seen, so no arrow points at it."""
_LETTERS: Style = {
    "textcoords": "offset points",
    "color": "white",
    "fontsize": SMALL_PT,
    "va": "center",
    "path_effects": [OUTLINE],
}


def bend_in(scene: Scene, view: CurvedView) -> float:
    """Return how much of the sharpest bend a view shows: the angle between its chords there."""
    line, at = scene.found.vessel.line, scene.found.bend.at_mm
    places = [at - PIECE_MM, at, at + PIECE_MM]
    here = np.column_stack([np.interp(places, line.arc_mm, axis) for axis in view.course_mm.T])
    before, after = np.diff(here, axis=0)
    across = before[0] * after[1] - before[1] * after[0]
    return float(np.arctan2(abs(across), before @ after))


def draw_bend(axes: Axes, scene: Scene, course: Course, room: Room) -> None:
    """Point at the sharpest bend, from the side on which no mark has its letter."""
    found = scene.found
    if "max_bend" not in scene.doubts and found.bend.angle_deg < LEAST_SHOWN_DEG:
        return
    at = course.index(found.bend.at_mm)
    across = -course.across(at)
    told = words("bend", angle=scene.told("max_bend", f"{found.bend.angle_deg:.0f}°"))
    where = course.points_mm[at] + (course.radius_mm(at) + 0.2) * across
    here = on_paper(axes, where[None])[0]
    away = room.beside(here, BEND_PT * across, told, SMALL_PT, arrow=True)
    axes.annotate(
        told,
        where,
        tuple(away),
        ha=side_of(away),
        arrowprops={"arrowstyle": "->", "color": "white", "linewidth": 1.0, "shrinkA": 0.0},
        **_LETTERS,
    )


def side_in(course: Course, branch: SideBranch, view: CurvedView) -> float:
    """Return how far a branch points across the course of a view: 1 to its upper side."""
    at = course.index(branch.seen.at_mm)
    turn = np.radians(branch.seen.angle_deg)
    twelve, three = course.line.across[at]
    direction = np.cos(turn) * twelve + np.sin(turn) * three
    across = course.across(at)
    return float(direction @ (across[0] * view.right_lps + across[1] * view.up_lps))


def draw_branch(axes: Axes, course: Course, branch: SideBranch, side: float, room: Room) -> None:
    """Point at the mouth of a branch, from beside the branch itself.

    One that leaves towards the viewer or away is pointed at from where there is more room.
    """
    out_of_view = leaves(course, branch, side)
    ups = [1.0 if side > 0 else -1.0]
    if out_of_view and abs(side) < CLEARLY:
        ups.append(-ups[0])

    def covered(up: float) -> float:
        mouth, aways = _ways(course, branch, up)
        here = on_paper(axes, mouth[None])[0]
        return room.best(here, aways, branch.name, SMALL_PT, arrow=True)[1]

    mouth, aways = _ways(course, branch, min(ups, key=covered))
    here = on_paper(axes, mouth[None])[0]
    away = room.first_free(here, aways, branch.name, SMALL_PT, arrow=True)
    axes.annotate(
        branch.name,
        (float(mouth[0]), float(mouth[1])),
        tuple(away),
        ha=side_of(away),
        arrowprops=ARROW
        | {"shrinkA": 1.0, "shrinkB": 0.0, "linestyle": DASHES if out_of_view else (0, ())},
        **_LETTERS,
    )


def _ways(
    course: Course, branch: SideBranch, up: float
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Return where a branch leaves on one side of the vessel, and where its name may stand."""
    at = course.index(branch.seen.at_mm)
    across = up * course.across(at)
    mouth = course.points_mm[at] + course.radius_mm(at) * across
    along = (0.6 if up > 0 else 0.1) * (-1.0 if branch.before else 1.0)
    forward = np.array([across[1], -across[0]]) * up
    wished = BRANCH_PT * (across * (1.0 if up > 0 else 1.6) + along * forward)
    ways = [longer * turned(wished, turn) for longer in LONGER for turn in TURNS_DEG]
    outside = [away for away in ways if away @ across >= OUTWARDS * float(np.hypot(*away))]
    return mouth, outside + [away for away in ways if away @ across < 0]


def leaves(course: Course, branch: SideBranch, side: float) -> bool:
    """Say whether a branch leaves the surface that is shown, so that nothing of it is seen."""
    reach = course.radius_mm(course.index(branch.seen.at_mm)) + BEYOND_MM
    off_mm = reach * float(np.sqrt(max(1.0 - side**2, 0.0)))
    return off_mm > branch.seen.radius_mm
