"""A first choice that is said to be settled stays, whatever the missing facts turn out to be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    begun_sheets,
    built_in_limits,
    completed,
    lab_sheets,
    open_ended_sheets,
    planned_sheets,
    values,
)

from cto_cds.advice.result import Result
from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading

CASES = st.one_of(planned_sheets(), open_ended_sheets(), begun_sheets(), lab_sheets())


def first_of(result: Result) -> str | None:
    return next((strategy.id for strategy in result.recommendation.strategies), None)


@settings(max_examples=80)
@given(CASES, st.data())
def test_filling_in_everything_leaves_a_settled_first_choice_where_it_is(
    advise, vocabulary, case, data
):
    result = advise(case)
    if result.recommendation.settled:
        full = concluded(data.draw(completed(case)), vocabulary)
        assert first_of(advise(full)) == first_of(result)


@settings(max_examples=40)
@given(CASES, st.data())
def test_filling_in_one_fact_leaves_a_settled_first_choice_where_it_is(
    advise, vocabulary, case, data
):
    result = advise(case)
    asked = [ask.fact for ask in result.recommendation.ask_for if ask.changes == "plan"]
    if result.recommendation.settled and asked:
        path = data.draw(st.sampled_from(asked))
        value = data.draw(values(vocabulary.of(path), built_in_limits().get(path, ())))
        filled = replace(case, readings={**case.readings, path: Reading(path, value)})
        full = concluded(filled, vocabulary)
        assert first_of(advise(full)) == first_of(result)


def test_most_of_the_plans_of_well_known_cases_are_settled(known_but):
    """The promise would be kept by never calling anything settled."""
    assert known_but().recommendation.settled
    assert known_but("angiography.occlusion_length: 40 mm").recommendation.settled


BRANCH = "ccta.distal_cap_at_bifurcation:"


def test_a_shift_that_is_not_known_keeps_a_close_first_choice_open(known_but):
    long = "angiography.occlusion_length: 20 mm"
    known, less = known_but(long), known_but(long, BRANCH)
    assert known.recommendation.settled
    closer = [s.support for s in less.recommendation.strategies[:2]]
    assert (closer[1].high >= closer[0].low) == (not less.recommendation.settled)


@pytest.mark.parametrize(("told", "settled"), [("", False), ("track_confirmed_by: ivus,", True)])
def test_a_device_that_is_held_back_on_an_unknown_keeps_the_first_choice_open(
    advise, vocabulary, told, settled
):
    text = (
        "format: 1\ncase: a\nhistory: {egfr: 60 mL/min/1.73m2}\n"
        "angiography: {occlusion: chronic total, target_vessel: RCA, in_stent: no}\n"
        "operator: {can_atherectomy: yes}\n"
        "procedure: {phase: lesion preparation, complication: none, reason_to_end: none, "
        f"contrast: 50 mL, nc_balloon_reaches: no, track: intraplaque, {told} device_crosses: yes, "
        "dissection_at_site: no, vessel_injury: no, strategies_tried: "
        "[antegrade_wire_escalation], wire_position: distal true lumen}\n"
    )
    plan = advise(read_case_text(text, "case.yaml", vocabulary)).recommendation
    assert plan.settled == settled


@pytest.mark.parametrize(("told", "settled"), [("good", True), ("unknown", False)])
def test_a_plan_from_images_that_nobody_called_readable_is_not_settled(known_but, told, settled):
    plan = known_but(f"ccta.image_quality: {told}").recommendation
    assert plan.settled == settled
    assert ("image quality" in (plan.because or "")) == (not settled)


STENTED = """\
format: 1
case: a
angiography: {occlusion: chronic total, in_stent: no}
ccta: {stump: blunt, calcium_area_fraction: 70 %}
ivus: {stent_area_adequate: no}
procedure: {phase: stent optimisation, complication: none, reason_to_end: none, vessel_injury: no}
"""


def test_images_that_may_be_unreadable_are_asked_for_where_nothing_of_the_plan_rests_on_them(
    advise, vocabulary
):
    plan = advise(read_case_text(STENTED, "case.yaml", vocabulary)).recommendation
    assert "image quality" not in (plan.because or "")
    assert {ask.fact: ask.changes for ask in plan.ask_for}["ccta.image_quality"] == "score"
    order = [ask.changes for ask in plan.ask_for]
    assert order[0] == "plan"
    assert order == sorted(order)  # those that may change the plan first


@pytest.mark.parametrize("small", ["1.9 mm", "2.1 mm"])
def test_a_first_choice_that_turns_with_the_place_that_is_right_is_not_settled(known_but, small):
    plan = known_but(f"ccta.distal_vessel_diameter: {small}").recommendation
    assert plan.settled == (small == "2.1 mm")
    assert ("readings contradict each other" in (plan.because or "")) == (not plan.settled)
    assert ("distal vessel diameter" in (plan.because or "")) == (not plan.settled)


def test_a_first_choice_that_turns_with_one_of_two_contradicting_facts_is_not_settled(known_but):
    assert known_but("history.occlusion_duration: 3 months").recommendation.settled
    plan = known_but("history.occlusion_duration: 2 months").recommendation
    assert not plan.settled
    assert plan.because.endswith("is right: kind of occlusion.")


def test_what_ct_tells_of_a_cap_that_angiography_could_not_is_no_contradiction(known_but):
    result = known_but("angiography.proximal_cap: ambiguous", "ccta.proximal_cap: clear")
    assert result.recommendation.settled
    (told,) = [w for w in result.warnings if w.startswith("Proximal cap")]
    assert told == (
        "Proximal cap is settled: Invasive angiography says ambiguous, Coronary CT angiography "
        "says clear, and what one cannot tell the other does."
    )


def test_a_contradiction_with_which_nothing_turns_leaves_the_first_choice_settled(known_but):
    result = known_but("ccta.occlusion_length: 20 mm", "angiography.occlusion_length: 19 mm")
    assert any("two sides of a limit" in text for text in result.warnings)
    assert result.recommendation.settled


def test_a_case_of_which_nothing_is_known_is_not_settled(advise):
    assert not advise(FactSheet("nothing")).recommendation.settled
