"""How sure it is that the way found is the vessel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from cto_cds_ccta.trace.find import Traced, Way

WINDOW_MM = 5.0
MOST_COST = 6.0
MOST_PARTING_MM = 2.0
LEAST_SEEN_SHARE = 0.35
LEAST_FAT_SHARE = 0.08
MOST_IN_OTHER_MM = 5.0
MOST_RADIUS_RATIO = 1.7
RADIUS_OVER_MM = 3.0


@dataclass(frozen=True, slots=True)
class Confidence:
    """What speaks against the way, in words for a person; empty when nothing does.

    Attributes:
        cost_per_mm: Mean cost of the way; about 1 in a tube in fat.
        worst_cost_per_mm: The same over its worst 5 mm.
        parting_mm: How far other ways, found under other assumptions, part from it.
        seen_share: Share of the wall that is seen against fat.
        reasons: What a person should look at.
    """

    cost_per_mm: float
    worst_cost_per_mm: float
    parting_mm: float
    seen_share: float
    reasons: tuple[str, ...]


def confidence_of(way: Way, traced: Traced) -> Confidence:
    """Judge a way by its cost, its rivals, the fat around it and the wall that was found."""
    step = float(np.linalg.norm(np.diff(way.points_lps_mm, axis=0), axis=1).mean())
    count = max(round(WINDOW_MM / step), 1)
    cost = uniform_filter1d(way.cost, count, mode="nearest")
    fat = uniform_filter1d(way.fat, count, mode="nearest")
    parting, where = _parting(way)
    seen = traced.border.seen.mean(axis=1)
    seen_near = uniform_filter1d(seen, max(round(WINDOW_MM / 0.5), 1), mode="nearest")
    reasons = []
    if cost.max() > MOST_COST:
        at = int(cost.argmax())
        reasons.append(
            f"Around {at * step:.0f} mm from the proximal seed there is hardly a tube to follow."
        )
    if parting > MOST_PARTING_MM:
        reasons.append(
            f"Another way from seed to seed is nearly as good and lies {parting:.1f} mm beside "
            f"this one, around {where * step:.0f} mm from the proximal seed."
        )
    if fat.min() < LEAST_FAT_SHARE:
        reasons.append(
            f"Around {int(fat.argmin()) * step:.0f} mm from the proximal seed the way has no fat "
            "beside it; it may leave the vessel."
        )
    other_mm = float(way.other.sum()) * step
    if other_mm > MOST_IN_OTHER_MM:
        reasons.append(
            f"Over {other_mm:.0f} mm, around {int(way.other.argmax()) * step:.0f} mm from the "
            "proximal seed on, the way follows contrast that is connected with neither seed; it "
            "may be a vein or a collateral."
        )
    if seen_near.min() < LEAST_SEEN_SHARE:
        reasons.append(
            f"Around {int(seen_near.argmin()) * 0.5:.0f} mm the wall is seen on "
            f"{100 * seen_near.min():.0f} % of its circumference only."
        )
    jump = _radius_jump(traced.line.outer_radius_mm, traced.line.arc_mm)
    if jump is not None:
        reasons.append(jump)
    return Confidence(
        cost_per_mm=float(way.cost.mean()),
        worst_cost_per_mm=float(cost.max()),
        parting_mm=parting,
        seen_share=float(seen.mean()),
        reasons=tuple(reasons),
    )


def _parting(way: Way) -> tuple[float, int]:
    """Return the largest distance of a rival way from this one, and the index where it parts."""
    tree = cKDTree(way.points_lps_mm)
    worst, where = 0.0, 0
    for rival in way.rivals_lps_mm:
        away, nearest = tree.query(rival)
        if away.max() > worst:
            worst, where = float(away.max()), int(nearest[away.argmax()])
    return worst, where


def _radius_jump(radius: NDArray[np.float64], arc: NDArray[np.float64]) -> str | None:
    """Return a sentence where the vessel changes its size too fast to be one vessel."""
    far = max(round(RADIUS_OVER_MM / float(arc[1] - arc[0])), 1)
    if len(radius) <= far:
        return None
    ratio = radius[far:] / radius[:-far]
    both = np.maximum(ratio, 1.0 / ratio)
    if both.max() < MOST_RADIUS_RATIO:
        return None
    at = int(both.argmax())
    return (
        f"Between {arc[at]:.0f} and {arc[at + far]:.0f} mm the outer radius goes from "
        f"{radius[at]:.1f} to {radius[at + far]:.1f} mm; the way may change into another vessel."
    )
