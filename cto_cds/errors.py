"""Every error a user of cto_cds can meet.

::

    CtoCdsError
      CaseError        a case file, or facts handed in by another program
      RuleFileError    a rule file or a rule pack
      StudyError       a folder of images that is not a usable CT series
      BackendError     a quantification backend that could not measure
      PluginError      a plugin that could not be loaded or called
      EngineError      the rules could not be decided; there is no answer
      AuditError       a record could not be written or read
      ReportError      a report could not be made

Each carries :class:`Problem` entries, so that all mistakes of an input are told at once.
"Unknown", "not applicable" and "undecided" are results, never errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: a file or input, a line and a column (both from 1), a key."""

    source: str
    line: int = 0
    column: int = 0
    key: str = ""

    def __str__(self) -> str:
        position = f":{self.line}:{self.column}" if self.line else ""
        key = f" ({self.key})" if self.key else ""
        return f"{self.source}{position}{key}"


DEFECT = (
    "Nothing was decided. This is a defect of the program and no mistake of yours: report it with "
    "the case and the version, and plan this case without it."
)
"""What to do about what only the program itself can have got wrong."""

MAKE_NEW = (
    "Make a new one: an Assessor serves the process that made it, until it is closed or has failed."
)
"""What to do about an engine that gives no more answers."""

NOWHERE = Place("")
"""The place of something that was not read from a file."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it is, what was found, and what to do about it."""

    place: Place
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.found}" + (f"\n    {self.mend}" if self.mend else "")


class CtoCdsError(Exception):
    """The base of all errors that cto_cds raises on purpose.

    Attributes:
        problems: What is wrong, in the order of the input.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> CtoCdsError:
        """Return one error for all the problems, in the order of their places."""
        return cls(*sorted(set(problems)))


class CaseError(CtoCdsError):
    """A case file, or facts from another program, cannot be used. Nothing was assessed."""


class RuleFileError(CtoCdsError):
    """A rule file or a rule pack cannot be used. Nothing was assessed."""


class StudyError(CtoCdsError):
    """A folder does not hold one usable CT series."""


class BackendError(CtoCdsError):
    """A quantification backend could not measure the study."""


class PluginError(CtoCdsError):
    """A plugin could not be loaded or called."""


class EngineError(CtoCdsError):
    """The rules could not be decided. There is no answer."""


class AuditError(CtoCdsError):
    """An audit record could not be written, read or verified."""


class ReportError(CtoCdsError):
    """A report could not be made."""
