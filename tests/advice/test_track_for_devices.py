"""After a dissection devices rely on a track inside the plaque once ultrasound has shown it."""

from __future__ import annotations

import pytest
from advice.lesion import RESISTS, ranked

from cto_cds.advice.result import Result

DISSECTED = ("antegrade_dissection_reentry", "retrograde_dissection_reentry")
FOR_INSIDE = {
    "high_pressure_balloon",
    "very_high_pressure_balloon",
    "bam",
    "rotational_atherectomy",
    "orbital_atherectomy",
    "laser_atherectomy",
}
SEEN = """
ivus: {superficial_calcium_arc: 300 deg, calcium_length: 8 mm, calcium_distribution: concentric,
  calcium_depth: superficial, calcified_nodule: no, vessel_diameter: 3.2 mm, wire_bias: favourable}
"""


@pytest.fixture
def after(plan):
    """Return a function from what was tried, and other words of the case, to its result."""

    def found(tried: str, *changes: tuple[str, str]) -> Result:
        text = RESISTS.replace("track_confirmed_by: ivus", "track_confirmed_by: assumed")
        text = text.replace("}", f", strategies_tried: {tried}, complication: none}}")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return plan(SEEN + text)

    return found


@pytest.mark.parametrize(
    "tried", [*(f"[{one}]" for one in DISSECTED), f"[{DISSECTED[0]}, antegrade_wire_escalation]"]
)
def test_a_track_that_is_only_assumed_after_dissection_is_prepared_as_one_outside(after, tried):
    result = after(tried)
    outside = after(tried, ("track: intraplaque", "track: extraplaque"))
    assert ranked(result) == ranked(outside) == ["nc_balloon", "ivl"]
    assert {veto.id for veto in result.recommendation.vetoed if veto.certain} >= FOR_INSIDE
    cautions = {(entry.id, entry.rule) for entry in result.recommendation.cautions}
    assert ("nc_balloon", "mh4_stay_below") in cautions


@pytest.mark.parametrize("tried", DISSECTED)
def test_ultrasound_that_shows_the_track_inside_opens_what_is_for_inside_after_dissection(
    after, tried
):
    shown = after(f"[{tried}]", ("track_confirmed_by: assumed", "track_confirmed_by: ivus"))
    wired = after(
        "[antegrade_wire_escalation]", ("track_confirmed_by: assumed", "track_confirmed_by: ivus")
    )
    assert ranked(shown) == ranked(wired)
    assert "rotational_atherectomy" in ranked(shown)


def test_nothing_that_a_dissection_holds_back_comes_forward_where_nobody_says_what_was_tried(after):
    unsaid = after("unknown")
    assert not FOR_INSIDE & {*ranked(unsaid)}
    assert ranked(unsaid)[:2] == ["nc_balloon", "ivl"]
    asked = {ask.fact for ask in unsaid.recommendation.ask_for}
    assert asked & {"procedure.strategies_tried", "procedure.track_confirmed_by"}


def test_no_laser_leads_to_a_balloon_that_does_not_reach_while_the_track_is_not_shown(after):
    result = after(
        "[retrograde_dissection_reentry]", ("balloon_reaches: yes", "balloon_reaches: no")
    )
    assert ranked(result) == []
    resists = after("[antegrade_wire_escalation]", ("balloon_reaches: yes", "balloon_reaches: no"))
    assert "laser_atherectomy" in ranked(resists)


def test_calcium_that_a_score_calls_high_asks_for_no_device_while_the_track_is_not_shown(after):
    result = after(f"[{DISSECTED[0]}]", ("balloon_expands: no", "balloon_expands: yes"))
    assert ranked(result) == []
    assert any("counts as outside" in step for step in result.recommendation.first_do)


@pytest.mark.parametrize("tried", DISSECTED)
def test_the_limit_of_14_atm_holds_while_the_track_is_not_shown(after, tried):
    result = after(
        f"[{tried}]", ("balloon_reaches: yes", "balloon_reaches: yes, planned_pressure: 14 atm")
    )
    assert any("stay below 14 atm" in step for step in result.recommendation.first_do)
    assert "mh4" in {veto.rule for veto in result.recommendation.vetoed}
