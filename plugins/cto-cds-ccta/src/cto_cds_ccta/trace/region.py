"""The part of the volume in which the vessel is looked for, on an even grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.trace.sample import grid_values

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

MARGIN_SHARE = 0.45
MARGIN_MM = (30.0, 45.0)
STEP_MM = 0.5
MOST_VOXELS = 6_000_000


@dataclass(frozen=True, slots=True)
class Region:
    """An even grid along the axes of the patient.

    Attributes:
        hu: Shape (x, y, z), float32.
        corner_lps_mm: Shape (3,), where the first grid point lies.
        step_mm: Distance of the grid points.
    """

    hu: NDArray[np.float32]
    corner_lps_mm: NDArray[np.float64]
    step_mm: float

    def index_of(self, points_lps_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return fractional grid indices of points."""
        return np.asarray((points_lps_mm - self.corner_lps_mm) / self.step_mm, dtype=np.float64)

    def points_at(self, index: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the points of fractional grid indices, LPS in mm."""
        return np.asarray(self.corner_lps_mm + index * self.step_mm, dtype=np.float64)


def region_around(volume: Volume, points_lps_mm: NDArray[np.float64]) -> Region:
    """Return the region around seed points: a C-shaped artery leaves their bounding box.

    Args:
        volume: The CT.
        points_lps_mm: Shape (n, 3), all seeds and waypoints, inside the volume.
    """
    apart = float(np.linalg.norm(points_lps_mm[-1] - points_lps_mm[0]))
    margin = float(np.clip(MARGIN_SHARE * apart, *MARGIN_MM))
    low, high = points_lps_mm.min(axis=0) - margin, points_lps_mm.max(axis=0) + margin
    last = np.array(volume.hu.shape) - 1.0
    corners = np.array(list(np.ndindex(2, 2, 2))) * last
    affine = volume.affine_lps_mm
    scanned = corners @ affine[:3, :3].T + affine[:3, 3]
    low = np.maximum(low, scanned.min(axis=0))
    high = np.minimum(high, scanned.max(axis=0))
    step = max(STEP_MM, float(np.prod(high - low) / MOST_VOXELS) ** (1 / 3))
    shape = np.maximum(np.ceil((high - low) / step).astype(int) + 1, 8)
    out = np.empty(tuple(int(n) for n in shape), dtype=np.float32)
    to_index = np.linalg.inv(affine)[:3, :3]
    grid_values(
        np.ascontiguousarray(volume.hu),
        volume.index_of(low[None])[0],
        np.ascontiguousarray(to_index.T * step),
        out,
    )
    return Region(out, low, step)
