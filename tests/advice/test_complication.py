"""While there is a complication nothing is advised that goes on with the lesion."""

from __future__ import annotations

import itertools

import pytest

RICH = (
    "angiography.calcification: severe",
    "angiography.calcium_proximal_cap: severe",
    "angiography.side_branch_at_proximal_cap: yes",
    "history.egfr: 80 mL/min/1.73m2",
    "ivus.calcium_distribution: concentric",
    "ivus.calcium_depth: deep",
    "ivus.stent_area_adequate: no",
    "procedure.imaging_catheter_crosses: no",
    "procedure.balloon_expands: yes",
    "procedure.track_confirmed_by: assumed",
    "procedure.vessel_injury: yes",
    "procedure.contrast: 90 mL",
    "procedure.cap_penetrable: no",
    "procedure.strategies_tried: [antegrade_wire_escalation]",
)
GOES_ON_WITH_NOTHING = {
    "perforation",
    "dose_habits",
    "no_injection_from_the_front",
    "no_oct_with_dissection",
}


def told(known_but, complication, phase):
    """Return the rules whose advice is shown in some case of this phase, but contradictions."""
    shown: set[str] = set()
    places = ["proximal to cap", "intraplaque", "extraplaque"]
    for wire, track, in_stent in itertools.product(places, places[1:], ["no", "yes"]):
        result = known_but(
            *RICH,
            f"procedure.phase: {phase}",
            f"procedure.wire_position: {wire}",
            f"procedure.track: {track}",
            f"procedure.device_crosses: {'no' if wire == 'intraplaque' else 'yes'}",
            f"angiography.in_stent: {in_stent}",
            f"procedure.complication: {complication}",
        )
        shown |= {entry.rule for entry in result.recommendation.advice}
    return {rule for rule in shown if not rule.startswith("contradicting")}


@pytest.mark.parametrize(
    ("phase", "without"),
    [
        ("crossing", {"cap_that_no_wire_enters", "hard_cap_beside_a_branch"}),
        ("wire crossed", {"image_calcium", "imaging_catheter_blocked"}),
        (
            "lesion preparation",
            {"cutting_balloon_label", "deep_calcium", "staged_completion", "lithotripsy_in_stent"},
        ),
        ("stent optimisation", {"oct_after_stent", "stent_too_small_outside"}),
    ],
)
def test_what_goes_on_with_the_lesion_waits_until_a_complication_is_managed(
    known_but, phase, without
):
    assert without <= told(known_but, "none", phase)
    assert told(known_but, "perforation", phase) <= GOES_ON_WITH_NOTHING
