"""What the templates of the report are given."""

from __future__ import annotations

from collections.abc import Mapping

from cto_cds.advice.result import Result
from cto_cds.report import advised, certainty, essentials, grouping, scored
from cto_cds.report.associated import NO_PROBABILITY, association_tables
from cto_cds.report.bars import Scale
from cto_cds.report.going_on import reserve
from cto_cds.report.names import Names
from cto_cds.report.risks import placed, risk_lines
from cto_cds.report.sources import Sources
from cto_cds.report.support import (
    first_by,
    named_by,
    own_reasons,
    perhaps_first_by,
    support_of,
    why_it_ends,
)
from cto_cds.report.unconfirmed import unconfirmed_told


def told_of(result: Result, names: Mapping[str, str]) -> dict[str, object]:
    """Return what the templates may tell, by the name under which they know it."""
    known = Names(result, names)
    return {
        "result": result,
        "plan": result.recommendation,
        "names": known,
        "sources": Sources(result),
        **_essentials(result, known),
        **_rest(result),
    }


def _essentials(result: Result, known: Names) -> dict[str, object]:
    """Return what is shown on screen first and on paper alone."""
    plan = result.recommendation
    support = support_of(result)
    first = plan.strategies[:1]
    return {
        "scale": Scale(plan.strategies),
        "support": support,
        "reserve": reserve(result, known),
        "voiced": [voice.view.algorithm for voice in support.voices],
        "first_by": [name for strategy in first for name in first_by(strategy, support)],
        "perhaps_first_by": [
            name for strategy in first for name in perhaps_first_by(strategy, support)
        ],
        "named_by": [name for strategy in first for name in named_by(strategy, result)],
        "why_it_ends": [text for strategy in first for text in why_it_ends(strategy, support)],
        "own_reasons": [line for strategy in first for line in own_reasons(strategy, result)],
        "checklist": essentials.checklist(result),
        "may_be_needed": essentials.may_be_needed(result),
        "set_apart": essentials.set_apart(result),
        "advice": advised.advice_groups(result),
        "barred": {s.id: advised.barred_because(s, result) for s in plan.strategies},
        "steps": {s.id: advised.steps_in_order(s, known) for s in plan.strategies},
        "without_role": {s.id: advised.without_role(s) for s in plan.strategies},
        "behind_first": advised.behind_first(result) if plan.strategies else "",
        "otherwise_first": advised.otherwise_first(result),
        "none_here": advised.NONE_HERE if advised.none_here(result) else "",
        "turning": advised.turnings(result, known),
        "changes": advised.changes(result, known),
        "standing": advised.standing(result),
        "stability": advised.stability_line(result, known),
        "to_review": grouping.to_review(result),
        "unconfirmed": unconfirmed_told(result),
        "review_told": grouping.review_told(result, known),
        "forbidden": grouping.forbidden(result),
        "held_back": grouping.held_back(result),
        "care": grouping.device_cautions(result),
        "care_later": grouping.later_cautions(result),
        "known_facts": essentials.known_facts(result),
        "put_beside": essentials.put_beside(result),
        "known_findings": essentials.known_findings(result),
        "risk_table": essentials.risk_table(result),
        "placed": placed(result),
        "asked": essentials.asked(result, "plan"),
        "asked_for_scores": essentials.asked(result, "score"),
        "shelf": scored.shelf(result),
        "assumptions": certainty.assumptions(result),
    }


def _rest(result: Result) -> dict[str, object]:
    """Return what is unfolded on screen."""
    return {
        "facts": grouping.fact_groups(result),
        "risks": [risk_lines(strategy, result) for strategy in result.recommendation.strategies],
        "associations": association_tables(result.associations),
        "no_probability": NO_PROBABILITY,
        "versions": [*result.scores.values(), *result.algorithms.values()],
    }
