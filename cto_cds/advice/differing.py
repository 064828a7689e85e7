"""Facts that two places read differently, and the sentences that rest on one of the readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cto_cds.advice.safety import Guard
from cto_cds.advice.words import titles, unique
from cto_cds.engine.trace import Decided
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Value, shown
from cto_cds.rulefile.condition import Leaf, leaves
from cto_cds.rulefile.pack import Pack


def differing(sheet: FactSheet, pack: Pack) -> dict[str, str]:
    """Return the facts that places read so differently that rules may disagree, and what each says.

    They are told by name, words first.
    """
    return dict([*_differing_words(sheet, pack), *_differing_numbers(sheet, pack)])


def with_doubt(guards: Iterable[Guard], sheet: FactSheet, pack: Pack) -> tuple[Guard, ...]:
    """Return the guards; a sentence that would turn with the reading of another place says so."""
    return tuple(_doubted(guard, sheet, pack) for guard in guards)


def _doubted(guard: Guard, sheet: FactSheet, pack: Pack) -> Guard:
    told = doubt([guard.trace.danger], sheet, pack)
    return replace(guard, because=f"{guard.because} {told}") if told else guard


def doubt(conditions: Iterable[Decided], sheet: FactSheet, pack: Pack) -> str:
    """Return a sentence on what these conditions rest on and another place reads differently."""
    seen = [one for condition in conditions for one in condition.deciding if one.path]
    turning = unique(name for one in seen for name in _turning(one.leaf, sheet, pack))
    facts = titles(pack, [pack.vocabulary.facts[name].title for name in turning])
    return f"Another place reads it differently: {facts}." if turning else ""


def _turning(leaf: Leaf, sheet: FactSheet, pack: Pack) -> Iterator[str]:
    """The facts on which a comparison turns with the place where they are read.

    A comparison that names one place is of that place; a finding puts its places together.
    """
    if leaf.subject.finding:
        found = next(f for f in pack.findings if f.id == leaf.subject.paths[0])
        for inner in (inner for value in found.values for inner in leaves(value.when)):
            if inner.subject.finding:
                yield from _turning(inner, sheet, pack)
            else:
                fact = pack.vocabulary.of(inner.subject.paths[0])
                places = [f"{group}.{fact.name}" for group in fact.groups]
                yield from [fact.name] if _turns(inner, places, sheet) else []
    elif _turns(leaf, leaf.subject.paths, sheet):
        yield leaf.subject.paths[0].partition(".")[2]


def _turns(leaf: Leaf, places: Iterable[str], sheet: FactSheet) -> bool:
    known = [value for place in places if (value := sheet.known(place)) is not None]
    return len({leaf.decide((value,)) for value in known}) > 1


def _differing_words(sheet: FactSheet, pack: Pack) -> Iterator[tuple[str, str]]:
    """Words that two places read differently."""
    for fact in pack.vocabulary.facts.values():
        if fact.numeric or fact.list_of or len(fact.groups) < 2:
            continue
        values = {
            group: value
            for group in fact.groups
            if (value := sheet.known(f"{group}.{fact.name}")) is not None
        }
        if len(set(values.values())) > 1:
            yield fact.name, f"{fact.title} is read differently: {_said(values, pack)}."


def _differing_numbers(sheet: FactSheet, pack: Pack) -> Iterator[tuple[str, str]]:
    """Numbers of two places on two sides of a limit of some rule."""
    for name, compared in pack.with_limits.items():
        fact = pack.vocabulary.facts[name]
        values = {
            group: value
            for group in fact.groups
            if isinstance(value := sheet.known(f"{group}.{name}"), Quantity)
        }
        if len(set(values.values())) < 2:
            continue
        between = unique(
            str(leaf.limit)
            for leaf in compared
            if len({leaf.decide((value,)) for value in values.values()}) > 1
        )
        if between:
            told = (
                f"{fact.title} is read differently: {_said(values, pack)}. They lie on two sides "
                f"of a limit ({', '.join(between)}), so rules that read different places may "
                "disagree; make sure that both are of this patient and this lesion."
            )
            yield name, told


def _said(values: Mapping[str, Value], pack: Pack) -> str:
    """Return what each place says, under the name by which a reader knows it."""
    groups = pack.vocabulary.groups
    return ", ".join(f"{groups[group]} says {shown(value)}" for group, value in values.items())
