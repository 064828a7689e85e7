"""A lesion that no device crosses, no balloon opens, or no imaging catheter passes."""

from __future__ import annotations

import pytest
from advice.lesion import LESION, RESISTS, ranked

from cto_cds.report.going_on import puts_first
from cto_cds.report.names import Names

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


FORCE = {
    "high_pressure_balloon",
    "very_high_pressure_balloon",
    "bam",
    "cutting_balloon",
    "scoring_balloon",
}
CONCENTRIC = "calcium_distribution: concentric, calcium_depth: superficial, calcified_nodule: no"


@pytest.mark.parametrize("bias", ["favourable", "unfavourable", "unknown"])
def test_neither_force_nor_blades_are_for_an_injured_vessel_and_every_balloon_warns(plan, bias):
    injured = RESISTS.replace("}", ", vessel_injury: yes, complication: none}")
    result = plan(f"ivus: {{{CONCENTRIC}, wire_bias: {bias}}}\n{injured}")
    assert ranked(result)[0] == "ivl"
    assert {veto.id for veto in result.recommendation.vetoed if veto.certain} >= FORCE
    warned = {entry.id for entry in result.recommendation.cautions}
    assert {"nc_balloon", "small_balloon", "ivl", "rotational_atherectomy"} <= warned


def test_nothing_that_cuts_gains_a_place_while_the_wire_bias_was_not_read(plan):
    orders = {
        bias: ranked(plan(f"ivus: {{{CONCENTRIC}, wire_bias: {bias}}}\n{RESISTS}"))
        for bias in ("favourable", "unfavourable", "unknown")
    }
    for name in ("rotational_atherectomy", "orbital_atherectomy"):
        known = min(orders["favourable"].index(name), orders["unfavourable"].index(name))
        assert orders["unknown"].index(name) >= known
    assert orders["unknown"][:2] == orders["unfavourable"][:2] == ["ivl", "nc_balloon"]


def test_a_small_balloon_leads_where_the_imaging_catheter_does_not_pass(plan):
    blocked = "imaging_catheter_crosses: no, track_confirmed_by: assumed, complication: none"
    wired = f"{blocked}, strategies_tried: [antegrade_wire_escalation]"
    result = plan(RESISTS.replace("track_confirmed_by: ivus", wired))
    assert ranked(result) == ["small_balloon", "laser_atherectomy"]


def test_without_an_ultrasound_catheter_here_what_is_chosen_by_its_picture_waits(plan):
    assumed = RESISTS.replace("track_confirmed_by: ivus", "track_confirmed_by: assumed")
    assumed = assumed.replace("}", ", strategies_tried: [antegrade_wire_escalation]}")
    here = plan("center: {missing_equipment: []}\n" + assumed)
    missing = plan("center: {missing_equipment: [ultrasound_catheter]}\n" + assumed)
    by_picture = {"ivl", "high_pressure_balloon", "very_high_pressure_balloon", "cutting_balloon"}
    assert by_picture <= {*ranked(here)}
    assert not by_picture & {*ranked(missing)}
    passes = assumed.replace("}", ", imaging_catheter_crosses: yes}")
    other = plan("center: {missing_equipment: [ultrasound_catheter]}\n" + passes)
    assert by_picture <= {*ranked(other)}


def test_inside_a_stent_high_pressure_has_its_place(plan):
    lesion = f"ivus: {{{CONCENTRIC}, wire_bias: favourable}}\n{RESISTS}"
    order = ranked(plan(lesion, lesion=LESION.replace("in_stent: no", "in_stent: yes")))
    assert order[:2] == ["high_pressure_balloon", "scoring_balloon"]
    assert "very_high_pressure_balloon" in order


HIGH_CALCIUM = "superficial_calcium_arc: 300 deg, calcium_length: 8 mm, vessel_diameter: 3 mm"


def test_a_lesion_that_expands_is_told_for_which_track_the_scores_are_and_what_comes_before(plan):
    expands = RESISTS.replace("balloon_expands: no", "balloon_expands: yes")
    outside = expands.replace("track: intraplaque", "track: extraplaque")
    seen = f"ivus: {{{CONCENTRIC}, {HIGH_CALCIUM}, wire_bias: favourable}}\n"
    result = plan(seen + outside)
    said = result.algorithms["undilatable"]
    assert "not for a track outside" in str(said)
    inside = plan(seen + expands)
    assert ranked(inside)[0] == "ivl"
    assert "after any modification" in str(inside.algorithms["undilatable"])


def test_deep_calcium_is_told_together_with_what_the_program_cannot_judge(plan):
    expands = RESISTS.replace("balloon_expands: no", "balloon_expands: yes")
    expands = expands.replace("}", ", complication: none}")
    deep = "calcium_distribution: concentric, calcium_depth: deep, calcified_nodule: no"
    said = [a.says for a in plan(f"ivus: {{{deep}}}\n{expands}").recommendation.advice]
    assert any("lumen is no fact here" in text for text in said)


def test_what_an_algorithm_puts_first_is_marked_where_it_is_held_back(plan):
    result = plan(
        "procedure: {phase: lesion preparation, device_crosses: yes, nc_balloon_reaches: no, "
        "track: extraplaque, wire_position: distal true lumen}\n"
    )
    (view,) = (v for v in result.recommendation.views if "uncrossable" in v.algorithm)
    assert "Rotational atherectomy (held back) first" in puts_first(view, Names(result))


def test_no_use_of_a_barred_device_is_told_where_the_plan_names_nothing(plan):
    expands = RESISTS.replace("balloon_expands: no", "balloon_expands: yes")
    expands = expands.replace("}", ", complication: none}")
    low = "superficial_calcium_arc: 0 deg, calcium_length: 2 mm, vessel_diameter: 3.8 mm"
    thin = "calcium_thickness: 0.2 mm, superficial_calcium_arc: 90 deg, calcium_length: 2 mm"
    result = plan(f"ivus: {{{CONCENTRIC}, {low}}}\noct: {{{thin}}}\n{expands}")
    assert ranked(result) == []
    assert not {"lithotripsy_use", "laser_limits"} & {a.rule for a in result.recommendation.advice}


@pytest.mark.parametrize(("burr", "warned"), [("2.5 mm", True), ("2 mm", False)])
def test_a_burr_that_is_large_for_the_vessel_is_a_warning(plan, burr, warned):
    planned = RESISTS.replace("}", f", planned_burr: {burr}}}")
    result = plan(
        f"ivus: {{{CONCENTRIC}, wire_bias: favourable, vessel_diameter: 3.2 mm}}\n{planned}"
    )
    assert any("larger than 0.7 of the vessel" in text for text in result.warnings) == warned


@pytest.mark.parametrize(("size", "told"), [("2.2 mm", True), ("3 mm", False)])
def test_a_vessel_that_is_small_for_a_device_is_told_with_it(plan, size, told):
    seen = f"ivus: {{{CONCENTRIC}, wire_bias: favourable, vessel_diameter: {size}}}\n"
    rules = {a.rule for a in plan(seen + RESISTS).recommendation.advice}
    assert ({"small_vessel_orbital", "small_vessel_lithotripsy"} <= rules) == told
