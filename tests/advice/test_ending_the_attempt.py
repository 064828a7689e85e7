"""What ends the attempt is ranked where something surely names it, and else asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from strategies import open_ended_sheets

from cto_cds.advice.result import Span, Strategy
from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded
from cto_cds.report.support import first_by, named_by, perhaps_first_by, support_of

LESION = "angiography: {occlusion: chronic total, target_vessel: RCA, in_stent: no}\n"
ACROSS = (
    "procedure: {phase: crossing, dual_injection_done: yes, wire_position: distal true lumen, "
    "strategies_tried: [antegrade_wire_escalation], complication: none, reason_to_end: none"
)
OPENED = (
    "procedure: {phase: lesion preparation, track: mixed, track_confirmed_by: ivus, "
    "device_crosses: yes, balloon_expands: yes, complication: none, reason_to_end: none"
)
STENTED = "procedure: {phase: stent optimisation, complication: none"


@pytest.fixture
def plan(advise, vocabulary):
    """Return a function from the lines of a case to its result."""
    return lambda *lines: advise(
        concluded(
            read_case_text("format: 1\ncase: a\n" + "".join(lines), "case.yaml", vocabulary),
            vocabulary,
        )
    )


def ranked(result):
    return [strategy.id for strategy in result.recommendation.strategies]


@pytest.mark.parametrize("procedure", [ACROSS, OPENED, STENTED])
def test_a_contrast_volume_that_nobody_noted_ends_nothing_and_is_asked_for(plan, procedure):
    advice = plan(LESION, procedure, "}\n").recommendation
    assert advice.strategies == ()
    assert not advice.settled
    left = "No strategy or device is left to name in this phase."
    assert f"{left} Still open: stop the procedure" in advice.because
    assert "contrast volume" in advice.because
    assert "procedure.contrast" in {ask.fact for ask in advice.ask_for}


@pytest.mark.parametrize("procedure", [ACROSS, OPENED])
@pytest.mark.parametrize(("contrast", "order"), [(180, []), (181, ["stop"])])
def test_the_contrast_volume_then_decides(plan, procedure, contrast, order):
    kidney = "history: {egfr: 60 mL/min/1.73m2}\n"
    noted = f", contrast: {contrast} mL, air_kerma: 1 Gy, duration: 60 min, "
    result = plan(kidney, LESION, procedure, noted, "minutes_without_progress: 0 min}\n")
    assert ranked(result)[:1] == order
    assert result.recommendation.settled


def test_an_undecided_reason_to_open_the_vessel_does_not_rank_leaving_it_alone(plan):
    result = plan("angiography: {target_vessel: RCA}\n")
    assert "do_not_attempt" not in ranked(result)
    assert not result.recommendation.settled


NOTED = ", contrast: 80 mL, air_kerma: 1 Gy, duration: 60 min, minutes_without_progress: 0 min}\n"


def test_a_plan_that_nothing_missing_can_fill_is_settled_and_tells_each_reason_once(plan):
    kidney = "history: {egfr: 60 mL/min/1.73m2}\n"
    advice = plan(kidney, LESION, ACROSS, NOTED).recommendation
    assert advice.strategies == ()
    assert advice.settled
    crossed = "The wire lies in the distal true lumen, so no crossing strategy is needed"
    assert advice.because.count(crossed) == 1
    assert f"{crossed} (Asia-Pacific algorithm; " in advice.because
    assert "have not all been tried in vain (When to stop)." in advice.because


def test_a_first_choice_that_nobody_puts_first_says_who_names_it_and_where(plan):
    result = plan(LESION, ACROSS, "}\n")
    hybrid = result.algorithms["hybrid"].model_copy(
        update={"state": "decided", "options": ("stop", "investment_procedure")}
    )
    algorithms = {"hybrid": hybrid, "china": result.algorithms["china"]}
    strategy = Strategy(
        rank=1,
        id="investment_procedure",
        title="Investment procedure",
        support=Span(low=0, high=0),
        ordered_by=0,
    )
    told = named_by(strategy, result.model_copy(update={"algorithms": algorithms}))
    assert told == ["Hybrid algorithm (choice 2)", "Chinese strategy (not decided)"]


def test_who_is_undecided_puts_nothing_first_for_sure(plan):
    result = plan("angiography: {target_vessel: RCA}\n")
    first, support = result.recommendation.strategies[0], support_of(result)
    assert first_by(first, support) == []
    assert "Hybrid algorithm" in perhaps_first_by(first, support)


def test_an_algorithm_that_may_name_nothing_says_so(plan):
    views = {view.algorithm: view for view in plan(LESION, ACROSS, "}\n").recommendation.views}
    stop = views["When to stop"]
    assert stop.or_nothing
    assert not stop.surely
    assert "stop" in stop.first


def test_what_comes_first_within_the_limits_is_told_while_nobody_noted_them(plan):
    result = plan(LESION, GOING_ON, "}\n")
    views = {view.algorithm: view for view in result.recommendation.views}
    hybrid = views["Hybrid algorithm"]
    assert "stop" in hybrid.first
    assert not hybrid.surely
    assert "stop" not in hybrid.if_it_goes_on.first
    assert "procedure.contrast" in hybrid.if_it_goes_on.until
    assert "procedure.contrast" not in hybrid.if_it_goes_on.missing
    kidney = "history: {egfr: 60 mL/min/1.73m2}\n"
    noted = plan(kidney, LESION, GOING_ON, NOTED).recommendation.views
    still = {view.algorithm for view in noted if view.if_it_goes_on}
    assert still == {"When to stop"}  # the cap was not read, so it may be that no wire enters it


RING = "ccta: {calcium_arc: 360 deg, calcium_area_fraction: 100 %}\n"
GOING_ON = ACROSS.replace("distal true lumen", "proximal to cap")


@pytest.mark.parametrize("procedure", ["", f"{GOING_ON}{NOTED}"])
def test_a_full_ring_of_calcium_puts_an_investment_procedure_among_the_plans(plan, procedure):
    first, *others = plan(LESION, RING, procedure).recommendation.strategies
    assert not first.ends_attempt
    (found,) = (strategy for strategy in others if strategy.ends_attempt)
    told = {line.rule for line in found.reasons_for if line.amount.low > 0}
    assert (found.id, told) == ("investment_procedure", {"full_ring_of_calcium"})
    half = RING.replace("360 deg", "359 deg")
    for ring in (half, half.replace("359 deg", "unknown")):
        assert "investment_procedure" not in ranked(plan(LESION, ring, procedure))


@pytest.mark.parametrize(
    "procedure", [ACROSS, ACROSS.replace("injection_done: yes", "injection_done: no")]
)
def test_it_comes_into_no_list_in_which_nothing_goes_on(plan, procedure):
    assert ranked(plan(LESION, RING, procedure, "}\n")) == []


@settings(max_examples=60)
@given(open_ended_sheets())
def test_what_ends_the_attempt_is_ranked_only_where_something_surely_names_it(advise, pack, case):
    result = advise(case)
    plan = result.recommendation
    ending = set(pack.policy.ends_attempt)
    sure = {line.rule for s in plan.strategies for line in s.reasons_for if line.amount.low > 0} & {
        name for name, a in result.algorithms.items() if a.state != "not_applicable"
    }
    decreed = {rule.id for rule in pack.safety if rule.instead}
    decreed |= {shift.id for shift in pack.policy.shifts if shift.ranks}
    for strategy in plan.strategies:
        if strategy.id in ending:
            rules = {line.rule for line in strategy.reasons_for if line.amount.low > 0}
            assert rules & (sure | decreed)
    if not plan.strategies and not plan.settled:
        told = ("Nothing is ranked yet", "No strategy or device is left to name in this phase")
        assert any(sentence in plan.because for sentence in told)


LIMITS = {
    "air_kerma: 7 Gy": "The air kerma has reached 7 Gy.",
    "contrast: 160 mL": "More contrast has been given than three times the filtration rate,",
    "duration: 200 min": "The procedure has taken more than three hours.",
    "reason_to_end: fatigue": "The operator or the patient is tired.",
}


@pytest.mark.parametrize("phase", ["crossing", "wire crossed", "lesion preparation"])
def test_every_limit_that_is_reached_is_told_whichever_ends_the_attempt(plan, phase):
    kidneys = "history: {egfr: 40 mL/min/1.73m2}\n"
    reached = f"procedure: {{phase: {phase}, complication: none, {', '.join(LIMITS)}}}\n"
    advice = plan(LESION, kidneys, reached).recommendation.advice
    told = [one.says for one in advice if one.about == "Limits and reasons to stop"]
    for sentence in LIMITS.values():
        assert [text for text in told if text.startswith(sentence)]
    assert len(told) == len(LIMITS)


@pytest.mark.parametrize(
    ("contrast", "level"), [("100", "twice"), ("160", "three times"), ("161", "four times")]
)
def test_contrast_is_told_once_with_the_level_that_it_has_reached(plan, contrast, level):
    kidneys = "history: {egfr: 40 mL/min/1.73m2}\n"
    given = f"procedure: {{phase: lesion preparation, contrast: {contrast} mL}}\n"
    advice = plan(LESION, kidneys, given).recommendation.advice
    (told,) = [one.says for one in advice if one.about == "Limits and reasons to stop"]
    assert told.startswith(f"More contrast has been given than {level} the filtration rate")


def test_beside_a_complication_nothing_is_asked_for_that_could_not_change_the_plan(plan):
    harmed = "procedure: {phase: crossing, complication: perforation}\n"
    asked = plan(LESION, harmed).recommendation.ask_for
    assert [ask for ask in asked if ask.changes == "plan"] == []
    unharmed = harmed.replace("perforation", "none")
    assert [a for a in plan(LESION, unharmed).recommendation.ask_for if a.changes == "plan"]


def test_a_time_to_change_is_told_for_strategies_and_not_for_devices(plan):
    crossing = plan(LESION).recommendation
    assert crossing.strategies[0].id == "antegrade_wire_escalation"
    assert crossing.change_when
    through = "procedure: {phase: wire crossed, device_crosses: no, complication: none}\n"
    devices = plan(LESION, through).recommendation
    assert devices.strategies[0].id == "guide_support"
    assert devices.change_when is None


FAILING = """
history: {egfr: 70 mL/min/1.73m2, prior_failed_attempt: no, can_take_dapt: yes,
  territory_viability: viable, radiation_skin_injury: no}
angiography: {occlusion: chronic total, target_vessel: RCA, in_stent: no, flush_aorto_ostial: no,
  stump: blunt, proximal_cap: clear, occlusion_length: 34 mm, vessel_course: clear,
  calcification: none, distal_vessel_diameter: 3 mm, distal_stenosis: 10 %, distal_disease: none,
  distal_cap_at_bifurcation: no, interventional_collaterals: yes}
operator: {can_adr: yes, can_retrograde: yes}
procedure: {phase: crossing, dual_injection_done: yes, wire_position: intraplaque,
  strategies_tried: [antegrade_wire_escalation, antegrade_dissection_reentry],
  cap_penetrable: yes, minutes_without_progress: 25 min, duration: 100 min, air_kerma: 2 Gy,
  contrast: 100 mL, complication: none, well_advanced: no, reason_to_end: none}
"""


@pytest.mark.parametrize(
    "missing",
    [
        "egfr: 70 mL/min/1.73m2, ",
        "contrast: 100 mL, ",
        "air_kerma: 2 Gy,",
        "duration: 100 min, ",
        "complication: none, ",
        ", reason_to_end: none",
    ],
)
def test_what_might_end_the_attempt_leaves_the_ways_across_in_their_order(plan, missing):
    assert missing in FAILING
    full, less = plan(FAILING), plan(FAILING.replace(missing, ""))
    assert ranked(full)[0] == "retrograde_dissection_reentry"
    assert ranked(less) == ranked(full)
    first = less.recommendation.strategies[0]
    assert any("if the attempt goes on" in line.says for line in first.reasons_for)
    assert first.support.low < full.recommendation.strategies[0].support.low
    assert not less.recommendation.settled


SECOND_WIRES = "parallel_wire, ivus_guided_wiring"


def test_nothing_ends_while_a_parallel_wire_is_left_nor_asks_it_of_who_does_not_do_the_rest(plan):
    alone = FAILING.replace("interventional_collaterals: yes", "interventional_collaterals: no")
    assert "stop" not in ranked(plan(alone))
    assert "investment_procedure" not in ranked(plan(alone))
    unskilled = FAILING.replace("can_retrograde: yes", "can_retrograde: no")
    beyond = plan(unskilled.replace("_reentry]", f"_reentry, {SECOND_WIRES}]"))
    assert ranked(beyond)[0] == "stop"
    (told,) = [line for line in beyond.recommendation.first_do if "proctor" in line]
    assert "refer the patient" in told


OUTSIDE = FAILING.replace("escalation, antegrade_dissection_reentry]", "escalation]").replace(
    "wire_position: intraplaque", "wire_position: extraplaque"
)


@pytest.mark.parametrize("minutes", ["0 min", "9 min", "25 min", "unknown"])
def test_a_wire_that_has_left_the_plaque_is_brought_back_whatever_the_time(plan, minutes):
    zone = "landing_zone_calcium: none, landing_zone_large_branch: no, interventional"
    case = OUTSIDE.replace("25 min,", f"{minutes},").replace("interventional", zone)
    first, *others = ranked(plan(case))
    assert first == "antegrade_dissection_reentry"
    assert others[-1] == "antegrade_wire_escalation"


@pytest.mark.parametrize(
    ("said", "instead", "order"),
    [
        ("", "", ["investment_procedure", "stop"]),
        ("can_take_dapt: yes", "can_take_dapt: no", ["stop", "investment_procedure"]),
        ("in_stent: no", "in_stent: yes", ["stop", "investment_procedure"]),
        ("injury: no", "injury: yes", ["stop", "investment_procedure"]),
        ("can_take_dapt: yes", "can_take_dapt: unknown", ["investment_procedure", "stop"]),
    ],
)
def test_an_investment_comes_first_only_where_its_study_let_such_a_patient_in(
    plan, said, instead, order
):
    nothing_left = FAILING.replace("_reentry]", f"_reentry, {SECOND_WIRES}]").replace(
        "interventional_collaterals: yes", "interventional_collaterals: no"
    )
    advice = plan(nothing_left.replace(said, instead)).recommendation
    assert [strategy.id for strategy in advice.strategies[:2]] == order
    assert advice.settled == ("unknown" not in instead)
    (investment,) = [s for s in advice.strategies if s.id == "investment_procedure"]
    sure = said and "unknown" not in instead
    assert len(investment.cautions) == (1 if sure else 0)


IN_ML = (
    "With the estimated filtration rate of 24.5 mL/min/1.73m2 in its place, which is another "
    "measure, aim at no more than 49 mL here, and never give more than 73.5 mL."
)


@pytest.mark.parametrize(
    ("known", "told"),
    [("egfr: 24.5 mL/min/1.73m2", IN_ML), ("age: 70 years", "never give more than three times.")],
)
def test_the_limit_of_contrast_is_told_in_ml_with_the_measure_that_was_used(plan, known, told):
    advice = plan(f"history: {{{known}}}\n", LESION).recommendation.advice
    (budget,) = [entry for entry in advice if entry.rule == "contrast_budget"]
    assert "creatinine clearance, for which the limits were published" in budget.says
    assert budget.says.endswith(told)
    assert "history.egfr" in budget.reads
