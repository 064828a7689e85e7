"""The plaque classes on the grid of the scan, as a DICOM segmentation beside its series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cto_cds.facts.measured import DataFile
from scipy.spatial import cKDTree

from cto_cds_ccta.dicomseg import written
from cto_cds_ccta.figure.palette import class_map
from cto_cds_ccta.judgement import CLASS_FACTS
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.straight import PIXEL_MM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cto_cds_ccta.measure.occlusion import Occlusion
    from cto_cds_ccta.quantify import Analysis
    from cto_cds_ccta.vessel import ScanGrid

NAME = "classes.dcm"
HOLDS = (
    "The plaque classes between the caps, as in the pictures, for a viewer that shows DICOM "
    "segmentations over the series. It names the images, but not the patient."
)
_BESIDE_MM = 1.0


def segmentation_file(analysis: Analysis, source: str) -> DataFile | None:
    """Return the classes as a binary DICOM segmentation.

    There is none where the classes or the caps need review, and none for a volume whose images
    have no names, such as frames of one file.

    Args:
        analysis: What was measured and judged.
        source: Name and version of the program.
    """
    info, grid = analysis.marked.info, analysis.marked.grid
    images = info.images
    doubted = {doubt.name for doubt in analysis.doubts}
    if images is None or grid is None or doubted & {"occlusion_length", *CLASS_FACTS}:
        return None
    named = images.frame_of_reference_uid and images.date and all(images.sop_uids)
    if not named or len(set(images.sop_uids)) != grid.shape[0]:
        return None
    labels = labels_on(grid, analysis.found)
    if not labels.any():
        return None
    return DataFile(NAME, "application/dicom", written(labels, grid, info, source), HOLDS)


def labels_on(grid: ScanGrid, found: Occlusion) -> NDArray[np.uint8]:
    """Return the class of each voxel between the caps, from 1 in their order; 0 elsewhere.

    Args:
        grid: The grid of the scan.
        found: The occlusion.
    """
    line, vessel = found.vessel.line, found.vessel
    first, last = found.proximal.at_mm, found.distal.at_mm
    part = (line.arc_mm > first - STEP_MM) & (line.arc_mm < last + STEP_MM)
    low, high = _box(grid, line.points_lps_mm[part], float(vessel.border_mm[part].max()))
    index = np.stack(
        np.meshgrid(*(np.arange(a, b) for a, b in zip(low, high, strict=True)), indexing="ij"), -1
    ).reshape(-1, 3)
    points = index @ grid.affine_lps_mm[:3, :3].T + grid.affine_lps_mm[:3, 3]
    reach = float(vessel.border_mm[part].max()) + STEP_MM
    away, nearest = cKDTree(line.points_lps_mm).query(points, distance_upper_bound=reach)
    near = np.isfinite(away)
    index, points, nearest = index[near], points[near], nearest[near]
    offset = points - line.points_lps_mm[nearest]
    at = line.arc_mm[nearest] + np.sum(offset * line.tangent[nearest], axis=1)
    beside = np.einsum("ij,ikj->ik", offset, line.across[nearest])
    pixel = np.rint((beside - vessel.axis_mm[0]) / PIXEL_MM).astype(int)
    inside = (at >= first) & (at <= last)
    inside &= np.all((pixel >= 0) & (pixel < len(vessel.axis_mm)), axis=1)
    index, nearest, pixel = index[inside], nearest[inside], pixel[inside]
    labels = np.zeros(grid.shape, dtype=np.uint8)
    labels[tuple(index.T)] = class_map(vessel)[nearest, pixel[:, 0], pixel[:, 1]] + 1
    return labels


def _box(
    grid: ScanGrid, points_lps_mm: NDArray[np.float64], reach_mm: float
) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Return the first index and the one behind the last of the voxels around some points."""
    inverse = np.linalg.inv(grid.affine_lps_mm)
    index = points_lps_mm @ inverse[:3, :3].T + inverse[:3, 3]
    margin = (reach_mm + _BESIDE_MM) / np.linalg.norm(grid.affine_lps_mm[:3, :3], axis=0)
    low = np.maximum(np.floor(index.min(axis=0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0) + margin) + 1, grid.shape).astype(int)
    return low, high
