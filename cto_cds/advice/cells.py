"""The values a fact may take, cut into cells in which no rule can tell them apart."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.facts.value import Quantity, Value, plain
from cto_cds.facts.vocabulary import FactType

THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Cell:
    """Values of one fact that every rule takes alike.

    Attributes:
        value: One of them, to be decided with.
        low, high: The limits around a stretch of numbers; None at the ends of the scale.
        word: The word, when it is one.
        exact: Whether it is the limit itself.
    """

    value: Value
    low: Decimal | None = None
    high: Decimal | None = None
    word: str = ""
    exact: bool = False

    def distance(self, value: Value, fact: FactType) -> Decimal:
        """Return how far this cell is from a value: see ``changes.Change.size``."""
        if self.word or not isinstance(value, Quantity):
            return _steps(self.word, value, fact)
        nearest = value.number
        if self.low is not None and nearest < self.low:
            nearest = self.low
        if self.high is not None and nearest > self.high:
            nearest = self.high
        scale = (fact.high or Decimal(1)) - (fact.low or Decimal(0))
        return abs(nearest - value.number) / scale


def _steps(word: str, value: Value, fact: FactType) -> Decimal:
    """Steps in the list of words; between a word and a number, the whole scale."""
    if not isinstance(value, str) or value not in fact.words or word not in fact.words:
        return Decimal(1)
    steps = abs(fact.words.index(word) - fact.words.index(value))
    return Decimal(steps) / max(len(fact.words) - 1, 1)


def limits_through(
    ratio: Sequence[str], limits: Sequence[Decimal], path: str, other: Decimal
) -> Iterator[Decimal]:
    """Yield where one fact of a quotient meets the limits of the quotient, to a thousandth.

    Args:
        ratio: The places of the fact above and of the fact below.
        limits: What rules compare the quotient with.
        path: The place of one of the two facts.
        other: The number of the other one.
    """
    above, _ = ratio
    for limit in limits:
        if path == above:
            yield (limit * other).quantize(THOUSANDTH)
        elif limit:
            yield (other / limit).quantize(THOUSANDTH)


def cells_of(fact: FactType, limits: Sequence[Decimal]) -> tuple[Cell, ...]:
    """Return the cells of a fact, in the order of the scale; a list has none.

    Args:
        fact: The fact.
        limits: What rules compare it with, rising.
    """
    if fact.list_of:
        return ()
    words = tuple(Cell(word, word=word) for word in fact.words)
    return (*_stretches(fact, limits), *words)


def _stretches(fact: FactType, limits: Sequence[Decimal]) -> Iterator[Cell]:
    if not fact.numeric:
        return
    inside = [x for x in limits if (fact.low is None or fact.low <= x)]
    inside = [x for x in inside if fact.high is None or x <= fact.high]
    edges = [fact.low, *inside, fact.high]
    for index, limit in enumerate([*inside, None]):
        below, above = edges[index], edges[index + 1]
        between = _between(below, above)
        if between is not None:
            low = below if index else None
            yield Cell(Quantity(between, fact.unit), low, limit)
        if limit is not None:
            yield Cell(Quantity(limit, fact.unit), limit, limit, exact=True)


def _between(below: Decimal | None, above: Decimal | None) -> Decimal | None:
    if below is None or above is None or below == above:
        return None
    return (below + above) / 2


def cell_of(value: Value, cells: Sequence[Cell]) -> int | None:
    """Return the place of the cell that holds a value."""
    for place, cell in enumerate(cells):
        if isinstance(value, str):
            if cell.word == value:
                return place
        elif isinstance(value, Quantity) and not cell.word and _holds(cell, value.number):
            return place
    return None


def _holds(cell: Cell, number: Decimal) -> bool:
    if cell.exact:
        return number == cell.low
    above = cell.low is None or number > cell.low
    return above and (cell.high is None or number < cell.high)


def told(cells: Sequence[Cell], fact: FactType) -> str:
    """Return neighbouring cells in words, such as ``20 mm or more`` or ``mild or moderate``."""
    numbers = [cell for cell in cells if not cell.word]
    parts = [_span(numbers, fact)] if numbers else []
    return " or ".join([*parts, *(cell.word for cell in cells if cell.word)])


def _span(cells: Sequence[Cell], fact: FactType) -> str:
    first, last = cells[0], cells[-1]
    low = "" if first.low is None else _shown(first.low, fact)
    high = "" if last.high is None else _shown(last.high, fact)
    if not low and not high:
        return "any value"
    if not low:
        return f"up to {high}" if last.exact else f"under {high}"
    if not high:
        return f"{low} or more" if first.exact else f"over {low}"
    if first.exact and last.exact:
        return low if low == high else f"{low} to {high}"
    start = f"{low} or more" if first.exact else f"over {low}"
    return f"{start} and {'up to' if last.exact else 'under'} {high}"


def _shown(number: Decimal, fact: FactType) -> str:
    return f"{plain(number)} {fact.unit}".rstrip()


def chance(cell: Cell, mean: Decimal, sd: float) -> float:
    """Return how likely a normally distributed measurement lies in a cell."""
    if cell.word or cell.exact:
        return 0.0
    above = 1.0 if cell.high is None else _up_to(cell.high, mean, sd)
    below = 0.0 if cell.low is None else _up_to(cell.low, mean, sd)
    return above - below


def _up_to(limit: Decimal, mean: Decimal, sd: float) -> float:
    return 0.5 * (1 + math.erf(float(limit - mean) / (sd * math.sqrt(2))))
