"""What must never go under, whatever else a case says or leaves out."""

from __future__ import annotations

import pytest
from advice.lesion import CROSSING, LESION, RESISTS, ranked

from cto_cds.advice.result import Result, Strategy
from cto_cds.facts.case import read_case_text

KNOWN_WAYS = """
  distal_cap_at_bifurcation: no
  collateral_route: septal
  donor_severely_diseased: no
  sole_collateral: no
  ostial: no
"""
ALL_WAYS = (
    "[antegrade_wire_escalation, parallel_wire, ivus_guided_wiring, antegrade_dissection_reentry, "
    "retrograde_wire_escalation, retrograde_dissection_reentry]"
)


@pytest.mark.parametrize(
    "procedure",
    [
        "{complication: tamponade}",
        "{phase: planning, complication: perforation}",
        "{phase: lesion preparation, complication: tamponade}",
        "{phase: stent optimisation, complication: other}",
        "{phase: unknown, complication: stroke}",
    ],
)
def test_a_complication_leaves_nothing_but_stopping_in_any_phase(plan, procedure):
    result = plan(f"procedure: {procedure}\n")
    assert ranked(result) == ["stop"]
    assert "complication" in result.recommendation.strategies[0].reasons_for[-1].says


def test_a_complication_that_nobody_ruled_out_lowers_every_way_on(plan):
    result = plan("procedure: {phase: crossing, dual_injection_done: yes}\n")
    ways = result.recommendation.strategies
    assert all("complication" in " ".join(c.says for c in s.cautions) for s in ways)
    assert "stop" not in ranked(result)
    assert not result.recommendation.settled
    assert "procedure.complication" in [ask.fact for ask in result.recommendation.ask_for]


RETROGRADE = {"retrograde_wire_escalation", "retrograde_dissection_reentry"}


def test_what_the_operator_does_not_do_is_marked_and_keeps_its_rank(plan):
    hard = LESION.replace("proximal_cap: clear", "proximal_cap: ambiguous")
    able = plan("operator: {can_retrograde: yes}\n", lesion=hard).recommendation
    unable = plan("operator: {can_retrograde: no}\n", lesion=hard).recommendation
    assert [s.id for s in able.strategies] == [s.id for s in unable.strategies]
    assert {s.id for s in unable.strategies if s.barred} == RETROGRADE
    assert not any(s.barred for s in able.strategies)
    assert unable.first_here not in RETROGRADE
    assert any("proctor" in advice.says for advice in unable.advice if advice.bars)


def test_an_operator_of_whom_nothing_is_said_is_not_marked(plan):
    assert not any(s.barred for s in plan().recommendation.strategies)


def test_readings_that_contradict_each_other_are_among_the_warnings(plan):
    graft = "no bypass operation"
    lesion = LESION.replace("egfr:", "prior_cabg: no, graft_to_target_vessel: patent, egfr:")
    assert any(graft in warning for warning in plan(lesion=lesion).warnings)
    assert not any(graft in warning for warning in plan().warnings)


def test_every_caution_that_a_safety_rule_gives_is_shown(plan):
    result = plan("procedure: {phase: lesion preparation, track: extraplaque}\n")
    cautioned = {entry.id for entry in result.recommendation.cautions}
    assert {"ivl", "nc_balloon", "small_balloon", "cutting_balloon"} <= cautioned
    assert "14 atm" in " ".join(entry.because for entry in result.recommendation.cautions)


def test_when_everything_was_tried_in_vain_the_plan_does_not_start_again(plan):
    result = plan(
        f"{CROSSING}reason_to_end: none, wire_position: intraplaque, "
        f"minutes_without_progress: 30 min, strategies_tried: {ALL_WAYS}}}\n"
    )
    assert result.algorithms["hybrid"].options == ("investment_procedure", "stop")
    assert ranked(result) == ["investment_procedure", "stop"]


def test_a_strategy_tried_in_vain_goes_to_the_end_outside_the_plaque_too(plan):
    result = plan(
        f"{CROSSING}wire_position: extraplaque, minutes_without_progress: 40 min, "
        "strategies_tried: [antegrade_dissection_reentry]}\nccta: {calcium_area_fraction: 10 %}\n",
        LESION + KNOWN_WAYS,
    )
    assert result.algorithms["hybrid"].options[-1] == "antegrade_dissection_reentry"
    ways_on = [name for name in ranked(result) if name not in {"stop", "investment_procedure"}]
    assert ways_on[-1] == "antegrade_dissection_reentry"


def test_the_reason_of_an_order_that_was_moved_says_what_moved_it(plan):
    outside = f"{CROSSING}wire_position: extraplaque, reason_to_end: none, "
    because = {}
    adr, rwe = "antegrade_dissection_reentry", "retrograde_wire_escalation"
    for minutes, tried in ((15, adr), (15, rwe), (15, "parallel_wire"), (2, "")):
        more = f"minutes_without_progress: {minutes} min, strategies_tried: [{tried}]}}\n"
        views = plan(outside + more).recommendation.views
        (view,) = [view for view in views if view.algorithm == "Hybrid algorithm"]
        because[tried] = view.because
    moved = "so what has been tried goes to the end and the next strategy comes up."
    assert f"{moved} Otherwise: {because['']}" in because[adr]
    assert because[rwe].startswith(because[""])
    assert because[rwe].endswith(moved)
    assert because["parallel_wire"] == because[""]


def test_a_soft_limit_warns_and_a_hard_one_stops(plan):
    crossing = f"{CROSSING}wire_position: intraplaque, strategies_tried: []}}\n"
    soft = plan(crossing.replace("2 Gy", "6 Gy"))
    assert ranked(soft)[0] == "antegrade_wire_escalation"
    assert "above 5 Gy" in soft.recommendation.strategies[0].cautions[0].says
    assert ranked(plan(crossing.replace("2 Gy", "7 Gy")))[0] == "stop"


@pytest.mark.parametrize("said", ["clear", "ambiguous"])
def test_a_ct_reading_left_to_review_is_asked_for_and_frees_nothing_until_then(plan, said):
    ambiguous = LESION.replace("proximal_cap: clear", "proximal_cap: ambiguous")
    open_cap = plan(f"ccta: {{proximal_cap: {{value: {said}, status: needs_review}}}}\n", ambiguous)
    without = plan("", ambiguous)
    assert open_cap.findings["proximal_cap_seen"].value == "ambiguous"
    assert ranked(open_cap) == ranked(without)
    assert open_cap.recommendation.vetoed == without.recommendation.vetoed
    assert not open_cap.recommendation.settled
    assert "ccta.proximal_cap" in {ask.fact for ask in open_cap.recommendation.ask_for}
    seen = plan("ccta: {proximal_cap: clear}\n", ambiguous)
    assert seen.algorithms["hybrid"].state == "decided"
    assert "ccta.proximal_cap" not in {ask.fact for ask in seen.recommendation.ask_for}


def test_a_plan_that_is_not_settled_says_what_it_depends_on(plan):
    result = plan(lesion=LESION.replace("proximal_cap: clear", "proximal_cap: unknown"))
    assert not result.recommendation.settled
    assert "proximal cap" in result.recommendation.because


def test_an_empty_plan_says_why_it_is_empty(plan):
    result = plan(lesion=LESION.replace("occlusion: chronic total", "occlusion: other"))
    assert ranked(result) == []
    assert "It does not apply here" in result.recommendation.because


def test_whether_an_algorithm_applies_has_to_be_known_before_it_is_decided(plan):
    result = plan(lesion=LESION.replace("  occlusion: chronic total\n", ""))
    assert result.algorithms["hybrid"].state == "undecided"
    assert "angiography.occlusion" in result.algorithms["hybrid"].missing


def test_numbers_on_two_sides_of_a_limit_are_told(plan):
    told = " ".join(plan("ccta: {occlusion_length: 32.7 mm}\n").warnings)
    read = "Invasive angiography says 9 mm, Coronary CT angiography says 32.7 mm."
    assert f"{read} They lie on two sides of a limit (" in told
    assert "20 mm" in told


def test_a_fact_that_no_rule_reads_is_named(plan):
    told = " ".join(plan("ccta: {tube_voltage: 120 kV}\n").warnings)
    assert "no rule in force reads it: Tube voltage (ccta.tube_voltage)" in told


def test_a_technique_that_is_not_available_is_done_without_where_another_takes_its_place(plan):
    assert "stingray" in dissection(plan("")).techniques
    reentry = dissection(plan("center: {missing_equipment: [stingray]}\n"))
    assert "stingray" not in reentry.techniques
    assert "last" in reentry.techniques
    assert reentry.unavailable == ()


def dissection(result: Result) -> Strategy:
    return next(
        s for s in result.recommendation.strategies if s.id == "antegrade_dissection_reentry"
    )


def test_a_plan_with_a_procedure_under_way_is_told(plan):
    told = " ".join(plan("procedure: {phase: planning, wire_position: extraplaque}\n").warnings)
    assert "is planning, but the case tells of a procedure that has begun: wire position" in told


def test_a_dual_injection_before_the_first_wire_is_no_strategy_that_was_tried(plan):
    result = plan("procedure: {phase: planning, dual_injection_done: yes}\n")
    assert not [text for text in result.warnings if "has begun" in text]
    asked = {ask.fact for ask in result.recommendation.ask_for}
    assert "procedure.strategies_tried" not in asked
    assert result.algorithms["hybrid"].options == plan("").algorithms["hybrid"].options


def test_an_unknown_stent_takes_its_technique_off_the_plan_and_is_asked_for(plan):
    result = plan(lesion=LESION.replace("  in_stent: no\n", ""))
    assert all("crossboss" not in s.techniques for s in result.recommendation.strategies)
    assert "angiography.in_stent" in {ask.fact for ask in result.recommendation.ask_for}


def test_what_was_used_once_counts_in_the_risk_of_every_further_step(plan):
    lab = CROSSING + "wire_position: in cap, strategies_tried: [retrograde_wire_escalation]}\n"
    score = plan(lab).scores["progress_complications"]
    after = score.scenarios["antegrade_wire_escalation"].points
    assert after == score.scenarios["retrograde_wire_escalation"].points == score.points


def test_a_score_of_ct_says_nothing_where_no_ct_was_read(plan):
    scores = plan().scores
    assert scores["ct_rector"].without
    assert scores["j_cto"].without is None
    assert plan("ccta: {max_bend: 12 deg}\n").scores["ct_rector"].without is None


def test_a_wire_crossed_and_silence_about_complications_is_not_settled(plan):
    advice = plan("procedure: {phase: wire crossed}\n").recommendation
    assert not advice.settled
    assert "procedure.complication" in {ask.fact for ask in advice.ask_for}


OTHER = (
    "format: 1\ncase: a\nangiography: {occlusion: other, target_vessel: RCA, in_stent: no, "
    "stump: tapered, proximal_cap: clear, side_branch_at_proximal_cap: no, ostial: no, "
    "flush_aorto_ostial: yes}\n"
)


def test_what_is_no_chronic_total_occlusion_gets_no_preparation_and_no_questions(
    advise, vocabulary
):
    plan = advise(read_case_text(OTHER, "case.yaml", vocabulary)).recommendation
    assert plan.strategies == ()
    assert {entry.about for entry in plan.advice} == {"Readings that contradict each other"}
    assert not [ask for ask in plan.ask_for if ask.changes == "plan"]
    chronic = OTHER.replace("occlusion: other", "occlusion: chronic total")
    whole = advise(read_case_text(chronic, "case.yaml", vocabulary)).recommendation
    assert "Before the first puncture" in {entry.about for entry in whole.advice}
    assert [ask for ask in whole.ask_for if ask.changes == "plan"]


def test_wiring_from_the_front_brings_its_wires_along(plan):
    wiring = next(s for s in plan("").recommendation.strategies if s.id.endswith("wire_escalation"))
    wires = ["soft_tapered_wire", "intermediate_polymer_wire", "high_penetration_wire"]
    assert [thing for thing in wiring.equipment if thing.endswith("_wire")] == wires


LOOK_FIRST = "Choose the next device by what intravascular ultrasound shows"


@pytest.mark.parametrize(("confirmed", "told"), [("ivus", False), ("assumed", True)])
def test_nobody_is_told_to_look_again_once_ultrasound_has_looked(plan, confirmed, told):
    text = RESISTS.replace(
        "track_confirmed_by: ivus", f"track_confirmed_by: {confirmed}, complication: none"
    )
    result = plan(text, LESION.replace("calcification: none", "calcification: severe"))
    assert any(LOOK_FIRST in step for step in result.recommendation.first_do) is told
    advised = {entry.rule for entry in result.recommendation.advice}
    assert ("image_calcium" in advised) is told


@pytest.mark.parametrize(
    ("lesion", "contrast", "told"),
    [
        (LESION, "", "no more than 120 mL of contrast, and never give more than 180 mL. Enter the"),
        (LESION.replace(", egfr: 60 mL/min/1.73m2", ""), "contrast: 50 mL, ", "50 mL were given."),
        (LESION.replace(", egfr: 60 mL/min/1.73m2", ""), "", "Enter both;"),
    ],
)
def test_of_the_limits_of_contrast_is_asked_only_what_lacks(plan, lesion, contrast, told):
    result = plan(f"procedure: {{phase: crossing, {contrast}complication: none}}\n", lesion)
    (says,) = [e.says for e in result.recommendation.advice if e.rule == "limit_contrast_hard"]
    assert told in says


def test_a_complication_is_no_time_to_ask_for_the_contrast(plan):
    result = plan("procedure: {phase: crossing, complication: perforation}\n").recommendation
    assert not [entry for entry in result.advice if entry.rule == "limit_contrast_hard"]
    (says,) = [entry.says for entry in result.advice if entry.rule == "perforation"]
    assert "holds nothing else on the management of a perforation" in says
