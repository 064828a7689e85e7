"""Curved views: the image on two curved surfaces that follow the vessel and keep its bends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates, zoom

from cto_cds_ccta.figure.carm import sides_on_monitor

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

    from cto_cds_ccta.measure.line import VesselLine

PIXEL_MM = 0.25
AROUND_MM = 8.5
_COARSE = 4
_NEAR_MM = 0.5
_OUTSIDE_HU = -1000.0


@dataclass(frozen=True, slots=True)
class CurvedView:
    """The image on a surface through the line, laid flat.

    Attributes:
        hu: Shape (rows, columns), the lowest row first, int16.
        corner_mm: Where the middle of the first pixel is, to the right and up, shape (2,).
        course_mm: Where the points of the line are in the picture, shape (points, 2).
        right_lps: The direction to the right in the patient; zero where it changes on the way.
        up_lps: The direction up in the patient.
    """

    hu: NDArray[np.int16]
    corner_mm: NDArray[np.float64]
    course_mm: NDArray[np.float64]
    right_lps: NDArray[np.float64]
    up_lps: NDArray[np.float64]

    @property
    def extent_mm(self) -> tuple[float, float, float, float]:
        """The borders: left, right, bottom, top."""
        left, bottom = (float(x) - PIXEL_MM / 2 for x in self.corner_mm)
        rows, columns = self.hu.shape
        return left, left + columns * PIXEL_MM, bottom, bottom + rows * PIXEL_MM


def curved_views(volume: Volume, line: VesselLine) -> tuple[CurvedView, CurvedView]:
    """Return the view that shows most of the course of a vessel, and one at right angles to it.

    The first view is seen from the front of the patient, with the head up as on the monitor of a
    C-arm; in the second the line goes from left to right.
    """
    points = line.points_lps_mm
    least = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2][2]
    viewer = least if least[1] < 0 else -least
    axes = np.array([*sides_on_monitor(viewer), viewer])
    return _from_front(volume, points, axes), _from_side(volume, points, axes)


def _from_front(
    volume: Volume, points: NDArray[np.float64], axes: NDArray[np.float64]
) -> CurvedView:
    """Return the vessel as it is seen from one direction.

    Every point of the picture lies as deep as the part of the line that is nearest to it.
    """
    middle = points.mean(axis=0)
    local = (points - middle) @ axes.T
    across, along, corner = _grid(local[:, :2], PIXEL_MM * _COARSE)
    near = local[::2]
    away = (along[None, :, None] - near[:, 0]) ** 2 + (across[:, None, None] - near[:, 1]) ** 2
    weight = 1.0 / (away + _NEAR_MM**2) ** 3
    rough = (weight @ near[:, 2]) / weight.sum(axis=-1)
    fine = tuple((count - 1) * _COARSE + 1 for count in rough.shape)
    depth = zoom(rough, np.divide(fine, rough.shape), order=1, grid_mode=False)
    v = corner[1] + PIXEL_MM * np.arange(fine[0])[:, None]
    u = corner[0] + PIXEL_MM * np.arange(fine[1])[None, :]
    places = middle + u[..., None] * axes[0] + v[..., None] * axes[1] + depth[..., None] * axes[2]
    return CurvedView(_sampled(volume, places), corner, local[:, :2], axes[0], axes[1])


def _from_side(
    volume: Volume, points: NDArray[np.float64], axes: NDArray[np.float64]
) -> CurvedView:
    """Return the surface that cuts the first view along the vessel, unrolled.

    It cannot overlap itself however the vessel turns; what bends in the first view is straight.
    """
    local = (points - points.mean(axis=0)) @ axes.T
    steps = np.linalg.norm(np.diff(local[:, :2], axis=0), axis=1)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    course = np.column_stack([way, local[:, 2]])
    across, along, corner = _grid(course, PIXEL_MM)
    ahead = [_continued(along, way, points[:, axis]) for axis in range(3)]
    deep = _continued(along, way, local[:, 2])
    on_line = np.stack(ahead, axis=-1) - deep[:, None] * axes[2]
    places = on_line[None] + across[:, None, None] * axes[2]
    return CurvedView(_sampled(volume, places), corner, course, np.zeros(3), axes[2])


def _grid(
    course: NDArray[np.float64], step_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return positions up, positions to the right, and the lowest of both."""
    low, high = course.min(axis=0) - AROUND_MM, course.max(axis=0) + AROUND_MM
    columns, rows = np.ceil((high - low) / step_mm).astype(int) + 1
    return low[1] + step_mm * np.arange(rows), low[0] + step_mm * np.arange(columns), low


def _continued(
    at: NDArray[np.float64], way: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Interpolate along the way, and go straight on beyond its ends."""
    few = min(8, len(way) - 1)
    first = (values[few] - values[0]) / max(float(way[few] - way[0]), 1e-6)
    last = (values[-1] - values[-1 - few]) / max(float(way[-1] - way[-1 - few]), 1e-6)
    inside = np.interp(at, way, values)
    before, after = np.minimum(at - way[0], 0.0), np.maximum(at - way[-1], 0.0)
    return np.asarray(inside + first * before + last * after)


def _sampled(volume: Volume, places_lps_mm: NDArray[np.float64]) -> NDArray[np.int16]:
    index = volume.index_of(places_lps_mm.reshape(-1, 3))
    hu = map_coordinates(
        volume.hu, index.T, order=1, mode="constant", cval=_OUTSIDE_HU, output=np.float32
    )
    return np.asarray(np.rint(hu).reshape(places_lps_mm.shape[:-1]), dtype=np.int16)
