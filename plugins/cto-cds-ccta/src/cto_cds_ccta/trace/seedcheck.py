"""Seed points that cannot be where they were meant to be, and scans without contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from cto_cds_ccta.measure.checks import extent_of
from cto_cds_ccta.needs import LIMBS_TOUCH
from cto_cds_ccta.trace.sample import trilinear

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

AIR_HU = -300.0
FAT_HU = -20.0
CONTRAST_HU = 130.0
FILLED_HU = 100.0
NEAR_MM = 1.5
WIDE_MM = 6.0
MOST_WIDE_SHARE = 0.8
LEAST_APART_MM, MOST_APART_MM = 5.0, 200.0
BACK_WITHIN_MM, BACK_AFTER_MM = 1.0, 4.0
"""Two limbs of one vessel lie further apart than this; a way that comes back does not."""
_DIRECTIONS = 64
_SOURCE = "seeds"


def check_seeds(volume: Volume, names: list[str], seeds_lps_mm: NDArray[np.float64]) -> None:
    """Check that each seed lies in the volume and in a vessel.

    Args:
        volume: The CT.
        names: What each seed is called.
        seeds_lps_mm: Shape (n, 3): proximal, waypoints, distal.

    Raises:
        BackendError: With every seed that cannot be used, and why.
    """
    problems = _nowhere_contrast(volume, seeds_lps_mm) or [
        problem
        for name, seed in zip(names, seeds_lps_mm, strict=True)
        if (problem := _seed_problem(volume, name, seed)) is not None
    ]
    if not problems:
        apart = float(np.linalg.norm(seeds_lps_mm[-1] - seeds_lps_mm[0]))
        if not LEAST_APART_MM <= apart <= MOST_APART_MM:
            found = f"the proximal and the distal seed are {apart:.0f} mm apart"
            mend = "place one seed in the patent vessel on each side of the occlusion"
            problems.append(Problem(Place(_SOURCE), found, mend))
    if problems:
        raise BackendError.of(problems)


def check_way(way_lps_mm: NDArray[np.float64], seeds_lps_mm: NDArray[np.float64]) -> None:
    """Check that a way through waypoints goes on and does not come back along itself.

    Args:
        way_lps_mm: Shape (n, 3), the way from the proximal to the distal seed.
        seeds_lps_mm: Shape (m, 3): proximal, waypoints, distal.

    Raises:
        BackendError: It comes back; says near which waypoint. Where the vessel itself turns back
            so closely that its limbs touch, the waypoints may all be right.
    """
    waypoints = seeds_lps_mm[1:-1]
    steps = np.linalg.norm(np.diff(way_lps_mm, axis=0), axis=1)
    arc = np.concatenate([[0.0], np.cumsum(steps)])
    tree = cKDTree(way_lps_mm)
    pairs = tree.query_pairs(BACK_WITHIN_MM, output_type="ndarray")
    back = pairs[np.abs(arc[pairs[:, 1]] - arc[pairs[:, 0]]) > BACK_AFTER_MM]
    if not len(waypoints) or not len(back):
        return
    turn = way_lps_mm[int(back.mean(axis=1).mean())]
    number = int(np.linalg.norm(waypoints - turn, axis=1).argmin())
    found = f"the way through them comes back along itself, near waypoints[{number}]"
    mend = (
        f"if they and the two seeds all lie in the vessel, {LIMBS_TOUCH}. Else move what does not: "
        "waypoints lie between the two seeds, in their order from proximal to distal; where they "
        "are right, the proximal or the distal seed beyond them may lie in another vessel, such as "
        "a vein or a branch"
    )
    raise BackendError(Problem(Place(_SOURCE, key="waypoints"), found, mend))


def _nowhere_contrast(volume: Volume, seeds_lps_mm: NDArray[np.float64]) -> list[Problem]:
    """Return a problem when tissue lies at both ends of the vessel, and contrast at neither."""
    if not all(_inside(volume, seed) for seed in (seeds_lps_mm[0], seeds_lps_mm[-1])):
        return []
    levels = []
    for seed in (seeds_lps_mm[0], seeds_lps_mm[-1]):
        near = _around(volume, seed, np.array([0.0, 0.5, 1.0, NEAR_MM]))
        levels.append(float(np.percentile(near, 90)))
    if not FAT_HU <= min(levels) <= max(levels) < CONTRAST_HU:
        return []
    agent = volume.info.contrast_agent
    said = f"the series names the contrast agent {agent}" if agent else "the series names no agent"
    found = (
        f"the scan seems to be without contrast: at most {levels[0]:.0f} and {levels[1]:.0f} HU "
        f"at the two seeds, and {said}"
    )
    mend = (
        "use the contrast-enhanced series of the study; if this is it, place the seeds in the open "
        "vessel on each side of the occlusion"
    )
    return [Problem(Place(_SOURCE), found, mend)]


def _inside(volume: Volume, seed: NDArray[np.float64]) -> bool:
    index = volume.index_of(seed[None])[0]
    return bool(np.all((index >= 0) & (index <= np.array(volume.hu.shape) - 1)))


def _seed_problem(volume: Volume, name: str, seed: NDArray[np.float64]) -> Problem | None:
    place = Place(_SOURCE, key=name)
    x, y, z = seed
    if not _inside(volume, seed):
        found = (
            f"({x:.1f}, {y:.1f}, {z:.1f}) mm lies outside the volume, which goes from "
            f"{extent_of(volume)}"
        )
        mend = (
            "take a point of this series; coordinates are DICOM patient coordinates (LPS) in mm, "
            "Slicer shows RAS: change the sign of the first two"
        )
        return Problem(place, found, mend)
    near = _around(volume, seed, np.array([0.0, 0.5, 1.0, NEAR_MM]))
    brightest = float(np.percentile(near, 90))
    here = float(np.median(near[:2]))
    if here < AIR_HU:
        return Problem(
            place, f"lies in air or lung ({here:.0f} HU)", "place it in the middle of the vessel"
        )
    if brightest < FAT_HU:
        return Problem(
            place, f"lies in fat ({here:.0f} HU)", "place it in the middle of the vessel"
        )
    if name.startswith("waypoints"):
        return None
    if brightest < CONTRAST_HU:
        found = f"there is no contrast: at most {brightest:.0f} HU within {NEAR_MM:.1f} mm"
        return Problem(place, found, "place it in the open vessel, not in the occlusion")
    wide = _around(volume, seed, np.array([2.0, 4.0, WIDE_MM]))
    share = float((wide > FILLED_HU).mean())
    if share > MOST_WIDE_SHARE:
        found = (
            f"lies in a contrast-filled space wider than a coronary artery: {100 * share:.0f} % of "
            f"what lies up to {WIDE_MM:.0f} mm away is filled"
        )
        mend = "place it in the coronary artery, not in the aorta or in a chamber of the heart"
        return Problem(place, found, mend)
    return None


def _around(
    volume: Volume, seed: NDArray[np.float64], depths_mm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return brightness on spheres around a point, shape (depths, directions)."""
    number = np.arange(_DIRECTIONS) + 0.5
    turn, height = number * np.pi * (3.0 - np.sqrt(5.0)), 1.0 - 2.0 * number / _DIRECTIONS
    flat = np.sqrt(1.0 - height**2)
    direction = np.column_stack([flat * np.cos(turn), flat * np.sin(turn), height])
    points = seed + depths_mm[:, None, None] * direction
    index = volume.index_of(points.reshape(-1, 3))
    values = [trilinear(volume.hu, float(i), float(j), float(k)) for i, j, k in index]
    return np.array(values).reshape(len(depths_mm), _DIRECTIONS)
