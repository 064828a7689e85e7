"""One message for a fault that several files share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cto_cds.dicom.wording import listed
from cto_cds.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable


def alike(problems: Iterable[Problem]) -> list[Problem]:
    """Return one problem for each kind of fault: its first place, and the others that have it."""
    faulty: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        faulty.setdefault((problem.found, problem.mend), []).append(problem)
    return [
        Problem(found[0].place, what + _also(found[1:]), mend)
        for (what, mend), found in faulty.items()
    ]


def _also(others: list[Problem]) -> str:
    names = [problem.place.key or problem.place.source for problem in others]
    return f" (also in {listed(names)})" if names else ""
