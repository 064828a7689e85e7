"""The vessel straightened, in two planes, with caps, references and walls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.canvas import plain_axes
from cto_cds_ccta.figure.extents import (
    draw_occlusions,
    draw_others,
    draw_stent,
    rule_millimetres,
)
from cto_cds_ccta.figure.marks import draw_lines
from cto_cds_ccta.figure.palette import WALL_COLOUR, WINDOW_HU
from cto_cds_ccta.figure.words import words
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene

PLANES = (("12", "6"), ("3", "9"))
"""Where on the clock the upper and the lower side of the two planes lie."""
OUTSIDE_MM = 1.3
"""So much of what lies around the vessel is shown."""
HOUR_SHARE = 0.8
"""How far from the middle to the edge of the image its hours stand, beside it."""


def reach_mm(scene: Scene) -> float:
    """Return how far to each side of the line the images show: the wall, and some fat around."""
    vessel = scene.found.vessel
    at, (low, high) = vessel.line.arc_mm, scene.shown_mm
    widest = float(vessel.line.outer_radius_mm[(at >= low) & (at <= high)].max())
    return min(widest + OUTSIDE_MM, float(vessel.axis_mm[-1]) + PIXEL_MM / 2)


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
    reach = reach_mm(scene)
    axes.set_ylim(-reach, reach)
    draw_occlusions(axes, scene)
    axes.set_yticks([HOUR_SHARE * reach, -HOUR_SHARE * reach], PLANES[plane])
    plain_axes(axes, size_pt=size_pt)
    rule_millimetres(axes)
    axes.tick_params(labelbottom=False)
    axes.tick_params(axis="y", length=0)
    axes.set_ylabel(words("hour"), fontsize=size_pt, labelpad=1)


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
