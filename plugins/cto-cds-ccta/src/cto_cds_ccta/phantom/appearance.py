"""What lies in each occlusion: as drawn, and as it appears after the blur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.grid import TRUNCATE, Grid, Spreading
from cto_cds_ccta.phantom.kernel import KINDS, METAL, around_each
from cto_cds_ccta.phantom.tissue import NAMES

if TYPE_CHECKING:
    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design
    from cto_cds_ccta.phantom.kernel import Surroundings

EVERY = 2
_CLASS_FROM_HU = (-30.0, 75.5, 130.5, 350.5)


@dataclass(frozen=True, slots=True)
class Appearance:
    """Every second fine voxel around the occlusions, and a count of all of them.

    The blurred brightness is taken at the middle of a fine voxel, from the point spread alone:
    voxels, slices, moved slabs and noise do not come in.

    Attributes:
        grid: The grid of the scan.
        first: First block that is kept.
        spreading: The way from a block of the fine grid to the points that are kept.
        change: Blurred brightness less that of the surroundings, at the points that are kept.
        kinds: Class and occlusion at those points.
        counts: Shape (occlusions, 5), fine voxels of each class.
    """

    grid: Grid
    first: NDArray[np.int64]
    spreading: Spreading
    change: NDArray[np.float32]
    kinds: NDArray[np.int8]
    counts: NDArray[np.float64]

    @classmethod
    def of(cls, design: Design, line: Course, grid: Grid) -> Appearance:
        """Keep the blocks around the occlusions."""
        lesions = design.lesions
        inside = np.zeros(len(line.arc_mm), dtype=np.bool_)
        for lesion in lesions:
            inside |= (line.arc_mm >= lesion.start_mm) & (line.arc_mm <= lesion.end_mm)
        points = line.points_mm[inside][:, ::-1] if lesions else grid.origin[None]
        margin = line.reach_mm if lesions else 0.0
        extent = grid.block * grid.size
        low = ((points.min(axis=0) - margin - grid.origin) // extent).astype(np.int64)
        high = ((points.max(axis=0) + margin - grid.origin) // extent).astype(np.int64) + 1
        kept = grid.block * grid.split // EVERY
        shape = tuple((high - low) * kept)
        return cls(
            grid=grid,
            first=low,
            spreading=_spreading(grid, kept),
            change=np.zeros(shape, dtype=np.float32),
            kinds=np.full(shape, -1, dtype=np.int8),
            counts=np.zeros((len(lesions), KINDS)),
        )

    def add(
        self, block: NDArray[np.int64], change: NDArray[np.float32], kinds: NDArray[np.int8]
    ) -> None:
        """Take a block in."""
        at = block - self.first
        self.spreading.add(at, change, self.change)
        found = kinds[kinds >= 0]
        if not len(found):
            return
        count = np.bincount(found, minlength=self.counts.size)
        self.counts[...] += count.reshape(self.counts.shape)
        low = at * self.spreading.block
        part = tuple(slice(a, a + b) for a, b in zip(low, self.spreading.block, strict=True))
        self.kinds[part] = kinds[::EVERY, ::EVERY, ::EVERY]

    def material_mm3(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the volumes as drawn: of each class, shape (occlusions, 4), and of metal."""
        volumes = self.counts * float(np.prod(self.grid.fine))
        return volumes[:, : len(NAMES)], volumes[:, METAL]

    def apparent_mm3(self, far: Surroundings) -> NDArray[np.float64]:
        """Return the volumes by appearance, shape (occlusions, 4); below -30 HU is no class."""
        index = np.argwhere(self.kinds >= 0)
        points = self.grid.first_fine(self.first) + index * self.grid.fine * EVERY
        blurred = self.change[tuple(index.T)] + around_each(points, far, self.grid.sigma_mm)
        lesion = self.kinds[tuple(index.T)] // KINDS
        shown = np.digitize(blurred, _CLASS_FROM_HU)
        kept_mm3 = float(np.prod(self.grid.fine * EVERY))
        count = np.zeros((len(self.counts), len(NAMES) + 1))
        np.add.at(count, (lesion, shown), kept_mm3)
        return count[:, 1:]


def _spreading(grid: Grid, kept: NDArray[np.int64]) -> Spreading:
    """Return the point spread from fine voxels to every second one of them."""
    rim = np.ceil(TRUNCATE * grid.sigma_mm / (grid.fine * EVERY)).astype(np.int64)
    weights = []
    for axis in range(3):
        fine = grid.fine[axis]
        voxel = np.arange(kept[axis] * EVERY) * fine
        point = np.arange(-rim[axis], kept[axis] + rim[axis]) * fine * EVERY
        away = (point[:, None] - voxel) / grid.sigma_mm
        bell = np.exp(-0.5 * away**2) * fine / (grid.sigma_mm * np.sqrt(2 * np.pi))
        weights.append(bell.astype(np.float32))
    return Spreading(kept, rim, tuple(weights))
