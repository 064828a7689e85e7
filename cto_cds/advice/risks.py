"""Beside each ranked strategy: what published scores say of it for this patient."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from cto_cds.advice import result
from cto_cds.advice.words import source_of
from cto_cds.rulefile.model import RiskPlace, weakest
from cto_cds.rulefile.pack import Pack

UNNAMED = "No score of risk in these rules names it."


def counted_as(strategy: str, scenarios: Collection[str], pack: Pack) -> str:
    """Return with which of its scenarios a score counts a strategy; empty when with none.

    Args:
        strategy: The strategy.
        scenarios: The strategies that the score tells apart.
        pack: The rules, which say where a strategy belongs that the score does not name.
    """
    if strategy in scenarios:
        return strategy
    technique = pack.techniques.get(strategy)
    place = technique.risk if technique else None
    return place.counts_as if place and place.counts_as in scenarios else ""


def placed_among(used: Collection[str], counted: str, pack: Pack) -> Iterator[RiskPlace]:
    """Yield the readings by which strategies that were used count as the one that counts."""
    for strategy in used:
        place = pack.techniques[strategy].risk
        if place and counted and place.counts_as == counted:
            yield place


def with_risks(
    strategies: Iterable[result.Strategy], scores: Mapping[str, result.Score], pack: Pack
) -> tuple[result.Strategy, ...]:
    """Return the strategies with the scores that give a total of their own for each.

    One that no score gives a total for says why.
    """
    named = {strategy for score in pack.scores for strategy in score.scenarios}
    return tuple(
        strategy.model_copy(
            update={
                "risks": tuple(_risks(strategy.id, scores, pack)),
                "risk_basis": None if strategy.id in named else _basis(strategy, pack),
            }
        )
        for strategy in strategies
    )


def _risks(strategy: str, scores: Mapping[str, result.Score], pack: Pack) -> Iterator[result.Risk]:
    place = pack.techniques[strategy].risk
    for name, score in scores.items():
        scenarios = score.scenarios
        if not scenarios:
            continue
        scenario = scenarios.get(counted_as(strategy, scenarios, pack))
        if scenario is not None:
            reading = () if place is None or strategy in scenarios else (place.verified,)
            yield result.Risk(
                score=name,
                title=score.title,
                endpoint=score.endpoint,
                points=scenario.points,
                likely=scenario.certainty.likely if scenario.certainty else None,
                outcome=scenario.outcome,
                verified=weakest(score.verified, *reading),
            )


def _basis(strategy: result.Strategy, pack: Pack) -> result.RiskBasis:
    place = pack.techniques[strategy.id].risk
    if place is None:
        return result.RiskBasis(because=UNNAMED)
    return result.RiskBasis(
        counts_as=place.counts_as or None,
        title=pack.title(place.counts_as) if place.counts_as else None,
        because=place.because,
        verified=place.verified,
        source=source_of(place.source),
    )
