"""What a subject may still be: facts from the sheet, findings from the stage before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile.condition import Leaf, Possible, Subject
from cto_cds.rulefile.model import Finding
from cto_cds.rulefile.truth import Truth


@dataclass(slots=True)
class Lookup:
    """The facts of one case, and the findings derived so far.

    Attributes:
        sheet: The facts.
        findings: What each finding may still be; a finding that is given directly, as test rows
            do, is in ``given`` and stays as it is.
    """

    sheet: FactSheet
    given: Mapping[str, Possible] = field(default_factory=dict)
    findings: dict[str, Possible] = field(default_factory=dict)

    def used_path(self, subject: Subject) -> str:
        """Return the place that is read for a subject: the first that knows it, or empty."""
        if subject.finding:
            return subject.name
        for path in subject.paths:
            if self.sheet.known(path) is not None:
                return path
        return ""

    def possible(self, subject: Subject, read_unknown_as: Mapping[str, str]) -> Possible:
        """Return what a subject may still be."""
        if subject.finding:
            if subject.name in self.given:
                return self.given[subject.name]
            return self.findings.get(subject.name)
        for path in subject.paths:
            value = self.sheet.known(path)
            if value is not None:
                return (value,)
        for path in subject.paths:
            if path in read_unknown_as:
                return (read_unknown_as[path],)
        return None

    def truth(self, leaf: Leaf, read_unknown_as: Mapping[str, str]) -> Truth:
        """Return the truth of one comparison."""
        return leaf.decide(self.possible(leaf.subject, read_unknown_as))

    def ratio(self, finding: Finding) -> Possible:
        """Return the quotient of two facts, or None while one of them is unknown."""
        above, below = (self.sheet.known(path) for path in finding.ratio)
        if isinstance(above, Quantity) and isinstance(below, Quantity) and below.number:
            return (Quantity(above.number / below.number),)
        return None


def settle(finding: Finding, truths: Mapping[str, Truth]) -> tuple[Value, ...]:
    """Return the words a finding may still have, from the truth of each of its values."""
    numbered = [(f"{index}:{value.word}", value.word) for index, value in enumerate(finding.values)]
    certain = [word for key, word in numbered if truths[key] is Truth.TRUE]
    if certain:
        return (certain[0],)
    open_words = [word for key, word in numbered if truths[key] is not Truth.FALSE]
    return tuple(dict.fromkeys(open_words)) or finding.words
