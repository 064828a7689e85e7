"""The scanner: blur and voxels, block by block around the vessel, and noise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from cto_cds_ccta.phantom.course import STEP_MM
from cto_cds_ccta.phantom.tissue import (
    FAT_HU,
    MYOCARDIUM_HU,
    NAMES,
    OTHER,
    outer_radius_mm,
    tissue,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cto_cds_ccta.phantom.course import Course
    from cto_cds_ccta.phantom.design import Design

FINE = (4, 3, 3)
BLOCK = (12, 16, 16)
MARGIN_MM = 7.0
TREE_STRIDE = 8
REFINEMENTS = 3
_SIGMA_PER_FWHM = 1 / 2.3548
_CLASS_FROM_HU = (-30.0, 75.5, 130.5, 350.5)


@dataclass(slots=True)
class Tally:
    """What was counted while drawing, in fine voxels: material and appearance."""

    material: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(NAMES)))
    apparent: NDArray[np.float64] = field(default_factory=lambda: np.zeros(len(NAMES)))


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan without files.

    Attributes:
        hu: Shape (slices, rows, columns), int16.
        affine_lps_mm: 4 x 4, from (slice, row, column, 1) to LPS millimetres.
        material_mm3: Volume of each class in the occlusion as drawn.
        apparent_mm3: The same by the brightness after the blur, without noise.
    """

    hu: NDArray[np.int16]
    affine_lps_mm: NDArray[np.float64]
    material_mm3: NDArray[np.float64]
    apparent_mm3: NDArray[np.float64]


def scan(design: Design, line: Course, progress: Callable[[str, float], None]) -> Scan:
    """Draw the vessel on a fine grid, blur it, average it into voxels and add noise."""
    size = np.array([design.slice_mm, design.pixel_mm, design.pixel_mm])
    low = line.points_mm.min(axis=0)[::-1] - MARGIN_MM
    high = line.points_mm.max(axis=0)[::-1] + MARGIN_MM
    shape = np.ceil((high - low) / size).astype(int)
    shape = -(-shape // np.array(BLOCK)) * np.array(BLOCK)
    origin = low + size / 2
    hu = _background(design, line, origin, size, shape)
    tree = cKDTree(line.points_mm[::TREE_STRIDE])
    tally = Tally()
    blocks = list(np.ndindex(*(shape // np.array(BLOCK))))
    for number, at in enumerate(blocks):
        corner = np.array(at) * np.array(BLOCK)
        middle = origin + (corner + np.array(BLOCK) / 2 - 0.5) * size
        half = float(np.linalg.norm(np.array(BLOCK) * size)) / 2
        reach = float(max(design.proximal_radius_mm, design.distal_radius_mm)) + 1.5
        if tree.query(middle[::-1])[0] < half + reach:
            part = tuple(slice(c, c + b) for c, b in zip(corner, BLOCK, strict=True))
            hu[part] = _block(design, line, tree, origin + corner * size, size, tally)
        if number % 50 == 0:
            progress("draw the vessel", number / len(blocks))
    fine_mm3 = float(np.prod(size / np.array(FINE)))
    hu += _noise(design, hu.shape)
    return Scan(
        hu=np.clip(np.rint(hu), -1024, 3071).astype(np.int16),
        affine_lps_mm=_affine(origin, size),
        material_mm3=tally.material * fine_mm3,
        apparent_mm3=tally.apparent * fine_mm3,
    )


def _affine(origin: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    affine = np.eye(4)
    affine[:3, :3] = np.diag(size)[::-1]
    affine[:3, 3] = np.round(origin[::-1], 3)
    return affine


def _myocardium(design: Design, line: Course, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points lie beyond the surface of the heart muscle, a plane."""
    depth = points @ line.heart_normal
    surface = float((line.points_mm @ line.heart_normal).max())
    wall = max(design.proximal_radius_mm, design.distal_radius_mm) + max(design.remodelling_mm, 0)
    return np.asarray(depth > surface + wall + design.myocardium_gap_mm, dtype=np.bool_)


def _background(
    design: Design,
    line: Course,
    origin: NDArray[np.float64],
    size: NDArray[np.float64],
    shape: NDArray[np.int_],
) -> NDArray[np.float32]:
    axes = [origin[i] + np.arange(shape[i]) * size[i] for i in range(3)]
    depth = sum(
        np.expand_dims(axes[i] * line.heart_normal[2 - i], [j for j in range(3) if j != i])
        for i in range(3)
    )
    surface = float((line.points_mm @ line.heart_normal).max())
    wall = max(design.proximal_radius_mm, design.distal_radius_mm) + max(design.remodelling_mm, 0)
    muscle = depth > surface + wall + design.myocardium_gap_mm
    hu = np.where(muscle, np.float32(MYOCARDIUM_HU), np.float32(FAT_HU))
    sigma = design.fwhm_mm * _SIGMA_PER_FWHM / size
    return np.asarray(gaussian_filter(hu, sigma), dtype=np.float32)


def _block(
    design: Design,
    line: Course,
    tree: cKDTree,
    start: NDArray[np.float64],
    size: NDArray[np.float64],
    tally: Tally,
) -> NDArray[np.float32]:
    """Draw one block finely, with a rim for the blur; count what lies in it, without the rim."""
    fine = size / np.array(FINE)
    sigma = design.fwhm_mm * _SIGMA_PER_FWHM / fine
    rim = np.ceil(3.5 * sigma).astype(int)
    axes = [
        start[i] - size[i] / 2 + (np.arange(-rim[i], BLOCK[i] * FINE[i] + rim[i]) + 0.5) * fine[i]
        for i in range(3)
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)[..., ::-1]
    points = grid.reshape(-1, 3)
    hu = np.where(_myocardium(design, line, points), MYOCARDIUM_HU, FAT_HU).astype(np.float32)
    kind = np.full(len(points), OTHER, dtype=np.int8)
    widest = float(outer_radius_mm(design, line.arc_mm).max()) + 0.2
    widest = float(np.hypot(widest, TREE_STRIDE * STEP_MM))
    away, nearest = tree.query(points, distance_upper_bound=widest)
    near = np.flatnonzero(np.isfinite(away))
    if len(near):
        there = tissue(design, *_position(line, points[near], nearest[near] * TREE_STRIDE))
        hu[near[there.inside]] = there.hu[there.inside]
        kind[near[there.inside]] = there.kind[there.inside]
    blurred = gaussian_filter(hu.reshape(grid.shape[:3]), sigma, truncate=3.5)
    core = tuple(slice(r, -r) for r in rim)
    _count(tally, kind.reshape(grid.shape[:3])[core], blurred[core])
    split = [n for pair in zip(BLOCK, FINE, strict=True) for n in pair]
    return np.asarray(blurred[core].reshape(split).mean(axis=(1, 3, 5)), dtype=np.float32)


def _position(
    line: Course, points: NDArray[np.float64], nearest: NDArray[np.int_]
) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the position along the line and across it, exact to first order in the step.

    The search tree holds every eighth point of the line; walking along the tangent finds the
    nearest of all of them.
    """
    last = len(line.arc_mm) - 1
    for _ in range(REFINEMENTS):
        along = np.sum((points - line.points_mm[nearest]) * line.frame[nearest, 0], axis=1)
        nearest = np.clip(nearest + np.rint(along / STEP_MM).astype(int), 0, last)
    offset = points - line.points_mm[nearest]
    along, u, v = (np.sum(offset * line.frame[nearest, i], axis=1) for i in range(3))
    bent = line.bending_per_mm[nearest]
    return line.arc_mm[nearest] + along / (1.0 - bent[:, 0] * u - bent[:, 1] * v), (u, v)


def _count(tally: Tally, kind: NDArray[np.int8], blurred: NDArray[np.float32]) -> None:
    lesion = kind != OTHER
    tally.material += np.bincount(kind[lesion], minlength=len(NAMES))
    shown = np.digitize(blurred[lesion], _CLASS_FROM_HU)
    tally.apparent += np.bincount(shown, minlength=len(NAMES) + 1)[1:]


def _noise(design: Design, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return noise with a band of frequencies in the slice, as filtered back-projection makes."""
    rng = np.random.default_rng([design.seed, 2])
    white = rng.standard_normal(shape, dtype=np.float32)
    pixels = np.array([0.4 / design.slice_mm, 0.45 / design.pixel_mm, 0.45 / design.pixel_mm])
    noise = gaussian_filter(white, pixels) - 0.8 * gaussian_filter(white, pixels * [1, 2.5, 2.5])
    return np.asarray(noise * (design.noise_hu / float(noise.std())), dtype=np.float32)
