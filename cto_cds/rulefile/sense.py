"""Rules that tell nothing: conditions that can never hold or always hold, items without points."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.errors import Problem
from cto_cds.facts.value import plain
from cto_cds.rulefile.condition import ALWAYS, Any, Condition, Leaf, Not, Subject, leaves, wording
from cto_cds.rulefile.model import Rule
from cto_cds.rulefile.names import Names
from cto_cds.rulefile.proof import MOST_CELLS, Named, cell_count, truths
from cto_cds.rulefile.reading import named_conditions
from cto_cds.rulefile.score import Score
from cto_cds.rulefile.truth import Truth

MEND = "Correct the condition, or take it out."


def senseless(rule: Rule, names: Names) -> Iterator[Problem]:
    """Yield a problem for each part of a rule that tells nothing.

    Every condition, and every part of it, must be able to hold and able not to hold. Only
    ``applies_to`` may hold always.
    """
    if isinstance(rule, Score):
        for criterion in rule.criteria:
            if not criterion.points:
                found = f"the criterion '{criterion.id}' gives 0 points"
                yield Problem(criterion.place, found, "Give it points, or take it out.")
    earlier: list[Condition] = []
    for named in named_conditions(rule):
        otherwise = Not(Any(tuple(earlier)))
        yield from _empty_words(named, names, whole=named.when == otherwise)
        earlier.append(named.when)


def _empty_words(named: Named, names: Names, *, whole: bool) -> Iterator[Problem]:
    """Yield what is wrong with a condition, or with the smallest parts that are wrong.

    Args:
        named: The condition.
        names: What its subjects may be.
        whole: Whether its parts belong to other conditions, as those of ``otherwise`` do.
    """
    if named.when == ALWAYS:
        return
    count = cell_count([named.when], names)
    if count > MOST_CELLS:
        found = f"{named.name} has {count} combinations, too many to prove that it can hold"
        mend = "Move a part of the condition into a finding."
        yield Problem(named.place, found, mend)
        return
    for part in [named.when] if whole else _smallest(named.when, names, always=named.always):
        told = _told(part, names, always=named.always)
        what = named.name if part == named.when else f"in {named.name}, {wording(part)}"
        first = next(iter(leaves(part)), None)
        place = named.place if whole or first is None else first.place
        if told:
            yield Problem(place, f"{what} {told}", MEND)


def _smallest(condition: Condition, names: Names, *, always: bool) -> list[Condition]:
    """Return the smallest parts of a condition that tell nothing."""
    parts = [small for p in _parts(condition) for small in _smallest(p, names, always=always)]
    if parts or not _told(condition, names, always=always):
        return parts
    return [condition]


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, Leaf):
        return ()
    return (condition.part,) if isinstance(condition, Not) else condition.parts


def _told(condition: Condition, names: Names, *, always: bool) -> str:
    """Return why a condition tells nothing; empty when it does tell something."""
    possible = truths(condition, names)
    if Truth.TRUE not in possible:
        return f"can never hold: no value of {_read(condition, names)} makes it true"
    if Truth.FALSE not in possible and not always:
        read = _read(condition, names)
        return f"always holds: no value of {read} makes it false" if read else "always holds"
    return ""


def _read(condition: Condition, names: Names) -> str:
    return " and ".join(
        f"{subject.name}{_span(subject, names)}"
        for subject in dict.fromkeys(leaf.subject for leaf in leaves(condition))
    )


def _span(subject: Subject, names: Names) -> str:
    shape = names.shape(subject)
    if not shape.numeric or shape.low is None or shape.high is None:
        return ""
    return f" ({plain(shape.low)} to {plain(shape.high)} {shape.unit}".rstrip() + ")"
