"""Scans on which no coronary artery can be measured, however it is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.errors import BackendError, Place, Problem

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

COARSEST_MM = 1.5
"""Two voxels no longer lie in the lumen of an artery of 3 mm, and its wall lies within one."""


def check_scan(volume: Volume) -> None:
    """Check that the voxels are small enough.

    Raises:
        BackendError: They are not; says in which direction.
    """
    sides = volume.spacing_mm
    if max(sides) <= COARSEST_MM:
        return
    slices, rows, columns = sides
    what = f"slices every {slices:.2g} mm" if slices == max(sides) else "pixels"
    found = (
        f"the voxels are too large for a coronary artery: {what}, voxels of {slices:.2g} x "
        f"{rows:.2g} x {columns:.2g} mm"
    )
    mend = (
        f"use the thin reconstruction of the study; at most {COARSEST_MM:.1f} mm are measured, and "
        "plaque and calcium need less"
    )
    raise BackendError(Problem(Place("series"), found, mend))
