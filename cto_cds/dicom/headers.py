"""What is kept of the header of one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom import dcmread
from pydicom.uid import CTImageStorage, MediaStorageDirectoryStorage
from pydicom.valuerep import DA

from cto_cds.dicom.attributes import number, numbers, text, whole, words
from cto_cds.dicom.frames import frame_datasets
from cto_cds.dicom.guard import attempt
from cto_cds.dicom.phase import cardiac_phases
from cto_cds.dicom.scanning import contrast, energy_kev, kernel

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom.dataset import Dataset

_ENHANCED_CT = ("1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
_DATED = ("Content", "Acquisition", "Study")
_SCOUT_WORDS = {"LOCALIZER", "SCOUT", "TOPOGRAM", "SCANOGRAM"}


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one image, as found. None and empty mean absent or not readable.

    Attributes:
        path: The file.
        name: The file as a user knows it, relative to the folder that was given, and the frame.
        frame: Which frame of the file it is, from 0; None for a file of one image.
        frames: How many frames the image says it has: 1, or a mistake.
        phases: Every cardiac phase that is named, with the attribute that names it.
        position_mm: ImagePositionPatient: centre of the first voxel, LPS.
        orientation: ImageOrientationPatient: direction of a row, then of a column, LPS.
        pixel_spacing_mm: PixelSpacing: distance between rows, then between columns.
        slope_hu: RescaleSlope.
        intercept_hu: RescaleIntercept.
        tube_voltage_kv: KVP.
        energy_kev: Energy of a virtual monoenergetic image, to which no tube voltage belongs.
        contrast: The contrast agent, or that one was given.
        date: The day of the content, of the acquisition or of the study: the first that is a day.
    """

    path: Path
    name: str
    frame: int | None
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
    energy_kev: float | None
    kernel: str
    contrast: str
    manufacturer: str
    acquisition: str
    temporal_position: str
    trigger_time_ms: float | None
    phases: tuple[tuple[str, str], ...]
    date: str

    @property
    def phase(self) -> str:
        """The most reliable cardiac phase, or empty."""
        return self.phases[0][0] if self.phases else ""

    @property
    def timed_phase(self) -> str:
        """The cardiac phase, or the time after the R wave where only that is told; or empty."""
        if self.phase or self.trigger_time_ms is None:
            return self.phase
        return f"{self.trigger_time_ms:g} ms"

    @property
    def is_directory(self) -> bool:
        """Whether the file is a DICOMDIR."""
        return self.sop_class == MediaStorageDirectoryStorage

    @property
    def is_enhanced(self) -> bool:
        """Whether the file is a multi-frame CT object."""
        return self.sop_class in _ENHANCED_CT

    @property
    def is_slice(self) -> bool:
        """Whether it is a CT image: a file of its own, or a frame."""
        if self.sop_class:
            return (self.sop_class == CTImageStorage or self.is_enhanced) and self.modality in {
                "CT",
                "",
            }
        return self.modality == "CT"

    @property
    def is_scout(self) -> bool:
        """Whether the file is a localizer."""
        return any(word.upper() in _SCOUT_WORDS for word in self.image_type)


def read_headers(path: Path, name: str) -> list[Header]:
    """Read the headers of the images in a DICOM file, not their pixels.

    Args:
        path: A file with the DICOM mark.
        name: The file as a user knows it.

    Returns:
        One, or one for each frame of a multi-frame CT object.

    Raises:
        UnreadableError: The file cannot be parsed.
    """
    dataset = attempt(lambda: dcmread(path, stop_before_pixels=True))
    meta = dataset.file_meta
    whole_file = _header(dataset, meta, path, name)
    if not whole_file.is_enhanced:
        return [whole_file]
    return [
        _header(frame, meta, path, f"{name} frame {number + 1}", number)
        for number, frame in enumerate(frame_datasets(dataset))
    ]


def _header(
    dataset: Dataset, meta: Dataset, path: Path, name: str, frame: int | None = None
) -> Header:
    return Header(
        path=path,
        name=name,
        frame=frame,
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
        energy_kev=energy_kev(dataset),
        kernel=kernel(dataset),
        contrast=contrast(dataset),
        manufacturer=" ".join(
            filter(None, (text(dataset, "Manufacturer"), text(dataset, "ManufacturerModelName")))
        ),
        acquisition=text(dataset, "AcquisitionNumber"),
        temporal_position=text(dataset, "TemporalPositionIndex"),
        trigger_time_ms=number(dataset, "TriggerTime"),
        phases=cardiac_phases(dataset),
        date=next(filter(_is_day, (text(dataset, f"{name}Date") for name in _DATED)), ""),
    )


def _is_day(written: str) -> bool:
    """Whether a text is a day as DICOM writes it."""
    try:
        return DA(written) is not None
    except ValueError:
        return False
