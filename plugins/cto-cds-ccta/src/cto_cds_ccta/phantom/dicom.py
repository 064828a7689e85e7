"""A scan as a classic CT series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cto_cds_ccta.phantom.design import Design
    from cto_cds_ccta.phantom.scan import Scan

DATE, TIME = "20240101", "120000"
INTERCEPT = -1024


def write_series(
    image: Scan, design: Design, folder: Path, progress: Callable[[str, float], None]
) -> None:
    """Write one file for each slice. UIDs come from the design's name and seed, dates are fixed.

    Args:
        image: The scan.
        design: What it was drawn from.
        folder: An existing folder.
        progress: Called with the stage and the share done.

    Raises:
        OSError: The folder cannot be written.
    """
    common = _common(image, design)
    for number, pixels in enumerate(image.hu):
        dataset = Dataset()
        dataset.update(common)
        uid = _uid(design, f"image {number}")
        position = image.affine_lps_mm @ (number, 0, 0, 1)
        dataset.SOPInstanceUID = uid
        dataset.InstanceNumber = number + 1
        dataset.ImagePositionPatient = [f"{value:.3f}" for value in position[:3]]
        dataset.SliceLocation = f"{position[2]:.3f}"
        stored = (pixels.astype(np.int32) - INTERCEPT).astype("<u2")
        dataset.PixelData = stored.tobytes()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
        dataset.file_meta.MediaStorageSOPInstanceUID = uid
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.save_as(folder / f"CT{number + 1:04d}.dcm", enforce_file_format=True)
        if number % 20 == 0:
            progress("write the series", number / len(image.hu))


def _uid(design: Design, part: str) -> UID:
    return generate_uid(entropy_srcs=["cto_cds_ccta phantom", design.name, str(design.seed), part])


def _common(image: Scan, design: Design) -> Dataset:
    """Return what all slices share: patient, study, series, equipment and image plane."""
    dataset = Dataset()
    _who(dataset, design)
    dataset.ImageType = ["DERIVED", "SECONDARY", "AXIAL"]
    dataset.SOPClassUID = CTImageStorage
    dataset.Modality = "CT"
    dataset.Manufacturer = "cto_cds"
    dataset.ManufacturerModelName = "analytic phantom"
    dataset.SeriesDescription = f"SYNTHETIC {design.name}"
    dataset.StudyDescription = "SYNTHETIC CTO PHANTOM"
    dataset.ContrastBolusAgent = "SIMULATED IODINE"
    dataset.BodyPartExamined = "HEART"
    dataset.PatientPosition = "HFS"
    dataset.KVP = str(design.tube_voltage_kv)
    dataset.ConvolutionKernel = f"FWHM {design.fwhm_mm:.1f} mm"
    dataset.SliceThickness = f"{design.slice_mm:.3f}"
    dataset.PixelSpacing = [f"{design.pixel_mm:.4f}"] * 2
    dataset.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    dataset.Rows, dataset.Columns = image.hu.shape[1:]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = 0
    dataset.RescaleIntercept = str(INTERCEPT)
    dataset.RescaleSlope = "1"
    dataset.RescaleType = "HU"
    dataset.WindowCenter, dataset.WindowWidth = "200", "800"
    return dataset


def _who(dataset: Dataset, design: Design) -> None:
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.PatientName = "SYNTHETIC^PHANTOM"
    dataset.PatientID = f"PHANTOM-{design.seed}"
    dataset.PatientBirthDate = ""
    dataset.PatientSex = "O"
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = "synthetic, never a patient"
    for when in ("Study", "Series", "Acquisition", "Content"):
        setattr(dataset, f"{when}Date", DATE)
        setattr(dataset, f"{when}Time", TIME)
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = "1"
    dataset.SeriesNumber = 1
    dataset.AcquisitionNumber = 1
    dataset.PositionReferenceIndicator = ""
    dataset.StudyInstanceUID = _uid(design, "study")
    dataset.SeriesInstanceUID = _uid(design, "series")
    dataset.FrameOfReferenceUID = _uid(design, "frame")
