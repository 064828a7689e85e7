"""What a bare name in a rule file means: which facts, read where, or which finding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.facts.fields import nearest
from cto_cds.facts.vocabulary import FactType, Vocabulary
from cto_cds.rulefile.condition import Subject


@dataclass(frozen=True, slots=True)
class FindingShape:
    """The words a finding may take; none for a ratio, which is a plain number."""

    id: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be compared with a subject: a number in a unit, words, or the ids of a list."""

    unit: str
    words: tuple[str, ...]
    numeric: bool
    is_list: bool = False
    low: Decimal | None = None
    high: Decimal | None = None


class UnknownNameError(Exception):
    """A name that means nothing here; the message says why and what to write."""

    def __init__(self, found: str, mend: str) -> None:
        super().__init__(found)
        self.found = found
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a rule file may name."""

    vocabulary: Vocabulary
    findings: Mapping[str, FindingShape]

    def subject(self, name: str, reads: tuple[str, ...]) -> Subject:
        """Return what a name stands for.

        Args:
            name: A bare name, ``group.name``, or the id of a finding.
            reads: The places where this file reads bare names, best first.

        Raises:
            UnknownNameError: There is no such name, or it is read in several places.
        """
        if name in self.findings:
            return Subject(name, (name,), finding=True)
        if name in self.vocabulary.by_path:
            return Subject(name, (name,))
        fact = self.vocabulary.facts.get(name)
        if fact is None:
            known = [*self.vocabulary.facts, *self.findings, *self.vocabulary.by_path]
            found = f"'{name}' is neither a fact of the vocabulary nor a finding"
            raise UnknownNameError(found, nearest(name, known))
        paths = self._paths(fact, reads)
        if not paths:
            found = f"'{name}' is read in several places: {', '.join(fact.groups)}"
            raise UnknownNameError(found, f"Write for example '{fact.groups[0]}.{name}'.")
        return Subject(name, paths)

    @staticmethod
    def _paths(fact: FactType, reads: tuple[str, ...]) -> tuple[str, ...]:
        groups = [group for group in reads if group in fact.groups]
        if not groups and len(fact.groups) == 1:
            groups = list(fact.groups)
        return tuple(f"{group}.{fact.name}" for group in groups)

    def shape(self, subject: Subject) -> Shape:
        """Return what may be compared with a subject."""
        if subject.finding:
            words = self.findings[subject.name].words
            return Shape("", words, numeric=not words)
        fact = self.vocabulary.of(subject.paths[0])
        is_list = bool(fact.list_of)
        return Shape(fact.unit, fact.words, fact.numeric, is_list, fact.low, fact.high)

    def title(self, subject: Subject) -> str:
        """Return the noun phrase for a subject."""
        if subject.finding:
            return subject.name.replace("_", " ")
        return self.vocabulary.of(subject.paths[0]).title
