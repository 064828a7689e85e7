"""The grid of voxels, its fine grid, and the blur from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from scipy.special import ndtr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design
    from cto_cds_ccta.phantom.kernel import Tubes

FINE_MM = 0.12
BLOCK_MM = 4.0
MARGIN_MM = 7.0
TRUNCATE = 3.5
STRIDE = 8
SIGMA_PER_FWHM = 1 / 2.3548

Near = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Voxels in blocks, each voxel in fine voxels. Order: slice, row, column.

    Attributes:
        origin: Middle of the first voxel, mm.
        size: Of a voxel, mm.
        shape: Number of voxels.
        block: Voxels in a block.
        split: Fine voxels in a voxel.
        sigma_mm: Of the point spread.
    """

    origin: NDArray[np.float64]
    size: NDArray[np.float64]
    shape: tuple[int, ...]
    block: NDArray[np.int64]
    split: NDArray[np.int64]
    sigma_mm: float

    @property
    def fine(self) -> NDArray[np.float64]:
        """Size of a fine voxel, mm."""
        return self.size / self.split

    @property
    def rim(self) -> NDArray[np.int64]:
        """How many voxels the blur reaches beyond a block."""
        return np.ceil(TRUNCATE * self.sigma_mm / self.size + 0.5).astype(np.int64)

    def first_fine(self, block: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the middle of the first fine voxel of a block, mm."""
        corner = self.origin + (block * self.block - 0.5) * self.size
        return np.asarray(corner + self.fine / 2, dtype=np.float64)

    def affine_lps_mm(self) -> NDArray[np.float64]:
        """Return the way from (slice, row, column, 1) to LPS mm."""
        affine = np.eye(4)
        affine[:3, :3] = np.diag(self.size)[::-1]
        affine[:3, 3] = self.origin[::-1]
        return affine

    def spreading(self) -> Spreading:
        """Return the way from a block of the fine grid to blurred voxels around it."""
        weights = []
        for axis in range(3):
            fine = (np.arange(self.block[axis] * self.split[axis]) + 0.5) * self.fine[axis]
            edges = np.arange(-self.rim[axis], self.block[axis] + self.rim[axis] + 1)
            passed = ndtr((edges[:, None] * self.size[axis] - fine) / self.sigma_mm)
            weights.append(np.diff(passed, axis=0) / self.split[axis])
        return Spreading(self.block, self.rim, tuple(w.astype(np.float32) for w in weights))


@dataclass(frozen=True, slots=True)
class Spreading:
    """Adds blurred blocks to an image of a coarser grid.

    Attributes:
        block: Points of that grid in a block.
        rim: Points beyond the block that are reached.
        weights: For each axis, shape (points, fine voxels).
    """

    block: NDArray[np.int64]
    rim: NDArray[np.int64]
    weights: tuple[NDArray[np.float32], ...]

    def add(
        self, at: NDArray[np.int64], change: NDArray[np.float32], image: NDArray[np.float32]
    ) -> None:
        """Blur a block and add it to the image; what falls outside is lost."""
        low = at * self.block - self.rim
        high = low + self.block + 2 * self.rim
        first, last = np.maximum(low, 0), np.minimum(high, image.shape)
        if np.any(last <= first):
            return
        reached = zip(self.weights, first - low, last - low, strict=True)
        z, y, x = (weights[begin:end] for weights, begin, end in reached)
        part = np.matmul(y, np.matmul(change, x.T))
        part = np.matmul(z, part.transpose(1, 0, 2)).transpose(1, 0, 2)
        image[tuple(slice(f, e) for f, e in zip(first, last, strict=True))] += part


def grid_for(design: Design, line: Course) -> Grid:
    """Return the smallest grid around the vessel, or one of the matrix that is asked for."""
    size = np.array([design.slice_mm, design.pixel_mm, design.pixel_mm])
    block = np.maximum(2, 2 * np.rint(BLOCK_MM / size / 2).astype(np.int64))
    low = line.points_mm.min(axis=0)[::-1] - MARGIN_MM
    high = line.points_mm.max(axis=0)[::-1] + MARGIN_MM
    least = np.ceil((high - low) / size).astype(np.int64)
    shape = -(-least // block) * block
    if design.matrix:
        shape[1:] = np.maximum(shape[1:], design.matrix)
    low = (low + high) / 2 - shape * size / 2
    split = np.maximum(2, np.rint(size / FINE_MM).astype(np.int64))
    sigma = design.fwhm_mm * SIGMA_PER_FWHM
    return Grid(np.round(low + size / 2, 3), size, tuple(map(int, shape)), block, split, sigma)


def reach_of(grid: Grid, line: Course, others: Tubes) -> Iterator[tuple[NDArray[np.int64], Near]]:
    """Yield every block that a vessel reaches, with the points of the vessels near it."""
    count = -(-np.array(grid.shape) // grid.block)
    blocks = np.stack(np.meshgrid(*map(np.arange, count), indexing="ij"), axis=-1).reshape(-1, 3)
    middle = grid.origin + (blocks * grid.block + grid.block / 2 - 0.5) * grid.size
    half = float(np.linalg.norm(grid.block * grid.size)) / 2
    stations = np.arange(0, len(line.points_mm), STRIDE)
    vessel = cKDTree(line.points_mm[stations]).query_ball_point(
        middle[:, ::-1], half + line.reach_mm, return_sorted=True
    )
    none: list[list[int]] = [[]] * len(blocks)
    tube = none
    if len(others.points):
        widest = float((others.lumen + others.wall).max())
        tree = cKDTree(others.points)
        tube = tree.query_ball_point(middle[:, ::-1], half + widest, return_sorted=True)
    for block, mine, theirs in zip(blocks, vessel, tube, strict=True):
        if mine or theirs:
            yield block, (stations[mine], np.array(theirs, dtype=np.int64))
