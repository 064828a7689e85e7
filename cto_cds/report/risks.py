"""What published scores say of one strategy, apart from what they say of all patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cto_cds.advice.result import Outcome, Result, Risk, RiskBasis, Strategy
from cto_cds.report.scored import ANY, NOTHING_READ, reaches_further, unread, whether, with_likely


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One risk score under one strategy.

    ``here`` holds the figures published for the totals that are possible here, ``over_all`` those
    that were published for all totals together and say nothing of this patient.
    """

    risk: Risk
    total: str
    settled: bool
    here: tuple[Outcome, ...]
    over_all: tuple[Outcome, ...]

    @property
    def other(self) -> tuple[Outcome, ...]:
        """What is published besides the figures for a settled total."""
        return self.over_all if self.settled else (*self.here, *self.over_all)


def risk_lines(strategy: Strategy, result: Result) -> list[RiskLine]:
    """Return the risks of a strategy; where nothing is known, no figure stands."""
    return [_line(risk, result) for risk in strategy.risks]


def _line(risk: Risk, result: Result) -> RiskLine:
    score = result.scores[risk.score]
    if unread(score):
        return RiskLine(risk, NOTHING_READ, settled=False, here=(), over_all=())
    return RiskLine(
        risk,
        with_likely(risk.points, risk.likely, score.span, minus="-") + whether(score),
        settled=risk.points.low == risk.points.high
        and not reaches_further(risk.points, risk.likely)
        and not score.applies_if,
        here=tuple(outcome for outcome in risk.outcome if outcome.grade != ANY),
        over_all=tuple(outcome for outcome in risk.outcome if outcome.grade == ANY),
    )


@dataclass(frozen=True, slots=True)
class Placed:
    """Strategies that scores of risk do not name, with the one thing said of them all."""

    strategies: tuple[Strategy, ...]
    basis: RiskBasis

    @property
    def told(self) -> str:
        """What is said of them: with whose totals they go, or with none, and why."""
        titles = "; ".join(strategy.title for strategy in self.strategies)
        where = f"counted as {self.basis.title}" if self.basis.title else "no published risk"
        return f"{titles}: {where}. {self.basis.because}"


def placed(result: Result) -> list[Placed]:
    """Return what stands beside the total of another strategy or beside none, and why."""
    found: dict[RiskBasis, list[Strategy]] = {}
    for strategy in result.recommendation.strategies:
        if strategy.risk_basis:
            found.setdefault(strategy.risk_basis, []).append(strategy)
    return [Placed(tuple(strategies), basis) for basis, strategies in found.items()]


class Populations:
    """Numbers the populations in which figures were published, so that each is told once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[int, Outcome]] = {}

    def number(self, outcome: Outcome) -> int:
        """Return the number under which the population of a figure is told."""
        key = (outcome.population, outcome.cite)
        return self._found.setdefault(key, (len(self._found) + 1, outcome))[0]

    def __iter__(self) -> Iterator[tuple[int, Outcome]]:
        return iter(self._found.values())
