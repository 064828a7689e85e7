"""The strategy that counts in a score by strategy: of those used, the one with the most points."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice.risks import UNNAMED, counted_as
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.score import Score

TRIED = "procedure.strategies_tried"
OPEN = (
    "Which strategies were used so far is not known. What was used still counts, so each total "
    "reaches up to the one with the strategy that gives the most points."
)


@dataclass(frozen=True, slots=True)
class Used:
    """What was used, as one score tells it apart.

    Attributes:
        rule: The score.
        named: The strategies that were used, each as one of those that the score names.
        unknown: Whether nobody knows what was used, so that each of them may have been.
    """

    rule: Score
    named: tuple[str, ...]
    unknown: bool

    @property
    def counted(self) -> str:
        """The strategy that counts; empty while none is known to have been used.

        What was used once stays used, whatever comes next.
        """
        return self._most(self.named)

    def counted_with(self, strategy: str) -> tuple[str, ...]:
        """Return the strategies that may count once this one is used as well.

        It is one, unless nobody knows what was used: each with more points may then count.

        Args:
            strategy: The strategy that is used.
        """
        sure = self._most((strategy, *self.named))
        if not self.unknown:
            return (sure,)
        least = self.rule.points_of(sure)
        return (sure, *(s for s in self.rule.scenarios if self.rule.points_of(s) > least))

    @property
    def leaves_open(self) -> bool:
        """Whether some total hangs on what was used and nobody knows that."""
        return any(len(self.counted_with(strategy)) > 1 for strategy in self.rule.scenarios)

    def _most(self, strategies: Collection[str]) -> str:
        return max(strategies, key=self.rule.points_of, default="")


def used_in(rule: Score, tried: tuple[str, ...] | None, pack: Pack) -> Used:
    """Return what was used, as a score tells it apart.

    Args:
        rule: The score.
        tried: The strategies that were used; None when that is not known.
        pack: The rules, which say where a strategy belongs that the score does not name.
    """
    found = (counted_as(strategy, rule.scenarios, pack) for strategy in tried or ())
    return Used(rule, tuple(strategy for strategy in found if strategy), tried is None)


def notes_of(used: Used, tried: tuple[str, ...] | None, pack: Pack) -> Iterator[str]:
    """Yield what a reader must know of what was used and is not named by the score.

    It counts as another strategy, or nothing counts it, or nobody knows what was used.
    """
    rule = used.rule
    if used.leaves_open:
        yield OPEN
    for strategy in tried or () if rule.scenarios else ():
        place = pack.techniques[strategy].risk
        because = place.because if place else UNNAMED
        counts_as = counted_as(strategy, rule.scenarios, pack)
        if not counts_as:
            yield f"{pack.title(strategy)} was used, and no total counts it. {because}"
        elif counts_as == used.counted != strategy:
            title = pack.title(counts_as)
            yield f"{pack.title(strategy)} was used, and counts as {title}. {because}"


def added_by(rule: Score, counted: Collection[str]) -> tuple[Decimal, ...]:
    """Return the points that the strategies which may count add, each once, rising."""
    return tuple(sorted({rule.points_of(strategy) for strategy in counted}))
