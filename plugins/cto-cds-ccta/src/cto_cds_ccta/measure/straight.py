"""The straightened vessel: cross-sections stacked along the line (a curved planar reformat)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import spline_filter

from cto_cds_ccta.measure.line import STEP_MM, VesselLine
from cto_cds_ccta.measure.spline import sections_of

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

PIXEL_MM = 0.1
MARGIN_MM = 1.5
_SPLINE_MARGIN = 6


@dataclass(frozen=True, slots=True)
class StraightVessel:
    """Cross-sections of the vessel.

    Attributes:
        line: Where the sections lie.
        hu: Shape (sections, pixels, pixels), float32.
        axis_mm: Shape (pixels,), the position of the pixels across the vessel.
        border_mm: Shape (sections, pixels, pixels), float32: distance of the outer wall from the
            line in the direction of each pixel.
    """

    line: VesselLine
    hu: NDArray[np.float32]
    axis_mm: NDArray[np.float64]
    border_mm: NDArray[np.float32]

    @property
    def distance_mm(self) -> NDArray[np.float64]:
        """Distance of each pixel from the line, shape (pixels, pixels)."""
        return np.hypot(self.axis_mm[:, None], self.axis_mm[None, :])

    def inside(self, share: float = 1.0, offset_mm: float = 0.0) -> NDArray[np.bool_]:
        """Return the pixels within ``share`` of the outer wall plus ``offset_mm``."""
        border = self.border_mm * np.float32(share) + np.float32(offset_mm)
        return np.asarray(self.distance_mm[None].astype(np.float32) <= border, dtype=np.bool_)

    def depth_mm(self, part: slice = slice(None)) -> NDArray[np.float32]:
        """Return how deep each pixel of some sections lies inside the outer wall."""
        return self.border_mm[part] - self.distance_mm.astype(np.float32)

    def voxel_mm3(self, part: slice = slice(None)) -> NDArray[np.float64]:
        """Volume of each pixel of some sections, shape as ``hu[part]``.

        In a bend the sections fan out: they lie closer together on the inner side. The factor
        is one minus curvature times position, so that volumes are true in bent vessels too.
        """
        bent = self.line.curvature_per_mm[part]
        fan = (
            1.0
            - bent[:, 0, None, None] * self.axis_mm[None, :, None]
            - bent[:, 1, None, None] * self.axis_mm[None, None, :]
        )
        return np.asarray(np.maximum(fan, 0.0) * (STEP_MM * PIXEL_MM**2), dtype=np.float64)


def straighten(
    volume: Volume, line: VesselLine, wall_mm: NDArray[np.float64] | None = None
) -> StraightVessel:
    """Sample the volume by cubic splines on a section every 0.25 mm, 0.1 mm in the section.

    Only the part of the volume around the line is touched, so the memory does not depend on the
    size of the scan. Beyond the volume the nearest voxel is repeated.

    Args:
        volume: The CT.
        line: Where the sections lie.
        wall_mm: Distance of the outer wall at even angles, shape (sections, angles); without it
            the wall is round.
    """
    widest = line.outer_radius_mm if wall_mm is None else wall_mm
    reach = float(widest.max()) + MARGIN_MM
    half = int(np.ceil(reach / PIXEL_MM))
    axis = np.asarray(np.arange(-half, half + 1) * PIXEL_MM, dtype=np.float64)
    crop, corner = _crop(volume, line, reach * np.sqrt(2))
    coefficients = spline_filter(crop, order=3, output=np.float32)
    origin = volume.index_of(line.points_lps_mm) - corner
    to_index = np.linalg.inv(volume.affine_lps_mm)[:3, :3]
    side = line.across @ to_index.T
    hu = sections_of(coefficients, origin, side, axis)
    return StraightVessel(
        line=line,
        hu=hu,
        axis_mm=axis,
        border_mm=_border(line, axis, wall_mm),
    )


def _border(
    line: VesselLine, axis: NDArray[np.float64], wall_mm: NDArray[np.float64] | None
) -> NDArray[np.float32]:
    """Return the distance of the wall in the direction of each pixel."""
    shape = (len(line.arc_mm), len(axis), len(axis))
    if wall_mm is None:
        radius = line.outer_radius_mm.astype(np.float32)
        return np.broadcast_to(radius[:, None, None], shape)
    angles = wall_mm.shape[1]
    turn = np.arctan2(axis[None, :], axis[:, None]) / (2 * np.pi) * angles % angles
    low = np.floor(turn).astype(int) % angles
    share = (turn - np.floor(turn)).astype(np.float32)
    wall = wall_mm.astype(np.float32)
    return np.asarray(wall[:, low] * (1 - share) + wall[:, (low + 1) % angles] * share)


def _crop(
    volume: Volume, line: VesselLine, reach_mm: float
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    index = volume.index_of(line.points_lps_mm)
    margin = np.ceil(reach_mm / np.array(volume.spacing_mm)) + _SPLINE_MARGIN
    low = np.maximum(np.floor(index.min(axis=0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0) + margin) + 1, volume.hu.shape).astype(int)
    crop = volume.hu[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
    return crop.astype(np.float32), low.astype(np.float64)
