"""One case through both channels. They must agree, or there is no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.closing import Closing
from cto_cds.engine.limits import check_block
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.normal_form import TooManyWaysError, flat_block
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.trace import Trace, Truths, trace_of
from cto_cds.engine.units import blocks_of
from cto_cds.engine.variation import Readers
from cto_cds.engine.verdict import Verdict
from cto_cds.errors import DEFECT, EngineError, Place, Problem, RuleFileError
from cto_cds.facts.sheet import FactSheet
from cto_cds.rulefile.condition import Possible
from cto_cds.rulefile.pack import Pack


class DisagreementError(EngineError):
    """The two channels decided differently. The case has no answer; report it.

    Attributes:
        differences: One line for each difference.
    """

    def __init__(self, case: str, differences: list[str]) -> None:
        found = "the two evaluations of the rules disagree, so there is no answer"
        mend = f"{DEFECT} The incident record holds all of it: {'; '.join(differences[:5])}."
        super().__init__(Problem(Place(case or "case"), found, mend))
        self.differences = differences


class Channel(Protocol):
    """One way to decide cases."""

    def decide(self, lookup: Lookup) -> Verdict:
        """Decide one case; fills the findings of ``lookup``."""

    def close(self) -> None:
        """Give back what the channel holds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A case that both channels decided alike, and who reads what in the rules.

    Attributes:
        truths: The truth of every condition, by block.
        verdict: What both channels say.
        trace: Why.
        lookup: The facts and the findings.
        readers: Who reads what.
    """

    truths: Truths
    verdict: Verdict
    trace: Trace
    lookup: Lookup
    readers: Readers


class Engine(Closing):
    """Decides cases with the rules of one pack.

    Args:
        pack: The rules.
        first: The first channel; the caged engine in this process unless given.

    Raises:
        RuleFileError: A rule is too large for the cage.
    """

    def __init__(self, pack: Pack, first: Channel | None = None) -> None:
        self.pack = pack
        if first is None:
            problems = unfit(pack)
            if problems:
                raise RuleFileError.of(problems)
        self._first = first or CagedChannel(pack)
        self._second = PlainChannel(pack)
        self._readers = Readers(pack)

    def close(self) -> None:
        """Give the engine's memory back."""
        self._first.close()

    def decide(self, sheet: FactSheet, given: Mapping[str, Possible] | None = None) -> Answer:
        """Decide one case in both channels.

        Args:
            sheet: The facts.
            given: Findings that are taken as given instead of derived; only test rows do this.

        Raises:
            DisagreementError: The channels differ.
            EngineError: The first channel gave no answer.
        """
        lookup = Lookup(sheet, given or {})
        truths = self._second.truths(lookup)
        verdict = self._second.verdict(truths, lookup)
        caged = self._first.decide(lookup.for_other_channel())
        if caged != verdict:
            raise DisagreementError(sheet.case, caged.differences(verdict))
        trace = trace_of(self.pack, lookup, truths, verdict)
        return Answer(truths, verdict, trace, lookup, self._readers)


def unfit(pack: Pack) -> list[Problem]:
    """Return a problem for each rule that the cage cannot take, at the place of its file."""
    places = {rule.id: rule.header.place for rule in pack.rules()}
    places |= {shift.id: shift.place for shift in pack.policy.shifts}
    problems = []
    for block in blocks_of(pack):
        place = places.get(block.id.partition(":")[2], Place(block.id))
        try:
            flat, _ = flat_block(block)
        except TooManyWaysError:
            found = "a condition can hold in too many ways"
            problems.append(Problem(place, found, "Move a part of it into a finding."))
            continue
        mend = "Split the rule, or move a part of its conditions into a finding."
        problems.extend(Problem(place, reason, mend) for reason in check_block(flat))
    return problems
