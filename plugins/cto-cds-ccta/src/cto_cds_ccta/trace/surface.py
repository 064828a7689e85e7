"""The outer wall as the surface of least cost around a line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from cto_cds_ccta.kernel import compiled
from cto_cds_ccta.trace.polar import DEPTH_MM, DEPTH_STEP_MM
from cto_cds_ccta.trace.vesselness import CLIP_HU

ALONG_MM = 1.0
ROUND_STEPS = 1.0
LEAST_MM = 0.6
FAT_BELOW_HU, NO_FAT_HU = -50.0, 10.0
INTO_FAT_MM = 0.4
BEHIND_MM = 0.6
COUPLING_PER_MM2 = (3.0, 3.0)
"""What a step of a millimetre costs around the vessel and along it, in edges of 100 HU/mm."""
BEHIND_FAT_COST = 1.0
_REACH = 4
_ROUNDS = 4
_EDGE_HU_PER_MM = 100.0


def calm(hu: NDArray[np.float32], step_mm: float) -> NDArray[np.float32]:
    """Return rays with clipped brightness and less noise along and around the vessel."""
    image = np.clip(hu, *CLIP_HU)
    image = gaussian_filter1d(image, ALONG_MM / step_mm, axis=0, mode="nearest", truncate=3)
    return np.asarray(gaussian_filter1d(image, ROUND_STEPS, axis=1, mode="wrap"), dtype=np.float32)


def wall_surface(
    image: NDArray[np.float32], step_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the outer wall around a line and where it is really seen.

    The wall is where brightness falls steeply into fat. Where no fat lies outside, as at the
    heart muscle or a vein, no place is better than another and the wall follows its neighbours,
    around the vessel and along it. What lies behind the first fat is not the vessel.

    Args:
        image: From :func:`calm`, shape (sections, angles, depths).
        step_mm: Distance of the sections.

    Returns:
        Radius, shape (sections, angles), and whether the ray ends in fat there.
    """
    cost = _edge_cost(image)
    per_step = np.array(COUPLING_PER_MM2) * DEPTH_STEP_MM**2
    mean = _line_of_least_cost(cost.mean(axis=1), per_step[1] * (0.5 / step_mm))
    at = np.repeat(mean[:, None], image.shape[1], axis=1)
    for _ in range(_ROUNDS):
        _improve(cost, at, per_step[0], per_step[1] * (0.5 / step_mm))
    seen = np.take_along_axis(cost, at[:, :, None], axis=2)[:, :, 0] < -0.15
    return DEPTH_MM[at], np.asarray(seen, dtype=np.bool_)


def _edge_cost(image: NDArray[np.float32]) -> NDArray[np.float32]:
    slope = np.gradient(image, DEPTH_STEP_MM, axis=2)
    ahead = round(BEHIND_MM / DEPTH_STEP_MM)
    behind = np.concatenate([image[:, :, ahead:], image[:, :, -1:].repeat(ahead, axis=2)], axis=2)
    behind = uniform_filter1d(behind, 3, axis=2, mode="nearest")
    into_fat = np.clip((NO_FAT_HU - behind) / (NO_FAT_HU - FAT_BELOW_HU), 0.0, 1.0)
    cost = np.minimum(slope, 0.0) / _EDGE_HU_PER_MM * into_fat
    is_fat = image < FAT_BELOW_HU
    is_fat[:, :, DEPTH_MM < LEAST_MM] = False
    margin = round(INTO_FAT_MM / DEPTH_STEP_MM)
    first = np.where(is_fat.any(axis=2), is_fat.argmax(axis=2), len(DEPTH_MM))
    beyond = np.arange(len(DEPTH_MM))[None, None, :] > first[:, :, None] + margin
    cost = np.where(beyond, BEHIND_FAT_COST, cost)
    cost[:, :, DEPTH_MM < LEAST_MM] = BEHIND_FAT_COST
    return np.ascontiguousarray(cost, dtype=np.float32)


@compiled
def _line_of_least_cost(cost: NDArray[np.float32], coupling: float) -> NDArray[np.int64]:
    """Return the depth per section that costs least, with a coupling between sections."""
    sections, depths = cost.shape
    total = np.empty((sections, depths), dtype=np.float32)
    came = np.zeros((sections, depths), dtype=np.int64)
    total[0] = cost[0]
    for s in range(1, sections):
        for d in range(depths):
            best = np.float32(1e30)
            for e in range(max(d - _REACH, 0), min(d + _REACH + 1, depths)):
                value = total[s - 1, e] + coupling * (d - e) ** 2
                if value < best:
                    best = value
                    came[s, d] = e
            total[s, d] = best + cost[s, d]
    way = np.empty(sections, dtype=np.int64)
    way[sections - 1] = np.argmin(total[sections - 1])
    for s in range(sections - 1, 0, -1):
        way[s - 1] = came[s, way[s]]
    return way


@compiled
def _improve(cost: NDArray[np.float32], at: NDArray[np.int64], around: float, along: float) -> None:
    """Improve the wall, section by section, given the walls of both neighbours.

    The wall of a section is the closed line of least cost; twice around closes it.
    """
    sections, angles, depths = cost.shape
    turns = 2 * angles
    total = np.empty((turns, depths), dtype=np.float32)
    came = np.zeros((turns, depths), dtype=np.int64)
    for s in range(sections):
        before, after = max(s - 1, 0), min(s + 1, sections - 1)
        for t in range(turns):
            a = t % angles
            for d in range(depths):
                own = cost[s, a, d]
                own += along * ((d - at[before, a]) ** 2 + (d - at[after, a]) ** 2)
                if t == 0:
                    total[t, d] = own
                    continue
                best = np.float32(1e30)
                for e in range(max(d - _REACH, 0), min(d + _REACH + 1, depths)):
                    value = total[t - 1, e] + around * (d - e) ** 2
                    if value < best:
                        best = value
                        came[t, d] = e
                total[t, d] = best + own
        d = int(np.argmin(total[turns - 1]))
        way = np.empty(turns, dtype=np.int64)
        for t in range(turns - 1, 0, -1):
            way[t] = d
            d = int(came[t, d])
        way[0] = d
        shift = angles // 2
        for t in range(shift, shift + angles):
            at[s, t % angles] = way[t]
