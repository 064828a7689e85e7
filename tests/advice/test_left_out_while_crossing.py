"""What a busy room leaves out while crossing: the phase, the clock, and which wire is meant."""

from __future__ import annotations

import itertools
from collections.abc import Collection

import pytest

from cto_cds.advice.result import Result
from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded

LESION = """
format: 1
case: left-out
history: {prior_failed_attempt: no, egfr: 70 mL/min/1.73m2}
angiography:
  occlusion: chronic total
  target_vessel: RCA
  ostial: no
  in_stent: no
  stump: blunt
  proximal_cap: clear
  side_branch_at_proximal_cap: no
  occlusion_length: 34 mm
  max_bend: 20 deg
  vessel_course: clear
  calcification: moderate
  distal_vessel_diameter: 2.8 mm
  distal_stenosis: 10 %
  distal_disease: none
  distal_cap_at_bifurcation: no
  landing_zone_calcium: none
  landing_zone_large_branch: no
  interventional_collaterals: yes
  collateral_route: septal
  werner: 2
  sole_collateral: no
  donor_severely_diseased: no
"""
NO_ENTRY = LESION.replace("ostial: no", "ostial: yes\n  flush_aorto_ostial: yes").replace(
    "proximal_cap: clear", "proximal_cap: ambiguous"
)
CROSSING = {
    "phase": "crossing",
    "dual_injection_done": "yes",
    "strategies_tried": "[antegrade_wire_escalation]",
    "wire_position": "in cap",
    "cap_penetrable": "yes",
    "minutes_without_progress": "4 min",
    "duration": "40 min",
    "air_kerma": "1.2 Gy",
    "contrast": "90 mL",
    "complication": "none",
    "well_advanced": "no",
    "reason_to_end": "none",
}
REACHED = (
    {"air_kerma": "7 Gy"},
    {"contrast": "211 mL"},
    {"reason_to_end": "fatigue"},
    {"air_kerma": "7.4 Gy", "contrast": "230 mL", "duration": "200 min"},
)


@pytest.fixture
def plan(advise, vocabulary):
    """Return a function from what is said of the procedure to the result."""

    def result(
        without: Collection[str] = (), lesion: str = LESION, more: str = "", **said: str
    ) -> Result:
        facts = {name: word for name, word in {**CROSSING, **said}.items() if name not in without}
        told = "\n".join(f"  {name}: {word}" for name, word in facts.items())
        text = f"{lesion}{more}procedure:\n{told}\n"
        return advise(concluded(read_case_text(text, "case.yaml", vocabulary), vocabulary))

    return result


def ranked(result):
    return [strategy.id for strategy in result.recommendation.strategies]


@pytest.mark.parametrize("reached", REACHED)
@pytest.mark.parametrize(
    "without",
    [("phase",), ("phase", "wire_position"), ("phase", "wire_position", "strategies_tried")],
)
def test_a_limit_that_is_reached_ends_the_attempt_though_nobody_gave_the_phase(
    plan, reached, without
):
    assert ranked(plan(**reached))[0] == "stop"
    assert ranked(plan(without, **reached))[0] == "stop"


def test_a_phase_that_is_given_as_unknown_lifts_no_limit(plan):
    assert ranked(plan(phase="unknown", air_kerma="7.4 Gy"))[0] == "stop"


def test_planning_ends_nothing_because_of_a_dose(plan):
    assert "stop" not in ranked(plan(phase="planning", air_kerma="7.4 Gy"))


@pytest.mark.parametrize(
    "wire_position",
    ["proximal to cap", "in cap", "intraplaque", "extraplaque", "distal true lumen"],
)
def test_where_the_wire_lies_tells_the_phase_that_nobody_gave(plan, wire_position):
    left_out = plan(("phase",), wire_position=wire_position)
    assert left_out.facts["procedure.phase"].value == "crossing"
    assert (
        left_out.facts["procedure.phase"].source == f"follows from: Wire position {wire_position}"
    )
    assert ranked(left_out) == ranked(plan(wire_position=wire_position))


def test_a_wire_beyond_the_occlusion_needs_no_crossing_strategy_though_the_phase_is_left_out(plan):
    result = plan(("phase",), wire_position="distal true lumen")
    assert ranked(result) == []
    assert "no crossing strategy is needed" in (result.recommendation.because or "")


WAYS = ["antegrade_wire_escalation", "parallel_wire", "retrograde_wire_escalation"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("length", ["14 mm", "34 mm"])
def test_a_clock_that_nobody_read_changes_no_strategy(plan, way, length):
    lesion = LESION.replace("34 mm", length)
    tried = f"[{way}]"
    going_on = plan(lesion=lesion, strategies_tried=tried)
    unread = plan(("minutes_without_progress",), lesion=lesion, strategies_tried=tried)
    assert ranked(unread)[0] == ranked(going_on)[0]
    assert not unread.recommendation.settled
    assert "procedure.minutes_without_progress" in [a.fact for a in unread.recommendation.ask_for]


def test_a_wire_from_behind_is_asked_for_where_only_retrograde_strategies_were_used(plan):
    behind = "[retrograde_dissection_reentry]"
    asked = "If it is the retrograde wire"
    unclear = plan(strategies_tried=behind, wire_position="extraplaque", cap_penetrable="no")
    assert any(asked in warning for warning in unclear.warnings)
    clear = plan(strategies_tried=behind, wire_position="proximal to cap", cap_penetrable="no")
    assert not any(asked in warning for warning in clear.warnings)


@pytest.mark.parametrize("phase", ["planning", "crossing"])
def test_a_vessel_closed_flush_without_an_entry_leaves_the_retrograde_wire_alone(plan, phase):
    result = plan(
        lesion=NO_ENTRY, phase=phase, wire_position="proximal to cap", strategies_tried="[]"
    )
    assert ranked(result) == ["retrograde_wire_escalation"]


def test_an_entry_that_was_found_opens_retrograde_dissection_in_it(plan):
    result = plan(lesion=NO_ENTRY, wire_position="in cap", strategies_tried="[]")
    assert "retrograde_dissection_reentry" in ranked(result)


NOT_HERE = "operator: {can_adr: no, can_retrograde: no}\n"
ENDS = "End the attempt and refer the patient"


def test_an_attempt_ends_where_nothing_of_the_list_can_be_done_here(plan):
    ambiguous = LESION.replace("proximal_cap: clear", "proximal_cap: ambiguous")
    said = {"wire_position": "proximal to cap", "strategies_tried": "[]"}
    result = plan(lesion=ambiguous, more=NOT_HERE, **said)
    assert result.recommendation.first_here is None
    assert any(ENDS in step for step in result.recommendation.first_do)
    planned = plan(lesion=ambiguous, more=NOT_HERE, phase="planning", **said)
    assert not any(ENDS in step for step in planned.recommendation.first_do)


@pytest.mark.parametrize(
    ("track", "confirmed"), [*itertools.product(["mixed", "extraplaque"], ["ivus", "assumed"])]
)
def test_a_small_burr_at_the_transition_is_never_named_without_its_caution(plan, track, confirmed):
    result = plan(
        phase="wire crossed",
        wire_position="distal true lumen",
        track=track,
        track_confirmed_by=confirmed,
        device_crosses="no",
        planned_burr="1.25 mm",
        atherectomy_site="transition zone",
    )
    drill = next(s for s in result.recommendation.strategies if s.id == "rotational_atherectomy")
    assert any("at the transition" in caution.says for caution in drill.cautions)


UNREAD = ("minutes_without_progress",)
ONE_MORE = ["air_kerma", "contrast", "reason_to_end"]


@pytest.mark.parametrize("also", ONE_MORE)
def test_a_clock_and_a_dose_that_nobody_read_end_no_attempt(plan, also):
    wire = {"wire_position": "extraplaque", "track": "extraplaque"}
    assert ranked(plan((also,), **wire))[0] == ranked(plan((*UNREAD, also), **wire))[0]


def test_what_belongs_to_planning_is_not_done_first_where_nobody_gave_the_phase(plan):
    unknown = plan(("phase", "wire_position"))
    assert not any("Tell a patient" in step for step in unknown.recommendation.first_do)


PREPARING = {
    "phase": "lesion preparation",
    "wire_position": "distal true lumen",
    "device_crosses": "yes",
    "nc_balloon_reaches": "yes",
}


@pytest.mark.parametrize("track", ["intraplaque", "extraplaque", "mixed", "unknown"])
def test_a_balloon_that_expands_asks_for_no_device_until_imaging_calls_the_calcium_high(
    plan, track
):
    result = plan(**PREPARING, balloon_expands="yes", track=track, track_confirmed_by="ivus")
    assert ranked(result) == []
    assert any("place the stent" in step for step in result.recommendation.first_do)


def test_a_track_that_nobody_knows_is_prepared_no_bolder_than_one_outside_the_plaque(plan):
    outside = plan(**PREPARING, balloon_expands="no", track="extraplaque")
    unknown = plan(**PREPARING, balloon_expands="no", track="unknown")
    assert ranked(unknown)[0] == ranked(outside)[0] == "nc_balloon"
