"""A CT volume in patient space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Images:
    """The images that a volume was read from, so that what is derived from it can name them.

    Attributes:
        sop_class_uid: SOPClassUID of the images.
        frame_of_reference_uid: FrameOfReferenceUID; empty when they do not say it.
        sop_uids: SOPInstanceUID for each slice, in order; the same for frames of one file.
        date: The day of their content or acquisition, YYYYMMDD; empty when they do not say it.
    """

    sop_class_uid: str
    frame_of_reference_uid: str
    sop_uids: tuple[str, ...]
    date: str = ""


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """What the headers say about the series. None and empty mean that they do not say it.

    Attributes:
        series_uid: SeriesInstanceUID.
        study_uid: StudyInstanceUID.
        description: SeriesDescription.
        tube_voltage_kv: KVP.
        kernel: ConvolutionKernel.
        slice_thickness_mm: SliceThickness, which is not the distance between slices.
        cardiac_phase: The phase as found, such as ``75 %``.
        contrast_agent: ContrastBolusAgent.
        manufacturer: Manufacturer and model.
        notes: What was tolerated, one sentence each.
        images: The images of the series; None where a volume was not read from images.
    """

    series_uid: str
    study_uid: str
    description: str = ""
    tube_voltage_kv: float | None = None
    kernel: str = ""
    slice_thickness_mm: float | None = None
    cardiac_phase: str = ""
    contrast_agent: str = ""
    manufacturer: str = ""
    notes: tuple[str, ...] = ()
    images: Images | None = None


@dataclass(frozen=True, slots=True)
class Volume:
    """CT numbers on a regular grid, with the way from grid to patient.

    Attributes:
        hu: Hounsfield units, shape (slices, rows, columns), int16, read-only.
        affine_lps_mm: 4 x 4, from (slice, row, column, 1) to LPS millimetres.
        info: What the headers say.
    """

    hu: NDArray[np.int16]
    affine_lps_mm: NDArray[np.float64]
    info: SeriesInfo

    @property
    def spacing_mm(self) -> tuple[float, float, float]:
        """Distance between neighbouring voxel centres along slices, rows and columns."""
        lengths = np.linalg.norm(self.affine_lps_mm[:3, :3], axis=0)
        return (float(lengths[0]), float(lengths[1]), float(lengths[2]))

    def index_of(self, points_lps_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return fractional (slice, row, column) indices, shape (n, 3), of points in LPS mm."""
        inverse = np.linalg.inv(self.affine_lps_mm)
        return np.asarray(points_lps_mm @ inverse[:3, :3].T + inverse[:3, 3], dtype=np.float64)
