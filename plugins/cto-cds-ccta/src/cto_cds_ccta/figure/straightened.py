"""The vessel straightened, in two planes, with caps, references and walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.branching import NAME_SHARE, draw_branches, named_to_left, shown_in
from cto_cds_ccta.figure.canvas import OUTLINE, plain_axes
from cto_cds_ccta.figure.extents import (
    draw_occlusions,
    draw_others,
    draw_stent,
    rule_millimetres,
)
from cto_cds_ccta.figure.marks import draw_lines
from cto_cds_ccta.figure.palette import WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene

PLANES = (("12", "6"), ("3", "9"))
"""Where on the clock the upper and the lower side of the two planes lie."""

HOURS_SHARE = 0.125
"""Share of the width that the hours take."""


def draw_straightened(axes: Axes, scene: Scene, plane: int, size_pt: float) -> None:
    """Draw one plane through the straightened vessel.

    Args:
        axes: Where.
        scene: What.
        plane: 0 for the plane from 12 to 6 o'clock, 1 for that from 3 to 9.
        size_pt: Size of letters.
    """
    vessel = scene.found.vessel
    middle = len(vessel.axis_mm) // 2
    cut = (slice(None), slice(None), middle) if plane == 0 else (slice(None), middle, slice(None))
    at, edge = vessel.line.arc_mm, float(vessel.axis_mm[-1]) + PIXEL_MM / 2
    axes.imshow(
        vessel.hu[cut].T,
        cmap="gray",
        vmin=WINDOW_HU[0],
        vmax=WINDOW_HU[1],
        extent=(float(at[0]), float(at[-1]), -edge, edge),
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
    )
    wall = vessel.border_mm[cut]
    for side, column in ((1, -1), (-1, 0)):
        for colour, width in (("black", 2.0), (WALL_COLOUR, 0.9)):
            axes.plot(at, side * wall[:, column], color=colour, linewidth=width)
    draw_lines(axes, scene.marks, on_image=True)
    draw_others(axes, scene, on_image=True)
    draw_stent(axes, scene)
    _draw_corrections(axes, scene)
    axes.set_xlim(*scene.shown_mm)
    axes.set_ylim(-edge, edge)
    draw_branches(axes, scene, plane, size_pt)
    draw_occlusions(axes, scene)
    axes.set_yticks([-2, 0, 2], ["−2", "", "2"])
    plain_axes(axes, size_pt=size_pt)
    rule_millimetres(axes)
    axes.tick_params(labelbottom=False)
    right = _hours_at_right(scene, plane)
    for clock, height, anchor in zip(PLANES[plane], (0.96, 0.04), ("top", "bottom"), strict=True):
        axes.text(
            0.994 if right else 0.006,
            height,
            f"{clock} o'clock",
            transform=axes.transAxes,
            color="white",
            fontsize=size_pt,
            ha="right" if right else "left",
            va=anchor,
            path_effects=[OUTLINE],
            zorder=9,
        )


def _hours_at_right(scene: Scene, plane: int) -> bool:
    """Say whether a mark or the name of a branch takes the place of the hours at the left."""
    low, high = scene.shown_mm
    named = [one.seen.at_mm for one in shown_in(scene, plane) if named_to_left(scene, one)]
    right_end = [
        mark.at_mm for mark in scene.marks if high - mark.at_mm < HOURS_SHARE * (high - low)
    ]
    marks = [] if right_end else [mark.at_mm for mark in scene.marks]
    return any(at - low < (HOURS_SHARE + NAME_SHARE) * (high - low) for at in named) or any(
        at - low < HOURS_SHARE * (high - low) for at in marks
    )


def _draw_corrections(axes: Axes, scene: Scene) -> None:
    """Show where a person corrected the wall."""
    line = scene.found.vessel.line
    for at, _ in scene.analysis.edits.wall:
        radius = float(np.interp(at, line.arc_mm, line.outer_radius_mm))
        for side, shape in ((1, "v"), (-1, "^")):
            axes.plot(
                at,
                side * (radius + 0.5),
                marker=shape,
                color="white",
                markeredgecolor="black",
                markersize=5,
            )
