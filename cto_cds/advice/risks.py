"""Beside each ranked strategy: what published scores say of it for this patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cto_cds.advice import result


def with_risks(
    strategies: Iterable[result.Strategy], scores: Mapping[str, result.Score]
) -> tuple[result.Strategy, ...]:
    """Return the strategies with the scores that give a total of their own for each."""
    return tuple(
        strategy.model_copy(update={"risks": tuple(_risks(strategy.id, scores))})
        for strategy in strategies
    )


def _risks(strategy: str, scores: Mapping[str, result.Score]) -> Iterator[result.Risk]:
    for name, score in scores.items():
        scenario = (score.scenarios or {}).get(strategy)
        if scenario is not None:
            yield result.Risk(
                score=name,
                title=score.title,
                endpoint=score.endpoint,
                points=scenario.points,
                likely=scenario.certainty.likely if scenario.certainty else None,
                outcome=scenario.outcome,
                verified=score.verified,
            )
