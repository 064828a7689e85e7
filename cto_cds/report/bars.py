"""Support as a bar: the settled part, and the part that is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice.parts import NOTHING
from cto_cds.advice.result import Span, Strategy

WIDTH = Decimal(100)
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a bar, in percent of the width."""

    x: Decimal
    width: Decimal


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. ``zero`` is where nothing speaks for or against."""

    zero: Decimal
    settled: Piece
    open: Piece


class Scale:
    """One scale for all strategies of a plan, so that their bars can be compared."""

    def __init__(self, strategies: Sequence[Strategy]) -> None:
        self.low = min([NOTHING, *(s.support.low for s in strategies)])
        high = max([NOTHING, *(s.support.high for s in strategies)])
        self.high = high if high > self.low else self.low + 1

    def bar(self, support: Span) -> Bar:
        """Return the bar of a support."""
        near = min(max(NOTHING, support.low), support.high)
        ends = sorted((NOTHING, near))
        return Bar(self._at(NOTHING), self._piece(*ends), self._piece(support.low, support.high))

    def _piece(self, low: Decimal, high: Decimal) -> Piece:
        start = self._at(low)
        return Piece(start, self._at(high) - start)

    def _at(self, value: Decimal) -> Decimal:
        return ((value - self.low) / (self.high - self.low) * WIDTH).quantize(HUNDREDTH)
