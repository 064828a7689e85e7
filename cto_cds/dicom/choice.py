"""Choosing the one CT series of a folder, or saying why there is no one series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.dicom.guard import plain
from cto_cds.dicom.phase import phase_in_text
from cto_cds.dicom.suited import objections
from cto_cds.dicom.wording import count, listed, mm
from cto_cds.errors import Place, Problem, StudyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from cto_cds.dicom.headers import Header

FEWEST_SLICES = 3
"""Two distances are needed to see that the distances are equal."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The images of one series, scouts included, and sentences on what was left out."""

    headers: tuple[Header, ...]
    notes: tuple[str, ...]


def choose_series(folder: Path, headers: Sequence[Header], series_uid: str | None) -> Chosen:
    """Return the images of the asked series, or of the only CT series that is suited.

    Args:
        folder: Where the files are, for messages.
        headers: Of all images.
        series_uid: The SeriesInstanceUID a user asked for.

    Raises:
        StudyError: There is no CT series, or there are several, or not the asked one.
    """
    images = [header for header in headers if not header.is_directory]
    series: dict[str, list[Header]] = {}
    for header in images:
        series.setdefault(header.series_uid, []).append(header)
    against: dict[str, tuple[str, ...]] = {}
    if series_uid is not None:
        if series_uid not in series:
            raise StudyError(_not_there(folder, series_uid, series))
        wanted = series_uid
    else:
        usable = {uid: files for uid, files in series.items() if _may_be_volume(files)}
        if not usable:
            raise StudyError(_no_series(folder, images))
        against = objections(usable) if len(usable) > 1 else {}
        suited = [uid for uid in usable if not against.get(uid)]
        if len(suited) != 1:
            raise StudyError(_several(folder, usable, against))
        (wanted,) = suited
    return _of_one(folder, wanted, series, against)


def choose_phase(folder: Path, chosen: Chosen, asked: str) -> Chosen:
    """Return the images of one cardiac phase.

    Args:
        folder: Where the files are, for messages.
        chosen: One series.
        asked: The phase, as a user wrote it.

    Raises:
        StudyError: The series has no such phase; says which it has.
    """
    phase = phase_in_text(asked) or asked.strip()
    slices = [header for header in chosen.headers if not header.is_scout]
    if any(header.timed_phase == phase for header in slices):
        kept = [header for header in slices if header.timed_phase == phase]
        others = sorted({header.timed_phase or "not said" for header in slices} - {phase})
        left = [f"Left out: of the series, the cardiac phases {', '.join(others)}."]
        return Chosen(tuple(kept), (*chosen.notes, *(left if others else ())))
    there = sorted({header.timed_phase for header in slices} - {""})
    found = f"has no cardiac phase '{plain(asked, 40)}'"
    found += f"; it has {', '.join(there)}" if there else "; its images do not say their phase"
    mend = "Give --phase one of them." if there else "Leave --phase out."
    raise StudyError(Problem(Place(str(folder)), found, mend))


def _of_one(
    folder: Path,
    uid: str,
    series: dict[str, list[Header]],
    against: Mapping[str, tuple[str, ...]],
) -> Chosen:
    files = series[uid]
    slices = [header for header in files if header.is_slice]
    if not slices:
        raise StudyError(_no_series(folder, files))
    notes = [
        f"Left out: the series {_describe(other, left)}{_because(against.get(other, ()))}."
        for other, left in sorted(series.items())
        if other != uid
    ]
    left = [header.name for header in files if not header.is_slice]
    if left:
        notes.append(f"Left out: of the series, but no CT image: {listed(left)}.")
    return Chosen(tuple(slices), tuple(notes))


def _may_be_volume(files: Iterable[Header]) -> bool:
    slices = [header for header in files if header.is_slice and not header.is_scout]
    return len(slices) >= FEWEST_SLICES


def _describe(uid: str, files: Sequence[Header]) -> str:
    first = files[0]
    parts = [count(len(files), "image"), first.modality or "no modality"]
    scouts = all(header.is_scout for header in files)
    if scouts:
        parts.append("scout")
    if first.is_enhanced:
        parts.append("multi-frame")
    if first.is_slice and not scouts:
        thickness_mm, kilovolt = first.slice_thickness_mm, first.tube_voltage_kv
        phases = sorted({header.timed_phase for header in files} - {""})
        told = {
            "slices": "" if thickness_mm is None else mm(thickness_mm),
            "kernel": first.kernel,
            "cardiac phase": listed(phases),
            "contrast agent": first.contrast,
            "kV": "" if kilovolt is None else f"{kilovolt:g}",
        }
        parts += [f"{name} {value or 'not said'}" for name, value in told.items()]
    name = f" '{first.description}'" if first.description else ""
    return f"{uid or 'without SeriesInstanceUID'}{name} ({', '.join(parts)})"


def _because(reasons: tuple[str, ...]) -> str:
    return f"; {' and '.join(reasons)}" if reasons else ""


def _table(
    series: Mapping[str, list[Header]], against: Mapping[str, tuple[str, ...]] | None = None
) -> str:
    reasons = against or {}
    return "".join(
        f"\n      {_describe(uid, files)}{_because(reasons.get(uid, ()))}"
        for uid, files in sorted(series.items())
    )


def _several(
    folder: Path, usable: dict[str, list[Header]], against: Mapping[str, tuple[str, ...]]
) -> Problem:
    best = min(usable, key=lambda uid: (len(against.get(uid, ())), uid))
    return Problem(
        Place(str(folder)),
        f"holds {len(usable)} CT series:{_table(usable, against)}",
        f"Choose one, for example --series {best}",
    )


def _not_there(folder: Path, uid: str, series: dict[str, list[Header]]) -> Problem:
    return Problem(
        Place(str(folder)),
        f"holds no series {uid}. It holds:{_table(series)}",
        "Give --series one of the UIDs above.",
    )


def _no_series(folder: Path, images: Sequence[Header]) -> Problem:
    place = Place(str(folder))
    slices = [header for header in images if header.is_slice]
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
