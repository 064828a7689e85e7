"""From where the detector of a C-arm would see a vessel as a picture shows it.

DICOM PS3.3, C.8.7.5.1.2: the primary angle goes round the patient like longitude, from 0 where the
detector faces the chest to 90 at the left hand (LAO) and -90 at the right one (RAO); the secondary
angle is like latitude, 90 at the head (cranial).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds_ccta.figure.words import words

if TYPE_CHECKING:
    from numpy.typing import NDArray


def angles_deg(towards_viewer_lps: NDArray[np.float64]) -> tuple[float, float]:
    """Return the primary and the secondary angle of a direction from the patient to the viewer."""
    left, back, head = towards_viewer_lps / np.linalg.norm(towards_viewer_lps)
    return float(np.degrees(np.arctan2(left, -back))), float(np.degrees(np.arcsin(head)))


def sides_on_monitor(
    towards_viewer_lps: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what points to the right and up on the monitor, where the head of the patient is up.

    Up is the way in which the secondary angle grows; it is told from straight above as well.
    """
    primary, secondary = np.radians(angles_deg(towards_viewer_lps))
    level = np.sin(secondary)
    up = np.array([-np.sin(primary) * level, np.cos(primary) * level, np.cos(secondary)])
    return np.cross(up, towards_viewer_lps / np.linalg.norm(towards_viewer_lps)), up


def carm_words(towards_viewer_lps: NDArray[np.float64]) -> str:
    """Return the angles in words; nothing for a direction from behind, where no detector goes."""
    primary, secondary = (round(angle) for angle in angles_deg(towards_viewer_lps))
    if abs(primary) > 90:
        return ""
    side = "LAO" if primary >= 0 else "RAO"
    end = words("cranial") if secondary >= 0 else words("caudal")
    return words("carm", primary=f"{side} {abs(primary)}°", secondary=f"{end} {abs(secondary)}°")
