"""Side branches, pointed at where they leave the vessel."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.canvas import OUTLINE
from cto_cds_ccta.figure.room import box_of, on_paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

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
    """Point at each branch in the plane in which more of it is seen.

    Sure ones are named first. Where a name would cover another one of the same wall, it is left
    out: the arrow of its branch stands inside the vessel, and the name beside counts it.
    """
    placed: list[tuple[float, Annotation, list[SideBranch]]] = []
    for branch in sorted(shown_in(scene, plane), key=lambda one: not one.seen.sure):
        side = 1.0 if side_of(branch, plane) > 0 else -1.0
        named = _named(axes, scene, branch, side, size_pt)
        low, high = _extent(named, size_pt)
        beside = [
            (text, group)
            for other, text, group in placed
            if other == side
            and low < _extent(text, size_pt)[1]
            and _extent(text, size_pt)[0] < high
        ]
        if not beside:
            placed.append((side, named, [branch]))
            continue
        named.remove()
        text, group = beside[0]
        group.append(branch)
        text.set_text(together(group))
        _keep_inside(axes, text)
        _arrow_inside(axes, scene, branch, side)


def together(group: Sequence[SideBranch]) -> str:
    """Return one name for branches that lie close together, those with a diameter first."""
    names = Counter(one.name for one in group)
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in names.items())


def _extent(text: Annotation, size_pt: float) -> tuple[float, float]:
    """Return from where to where a name reaches, with room to count more branches in it."""
    low, _, high, _ = box_of(text)
    return low - size_pt, high + size_pt


def _keep_inside(axes: Axes, text: Annotation) -> None:
    """Turn a name that has become so long that it leaves the image to the other side."""
    left, right = on_paper(axes, np.array([[x, 0.0] for x in axes.get_xlim()]))[:, 0]
    low, _, high, _ = box_of(text)
    if low < left or high > right:
        away, up = text.get_position()
        text.set_position((-away, up))
        text.set_horizontalalignment("left" if away < 0 else "right")


def _named(axes: Axes, scene: Scene, branch: SideBranch, side: float, size_pt: float) -> Annotation:
    line, at = scene.found.vessel.line, branch.seen.at_mm
    to_left = named_to_left(scene, branch)
    wall = float(np.interp(at, line.arc_mm, line.outer_radius_mm))
    return axes.annotate(
        branch.name,
        (at, side * wall),
        (-ASIDE_PT if to_left else ASIDE_PT, side * _aside_pt(axes, wall, size_pt)),
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


def _arrow_inside(axes: Axes, scene: Scene, branch: SideBranch, side: float) -> None:
    """Point from inside the vessel at a mouth whose name stands with another one."""
    line, at = scene.found.vessel.line, branch.seen.at_mm
    wall = side * float(np.interp(at, line.arc_mm, line.outer_radius_mm))
    axes.annotate(
        "",
        (at, wall),
        (0.0, -side * ASIDE_PT),
        textcoords="offset points",
        arrowprops=ARROW | {"shrinkA": 0.0, "shrinkB": BEYOND_PT},
        annotation_clip=True,
        zorder=8,
    )
