"""How sure a score is, in words: percent, and what is taken for granted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice.result import Certainty, Result, Scenario, Score

NEVER, ALWAYS = Decimal(0), Decimal(1)
LEAST = 1
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Share:
    """One possible grade or total, and how probable it is."""

    label: str
    percent: str


def percent(probability: Decimal) -> str:
    """Return a probability in whole percent; what is open is never told as certain."""
    if probability * WHOLE < LEAST:
        return f"< {LEAST} %"
    if (ALWAYS - probability) * WHOLE < LEAST:
        return f"> {WHOLE - LEAST} %"
    return f"{(probability * WHOLE).quantize(ALWAYS)} %"


def shares(score: Score) -> tuple[Share, ...]:
    """Return the probability of each grade, most probable first, and of each total.

    Totals are told where the score has no grades or a grade holds several of them. Nothing is
    returned when there is nothing to tell: one of them is certain, items are not known, or there is
    no total before a strategy is used.
    """
    return _told(score.certainty) if score.certainty and score.points else ()


def scenario_shares(scenario: Scenario) -> tuple[Share, ...]:
    """Return the same for the total under one strategy."""
    return _told(scenario.certainty) if scenario.certainty else ()


def _told(certainty: Certainty) -> tuple[Share, ...]:
    grades = _shares(certainty.grades)
    totals = _shares({f"total {total}": p for total, p in certainty.points.items()})
    return (*grades, *totals) if len(totals) > len(grades) else grades


def grade_shares(score: Score) -> tuple[Share, ...]:
    """Return the probability of each grade; nothing when one of them is certain, or none known."""
    known = score.certainty is not None and score.points is not None
    return _shares(score.certainty.grades) if known and score.certainty else ()


def _shares(found: Mapping[str, Decimal]) -> tuple[Share, ...]:
    if set(found.values()) <= {NEVER, ALWAYS}:
        return ()
    ordered = sorted(found.items(), key=lambda entry: -entry[1])
    return tuple(Share(label, percent(probability)) for label, probability in ordered)


def item_share(score: Score, criterion: str) -> str | None:
    """Return how probable it is that a measured item holds; None when the data say nothing new."""
    probability = score.certainty.criteria.get(criterion) if score.certainty else None
    return None if probability in {None, NEVER, ALWAYS} else percent(probability or NEVER)


def assumptions(result: Result) -> list[str]:
    """Return what all probabilities take for granted, each sentence once."""
    told = (score.certainty.assuming for score in result.scores.values() if score.certainty)
    return list(dict.fromkeys(told))
