"""From what the user names on the command line to facts and measurements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cto_cds.errors import CtoCdsError
from cto_cds.facts.case import read_case, read_measurements
from cto_cds.facts.measured import Figure
from cto_cds.facts.pictures import read_beside

if TYPE_CHECKING:
    from cto_cds.dicom.coordinates import Coordinates
    from cto_cds.facts.measured import Measurements
    from cto_cds.facts.sheet import FactSheet
    from cto_cds.hookspecs import Request
    from cto_cds.registry import Registry
    from cto_cds.rulefile.pack import Pack


@dataclass(frozen=True, slots=True)
class StudyInput:
    """A CT study and where its vessel is, as named on the command line."""

    folder: Path
    centreline: Path | None = None
    seeds: Path | None = None
    series: str | None = None
    phase: str | None = None
    backend: str | None = None
    coordinates: Coordinates | None = None
    mask: Path | None = None
    mask_label: str = ""
    name: str = ""

    def request(self, progress: Callable[[str, float], None]) -> Request:
        """Read the study and what marks its vessel.

        Raises:
            StudyError: Something stands in the way; says what.
        """
        from cto_cds.dicom.points import read_line, read_seeds
        from cto_cds.dicom.series import read_series
        from cto_cds.hookspecs import Centreline, Request, Seeds, VesselMask

        given = line = seeds = None
        if self.centreline is not None:
            given = read_line(self.centreline, self.coordinates)
        if self.seeds is not None:
            seeds = Seeds(*read_seeds(self.seeds, self.coordinates))
        volume = read_series(
            self.folder, series_uid=self.series, phase=self.phase, progress=progress
        )
        if given is not None and self.centreline is not None:
            points = given.points_lps_mm(volume)
            line = Centreline(points, given.outer_radius_mm, self.centreline.name)
            notes = (*volume.info.notes, *given.notes)
            volume = replace(volume, info=replace(volume.info, notes=notes))
        mask = None if self.mask is None else VesselMask(self.mask, self.mask_label)
        return Request(volume, line, seeds, mask, self.name)

    def measure(self, registry: Registry, progress: Callable[[str, float], None]) -> Measurements:
        """Read the study and measure it.

        Raises:
            StudyError, PluginError, BackendError: Something stands in the way; says what.
        """
        from cto_cds.assess import quantify

        request = self.request(progress)
        with naming({"seeds": self.seeds}):
            return quantify(registry, request, progress, self.backend)


@contextmanager
def naming(files: Mapping[str, Path | None]) -> Iterator[None]:
    """Let mistakes name the files that the user named, where a backend says only what they hold.

    Args:
        files: By the name that a backend has for them, such as ``seeds``.

    Raises:
        CtoCdsError: The one that was raised, with its places in the files.
    """
    try:
        yield
    except CtoCdsError as fault:
        told = []
        for problem in fault.problems:
            path = files.get(problem.place.source)
            place = problem.place if path is None else replace(problem.place, source=str(path))
            told.append(replace(problem, place=place))
        raise type(fault)(*told) from fault


@dataclass(frozen=True, slots=True)
class CaseInput:
    """A case file with measurements from a file or from a study."""

    case: Path
    ccta: Path | None = None
    study: StudyInput | None = None

    def read(
        self, pack: Pack, registry: Registry, progress: Callable[[str, float], None]
    ) -> tuple[FactSheet, tuple[Figure, ...]]:
        """Return the facts, and the pictures of the lesion: of the measurements, or of the study.

        Raises:
            CaseError: A file holds mistakes.
            StudyError, PluginError, BackendError: The study cannot be measured.
        """
        from cto_cds.assess import measured_sheet

        sheet = read_case(self.case, pack.vocabulary)
        figures: tuple[Figure, ...] = ()
        if self.ccta is not None:
            sheet = sheet.joined(read_measurements(self.ccta, pack.vocabulary), pack.vocabulary)
            beside = read_beside(self.ccta)
            other = _other_name(sheet.case, beside.name, self.ccta)
            sheet = replace(sheet, notes=(*other, *sheet.notes))
            figures = beside.figures
            for sentence in beside.lost:
                typer.echo(sentence, err=True)
        if self.study is None:
            return sheet, figures
        study = replace(self.study, name=sheet.case)
        measurements = study.measure(registry, progress)
        sheet = sheet.joined(measured_sheet(measurements, pack), pack.vocabulary)
        return sheet, measurements.figures


def _other_name(case: str, name: str, measured: Path) -> Iterator[str]:
    """Yield that measurements carry a name without that of the case, if they carry one."""
    if name and not {*_words(case)} <= {*_words(name)}:
        yield (
            f"The measurements in {measured.name} and their pictures are of '{name}', and this "
            f"case is '{case}': make sure that both are of the same patient and vessel."
        )


def _words(text: str) -> list[str]:
    return re.split(r"[\s,;]+", text.casefold().strip())


def study_input(study: StudyInput, *, given: bool) -> StudyInput | None:
    """Return the study that the options of a command name, or None when they name none.

    Args:
        study: What the options name.
        given: Whether there is a study; without one nothing else may be named.
    """
    if given:
        return study
    named = {
        "--centreline": study.centreline,
        "--seeds": study.seeds,
        "--series": study.series,
        "--phase": study.phase,
        "--backend": study.backend,
        "--coordinates": study.coordinates,
        "--vessel-mask": study.mask,
        "--mask-label": study.mask_label or None,
    }
    names = [name for name, value in named.items() if value is not None]
    if names:
        message = f"{', '.join(names)} needs a CT series: add --study STUDY"
        raise typer.BadParameter(message)
    return None
