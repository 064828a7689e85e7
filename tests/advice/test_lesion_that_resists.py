"""A lesion that no device crosses, no balloon opens, or no imaging catheter passes."""

from __future__ import annotations

import pytest
from advice.lesion import RESISTS, ranked

CUTTING = {"rotational_atherectomy", "orbital_atherectomy", "cutting_balloon", "scoring_balloon"}


def test_an_uncrossable_lesion_with_an_assumed_track_warns_of_atherectomy(plan):
    result = plan(
        "procedure: {phase: wire crossed, track: intraplaque, track_confirmed_by: assumed, "
        "device_crosses: no}\n"
    )
    assert "rotational_atherectomy" in {entry.id for entry in result.recommendation.cautions}


@pytest.mark.parametrize("nodule", ["yes", "no", "unknown"])
@pytest.mark.parametrize("spread", ["concentric", "eccentric", "unknown"])
def test_no_device_that_cuts_leads_on_an_unfavourable_wire(plan, nodule, spread):
    seen = f"calcified_nodule: {nodule}, calcium_distribution: {spread}"
    text = f"ivus: {{{seen}, calcium_depth: superficial, wire_bias: unfavourable}}\n{RESISTS}"
    order = [entry.id for entry in plan(text).recommendation.strategies]
    assert order[0] == "ivl"
    cutting = [place for place, name in enumerate(order) if name in CUTTING]
    assert order.index("nc_balloon") < min(cutting)


def test_a_nodule_is_not_settled_while_the_wire_bias_is_unknown(plan):
    seen = "calcified_nodule: yes, calcium_distribution: eccentric, calcium_depth: superficial"
    result = plan(f"ivus: {{{seen}}}\n{RESISTS}").recommendation
    assert result.strategies[0].id == "ivl"
    assert not result.settled
    assert "ivus.wire_bias" in {ask.fact for ask in result.ask_for}


def test_deep_calcium_puts_atherectomy_behind_every_device_that_may_reach_it(plan):
    seen = "calcium_distribution: concentric, calcium_depth: deep, calcified_nodule: no"
    text = f"ivus: {{{seen}, wire_bias: favourable}}\n{RESISTS}"
    order = [entry.id for entry in plan(text).recommendation.strategies]
    assert order.index("very_high_pressure_balloon") < order.index("rotational_atherectomy")


@pytest.mark.parametrize("phase", ["wire crossed", "lesion preparation"])
def test_what_no_balloon_reaches_is_led_to_by_atherectomy_in_either_phase(plan, phase):
    result = plan(
        f"procedure: {{phase: {phase}, device_crosses: yes, nc_balloon_reaches: no, "
        "track: intraplaque, track_confirmed_by: ivus, dissection_at_site: no}\n"
    )
    atherectomy = ["rotational_atherectomy", "orbital_atherectomy", "laser_atherectomy"]
    assert ranked(result) == [*atherectomy, "nc_balloon"]
    asked = {ask.fact for ask in result.recommendation.ask_for if ask.changes == "plan"}
    assert "procedure.balloon_expands" not in asked


@pytest.mark.parametrize("track", ["extraplaque", "mixed"])
def test_a_balloon_that_does_not_reach_the_lesion_is_not_the_way_to_it_outside_the_plaque(
    plan, track
):
    result = plan(
        f"procedure: {{phase: lesion preparation, nc_balloon_reaches: no, track: {track}, "
        "track_confirmed_by: ivus}\n"
    )
    assert ranked(result) == []
    small = plan(
        f"procedure: {{phase: lesion preparation, nc_balloon_reaches: no, track: {track}, "
        "track_confirmed_by: ivus, planned_burr: 1.25 mm, atherectomy_site: transition zone}\n"
    )
    assert ranked(small) == ["rotational_atherectomy"]


def test_a_lesion_in_which_the_balloon_expands_is_next_for_its_stent(plan):
    text = RESISTS.replace("balloon_expands: no", "balloon_expands: yes")
    low = "superficial_calcium_arc: 90 deg, calcium_length: 2 mm, vessel_diameter: 3.5 mm"
    seen = f"{low}, calcified_nodule: no, wire_bias: favourable"
    thin = "calcium_thickness: 0.2 mm, superficial_calcium_arc: 90 deg, calcium_length: 2 mm"
    result = plan(f"ivus: {{{seen}}}\noct: {{{thin}}}\n{text}")
    assert ranked(result) == []
    assert any("place the stent" in step for step in result.recommendation.first_do)
    untried = text.replace("balloon_expands: yes", "balloon_expands: unknown")
    assert "nc_balloon" in ranked(plan(f"ivus: {{{seen}}}\noct: {{{thin}}}\n{untried}"))


def test_where_the_imaging_catheter_does_not_pass_it_is_brought_across_first(plan):
    blocked = "imaging_catheter_crosses: no, track_confirmed_by: assumed, complication: none"
    result = plan(RESISTS.replace("track_confirmed_by: ivus", blocked)).recommendation
    assert "small balloon" in result.first_do[0]
    by_picture = {"ivl", "high_pressure_balloon", "very_high_pressure_balloon", *CUTTING}
    assert by_picture <= {entry.id for entry in result.vetoed if entry.certain}
    assert not any("Look with intravascular ultrasound before" in a.says for a in result.advice)


def test_an_imaging_catheter_that_nobody_tried_holds_nothing_back(plan):
    untried = "imaging_catheter_crosses: unknown, track_confirmed_by: assumed, complication: none"
    result = plan(RESISTS.replace("track_confirmed_by: ivus", untried)).recommendation
    assert "ivl" in [strategy.id for strategy in result.strategies]
    assert "procedure.imaging_catheter_crosses" in {ask.fact for ask in result.ask_for}


@pytest.mark.parametrize("phase", ["lesion preparation", "stent optimisation"])
def test_an_injured_vessel_is_the_first_thing_to_weigh(plan, phase):
    result = plan(f"procedure: {{phase: {phase}, vessel_injury: yes, complication: none}}\n")
    assert "injured vessel heals" in result.recommendation.first_do[0]
