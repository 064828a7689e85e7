"""What a pack publishes, as results show it: the same in every case, so made once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice import result
from cto_cds.advice.words import source_of
from cto_cds.rulefile.model import Verified, weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.score import Score


@dataclass(frozen=True, slots=True)
class _Figure:
    """A published figure, and the totals that it is for, both ends included."""

    low: Decimal
    high: Decimal
    shown: result.Outcome


class Published:
    """The published parts of a pack.

    Args:
        pack: The rules.
    """

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._heads = {score.id: _head(score) for score in pack.scores}
        self._figures = {score.id: tuple(_figures(score)) for score in pack.scores}
        self._verified = {
            score.id: weakest(score.header.verified, *(item.verified for item in score.criteria))
            for score in pack.scores
        }

    def head(self, score: Score) -> result.Score:
        """Return a score as it is before anything is known of a case."""
        return self._heads[score.id]

    def outcomes(self, score: Score, totals: Sequence[Decimal]) -> tuple[result.Outcome, ...]:
        """Return the published figures for the totals that are possible, one set after another.

        Args:
            score: The score.
            totals: Its totals, rising.
        """
        return tuple([f.shown for f in self._figures[score.id] if _is_for(f, totals)])

    def verified(self, score: Score) -> Verified:
        """Return how far the weakest of the score itself and its items was verified."""
        return self._verified[score.id]


def _is_for(figure: _Figure, totals: Sequence[Decimal]) -> bool:
    if figure.high < totals[0] or totals[-1] < figure.low:
        return False
    return len(totals) == 1 or any(figure.low <= total <= figure.high for total in totals)


def _head(score: Score) -> result.Score:
    header, scale = score.header, score.possible_totals
    return result.Score(
        state="not_applicable",
        title=header.title,
        endpoint=score.endpoint,
        span=result.Span(low=scale[0], high=scale[-1]),
        limits=header.limits_shown,
        source=source_of(header.source),
        verified=header.verified,
        version=header.version,
    )


def _figures(score: Score) -> Iterator[_Figure]:
    for outcome in score.outcomes:
        for band in outcome.bands:
            shown = result.Outcome(
                endpoint=outcome.endpoint,
                grade=band.label,
                value=band.value,
                unit=outcome.unit,
                population=outcome.population,
                cite=outcome.source.cite,
                doi=outcome.source.doi or None,
                where=outcome.source.where or None,
                verified=outcome.verified,
            )
            yield _Figure(band.low, band.high, shown)
