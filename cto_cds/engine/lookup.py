"""What a subject may still be: facts from the sheet, findings from the stage before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile.condition import Leaf, Possible, Subject, leaves
from cto_cds.rulefile.model import Finding
from cto_cds.rulefile.truth import Truth

NOTHING: Mapping[str, str] = {}


@dataclass(slots=True)
class Lookup:
    """The facts of one case, and the findings derived so far.

    Attributes:
        sheet: The facts.
        given: Findings that are given directly, as test rows do; they stay as they are.
        findings: What each other finding may still be.
    """

    sheet: FactSheet
    given: Mapping[str, Possible] = field(default_factory=dict)
    findings: dict[str, Possible] = field(default_factory=dict)
    _on_facts: dict[str, Truth] = field(default_factory=dict)
    _on_findings: dict[str, Truth] = field(default_factory=dict)

    def for_other_channel(self) -> Lookup:
        """Return a lookup of the same facts, whose findings are still to be derived.

        What comparisons of facts are is decided once, for both channels.
        """
        return Lookup(self.sheet, self.given, _on_facts=self._on_facts)

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
            return subject.name, self.findings.get(subject.name)
        for path in subject.paths:
            value = self.sheet.known(path)
            if value is not None:
                return path, (value,)
        for path in subject.paths:
            if path in read_unknown_as:
                return "", (read_unknown_as[path],)
        return "", None

    def truth(self, leaf: Leaf) -> Truth:
        """Return the truth of one comparison; the same one is made once.

        Findings that a comparison reads must have been derived before.
        """
        known = self._on_findings if leaf.subject.finding else self._on_facts
        found = known.get(leaf.key)
        if found is None:
            found = known[leaf.key] = leaf.decide(self.read(leaf.subject)[1])
        return found

    def truth_in(self, read_unknown_as: Mapping[str, str]) -> Callable[[Leaf], Truth]:
        """Return what gives truths where some facts are read as a given word while unknown."""
        if not read_unknown_as:
            return self.truth
        return lambda leaf: leaf.decide(self.read(leaf.subject, read_unknown_as)[1])

    def doubted(self, finding: Finding) -> frozenset[str]:
        """Return the values of a finding that read something which is left to review."""
        if not finding.first_known:
            return frozenset()
        return frozenset(
            f"{index}:{value.word}"
            for index, value in enumerate(finding.values)
            if any(self._left_to_review(leaf.subject) for leaf in leaves(value.when))
        )

    def _left_to_review(self, subject: Subject) -> bool:
        readings = (self.sheet.readings.get(path) for path in subject.paths)
        return any(reading is not None and reading.status == "needs_review" for reading in readings)

    def ratio(self, finding: Finding) -> Possible:
        """Return the quotient of two facts, or None while one of them is unknown."""
        above, below = (self.sheet.known(path) for path in finding.ratio)
        if isinstance(above, Quantity) and isinstance(below, Quantity) and below.number:
            return (Quantity(above.number / below.number),)
        return None


def settle(
    finding: Finding, truths: Mapping[str, Truth], doubted: Collection[str] = ()
) -> tuple[Value, ...]:
    """Return the words a finding may still have.

    Args:
        finding: The finding.
        truths: The truth of each of its values.
        doubted: The values that a reading left to review may still make true. Where the first
            known value counts, such a reading may come before it.
    """
    open_words: list[str] = []
    for index, value in enumerate(finding.values):
        key = f"{index}:{value.word}"
        if truths[key] is Truth.TRUE:
            return tuple(dict.fromkeys([*open_words, value.word]))
        if truths[key] is Truth.UNKNOWN and key in doubted:
            open_words.append(value.word)
    left = [
        v.word for i, v in enumerate(finding.values) if truths[f"{i}:{v.word}"] is not Truth.FALSE
    ]
    return tuple(dict.fromkeys(left)) or finding.words
