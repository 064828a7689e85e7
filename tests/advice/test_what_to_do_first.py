"""What to do first, and whose word it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import built_in_sheets, lab_sheets

from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded

CASES = st.one_of(built_in_sheets(), lab_sheets())
STENT_NEXT = "Unless an injured vessel is left to heal first, place the stent once"
NODULE = (
    "oct: {calcified_nodule: yes, wire_bias: favourable}\n"
    "procedure: {phase: lesion preparation, track: intraplaque, track_confirmed_by: ivus, "
    "device_crosses: yes, nc_balloon_reaches: yes, balloon_expands: yes, complication: none, "
    "contrast: 10 mL, reason_to_end: "
)


@pytest.mark.parametrize(("reason_to_end", "first"), [("none", "ivl"), ("fatigue", "stop")])
def test_the_next_step_of_who_names_nothing_is_its_own_word_and_not_that_of_the_plan(
    advise, vocabulary, reason_to_end, first
):
    lesion = "format: 1\ncase: a\nangiography: {occlusion: chronic total}\n"
    kidneys = "history: {egfr: 90 mL/min/1.73m2}\n"
    text = f"{lesion}{kidneys}{NODULE}{reason_to_end}}}\n"
    sheet = concluded(read_case_text(text, "case.yaml", vocabulary), vocabulary)
    plan = advise(sheet).recommendation
    assert plan.strategies[0].id == first
    assert not [step for step in plan.first_do if step.startswith(STENT_NEXT)]
    assert [view.algorithm for view in plan.views if STENT_NEXT in view.because] == [
        "Balloon-undilatable lesion"
    ]


def test_the_next_step_of_who_names_nothing_is_the_plan_where_nothing_is_ranked(advise, vocabulary):
    text = (
        "format: 1\ncase: a\nangiography: {occlusion: chronic total}\n"
        "procedure: {phase: lesion preparation, track: extraplaque, balloon_expands: yes}\n"
    )
    sheet = concluded(read_case_text(text, "case.yaml", vocabulary), vocabulary)
    plan = advise(sheet).recommendation
    assert plan.strategies == ()
    assert [step for step in plan.first_do if step.startswith(STENT_NEXT)]
    assert not [view for view in plan.views if STENT_NEXT in view.because]


@pytest.mark.parametrize(
    ("clotting", "tried", "limit"),
    [
        ("200 s", "antegrade_wire_escalation", "250 s"),
        ("260 s", "antegrade_wire_escalation", ""),
        ("260 s", "retrograde_wire_escalation", "300 s"),
        ("310 s", "retrograde_wire_escalation", ""),
    ],
)
def test_a_low_clotting_time_is_raised_before_the_work_goes_on(plan, clotting, tried, limit):
    steps = plan(
        "procedure: {phase: crossing, dual_injection_done: yes, complication: none, "
        f"act: {clotting}, strategies_tried: [{tried}]}}\n"
    ).recommendation.first_do
    told = [step for step in steps if "clotting time" in step]
    assert [limit in step for step in told] == ([True] if limit else [])


def test_an_occluded_graft_goes_to_the_heart_team_first(advise, vocabulary):
    text = (
        "format: 1\ncase: a\nangiography: {occlusion: chronic total, target_vessel: graft}\n"
        "procedure: {phase: planning}\n"
    )
    first_do = advise(read_case_text(text, "case.yaml", vocabulary)).recommendation.first_do
    assert [step for step in first_do if "native vessel" in step]


@settings(max_examples=40)
@given(CASES)
def test_what_to_do_first_is_said_by_who_names_the_first_choice_or_lets_it_go_on(
    advise, pack, case
):
    result = advise(case)
    plan = result.recommendation
    first = next(iter(plan.strategies), None)
    here = plan.first_here or (first.id if first else "")
    steps = {rule.id: rule.first_do for rule in pack.safety}
    advised = {steps[entry.rule] for entry in plan.advice}
    nothing = {pack.policy.none_here, pack.policy.none_here_begun}
    proctor = nothing if plan.first_here is None else set()
    if first and first.ends_attempt:
        assert advised.isdisjoint(plan.first_do)
    for step in plan.first_do if first else ():
        by = [name for name, said in result.algorithms.items() if step in said.first_do]
        assert step in advised | proctor or any(
            here in result.algorithms[name].options or name in pack.only_end_the_attempt
            for name in by
        )
