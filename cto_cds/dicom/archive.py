"""A study as a zip file: unpacked into a private folder for as long as it is read."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cto_cds.dicom.alike import alike
from cto_cds.dicom.guard import UnreadableError, attempt, plain
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PIECE_BYTES = 1 << 20
_AGAIN = "Zip the folder of the study again, without password, and give that."


@dataclass(frozen=True, slots=True)
class Limits:
    """What an honest study does not exceed.

    Attributes:
        members: Files in the zip.
        total_bytes: All of them unpacked.
        ratio: Unpacked size by packed size, of a zip that unpacks to more than ``free_bytes``.
        free_bytes: What may be packed as tightly as it likes; a test image is mostly air.
    """

    members: int = 50_000
    total_bytes: int = 8 << 30
    ratio: int = 100
    free_bytes: int = 256 << 20


LIMITS = Limits()


def is_zip(path: Path) -> bool:
    """Return whether a file is a zip file, or is named like one."""
    return path.is_file() and (path.suffix.lower() == ".zip" or zipfile.is_zipfile(path))


@contextmanager
def unpacked(
    source: Path, report: Callable[[str, float], None], limits: Limits = LIMITS
) -> Iterator[Path]:
    """Yield where the files of a study are: the source itself, or what a zip file holds.

    Args:
        source: A folder, a file, or a zip file.
        report: Called with the stage and the share done.
        limits: What is refused.

    Raises:
        StudyError: The zip file is damaged, protected, or would do harm.
    """
    if not is_zip(source):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="cto-cds-") as name:
        _unpack(source, Path(name), report, limits)
        yield Path(name)


def _unpack(
    source: Path, folder: Path, report: Callable[[str, float], None], limits: Limits
) -> None:
    try:
        archive = attempt(lambda: zipfile.ZipFile(source))
    except UnreadableError as error:
        found = f"is not a zip file that can be opened: {error}"
        raise StudyError(Problem(Place(str(source)), found, _AGAIN)) from error
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        problems = [*_bomb_problems(source, members, limits, folder)]
        problems += [problem for member in members for problem in _member_problems(source, member)]
        if problems:
            raise StudyError.of(alike(problems))
        for done, member in enumerate(members):
            _write(source, archive, member, folder)
            report("Unpacking the zip file", (done + 1) / len(members))


def _bomb_problems(
    source: Path, members: list[zipfile.ZipInfo], limits: Limits, folder: Path
) -> Iterator[Problem]:
    place = Place(str(source))
    total = sum(member.file_size for member in members)
    packed = max(source.stat().st_size, 1)
    if not members:
        yield Problem(place, "the zip file is empty", "Give a zip file of one CT study.")
    if len(members) > limits.members:
        found = f"holds {len(members)} files; at most {limits.members} are unpacked"
        yield Problem(place, found, "Zip the files of one CT study alone.")
    if total > limits.total_bytes:
        found = f"unpacks to {total >> 20} MiB; at most {limits.total_bytes >> 20} MiB are unpacked"
        yield Problem(place, found, "Unpack it yourself and give the folder of the CT series.")
    elif total > limits.free_bytes and total > limits.ratio * packed:
        found = f"unpacks to {total // packed} times its own size, as no CT study does"
        yield Problem(place, found, "Unpack it yourself, look at it, and give the folder.")
    elif total > shutil.disk_usage(folder).free:
        found = f"unpacks to {total >> 20} MiB, more than is free for temporary files"
        yield Problem(place, found, "Unpack it where there is room and give the folder.")


def _member_problems(source: Path, member: zipfile.ZipInfo) -> Iterator[Problem]:
    place = Place(str(source), key=plain(member.orig_filename, 80))
    parts = _parts(member)
    outside = member.orig_filename[:1] in "/\\" or any(
        part == ".." or ":" in part or not part.isprintable() for part in parts
    )
    if outside or not parts:
        yield Problem(place, "is a path that leads out of the zip file", _AGAIN)
    if stat.S_ISLNK(member.external_attr >> 16):
        yield Problem(place, "is a link, not a file", _AGAIN)
    if member.flag_bits & 0x1:
        yield Problem(place, "is protected with a password", _AGAIN)


def _parts(member: zipfile.ZipInfo) -> tuple[str, ...]:
    return PurePosixPath(member.orig_filename.replace("\\", "/")).parts


def _write(source: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> None:
    target = folder.joinpath(*_parts(member))
    place = Place(str(source), key=plain(member.filename, 80))
    if target.exists():
        raise StudyError(Problem(place, "stands in the zip file twice", _AGAIN))
    try:
        attempt(lambda: _copy(archive, member, target))
    except UnreadableError as error:
        found = f"cannot be unpacked: {error}"
        raise StudyError(Problem(place, found, _AGAIN)) from error


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    """Write one member, and not a byte more than it promised."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = member.file_size
    with archive.open(member) as packed, target.open("xb") as stream:
        while piece := packed.read(_PIECE_BYTES):
            left -= len(piece)
            if left < 0:
                raise UnreadableError("it is larger than it says")
            stream.write(piece)
    if left:
        raise UnreadableError("it is cut off")
