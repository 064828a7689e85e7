"""Facts that two places read differently, and the sentences that rest on one of the readings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from cto_cds.advice.safety import Guard
from cto_cds.advice.words import titles, unique
from cto_cds.engine.trace import Decided
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Value, shown
from cto_cds.facts.vocabulary import FactType
from cto_cds.rulefile.condition import Leaf
from cto_cds.rulefile.pack import Pack


@dataclass(frozen=True)
class Disputes:
    """The facts of one case of which two places say something different.

    Attributes:
        sheet: The facts.
        pack: The rules that read them.
    """

    sheet: FactSheet
    pack: Pack

    @cached_property
    def names(self) -> frozenset[str]:
        """Their names."""
        by_name: dict[str, list[Value]] = {}
        for path in self.sheet.readings:
            value = self.said(path)
            if value is not None:
                by_name.setdefault(path.partition(".")[2], []).append(value)
        return frozenset(
            name for name, (one, *others) in by_name.items() if any(o != one for o in others)
        )

    def said(self, path: str) -> Value | None:
        """Return what a place says; None also where it says that it could not tell."""
        value = self.sheet.known(path)
        return None if value and value == self.pack.vocabulary.of(path).cannot_tell else value

    def doubt(self, conditions: Iterable[Decided]) -> str:
        """Return a sentence on what these conditions rest on and another place reads differently.

        It is empty where they rest on no such thing.
        """
        if not self.names:
            return ""
        seen = [one for condition in conditions for one in condition.deciding if one.path]
        turning = unique(name for one in seen for name in self._turning(one.leaf))
        facts = titles(self.pack, [self.pack.vocabulary.facts[name].title for name in turning])
        return f"Another place reads it differently: {facts}." if turning else ""

    def _turning(self, leaf: Leaf) -> Iterator[str]:
        """The facts on which a comparison turns with the place where they are read.

        A comparison that names one place is of that place; a finding puts its places together.
        """
        if leaf.subject.finding:
            for inner in self.pack.comparisons_of_finding[leaf.subject.paths[0]]:
                if inner.subject.finding:
                    yield from self._turning(inner)
                elif (name := _name(inner)) in self.names:
                    places = [
                        f"{group}.{name}" for group in self.pack.vocabulary.facts[name].groups
                    ]
                    yield from [name] if self._turns(inner, places) else []
        elif (name := _name(leaf)) in self.names and self._turns(leaf, leaf.subject.paths):
            yield name

    def _turns(self, leaf: Leaf, places: Iterable[str]) -> bool:
        known = [value for place in places if (value := self.said(place)) is not None]
        return len({leaf.decide((value,)) for value in known}) > 1


def _name(leaf: Leaf) -> str:
    """The name of the fact that a comparison reads."""
    return leaf.subject.paths[0].partition(".")[2]


def differing(disputes: Disputes) -> dict[str, str]:
    """Return the facts that places read so differently that rules may disagree, and what each says.

    They are told by name, words first.
    """
    return dict([*_differing_words(disputes), *_differing_numbers(disputes)])


def with_doubt(guards: Iterable[Guard], disputes: Disputes) -> tuple[Guard, ...]:
    """Return the guards; a sentence that would turn with the reading of another place says so."""
    return tuple(_doubted(guard, disputes) for guard in guards)


def _doubted(guard: Guard, disputes: Disputes) -> Guard:
    if disputes.names.isdisjoint(disputes.pack.facts_of_rule[guard.trace.rule.id]):
        return guard
    told = disputes.doubt([guard.trace.danger])
    return replace(guard, because=f"{guard.because} {told}") if told else guard


def _differing_words(disputes: Disputes) -> Iterator[tuple[str, str]]:
    """Words that two places read differently."""
    sheet, pack = disputes.sheet, disputes.pack
    for fact in pack.vocabulary.facts.values():
        if fact.name not in disputes.names or fact.numeric or fact.list_of:
            continue
        values = _values(fact, sheet)
        if len(set(values.values())) > 1:
            yield fact.name, f"{fact.title} is read differently: {_said(values, pack)}."


def told_elsewhere(disputes: Disputes) -> Iterator[str]:
    """Yield a sentence for each fact that one place could not tell and another tells."""
    for fact in disputes.pack.vocabulary.facts.values():
        if fact.cannot_tell and fact.name not in disputes.names:
            values = _values(fact, disputes.sheet)
            if len(set(values.values())) > 1:
                said = _said(values, disputes.pack)
                yield f"{fact.title} is settled: {said}, and what one cannot tell the other does."


def _values(fact: FactType, sheet: FactSheet) -> dict[str, Value]:
    """What each place says of a fact."""
    return {
        group: value
        for group in fact.groups
        if (value := sheet.known(f"{group}.{fact.name}")) is not None
    }


def _differing_numbers(disputes: Disputes) -> Iterator[tuple[str, str]]:
    """Numbers of two places on two sides of a limit of some rule."""
    sheet, pack = disputes.sheet, disputes.pack
    for name, compared in pack.limiting.items():
        if name not in disputes.names:
            continue
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
