"""How near a backend comes to the truth of practice studies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cto_cds.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cto_cds.facts.measured import Measurements
    from cto_cds.hookspecs import Backend, Expected, PracticeCase

State = Literal["right", "wrong", "left to review", "not measured"]
STATES: tuple[State, ...] = ("right", "wrong", "left to review", "not measured")


@dataclass(frozen=True, slots=True)
class Judged:
    """One expected fact of one study, and what the backend made of it.

    Attributes:
        case: Name of the study.
        expected: What should have been found.
        state: ``right``, ``wrong``, ``left to review`` or ``not measured``.
        found: The value, or None.
        because: Why it was left to review, or empty.
    """

    case: str
    expected: Expected
    state: State
    found: float | str | None = None
    because: str = ""

    @property
    def error(self) -> float | None:
        """Found less expected, where both are numbers."""
        if isinstance(self.found, float) and isinstance(self.expected.value, int | float):
            return self.found - self.expected.value
        return None

    def __str__(self) -> str:
        unit = f" {self.expected.unit}".rstrip()
        if self.expected.value is None:
            return f"{self.case}: {self.expected.name} is {self.found}, which nobody could see"
        wanted = _told(self.expected.value)
        if self.error is not None and self.expected.within:
            wanted = f"{wanted} within {_told(self.expected.within)}"
        found = "missing" if self.found is None else _told(self.found)
        return f"{self.case}: {self.expected.name} is {found}, not {wanted}{unit}"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What a backend made of every expected fact of all studies."""

    backend: str
    judged: tuple[Judged, ...]

    def faults(self) -> list[str]:
        """Return every value that is wrong: too far off, or given where nothing can be seen.

        What is left to review is no fault, and neither is a fact that the backend does not measure.
        """
        return [str(one) for one in self.judged if one.state == "wrong"]

    def text(self) -> str:
        """Return a report for a person: one line for each fact, then the faults and doubts."""
        head = f"{'fact':28s}{'studies':>8s}" + "".join(f"{state:>16s}" for state in STATES)
        lines = [self.backend, f"{head}{'mean error':>12s}{'mean |error|':>14s}{'largest':>9s}"]
        for name in dict.fromkeys(one.expected.name for one in self.judged):
            lines += [_line(name, [one for one in self.judged if one.expected.name == name])]
        lines += ["", "Wrong:", *(f"  {fault}" for fault in self.faults() or ["nothing"])]
        doubts = dict.fromkeys(
            f"  {one.case}: {one.expected.name}: {one.because}"
            for one in self.judged
            if one.state == "left to review"
        )
        return "\n".join([*lines, "", "Left to review:", *(doubts or ["  nothing"])])


def accuracy(backend: Backend, cases: Iterable[PracticeCase]) -> Accuracy:
    """Measure practice studies and hold every value to what should be found.

    A study that the backend refuses, with a reason, is left to review as a whole.

    Args:
        backend: The backend.
        cases: The studies; each is dropped after it was measured, so a generator keeps memory low.
    """
    judged: list[Judged] = []
    for case in cases:
        refusal, measured = _measured(backend, case)
        judged += [_judged(case.name, expected, measured, refusal) for expected in case.expected]
    return Accuracy(f"{backend.name} {backend.version}", tuple(judged))


def _measured(backend: Backend, case: PracticeCase) -> tuple[str, Measurements | None]:
    support = backend.supports(case.request)
    if not support.possible:
        return support.because, None
    try:
        return "", backend.measure(case.request, lambda _stage, _share: None)
    except BackendError as error:
        return "; ".join(problem.found for problem in error.problems), None


def _judged(name: str, expected: Expected, measured: Measurements | None, refusal: str) -> Judged:
    """Judge one fact."""
    hidden = expected.value is None
    if measured is None:
        return Judged(name, expected, "right" if hidden else "left to review", None, refusal)
    found = next((fact.value for fact in measured.facts if fact.name == expected.name), None)
    if found is not None:
        value = found if isinstance(found, str) else float(found)
        right = not hidden and _fits(value, expected)
        return Judged(name, expected, "right" if right else "wrong", value)
    if hidden:
        return Judged(name, expected, "right")
    doubts = [doubt.because for doubt in measured.doubts if doubt.name == expected.name]
    return Judged(name, expected, "left to review" if doubts else "not measured", None, *doubts[:1])


def _fits(value: float | str, expected: Expected) -> bool:
    if isinstance(value, str) or isinstance(expected.value, str):
        return value == expected.value
    return expected.value is not None and abs(value - expected.value) <= expected.within


def _line(name: str, judged: list[Judged]) -> str:
    counts = Counter(one.state for one in judged)
    errors = [one.error for one in judged if one.error is not None]
    line = f"{name:28s}{len(judged):8d}" + "".join(f"{counts[state]:16d}" for state in STATES)
    if not errors:
        return line
    mean = sum(errors) / len(errors)
    absolute = [abs(error) for error in errors]
    return f"{line}{mean:12.2f}{sum(absolute) / len(absolute):14.2f}{max(absolute):9.2f}"


def _told(value: float | str) -> str:
    return value if isinstance(value, str) else f"{float(value):.4g}"
