"""From a mask of the vessel, its outer wall included, to a line with outer radii."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem
from cto_cds.hookspecs import Centreline
from numpy.typing import NDArray
from scipy import ndimage

from cto_cds_ccta.imports.files import read_labels
from cto_cds_ccta.measure.line import VesselLine, vessel_line
from cto_cds_ccta.trace.cheapest import cheapest_way

if TYPE_CHECKING:
    from cto_cds.hookspecs import Request, VesselMask

    from cto_cds_ccta.imports.grid import LabelGrid

FINEST_MM = 0.25
MARGIN_SHARE, MARGIN_MM = 0.45, 8.0
BESIDE_MM = 2.0
OUTSIDE_COST = np.float32(1e6)
ANGLES, DEPTH_MM, STEP_MM = 64, 5.0, 0.05
ROUNDS = 3
EVERY = 4
_AS_MASK = (
    "give the whole vessel as one piece, from its open part before the occlusion to its open part "
    "behind it, the outer wall included; a mask of the lumen ends at the caps"
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The mask around the vessel, on an even grid.

    Attributes:
        share: Shape (i, j, k), 0 to 1; the border lies at a half.
        affine_lps_mm: 4 x 4, from index to LPS mm.
        step_mm: Size of its voxels.
    """

    share: NDArray[np.float32]
    affine_lps_mm: NDArray[np.float64]
    step_mm: float

    def index_of(self, points_lps_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        inverse = np.linalg.inv(self.affine_lps_mm)
        return np.asarray(points_lps_mm @ inverse[:3, :3].T + inverse[:3, 3])

    def points_at(self, index: NDArray[np.float64]) -> NDArray[np.float64]:
        matrix = self.affine_lps_mm
        return np.asarray(index @ matrix[:3, :3].T + matrix[:3, 3])


def walled_line(request: Request, given: VesselMask) -> Centreline:
    """Return the line through a mask, and the radius of a circle of the area in each section.

    Args:
        request: With seeds, or a line without radii, which says what of the mask is meant.
        given: The mask.

    Raises:
        BackendError: The mask cannot be read, or does not hold the vessel that was marked.
    """
    if request.centreline is not None and request.centreline.outer_radius_mm is not None:
        found = "the line has outer radii, and the mask gives them too"
        mend = "leave out one of the two"
        raise BackendError(Problem(Place(str(given.path)), found, mend))
    grid = read_labels(given.path)
    mask = grid.mask(given.label, given.path)
    marked = _marked(request)
    place = Place(str(given.path))
    piece = _piece_around(grid, mask, marked, place)
    inside = piece.share >= 0.5
    ends = [_nearest_inside(piece, inside, point, place) for point in marked]
    parts, _ = ndimage.label(inside, np.ones((3, 3, 3)))
    if len({int(parts[end]) for end in ends}) > 1:
        found = "is interrupted between the points that mark the vessel"
        raise BackendError(Problem(place, found, _AS_MASK))
    deep = ndimage.distance_transform_edt(inside) * piece.step_mm
    cost = np.where(inside, 1.0 / (deep + 0.1) ** 2, OUTSIDE_COST).astype(np.float32)
    ways = [cheapest_way(cost, a, b) for a, b in pairwise(ends) if a != b]
    chain = piece.points_at(np.concatenate(ways).astype(np.float64))
    return _centred(piece, chain, given.path.name)


def _marked(request: Request) -> NDArray[np.float64]:
    """Return the points that say which vessel of the mask is meant."""
    if request.centreline is not None:
        return np.asarray(request.centreline.points_lps_mm, dtype=np.float64)[:: EVERY * 2]
    seeds = request.seeds
    if seeds is None:
        mend = "give --seeds as well: a point in the open vessel on each side of the occlusion"
        raise BackendError(Problem(Place("request"), "a mask alone marks no vessel", mend))
    return np.array([seeds.proximal_lps_mm, *seeds.waypoints_lps_mm, seeds.distal_lps_mm])


def _piece_around(
    grid: LabelGrid, mask: NDArray[np.bool_], marked: NDArray[np.float64], place: Place
) -> _Piece:
    """Return the mask around the marked points, with voxels of one size."""
    inverse = np.linalg.inv(grid.affine_lps_mm)
    index = marked @ inverse[:3, :3].T + inverse[:3, 3]
    spacing = np.linalg.norm(grid.affine_lps_mm[:3, :3], axis=0)
    apart_mm = float(np.linalg.norm(np.ptp(marked, axis=0)))
    margin = (MARGIN_MM + MARGIN_SHARE * apart_mm) / spacing
    low = np.maximum(np.floor(index.min(axis=0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0) + margin) + 1, mask.shape).astype(int)
    if np.any(high - low < 2):
        mend = (
            "give the mask of this series; where a program wrote RAS as LPS, the first two axes "
            "are turned around"
        )
        raise BackendError(Problem(place, "does not lie where the vessel was marked", mend))
    part = mask[low[0] : high[0], low[1] : high[1], low[2] : high[2]].astype(np.float32)
    step_mm = max(float(spacing.min()), FINEST_MM)
    counts = np.floor((np.array(part.shape) - 1) * spacing / step_mm).astype(int) + 1
    axes = [np.arange(count) * step_mm / size for count, size in zip(counts, spacing, strict=True)]
    fine = part
    for axis, at in enumerate(axes):
        first = np.minimum(at.astype(int), fine.shape[axis] - 2)
        share = (at - first).reshape([-1 if a == axis else 1 for a in range(3)]).astype(np.float32)
        fine = np.take(fine, first, axis) * (1 - share) + np.take(fine, first + 1, axis) * share
    affine = grid.affine_lps_mm.copy()
    affine[:3, 3] += grid.affine_lps_mm[:3, :3] @ low
    affine[:3, :3] *= step_mm / spacing
    return _Piece(ndimage.gaussian_filter(fine, 0.5), affine, step_mm)


def _nearest_inside(
    piece: _Piece, inside: NDArray[np.bool_], point: NDArray[np.float64], place: Place
) -> tuple[int, int, int]:
    """Return the voxel of the mask that is nearest to a marked point."""
    middle = np.rint(piece.index_of(point[None])[0]).astype(int)
    reach = int(np.ceil(BESIDE_MM / piece.step_mm))
    low = np.clip(middle - reach, 0, np.array(inside.shape))
    high = np.clip(middle + reach + 1, 0, np.array(inside.shape))
    near = np.argwhere(inside[low[0] : high[0], low[1] : high[1], low[2] : high[2]]) + low
    if not len(near):
        x, y, z = point
        found = f"holds nothing within {BESIDE_MM:.0f} mm of ({x:.1f}, {y:.1f}, {z:.1f}) mm (LPS)"
        raise BackendError(Problem(place, found, _AS_MASK))
    i, j, k = near[int(np.argmin(((near - middle) ** 2).sum(axis=1)))]
    return (int(i), int(j), int(k))


def _centred(piece: _Piece, chain: NDArray[np.float64], source: str) -> Centreline:
    """Move a chain to the centroids of its sections, and measure their areas."""
    points = chain[:: max(round(1.0 / piece.step_mm), 1)]
    points = np.vstack([points, chain[-1:]]) if np.any(points[-1] != chain[-1]) else points
    for _ in range(ROUNDS):
        line = vessel_line(points, np.ones(len(points)))
        radius = _rays(piece, line)
        turn = 2.0 * np.pi * np.arange(ANGLES) / ANGLES
        area = np.mean(radius**2, axis=1)
        third = radius**3 / 3.0 / np.maximum(area, 1e-6)[:, None]
        first, second = (
            2.0 * np.mean(third * wave, axis=1)[:, None] for wave in (np.cos(turn), np.sin(turn))
        )
        moved = line.points_lps_mm + first * line.across[:, 0] + second * line.across[:, 1]
        points = moved[::EVERY]
    circle = ndimage.gaussian_filter1d(np.sqrt(area), EVERY)
    return Centreline(points, circle[::EVERY], source)


def _rays(piece: _Piece, line: VesselLine) -> NDArray[np.float64]:
    """Return where each ray leaves the mask, shape (sections, angles)."""
    turn = 2.0 * np.pi * np.arange(ANGLES) / ANGLES
    depth = np.arange(0.0, DEPTH_MM, STEP_MM)
    ways = (
        np.cos(turn)[None, :, None] * line.across[:, None, 0]
        + np.sin(turn)[None, :, None] * line.across[:, None, 1]
    )
    places = line.points_lps_mm[:, None, None] + ways[:, :, None] * depth[:, None]
    index = piece.index_of(places.reshape(-1, 3)).T
    share = ndimage.map_coordinates(piece.share, index, order=1).reshape(*ways.shape[:2], -1)
    outside = share < 0.5
    leaves = np.where(outside.any(axis=2), outside.argmax(axis=2), len(depth) - 1)
    return np.asarray(depth[leaves] - STEP_MM / 2.0, dtype=np.float64).clip(min=STEP_MM)
