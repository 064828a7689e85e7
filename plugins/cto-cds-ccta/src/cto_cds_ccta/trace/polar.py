"""Rays around a line: what the wall is looked for in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cto_cds_ccta.measure.line import frames
from cto_cds_ccta.trace.sample import polar_values

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

ANGLES = 48
DEPTH_STEP_MM = 0.1
MOST_DEPTH_MM = 4.5
DEPTH_MM = np.asarray(np.arange(0.0, MOST_DEPTH_MM, DEPTH_STEP_MM), dtype=np.float64)
ANGLE = np.asarray(np.arange(ANGLES) * (2 * np.pi / ANGLES), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Rays:
    """Brightness along rays around a line.

    Attributes:
        points_lps_mm: Shape (sections, 3), evenly spaced.
        step_mm: Their distance.
        across: Shape (sections, 2, 3), two directions across the line.
        hu: Shape (sections, angles, depths), float32.
    """

    points_lps_mm: NDArray[np.float64]
    step_mm: float
    across: NDArray[np.float64]
    hu: NDArray[np.float32]


def rays_around(
    volume: Volume,
    points_lps_mm: NDArray[np.float64],
    step_mm: float,
    across: NDArray[np.float64] | None = None,
) -> Rays:
    """Sample rays around evenly spaced points of a line.

    Args:
        volume: The CT.
        points_lps_mm: Shape (sections, 3).
        step_mm: Their distance.
        across: Two directions across the line at each point; without them, ones that do not twist.
    """
    if across is None:
        tangent = np.gradient(points_lps_mm, axis=0)
        tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
        across = frames(points_lps_mm, tangent)
    to_index = np.linalg.inv(volume.affine_lps_mm)[:3, :3]
    hu = np.empty((len(points_lps_mm), ANGLES, len(DEPTH_MM)), dtype=np.float32)
    polar_values(
        np.ascontiguousarray(volume.hu),
        np.ascontiguousarray(volume.index_of(points_lps_mm)),
        np.ascontiguousarray(across[:, 0] @ to_index.T),
        np.ascontiguousarray(across[:, 1] @ to_index.T),
        DEPTH_MM,
        hu,
    )
    return Rays(points_lps_mm, step_mm, across, hu)
