"""In the laboratory, not knowing what was tried is not the same as that nothing was."""

from __future__ import annotations

import itertools

import pytest
from scores.conftest import EVERYTHING_COUNTS, NOTHING_COUNTS
from strategies import built_in_pack

PACK = built_in_pack()
BY_STRATEGY = {score.id: score for score in PACK.scores if score.scenarios}
TRIED = "procedure.strategies_tried"
CROSSED = {"procedure.phase": "wire crossed", "procedure.track": "extraplaque"}
MALE_OF_66 = NOTHING_COUNTS | CROSSED | {"age": "66 years"}
SPECIAL = {"progress_pericardiocentesis": {"prior_cabg": "no"}}
ANTEGRADE, RETROGRADE = "antegrade_wire_escalation", "retrograde_wire_escalation"
LISTS = [
    (),
    *((one,) for one in PACK.strategies),
    *itertools.permutations((ANTEGRADE, "antegrade_dissection_reentry", RETROGRADE), 2),
    ("parallel_wire", "investment_procedure"),
    tuple(PACK.strategies),
]


def ends(span):
    return span.low, span.high


@pytest.mark.parametrize(
    ("name", "nothing", "unknown", "retrograde"),
    [
        ("progress_mace", 1, (1, 3), 3),
        ("progress_complications", 3, (3, 4), 4),
        ("progress_mortality", 1, (1, 2), 2),
        ("progress_pericardiocentesis", 1, (1, 3), 3),
        ("progress_perforation", 1, (1, 3), 3),
    ],
)
def test_the_risk_reaches_up_to_that_of_what_may_have_been_used(
    scores_of, name, nothing, unknown, retrograde
):
    found = {
        tried: ends(scores_of(MALE_OF_66, tried)[name].scenarios[ANTEGRADE].points)
        for tried in ((), None, (RETROGRADE,))
    }
    assert found == {(): (nothing,) * 2, None: unknown, (RETROGRADE,): (retrograde,) * 2}


@pytest.mark.parametrize("name", BY_STRATEGY)
def test_what_was_tried_is_missing_in_the_laboratory_until_it_is_said(scores_of, name):
    facts = MALE_OF_66 | SPECIAL.get(name, {})
    unknown, nothing = scores_of(facts)[name], scores_of(facts, ())[name]
    assert (unknown.state, nothing.state) == ("range", "known")
    assert (unknown.missing, nothing.missing) == ((TRIED,), ())
    assert any("Which strategies were used so far is not known" in n for n in unknown.notes)
    assert not any("is not known" in note for note in nothing.notes)
    assert unknown.points is nothing.points is None


@pytest.mark.parametrize("name", BY_STRATEGY)
def test_while_planning_nothing_can_have_been_tried(scores_of, name):
    facts = NOTHING_COUNTS | {"age": "66 years"}
    planned = facts | {"procedure.phase": "planning"}
    assert scores_of(facts)[name] == scores_of(planned)[name] == scores_of(planned, ())[name]
    assert scores_of(planned)[name].missing == ()


@pytest.mark.parametrize("name", BY_STRATEGY)
def test_a_phase_that_is_not_known_leaves_open_what_was_tried(scores_of, name):
    facts = NOTHING_COUNTS | {"age": "66 years", "procedure.phase": "unknown"}
    assert scores_of(facts)[name].missing == (TRIED,)


@pytest.mark.parametrize("name", BY_STRATEGY)
def test_planning_with_a_wire_that_has_crossed_leaves_open_what_was_tried(scores_of, name):
    facts = MALE_OF_66 | {"procedure.phase": "planning"}
    assert scores_of(facts)[name].missing == (TRIED,)


@pytest.mark.parametrize("name", BY_STRATEGY)
@pytest.mark.parametrize("tried", LISTS, ids=" then ".join)
@pytest.mark.parametrize("lesion", [NOTHING_COUNTS, EVERYTHING_COUNTS | {"prior_cabg": "no"}])
def test_with_the_list_unknown_every_total_contains_that_of_every_list(
    scores_of, name, tried, lesion
):
    facts = lesion | CROSSED | {"occlusion_length": "23 mm +- 2"}
    unknown, known = scores_of(facts)[name], scores_of(facts, tried)[name]
    assert set(unknown.scenarios) == set(known.scenarios)
    for strategy, scenario in known.scenarios.items():
        wide = unknown.scenarios[strategy]
        for points, reach in (
            (scenario.points, wide.points),
            *([(scenario.certainty.likely, wide.certainty.likely)] if scenario.certainty else []),
        ):
            assert reach.low <= points.low <= points.high <= reach.high
        assert set(scenario.grades) <= set(wide.grades)
        assert set(scenario.outcome) <= set(wide.outcome)


@pytest.mark.parametrize("name", BY_STRATEGY)
def test_each_end_of_the_range_is_that_of_some_list(scores_of, name):
    facts = MALE_OF_66 | SPECIAL.get(name, {})
    lists = [scores_of(facts, tried)[name].scenarios for tried in LISTS]
    for strategy, wide in scores_of(facts)[name].scenarios.items():
        points = [scenarios[strategy].points for scenarios in lists]
        assert ends(wide.points) == (min(p.low for p in points), max(p.high for p in points))


def test_how_sure_a_total_is_cannot_be_told_while_the_list_is_not_known(scores_of):
    facts = MALE_OF_66 | {"occlusion_length": "23 mm +- 2"}
    scenarios = scores_of(facts)["progress_complications"].scenarios
    unsure, retrograde = scenarios[ANTEGRADE].certainty, scenarios[RETROGRADE].certainty
    assert (unsure.points, unsure.grades) == ({}, {})
    assert unsure.criteria == retrograde.criteria != {}
    assert ends(unsure.likely) == (3, 6)
    assert set(retrograde.points) == {"4", "6"}


def test_beside_each_strategy_of_the_plan_stands_the_whole_range(assessed):
    crossing = NOTHING_COUNTS | {
        "age": "66 years",
        "procedure.phase": "crossing",
        "procedure.complication": "none",
        "procedure.wire_position": "in cap",
    }
    result = assessed(crossing)
    plan = {strategy.id: strategy for strategy in result.recommendation.strategies}
    told = {risk.score: ends(risk.points) for risk in plan[ANTEGRADE].risks}
    assert told["progress_mace"] == (1, 3)
    assert told["progress_complications"] == (3, 4)
    assert TRIED in {ask.fact for ask in result.recommendation.ask_for}
