"""A study of CT images becomes one checked volume, or a list of reasons why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cto_cds.dicom.alike import alike
from cto_cds.dicom.archive import unpacked
from cto_cds.dicom.choice import choose_phase, choose_series
from cto_cds.dicom.consistency import mixture_problems
from cto_cds.dicom.files import list_files
from cto_cds.dicom.geometry import affine_lps_mm, geometry_notes, stack_of
from cto_cds.dicom.guard import UnreadableError
from cto_cds.dicom.headers import read_headers
from cto_cds.dicom.info import series_info
from cto_cds.dicom.pixels import PixelFiles, read_slice
from cto_cds.dicom.slicecheck import slice_problems
from cto_cds.dicom.stackcheck import stack_problems
from cto_cds.dicom.volume import Volume
from cto_cds.dicom.wording import count, listed
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cto_cds.dicom.files import Listing
    from cto_cds.dicom.geometry import Stack
    from cto_cds.dicom.headers import Header

    Progress = Callable[[str, float], None]

_COPY_AGAIN = "Copy or export the file again; if it is no part of the series, move it away."


def read_series(
    folder: Path,
    *,
    series_uid: str | None = None,
    phase: str | None = None,
    progress: Progress | None = None,
) -> Volume:
    """Read one CT series from a folder and the folders in it, a zip file, or a single file.

    Slices are ordered along their normal. Nothing is repaired: what cannot be trusted is refused,
    and what was tolerated is told in the notes of the volume.

    Args:
        folder: Holds CT images, one file for each slice or enhanced multi-frame objects. Other
            files are tolerated.
        series_uid: The SeriesInstanceUID to read when there are several.
        phase: The cardiac phase to read when the series holds several, such as ``75 %``.
        progress: Called with the stage and the share of it that is done, 0 to 1.

    Returns:
        Hounsfield units as int16, shape (slices, rows, columns), and the affine to LPS mm.

    Raises:
        StudyError: The folder does not hold one usable CT series; every reason found is in it.
    """
    report = progress if progress is not None else _silent
    with unpacked(folder, report) as files:
        listing = list_files(files)
        headers = _headers(folder, files, listing, report)
        chosen = choose_series(folder, headers, series_uid)
        if phase is not None:
            chosen = choose_phase(folder, chosen, phase)
        stack = _checked(folder, chosen.headers)
        hu, padded = _pixels(stack, report)
    affine = affine_lps_mm(stack)
    hu.setflags(write=False)
    affine.setflags(write=False)
    notes = (
        *chosen.notes,
        *_file_notes(files, listing),
        *geometry_notes(stack),
        *_blank(stack.headers, hu),
    )
    return Volume(hu, affine, series_info(stack.headers, padded, notes))


def _silent(stage: str, share: float) -> None:
    """Report to nobody."""


def _name(path: Path, folder: Path) -> str:
    return path.name if path == folder else path.relative_to(folder).as_posix()


def _headers(source: Path, folder: Path, listing: Listing, report: Progress) -> list[Header]:
    """Return the headers of all images.

    Args:
        source: What a user gave, for messages.
        folder: Where the files are.
        listing: Of its files.
        report: Called with the stage and the share done.
    """
    if not listing.dicom:
        names = [_name(path, folder) for path in listing.others]
        raise StudyError(
            Problem(
                Place(str(source)),
                f"holds no DICOM files, only {count(len(names), 'other file')}: {listed(names)}",
                "Give a folder that holds the DICOM files of one CT series.",
            )
        )
    headers: list[Header] = []
    problems = [
        Problem(
            Place(_name(path, folder)), "is not a DICOM file, though its name says so", _COPY_AGAIN
        )
        for path in listing.damaged
    ]
    for done, path in enumerate(listing.dicom):
        name = _name(path, folder)
        try:
            headers += read_headers(path, name)
        except UnreadableError as error:
            problems.append(Problem(Place(name), f"cannot be read: {error}", _COPY_AGAIN))
        report("Reading headers", (done + 1) / len(listing.dicom))
    problems += [
        Problem(Place(header.name), "SeriesInstanceUID is missing; is it cut off?", _COPY_AGAIN)
        for header in headers
        if not header.series_uid and not header.is_directory
    ]
    if problems:
        raise StudyError.of(alike(problems))
    return headers


def _checked(folder: Path, headers: Sequence[Header]) -> Stack:
    """Return the slices in order, or raise with every reason why they are no volume."""
    scouts = [header.name for header in headers if header.is_scout]
    slices = [header for header in headers if not header.is_scout]
    problems = [
        Problem(
            Place(name),
            "is a scout (localizer) inside the series",
            "Move this file out of the folder, or export the series without it.",
        )
        for name in scouts
    ]
    problems = alike(problems)
    problems += slice_problems(slices)
    problems += mixture_problems(folder, slices)
    if problems:
        raise StudyError.of(problems)
    stack = stack_of(slices)
    problems += stack_problems(folder, stack)
    if problems:
        raise StudyError.of(problems)
    return stack


def _pixels(stack: Stack, report: Progress) -> tuple[NDArray[np.int16], int]:
    """Return the Hounsfield units of all slices, and how many voxels were not scanned."""
    first = stack.headers[0]
    files = PixelFiles()
    hu: NDArray[np.int16] | None = None
    problems = []
    padded = 0
    for index, header in enumerate(stack.headers):
        try:
            image = read_slice(header, files)
        except UnreadableError as error:
            problems.append(Problem(Place(header.name), str(error), _COPY_AGAIN))
        else:
            if hu is None:
                shape = (len(stack.headers), first.rows or 0, first.columns or 0)
                hu = np.empty(shape, dtype=np.int16)
            hu[index] = image.hu
            padded += image.padded
        report("Reading pixels", (index + 1) / len(stack.headers))
    if problems or hu is None:
        raise StudyError.of(alike(problems))
    return hu, padded


def _blank(headers: Sequence[Header], hu: NDArray[np.int16]) -> list[str]:
    """Slices of one value throughout; a scan of a body has none."""
    names = [
        header.name
        for header, image in zip(headers, hu, strict=True)
        if image[0, 0] == image[-1, -1] and image.min() == image.max()
    ]
    if not names:
        return []
    holds = "holds" if len(names) == 1 else "hold"
    found = f"{count(len(names), 'slice')} {holds} one and the same value everywhere"
    return [
        f"{found}: {listed(names)}; nothing can be measured there. Is the export whole?",
    ]


def _file_notes(folder: Path, listing: Listing) -> list[str]:
    if not listing.others:
        return []
    names = [_name(path, folder) for path in listing.others]
    return [f"Left out: {count(len(names), 'file')} that are not DICOM: {listed(names)}."]
