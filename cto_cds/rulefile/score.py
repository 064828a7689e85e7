"""The typed score: its items, its grades, and what was published for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from cto_cds.errors import NOWHERE, Place
from cto_cds.rulefile.condition import Condition
from cto_cds.rulefile.model import Rule, Source, Verified


@dataclass(frozen=True, slots=True)
class Criterion:
    """One item of a score."""

    id: str
    title: str
    points: Decimal
    when: Condition
    verified: Verified
    source: Source
    at_limit: str
    place: Place
    in_scenarios: tuple[str, ...] = ()

    @property
    def of_strategy(self) -> bool:
        """Whether the item depends on the strategy instead of on facts."""
        return bool(self.in_scenarios)


@dataclass(frozen=True, slots=True)
class Grade:
    """A name for a span of totals, both ends included."""

    low: Decimal
    high: Decimal
    name: str
    verified: Verified
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Band:
    """A published value for a grade or a span of totals, both ends included."""

    label: str
    low: Decimal
    high: Decimal
    value: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One published set of results, by grade, by total, or one value for all."""

    endpoint: str
    population: str
    source: Source
    unit: str
    bands: tuple[Band, ...]
    verified: Verified
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence that is shown when its condition is known to hold."""

    when: Condition
    note: str
    verified: Verified
    source: Source
    place: Place = field(default=NOWHERE, compare=False)


def reachable(points: Iterable[Decimal]) -> tuple[Decimal, ...]:
    """Return every total that some choice of the items reaches, in order."""
    totals = {Decimal(0)}
    for value in points:
        totals |= {total + value for total in totals}
    return tuple(sorted(totals))


@dataclass(frozen=True)
class Score(Rule):
    """One published instrument.

    ``made_for`` is the modality it was made with; ``needs`` one without which it says nothing.
    """

    endpoint: str
    made_for: str
    needs: str
    applies_to: Condition
    scenarios: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    grades: tuple[Grade, ...]
    outcomes: tuple[Outcome, ...]
    remarks: tuple[Remark, ...]

    @cached_property
    def items(self) -> tuple[Criterion, ...]:
        """The items that depend on facts."""
        if not self.scenarios:
            return self.criteria
        return tuple(c for c in self.criteria if not c.of_strategy)

    @cached_property
    def possible_totals(self) -> tuple[Decimal, ...]:
        """Every total, over all its scenarios, in order."""
        items = reachable([criterion.points for criterion in self.items])
        extras = {self.points_of(strategy) for strategy in self.scenarios} or {Decimal(0)}
        return tuple(sorted({total + extra for total in items for extra in extras}))

    def points_of(self, strategy: str) -> Decimal:
        """Return the points that a strategy adds."""
        return self._added.get(strategy, Decimal(0))

    @cached_property
    def _added(self) -> Mapping[str, Decimal]:
        added: dict[str, Decimal] = {}
        for criterion in self.criteria:
            for strategy in criterion.in_scenarios:
                added[strategy] = added.get(strategy, Decimal(0)) + criterion.points
        return added
