"""Rules changed by the smallest step: a good set of test rows notices every one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from cto_cds.engine.engine import Answer
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.rowtest import rows_pass
from cto_cds.engine.trace import trace_of
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, plain
from cto_cds.rulefile.condition import All, Any, Condition, Leaf, Not, Possible
from cto_cds.rulefile.model import (
    Algorithm,
    Branch,
    Decision,
    Finding,
    FindingValue,
    Grade,
    Rule,
    Safety,
    Score,
)
from cto_cds.rulefile.names import FindingShape, Names
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.proof import contradictions
from cto_cds.rulefile.score_file import possible_totals

Kind = TypeVar("Kind")

STEP = Decimal("0.001")
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
        verdict = self._channel.decide(lookup)
        return Answer(verdict, trace_of(self.pack, lookup, verdict), lookup)


def survivors(pack: Pack, rule: Rule) -> tuple[int, list[Mutant]]:
    """Return how many mutants a rule has, and those that neither check nor test row notices."""
    shapes = {f.id: FindingShape(f.id, f.words) for f in pack.findings}
    names = Names(pack.vocabulary, shapes)
    mutants = list(mutants_of(rule))
    living = [
        mutant
        for mutant in mutants
        if not contradictions(mutant.rule, names)
        and rows_pass(PlainEngine(_alone(pack, mutant.rule)), mutant.rule)
    ]
    return len(mutants), living


def mutants_of(rule: Rule) -> Iterator[Mutant]:
    """Yield every limit moved by a step, every strictness turned, every point and border moved."""
    if isinstance(rule, Score):
        yield from _score(rule)
    elif isinstance(rule, Decision):
        for index, branch, when, change in _choices(rule.branches):
            branches = _put(rule.branches, index, replace(branch, when=when))
            yield Mutant(replace(rule, branches=branches), f"{branch.id}: {change}")
    elif isinstance(rule, Finding):
        for index, value, when, change in _choices(rule.values):
            values = _put(rule.values, index, replace(value, when=when))
            yield Mutant(replace(rule, values=values), f"{value.word}: {change}")
    elif isinstance(rule, Safety):
        for when, change in _conditions(rule.when):
            yield Mutant(replace(rule, when=when), change)


Choice = TypeVar("Choice", Branch, FindingValue)


def _choices(choices: tuple[Choice, ...]) -> Iterator[tuple[int, Choice, Condition, str]]:
    """Yield each choice with its condition changed; 'otherwise' follows the others by itself."""
    for index, choice in enumerate(choices):
        earlier = tuple(one.when for one in choices[:index])
        if not earlier or choice.when != Not(Any(earlier)):
            for when, change in _conditions(choice.when):
                yield index, choice, when, change


def _score(score: Score) -> Iterator[Mutant]:
    for index, item in enumerate(score.criteria):
        for when, change in () if item.of_strategy else _conditions(item.when):
            criteria = _put(score.criteria, index, replace(item, when=when))
            yield Mutant(replace(score, criteria=criteria), f"{item.id}: {change}")
        for step in (Decimal(1), Decimal(-1)):
            criteria = _put(score.criteria, index, replace(item, points=item.points + step))
            change = f"{item.id}: {plain(item.points + step)} points"
            yield Mutant(replace(score, criteria=criteria), change)
    smallest = Decimal(1) if all(_whole(c.points) for c in score.criteria) else Decimal("0.5")
    for index, grade in enumerate(score.grades):
        for low, high in ((smallest, 0), (-smallest, 0), (0, smallest), (0, -smallest)):
            moved = replace(grade, low=grade.low + low, high=grade.high + high)
            change = f"{grade.name}: {plain(moved.low)} to {plain(moved.high)}"
            if _named(grade, score) != _named(moved, score):
                yield Mutant(replace(score, grades=_put(score.grades, index, moved)), change)


def _named(grade: Grade, score: Score) -> list[Decimal]:
    """The totals that have this grade; a border beyond the possible totals changes nothing."""
    return [total for total in possible_totals(score) if grade.low <= total <= grade.high]


def _conditions(condition: Condition) -> Iterator[tuple[Condition, str]]:
    """Yield the condition with each of its comparisons changed in each way, one at a time."""
    if isinstance(condition, Leaf):
        yield from _leaves(condition)
    elif isinstance(condition, Not):
        for part, change in _conditions(condition.part):
            yield Not(part), change
    else:
        kind: Callable[[tuple[Condition, ...]], Condition]
        kind = All if isinstance(condition, All) else Any
        for index, part in enumerate(condition.parts):
            for changed, change in _conditions(part):
                yield kind(_put(condition.parts, index, changed)), change


def _leaves(leaf: Leaf) -> Iterator[tuple[Leaf, str]]:
    if leaf.limit is None:
        return
    step = STEP if leaf.limit.unit or leaf.subject.finding else Decimal(1)
    changed = [
        replace(leaf, limit=Quantity(leaf.limit.number + by, leaf.limit.unit))
        for by in (step, -step)
    ]
    changed.append(replace(leaf, operator=STRICT[leaf.operator]))
    for one in changed:
        text = f"{leaf.subject.name} {one.test}"
        yield replace(one, text=text), f"{leaf.text} becomes {text}"


def _put(items: tuple[Kind, ...], index: int, item: Kind) -> tuple[Kind, ...]:
    return (*items[:index], item, *items[index + 1 :])


def _whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def _alone(pack: Pack, rule: Rule) -> Pack:
    """Return the pack with nothing in force but the findings and one rule."""
    algorithms: tuple[Algorithm, ...] = ()
    if isinstance(rule, Decision):
        owner = next(a for a in pack.algorithms if rule.id.startswith(f"{a.id}."))
        decisions = tuple(rule if found.id == rule.id else found for found in owner.decisions)
        algorithms = (replace(owner, decisions=decisions),)
    return replace(
        pack,
        findings=tuple(
            rule if isinstance(rule, Finding) and found.id == rule.id else found
            for found in pack.findings
        ),
        scores=(rule,) if isinstance(rule, Score) else (),
        associations=(),
        algorithms=algorithms,
        safety=(rule,) if isinstance(rule, Safety) else (),
        policy=replace(pack.policy, shifts=()),
    )
