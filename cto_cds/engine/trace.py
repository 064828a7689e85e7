"""What was decided, with every comparison, the value it read and the place it read it from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from cto_cds.engine.lookup import NOTHING, Lookup, Seen
from cto_cds.engine.units import APPLIES, DANGER, HOLDS
from cto_cds.engine.verdict import Verdict, scenario_key
from cto_cds.facts.value import Value
from cto_cds.rulefile.condition import Condition
from cto_cds.rulefile.model import (
    CENTER,
    Algorithm,
    Association,
    Branch,
    Decision,
    Finding,
    Safety,
)
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.policy import Shift
from cto_cds.rulefile.score import Score
from cto_cds.rulefile.truth import FALSE, UNKNOWN, Truth, negation

Truths = Mapping[str, Mapping[str, Truth]]
"""The truth of every unit, by block."""


class Decided(NamedTuple):
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
        if self.condition.flat:
            return tuple([one for one in self.seen if one.truth is self.truth])
        seen = {one.leaf.key: one for one in self.seen}
        found = self.condition.deciding({key: one.truth for key, one in seen.items()})
        return tuple([seen[key] for key in dict.fromkeys(leaf.key for leaf in found)])

    def turns_with(self, seen: Seen) -> bool:
        """Whether it becomes another when this comparison alone does."""
        truths = {one.leaf.key: one.truth for one in self.seen}
        truths[seen.leaf.key] = negation(seen.truth)
        return self.condition.truth_in(truths) is not self.truth

    @property
    def unknown(self) -> tuple[Seen, ...]:
        """The comparisons that keep it open: unknown, and in no part that is settled."""
        return self.deciding if self.truth is UNKNOWN else ()


def missing_in(*conditions: Decided) -> tuple[str, ...]:
    """Return the unknown facts that keep undecided conditions open; findings by their id."""
    open_ones = [condition for condition in conditions if condition.truth is UNKNOWN]
    places = [seen.place for condition in open_ones for seen in condition.deciding]
    return tuple(dict.fromkeys(places))


@dataclass(frozen=True)
class FindingTrace:
    """A finding of one case: what it may still be, and why.

    Attributes:
        rule: The finding.
        possible: The words it may have.
        values: Its conditions.
        unknown_parts: For a ratio, which of its two facts are unknown.
    """

    rule: Finding
    possible: tuple[str, ...]
    values: tuple[Decided, ...]
    unknown_parts: tuple[str, ...]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The unknown facts and findings that keep it open.

        What lacks at a centre keeps open none that takes the first value known to hold.
        """
        found = missing_in(*self.values)
        if self.rule.first_known:
            found = tuple(name for name in found if name.partition(".")[0] != CENTER)
        return found or self.unknown_parts


@dataclass(frozen=True)
class ScoreTrace:
    """A score of one case; ``scenarios`` holds totals and grades by strategy."""

    rule: Score
    applies: Decided
    criteria: tuple[Decided, ...]
    totals: tuple[Decimal, ...]
    grades: tuple[str, ...]
    scenarios: Mapping[str, tuple[tuple[Decimal, ...], tuple[str, ...]]]
    remarks: tuple[Decided, ...]

    @cached_property
    def paths(self) -> frozenset[str]:
        """The places that its items were read from; empty for what is not known."""
        return frozenset([seen.path for item in self.criteria for seen in item.seen])

    @cached_property
    def paths_by_group(self) -> Mapping[str, list[str]]:
        """The same by the group of facts that they stand in, sorted."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            found.setdefault(path.partition(".")[0], []).append(path)
        return found


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


class SafetyTrace(NamedTuple):
    """A safety rule of one case; ``rests_on_unknown`` when only the dangerous reading fires it."""

    rule: Safety
    danger: Decided
    rests_on_unknown: bool


@dataclass(frozen=True, slots=True)
class ShiftTrace:
    """A shift of the ranking policy in one case."""

    rule: Shift
    holds: Decided


@dataclass(frozen=True)
class Trace:
    """Everything that was decided about one case; findings by their ids, in their order."""

    findings: Mapping[str, FindingTrace]
    scores: tuple[ScoreTrace, ...]
    associations: tuple[AssociationTrace, ...]
    algorithms: tuple[AlgorithmTrace, ...]
    safety: tuple[SafetyTrace, ...]
    shifts: tuple[ShiftTrace, ...]

    @cached_property
    def dangers(self) -> tuple[SafetyTrace, ...]:
        """The safety rules whose danger is there, or may be; the others say nothing."""
        return tuple([found for found in self.safety if found.danger.truth is not FALSE])


def trace_of(pack: Pack, lookup: Lookup, truths: Truths, verdict: Verdict) -> Trace:
    """Return the trace of a case that both channels have decided alike.

    Args:
        pack: The rules.
        lookup: What the facts and findings are.
        truths: What was decided.
        verdict: What followed from it.
    """
    sight = _Sight(lookup, truths)
    return Trace(
        findings={rule.id: _finding(rule, sight, verdict) for rule in pack.findings},
        scores=tuple(_score(rule, sight, verdict) for rule in pack.scores),
        associations=tuple(_association(rule, sight) for rule in pack.associations),
        algorithms=tuple(_algorithm(rule, sight, verdict) for rule in pack.algorithms),
        safety=tuple(_safety(rule, sight) for rule in pack.safety),
        shifts=tuple(
            ShiftTrace(shift, sight.decided(f"shift:{shift.id}", HOLDS, shift.when))
            for shift in pack.policy.shifts
        ),
    )


def decided(condition: Condition, lookup: Lookup) -> Decided:
    """Return the truth of a condition with everything that it read."""
    seen = tuple([lookup.seen[leaf.key] for leaf in condition.different])
    return Decided(condition.truth_in(lookup.truths), seen, condition)


class _Sight:
    """What was decided in one case, as it looks."""

    def __init__(self, lookup: Lookup, truths: Truths) -> None:
        self.lookup = lookup
        self._truths = truths

    def decided(
        self,
        block: str,
        unit: str,
        condition: Condition,
        read_unknown_as: Mapping[str, str] = NOTHING,
    ) -> Decided:
        """Return a unit with everything that it read."""
        if read_unknown_as:
            seen = [self.lookup.look(leaf, read_unknown_as) for leaf in condition.different]
        else:
            looked_at = self.lookup.seen
            seen = [looked_at[leaf.key] for leaf in condition.different]
        return Decided(self._truths[block][unit], tuple(seen), condition)


def _finding(rule: Finding, sight: _Sight, verdict: Verdict) -> FindingTrace:
    block = f"finding:{rule.id}"
    values = tuple(
        sight.decided(block, f"{index}:{value.word}", value.when)
        for index, value in enumerate(rule.values)
    )
    unknown = tuple(path for path in rule.ratio if sight.lookup.sheet.known(path) is None)
    return FindingTrace(rule, verdict.findings[rule.id], values, unknown)


def _score(rule: Score, sight: _Sight, verdict: Verdict) -> ScoreTrace:
    block = f"score:{rule.id}"
    return ScoreTrace(
        rule=rule,
        applies=sight.decided(block, APPLIES, rule.applies_to),
        criteria=tuple(sight.decided(block, item.id, item.when) for item in rule.items),
        totals=tuple(Decimal(total) for total in verdict.totals[rule.id]),
        grades=verdict.grades[rule.id],
        scenarios={
            strategy: (
                tuple(Decimal(total) for total in verdict.totals[scenario_key(rule.id, strategy)]),
                verdict.grades[scenario_key(rule.id, strategy)],
            )
            for strategy in rule.scenarios
        },
        remarks=tuple(
            sight.decided(block, f"note {index}", remark.when)
            for index, remark in enumerate(rule.remarks)
        ),
    )


def _association(rule: Association, sight: _Sight) -> AssociationTrace:
    block = f"association:{rule.id}"
    values = []
    for entry in rule.entries:
        path = sight.lookup.used_path(entry.of)
        value = sight.lookup.sheet.known(path) if path else None
        values.append(None if value is None else (path, value))
    return AssociationTrace(
        rule=rule,
        applies=sight.decided(block, APPLIES, rule.applies_to),
        entries=tuple(sight.decided(block, entry.id, entry.when) for entry in rule.entries),
        values=tuple(values),
    )


def _algorithm(rule: Algorithm, sight: _Sight, verdict: Verdict) -> AlgorithmTrace:
    decisions = rule.by_id
    visited = {name: None for way in verdict.paths[rule.id] for name, _ in way}
    branches = {
        name: tuple(
            sight.decided(f"decision:{name}", branch.id, branch.when)
            for branch in decisions[name].branches
        )
        for name in visited
    }
    steps = {
        (name, branch.id): Step(decisions[name], branch, found)
        for name, decided_branches in branches.items()
        for branch, found in zip(decisions[name].branches, decided_branches, strict=True)
    }
    ways = tuple(tuple(steps[step] for step in way) for way in verdict.paths[rule.id])
    applies = sight.decided(f"algorithm:{rule.id}", APPLIES, rule.applies_to)
    return AlgorithmTrace(rule, applies, ways, branches)


def _safety(rule: Safety, sight: _Sight) -> SafetyTrace:
    danger = sight.decided(f"safety:{rule.id}", DANGER, rule.when, rule.read_unknown_as)
    without = danger.truth
    if rule.read_unknown_as:
        without = rule.when.truth_in(sight.lookup.truths)
    rests = danger.truth is not FALSE and without is not danger.truth
    return SafetyTrace(rule, danger, rests or danger.truth is UNKNOWN)
