"""Whether a JPEG codestream is whole and has the size its header promises."""

from __future__ import annotations

from dataclasses import dataclass

from cto_cds.dicom.guard import UnreadableError

_END = b"\xff\xd9"
_J2K_START = b"\xff\x4f\xff\x51"
_J2K_TILE = 0xFF90
_J2K_END = 0xFFD9
_JPEG_SCAN = 0xFFDA
_NOT_A_FRAME = {0xFFC4, 0xFFC8, 0xFFCC}
_JPEG_LS_FRAME = 0xFFF7


@dataclass(frozen=True, slots=True)
class Size:
    """Rows and columns of a codestream."""

    rows: int
    columns: int


def check_codestream(stream: bytes, expected: Size) -> None:
    """Check a JPEG, JPEG-LS or JPEG 2000 codestream before it is decoded.

    Decoders fill what is missing with made-up values, so the end must be there.

    Args:
        stream: The codestream of one image.
        expected: What the header says.

    Raises:
        UnreadableError: It is cut off, or it is an image of another size.
    """
    stream = stream.rstrip(b"\x00")
    if not stream.endswith(_END):
        raise UnreadableError("the compressed image is cut off: its end marker is missing")
    size = _j2k_size(stream) if stream.startswith(_J2K_START) else _jpeg_size(stream)
    if size is not None and size != expected:
        raise UnreadableError(
            f"the compressed image has {size.rows} x {size.columns} voxels, the header says "
            f"{expected.rows} x {expected.columns}"
        )


def _u16(stream: bytes, at: int) -> int:
    return int.from_bytes(stream[at : at + 2], "big")


def _u32(stream: bytes, at: int) -> int:
    return int.from_bytes(stream[at : at + 4], "big")


def _j2k_size(stream: bytes) -> Size:
    at = 2
    while at < len(stream) and _u16(stream, at) != _J2K_TILE:
        at += 2 + max(_u16(stream, at + 2), 2)
    while at < len(stream) and _u16(stream, at) == _J2K_TILE:
        length = _u32(stream, at + 6)
        at = at + length if length else len(stream) - len(_END)
    if _u16(stream, at) != _J2K_END or at + len(_END) != len(stream):
        raise UnreadableError("the compressed image is damaged: its parts do not add up")
    return Size(
        rows=_u32(stream, 12) - _u32(stream, 20), columns=_u32(stream, 8) - _u32(stream, 16)
    )


def _jpeg_size(stream: bytes) -> Size | None:
    at = 2
    while at + 9 <= len(stream):
        marker = _u16(stream, at)
        if marker == _JPEG_SCAN:
            break
        if marker == _JPEG_LS_FRAME or (0xFFC0 <= marker <= 0xFFCF and marker not in _NOT_A_FRAME):
            return Size(rows=_u16(stream, at + 5), columns=_u16(stream, at + 7))
        at += 2 + max(_u16(stream, at + 2), 2)
    return None
