"""Side branches, pointed at where they leave the vessel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.canvas import OUTLINE
from cto_cds_ccta.figure.room import on_paper

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cto_cds_ccta.figure.scene import Scene, SideBranch

ARROW = {"arrowstyle": "-|>", "color": "white", "linewidth": 1.0, "mutation_scale": 7.0}
ASIDE_PT, BEYOND_PT = 9.0, 3.0
LETTER_SHARE = 0.7
"""Half of the height of letters with their outline, as a share of their size."""
NAME_SHARE = 0.18
"""Share of the width of a picture along the vessel that the name of a branch takes."""


def side_of(branch: SideBranch, plane: int) -> float:
    """Return how far a branch points up in a plane: 1 along it, 0 towards the viewer or away.

    Args:
        branch: The branch.
        plane: 0 for the plane from 12 to 6 o'clock, 1 for that from 3 to 9.
    """
    turn = np.radians(branch.seen.angle_deg)
    return float(np.cos(turn) if plane == 0 else np.sin(turn))


def shown_in(scene: Scene, plane: int) -> tuple[SideBranch, ...]:
    """Return the branches of which more is seen in this plane than in the other."""
    return tuple(
        one for one in scene.branches if abs(side_of(one, plane)) >= abs(side_of(one, 1 - plane))
    )


def named_to_left(scene: Scene, branch: SideBranch) -> bool:
    """Say whether the name of a branch stands before its mouth: beside open vessel, if it fits."""
    low, high = scene.shown_mm
    share = (branch.seen.at_mm - low) / (high - low)
    return share > NAME_SHARE if branch.before else share > 1 - NAME_SHARE


def _aside_pt(axes: Axes, wall_mm: float, size_pt: float) -> float:
    """Return how far outside the wall a name stands, so that it stays on the image."""
    edge = on_paper(axes, np.array([[0.0, wall_mm], [0.0, max(axes.get_ylim())]]))
    return min(BEYOND_PT, float(edge[1, 1] - edge[0, 1]) - LETTER_SHARE * size_pt)


def draw_branches(axes: Axes, scene: Scene, plane: int, size_pt: float) -> None:
    """Point at each branch in the plane in which more of it is seen."""
    line = scene.found.vessel.line
    for branch in shown_in(scene, plane):
        up, at = side_of(branch, plane), branch.seen.at_mm
        to_left = named_to_left(scene, branch)
        wall = float(np.interp(at, line.arc_mm, line.outer_radius_mm))
        side = 1.0 if up > 0 else -1.0
        away = -ASIDE_PT if to_left else ASIDE_PT
        axes.annotate(
            branch.name,
            (at, side * wall),
            (away, side * _aside_pt(axes, wall, size_pt)),
            textcoords="offset points",
            color="white",
            fontsize=size_pt,
            ha="right" if to_left else "left",
            va="center",
            path_effects=[OUTLINE],
            arrowprops=ARROW | {"shrinkA": 1.0, "shrinkB": 0.0},
            annotation_clip=True,
            zorder=8,
        )
