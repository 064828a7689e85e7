"""From seed points to the vessel: its course, its outer wall, and how sure both are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d
from scipy.spatial import cKDTree

from cto_cds_ccta.measure.line import STEP_MM, VesselLine, vessel_line
from cto_cds_ccta.trace.border import Border, blur_of, exact_border
from cto_cds_ccta.trace.cheapest import cheapest_way
from cto_cds_ccta.trace.course import centred
from cto_cds_ccta.trace.polar import rays_around
from cto_cds_ccta.trace.region import region_around
from cto_cds_ccta.trace.strangers import strangers
from cto_cds_ccta.trace.surface import calm, wall_surface
from cto_cds_ccta.trace.vesselness import vesselness

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

LEAST_LIKENESS = 0.02
COST_POWER = -1.5
STRANGER_LIKENESS = 0.4
"""A way may cross or touch another vessel, but following it costs four times as much."""
RIVAL_POWERS = (-0.9, -2.5)
"""Ways that weigh length, or likeness, more. A vessel that is clear is the best way under each."""
CLEARLY_BETTER, WORST_STEPS, PARTED_MM = 0.9, 10, 2.0
"""The worst piece of a way is 10 steps of the grid long, 5 mm or a little more."""
BLUR_END_MM = 10.0
EVERY = 2


@dataclass(frozen=True, slots=True)
class Way:
    """The rough way from seed to seed through the grid.

    Attributes:
        points_lps_mm: Shape (n, 3).
        cost: Cost per millimetre at each point; about 1 in a tube in fat.
        fat: Share of fat around each point.
        other: Whether each point lies in contrast that belongs to neither seed.
        rivals_lps_mm: Ways found under other assumptions, each of shape (m, 3).
    """

    points_lps_mm: NDArray[np.float64]
    cost: NDArray[np.float64]
    fat: NDArray[np.float64]
    other: NDArray[np.bool_]
    rivals_lps_mm: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A vessel with its outer wall.

    Attributes:
        line: The middle of the vessel, proximal end first; with the radius of a circle of the
            area inside the wall.
        border: The outer wall in every ``EVERY``-th section of the line.
        wall_mm: The outer wall in every section, shape (sections, angles).
        sigma_mm: Blur of the image.
    """

    line: VesselLine
    border: Border
    wall_mm: NDArray[np.float64]
    sigma_mm: float


def find_way(volume: Volume, seeds_lps_mm: NDArray[np.float64]) -> Way:
    """Find the way from the proximal to the distal seed, through the waypoints between.

    Args:
        volume: The CT.
        seeds_lps_mm: Shape (n, 3): proximal seed, waypoints, distal seed; inside the volume.
    """
    region = region_around(volume, seeds_lps_mm)
    likeness, fat = vesselness(region)
    other = strangers(region, seeds_lps_mm[0], seeds_lps_mm[-1])
    likeness[other] *= np.float32(STRANGER_LIKENESS)
    likeness += np.float32(LEAST_LIKENESS)
    index = np.rint(region.index_of(seeds_lps_mm)).astype(int)
    index = np.clip(index, 0, np.array(likeness.shape) - 1)
    ends = [(int(x), int(y), int(z)) for x, y, z in index]

    def way_by(power: float) -> NDArray[np.int64]:
        cost = likeness ** np.float32(power)
        pieces = [cheapest_way(cost, a, b) for a, b in pairwise(ends)]
        return np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])

    with ThreadPoolExecutor(2) as pool:
        ways = list(pool.map(way_by, (COST_POWER, *RIVAL_POWERS)))
    costs = [(likeness[tuple(each.T)] ** COST_POWER).astype(np.float64) for each in ways]
    chosen = _strongest(ways, costs, round(PARTED_MM / region.step_mm))
    way, rivals = ways[chosen], [each for i, each in enumerate(ways) if i != chosen]
    at = tuple(way.T)
    return Way(
        points_lps_mm=region.points_at(way.astype(np.float64)),
        cost=costs[chosen],
        fat=fat[at].astype(np.float64),
        other=other[at],
        rivals_lps_mm=tuple(region.points_at(rival.astype(np.float64)) for rival in rivals),
    )


def _strongest(ways: list[NDArray[np.int64]], costs: list[NDArray[np.float64]], parted: int) -> int:
    """Return which way is followed: the first, unless the worst piece of another is clearly better.

    A way as a whole may be cheap because it is short: through two branches and the fat between
    them, past a bend. An artery is a tube at every place. Ways that do not part are one.
    """
    worst = []
    for way, cost in zip(ways, costs, strict=True):
        step = float(np.linalg.norm(np.diff(way, axis=0), axis=1).mean())
        count = max(round(WORST_STEPS / step), 1)
        worst.append(float(uniform_filter1d(cost, count, mode="nearest").max()))
    best = int(np.argmin(worst))
    if worst[best] >= CLEARLY_BETTER * worst[0]:
        return 0
    away, _ = cKDTree(ways[0]).query(ways[best])
    return best if float(away.max()) > parted else 0


def trace_vessel(volume: Volume, chain_lps_mm: NDArray[np.float64]) -> Traced:
    """Move a chain of points into the middle of the vessel and find its outer wall.

    Args:
        volume: The CT.
        chain_lps_mm: Shape (n, 3), points in the vessel, proximal end first.
    """
    middle = centred(volume, chain_lps_mm)[::EVERY]
    line = vessel_line(middle, np.ones(len(middle)))
    rays = rays_around(volume, line.points_lps_mm[::EVERY], STEP_MM * EVERY, line.across[::EVERY])
    wall, seen = wall_surface(calm(rays.hu, rays.step_mm), rays.step_mm)
    patent = round(BLUR_END_MM / rays.step_mm)
    sigma = blur_of(rays.hu[:patent], wall[:patent], seen[:patent], rays.step_mm)
    border = exact_border(rays.hu, wall, seen, rays.step_mm, sigma)
    at = np.arange(len(line.arc_mm)) / EVERY
    low = np.minimum(at.astype(int), len(border.wall_mm) - 1)
    high = np.minimum(low + 1, len(border.wall_mm) - 1)
    share = (at - low)[:, None]
    whole = border.wall_mm[low] * (1 - share) + border.wall_mm[high] * share
    radius = np.sqrt(np.mean(whole**2, axis=1))
    return Traced(replace(line, outer_radius_mm=radius), border, whole, sigma)
