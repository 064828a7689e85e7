"""Masks from DICOM SEG, NIfTI and NRRD. The libraries come with the first file of their kind."""

from __future__ import annotations

import bz2
import zlib
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from cto_cds.dicom.guard import UnreadableError, attempt, plain
from cto_cds.errors import BackendError, Place, Problem

from cto_cds_ccta.imports.grid import (
    LPS_OF_RAS,
    MOST_VOXELS,
    LabelGrid,
    checked_affine,
    whole_numbers,
)

if TYPE_CHECKING:
    from pathlib import Path

_KINDS = ".nii, .nii.gz, .nrrd, or DICOM SEG"
_PIECE_BYTES = 1 << 20
_SPACES = {
    "left-posterior-superior": np.eye(4),
    "lps": np.eye(4),
    "right-anterior-superior": LPS_OF_RAS,
    "ras": LPS_OF_RAS,
    "left-anterior-superior": np.diag([1.0, -1.0, 1.0, 1.0]),
    "las": np.diag([1.0, -1.0, 1.0, 1.0]),
}


def read_labels(path: Path) -> LabelGrid:
    """Read a mask.

    Args:
        path: A DICOM SEG, NIfTI or NRRD file; its ending tells which.

    Raises:
        BackendError: It cannot be read, or does not say where in the patient it lies.
    """
    name = path.name.lower()
    reader = _dicom
    if name.endswith((".nii", ".nii.gz")):
        reader = _nifti
    elif name.endswith(".nrrd"):
        reader = _nrrd
    place = Place(str(path))
    mend = f"give a mask as {_KINDS}, exported from the same CT series"
    if not path.is_file():
        raise BackendError(Problem(place, "there is no such file", mend))
    try:
        return attempt(lambda: reader(path))
    except UnreadableError as error:
        found = f"cannot be used as a mask: {plain(str(error))}"
        raise BackendError(Problem(place, found, mend)) from error


def _check_size(shape: tuple[int, ...]) -> None:
    if len(shape) != 3:
        raise ValueError(f"it has {len(shape)} axes, not three")
    if not 0 < int(np.prod(shape, dtype=object)) <= MOST_VOXELS:
        raise ValueError(f"it has {' x '.join(map(str, shape))} voxels")


def _nifti(path: Path) -> LabelGrid:
    import nibabel

    image = nibabel.load(path)
    if not isinstance(image, nibabel.Nifti1Image):  # NIfTI-2 is one too
        raise TypeError("it is not NIfTI")
    if not image.header["sform_code"] and not image.header["qform_code"]:
        raise ValueError("it does not say where it lies (sform and qform are missing)")
    shape = image.shape
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    _check_size(shape)
    values = np.asanyarray(image.dataobj).reshape(shape)
    affine = LPS_OF_RAS @ np.asarray(image.affine, dtype=np.float64)
    return LabelGrid(whole_numbers(values), checked_affine(affine))


def _nrrd(path: Path) -> LabelGrid:
    import nrrd

    with path.open("rb") as stream:
        header = nrrd.read_header(stream)
        if {"data file", "datafile"} & set(header):
            raise ValueError("its voxels are in another file; save it as one .nrrd file")
        shape = tuple(int(size) for size in header["sizes"])
        _check_size(shape)
        space = str(header.get("space", "")).lower()
        if space not in _SPACES:
            raise ValueError(f"its space '{plain(space, 40)}' is not LPS, RAS or LAS")
        _check_unpacked(stream, header, shape)
        values = nrrd.read_data(header, stream)
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(header["space directions"], dtype=np.float64).T
    affine[:3, 3] = np.asarray(header["space origin"], dtype=np.float64)
    names = {}
    for key, value in header.items():
        label = header.get(key.replace("_Name", "_LabelValue"))
        if key.startswith("Segment") and key.endswith("_Name") and label is not None:
            names[int(label)] = plain(str(value), 60)
    return LabelGrid(whole_numbers(values), checked_affine(_SPACES[space] @ affine), names)


def _check_unpacked(stream: IO[bytes], header: dict[str, Any], shape: tuple[int, ...]) -> None:
    """Unpack once and throw away, so that no small file fills the memory."""
    encoding = str(header.get("encoding", "")).lower()
    if encoding in {"raw", "ascii", "text", "txt", "hex"}:
        return
    unpacking: Any = bz2.BZ2Decompressor() if "bz" in encoding else zlib.decompressobj(47)
    most = int(np.prod(shape, dtype=object)) * 8 + _PIECE_BYTES
    start, total = stream.tell(), 0
    while piece := stream.read(_PIECE_BYTES // 64):
        total += len(unpacking.decompress(piece))
        if total > most:
            raise ValueError("it unpacks to more than its size says")
        if unpacking.eof:
            break
    stream.seek(start)


def _dicom(path: Path) -> LabelGrid:
    import highdicom

    found = highdicom.seg.segread(path)
    names = {
        int(item.SegmentNumber): plain(str(item.get("SegmentLabel", "")), 60)
        for item in found.SegmentSequence
    }
    volume = found.get_volume(
        combine_segments=True, skip_overlap_checks=True, rescale_fractional=True
    )
    _check_size(volume.array.shape)
    return LabelGrid(
        whole_numbers(volume.array),
        checked_affine(np.asarray(volume.affine, dtype=np.float64)),
        names,
    )
