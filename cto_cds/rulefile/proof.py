"""Proof that exactly one branch fits: every combination of words, every limit from both sides."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.errors import Place, Problem
from cto_cds.facts.value import Quantity, Value, shown
from cto_cds.rulefile.condition import Condition, Leaf, Subject, leaves
from cto_cds.rulefile.model import Decision, Finding, Rule
from cto_cds.rulefile.names import Names, Shape
from cto_cds.rulefile.truth import Truth

MOST_CELLS = 300_000
STEP = Decimal("0.001")


def cells(conditions: Sequence[Condition], names: Names) -> Iterator[Mapping[Subject, Value]]:
    """Yield every distinguishable combination of values of what the conditions read."""
    for cell, _ in _decided_cells(conditions, names):
        yield cell


def _decided_cells(
    conditions: Sequence[Condition], names: Names
) -> Iterator[tuple[Mapping[Subject, Value], Mapping[str, Truth]]]:
    """Yield the same, each with the truth of every comparison; each is decided once for a value."""
    columns = [
        [
            ({subject: value}, {leaf.key: leaf.decide((value,)) for leaf in group})
            for value in _values(subject, group, names)
        ]
        for subject, group in _compared(conditions).items()
    ]
    for parts in itertools.product(*columns):
        cell: dict[Subject, Value] = {}
        decided: dict[str, Truth] = {}
        for value, truths_there in parts:
            cell.update(value)
            decided.update(truths_there)
        yield cell, decided


def cell_count(conditions: Sequence[Condition], names: Names) -> int:
    """Return the number of combinations that :func:`cells` yields."""
    return math.prod(len(values) for values in choices(conditions, names).values())


def choices(conditions: Sequence[Condition], names: Names) -> dict[Subject, list[Value]]:
    """Return, for each subject, the values that the conditions can tell from one another."""
    compared = _compared(conditions)
    return {subject: list(_values(subject, group, names)) for subject, group in compared.items()}


def _compared(conditions: Sequence[Condition]) -> dict[Subject, list[Leaf]]:
    found: dict[Subject, list[Leaf]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            found.setdefault(leaf.subject, []).append(leaf)
    return found


def _values(subject: Subject, group: Sequence[Leaf], names: Names) -> Iterator[Value]:
    shape = names.shape(subject)
    if shape.is_list:
        last_tells = any(leaf.operator == "ends with" for leaf in group)
        for chosen in _lists(shape, {word for leaf in group for word in leaf.words}):
            yield from _by_last(chosen) if last_tells else [chosen]
        return
    yield from shape.words
    if shape.numeric:
        limits = sorted({leaf.limit.number for leaf in group if leaf.limit is not None})
        for number in _numbers(shape, limits):
            yield Quantity(number, shape.unit)


def _lists(shape: Shape, named: set[str]) -> Iterator[tuple[str, ...]]:
    """Every choice of the words that are compared with, and one that stands for all the others."""
    others = [word for word in shape.words if word not in named]
    words = [word for word in shape.words if word in {*named, *others[:1]}]
    for size in range(len(words) + 1):
        yield from itertools.combinations(words, size)


def _by_last(chosen: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The same words once for each that may stand last."""
    orders = [(*(word for word in chosen if word != last), last) for last in chosen]
    return orders or [chosen]


def _numbers(shape: Shape, limits: Sequence[Decimal]) -> Iterator[Decimal]:
    """Every limit, and a plausible number on each side of it; whole ones for counts and grades."""
    found = {number for limit in limits for number in (limit - STEP, limit, limit + STEP)}
    found |= {(low + high) / 2 for low, high in itertools.pairwise(limits)}
    low, high = shape.low, shape.high
    if low is None or high is None:
        yield from sorted(found)
        return
    if not shape.unit:
        found = {Decimal(n) for limit in limits for n in (math.ceil(limit) - 1, math.floor(limit))}
        found |= {Decimal(math.floor(limit) + 1) for limit in limits}
    yield from sorted(number for number in found or {low} if low <= number <= high)


def truths(condition: Condition, names: Names) -> set[Truth]:
    """Return what a condition may be while all that it reads is known: true, false or both.

    A word such as "indeterminate" in place of a number leaves it unknown, which is left out.
    """
    found: set[Truth] = set()
    for _, decided in _decided_cells([condition], names):
        found.add(condition.truth_in(decided))
        if len(found - {Truth.UNKNOWN}) > 1:
            break
    return found - {Truth.UNKNOWN}


def same(one: Condition, other: Condition, names: Names) -> bool:
    """Whether two conditions hold in the same combinations; no where there are too many to say."""
    if _compared([one]).keys() != _compared([other]).keys():
        return False
    both = [one, other]
    return cell_count(both, names) <= MOST_CELLS and all(
        one.truth_in(decided) is other.truth_in(decided)
        for _, decided in _decided_cells(both, names)
    )


def dangerous_words(condition: Condition, path: str, names: Names) -> list[str]:
    """Return the words of a fact that are its dangerous reading in a condition.

    Under such a word the condition holds in every combination of everything else in which it
    holds under any word of the fact.
    """
    alike = [subject for subject in _compared([condition]) if path in subject.paths]
    words = dict.fromkeys(word for subject in alike for word in names.shape(subject).words)
    holds: dict[tuple[Value, ...], set[Value]] = {}
    for cell, decided in _decided_cells([condition], names):
        said = {cell[subject] for subject in alike}
        if len(said) == 1 and condition.truth_in(decided) is Truth.TRUE:
            rest = tuple(value for subject, value in cell.items() if subject not in alike)
            holds.setdefault(rest, set()).update(said)
    return [word for word in words if all(word in found for found in holds.values())]


@dataclass(frozen=True, slots=True)
class Named:
    """A condition, what a message calls it, and where it stands.

    ``always`` says that it may hold always, as ``applies_to`` may.
    """

    name: str
    when: Condition
    place: Place
    always: bool = False


def exactly_one(branches: Sequence[Named], names: Names) -> Problem | None:
    """Return the first combination that no branch or two branches fit, or None.

    Args:
        branches: At least one; the last is the place of a gap.
        names: What the subjects may be.
    """
    conditions = [branch.when for branch in branches]
    count = cell_count(conditions, names)
    if count > MOST_CELLS:
        found = f"the branches have {count} combinations, too many to prove that one fits"
        return Problem(branches[0].place, found, "Move a part of the conditions into a finding.")
    for cell, decided in _decided_cells(conditions, names):
        fitting = [b for b in branches if b.when.truth_in(decided) is Truth.TRUE]
        if len(fitting) != 1:
            place = (fitting or branches)[-1].place
            return Problem(place, *_told([branch.name for branch in fitting], cell))
    return None


def _told(fitting: list[str], cell: Mapping[Subject, Value]) -> tuple[str, str]:
    case = ", ".join(f"{subject.name} is {shown(value)}" for subject, value in cell.items())
    if fitting:
        both = " and ".join(f"'{name}'" for name in fitting)
        return f"the branches {both} overlap: {case}", "Make their conditions exclude each other."
    return f"there is a gap; no branch fits: {case}", "Add a branch for it, or 'when: otherwise'."


def contradictions(rule: Rule, names: Names) -> list[Problem]:
    """Return the problem of a decision or finding that does not always have exactly one way."""
    named: list[Named] = []
    if isinstance(rule, Decision):
        named = [Named(branch.id, branch.when, branch.place) for branch in rule.branches]
    elif isinstance(rule, Finding) and rule.values and not rule.first_known:
        named = [Named(value.word, value.when, value.place) for value in rule.values]
    problem = exactly_one(named, names) if named else None
    return [] if problem is None else [problem]
