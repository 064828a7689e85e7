"""The scanner: blur and voxels, block by block around the vessels, and noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.phantom.appearance import Appearance
from cto_cds_ccta.phantom.grid import Grid, grid_for, reach_of
from cto_cds_ccta.phantom.kernel import background, draw_block
from cto_cds_ccta.phantom.noise import noise
from cto_cds_ccta.phantom.surroundings import surroundings
from cto_cds_ccta.phantom.tissue import recipe
from cto_cds_ccta.phantom.tubes import tubes

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design

LOWEST_HU, HIGHEST_HU = -1024, 3071


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan without files.

    Attributes:
        hu: Shape (slices, rows, columns), int16.
        affine_lps_mm: 4 x 4, from (slice, row, column, 1) to LPS millimetres.
        material_mm3: Shape (occlusions, 4), volume of each class as drawn.
        apparent_mm3: The same by the brightness after the blur, without noise.
        metal_mm3: Shape (occlusions,), volume of stent struts.
    """

    hu: NDArray[np.int16]
    affine_lps_mm: NDArray[np.float64]
    material_mm3: NDArray[np.float64]
    apparent_mm3: NDArray[np.float64]
    metal_mm3: NDArray[np.float64]


def scan(design: Design, line: Course, progress: Callable[[str, float], None]) -> Scan:
    """Draw the vessels on a fine grid, blur them, average them into voxels and add noise."""
    vessel, others, far = recipe(design, line), tubes(design, line), surroundings(design, line)
    grid = grid_for(design, line)
    progress("draw the surroundings", 0.0)
    hu = np.empty(grid.shape, dtype=np.float32)
    background(grid.origin, grid.size, far, _surface_sigma(grid, far.axes[2]), hu)
    appearance = Appearance.of(design, line, grid)
    voxels = grid.spreading()
    blocks = list(reach_of(grid, line, others))
    fine_shape = tuple(grid.block * grid.split)
    for number, (block, near) in enumerate(blocks):
        change = np.empty(fine_shape, dtype=np.float32)
        kinds = np.empty(fine_shape, dtype=np.int8)
        draw_block(grid.first_fine(block), grid.fine, near, vessel, others, far, (change, kinds))
        voxels.add(block, change, hu)
        appearance.add(block, change, kinds)
        if number % 20 == 0:
            progress("draw the vessel", number / len(blocks))
    material, metal = appearance.material_mm3()
    apparent = appearance.apparent_mm3(far)
    progress("add the noise", 1.0)
    _move_slabs(design, hu)
    hu += noise(design, hu.shape)
    return Scan(
        hu=np.clip(np.rint(hu), LOWEST_HU, HIGHEST_HU).astype(np.int16),
        affine_lps_mm=grid.affine_lps_mm(),
        material_mm3=material,
        apparent_mm3=apparent,
        metal_mm3=metal,
    )


def _surface_sigma(grid: Grid, into_heart: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the blur of a surface, voxels included: in the slice, and into the heart."""
    box = grid.size**2 / 12.0
    across = float(np.sum(into_heart[::-1] ** 2 * box))
    return np.sqrt(grid.sigma_mm**2 + np.array([box[1], across]))


def _move_slabs(design: Design, hu: NDArray[np.float32]) -> None:
    """Move slabs of slices sideways by whole pixels; what comes in repeats the border."""
    count, rows, columns = hu.shape
    for step in design.steps:
        slab = slice(round(step.from_share * count), round(step.to_share * count))
        row = np.clip(np.arange(rows) - step.rows, 0, rows - 1)
        column = np.clip(np.arange(columns) - step.columns, 0, columns - 1)
        hu[slab] = hu[slab][:, row][:, :, column]
