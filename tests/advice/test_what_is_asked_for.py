"""What is asked for: what is missing, the plan first, until every algorithm is decided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import built_in_sheets, lab_sheets, values

from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading


@settings(max_examples=40)
@given(st.one_of(built_in_sheets(read=True), lab_sheets()))
def test_only_what_is_missing_is_asked_for_the_plan_first_and_each_once(advise, case):
    asked = advise(case).recommendation.ask_for
    changes = [ask.changes for ask in asked]
    assert changes == sorted(changes)  # plan before score
    names = [ask.fact.partition(".")[2] for ask in asked]
    assert len(set(names)) == len(names)
    for ask in asked:
        assert case.known(ask.fact) is None
        assert ask.because.endswith(".")


def test_nothing_is_asked_for_the_plan_when_it_is_settled(by_hybrid):
    asked = by_hybrid().recommendation.ask_for
    plan = [ask.fact for ask in asked if ask.changes == "plan"]
    assert [fact for fact in plan if fact.startswith(("angiography", "history"))] == []


def test_the_facts_that_decide_the_plan_are_asked_for_before_those_of_scores(by_hybrid):
    result = by_hybrid("history.prior_failed_attempt:", "angiography.interventional_collaterals:")
    facts = [ask.fact for ask in result.recommendation.ask_for]
    assert facts.index("angiography.interventional_collaterals") < facts.index(
        "history.prior_failed_attempt"
    )


@settings(max_examples=40)
@given(lab_sheets(), st.data())
def test_filling_in_what_an_algorithm_lacks_decides_it(advise, vocabulary, case, data):
    for _ in range(6):
        algorithm = advise(case).algorithms["hybrid"]
        if algorithm.state != "undecided":
            return
        assert algorithm.missing
        readings = dict(case.readings)
        for path in algorithm.missing:
            assert case.known(path) is None
            readings[path] = Reading(path, data.draw(values(vocabulary.of(path))))
        case = replace(case, readings=readings)
    pytest.fail(f"{algorithm.missing} were filled in again and again, and nothing was decided")


def test_an_undecided_algorithm_lists_what_is_still_possible(known_but):
    algorithm = known_but("angiography.occlusion_length:", "ccta.occlusion_length:").algorithms[
        "hybrid"
    ]
    assert algorithm.state == "undecided"
    assert algorithm.missing == ("angiography.occlusion_length",)
    assert set(algorithm.options) == {
        "antegrade_wire_escalation",
        "antegrade_dissection_reentry",
        "retrograde_wire_escalation",
        "retrograde_dissection_reentry",
    }
    assert algorithm.path[-1].branch == "antegrade_wiring or antegrade_dissection"
    assert "Not decided; it depends on: occlusion length." in algorithm.path[-1].because


def _with_ct(vocabulary, ct) -> FactSheet:
    lines = "angiography: {occlusion: chronic total}\n"
    ct_lines = f"ccta: {{stump: blunt, proximal_cap: clear{ct}}}\n"
    return concluded(
        read_case_text(f"format: 1\ncase: a\n{lines}{ct_lines}", "case.yaml", vocabulary),
        vocabulary,
    )


@pytest.mark.parametrize("said", ["", ", image_quality: unknown"])
def test_readings_of_images_of_unknown_quality_count_and_say_so(advise, vocabulary, said):
    result = advise(_with_ct(vocabulary, said))
    assert result.facts["ccta.stump"].value == "blunt"
    assert result.scores["ct_rector"].points.low == 1
    told = [warning for warning in result.warnings if "ccta.image_quality" in warning]
    assert len(told) == 1
    assert "if it is non-diagnostic, none of it counts" in told[0]
    ask = next(a for a in result.recommendation.ask_for if a.fact == "ccta.image_quality")
    assert (ask.title, ask.changes) == ("CT image quality", "plan")
    assert ask.how


@pytest.mark.parametrize("said", ["good", "limited", "non-diagnostic"])
def test_a_known_image_quality_is_not_asked_for(advise, vocabulary, said):
    result = advise(_with_ct(vocabulary, f", image_quality: {said}"))
    assert "ccta.image_quality" not in {ask.fact for ask in result.recommendation.ask_for}
    assert not any("none of it counts" in warning for warning in result.warnings)


def test_a_case_without_ct_is_not_asked_for_its_quality(advise, vocabulary):
    text = "format: 1\ncase: a\nangiography: {occlusion: chronic total}\n"
    result = advise(read_case_text(text, "case.yaml", vocabulary))
    assert "ccta.image_quality" not in {ask.fact for ask in result.recommendation.ask_for}
