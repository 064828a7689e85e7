"""The numbered list of what the result was taken from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cto_cds.advice.result import Outcome, Recommendation, Result, Score, Source
from cto_cds.report.scored import shelf


@dataclass(slots=True)
class Numbered:
    """One publication, its number, and the places in it that were used."""

    number: int
    cite: str
    doi: str | None
    where: list[str]


class Sources:
    """Numbers publications in the order in which a reader of the report meets them.

    Attributes:
        of_plan: How many of them the plan itself rests on; these come first.
    """

    def __init__(self, result: Result) -> None:
        self._found: dict[tuple[str, str | None], Numbered] = {}
        self._add(_of_plan(result.recommendation))
        self.of_plan = len(self._found)
        self._add(_of_the_rest(result))

    def _add(self, sources: Iterable[Source | Outcome]) -> None:
        for source in sources:
            key = (source.cite, source.doi)
            fresh = Numbered(len(self._found) + 1, *key, [])
            found = self._found.setdefault(key, fresh)
            if source.where and source.where not in found.where:
                found.where.append(source.where)

    def number(self, source: Source | Outcome) -> int:
        """Return the number of a source of the result."""
        return self._found[source.cite, source.doi].number

    def __iter__(self) -> Iterator[Numbered]:
        return iter(self._found.values())


def _of_the_rest(result: Result) -> Iterator[Source | Outcome]:
    for finding in result.findings.values():
        yield finding.source
    for _, score in shelf(result).read:
        yield from _of_score(score)
    for association in result.associations:
        yield association.source
    for algorithm in result.algorithms.values():
        yield algorithm.source
        for step in algorithm.path:
            yield step.source


def _of_plan(plan: Recommendation) -> Iterator[Source | Outcome]:
    for strategy in plan.strategies:
        for line in (*strategy.reasons_for, *strategy.against, *strategy.cautions):
            yield line.source
        for risk in strategy.risks:
            yield from risk.outcome
    yield from (entry.source for entry in (*plan.vetoed, *plan.cautions))
    yield from (entry.source for entry in plan.advice)
    bases = (strategy.risk_basis for strategy in plan.strategies)
    yield from (basis.source for basis in bases if basis and basis.source)


def _of_score(score: Score) -> Iterator[Source | Outcome]:
    yield score.source
    yield from score.outcome
    for scenario in (score.scenarios or {}).values():
        yield from scenario.outcome
    for criterion in score.criteria:
        yield criterion.source
