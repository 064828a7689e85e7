"""Brightness on surfaces around the vessel, as maps of position by angle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from cto_cds_ccta.measure.straight import PIXEL_MM, StraightVessel

ANGLES = 48
TURN = np.asarray(np.arange(ANGLES) * (2 * np.pi / ANGLES), dtype=np.float64)


def wall_at(vessel: StraightVessel, part: slice) -> NDArray[np.float64]:
    """Return the radius of the outer wall at even angles, shape (sections, angles)."""
    border = vessel.border_mm[part]
    half = len(vessel.axis_mm) // 2
    reach = 0.8 * float(vessel.axis_mm[-1])
    rows = half + np.rint(reach * np.cos(TURN) / PIXEL_MM).astype(int)
    columns = half + np.rint(reach * np.sin(TURN) / PIXEL_MM).astype(int)
    return np.asarray(border[:, rows, columns], dtype=np.float64)


def shell(
    vessel: StraightVessel, part: slice, radius_mm: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return brightness at a distance from the line, shape (sections, angles).

    Args:
        vessel: The straightened vessel.
        part: Which sections.
        radius_mm: The distance, shape (sections, angles); cut to what the sections show.
    """
    half = len(vessel.axis_mm) // 2
    away = np.minimum(radius_mm, float(vessel.axis_mm[-1]) - PIXEL_MM) / PIXEL_MM
    section = np.broadcast_to(np.arange(len(away))[:, None], away.shape)
    at = [section, half + away * np.cos(TURN), half + away * np.sin(TURN)]
    values = map_coordinates(vessel.hu[part], at, order=1, mode="nearest")
    return np.asarray(values, dtype=np.float64)
