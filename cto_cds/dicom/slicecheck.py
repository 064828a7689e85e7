"""What each CT image must say, looked at alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds.dicom.alike import alike
from cto_cds.dicom.decoders import decoder_fault
from cto_cds.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cto_cds.dicom.headers import Header

Fault = tuple[str, str]
"""What was found, and what to do about it."""

_AGAIN = "Export the series again from the archive or the scanner."
_MOST_PIXELS_ALONG = 4096
_NOT_SQUARE = 1e-3
_BITS = 16


def slice_problems(headers: Sequence[Header]) -> list[Problem]:
    """Return one problem for each kind of fault, naming the files that have it."""
    return alike(
        Problem(Place(header.name), found, mend)
        for header in headers
        for found, mend in (
            *_required(header),
            *_geometry(header),
            *_pixels(header),
            *_values(header),
        )
    )


def _required(header: Header) -> Iterator[Fault]:
    needed = {
        "SeriesInstanceUID": header.series_uid,
        "StudyInstanceUID": header.study_uid,
        "ImagePositionPatient (three numbers, mm)": header.position_mm,
        "ImageOrientationPatient (six numbers)": header.orientation,
        "PixelSpacing (two numbers, mm)": header.pixel_spacing_mm,
        "Rows": header.rows,
        "Columns": header.columns,
        "BitsAllocated": header.bits_allocated,
        "BitsStored": header.bits_stored,
        "PixelRepresentation": header.pixel_representation,
        "PhotometricInterpretation": header.photometric,
        "RescaleSlope": header.slope_hu,
        "RescaleIntercept": header.intercept_hu,
        "TransferSyntaxUID": header.transfer_syntax,
    }
    for name, value in needed.items():
        if value is None or value == "":
            yield f"{name} is missing or not readable", _AGAIN


def _geometry(header: Header) -> Iterator[Fault]:
    if header.orientation is not None:
        along = np.array(header.orientation).reshape(2, 3)
        if not np.allclose(along @ along.T, np.eye(2), rtol=0.0, atol=_NOT_SQUARE):
            found = f"ImageOrientationPatient {header.orientation} does not hold two directions"
            yield f"{found} of length 1 at a right angle", _AGAIN
    if header.pixel_spacing_mm is not None and min(header.pixel_spacing_mm) <= 0.0:
        yield f"PixelSpacing {header.pixel_spacing_mm} mm must be greater than 0", _AGAIN
    for name, pixels in (("Rows", header.rows), ("Columns", header.columns)):
        if pixels is not None and not 1 < pixels <= _MOST_PIXELS_ALONG:
            yield f"{name} is {pixels}; allowed are 2 to {_MOST_PIXELS_ALONG}", _AGAIN


def _pixels(header: Header) -> Iterator[Fault]:
    if header.photometric not in {"", "MONOCHROME2"}:
        yield (
            f"PhotometricInterpretation is {header.photometric}; CT numbers need MONOCHROME2",
            "Export the CT images themselves, not pictures of them.",
        )
    if header.samples_per_pixel not in {None, 1}:
        yield f"SamplesPerPixel is {header.samples_per_pixel}; a CT image has 1", _AGAIN
    if header.frame is None and header.frames not in {None, 1}:
        yield f"holds {header.frames} frames; a classic CT image has 1", _AGAIN
    if header.bits_allocated not in {None, _BITS}:
        yield f"BitsAllocated is {header.bits_allocated}; a CT image has {_BITS}", _AGAIN
    stored = header.bits_stored
    if stored is not None:
        if not 1 < stored <= _BITS:
            yield f"BitsStored is {stored}; allowed are 2 to {_BITS}", _AGAIN
        elif header.high_bit not in {None, stored - 1}:
            yield (
                f"HighBit is {header.high_bit}; with BitsStored {stored} it is {stored - 1}",
                _AGAIN,
            )
    if header.pixel_representation not in {None, 0, 1}:
        yield f"PixelRepresentation is {header.pixel_representation}; allowed are 0 and 1", _AGAIN
    if header.transfer_syntax:
        yield from decoder_fault(header.transfer_syntax)


def _values(header: Header) -> Iterator[Fault]:
    if header.slope_hu is not None and header.slope_hu <= 0.0:
        yield f"RescaleSlope {header.slope_hu:g} must be greater than 0", _AGAIN
    if header.rescale_type.upper() not in {"", "HU"}:
        yield (
            f"RescaleType is {header.rescale_type}; the values are not Hounsfield units",
            "Export the ordinary CT reconstruction of the study.",
        )
