"""An algorithm as a walk over facts: where every combination of all its facts ends.

The product of all facts of an algorithm is too large to go through one by one. Two cells are taken
together when no question that is still to come can tell them apart; each carries its share of the
whole, and the shares of all endings have to add up to exactly one.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from algorithm_cells import emptied, facts_behind, names_of

from cto_cds.advice.walking import orders_of
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.plain import PlainChannel
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading, Value
from cto_cds.rulefile.condition import Condition, Leaf, Subject, leaves
from cto_cds.rulefile.model import Algorithm, Branch, Decision, Option
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.proof import choices
from cto_cds.rulefile.reading import conditions_of
from cto_cds.rulefile.truth import Truth

Case = Mapping[str, Value]
EGFR = (Decimal(60), Decimal(90))
"""Two filtration rates: the limits of contrast are hit exactly with both."""

STEP = Decimal("0.001")


def compared(
    conditions: Iterable[Condition], pack: Pack
) -> tuple[list[Leaf], dict[str, list[Decimal]]]:
    """Return every comparison of a fact behind conditions, and the limits of each quotient."""
    by_id = {finding.id: finding for finding in pack.findings}
    every: list[Leaf] = []
    ratios: dict[str, list[Decimal]] = {}
    todo = [*conditions]
    seen: set[str] = set()
    while todo:
        for leaf in leaves(todo.pop()):
            if not leaf.subject.finding:
                every.append(leaf)
            elif by_id[leaf.subject.name].ratio and leaf.limit is not None:
                ratios.setdefault(leaf.subject.name, []).append(leaf.limit.number)
            elif leaf.subject.name not in seen:
                seen.add(leaf.subject.name)
                todo += [value.when for value in by_id[leaf.subject.name].values]
    return every, ratios


def fact_values(pack: Pack, algorithm: Algorithm) -> dict[str, tuple[Value, ...]]:
    """Return, for each fact behind an algorithm, the values that it can tell apart.

    Contrast and filtration rate count as a quotient alone.
    """
    conditions = [algorithm.applies_to, *(b.when for d in algorithm.decisions for b in d.branches)]
    paths = facts_behind(conditions, pack)
    every, ratios = compared(conditions, pack)
    by_id = {finding.id: finding for finding in pack.findings}
    found: dict[str, tuple[Value, ...]] = {}
    names = names_of(pack)
    for path in paths:
        mine = [
            replace(leaf, subject=Subject(path, (path,)))
            for leaf in every
            if path in leaf.subject.paths
        ]
        if mine:
            found[path] = tuple(next(iter(choices(mine, names).values())))
    for name, limits in ratios.items():
        above, below = by_id[name].ratio
        numbers = sorted(
            {limit * rate + by for limit in limits for rate in EGFR for by in (-STEP, 0, STEP)}
        )
        found[above] = tuple(Quantity(n, pack.vocabulary.of(above).unit) for n in numbers)
        found[below] = tuple(Quantity(n, pack.vocabulary.of(below).unit) for n in EGFR)
    return found


@dataclass
class Question:
    """One decision, asked of facts alone."""

    decision: Decision
    facts: tuple[str, ...]
    pack: Pack
    _channel: PlainChannel = field(init=False)
    _known: dict[tuple[Value, ...], tuple[Branch, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._channel = PlainChannel(self.pack)

    def answer(self, case: Case) -> tuple[Branch, ...]:
        """Return the branches that are open; one when all facts are known."""
        key = tuple(case[fact] for fact in self.facts)
        if key not in self._known:
            readings = {
                fact: Reading(fact, value) for fact, value in zip(self.facts, key, strict=True)
            }
            verdict = self._channel.decide(Lookup(FactSheet("cell", readings)))
            fired = dict(e.rsplit("/", 1) for e in verdict.fired[f"decision:{self.decision.id}"])
            certain = [b for b in self.decision.branches if fired.get(b.id) == "T"]
            still = [b for b in self.decision.branches if fired.get(b.id) != "F"]
            self._known[key] = tuple(certain or still)
        return self._known[key]


Kept = tuple[tuple[str, Value], ...]


@dataclass
class Shares:
    """Where all cells of an algorithm end.

    Attributes:
        endings: The share of all cells that ends in each branch.
        cells: How many cells were decided, each standing for all that nothing tells from it.
        faults: Cells that have no way or two.
    """

    endings: dict[str, Fraction] = field(default_factory=dict)
    cells: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Ending:
    """Where a case ends: the branches on its way, in order."""

    way: tuple[Branch, ...]
    crossing: tuple[str, ...]

    def options(self, tried: tuple[str, ...]) -> tuple[Option, ...]:
        """Return the options, best first."""
        return orders_of(self.way, tried, self.crossing)[0]


class Walk:
    """One algorithm over the facts behind it.

    Args:
        algorithm: The algorithm; for whom it is, is not asked.
        pack: The rules.
    """

    def __init__(self, algorithm: Algorithm, pack: Pack) -> None:
        self.algorithm = algorithm
        self._pack = pack
        self.values = fact_values(pack, algorithm)
        self.inside = {fact: tuple(self._inside(fact)) for fact in self.values}
        findings = tuple(f for f in pack.findings)
        self.questions: dict[str, Question] = {}
        for decision in algorithm.decisions:
            ended = tuple(replace(branch, next="") for branch in decision.branches)
            alone = replace(
                algorithm, first=decision.id, decisions=(replace(decision, branches=ended),)
            )
            facts = tuple(facts_behind([b.when for b in decision.branches], pack))
            needed = tuple(f for f in findings if f.id in _findings_behind(decision, pack))
            mine = replace(emptied(pack), findings=needed, algorithms=(alone,))
            self.questions[decision.id] = Question(decision, facts, mine)

    @property
    def size(self) -> int:
        """How many combinations of known values there are."""
        return math.prod(len(values) for values in self.values.values())

    def ending(self, case: Case) -> Ending | None:
        """Return where a case of known facts ends; None unless it is exactly one place."""
        way: list[Branch] = []
        name = self.algorithm.first
        while name:
            answer = self.questions[name].answer(case)
            if len(answer) != 1:
                return None
            way.append(self.branch(name, answer[0].id))
            name = way[-1].next
        return Ending(tuple(way), self._pack.policy.crossing)

    def branch(self, decision: str, branch: str) -> Branch:
        """Return a branch of the algorithm as it stands in its file."""
        found = next(d for d in self.algorithm.decisions if d.id == decision)
        return next(b for b in found.branches if b.id == branch)

    def shares(self) -> Shares:
        """Return where all cells end, those that nothing tells apart taken together."""
        found = Shares()
        later = {name: self._standing_for(name) for name in self.questions}
        states: dict[str, dict[Kept, Fraction]] = {name: {} for name in self.questions}
        states[self.algorithm.first][()] = Fraction(1)
        for name in self._in_order():
            question = self.questions[name]
            for fixed, share in states[name].items():
                known = dict(fixed)
                free = [fact for fact in question.facts if fact not in known]
                part = share / math.prod(len(self.values[fact]) for fact in free)
                for values in itertools.product(*(self.values[fact] for fact in free)):
                    case = {**known, **dict(zip(free, values, strict=True))}
                    answer = question.answer(case)
                    found.cells += 1
                    if len(answer) != 1:
                        found.faults.append(f"{name}: {[b.id for b in answer]}; {case}")
                        continue
                    branch = self.branch(name, answer[0].id)
                    if branch.next:
                        ahead = later[branch.next]
                        kept = tuple((f, ahead[f][v]) for f, v in case.items() if f in ahead)
                        held = states[branch.next]
                        held[kept] = held.get(kept, Fraction(0)) + part
                    else:
                        key = f"{name}.{branch.id}"
                        found.endings[key] = found.endings.get(key, Fraction(0)) + part
        return found

    def applies(self, case: Case) -> bool:
        """Whether the algorithm is for this case; a finding it asks for is taken to hold."""
        return self._population(case) is Truth.TRUE

    def _population(self, case: Case) -> Truth:
        def truth(leaf: Leaf) -> Truth:
            if leaf.subject.finding:
                return Truth.TRUE
            value = case.get(leaf.subject.paths[0])
            return leaf.decide(None if value is None else (value,))

        population = self.algorithm.applies_to
        return population.truth_in({leaf.key: truth(leaf) for leaf in leaves(population)})

    def _inside(self, fact: str) -> Iterator[Value]:
        """The values of a fact with which the algorithm may apply."""
        for value in self.values[fact]:
            if self._population({fact: value}) is not Truth.FALSE:
                yield value

    def cases(self, chance: random.Random, each: int, anywhere: int) -> Iterator[Case]:
        """Yield known cases: all values of each question over some backgrounds, and random ones.

        Args:
            chance: Where the choices come from.
            each: How many backgrounds for each question; cases of an algorithm are drawn until
                so many of them come to the question.
            anywhere: How many random cases more.
        """
        backgrounds: dict[str, list[Case]] = {name: [] for name in self.questions}
        for _ in range(400 * len(self.questions)):
            case = self.random(chance)
            for name in self.asked(case):
                if len(backgrounds[name]) < each:
                    backgrounds[name].append(case)
        for name, question in self.questions.items():
            for case in backgrounds[name]:
                columns = [self.inside[fact] for fact in question.facts]
                for values in itertools.product(*columns):
                    yield {**case, **dict(zip(question.facts, values, strict=True))}
        for _ in range(anywhere):
            yield self.random(chance)

    def random(self, chance: random.Random) -> Case:
        """Return a random case, more often than not one that goes on to the next question."""
        case: dict[str, Value] = {}
        for name in self._in_order():
            question = self.questions[name]
            for _ in range(6):
                drawn = {
                    fact: chance.choice(self.inside[fact])
                    for fact in question.facts
                    if fact not in case
                }
                if self.branch(name, question.answer({**case, **drawn})[0].id).next:
                    break
            case |= drawn
        rest = {f: chance.choice(v) for f, v in self.inside.items() if f not in case}
        return {**case, **rest}

    def asked(self, case: Case) -> Iterator[str]:
        """Yield the questions that a case comes to."""
        name = self.algorithm.first
        while name:
            yield name
            name = self.branch(name, self.questions[name].answer(case)[0].id).next

    def _later(self, name: str) -> set[str]:
        """This decision and those behind it."""
        found = {name}
        for branch in self.questions[name].decision.branches:
            real = self.branch(name, branch.id)
            if real.next:
                found |= self._later(real.next)
        return found

    def _standing_for(self, name: str) -> dict[str, dict[Value, Value]]:
        """For each fact that this decision or one behind it asks for, which value stands for each.

        Values that no comparison to come tells apart have one that stands for them all.
        """
        asking = [self.questions[later] for later in sorted(self._later(name))]
        conditions = [branch.when for q in asking for branch in q.decision.branches]
        every, ratios = compared(conditions, self._pack)
        whole = {path for f in self._pack.findings if f.id in ratios for path in f.ratio}
        return {
            fact: self._first_alike(fact, [] if fact in whole else every)
            for fact in {fact for question in asking for fact in question.facts}
        }

    def _first_alike(self, fact: str, every: Sequence[Leaf]) -> dict[Value, Value]:
        mine = [leaf for leaf in every if fact in leaf.subject.paths]
        first: dict[tuple[Truth, ...], Value] = {}
        return {
            value: first.setdefault(tuple(leaf.decide((value,)) for leaf in mine), value)
            if mine
            else value
            for value in self.values[fact]
        }

    def _in_order(self) -> list[str]:
        """Every decision before those it leads to."""
        order: list[str] = []

        def visit(name: str) -> None:
            if name not in order:
                for branch in self.questions[name].decision.branches:
                    real = self.branch(name, branch.id)
                    if real.next:
                        visit(real.next)
                order.insert(0, name)

        visit(self.algorithm.first)
        return order

    def ways(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Yield every way that the files draw, whether or not some case takes it."""

        def onward(name: str) -> Iterator[tuple[tuple[str, str], ...]]:
            for branch in self.questions[name].decision.branches:
                real = self.branch(name, branch.id)
                step = (name, branch.id)
                if real.next:
                    yield from ((step, *rest) for rest in onward(real.next))
                else:
                    yield (step,)

        yield from onward(self.algorithm.first)


def _findings_behind(decision: Decision, pack: Pack) -> set[str]:
    by_id = {finding.id: finding for finding in pack.findings}
    found: set[str] = set()
    todo = [*conditions_of(decision)]
    while todo:
        for leaf in leaves(todo.pop()):
            if leaf.subject.finding and leaf.subject.name not in found:
                found.add(leaf.subject.name)
                todo += [value.when for value in by_id[leaf.subject.name].values]
    return found
