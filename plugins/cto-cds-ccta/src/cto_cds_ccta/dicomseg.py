"""A DICOM segmentation that names the images of a series, but not the patient."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

import highdicom
import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
from pydicom.valuerep import DA, TM

from cto_cds_ccta.figure.palette import CLASS_LABELS
from cto_cds_ccta.measure.composition import CLASSES

if TYPE_CHECKING:
    from cto_cds.dicom.volume import Images, SeriesInfo
    from numpy.typing import NDArray

    from cto_cds_ccta.vessel import ScanGrid

SERIES_NUMBER = 9001
MIDNIGHT = "000000"
"""The file carries the day of the images, not the moment of writing: same input, same bytes."""
KINDS = (
    codes.DCM.NecroticLipidicPlaque,
    codes.DCM.FibroLipidicPlaque,
    codes.SCT.FibrousPlaque,
    codes.SCT.CalcifiedAtheromatousPlaque,
)


def written(labels: NDArray[np.uint8], grid: ScanGrid, info: SeriesInfo, source: str) -> bytes:
    """Return a segmentation as a file; the same labels give the same bytes.

    Args:
        labels: The class of each voxel of the scan, from 1; 0 elsewhere.
        grid: The grid of the scan.
        info: Its series, with its images.
        source: Name and version of the program.
    """
    images = info.images
    if images is None:
        raise ValueError("the images of the series are not known")
    program, _, version = source.partition(" ")
    how = highdicom.AlgorithmIdentificationSequence(
        name=program, family=codes.cid7162.HistogramAnalysis, version=version
    )
    segments = [
        highdicom.seg.SegmentDescription(
            number + 1,
            CLASS_LABELS[number].replace("−", "-"),
            codes.SCT.MorphologicallyAbnormalStructure,
            KINDS[number],
            highdicom.seg.SegmentAlgorithmTypeValues.SEMIAUTOMATIC,
            how,
        )
        for number in range(len(CLASSES))
    ]
    used = np.flatnonzero(labels.any(axis=(1, 2)))
    digest = hashlib.sha256(labels.tobytes()).hexdigest()

    def uid(what: str) -> str:
        return generate_uid(entropy_srcs=[info.series_uid, source, digest, what])

    made = highdicom.seg.Segmentation(
        [_image(int(number), grid, info, images) for number in used],
        labels[used],
        highdicom.seg.SegmentationTypeValues.BINARY,
        segments,
        uid("series"),
        SERIES_NUMBER,
        uid("instance"),
        1,
        "cto_cds",
        program,
        version,
        "0",
        content_label="PLAQUE",
        series_description="Plaque classes between the caps",
    )
    made.ContentDate, made.ContentTime = DA(images.date), TM(MIDNIGHT)
    del made.InstanceCreationDate, made.InstanceCreationTime
    for tool in made.ContributingEquipmentSequence:
        del tool.ContributionDateTime
    made.DimensionOrganizationSequence[0].DimensionOrganizationUID = uid("dimensions")
    for item in made.DimensionIndexSequence:
        item.DimensionOrganizationUID = uid("dimensions")
    stream = io.BytesIO()
    made.save_as(stream)
    return stream.getvalue()


def _image(number: int, grid: ScanGrid, info: SeriesInfo, images: Images) -> Dataset:
    """Return what a segmentation needs to know of an image of the series."""
    affine = grid.affine_lps_mm
    size = np.linalg.norm(affine[:3, :3], axis=0)
    row, column = affine[:3, 2] / size[2], affine[:3, 1] / size[1]
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID, image.SOPInstanceUID = images.sop_class_uid, images.sop_uids[number]
    image.StudyInstanceUID, image.SeriesInstanceUID = info.study_uid, info.series_uid
    image.FrameOfReferenceUID = images.frame_of_reference_uid
    image.Modality = "CT"
    image.Rows, image.Columns = grid.shape[1:]
    image.ImagePositionPatient = _decimal(affine[:3, 3] + number * affine[:3, 0])
    image.ImageOrientationPatient = _decimal(np.concatenate([row, column]))
    image.PixelSpacing = _decimal(size[1:])
    image.SliceThickness = _decimal(size[:1])[0]
    for keyword in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "StudyID"):
        setattr(image, keyword, "")
    for keyword in ("StudyDate", "StudyTime", "AccessionNumber", "ReferringPhysicianName"):
        setattr(image, keyword, "")
    return image


def _decimal(values: NDArray[np.float64]) -> list[str]:
    """Return numbers as DICOM writes them, in at most 16 characters."""
    return [f"{value:.9g}"[:16] for value in values.tolist()]
