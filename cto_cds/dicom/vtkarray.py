"""The arrays of a VTK XML file: as text, as base64, or appended; with or without zlib."""

from __future__ import annotations

import base64
import lzma
import zlib
from typing import TYPE_CHECKING

import numpy as np

from cto_cds.dicom.guard import UnreadableError, attempt

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from numpy.typing import NDArray

_TYPES = {
    "Int8": "i1",
    "UInt8": "u1",
    "Int16": "i2",
    "UInt16": "u2",
    "Int32": "i4",
    "UInt32": "u4",
    "Int64": "i8",
    "UInt64": "u8",
    "Float32": "f4",
    "Float64": "f8",
}
_LARGEST_BYTES = 64 << 20
_ZLIB, _LZMA = "vtkZLibDataCompressor", "vtkLZMADataCompressor"


class Arrays:
    """Reads the arrays of one file.

    Args:
        told: The attributes of its first element.
        appended: What stands behind the underscore of its appended data.
        raw: Whether the appended data is bytes, not base64.
    """

    def __init__(self, told: Mapping[str, str], appended: bytes, *, raw: bool) -> None:
        self._order = ">" if told.get("byte_order") == "BigEndian" else "<"
        self._word = np.dtype(f"{self._order}u{8 if told.get('header_type') == 'UInt64' else 4}")
        self._compressor = told.get("compressor", "")
        self._appended, self._raw = appended, raw
        if self._compressor not in {"", _ZLIB, _LZMA}:
            raise UnreadableError(f"it is compressed with {self._compressor}")

    def numbers(self, element: Element) -> NDArray[np.generic]:
        """Return the numbers of an array, in one row.

        Raises:
            UnreadableError: They are damaged, or of an unknown kind.
        """
        kind = element.get("type", "")
        if kind not in _TYPES:
            raise UnreadableError(f"an array is of type '{kind}'")
        dtype = np.dtype(self._order + _TYPES[kind])
        if element.get("format", "ascii") == "ascii":
            return attempt(lambda: np.array((element.text or "").split(), dtype=dtype))
        return attempt(lambda: np.frombuffer(self._bytes(element), dtype=dtype))

    def text(self, element: Element) -> str:
        """Return an array of one text."""
        if element.get("format", "ascii") == "ascii":
            codes = attempt(lambda: bytes(int(code) for code in (element.text or "").split()))
        else:
            codes = attempt(lambda: self._bytes(element))
        return codes.rstrip(b"\x00").decode("ascii", errors="replace")

    def _bytes(self, element: Element) -> bytes:
        if element.get("format") == "appended":
            stored = self._appended[int(element.get("offset", "-1")) :]
            return self._unpacked(stored, raw=self._raw)
        return self._unpacked((element.text or "").strip().encode("ascii"), raw=False)

    def _unpacked(self, stored: bytes, *, raw: bool) -> bytes:
        """Return the content of an array behind its header of sizes."""
        size = self._word.itemsize
        if not self._compressor:
            length = self._words(stored, 1, raw=raw)[0]
            return _part(stored, 0, size + length, raw=raw)[size:]
        blocks, full, last = self._words(stored, 3, raw=raw)
        if blocks * max(full, last) > _LARGEST_BYTES or blocks > _LARGEST_BYTES // size:
            raise UnreadableError(f"an array is larger than {_LARGEST_BYTES >> 20} MiB")
        packed = self._words(stored, 3 + blocks, raw=raw)[3:]
        header = (3 + blocks) * size
        start = header if raw else _characters(header)
        content = _part(stored, start, sum(packed), raw=raw)
        pieces, at = [], 0
        for length in packed:
            pieces.append(self._block(content[at : at + length], max(full, last)))
            at += length
        return b"".join(pieces)

    def _block(self, packed: bytes, most: int) -> bytes:
        if self._compressor == _ZLIB:
            return zlib.decompressobj().decompress(packed, most)
        return lzma.LZMADecompressor().decompress(packed, most)

    def _words(self, stored: bytes, count: int, *, raw: bool) -> list[int]:
        content = _part(stored, 0, count * self._word.itemsize, raw=raw)
        return [int(word) for word in np.frombuffer(content, dtype=self._word)]


def _characters(size: int) -> int:
    """Return how many characters of base64 stand for so many bytes."""
    return -(-size // 3) * 4


def _part(stored: bytes, start: int, size: int, *, raw: bool) -> bytes:
    """Return ``size`` bytes from ``start``, a place in bytes or in characters of base64."""
    if raw:
        content = stored[start : start + size]
    else:
        content = base64.b64decode(stored[start : start + _characters(size)])[:size]
    if len(content) < size:
        raise UnreadableError("an array is cut off")
    return content
