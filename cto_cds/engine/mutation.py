"""Rules changed by the smallest step: a good set of test rows notices every one of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from cto_cds.engine.alone import alone, owner_of
from cto_cds.engine.engine import Answer
from cto_cds.engine.lookup import Lookup, settle
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.rowtest import rows_pass
from cto_cds.engine.structure import decisions_of, safety_of
from cto_cds.engine.trace import trace_of
from cto_cds.engine.variation import Readers
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Value, plain
from cto_cds.rulefile.condition import (
    All,
    Any,
    Condition,
    Leaf,
    Not,
    Possible,
    Subject,
    leaves,
)
from cto_cds.rulefile.model import (
    Association,
    Branch,
    Decision,
    Finding,
    FindingValue,
    Rule,
    Safety,
)
from cto_cds.rulefile.names import FindingShape, Names
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.policy import Policy, Shift, shift_condition
from cto_cds.rulefile.proof import choices, contradictions
from cto_cds.rulefile.reading import conditions_of
from cto_cds.rulefile.score import Grade, Score
from cto_cds.rulefile.truth import Truth

Kind = TypeVar("Kind")

STEP = Decimal("0.001")
MOST_CELLS = 20_000
STRICT = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": ">="}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one thing changed."""

    rule: Rule
    change: str


class PlainEngine:
    """Decides cases in the plain channel alone; only mutants are decided like this."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._channel = PlainChannel(pack)

    def decide(self, sheet: FactSheet, given: Mapping[str, Possible] | None = None) -> Answer:
        """Decide one case."""
        lookup = Lookup(sheet, given or {})
        truths = self._channel.truths(lookup)
        verdict = self._channel.verdict(truths, lookup)
        trace = trace_of(self.pack, lookup, truths, verdict)
        return Answer(truths, verdict, trace, lookup, Readers(self.pack))


def survivors(pack: Pack, rule: Rule) -> tuple[int, list[Mutant]]:
    """Return how many mutants a rule has, and those that neither check nor test row notices.

    A change after which every combination of values gives the same answer is no mutant.
    """
    shapes = {f.id: FindingShape(f.id, f.words) for f in pack.findings}
    names = Names(pack.vocabulary, shapes)
    mutants = [*mutants_of(rule, names), *structural(rule, pack)]
    living = [
        mutant
        for mutant in mutants
        if not contradictions(mutant.rule, names)
        and rows_pass(PlainEngine(alone(pack, mutant.rule)), mutant.rule)
    ]
    idle = [
        mutant
        for mutant in living
        if _changes_nothing(rule, mutant.rule, names) or _same_effect(rule, mutant.rule, names)
    ]
    return len(mutants) - len(idle), [mutant for mutant in living if mutant not in idle]


def structural(rule: Rule, pack: Pack) -> Iterator[Mutant]:
    """Yield a decision that leads elsewhere, a safety rule that does something else."""
    if isinstance(rule, Decision):
        for decision, text in decisions_of(rule, owner_of(rule, pack)):
            yield Mutant(decision, text)
    elif isinstance(rule, Safety):
        for safety, text in safety_of(rule):
            yield Mutant(safety, text)


def _same_effect(rule: Rule, mutant: Rule, names: Names) -> bool:
    """Whether a safety rule that reads the unknown otherwise does the same in every cell."""
    if not isinstance(rule, Safety) or not isinstance(mutant, Safety):
        return False
    if (rule.on, rule.instead, rule.when) != (mutant.on, mutant.instead, mutant.when):
        return False
    values = {s: [None, *known] for s, known in choices([rule.when], names).items()}
    if math.prod(map(len, values.values())) > MOST_CELLS:
        return False
    return all(
        _does(rule, cell) == _does(mutant, cell)
        for found in itertools.product(*values.values())
        for cell in [dict(zip(values, found, strict=True))]
    )


def _does(rule: Safety, cell: Mapping[Subject, Value | None]) -> tuple[str, bool]:
    """The effect in one combination of values, and whether it rests on something unknown."""

    def truth(leaf: Leaf, reading: Mapping[str, str]) -> Truth:
        value = cell[leaf.subject]
        if value is None:
            value = next((reading[p] for p in leaf.subject.paths if p in reading), None)
        return leaf.decide(_possible(value))

    compared = leaves(rule.when)
    read = rule.when.truth_in({leaf.key: truth(leaf, rule.read_unknown_as) for leaf in compared})
    bare = rule.when.truth_in({leaf.key: truth(leaf, {}) for leaf in compared})
    effect = {Truth.TRUE: rule.effect, Truth.FALSE: "", Truth.UNKNOWN: rule.if_unknown}[read]
    rests = read is Truth.UNKNOWN or (read is not Truth.FALSE and bare is not read)
    return effect, rests


def _changes_nothing(rule: Rule, mutant: Rule, names: Names) -> bool:
    """Whether a changed condition is true, false and unknown exactly where it was before."""
    before, after = [*conditions_of(rule)], [*conditions_of(mutant)]
    changed = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    involved = [condition for pair in changed for condition in pair]
    if isinstance(rule, Score):
        involved.append(rule.applies_to)
    elif isinstance(rule, Finding) and rule.first_known:
        involved += before
    values = {subject: [None, *known] for subject, known in choices(involved, names).items()}
    if not changed or math.prod(map(len, values.values())) > MOST_CELLS:
        return False
    return all(
        _meaning(rule, changed, 0, cell) == _meaning(mutant, changed, 1, cell)
        for found in itertools.product(*values.values())
        for cell in [dict(zip(values, found, strict=True))]
    )


def _meaning(
    rule: Rule,
    changed: list[tuple[Condition, Condition]],
    side: int,
    cell: Mapping[Subject, Value | None],
) -> object:
    """What the changed conditions do in one combination of values."""

    def truth(condition: Condition) -> Truth:
        return condition.truth_in(
            {leaf.key: leaf.decide(_possible(cell[leaf.subject])) for leaf in leaves(condition)}
        )

    if isinstance(rule, Finding) and rule.first_known:
        truths = {f"{i}:{value.word}": truth(value.when) for i, value in enumerate(rule.values)}
        return settle(rule, truths)
    if isinstance(rule, Score) and truth(rule.applies_to) is Truth.FALSE:
        return None
    return [truth(pair[side]) for pair in changed]


def _possible(value: Value | None) -> Possible:
    return None if value is None else (value,)


def mutants_of(rule: Rule, names: Names) -> Iterator[Mutant]:
    """Yield every limit moved by a step, every strictness turned, every point and border moved.

    Words are left out of comparisons and others of the vocabulary put in, the strategies for
    which an item counts are changed one by one, and limits of use are changed like the rest.
    """
    change = _Changes(names)
    if isinstance(rule, Score):
        yield from _score(rule, change)
    elif isinstance(rule, Association):
        yield from _association(rule, change)
    elif isinstance(rule, Safety):
        for when, text in change.of(rule.when):
            yield Mutant(replace(rule, when=when), text)
    elif isinstance(rule, Decision | Finding):
        yield from _ways(rule, change)
    elif isinstance(rule, Policy):
        yield from _policy(rule, change)


def _ways(rule: Decision | Finding, change: _Changes) -> Iterator[Mutant]:
    if isinstance(rule, Decision):
        for index, branch, when, text in _choices(rule.branches, change):
            branches = _put(rule.branches, index, replace(branch, when=when))
            yield Mutant(replace(rule, branches=branches), f"{branch.id}: {text}")
    else:
        for index, value, when, text in _choices(rule.values, change):
            values = _put(rule.values, index, replace(value, when=when))
            yield Mutant(replace(rule, values=values), f"{value.word}: {text}")


Choice = TypeVar("Choice", Branch, FindingValue)


def _choices(
    choices: tuple[Choice, ...], change: _Changes
) -> Iterator[tuple[int, Choice, Condition, str]]:
    """Yield each choice with its condition changed; 'otherwise' follows the others by itself."""
    for index, choice in enumerate(choices):
        earlier = tuple(one.when for one in choices[:index])
        if not earlier or choice.when != Not(Any(earlier)):
            for when, text in change.of(choice.when):
                yield index, choice, when, text


def _score(score: Score, change: _Changes) -> Iterator[Mutant]:
    for when, text in change.of(score.applies_to):
        yield Mutant(replace(score, applies_to=when), f"applies to: {text}")
    for index, item in enumerate(score.criteria):
        changed = [
            (replace(item, when=when), text)
            for when, text in (() if item.of_strategy else change.of(item.when))
        ]
        changed += [
            (replace(item, points=item.points + step), f"{plain(item.points + step)} points")
            for step in (Decimal(1), Decimal(-1))
        ]
        changed += [
            (replace(item, in_scenarios=strategies), f"counts for {', '.join(strategies)}")
            for strategies in _without_and_with(item.in_scenarios, score.scenarios)
        ]
        for one, text in changed:
            yield Mutant(
                replace(score, criteria=_put(score.criteria, index, one)), f"{item.id}: {text}"
            )
    smallest = Decimal(1) if all(_whole(c.points) for c in score.criteria) else Decimal("0.5")
    for index, grade in enumerate(score.grades):
        for low, high in ((smallest, 0), (-smallest, 0), (0, smallest), (0, -smallest)):
            moved = replace(grade, low=grade.low + low, high=grade.high + high)
            text = f"{grade.name}: {plain(moved.low)} to {plain(moved.high)}"
            if _named(grade, score) != _named(moved, score):
                yield Mutant(replace(score, grades=_put(score.grades, index, moved)), text)


def _named(grade: Grade, score: Score) -> list[Decimal]:
    """The totals that have this grade; a border beyond the possible totals changes nothing."""
    return [total for total in score.possible_totals if grade.low <= total <= grade.high]


def _association(rule: Association, change: _Changes) -> Iterator[Mutant]:
    for when, text in change.of(rule.applies_to):
        yield Mutant(replace(rule, applies_to=when), f"applies to: {text}")
    for index, entry in enumerate(rule.entries):
        for when, text in change.of(entry.when):
            entries = _put(rule.entries, index, replace(entry, when=when))
            yield Mutant(replace(rule, entries=entries), f"{entry.id}: {text}")


def _policy(policy: Policy, change: _Changes) -> Iterator[Mutant]:
    for applies_to, text in change.of(policy.shifts_apply_to):
        shifts = tuple(_shift(shift, applies_to, shift.own) for shift in policy.shifts)
        yield Mutant(replace(policy, shifts=shifts), f"shifts apply to: {text}")
    for index, shift in enumerate(policy.shifts):
        for own, text in change.of(shift.own):
            changed = _shift(shift, policy.shifts_apply_to, own)
            shifts = _put(policy.shifts, index, changed)
            yield Mutant(replace(policy, shifts=shifts), f"{shift.id}: {text}")


def _shift(shift: Shift, applies_to: Condition, own: Condition) -> Shift:
    return replace(shift, own=own, when=shift_condition(applies_to, own))


@dataclass(frozen=True, slots=True)
class _Changes:
    """Changes conditions by the smallest step."""

    names: Names

    def of(self, condition: Condition) -> Iterator[tuple[Condition, str]]:
        """Yield the condition with each of its comparisons changed in each way, one at a time."""
        if isinstance(condition, Leaf):
            for leaf in self._leaves(condition):
                text = f"{leaf.subject.name} {leaf.operator} {leaf.test}"
                text = f"{leaf.subject.name} {leaf.test}" if leaf.limit is not None else text
                yield replace(leaf, text=text), f"{condition.text} becomes {text}"
        elif isinstance(condition, Not):
            for part, text in self.of(condition.part):
                yield Not(part), text
        else:
            kind: type[All | Any]
            other: type[All | Any]
            kind, other = (All, Any) if isinstance(condition, All) else (Any, All)
            if len(condition.parts) > 1:
                yield other(condition.parts), f"{kind.__name__.lower()} becomes its opposite"
            for index, part in enumerate(condition.parts):
                for changed, text in self.of(part):
                    yield kind(_put(condition.parts, index, changed)), text

    def _leaves(self, leaf: Leaf) -> Iterator[Leaf]:
        if leaf.limit is not None:
            step = STEP if leaf.limit.unit or leaf.subject.finding else Decimal(1)
            for by in (step, -step):
                yield replace(leaf, limit=Quantity(leaf.limit.number + by, leaf.limit.unit))
            yield replace(leaf, operator=STRICT[leaf.operator])
        elif leaf.operator == "is":
            for words in _without_and_with(leaf.words, self.names.shape(leaf.subject).words):
                yield replace(leaf, words=words)


def _without_and_with(chosen: tuple[str, ...], every: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the choice without each of its words, then with each other one; never an empty one."""
    for word in every if chosen else ():
        other = tuple(w for w in every if (w in chosen) != (w == word))
        if other:
            yield other


def _put(items: tuple[Kind, ...], index: int, item: Kind) -> tuple[Kind, ...]:
    return (*items[:index], item, *items[index + 1 :])


def _whole(number: Decimal) -> bool:
    return number == number.to_integral_value()
