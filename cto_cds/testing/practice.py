"""Practice studies as a backend meets them: written to files and read again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from cto_cds.dicom.points import read_centreline, read_seeds
from cto_cds.dicom.series import read_series
from cto_cds.errors import Place, Problem, StudyError
from cto_cds.hookspecs import Centreline, Expected, PracticeCase, Request, Seeds

if TYPE_CHECKING:
    from pathlib import Path

    from cto_cds.hookspecs import PracticeFiles, PracticeStudy


def practice_case(study: PracticeStudy, folder: Path) -> PracticeCase:
    """Write a practice study below a folder of its own and read it again.

    Args:
        study: Any practice study whose truth has a list ``facts``.
        folder: Where the study gets a folder with its name.

    Raises:
        StudyError: What was written cannot be read.
    """
    files = study.write(folder / study.name, lambda _stage, _share: None)
    return read_case(files, study.name)


def read_case(files: PracticeFiles, name: str) -> PracticeCase:
    """Read a practice study that was written before.

    Raises:
        StudyError: The series, the line, the points or the truth cannot be read.
    """
    points, radii = read_centreline(files.centreline)
    line = Centreline(points, radii, files.centreline.name)
    seeds = Seeds(*read_seeds(files.seeds)) if files.seeds is not None else None
    return PracticeCase(
        name, Request(read_series(files.dicom), line, seeds), _expected(files.truth)
    )


def _expected(path: Path) -> tuple[Expected, ...]:
    try:
        return tuple(Expected(**fact) for fact in json.loads(path.read_bytes())["facts"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        mend = "Write a list 'facts' of objects with name, value, unit and within."
        found = f"does not tell what should be found: {error}"
        raise StudyError(Problem(Place(str(path)), found, mend)) from error
