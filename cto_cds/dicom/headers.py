"""What is kept of the header of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.uid import CTImageStorage, MediaStorageDirectoryStorage

from cto_cds.dicom.attributes import number, numbers, text, whole, words
from cto_cds.dicom.guard import attempt
from cto_cds.dicom.phase import TEXT_PLACES, cardiac_phases

if TYPE_CHECKING:
    from pathlib import Path

_ENHANCED_CT = ("1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
_SCOUT_WORDS = {"LOCALIZER", "SCOUT", "TOPOGRAM", "SCANOGRAM"}
_KEYWORDS = (
    *("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "PatientID"),
    *("Modality", "ImageType", "NumberOfFrames", "FrameOfReferenceUID", "SeriesDescription"),
    *("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"),
    *("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"),
    *("SamplesPerPixel", "PhotometricInterpretation", "LossyImageCompression"),
    *("RescaleSlope", "RescaleIntercept", "RescaleType"),
    *("PixelPaddingValue", "PixelPaddingRangeLimit"),
    *("KVP", "ConvolutionKernel", "ContrastBolusAgent", "Manufacturer", "ManufacturerModelName"),
    *("AcquisitionNumber", "TemporalPositionIndex", "TriggerTime"),
    *("NominalPercentageOfCardiacPhase", *TEXT_PLACES),
)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one file, as found. None and empty mean absent or not readable.

    Attributes:
        path: The file.
        name: The file as a user knows it, relative to the folder that was given.
        phases: Every cardiac phase that is named, with the attribute that names it.
        position_mm: ImagePositionPatient: centre of the first voxel, LPS.
        orientation: ImageOrientationPatient: direction of a row, then of a column, LPS.
        pixel_spacing_mm: PixelSpacing: distance between rows, then between columns.
        slope_hu: RescaleSlope.
        intercept_hu: RescaleIntercept.
    """

    path: Path
    name: str
    transfer_syntax: str
    sop_class: str
    sop_uid: str
    series_uid: str
    study_uid: str
    patient: str
    modality: str
    description: str
    image_type: tuple[str, ...]
    frames: int | None
    frame_of_reference: str
    position_mm: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    pixel_spacing_mm: tuple[float, ...] | None
    slice_thickness_mm: float | None
    rows: int | None
    columns: int | None
    bits_allocated: int | None
    bits_stored: int | None
    high_bit: int | None
    pixel_representation: int | None
    samples_per_pixel: int | None
    photometric: str
    lossy: bool
    slope_hu: float | None
    intercept_hu: float | None
    rescale_type: str
    padding: int | None
    padding_limit: int | None
    tube_voltage_kv: float | None
    kernel: str
    contrast_agent: str
    manufacturer: str
    acquisition: str
    temporal_position: str
    trigger_time_ms: float | None
    phases: tuple[tuple[str, str], ...]

    @property
    def phase(self) -> str:
        """The most reliable cardiac phase, or empty."""
        return self.phases[0][0] if self.phases else ""

    @property
    def is_directory(self) -> bool:
        """Whether the file is a DICOMDIR."""
        return self.sop_class == MediaStorageDirectoryStorage

    @property
    def is_enhanced(self) -> bool:
        """Whether the file is a multi-frame CT object."""
        return self.sop_class in _ENHANCED_CT

    @property
    def is_classic(self) -> bool:
        """Whether the file is a single CT image."""
        if self.sop_class:
            return self.sop_class == CTImageStorage and self.modality in {"CT", ""}
        return self.modality == "CT"

    @property
    def is_scout(self) -> bool:
        """Whether the file is a localizer."""
        return any(word.upper() in _SCOUT_WORDS for word in self.image_type)


def read_header(path: Path, name: str) -> Header:
    """Read the header of a DICOM file, not its pixels.

    Args:
        path: A file with the DICOM mark.
        name: The file as a user knows it.

    Raises:
        UnreadableError: The file cannot be parsed.
    """
    dataset = attempt(lambda: dcmread(path, stop_before_pixels=True, specific_tags=list(_KEYWORDS)))
    meta = dataset.file_meta
    return Header(
        path=path,
        name=name,
        transfer_syntax=text(meta, "TransferSyntaxUID"),
        sop_class=text(dataset, "SOPClassUID") or text(meta, "MediaStorageSOPClassUID"),
        sop_uid=text(dataset, "SOPInstanceUID"),
        series_uid=text(dataset, "SeriesInstanceUID"),
        study_uid=text(dataset, "StudyInstanceUID"),
        patient=text(dataset, "PatientID"),
        modality=text(dataset, "Modality"),
        description=text(dataset, "SeriesDescription"),
        image_type=words(dataset, "ImageType"),
        frames=whole(dataset, "NumberOfFrames"),
        frame_of_reference=text(dataset, "FrameOfReferenceUID"),
        position_mm=numbers(dataset, "ImagePositionPatient", 3),
        orientation=numbers(dataset, "ImageOrientationPatient", 6),
        pixel_spacing_mm=numbers(dataset, "PixelSpacing", 2),
        slice_thickness_mm=number(dataset, "SliceThickness"),
        rows=whole(dataset, "Rows"),
        columns=whole(dataset, "Columns"),
        bits_allocated=whole(dataset, "BitsAllocated"),
        bits_stored=whole(dataset, "BitsStored"),
        high_bit=whole(dataset, "HighBit"),
        pixel_representation=whole(dataset, "PixelRepresentation"),
        samples_per_pixel=whole(dataset, "SamplesPerPixel"),
        photometric=text(dataset, "PhotometricInterpretation"),
        lossy=text(dataset, "LossyImageCompression") == "01",
        slope_hu=number(dataset, "RescaleSlope"),
        intercept_hu=number(dataset, "RescaleIntercept"),
        rescale_type=text(dataset, "RescaleType"),
        padding=whole(dataset, "PixelPaddingValue"),
        padding_limit=whole(dataset, "PixelPaddingRangeLimit"),
        tube_voltage_kv=number(dataset, "KVP"),
        kernel=text(dataset, "ConvolutionKernel"),
        contrast_agent=text(dataset, "ContrastBolusAgent"),
        manufacturer=" ".join(
            filter(None, (text(dataset, "Manufacturer"), text(dataset, "ManufacturerModelName")))
        ),
        acquisition=text(dataset, "AcquisitionNumber"),
        temporal_position=text(dataset, "TemporalPositionIndex"),
        trigger_time_ms=number(dataset, "TriggerTime"),
        phases=cardiac_phases(dataset),
    )
