"""From the file of one slice to Hounsfield units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom import Dataset, dcmread
from pydicom.encaps import get_frame
from pydicom.uid import RLELossless

from cto_cds.dicom.attributes import whole
from cto_cds.dicom.codestream import Size, check_codestream
from cto_cds.dicom.decoders import find_decoder, plugin_for
from cto_cds.dicom.guard import UnreadableError, attempt

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cto_cds.dicom.headers import Header

AIR_HU = -1024
"""What stands for a voxel that was not scanned."""
_AIR_BY_DEFINITION_HU = -1000
_INT16 = np.iinfo(np.int16)
_BITS = 16


@dataclass(frozen=True, slots=True)
class SliceHu:
    """Hounsfield units of one slice.

    Attributes:
        hu: Shape (rows, columns), int16.
        padded: How many voxels were not scanned and now hold :data:`AIR_HU`.
    """

    hu: NDArray[np.int16]
    padded: int


class PixelFiles:
    """Files with pixels; the last one stays open, for the next frame of it."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._dataset = Dataset()

    def dataset(self, path: Path) -> Dataset:
        """Return the content of a file.

        Raises:
            UnreadableError: It cannot be parsed.
        """
        if path != self._path:
            self._path, self._dataset = None, Dataset()
            self._dataset = attempt(lambda: dcmread(path))
            self._path = path
        return self._dataset


def read_slice(header: Header, files: PixelFiles) -> SliceHu:
    """Read and decode one slice.

    Args:
        header: Of an image without faults.
        files: Where it is read from.

    Raises:
        UnreadableError: The pixels are missing, damaged, or outside what int16 holds.
    """
    stored = _stored(header, files)
    padding = _padding_mask(header, stored)
    slope, intercept = header.slope_hu or 0.0, header.intercept_hu or 0.0
    hu: NDArray[np.int32] | NDArray[np.float64]
    if slope.is_integer() and intercept.is_integer() and abs(slope) + abs(intercept) < _INT16.max:
        hu = stored.astype(np.int32)
        if slope != 1.0:
            hu *= int(slope)
        hu += int(intercept)
    else:
        hu = np.rint(stored * slope + intercept)
    if padding is not None:
        hu[padding] = AIR_HU
    low, high = float(hu.min()), float(hu.max())
    if low < _INT16.min or high > _INT16.max:
        raise UnreadableError(
            f"holds values from {low:g} to {high:g} HU; allowed are {_INT16.min} to {_INT16.max}"
        )
    return SliceHu(hu.astype(np.int16), 0 if padding is None else int(np.count_nonzero(padding)))


def padding_is_tissue(header: Header) -> bool:
    """Return whether the padding value stands for a CT number that a scanned voxel may have."""
    if header.padding is None or header.slope_hu is None or header.intercept_hu is None:
        return False
    values = [_padding_value(header, header.padding)]
    if header.padding_limit is not None:
        values.append(_padding_value(header, header.padding_limit))
    return max(values) * header.slope_hu + header.intercept_hu > _AIR_BY_DEFINITION_HU


def _stored(header: Header, files: PixelFiles) -> NDArray[np.int16] | NDArray[np.uint16]:
    """Return the stored values, shape (rows, columns), before rescaling."""
    dataset = files.dataset(header.path)
    decoder = find_decoder(header.transfer_syntax)
    size = Size(header.rows or 0, header.columns or 0)
    if "PixelData" not in dataset:
        raise UnreadableError("has no pixel data, or the file is cut off")
    if header.transfer_syntax != RLELossless:
        _check_length(dataset, size, header.frame, encapsulated=decoder.UID.is_encapsulated)
    options: dict[str, Any] = {"correct_unused_bits": False, "allow_excess_frames": False}
    plugin = plugin_for(decoder)
    try:
        stored: NDArray[np.generic] = attempt(
            lambda: decoder.as_array(
                dataset, index=header.frame, raw=True, decoding_plugin=plugin, **options
            )[0]
        )
    except UnreadableError as error:
        if not plugin:
            raise
        raise UnreadableError(  # what a decoder says of its own inside helps nobody here
            f"the compressed image is damaged: the decoder {plugin} cannot open it as "
            f"{decoder.UID.name}"
        ) from error
    if stored.shape != (size.rows, size.columns) or stored.dtype.str[1:] not in ("i2", "u2"):
        raise UnreadableError(
            f"decodes to {' x '.join(map(str, stored.shape))} {stored.dtype} values; the header "
            f"promised {size.rows} x {size.columns} of 16 bits"
        )
    if stored.dtype.kind == "i":
        return _within_bits(stored.astype(np.int16, copy=False), header.bits_stored or _BITS)
    return _within_bits(stored.astype(np.uint16, copy=False), header.bits_stored or _BITS)


def _check_length(dataset: Dataset, size: Size, frame: int | None, *, encapsulated: bool) -> None:
    frames = 1 if frame is None else whole(dataset, "NumberOfFrames") or 1
    if encapsulated:
        stream = attempt(lambda: get_frame(dataset.PixelData, frame or 0, number_of_frames=frames))
        check_codestream(stream, size)
        return
    found = attempt(lambda: len(dataset.PixelData))
    expected = frames * size.rows * size.columns * _BITS // 8
    if found < expected:
        raise UnreadableError(f"the pixel data is cut off: {found} of {expected} bytes are there")
    if found >= expected + size.columns * _BITS // 8:
        raise UnreadableError(
            f"has {found} bytes of pixel data where {size.rows} rows of {size.columns} columns "
            f"need {expected}"
        )


def _within_bits(
    stored: NDArray[np.int16] | NDArray[np.uint16], bits: int
) -> NDArray[np.int16] | NDArray[np.uint16]:
    """Return the values, and refuse those that do not fit into the bits the header names."""
    if bits == _BITS:
        return stored
    signed = stored.dtype == np.int16
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if low <= int(stored.min()) and int(stored.max()) <= high:
        return stored
    if signed and int(stored.min()) >= 0 and int(stored.max()) < 1 << bits:
        unused = _BITS - bits
        return (stored << unused) >> unused
    raise UnreadableError(
        f"holds stored values {stored.min()} to {stored.max()}; BitsStored {bits} allows "
        f"{low} to {high}"
    )


def _padding_value(header: Header, value: int) -> int:
    """Return a padding value with the sign of the pixels; files often have the wrong one."""
    if header.pixel_representation == 1:
        return value - (1 << _BITS) if value > _INT16.max else value
    return value + (1 << _BITS) if value < 0 else value


def _padding_mask(
    header: Header, stored: NDArray[np.int16] | NDArray[np.uint16]
) -> NDArray[np.bool_] | None:
    """Return which voxels were not scanned, shape (rows, columns), or None if none."""
    if header.padding is None or padding_is_tissue(header):
        return None
    value = _padding_value(header, header.padding)
    limit = value if header.padding_limit is None else _padding_value(header, header.padding_limit)
    mask: NDArray[np.bool_] = (
        stored == value
        if value == limit
        else (stored >= min(value, limit)) & (stored <= max(value, limit))
    )
    return mask if mask.any() else None
