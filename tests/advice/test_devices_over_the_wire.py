"""Which devices may follow the wire, by where it lies and what is known of its track."""

from __future__ import annotations

import pytest
from advice.lesion import CROSSING, LESION, ranked

DEVICES = {
    "procedure.track",
    "procedure.track_confirmed_by",
    "procedure.balloon_expands",
    "procedure.device_crosses",
    "procedure.planned_burr",
    "procedure.atherectomy_site",
}
FOLLOWING = {
    "rotational_atherectomy",
    "orbital_atherectomy",
    "laser_atherectomy",
    "high_pressure_balloon",
    "very_high_pressure_balloon",
    "bam",
}


def test_facts_that_would_lift_a_veto_are_asked_for_once_the_procedure_has_begun(plan):
    begun = plan("procedure: {phase: lesion preparation}\n").recommendation.ask_for
    assert {"procedure.track", "procedure.track_confirmed_by"} <= {ask.fact for ask in begun}
    assert "procedure.track" not in {ask.fact for ask in plan().recommendation.ask_for}


@pytest.mark.parametrize("wire", ["in cap", "intraplaque", "extraplaque"])
def test_nothing_is_asked_about_devices_before_one_can_follow_the_wire(plan, wire):
    asked = plan(f"{CROSSING} wire_position: {wire}}}\n").recommendation.ask_for
    assert not DEVICES & {ask.fact for ask in asked}


@pytest.mark.parametrize("wire", ["proximal to cap", "in cap", "intraplaque"])
def test_what_is_for_inside_the_plaque_is_held_back_while_no_track_is_known(plan, wire):
    result = plan(f"{CROSSING} wire_position: {wire}}}\n").recommendation
    assert {entry.id for entry in result.vetoed} >= FOLLOWING
    stated = plan(f"{CROSSING} wire_position: {wire}, track: intraplaque}}\n").recommendation
    assert "high_pressure_balloon" not in {entry.id for entry in stated.vetoed}


def test_a_wire_that_left_the_plaque_surely_forbids_what_is_for_inside_it(plan):
    for track in ("", ", track: intraplaque"):
        result = plan(f"{CROSSING} wire_position: extraplaque{track}}}\n").recommendation
        assert {entry.id for entry in result.vetoed if entry.certain} >= FOLLOWING


@pytest.mark.parametrize("phase", ["wire crossed", "lesion preparation", "unknown"])
def test_once_a_device_may_follow_an_unknown_track_holds_devices_back(plan, phase):
    result = plan(f"procedure: {{phase: {phase}, wire_position: unknown}}\n").recommendation
    assert {entry.id for entry in result.vetoed} >= FOLLOWING


def test_a_wire_outside_and_a_track_inside_the_plaque_lift_no_veto(plan):
    result = plan(
        "procedure: {phase: wire crossed, wire_position: extraplaque, track: intraplaque, "
        "track_confirmed_by: ivus}\n"
    )
    assert {"laser_atherectomy", "high_pressure_balloon", "bam"} <= {
        entry.id for entry in result.recommendation.vetoed
    }


def test_where_the_wire_lies_is_asked_for_before_a_track_is_taken_as_it_was_entered(plan):
    result = plan(
        "procedure: {phase: wire crossed, wire_position: unknown, track: intraplaque, "
        "track_confirmed_by: assumed}\n"
    )
    assert "procedure.wire_position" in {ask.fact for ask in result.recommendation.ask_for}


@pytest.mark.parametrize("wire", ["proximal to cap", "in cap", "intraplaque", "extraplaque"])
@pytest.mark.parametrize("phase", ["wire crossed", "lesion preparation", "stent optimisation"])
def test_no_device_is_ranked_over_a_wire_that_has_not_arrived(plan, phase, wire):
    known = "device_crosses: no, balloon_expands: no, track: intraplaque, track_confirmed_by: ivus"
    result = plan(
        f"procedure: {{phase: {phase}, complication: none, reason_to_end: none, contrast: 50 mL, "
        f"air_kerma: 1 Gy, wire_position: {wire}, {known}}}\n"
    )
    assert ranked(result) == []
    assert not result.recommendation.settled
    assert any("tip of the wire lies" in step for step in result.recommendation.first_do)
    assert any("has crossed, and its tip" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("told", "round_it"),
    [
        ("track: intraplaque", True),
        ("track: mixed", True),
        ("track: extraplaque", False),
    ],
)
def test_what_lies_outside_the_plaque_already_is_not_gone_round(plan, told, round_it):
    result = plan(f"procedure: {{phase: wire crossed, device_crosses: no, {told}}}\n")
    assert ("antegrade_dissection_reentry" in ranked(result)) == round_it


def test_a_stent_is_not_gone_round(plan):
    inside = LESION.replace("in_stent: no", "in_stent: yes")
    lab = "procedure: {phase: wire crossed, device_crosses: no, track: intraplaque}\n"
    assert "antegrade_dissection_reentry" not in ranked(plan(lab, lesion=inside))
