"""Advice, the views of the algorithms and what would change the plan, in the order of reading."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice.result import Advice, Result, Strategy
from cto_cds.report.certainty import percent
from cto_cds.report.names import Names

OTHERWISE_DECIDED = "Only where that is decided otherwise"
IF_IT_FAILS = "If that fails or cannot be done"
CERTAIN = Decimal("0.9995")
LEAST_TOLD = Decimal("0.001")
MOST_CHANGES = 5
NONE_HERE = "Nothing of this list can be done here."


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


def none_here(result: Result) -> bool:
    """Return whether nothing of the list can be done by this operator with what is here."""
    plan = result.recommendation
    return bool(plan.strategies) and plan.first_here is None


def without_role(strategy: Strategy) -> list[str]:
    """Return the techniques of a strategy that belong to no part of the procedure."""
    placed = {name for names in strategy.steps.values() for name in names}
    return [name for name in strategy.techniques if name not in placed]


def steps_in_order(strategy: Strategy, known: Names) -> dict[str, tuple[str, ...]]:
    """Return the techniques by the part of the procedure, the parts in the order of the rules.

    A strategy names its techniques by preference, so a later part may come first there.
    """
    parts = sorted(strategy.steps.items(), key=lambda part: min(map(known.position, part[1])))
    return dict(parts)


def turnings(result: Result, known: Names) -> dict[str, list[str]]:
    """Return, for each missing fact that may turn the plan, what comes first for each value."""
    what_if = result.recommendation.what_if
    return {
        known.place(turning.fact): [
            f"{answer.values}: {_first(answer.first, known)}" for answer in turning.answers
        ]
        for turning in (what_if.missing if what_if else ())
    }


def changes(result: Result, known: Names) -> list[str]:
    """Return the smallest changes that put something else first, each on one line.

    What only leaves the plan without a first choice, such as another kind of lesion, is left out.
    """
    what_if = result.recommendation.what_if
    turning = [c for c in (what_if.changes if what_if else ()) if c.first]
    return [
        f"{known.place(c.fact)} {c.to} instead of {c.now}: {_first(c.first, known)}"
        for c in turning[:MOST_CHANGES]
    ]


def _first(first: str | None, known: Names) -> str:
    """Return a first choice as words; there may be none."""
    return f"{known.title(first)} first" if first else "nothing is ranked"


def behind_first(result: Result) -> str:
    """Return what heads the strategies behind the first."""
    ends = result.recommendation.strategies[0].ends_attempt
    return OTHERWISE_DECIDED if ends else IF_IT_FAILS


def standing(result: Result) -> str:
    """Return how firmly the first choice stands: what is missing, and how sure the numbers are."""
    plan = result.recommendation
    if not plan.settled:
        return "not settled"
    if not plan.strategies:
        return "none"
    sure = plan.what_if.stability if plan.what_if else None
    if sure is None:
        return "settled"
    chance = sure.first.get(plan.strategies[0].id, Decimal(0))
    if chance > CERTAIN:
        return "settled"
    return f"the same in {percent(chance)} within the uncertainty of the measurements"


def stability_line(result: Result, known: Names) -> str | None:
    """Return how likely each first choice is, or None when no measurement can change it.

    While the first choice is not settled, the line speaks of the measurements alone and says so;
    where these leave it as it is, there is none.
    """
    plan = result.recommendation
    if plan.what_if is None or plan.what_if.stability is None:
        return None
    if not plan.settled and not may_turn(result):
        return None
    stability = plan.what_if.stability
    measured = ", ".join(known.places(stability.measured))
    chances = [
        f"{known.title(first)} {_percent(chance)}" for first, chance in stability.first.items()
    ]
    told = f"{'; '.join(chances)}, given the uncertainty of: {measured}."
    if plan.settled:
        return f"How sure: {told}"
    return f"The first choice is not settled. As long as nothing more is known it would be: {told}"


def may_turn(result: Result) -> bool:
    """Say whether what was measured may turn the first choice, and not only what is missing."""
    plan = result.recommendation
    chances = plan.what_if.stability.first if plan.what_if and plan.what_if.stability else {}
    return len(chances) > 1 and (plan.settled or max(chances.values()) <= CERTAIN)


def _percent(chance: Decimal) -> str:
    if chance > CERTAIN:
        return "in practically all cases"
    if chance < LEAST_TOLD:
        return f"in less than {100 * LEAST_TOLD:.1f} %"
    return f"{100 * chance:.1f} %"
