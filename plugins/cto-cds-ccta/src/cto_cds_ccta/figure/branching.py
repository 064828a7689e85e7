"""Side branches, named in a row beside the image and pointed at where they leave the vessel."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patheffects import withStroke

from cto_cds_ccta.figure.canvas import INK
from cto_cds_ccta.figure.fitting import APART_PT
from cto_cds_ccta.figure.room import box_of, on_paper
from cto_cds_ccta.figure.strip import moved_apart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Annotation

    from cto_cds_ccta.figure.room import Box
    from cto_cds_ccta.figure.scene import Scene, SideBranch

ARROW = {"arrowstyle": "-|>", "color": "white", "linewidth": 1.0, "mutation_scale": 7.0}
LEADER = ARROW | {
    "linewidth": 0.8,
    "mutation_scale": 5.5,
    "shrinkA": 0.0,
    "shrinkB": 0.0,
    "path_effects": [withStroke(linewidth=2.0, foreground="black")],
}
"""White with black edges, since it leaves white paper and ends on a dark image."""
ASIDE_PT, AWAY_PT = 8.0, 2.5
"""How far beside its mouth a name stands, so that its line is seen, and how far off the image."""
SIDES = (1.0, -1.0)


def side_of(branch: SideBranch, plane: int) -> float:
    """Return how far a branch points up in a plane: 1 along it, 0 towards the viewer or away.

    Args:
        branch: The branch.
        plane: 0 for the plane from 12 to 6 o'clock, 1 for that from 3 to 9.
    """
    turn = np.radians(branch.seen.angle_deg)
    return float(np.cos(turn) if plane == 0 else np.sin(turn))


def shown_in(scene: Scene, plane: int, side: float) -> list[SideBranch]:
    """Return the branches that are named on one side of a plane, where most of them is seen."""
    return [
        one
        for one in scene.branches
        if abs(side_of(one, plane)) >= abs(side_of(one, 1 - plane))
        and (side_of(one, plane) > 0) == (side > 0)
    ]


def name_branches(
    axes: Axes, scene: Scene, plane: int, side: float, size_pt: float
) -> list[Annotation]:
    """Name in one row beside an image what leaves the vessel there, and point at each mouth.

    Names that would touch become one name that counts its branches.

    Args:
        axes: The image, with its limits set.
        scene: What is drawn.
        plane: The plane of the image.
        side: 1 for what leaves upwards, -1 for what leaves downwards.
        size_pt: Size of the names.
    """
    groups = [[one] for one in shown_in(scene, plane, side)]
    texts = [_written(axes, scene, group, side, size_pt) for group in groups]
    while (first := _touching(texts)) is not None:
        for text in texts:
            text.remove()
        groups[first : first + 2] = [groups[first] + groups[first + 1]]
        texts = [_written(axes, scene, group, side, size_pt) for group in groups]
    _keep_beside(axes, texts)
    for group, text in zip(groups, texts, strict=True):
        for branch in group:
            _point(axes, scene, branch, side, box_of(text))
    return texts


def together(group: Sequence[SideBranch]) -> str:
    """Return one name for branches that lie close together, those with a diameter first."""
    order = sorted(group, key=lambda one: not one.seen.sure)
    names = Counter(one.name for one in order)
    return ", ".join(f"{count} × {name}" if count > 1 else name for name, count in names.items())


def _written(
    axes: Axes, scene: Scene, group: Sequence[SideBranch], side: float, size_pt: float
) -> Annotation:
    """Write a name beside the image: before a mouth before the occlusion, behind one behind it."""
    places = [one.seen.at_mm for one in group]
    low, high = scene.shown_mm
    before = group[0].before
    aside = "center" if len(group) > 1 else "right" if before else "left"
    shift = {"center": 0.0, "right": -ASIDE_PT, "left": ASIDE_PT}[aside]
    return axes.annotate(
        together(group),
        (min(max(sum(places) / len(places), low), high), 1.0 if side > 0 else 0.0),
        (shift, side * AWAY_PT),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=INK,
        fontsize=size_pt,
        ha=aside,
        va="bottom" if side > 0 else "top",
        annotation_clip=False,
    )


def _touching(texts: Sequence[Annotation]) -> int | None:
    """Return the first name that touches the next one; None where none does."""
    boxes = [box_of(text) for text in texts]
    near = (i for i, (one, other) in enumerate(pairwise(boxes)) if other[0] - one[2] < APART_PT)
    return next(near, None)


def _keep_beside(axes: Axes, texts: Sequence[Annotation]) -> None:
    """Move names along their row so that none reaches beyond the image."""
    left, right = on_paper(axes, np.array([[x, 0.0] for x in axes.get_xlim()]))[:, 0]
    boxes = [box_of(text) for text in texts]
    widths = [box[2] - box[0] + APART_PT for box in boxes]
    starts = moved_apart([box[0] for box in boxes], widths, left, right)
    for text, box, start in zip(texts, boxes, starts, strict=True):
        across, up = text.get_position()
        text.set_position((across + start - box[0], up))


def _point(axes: Axes, scene: Scene, branch: SideBranch, side: float, name: Box) -> None:
    """Draw a thin line from the near edge of a name to the mouth of its branch."""
    line, at = scene.found.vessel.line, branch.seen.at_mm
    wall = side * float(np.interp(at, line.arc_mm, line.outer_radius_mm))
    x, y = on_paper(axes, np.array([[at, wall]]))[0]
    start = min(max(x, name[0]), name[2]) - x, (name[1] if side > 0 else name[3]) - y
    axes.annotate(
        "",
        (at, wall),
        start,
        textcoords="offset points",
        arrowprops=LEADER,
        annotation_clip=True,
        zorder=8,
    )
