"""Finding the DICOM files of a folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cto_cds.errors import Place, Problem, StudyError

_PREAMBLE_BYTES = 128
_MARK = b"DICM"
_WHITESPACE = b"\t\n\r\f "


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a folder and of the folders in it, in the order of their names.

    Attributes:
        dicom: Files with the DICOM mark.
        others: All other files.
        damaged: Of the others, those named like the DICOM files that do not hold plain text.
    """

    dicom: tuple[Path, ...]
    others: tuple[Path, ...]
    damaged: tuple[Path, ...]


def list_files(folder: Path) -> Listing:
    """List the files below a folder and look at their first bytes.

    Args:
        folder: The folder or the one file a user gave. Links to other folders are not followed.

    Raises:
        StudyError: There is no such folder, it has no files, or it cannot be read.
    """
    if not folder.exists():
        mend = "Give the folder that holds the CT images, or a zip file of it."
        raise StudyError(Problem(Place(str(folder)), "there is no such folder", mend))
    refused: list[OSError] = []
    paths = [folder] if folder.is_file() else _below(folder, refused)
    heads = {}
    for path in paths:
        try:
            with path.open("rb") as stream:
                heads[path] = stream.read(_PREAMBLE_BYTES + len(_MARK))
        except OSError as error:
            refused.append(error)
    if refused:
        raise StudyError.of(
            Problem(
                Place(str(error.filename)),
                f"cannot be read: {error.strerror}",
                "Give yourself the right to read it, or move it out of the folder.",
            )
            for error in refused
        )
    if not paths:
        raise StudyError(
            Problem(
                Place(str(folder)),
                "the folder is empty",
                "Give a folder that holds the DICOM files of one CT series.",
            )
        )
    return _listing(heads)


def _below(folder: Path, refused: list[OSError]) -> list[Path]:
    """Return the files of a folder and of the folders in it, and note what cannot be read."""
    return sorted(
        path
        for parent, _, names in os.walk(folder, onerror=refused.append)
        for path in (Path(parent, name) for name in names)
        if path.is_file()
    )


def _listing(heads: dict[Path, bytes]) -> Listing:
    dicom = tuple(path for path, head in heads.items() if head[_PREAMBLE_BYTES:] == _MARK)
    others = tuple(path for path in heads if path not in set(dicom))
    endings = {_ending(path) for path in dicom}
    damaged = tuple(
        path for path in others if _ending(path) in endings and not _is_text(heads[path])
    )
    return Listing(dicom, others, damaged)


def _ending(path: Path) -> str:
    """Return what a file name ends with; files named by a UID all end alike."""
    if path.name.startswith("."):
        return path.name
    ending = path.suffix.lower()
    return "" if ending[1:].isdigit() else ending


def _is_text(head: bytes) -> bool:
    return bool(head) and all(byte >= 32 or byte in _WHITESPACE for byte in head)
