"""What was decided, with every comparison, the value it read and the place it read it from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.engine.lookup import Lookup
from cto_cds.engine.verdict import Verdict, scenario_key
from cto_cds.facts.value import Value
from cto_cds.rulefile.condition import Condition, Leaf, Not, Possible, decide, leaves
from cto_cds.rulefile.model import (
    Algorithm,
    Association,
    Branch,
    Decision,
    Finding,
    Safety,
    Score,
    Shift,
)
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Seen:
    """One comparison of one case.

    Attributes:
        leaf: The comparison.
        truth: Its truth.
        path: The place that was read; empty while the fact is unknown; the id of a finding.
        possible: What the subject may still be.
    """

    leaf: Leaf
    truth: Truth
    path: str
    possible: Possible

    @property
    def shown(self) -> str:
        """The comparison with the value in it."""
        return self.leaf.shown(self.possible)

    @property
    def at_limit(self) -> bool:
        """Whether the value sits exactly on the limit."""
        return self.leaf.at_limit(self.possible)

    @property
    def assumed(self) -> bool:
        """Whether an unknown fact was read as the dangerous word."""
        return self.possible is not None and not self.path


@dataclass(frozen=True, slots=True)
class Decided:
    """A condition of one case.

    Attributes:
        truth: Its truth.
        seen: Its comparisons.
        condition: The condition itself.
    """

    truth: Truth
    seen: tuple[Seen, ...]
    condition: Condition

    @property
    def deciding(self) -> tuple[Seen, ...]:
        """The comparisons that settle it, or that keep it open, and none besides."""
        if len(self.seen) == 1:
            return self.seen
        seen = {found.leaf.text: found for found in self.seen}
        texts = dict.fromkeys(leaf.text for leaf in _deciding(self.condition, seen))
        return tuple(seen[text] for text in texts)

    @property
    def unknown(self) -> tuple[Seen, ...]:
        """The comparisons that keep it open: unknown, and in no part that is settled."""
        return self.deciding if self.truth is Truth.UNKNOWN else ()


@dataclass(frozen=True, slots=True)
class FindingTrace:
    """A finding of one case: what it may still be, and why."""

    rule: Finding
    possible: tuple[str, ...]
    values: tuple[Decided, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScoreTrace:
    """A score of one case; ``scenarios`` holds totals and grades by strategy."""

    rule: Score
    applies: Decided
    criteria: tuple[Decided, ...]
    totals: tuple[Decimal, ...]
    grades: tuple[str, ...]
    scenarios: Mapping[str, tuple[tuple[Decimal, ...], tuple[str, ...]]]
    remarks: tuple[Decided, ...]


@dataclass(frozen=True, slots=True)
class AssociationTrace:
    """The associations of one study in one case, each with the value it is about."""

    rule: Association
    applies: Decided
    entries: tuple[Decided, ...]
    values: tuple[tuple[str, Value] | None, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A branch on a way through an algorithm."""

    decision: Decision
    branch: Branch
    decided: Decided


@dataclass(frozen=True, slots=True)
class AlgorithmTrace:
    """An algorithm of one case: every way that is still possible."""

    rule: Algorithm
    applies: Decided
    ways: tuple[tuple[Step, ...], ...]
    branches: Mapping[str, tuple[Decided, ...]]


@dataclass(frozen=True, slots=True)
class SafetyTrace:
    """A safety rule of one case; ``rests_on_unknown`` when only the dangerous reading fires it."""

    rule: Safety
    danger: Decided
    rests_on_unknown: bool


@dataclass(frozen=True, slots=True)
class ShiftTrace:
    """A shift of the ranking policy in one case."""

    rule: Shift
    holds: Decided


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that was decided about one case."""

    findings: tuple[FindingTrace, ...]
    scores: tuple[ScoreTrace, ...]
    associations: tuple[AssociationTrace, ...]
    algorithms: tuple[AlgorithmTrace, ...]
    safety: tuple[SafetyTrace, ...]
    shifts: tuple[ShiftTrace, ...]

    def finding(self, name: str) -> FindingTrace:
        """Return the trace of one finding."""
        return next(finding for finding in self.findings if finding.rule.id == name)


def trace_of(pack: Pack, lookup: Lookup, verdict: Verdict) -> Trace:
    """Return the trace of a case that both channels have decided alike."""
    sight = Sight(lookup)
    return Trace(
        findings=tuple(_finding(rule, sight, verdict) for rule in pack.findings),
        scores=tuple(_score(rule, sight, verdict) for rule in pack.scores),
        associations=tuple(_association(rule, sight) for rule in pack.associations),
        algorithms=tuple(_algorithm(rule, sight, verdict) for rule in pack.algorithms),
        safety=tuple(_safety(rule, sight) for rule in pack.safety),
        shifts=tuple(ShiftTrace(shift, sight.decided(shift.when)) for shift in pack.policy.shifts),
    )


def decided(
    condition: Condition, lookup: Lookup, read_unknown_as: Mapping[str, str] = NOTHING
) -> Decided:
    """Return the truth of a condition with everything that it read."""
    return Sight(lookup).decided(condition, read_unknown_as)


class Sight:
    """What the comparisons of one case look like; the same comparison is looked at once."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self._seen: dict[tuple[str, ...], Seen] = {}

    def decided(
        self, condition: Condition, read_unknown_as: Mapping[str, str] = NOTHING
    ) -> Decided:
        """Return the truth of a condition with everything that it read."""
        if isinstance(condition, Leaf):
            only = self._look(condition, read_unknown_as)
            return Decided(only.truth, (only,), condition)
        seen = {leaf.text: self._look(leaf, read_unknown_as) for leaf in leaves(condition)}
        found = decide(condition, lambda leaf: seen[leaf.text].truth)
        return Decided(found, tuple(seen.values()), condition)

    def _look(self, leaf: Leaf, read_unknown_as: Mapping[str, str]) -> Seen:
        if read_unknown_as:
            return _seen(leaf, self.lookup, read_unknown_as)
        found = self._seen.get(leaf.key)
        if found is None:
            found = self._seen[leaf.key] = _seen(leaf, self.lookup, NOTHING)
        return found


def _deciding(condition: Condition, seen: Mapping[str, Seen]) -> Iterator[Leaf]:
    """Go into the parts that are what the whole is: they alone make it so."""
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Not):
        yield from _deciding(condition.part, seen)
    else:
        found = decide(condition, lambda leaf: seen[leaf.text].truth)
        for part in condition.parts:
            if decide(part, lambda leaf: seen[leaf.text].truth) is found:
                yield from _deciding(part, seen)


def _seen(leaf: Leaf, lookup: Lookup, read_unknown_as: Mapping[str, str]) -> Seen:
    path, possible = lookup.read(leaf.subject, read_unknown_as)
    return Seen(leaf, lookup.truth(leaf, read_unknown_as), path, possible)


def _finding(rule: Finding, sight: Sight, verdict: Verdict) -> FindingTrace:
    values = tuple(sight.decided(value.when) for value in rule.values)
    missing = tuple(path for path in rule.ratio if sight.lookup.sheet.known(path) is None)
    return FindingTrace(rule, verdict.findings[rule.id], values, missing)


def _score(rule: Score, sight: Sight, verdict: Verdict) -> ScoreTrace:
    return ScoreTrace(
        rule=rule,
        applies=sight.decided(rule.applies_to),
        criteria=tuple(sight.decided(criterion.when) for criterion in rule.items),
        totals=tuple(Decimal(total) for total in verdict.totals[rule.id]),
        grades=verdict.grades[rule.id],
        scenarios={
            strategy: (
                tuple(Decimal(total) for total in verdict.totals[scenario_key(rule.id, strategy)]),
                verdict.grades[scenario_key(rule.id, strategy)],
            )
            for strategy in rule.scenarios
        },
        remarks=tuple(sight.decided(remark.when) for remark in rule.remarks),
    )


def _association(rule: Association, sight: Sight) -> AssociationTrace:
    values = []
    for entry in rule.entries:
        path = sight.lookup.used_path(entry.of)
        value = sight.lookup.sheet.known(path) if path else None
        values.append(None if value is None else (path, value))
    return AssociationTrace(
        rule=rule,
        applies=sight.decided(rule.applies_to),
        entries=tuple(sight.decided(entry.when) for entry in rule.entries),
        values=tuple(values),
    )


def _algorithm(rule: Algorithm, sight: Sight, verdict: Verdict) -> AlgorithmTrace:
    decisions = {decision.id: decision for decision in rule.decisions}
    visited = {name: None for way in verdict.paths[rule.id] for name, _ in way}
    branches = {
        name: tuple(sight.decided(branch.when) for branch in decisions[name].branches)
        for name in visited
    }
    ways = tuple(
        tuple(_step(decisions[name], branch, branches[name]) for name, branch in way)
        for way in verdict.paths[rule.id]
    )
    return AlgorithmTrace(rule, sight.decided(rule.applies_to), ways, branches)


def _step(decision: Decision, name: str, found: tuple[Decided, ...]) -> Step:
    index = next(i for i, branch in enumerate(decision.branches) if branch.id == name)
    return Step(decision, decision.branches[index], found[index])


def _safety(rule: Safety, sight: Sight) -> SafetyTrace:
    danger = sight.decided(rule.when, rule.read_unknown_as)
    without = sight.decided(rule.when).truth if rule.read_unknown_as else danger.truth
    rests = danger.truth is not Truth.FALSE and without is not danger.truth
    return SafetyTrace(rule, danger, rests or danger.truth is Truth.UNKNOWN)
