"""What a plan may begin with: an entry that is there, a catheter that is here, a wire inside."""

from __future__ import annotations

import pytest
from advice.lesion import ranked

AMBIGUOUS = ("angiography.proximal_cap: ambiguous", "ccta.proximal_cap: ambiguous")
NO_BRANCH = (
    "angiography.side_branch_at_proximal_cap: no",
    "angiography.side_branch_takes_ivus: no",
)
BRANCH = (
    "angiography.side_branch_at_proximal_cap: yes",
    "angiography.side_branch_takes_ivus: yes",
)
CROSSING = (
    "procedure.phase: crossing",
    "procedure.dual_injection_done: yes",
    "procedure.contrast: 100 mL",
    "procedure.air_kerma: 1 Gy",
    "procedure.duration: 40 min",
)
STUCK_IN_THE_CAP = (
    *CROSSING,
    "procedure.wire_position: in cap",
    "procedure.strategies_tried: [antegrade_wire_escalation]",
    "procedure.minutes_without_progress: 14 min",
)
OUTSIDE = (
    *CROSSING,
    "procedure.wire_position: extraplaque",
    "procedure.track: extraplaque",
    "procedure.strategies_tried: [antegrade_wire_escalation]",
    "procedure.minutes_without_progress: 12 min",
)
LONG = ("angiography.occlusion_length: 30 mm", "ccta.occlusion_length: 30 mm")
NOT_HERE = "center.missing_equipment: [ultrasound_catheter]"
WIRES = "soft_tapered_wire, intermediate_polymer_wire, high_penetration_wire"
FRONT = "antegrade_wire_escalation"
DISSECTION = "antegrade_dissection_reentry"
REVERSE_CART = "retrograde_dissection_reentry"
RETROGRADE_WIRE = "retrograde_wire_escalation"


def way(result, name):
    return next(s for s in result.recommendation.strategies if s.id == name)


def told(result, rule):
    return [entry.says for entry in result.recommendation.advice if entry.rule == rule]


def forbidden(result):
    return {veto.id for veto in result.recommendation.vetoed if veto.certain}


@pytest.mark.parametrize(
    "where",
    [
        ("angiography.target_vessel: LAD", "angiography.ostial: yes"),
        ("angiography.target_vessel: LM",),
    ],
    ids=["the ostium of the LAD", "the left main"],
)
def test_no_way_is_ranked_where_nothing_enters_from_the_front_and_no_wire_may_come_through(
    known_but, where
):
    result = known_but(*AMBIGUOUS, *NO_BRANCH, *where)
    assert ranked(result) == []
    because = [v.because for v in result.recommendation.vetoed if v.rule == "no_way_in_planned"]
    assert because
    assert all("defer, or refer the patient" in text for text in because)
    assert not [s for s in result.recommendation.first_do if "retrograde gear" in s]


def test_a_retrograde_wire_alone_is_left_at_another_ostium_that_nothing_enters(known_but):
    result = known_but(*AMBIGUOUS, *NO_BRANCH, "angiography.ostial: yes")
    assert ranked(result) == [RETROGRADE_WIRE]
    assert {REVERSE_CART, "reverse_cart"} <= forbidden(result)


@pytest.mark.parametrize(
    "where", ["angiography.target_vessel: LAD", "angiography.target_vessel: LM"]
)
def test_reverse_cart_stays_where_ultrasound_can_show_the_entry(known_but, where):
    result = known_but(*AMBIGUOUS, *BRANCH, where, "angiography.ostial: yes")
    assert REVERSE_CART in ranked(result)


def test_ultrasound_that_is_not_here_does_not_show_the_entry_and_the_plan_says_what_it_would_open(
    known_but,
):
    without = known_but(*AMBIGUOUS, *BRANCH, NOT_HERE)
    assert without.recommendation.first_here == ranked(without)[0]
    assert ranked(without)[0].startswith("retrograde")
    assert way(without, FRONT).barred == ("ultrasound_elsewhere",)
    (says,) = told(without, "ultrasound_elsewhere")
    assert "wiring from the front is open" in says
    assert ranked(known_but(*AMBIGUOUS, *BRANCH))[0] == FRONT


def test_without_ultrasound_and_without_a_collateral_the_cap_is_gone_round(known_but):
    result = known_but(*AMBIGUOUS, *BRANCH, NOT_HERE, "angiography.interventional_collaterals: no")
    assert result.recommendation.first_here == DISSECTION
    for name in ("Asia-Pacific algorithm", "Global crossing algorithm"):
        (view,) = [v for v in result.recommendation.views if v.algorithm == name]
        assert view.first == (DISSECTION,)


def test_what_is_missing_here_is_not_asked_for_where_nobody_looked_for_a_branch(known_but):
    result = known_but(*AMBIGUOUS).recommendation
    asked = {ask.fact for ask in result.ask_for}
    assert "angiography.side_branch_takes_ivus" in asked
    assert "center.missing_equipment" not in asked
    assert not [view for view in result.views if "equipment that is missing" in view.because]


def test_nothing_lacks_while_nobody_has_said_so(known_but):
    silent = known_but(*AMBIGUOUS, *BRANCH).recommendation
    said = known_but(*AMBIGUOUS, *BRANCH, "center.missing_equipment: []").recommendation
    assert silent.strategies == said.strategies
    assert (silent.settled, silent.because) == (said.settled, said.because)
    assert silent.ask_for == said.ask_for


def test_ultrasound_guides_no_wire_from_within_a_cap_that_no_branch_shows(known_but):
    assert "ivus_guided_wiring" in forbidden(known_but(*STUCK_IN_THE_CAP, *NO_BRANCH))
    assert "ivus_guided_wiring" in ranked(known_but(*STUCK_IN_THE_CAP, *BRANCH))
    goes_on = "procedure.minutes_without_progress: 3 min"
    assert "ivus_guided_wiring" in ranked(known_but(*STUCK_IN_THE_CAP, *NO_BRANCH, goes_on))


def test_no_knuckle_finds_its_own_way_where_a_branch_leaves_at_the_distal_cap(known_but):
    assert "star" in way(known_but(*OUTSIDE), DISSECTION).techniques
    result = known_but(*OUTSIDE, "ccta.distal_cap_at_bifurcation: yes")
    assert "star" in forbidden(result)
    assert "star" not in way(result, DISSECTION).techniques


def test_wiring_is_done_without_one_class_of_wire_where_another_serves(known_but):
    result = known_but("center.missing_equipment: [high_penetration_wire]")
    assert result.recommendation.first_here == FRONT
    assert way(result, FRONT).unavailable == ()
    assert way(result, FRONT).done_without == ("high_penetration_wire",)
    none_left = known_but(f"center.missing_equipment: [{WIRES}]")
    assert way(none_left, FRONT).unavailable == tuple(WIRES.split(", "))


def test_no_procedure_begins_with_what_is_steered_from_a_first_wire(known_but):
    nothing_else = (
        f"center.missing_equipment: [{WIRES}]",
        "operator.can_adr: no",
        "operator.can_retrograde: no",
    )
    result = known_but(*nothing_else)
    assert {"parallel_wire", "ivus_guided_wiring"} <= {*ranked(result)}
    assert not way(result, "parallel_wire").unavailable
    assert result.recommendation.first_here is None
    at_the_cap = known_but(*nothing_else, *AMBIGUOUS, *BRANCH)
    assert at_the_cap.recommendation.first_here == "ivus_guided_wiring"


@pytest.mark.parametrize(
    "unfit", ["ccta.landing_zone_calcium: severe", "ccta.landing_zone_large_branch: yes"]
)
def test_the_hybrid_algorithm_begins_no_dissection_into_an_unfit_landing_zone(by_hybrid, unfit):
    no_way_back = "angiography.interventional_collaterals: no"
    assert ranked(by_hybrid(*LONG))[0] == DISSECTION
    assert ranked(by_hybrid(*LONG, unfit))[0] == REVERSE_CART
    assert ranked(by_hybrid(*LONG, unfit, no_way_back))[0] == FRONT
    assert ranked(by_hybrid(unfit))[0] == FRONT


def test_dissection_keeps_its_place_in_the_hybrid_algorithm_while_nobody_read_the_landing_zone(
    by_hybrid,
):
    unread = ("ccta.landing_zone_calcium:", "ccta.landing_zone_large_branch:")
    assert ranked(by_hybrid(*LONG, *unread))[0] == DISSECTION


def test_a_wire_outside_the_plaque_inside_a_stent_is_said_to_lie_perhaps_behind_it(known_but):
    (says,) = told(known_but(*OUTSIDE, "angiography.in_stent: yes"), "outside_in_a_stent")
    assert "behind the stent" in says
    assert not told(known_but(*OUTSIDE), "outside_in_a_stent")


def test_no_donor_is_injected_where_the_vessel_fills_from_its_own_artery_alone(known_but):
    own = known_but("angiography.collateral_route: ipsilateral", "angiography.sole_collateral: yes")
    assert told(own, "donor_not_needed")
    assert not told(own, "donor_first")
    (step,) = [s for s in own.recommendation.first_do if s.startswith("Inject both")]
    assert "its own artery alone where it fills from no other" in step
    assert told(known_but(), "donor_first")


@pytest.mark.parametrize(
    "unknown",
    [("angiography.target_vessel: LAD", "angiography.ostial:"), ("angiography.target_vessel:",)],
)
def test_a_caution_on_a_place_that_is_not_known_says_what_is_at_risk_and_what_to_do(
    known_but, unknown
):
    result = known_but(*unknown, "angiography.distal_disease: diffuse")
    cautions = [c.says for s in result.recommendation.strategies for c in s.cautions]
    unread = [text for text in cautions if "not known whether the occlusion lies at" in text]
    assert unread
    for text in unread:
        assert "puts the donor at risk" in text
        assert "before a retrograde attempt" in text
