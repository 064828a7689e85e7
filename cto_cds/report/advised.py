"""Advice, the views of the algorithms and what would change the plan, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cto_cds.advice.result import Advice, Change, Result, Strategy, Turning
from cto_cds.report.names import Names

CERTAIN = 0.9995


@dataclass(frozen=True, slots=True)
class AdviceGroup:
    """All advice under one heading."""

    about: str
    advice: tuple[Advice, ...]


def advice_groups(result: Result) -> list[AdviceGroup]:
    """Return the advice by heading, in the order in which the headings first appear."""
    groups: dict[str, list[Advice]] = {}
    for advice in result.recommendation.advice:
        groups.setdefault(advice.about, []).append(advice)
    return [AdviceGroup(about, tuple(found)) for about, found in groups.items()]


def barred_because(strategy: Strategy, result: Result) -> list[str]:
    """Return why a strategy cannot be done by this operator or here."""
    return [a.says for a in result.recommendation.advice if a.rule in strategy.barred]


def otherwise_first(result: Result) -> str | None:
    """Return the first choice that can be done here, when it is not the first of the list."""
    plan = result.recommendation
    if not plan.strategies or plan.first_here == plan.strategies[0].id:
        return None
    return plan.first_here


def turning_lines(turning: Turning, known: Names) -> Iterator[str]:
    """Yield what comes first for each value of a missing fact."""
    for answer in turning.answers:
        yield f"{answer.values}: {first_words(answer.first, known)}"


def change_line(change: Change, known: Names) -> str:
    """Return a change and what it leads to, on one line."""
    place = known.place(change.fact)
    return f"{place} {change.to} instead of {change.now}: {first_words(change.first, known)}"


def first_words(first: str | None, known: Names) -> str:
    """Return a first choice as words; there may be none."""
    return f"{known.title(first)} first" if first else "nothing is ranked"


def stability_line(result: Result, known: Names) -> str | None:
    """Return how likely each first choice is, or None when no measurement can change it."""
    what_if = result.recommendation.what_if
    if what_if is None or what_if.stability is None:
        return None
    stability = what_if.stability
    measured = ", ".join(known.places(stability.measured))
    chances = [
        f"{known.title(first)} {_percent(float(chance))}"
        for first, chance in stability.first.items()
    ]
    return f"{'; '.join(chances)}, given the uncertainty of: {measured}."


def _percent(chance: float) -> str:
    if chance > CERTAIN:
        return "in practically all cases"
    return f"{100 * chance:.1f} %"
