"""What a subject may still be: facts from the sheet, findings from the stage before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile.condition import Condition, Leaf, Possible, Subject, leaves
from cto_cds.rulefile.model import Finding
from cto_cds.rulefile.truth import FALSE, TRUE, UNKNOWN, Truth

NOTHING: Mapping[str, str] = {}


class Seen(NamedTuple):
    """One comparison of one case.

    Attributes:
        leaf: The comparison.
        truth: Its truth.
        path: The place that was read; empty while the fact is unknown; the id of a finding.
        place: The same; the best place while the fact is unknown.
        possible: What the subject may still be.
    """

    leaf: Leaf
    truth: Truth
    path: str
    place: str
    possible: Possible

    @property
    def shown(self) -> str:
        """The comparison with the value in it."""
        return self.leaf.shown(self.possible, self.truth)

    @property
    def at_limit(self) -> bool:
        """Whether the value sits exactly on the limit."""
        return self.leaf.at_limit(self.possible)

    @property
    def assumed(self) -> bool:
        """Whether an unknown fact was read as the dangerous word."""
        return self.possible is not None and not self.path


class Comparisons:
    """Every comparison of some conditions, each once.

    Args:
        conditions: The conditions.

    Attributes:
        every: The comparisons.
        by_subject: The same by what they are about.
        of_finding: Those that are about a finding, by its id.
        unknown: Each as it looks while nothing is known, by its key.
    """

    def __init__(self, conditions: Iterable[Condition]) -> None:
        found = (leaf for condition in conditions for leaf in leaves(condition))
        self.every = tuple({leaf.key: leaf for leaf in found}.values())
        self.by_subject: dict[Subject, list[Leaf]] = {}
        for leaf in self.every:
            self.by_subject.setdefault(leaf.subject, []).append(leaf)
        self.of_finding = {
            subject.name: found for subject, found in self.by_subject.items() if subject.finding
        }
        self.unknown = {
            leaf.key: Seen(leaf, UNKNOWN, _nowhere(subject), subject.paths[0], None)
            for subject, compared in self.by_subject.items()
            for leaf in compared
        }


@dataclass(slots=True)
class Lookup:
    """The facts of one case, and the findings derived so far.

    Attributes:
        sheet: The facts.
        given: Findings that are given directly, as test rows do; they stay as they are.
        findings: What each other finding may still be.
        seen: Each comparison by its key, as far as findings are derived.
        truths: Their truths.
        changes: Facts that are read otherwise than the sheet says, in a variation of the case.
    """

    sheet: FactSheet
    given: Mapping[str, Possible] = field(default_factory=dict)
    findings: dict[str, Possible] = field(default_factory=dict)
    seen: dict[str, Seen] = field(default_factory=dict)
    truths: dict[str, Truth] = field(default_factory=dict)
    changes: Mapping[str, Value | None] = field(default_factory=dict)
    _at_first: dict[str, Seen] = field(default_factory=dict)

    def for_other_channel(self) -> Lookup:
        """Return a lookup of the same facts, whose findings are still to be derived.

        What comparisons of facts are is decided once, for both channels.
        """
        return Lookup(self.sheet, self.given, _at_first=self._at_first)

    def varied(self, changes: Mapping[str, Value | None]) -> Lookup:
        """Return a lookup in which some facts are different, and nothing is decided again yet."""
        findings, truths = dict(self.findings), dict(self.truths)
        return Lookup(self.sheet, self.given, findings, truths=truths, changes=changes)

    def compare(self, comparisons: Comparisons) -> None:
        """Decide every comparison; those of findings stay open until these are derived."""
        if not self._at_first:
            self._at_first |= comparisons.unknown
            for subject, compared in comparisons.by_subject.items():
                path, possible = self.read(subject)
                for leaf in compared if possible is not None else ():
                    truth = leaf.decide(possible)
                    self._at_first[leaf.key] = Seen(leaf, truth, path, path, possible)
        self.seen = dict(self._at_first)
        self.truths = {key: seen.truth for key, seen in self.seen.items()}

    def derive(self, finding: Finding, possible: Possible, comparisons: Comparisons) -> None:
        """Take what a finding may be, and decide the comparisons that read it."""
        self.findings[finding.id] = possible
        read = self.given.get(finding.id, possible)
        for leaf in comparisons.of_finding.get(finding.id, ()):
            truth = self.truths[leaf.key] = leaf.decide(read)
            self.seen[leaf.key] = Seen(leaf, truth, finding.id, finding.id, read)

    def look(self, leaf: Leaf, read_unknown_as: Mapping[str, str] = NOTHING) -> Seen:
        """Decide one comparison."""
        path, possible = self.read(leaf.subject, read_unknown_as)
        place = path or leaf.subject.paths[0]
        return Seen(leaf, leaf.decide(possible), path, place, possible)

    def truths_with(
        self, condition: Condition, read_unknown_as: Mapping[str, str]
    ) -> Mapping[str, Truth]:
        """Return the truths where some facts are read as a given word while unknown."""
        if not read_unknown_as:
            return self.truths
        return {leaf.key: self.look(leaf, read_unknown_as).truth for leaf in leaves(condition)}

    def known(self, path: str) -> Value | None:
        """Return the value that rules may read, or None for unknown."""
        return self.changes[path] if path in self.changes else self.sheet.known(path)

    def used_path(self, subject: Subject) -> str:
        """Return the place that is read for a subject: the first that knows it, or empty."""
        return self.read(subject)[0]

    def read(
        self, subject: Subject, read_unknown_as: Mapping[str, str] = NOTHING
    ) -> tuple[str, Possible]:
        """Return the place that is read for a subject, and what it may still be.

        The place is empty while no place knows the fact; the place of a finding is its name.
        """
        if subject.finding:
            if subject.name in self.given:
                return subject.name, self.given[subject.name]
            return _nowhere(subject), self.findings.get(subject.name)
        for path in subject.paths:
            value = self.known(path)
            if value is not None:
                return path, (value,)
        for path in subject.paths:
            if path in read_unknown_as:
                return "", (read_unknown_as[path],)
        return "", None

    def ratio(self, finding: Finding) -> Possible:
        """Return the quotient of two facts, or None while one of them is unknown."""
        above, below = (self.known(path) for path in finding.ratio)
        if isinstance(above, Quantity) and isinstance(below, Quantity) and below.number:
            return (Quantity(above.number / below.number),)
        return None


def _nowhere(subject: Subject) -> str:
    """Return the place that is read for a subject while nothing is known of it."""
    return subject.name if subject.finding else ""


def settle(finding: Finding, truths: Mapping[str, Truth]) -> tuple[Value, ...]:
    """Return the words a finding may still have.

    Args:
        finding: The finding.
        truths: The truth of each of its values.
    """
    for index, value in enumerate(finding.values):
        if truths[f"{index}:{value.word}"] is TRUE:
            return (value.word,)
    left = [v.word for i, v in enumerate(finding.values) if truths[f"{i}:{v.word}"] is not FALSE]
    return tuple(dict.fromkeys(left)) or finding.words
