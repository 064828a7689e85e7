"""Choosing the one CT series of a folder, or saying why there is no one series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.dicom.wording import count, listed
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from cto_cds.dicom.headers import Header

FEWEST_SLICES = 3
"""Two distances are needed to see that the distances are equal."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The files of one series, scouts included, and sentences on what was left out."""

    headers: tuple[Header, ...]
    notes: tuple[str, ...]


def choose_series(folder: Path, headers: Sequence[Header], series_uid: str | None) -> Chosen:
    """Return the files of the asked series, or of the only CT series there is.

    Args:
        folder: Where the files are, for messages.
        headers: Of all DICOM files.
        series_uid: The SeriesInstanceUID a user asked for.

    Raises:
        StudyError: There is no CT series, or there are several, or not the asked one.
    """
    images = [header for header in headers if not header.is_directory]
    series: dict[str, list[Header]] = {}
    for header in images:
        series.setdefault(header.series_uid, []).append(header)
    if series_uid is not None:
        if series_uid not in series:
            raise StudyError(_not_there(folder, series_uid, series))
        wanted = series_uid
    else:
        usable = {uid: files for uid, files in series.items() if _may_be_volume(files)}
        if not usable:
            raise StudyError(_no_series(folder, images))
        if len(usable) > 1:
            raise StudyError(_several(folder, usable))
        (wanted,) = usable
    return _of_one(folder, wanted, series)


def _of_one(folder: Path, uid: str, series: dict[str, list[Header]]) -> Chosen:
    files = series[uid]
    slices = [header for header in files if header.is_classic]
    if not slices:
        raise StudyError(_no_series(folder, files))
    if any(header.is_enhanced for header in files):
        raise StudyError(_enhanced(folder, files))
    notes = [
        f"Left out: the series {_describe(other, left)}."
        for other, left in sorted(series.items())
        if other != uid
    ]
    left = [header.name for header in files if not header.is_classic]
    if left:
        notes.append(f"Left out: of the series, but no CT image: {listed(left)}.")
    return Chosen(tuple(slices), tuple(notes))


def _may_be_volume(files: Iterable[Header]) -> bool:
    files = list(files)
    slices = [header for header in files if header.is_classic and not header.is_scout]
    return len(slices) >= FEWEST_SLICES or any(header.is_enhanced for header in files)


def _describe(uid: str, files: Sequence[Header]) -> str:
    first = files[0]
    parts = [count(len(files), "image"), first.modality or "no modality"]
    if all(header.is_scout for header in files):
        parts.append("scout")
    if first.is_enhanced:
        parts.append("multi-frame")
    parts += [f"kernel {first.kernel}"] * bool(first.kernel)
    parts += [f"phase {first.phase}"] * bool(first.phase)
    name = f" '{first.description}'" if first.description else ""
    return f"{uid or 'without SeriesInstanceUID'}{name} ({', '.join(parts)})"


def _table(series: dict[str, list[Header]]) -> str:
    return "".join(f"\n      {_describe(uid, files)}" for uid, files in sorted(series.items()))


def _several(folder: Path, usable: dict[str, list[Header]]) -> Problem:
    return Problem(
        Place(str(folder)),
        f"holds {len(usable)} CT series:{_table(usable)}",
        f"Choose one, for example --series {min(usable)}",
    )


def _not_there(folder: Path, uid: str, series: dict[str, list[Header]]) -> Problem:
    return Problem(
        Place(str(folder)),
        f"holds no series {uid}. It holds:{_table(series)}",
        "Give --series one of the UIDs above.",
    )


def _no_series(folder: Path, images: Sequence[Header]) -> Problem:
    if any(header.is_enhanced for header in images):
        return _enhanced(folder, images)
    place = Place(str(folder))
    slices = [header for header in images if header.is_classic]
    if not slices:
        kinds = sorted({header.modality or "without modality" for header in images})
        what = f": {listed(kinds)}" if kinds else ""
        return Problem(
            place,
            f"holds no CT images, only other DICOM files{what}",
            "Give the folder of a CT series. CT pictures stored as secondary captures do not do.",
        )
    scouts = sum(header.is_scout for header in slices)
    found = f"holds only {count(len(slices), 'CT image')}"
    if scouts:
        found += f", of which {scouts} scout (localizer)"
    return Problem(
        place,
        f"{found}; a volume needs at least {FEWEST_SLICES} slices",
        "Export the whole series again.",
    )


def _enhanced(folder: Path, images: Sequence[Header]) -> Problem:
    names = [header.name for header in images if header.is_enhanced]
    return Problem(
        Place(str(folder)),
        f"the series is an Enhanced (multi-frame) CT object, in {listed(names)}; "
        "this is not supported yet",
        "Export the series as classic CT images, one file for each slice.",
    )
