"""How sure a score is, given the uncertainty of the measurements: exact, cell by cell."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from operator import itemgetter

from cto_cds.advice import result
from cto_cds.advice.parts import NOTHING
from cto_cds.engine.trace import Decided, ScoreTrace
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, plain
from cto_cds.rulefile.score import Criterion
from cto_cds.rulefile.truth import TRUE, UNKNOWN, Truth

ASSUMING = (
    "Each measurement is taken as normally distributed around its value with its standard "
    "deviation, independently of the others; facts without one are taken as certain."
)
THOUSANDTH = Decimal("0.001")
LIKELY = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Values of one fact between two neighbouring limits, and how likely they are."""

    value: Quantity
    probability: float


Stretches = Mapping[str, list[_Stretch]]
Cell = tuple[int, ...]
"""For each uncertain fact, which of its stretches."""


class _Item:
    """An item of a score that reads uncertain facts; each combination of them is decided once."""

    def __init__(self, criterion: Criterion, decided: Decided, stretches: Stretches) -> None:
        self.criterion = criterion
        self._truths = {seen.leaf.key: seen.truth for seen in decided.seen}
        places = {path: place for place, path in enumerate(stretches)}
        self._open = [
            (seen.leaf, places[seen.path], stretches[seen.path])
            for seen in decided.seen
            if seen.path in stretches
        ]
        self._own = itemgetter(*{place: None for _, place, _ in self._open})
        self._known: dict[int | Cell, Truth] = {}

    def holds(self, cell: Cell) -> Truth:
        """Say whether the item holds when the uncertain facts have the values of a cell."""
        own = self._own(cell)
        found = self._known.get(own)
        if found is None:
            for leaf, place, stretches in self._open:
                self._truths[leaf.key] = leaf.decide((stretches[cell[place]].value,))
            found = self._known[own] = self.criterion.when.truth_in(self._truths)
        return found


@dataclass(slots=True)
class _Tally:
    """The probabilities that are counted, cell by cell.

    ``totals`` are those of cells with one total; ``reach`` counts every total that a cell allows.
    ``open`` are the items that some cell leaves open.
    """

    totals: dict[Decimal, float]
    reach: dict[Decimal, float]
    passing: dict[str, float]
    open: set[str]


@dataclass(frozen=True)
class Counted:
    """What the uncertainty of the measurements leaves of a score, without its strategy."""

    score: ScoreTrace
    measured: tuple[str, ...]
    tally: _Tally

    def items(self) -> result.Certainty:
        """Return how probable each measured item is; there is no total yet."""
        return result.Certainty(
            points={},
            grades={},
            criteria=self._items,
            measured=self.measured,
            assuming=ASSUMING,
        )

    @cached_property
    def _items(self) -> dict[str, Decimal]:
        passing, is_open = self.tally.passing, self.tally.open
        return {name: _rounded(p) for name, p in passing.items() if name not in is_open}

    @cached_property
    def _likely(self) -> list[Decimal]:
        return [total for total, p in self.tally.reach.items() if _rounded(p) >= LIKELY]

    def with_points(self, *added: Decimal) -> result.Certainty:
        """Return the distribution of total and grade, with the points that a strategy adds.

        Of several there is no distribution, as nobody knows which counts, and only the span.

        Args:
            added: The points of the strategy; several when several strategies may count.
        """
        found = sorted(self.tally.totals.items()) if len(added) == 1 else ()
        totals = {total + added[0]: p for total, p in found}
        likely = sorted(total + points for total in self._likely for points in added)
        return result.Certainty(
            points={plain(total): _rounded(p) for total, p in totals.items()},
            grades=_grades(self.score, totals),
            criteria=self._items,
            likely=result.Span(low=likely[0], high=likely[-1]) if likely else None,
            measured=self.measured,
            assuming=ASSUMING,
        )


def counted(score: ScoreTrace, sheet: FactSheet) -> Counted | None:
    """Count how probable each total is, or return None when nothing uncertain is measured.

    The values of each uncertain fact are cut at the limits that the score asks about; every
    combination of stretches is decided like a case of its own, and its probability counted.
    While an item is not known there is no distribution of the total: the measured items are told,
    and the span of the totals that are likely enough.

    Args:
        score: The score in this case.
        sheet: The facts with their standard deviations.
    """
    stretches = _stretches(score, sheet)
    if not stretches:
        return None
    items: list[_Item] = []
    settled: list[tuple[Criterion, Truth]] = []
    for criterion, decided in zip(score.rule.items, score.criteria, strict=True):
        if stretches.keys().isdisjoint([seen.path for seen in decided.seen]):
            settled.append((criterion, decided.truth))
        else:
            items.append(_Item(criterion, decided, stretches))
    base = _reached(settled, NOTHING, NOTHING)
    return Counted(score, tuple(stretches), _tallied(score, stretches, items, base))


def _tallied(
    score: ScoreTrace,
    stretches: Stretches,
    items: list[_Item],
    base: tuple[Decimal, Decimal],
) -> _Tally:
    tally = _Tally({}, {}, {item.criterion.id: 0.0 for item in items}, set())
    cut = list(stretches.values())
    for cell in itertools.product(*(range(len(found)) for found in cut)):
        probability = math.prod([found[n].probability for found, n in zip(cut, cell, strict=True)])
        decided = [(item.criterion, item.holds(cell)) for item in items]
        for criterion, truth in decided:
            if truth is TRUE:
                tally.passing[criterion.id] += probability
            elif truth is UNKNOWN:
                tally.open.add(criterion.id)
        low, high = _reached(decided, *base)
        if low == high:
            tally.totals[low] = tally.totals.get(low, 0.0) + probability
        for total in (low,) if low == high else _between(score, low, high):
            tally.reach[total] = tally.reach.get(total, 0.0) + probability
    if base[0] != base[1] or tally.open:
        tally.totals = {}
    return tally


def _reached(
    items: Iterable[tuple[Criterion, Truth]], low: Decimal, high: Decimal
) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest total that items add up to, beginning with these."""
    for criterion, truth in items:
        points = criterion.points
        if truth is TRUE:
            low, high = low + points, high + points
        elif truth is UNKNOWN:
            low, high = low + min(points, NOTHING), high + max(points, NOTHING)
    return low, high


def _between(score: ScoreTrace, low: Decimal, high: Decimal) -> list[Decimal]:
    return [total for total in score.rule.possible_totals if low <= total <= high]


def _stretches(score: ScoreTrace, sheet: FactSheet) -> dict[str, list[_Stretch]]:
    if sheet.uncertain.isdisjoint(score.paths):
        return {}
    limits: dict[str, set[Decimal]] = {}
    for decided in score.criteria:
        for seen in decided.seen:
            if seen.leaf.limit is not None and seen.path in sheet.uncertain:
                limits.setdefault(seen.path, set()).add(seen.leaf.limit.number)
    found = {}
    for path, numbers in limits.items():
        reading = sheet.readings[path]
        value, sd = reading.known, reading.sd
        if isinstance(value, Quantity) and sd is not None and sd.number > 0:
            found[path] = list(_cut(value, float(sd.number), sorted(numbers)))
    return found


def _cut(value: Quantity, sd: float, limits: list[Decimal]) -> Iterator[_Stretch]:
    """Cut the distribution of a value at the limits; a limit itself has no probability."""
    below = 0.0
    for index, limit in enumerate(limits):
        up_to = 0.5 * (1 + math.erf(float(limit - value.number) / (sd * math.sqrt(2))))
        lower = limits[index - 1] if index else limit - 2
        yield _Stretch(Quantity((lower + limit) / 2, value.unit), up_to - below)
        below = up_to
    yield _Stretch(Quantity(limits[-1] + 1, value.unit), 1 - below)


def _grades(score: ScoreTrace, totals: Mapping[Decimal, float]) -> dict[str, Decimal]:
    return {
        grade.name: _rounded(
            sum(p for total, p in totals.items() if grade.low <= total <= grade.high)
        )
        for grade in score.rule.grades
        if any(grade.low <= total <= grade.high for total in totals)
    }


def _rounded(probability: float) -> Decimal:
    return Decimal(probability).quantize(THOUSANDTH)
