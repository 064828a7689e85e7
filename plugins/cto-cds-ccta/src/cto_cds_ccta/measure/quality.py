"""How well the scan can be read: noise, blur, contrast, steps between slices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

    from cto_cds_ccta.measure.line import VesselLine
    from cto_cds_ccta.measure.occlusion import Occlusion

MARGIN_MM = 12.0
STEP_PIXELS = 0.45
CLEAR_OF_NOISE = 6.0
_NEIGHBOURS = 9
_LEAST_SLICES = 12


@dataclass(frozen=True, slots=True)
class ScanFlaws:
    """What the whole volume shows, apart from the vessel.

    Attributes:
        coarsest_mm: The longest side of a voxel.
        steps_lps_mm: Places at which the anatomy jumps sideways between two slices.
        steps_at_mm: Positions on the line at which such slices cross the vessel.
    """

    coarsest_mm: float
    steps_lps_mm: tuple[tuple[float, float, float], ...] = ()
    steps_at_mm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """What limits the reading of a scan.

    Attributes:
        noise_hu: Standard deviation in contrast.
        fwhm_mm: Point spread, full width at half maximum.
        proximal_hu: Contrast before the occlusion, the first if there are several.
        distal_hu: Contrast behind it, the last if there are several.
        coarsest_mm: The longest side of a voxel.
        steps_lps_mm: Positions along the slices at which the anatomy jumps sideways, in LPS.
        blooming: Whether dense calcium, or metal, fills so much of a section that it hides others.
        metal: Whether what blooms is a stent.
    """

    noise_hu: float
    fwhm_mm: float
    proximal_hu: float
    distal_hu: float
    coarsest_mm: float
    steps_lps_mm: tuple[tuple[float, float, float], ...]
    blooming: bool
    metal: bool = False

    @property
    def contrast_to_noise(self) -> float:
        """Contrast of the lumen over fat, in noises."""
        return (self.proximal_hu + 85.0) / max(self.noise_hu, 1e-6)


def quality_of(found: Occlusion, flaws: ScanFlaws, *, in_stent: bool) -> Quality:
    """Judge the scan around the vessel, which may be closed in a stent."""
    levels = found.levels
    return Quality(
        noise_hu=levels.noise_hu,
        fwhm_mm=levels.fwhm_mm,
        proximal_hu=found.first.levels.proximal_hu,
        distal_hu=found.last.levels.distal_hu,
        coarsest_mm=flaws.coarsest_mm,
        steps_lps_mm=flaws.steps_lps_mm,
        blooming=found.calcium.max_area_percent > 50.0 or found.calcium.max_arc_deg > 270.0,
        metal=in_stent,
    )


def scan_flaws(volume: Volume, line: VesselLine) -> ScanFlaws:
    """Look for voxels that are too coarse and for slices that do not match."""
    steps = _steps(volume, line.points_lps_mm)
    slices = volume.index_of(line.points_lps_mm)[:, 0]
    crossed: list[float] = []
    for place in steps:
        above = slices > float(volume.index_of(np.array([place]))[0, 0])
        crossed += [float(line.arc_mm[i]) for i in np.flatnonzero(above[1:] != above[:-1])]
    return ScanFlaws(max(volume.spacing_mm), steps, tuple(crossed))


def _steps(
    volume: Volume, line_lps_mm: NDArray[np.float64]
) -> tuple[tuple[float, float, float], ...]:
    """Return where neighbouring slices are shifted against each other unlike their neighbours.

    The shift of each slice against the next is estimated from the gradients of both (least
    squares: Lucas and Kanade, IJCAI 1981) in a box around the vessel. Anatomy shifts slowly from
    slice to slice; two heart beats that do not match jump once.
    """
    index = volume.index_of(line_lps_mm)
    margin = MARGIN_MM / np.array(volume.spacing_mm)
    low = np.maximum(np.floor(index.min(axis=0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0) + margin) + 1, volume.hu.shape).astype(int)
    if high[0] - low[0] < _LEAST_SLICES:
        return ()
    shift = np.array(
        [
            _shift(
                volume.hu[k, low[1] : high[1], low[2] : high[2]],
                volume.hu[k + 1, low[1] : high[1], low[2] : high[2]],
            )
            for k in range(low[0], high[0] - 1)
        ]
    )
    away = shift - median_filter(shift, size=(_NEIGHBOURS, 1), mode="nearest")
    size = np.hypot(away[:, 0], away[:, 1])
    usual = float(np.median(size)) + 1e-6
    jumps = np.flatnonzero((size > STEP_PIXELS) & (size > CLEAR_OF_NOISE * usual))
    places = []
    for jump in jumps:
        middle = np.array([low[0] + jump + 0.5, *(low[1:] + high[1:]) / 2])
        x, y, z = volume.affine_lps_mm[:3, :3] @ middle + volume.affine_lps_mm[:3, 3]
        places.append((float(x), float(y), float(z)))
    return tuple(places)


def _shift(first: NDArray[np.int16], second: NDArray[np.int16]) -> NDArray[np.float64]:
    """Return by how many pixels (row, column) the second slice is shifted against the first."""
    one = np.clip(first, -150, 350).astype(np.float32)
    two = np.clip(second, -150, 350).astype(np.float32)
    mean = (one + two) / 2
    mean = (mean[:-2, 1:-1] + 2 * mean[1:-1, 1:-1] + mean[2:, 1:-1]) / 4
    rows = (mean[2:, 1:-1] - mean[:-2, 1:-1]) / 2
    columns = (mean[1:-1, 2:] - mean[1:-1, :-2]) / 2
    change = (two - one)[2:-2, 2:-2]
    matrix = np.array(
        [
            [np.vdot(rows, rows), np.vdot(rows, columns)],
            [np.vdot(rows, columns), np.vdot(columns, columns)],
        ],
        dtype=np.float64,
    )
    right = -np.array([np.vdot(rows, change), np.vdot(columns, change)], dtype=np.float64)
    return np.asarray(np.linalg.solve(matrix + np.eye(2), right))
