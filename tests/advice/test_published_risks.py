"""Beside each ranked strategy its published risk, or the reason why there is none."""

from __future__ import annotations

import pytest
from strategies import built_in_pack

from cto_cds.advice.result import Risk
from cto_cds.advice.risks import counted_as
from cto_cds.rulefile.model import VERIFIED

PACK = built_in_pack()
BY_STRATEGY = [score for score in PACK.scores if score.scenarios]
WIRING = ("antegrade_wire_escalation", "parallel_wire", "ivus_guided_wiring")


def rankable() -> list[str]:
    """Everything that an algorithm or a safety rule may put into the list."""
    branches = [b for a in PACK.algorithms for d in a.decisions for b in d.branches]
    found = [option.strategy for branch in branches for option in branch.recommend]
    found += [rule.instead for rule in PACK.safety if rule.instead]
    return sorted({*found, *PACK.strategies})


def test_more_than_strategies_can_be_ranked():
    assert set(PACK.strategies) < set(rankable())


@pytest.mark.parametrize("name", rankable())
def test_whatever_can_be_ranked_has_a_total_in_every_score_of_risk_or_a_reason(name: str):
    assert BY_STRATEGY
    place = PACK.techniques[name].risk
    for score in BY_STRATEGY:
        told = counted_as(name, score.scenarios, PACK)
        assert bool(told) == (name in score.scenarios or bool(place and place.counts_as))
    if any(name not in score.scenarios for score in BY_STRATEGY):
        assert place
        assert place.because
        assert place.source.cite
        assert place.verified in VERIFIED


def test_of_the_strategies_only_those_that_cross_nothing_have_no_total():
    without = {
        name
        for name in PACK.strategies
        for score in BY_STRATEGY
        if not counted_as(name, score.scenarios, PACK)
    }
    assert without == {"investment_procedure", "stop", "do_not_attempt"}


@pytest.mark.parametrize("name", WIRING)
def test_wiring_from_the_front_takes_no_point_of_a_strategy_in_any_score(name: str):
    for score in BY_STRATEGY:
        level = counted_as(name, score.scenarios, PACK)
        assert level == "antegrade_wire_escalation"
        assert score.points_of(level) == 0


def side_by_side(known_but, *changes: str):
    """A plan in which all ways of wiring from the front are named, with a risk of each level."""
    return known_but(
        "angiography.occlusion_length: 30 mm",
        "ccta.occlusion_length: 30 mm",
        "angiography.calcification: moderate",
        "history.age: 70 years",
        "history.sex: female",
        "history.lvef: 40 %",
        *changes,
    )


def told_of(risk: Risk) -> Risk:
    """A risk without how far it is verified."""
    return risk.model_copy(update={"verified": "primary"})


def test_the_plan_shows_the_same_risk_beside_all_ways_of_wiring_from_the_front(known_but):
    result = side_by_side(known_but)
    plan = {strategy.id: strategy for strategy in result.recommendation.strategies}
    first = plan["antegrade_wire_escalation"]
    assert {risk.score for risk in first.risks} == {score.id for score in BY_STRATEGY}
    assert first.risk_basis is None
    for name in WIRING[1:]:
        assert [told_of(risk) for risk in plan[name].risks] == [told_of(r) for r in first.risks]
        assert {risk.verified for risk in plan[name].risks} == {"unverified"}
        basis = plan[name].risk_basis
        assert basis.counts_as == "antegrade_wire_escalation"
        assert basis.title == first.title
        assert basis.verified == "unverified"
        assert basis.because


def test_what_ends_the_attempt_says_why_no_risk_goes_with_it(known_but):
    result = side_by_side(
        known_but,
        "procedure.phase: crossing",
        "procedure.complication: perforation",
    )
    ends = [s for s in result.recommendation.strategies if s.ends_attempt]
    assert {strategy.id for strategy in ends} == {"stop"}
    for strategy in ends:
        assert strategy.risks == ()
        assert strategy.risk_basis.counts_as is None
        assert strategy.risk_basis.because


def points(result, score: str) -> tuple[int, int] | None:
    span = result.scores[score].points
    return span and (span.low, span.high)


@pytest.mark.parametrize("score", [score.id for score in BY_STRATEGY])
def test_a_parallel_wire_that_was_used_counts_as_wiring(known_but, score: str):
    wired = side_by_side(known_but, "procedure.strategies_tried: [antegrade_wire_escalation]")
    beside = side_by_side(known_but, "procedure.strategies_tried: [parallel_wire]")
    assert points(beside, score) == points(wired, score) is not None
    assert beside.scores[score].verified == "unverified"
    notes = [note for note in beside.scores[score].notes if "Parallel wire was used" in note]
    assert len(notes) == 1
    assert "counts as Antegrade wire escalation" in notes[0]
    assert not any("was used" in note for note in wired.scores[score].notes)


def test_a_parallel_wire_is_no_matter_once_a_strategy_with_more_points_was_used(known_but):
    tried = "procedure.strategies_tried: [parallel_wire, retrograde_wire_escalation]"
    both = side_by_side(known_but, tried).scores["progress_mace"]
    alone = side_by_side(known_but, "procedure.strategies_tried: [retrograde_wire_escalation]")
    assert both.points == alone.scores["progress_mace"].points
    assert both.verified == alone.scores["progress_mace"].verified == "primary"
    assert not any("was used" in note for note in both.notes)


@pytest.mark.parametrize("score", [score.id for score in BY_STRATEGY])
def test_an_investment_that_was_used_gives_no_total_that_leaves_it_out(known_but, score: str):
    result = side_by_side(known_but, "procedure.strategies_tried: [investment_procedure]")
    shown = result.scores[score]
    assert shown.points is None
    assert shown.scenarios
    assert [note for note in shown.notes if "Investment procedure was used" in note]
    of_strategy = [c for c in shown.criteria if "procedure.strategies_tried" in c.reads]
    assert of_strategy
    assert {c.truth for c in of_strategy} == {"unknown"}


def test_an_investment_beside_dissection_leaves_the_point_and_is_told(known_but):
    tried = "procedure.strategies_tried: [antegrade_dissection_reentry, investment_procedure]"
    shown = side_by_side(known_but, tried).scores["progress_mace"]
    alone = side_by_side(
        known_but, "procedure.strategies_tried: [antegrade_dissection_reentry]"
    ).scores["progress_mace"]
    assert shown.points == alone.points
    assert any("Investment procedure was used" in note for note in shown.notes)
    assert not any("was used" in note for note in alone.notes)
