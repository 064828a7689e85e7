"""A score written by hand: items of points, and every total that unknown facts leave open.

Nothing here shares code with the engine. There is no third truth value either: what is unknown is
tried with every value that it may have.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

Known = Decimal | str
Cell = Mapping[str, Known | None]
Domains = Mapping[str, tuple[Known, ...]]


@dataclass(frozen=True)
class Item:
    """Some points, the facts they depend on, and when they count."""

    points: Decimal
    facts: tuple[str, ...]
    counts: Callable[..., bool]


@dataclass
class ByHand:
    """One score: items, names of the totals, and what it is made for."""

    items: list[Item]
    grades: list[tuple[str, str, str]] = field(default_factory=list)
    population: list[Item] = field(default_factory=list)
    strategies: Mapping[str, int] = field(default_factory=dict)
    _found: dict[tuple[object, ...], frozenset[Decimal]] = field(default_factory=dict)

    def totals(self, cell: Cell, domains: Domains) -> tuple[Decimal, ...]:
        """Return every total that some completion of the cell has, in order."""
        totals = {Decimal(0)}
        for group in self._groups():
            added = self._of_group(group, cell, domains)
            totals = {total + points for total in totals for points in added}
        return tuple(sorted(totals))

    def applies(self, cell: Cell, domains: Domains) -> set[bool]:
        """Return whether it applies: one answer, or both while that is open."""
        facts = [fact for item in self.population for fact in item.facts]
        return {
            all(item.counts(*(full[fact] for fact in item.facts)) for item in self.population)
            for full in completions(facts, cell, domains)
        }

    def names(self, totals: Iterable[Decimal]) -> tuple[str, ...]:
        """Return the grades of some totals, lowest first."""
        found = [
            name
            for total in totals
            for low, high, name in self.grades
            if Decimal(low) <= total <= Decimal(high)
        ]
        return tuple(dict.fromkeys(found))

    def _groups(self) -> list[list[Item]]:
        """Items that share a fact belong together; groups do not touch one another."""
        groups: list[list[Item]] = []
        for item in self.items:
            joined = [g for g in groups if any(set(item.facts) & set(i.facts) for i in g)]
            groups = [g for g in groups if g not in joined]
            groups.append([*itertools.chain.from_iterable(joined), item])
        return groups

    def _of_group(self, group: list[Item], cell: Cell, domains: Domains) -> frozenset[Decimal]:
        facts = list(dict.fromkeys(fact for item in group for fact in item.facts))
        key = (*facts, *(cell.get(fact) for fact in facts))
        if key not in self._found:
            self._found[key] = frozenset(
                sum(
                    (i.points for i in group if i.counts(*(full[fact] for fact in i.facts))),
                    Decimal(0),
                )
                for full in completions(facts, cell, domains)
            )
        return self._found[key]


def completions(
    facts: Iterable[str], cell: Cell, domains: Domains
) -> Iterable[Mapping[str, Known]]:
    """Yield the facts of a cell with every value in place of what is unknown."""
    names = list(dict.fromkeys(facts))
    values = []
    for name in names:
        known = cell.get(name)
        values.append(domains[name] if known is None else (known,))
    for chosen in itertools.product(*values):
        yield dict(zip(names, chosen, strict=True))


def one(points: float, fact: str, counts: Callable[[Known], bool]) -> Item:
    """An item that depends on one fact."""
    return Item(Decimal(str(points)), (fact,), counts)


def word(points: float, fact: str, *words: str) -> Item:
    """An item that counts for some words."""
    return one(points, fact, lambda found: found in words)


def number(points: float, fact: str, passes: Callable[[Decimal], bool]) -> Item:
    """An item that counts for some numbers, and never for a word in place of the number."""
    return one(points, fact, lambda found: isinstance(found, Decimal) and passes(found))


def at_least(points: float, fact: str, limit: float) -> Item:
    """An item that counts from a limit on."""
    return number(points, fact, lambda found: found >= Decimal(str(limit)))


def above(points: float, fact: str, limit: float) -> Item:
    """An item that counts above a limit."""
    return number(points, fact, lambda found: found > Decimal(str(limit)))


def below(points: float, fact: str, limit: float) -> Item:
    """An item that counts below a limit."""
    return number(points, fact, lambda found: found < Decimal(str(limit)))


def at_most(points: float, fact: str, limit: float) -> Item:
    """An item that counts up to a limit."""
    return number(points, fact, lambda found: found <= Decimal(str(limit)))
