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
