"""Codestreams that are whole, and those that only look it."""

from __future__ import annotations

import pytest
from pydicom.encaps import generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless

from cto_cds.dicom.codestream import Size, check_codestream
from cto_cds.dicom.guard import UnreadableError

SIZE = Size(rows=40, columns=48)
LENGTH_OF_PART = slice(6, 10)


@pytest.fixture(params=[JPEG2000Lossless, JPEGLSLossless], ids=["JPEG 2000", "JPEG-LS"])
def stream(request, make) -> bytes:
    image = make.datasets()[0]
    make.transcode(image, request.param)
    return next(generate_frames(image.PixelData, number_of_frames=1))


def test_a_whole_codestream_passes_with_or_without_padding(stream):
    check_codestream(stream, SIZE)
    check_codestream(stream.rstrip(b"\x00") + b"\x00\x00", SIZE)


def test_a_codestream_without_its_end_is_cut_off(stream):
    for kept in range(0, len(stream) - 2, 97):
        with pytest.raises(UnreadableError, match="cut off"):
            check_codestream(stream[:kept].removesuffix(b"\xff\xd9"), SIZE)


def test_a_jpeg_2000_codestream_of_unknown_length_still_needs_its_end(make):
    image = make.datasets()[0]
    make.transcode(image, JPEG2000Lossless)
    stream = bytearray(next(generate_frames(image.PixelData, number_of_frames=1)).rstrip(b"\x00"))
    part = stream.index(b"\xff\x90")
    stream[part + LENGTH_OF_PART.start : part + LENGTH_OF_PART.stop] = bytes(4)
    check_codestream(bytes(stream), SIZE)
    with pytest.raises(UnreadableError, match="cut off"):
        check_codestream(bytes(stream[:-40]), SIZE)


def test_a_jpeg_2000_codestream_that_lost_its_middle_does_not_add_up(make):
    image = make.datasets()[0]
    make.transcode(image, JPEG2000Lossless)
    stream = next(generate_frames(image.PixelData, number_of_frames=1)).rstrip(b"\x00")
    with pytest.raises(UnreadableError, match="do not add up"):
        check_codestream(stream[:-400] + stream[-200:], SIZE)


def test_a_codestream_of_another_size_is_refused(stream):
    with pytest.raises(UnreadableError, match="40 x 48 voxels, the header says 48 x 40"):
        check_codestream(stream, Size(rows=48, columns=40))
