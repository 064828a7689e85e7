"""Writing small but real CT series."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

import gdcm
import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, generate_uid

ROWS, COLUMNS, SLICES = 40, 48, 8
SPACING_MM = 0.5
PIXEL_MM = (0.4, 0.3)
SERIES = "1.2.826.0.1.3680043.8.498.1"
STUDY = "1.2.826.0.1.3680043.8.498.2"
FRAME = "1.2.826.0.1.3680043.8.498.3"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


def pattern_hu(slices: int = SLICES, rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray:
    """Return HU that differ in every voxel, shape (slices, rows, columns), -1000 to 1023."""
    values = np.random.default_rng(7).integers(-1000, 1024, (slices, rows, columns))
    return values.astype(np.int16)


def slice_dataset(hu: np.ndarray, position_mm: Iterable[float], **changes: object) -> Dataset:
    """Return one CT image, uncompressed, unsigned 12 bit with intercept -1024.

    A change of None removes the attribute.
    """
    data = Dataset()
    data.SOPClassUID = CTImageStorage
    data.SOPInstanceUID = generate_uid()
    data.SeriesInstanceUID, data.StudyInstanceUID, data.FrameOfReferenceUID = SERIES, STUDY, FRAME
    data.PatientID = "phantom"
    data.Modality = "CT"
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    data.ImagePositionPatient = [round(float(value), 9) for value in position_mm]
    data.ImageOrientationPatient = list(AXIAL)
    data.PixelSpacing = list(PIXEL_MM)
    data.SliceThickness = 0.6
    data.KVP = 100
    data.ConvolutionKernel = "Bv40"
    data.Manufacturer, data.ManufacturerModelName = "Maker", "Model"
    data.Rows, data.Columns = hu.shape
    data.BitsAllocated, data.BitsStored, data.HighBit = 16, 12, 11
    data.PixelRepresentation = 0
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.RescaleSlope, data.RescaleIntercept, data.RescaleType = 1, -1024, "HU"
    data.PixelData = (hu.astype(np.int32) + 1024).astype("<u2").tobytes()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    change(data, **changes)
    return data


def change(data: Dataset, **changes: object) -> None:
    """Set attributes; None removes them."""
    for keyword, value in changes.items():
        if value is None:
            delattr(data, keyword)
        else:
            setattr(data, keyword, value)


def save(data: Dataset, path: Path) -> Path:
    """Write a data set as a DICOM file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data.file_meta.MediaStorageSOPClassUID = data.get("SOPClassUID", CTImageStorage)
    data.file_meta.MediaStorageSOPInstanceUID = data.get("SOPInstanceUID", generate_uid())
    data.save_as(path, enforce_file_format=True)
    return path


def datasets(
    hu: np.ndarray | None = None, spacing_mm: float = SPACING_MM, **changes: object
) -> list[Dataset]:
    """Return an axial series, one data set for each slice, starting at (10, -20, 30) mm."""
    hu = pattern_hu() if hu is None else hu
    return [
        slice_dataset(image, (10.0, -20.0, 30.0 + k * spacing_mm), InstanceNumber=k + 1, **changes)
        for k, image in enumerate(hu)
    ]


def write(folder: Path, images: list[Dataset], stem: str = "ct") -> Path:
    """Write data sets as ct00.dcm, ct01.dcm and so on; return the folder."""
    for k, data in enumerate(images):
        save(data, folder / f"{stem}{k:02}.dcm")
    return folder


def add(data: Dataset, keyword: str, vr: str, value: object) -> None:
    """Set an attribute whose value representation depends on others."""
    data.add_new(keyword, vr, value)


def transcode(data: Dataset, syntax: UID) -> None:
    """Write uncompressed little endian pixels in another transfer syntax."""
    if syntax.is_encapsulated:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            data.compress(syntax, generate_instance_uid=False)
    else:
        if not syntax.is_little_endian:
            data.PixelData = np.frombuffer(data.PixelData, "<u2").astype(">u2").tobytes()
        data.file_meta.TransferSyntaxUID = syntax
        data["PixelData"].VR = "OW"


def lossless_jpeg(path: Path, kind: str) -> None:
    """Write an image file again as lossless JPEG, of which pydicom has no encoder."""
    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, kind)))
    change.SetInput(reader.GetImage())
    assert change.Change()
    writer = gdcm.ImageWriter()
    writer.SetFileName(str(path))
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    assert writer.Write()


def turned_axes() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row direction, column direction and slice normal of an oblique image."""
    a, b = np.radians(20.0), np.radians(-35.0)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    turned = about_z @ about_x
    return turned[:, 0], turned[:, 1], turned[:, 2]


def shorten(data: Dataset, lost: float) -> None:
    """Take away the last part of the compressed image, and leave the file itself in order."""
    stream = next(generate_frames(data.PixelData, number_of_frames=1))
    data.PixelData = encapsulate([stream[: int(len(stream) * (1.0 - lost)) // 2 * 2]])
    data["PixelData"].VR = "OB"


def enhanced(images: list[Dataset], shared: tuple[str, ...] = ()) -> Dataset:
    """Return one Enhanced CT object with a frame for each image.

    Args:
        images: Uncompressed images of one size.
        shared: Functional groups that are told once for all frames.
    """
    data = Dataset()
    for element in images[0]:
        if element.keyword not in IN_GROUPS:
            data[element.tag] = deepcopy(element)
    data.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2.1"
    data.NumberOfFrames = len(images)
    data.SharedFunctionalGroupsSequence = [groups(images[0], shared)]
    own = tuple(name for name in GROUPS if name not in shared)
    data.PerFrameFunctionalGroupsSequence = [groups(image, own) for image in images]
    data.PixelData = b"".join(image.PixelData for image in images)
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = images[0].file_meta.TransferSyntaxUID
    return data


def groups(image: Dataset, wanted: tuple[str, ...]) -> Dataset:
    """Return some functional groups of an image."""
    found = Dataset()
    for name in wanted:
        item = Dataset()
        for keyword, theirs in GROUPS[name].items():
            if keyword in image:
                setattr(item, theirs, image[keyword].value)
        if len(item):
            setattr(found, name, [item])
    return found


GROUPS = {
    "PlanePositionSequence": {"ImagePositionPatient": "ImagePositionPatient"},
    "PlaneOrientationSequence": {"ImageOrientationPatient": "ImageOrientationPatient"},
    "PixelMeasuresSequence": {"PixelSpacing": "PixelSpacing", "SliceThickness": "SliceThickness"},
    "PixelValueTransformationSequence": {
        "RescaleSlope": "RescaleSlope",
        "RescaleIntercept": "RescaleIntercept",
        "RescaleType": "RescaleType",
    },
    "CTXRayDetailsSequence": {"KVP": "KVP"},
    "CTReconstructionSequence": {"ConvolutionKernel": "ConvolutionKernel"},
    "CTImageFrameTypeSequence": {"ImageType": "FrameType"},
    "CardiacSynchronizationSequence": {
        "NominalPercentageOfCardiacPhase": "NominalPercentageOfCardiacPhase",
        "TriggerTime": "NominalCardiacTriggerDelayTime",
    },
    "FrameContentSequence": {"AcquisitionNumber": "FrameAcquisitionNumber"},
}
IN_GROUPS = {keyword for group in GROUPS.values() for keyword in group} - {"ImageType"}
