"""What is made ready follows the way that will be gone, and nothing is made ready for no way."""

from __future__ import annotations

import pytest

from cto_cds.report.essentials import checklist, may_be_needed

LONG = """
format: 1
case: long
history: {prior_failed_attempt: no, egfr: 80 mL/min/1.73m2, symptoms: angina}
angiography:
  {occlusion: chronic total, target_vessel: RCA, in_stent: no, stump: blunt, ostial: no,
   proximal_cap: ambiguous, side_branch_at_proximal_cap: no, side_branch_takes_ivus: no,
   flush_aorto_ostial: no, proximal_tortuosity: none, occlusion_length: 45 mm,
   occlusion_count: 1, max_bend: 60 deg, tortuosity: moderate, vessel_course: ambiguous,
   calcification: severe, calcium_proximal_cap: severe, distal_vessel_diameter: 2.8 mm,
   distal_stenosis: 10 %, distal_disease: none, distal_cap_at_bifurcation: no,
   landing_zone_calcium: none, landing_zone_large_branch: no, interventional_collaterals: yes,
   collateral_route: septal, werner: 2, sole_collateral: no, donor_severely_diseased: no}
procedure: {phase: planning}
"""
DOES_ALL = "operator: {can_adr: yes, can_retrograde: yes}\n"
NO_RETROGRADE = "operator: {can_adr: yes, can_retrograde: no}\n"
NEITHER = "operator: {can_adr: no, can_retrograde: no}\n"
BACK = {"collateral_wire", "externalisation_wire"}
PREPARED = "before the retrograde gear goes in"
OVER = "contrast: 200 mL, duration: 60 min, air_kerma: 2 Gy, complication: none"


def steps(result):
    return " ".join(result.recommendation.first_do)


def test_the_tray_and_the_first_steps_are_those_of_the_first_way_that_can_be_done_here(decide):
    back = decide(LONG + DOES_ALL)
    assert set(checklist(back)) >= BACK
    assert PREPARED in steps(back)
    front = decide(LONG + NO_RETROGRADE)
    assert front.recommendation.strategies[0].id == "retrograde_dissection_reentry"
    assert front.recommendation.first_here == "antegrade_dissection_reentry"
    assert BACK.isdisjoint(checklist(front))
    assert "reentry_device" in checklist(front)
    assert PREPARED not in steps(front)


def test_where_nothing_can_be_done_here_a_proctor_comes_first_and_nothing_is_made_ready(decide):
    result = decide(LONG + NEITHER)
    assert result.recommendation.first_here is None
    assert "with a proctor or refer the patient" in result.recommendation.first_do[0]
    assert [*checklist(result), *may_be_needed(result)] == []
    assert PREPARED not in steps(result)


@pytest.mark.parametrize(
    ("lacking", "wires"),
    [
        ("[]", {"soft_tapered_wire", "intermediate_polymer_wire"}),
        ("[soft_tapered_wire]", {"intermediate_polymer_wire"}),
    ],
)
def test_a_knuckle_brings_a_wire_with_a_polymer_jacket_and_one_class_is_enough(
    decide, lacking, wires
):
    result = decide(f"{LONG}{NO_RETROGRADE}center: {{missing_equipment: {lacking}}}\n")
    first = result.recommendation.strategies[2]
    assert "knuckle" in first.techniques
    assert result.recommendation.first_here == first.id
    assert {name for name in first.equipment if name.endswith(("tapered_wire", "mer_wire"))} == (
        wires
    )


def test_a_knuckle_without_any_such_wire_is_not_available(decide):
    lacking = "[soft_tapered_wire, intermediate_polymer_wire]"
    result = decide(f"{LONG}{NO_RETROGRADE}center: {{missing_equipment: {lacking}}}\n")
    assert "soft_tapered_wire" in result.recommendation.strategies[2].unavailable


def test_what_is_held_back_may_be_needed_and_its_equipment_waits(decide):
    result = decide(LONG + DOES_ALL)
    assert "rotational_atherectomy" in may_be_needed(result)
    held = {"atherectomy_burr", "orbital_device", "laser_catheter", "atherectomy_wire"}
    assert held.isdisjoint(checklist(result))


def test_a_procedure_that_ends_has_no_tray_and_no_advice_on_a_way_on(decide):
    text = LONG.replace("egfr: 80", "egfr: 40").replace(
        "phase: planning", f"phase: crossing, {OVER}"
    )
    result = decide(text + DOES_ALL)
    assert result.recommendation.strategies[0].id == "stop"
    assert checklist(result) == []
    assert not [entry for entry in result.recommendation.advice if "knuckle" in entry.on]


CROSSED = """
format: 1
case: no device follows
angiography: {occlusion: chronic total, target_vessel: RCA, in_stent: no, calcification: severe}
procedure:
  {phase: wire crossed, wire_position: distal true lumen, device_crosses: no, complication: none,
   track: intraplaque}
"""


def test_what_is_tried_before_atherectomy_is_made_ready_where_no_device_follows(decide):
    ready = checklist(decide(CROSSED))
    assert {"large_guide_catheter", "low_profile_balloon", "guide_extension_catheter"} <= {*ready}
    assert "atherectomy_burr" not in ready


def test_what_the_way_to_be_gone_is_done_with_is_not_named_again_as_perhaps_needed(decide):
    shown = LONG.replace("side_branch_at_proximal_cap: no", "side_branch_at_proximal_cap: yes")
    result = decide(shown.replace("takes_ivus: no", "takes_ivus: yes").replace("45 mm", "15 mm"))
    plan = result.recommendation
    way = next(s for s in plan.strategies if s.id == plan.first_here)
    prepared = {name for entry in plan.advice for name in entry.techniques}
    assert prepared & {*way.techniques}
    assert may_be_needed(result)
    assert {*may_be_needed(result)}.isdisjoint(way.techniques)
