"""Where the slices of a series stand, and whether they make a regular grid."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cto_cds.dicom.wording import mm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cto_cds.dicom.headers import Header

SAME_PLACE_MM = 0.01
_SHARE_OF_SPACING = 0.02
_SILENT_MM = 1e-3


@dataclass(frozen=True, slots=True)
class Stack:
    """Images in the order of their places along the slice normal.

    Attributes:
        headers: One for each image.
        positions_mm: ImagePositionPatient, shape (n, 3), LPS.
        along_mm: Distance along the slice normal, shape (n,), ascending.
        normal: Direction of the slice normal, shape (3,): row direction x column direction.
    """

    headers: tuple[Header, ...]
    positions_mm: NDArray[np.float64]
    along_mm: NDArray[np.float64]
    normal: NDArray[np.float64]

    @property
    def places(self) -> tuple[tuple[int, ...], ...]:
        """Indices of the images that stand at one place, place by place."""
        starts = [
            0,
            *(np.flatnonzero(np.diff(self.along_mm) > SAME_PLACE_MM) + 1),
            len(self.headers),
        ]
        return tuple(tuple(range(int(start), int(stop))) for start, stop in pairwise(starts))

    @property
    def distances_mm(self) -> NDArray[np.float64]:
        """Distances between neighbouring places, shape (places - 1,)."""
        return np.diff(self.along_mm[[place[0] for place in self.places]])

    @property
    def spacing_mm(self) -> float:
        """The usual distance between neighbouring places; 0 when there is one place only."""
        distances = self.distances_mm
        return float(np.median(distances)) if distances.size else 0.0

    @property
    def tolerance_mm(self) -> float:
        """How far a slice may stand off the regular grid."""
        return max(SAME_PLACE_MM, _SHARE_OF_SPACING * self.spacing_mm)

    @property
    def drift_mm(self) -> NDArray[np.float64]:
        """Distance of each slice from the line through the first along the normal, shape (n,)."""
        moved = self.positions_mm - self.positions_mm[0]
        return np.asarray(
            np.linalg.norm(moved - np.outer(moved @ self.normal, self.normal), axis=1)
        )

    @property
    def step_mm(self) -> NDArray[np.float64]:
        """From one slice to the next, shape (3,), LPS, drawn from the first to the last."""
        return np.asarray(
            (self.positions_mm[-1] - self.positions_mm[0]) / max(len(self.headers) - 1, 1)
        )

    @property
    def jitter_mm(self) -> NDArray[np.float64]:
        """Distance of each slice from its place on the regular grid, shape (n,)."""
        grid = self.positions_mm[0] + np.arange(len(self.headers))[:, None] * self.step_mm
        return np.asarray(np.linalg.norm(self.positions_mm - grid, axis=1))

    def where(self, index: int) -> str:
        """Return the place of a slice for a message."""
        x, y, z = self.positions_mm[index]
        return f"{mm(self.along_mm[index])} along the slice normal (LPS {x:.6g}, {y:.6g}, {z:.6g})"


def stack_of(headers: Sequence[Header]) -> Stack:
    """Order images along their slice normal; InstanceNumber and file names play no part.

    Args:
        headers: Images of one orientation that have ImagePositionPatient and
            ImageOrientationPatient.
    """
    placed = [
        (header, header.position_mm, header.orientation)
        for header in headers
        if header.position_mm is not None and header.orientation is not None
    ]
    positions_mm = np.array([position for _, position, _ in placed], dtype=np.float64)
    row, column = _directions(placed[0][2])
    normal = np.cross(row, column)
    along_mm = positions_mm @ normal
    order = sorted(range(len(placed)), key=lambda i: (float(along_mm[i]), placed[i][0].name))
    return Stack(tuple(placed[i][0] for i in order), positions_mm[order], along_mm[order], normal)


def affine_lps_mm(stack: Stack) -> NDArray[np.float64]:
    """Return the 4 x 4 way from (slice, row, column, 1) to LPS mm of a stack without problems."""
    first = stack.headers[0]
    row, column = _directions(first.orientation or ())
    between_rows_mm, between_columns_mm = first.pixel_spacing_mm or (0.0, 0.0)
    affine = np.eye(4)
    affine[:3, 0] = stack.step_mm
    affine[:3, 1] = column * between_rows_mm
    affine[:3, 2] = row * between_columns_mm
    affine[:3, 3] = stack.positions_mm[0]
    return affine


def geometry_notes(stack: Stack) -> list[str]:
    """Return sentences on what was tolerated in a stack without problems."""
    notes = []
    jitter_mm, drift_mm = float(stack.jitter_mm.max()), float(stack.drift_mm.max())
    if jitter_mm > _SILENT_MM:
        notes.append(
            f"The slices stand up to {mm(jitter_mm)} off a regular grid; up to "
            f"{mm(stack.tolerance_mm)} is tolerated."
        )
    if drift_mm > stack.tolerance_mm:
        notes.append(
            f"The stack drifts {mm(drift_mm)} sideways, less than half a voxel; "
            "the position of the voxels follows it."
        )
    return notes


def _directions(
    orientation: tuple[float, ...],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the direction along a row and along a column, each of length 1."""
    pair = np.array(orientation, dtype=np.float64).reshape(2, 3)
    pair /= np.linalg.norm(pair, axis=1, keepdims=True)
    return pair[0], pair[1]
