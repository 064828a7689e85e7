"""Scans on which no coronary artery can be measured, however it is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.errors import BackendError, Place, Problem

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Volume

    from cto_cds_ccta.measure.straight import StraightVessel

COARSEST_MM = 1.5
"""Two voxels no longer lie in the lumen of an artery of 3 mm, and its wall lies within one."""

FAT_HU = (-160.0, -40.0)
BELOW_FAT_HU = (-380.0, -260.0)
LEAST_FAT_SHARE = 0.005
LEAST_FAT_RATIO = 3.0
"""A chest holds much fat, at any voltage, and little between fat and lung."""

SAMPLED_EVERY = 3

NOT_SCANNED_HU = -900.0
MOST_NOT_SCANNED_SHARE = 0.02
INNER_SHARE = 0.9


def check_scan(volume: Volume) -> None:
    """Check that the voxels are small enough and that they hold Hounsfield units.

    Raises:
        BackendError: They are not or do not; says in which direction, or what is seen instead.
    """
    _check_voxels(volume)
    _check_units(volume)


def _check_voxels(volume: Volume) -> None:
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


def _check_units(volume: Volume) -> None:
    """Refuse a series whose rescale was lost or altered: fat is then missing where it must be."""
    sampled = volume.hu[::SAMPLED_EVERY, ::SAMPLED_EVERY, ::SAMPLED_EVERY]
    fat, below = (
        np.count_nonzero((sampled > low) & (sampled < high)) for low, high in (FAT_HU, BELOW_FAT_HU)
    )
    if fat >= LEAST_FAT_SHARE * sampled.size and fat >= LEAST_FAT_RATIO * below:
        return
    found = (
        f"the numbers are no Hounsfield units: of all voxels {fat / sampled.size:.1%} lie between "
        f"{FAT_HU[0]:.0f} and {FAT_HU[1]:.0f} HU, where the fat of a chest lies; half of them lie "
        f"above {np.median(sampled):.0f} HU"
    )
    mend = (
        "look at Rescale Slope and Rescale Intercept of the series, which were lost or altered on "
        "its way, or send it again from where it was made"
    )
    raise BackendError(Problem(Place("series"), found, mend))


def check_field(volume: Volume, vessel: StraightVessel, source: str) -> None:
    """Check that the whole vessel was scanned, not its middle alone.

    Raises:
        BackendError: Part of it lies beyond the volume, or in voxels that were not scanned.
    """
    line = vessel.line
    index = volume.index_of(line.points_lps_mm)
    reach = line.outer_radius_mm[:, None] / np.array(volume.spacing_mm)
    last = np.array(volume.hu.shape) - 1
    beyond = np.any((index - reach < -0.5) | (index + reach > last + 0.5), axis=1)
    inner = vessel.inside(INNER_SHARE)
    empty = np.count_nonzero(inner & (vessel.hu < NOT_SCANNED_HU), axis=(1, 2))
    cut = beyond | (empty > MOST_NOT_SCANNED_SHARE * np.count_nonzero(inner, axis=(1, 2)))
    if not cut.any():
        return
    first = int(np.argmax(cut))
    x, y, z = line.points_lps_mm[first]
    found = (
        f"the vessel leaves the scanned field: at ({x:.1f}, {y:.1f}, {z:.1f}) mm, "
        f"{line.arc_mm[first]:.0f} mm along the line, part of it was not scanned"
    )
    mend = "mark the vessel only where it was scanned whole, or use a reconstruction that holds it"
    raise BackendError(Problem(Place(source), found, mend))
