"""Limits are told whatever pressure is planned, and what a declaration takes is said."""

from __future__ import annotations

import pytest

AWE = "antegrade_wire_escalation"
CROSSING = (
    "procedure.phase: crossing",
    "procedure.dual_injection_done: yes",
    "procedure.reason_to_end: none",
    "procedure.wire_position: in cap",
    "procedure.cap_penetrable: yes",
    "operator.can_adr: yes",
    "operator.can_retrograde: yes",
)


@pytest.mark.parametrize("pressure", ["unknown", "12 atm", "14 atm"])
@pytest.mark.parametrize("phase", ["crossing", "wire crossed", "lesion preparation"])
@pytest.mark.parametrize("track", ["extraplaque", "mixed", "unknown"])
def test_the_limit_of_14_atm_stands_whatever_pressure_is_planned(known_but, phase, track, pressure):
    result = known_but(
        f"procedure.phase: {phase}",
        f"procedure.track: {track}",
        f"procedure.planned_pressure: {pressure}",
    )
    cautions = result.recommendation.cautions
    cautioned = {guard.id for guard in cautions if "Stay below 14 atm" in guard.because}
    assert {"nc_balloon", "small_balloon", "cutting_balloon", "scoring_balloon"} <= cautioned


def test_inside_the_plaque_no_limit_of_14_atm_is_told(known_but):
    result = known_but("procedure.phase: lesion preparation", "procedure.track: intraplaque")
    assert not [guard for guard in result.recommendation.cautions if "14 atm" in guard.because]


@pytest.mark.parametrize(
    "reached",
    [
        "procedure.air_kerma: 7.2 Gy",
        "procedure.air_kerma: 5.5 Gy",
        "procedure.contrast: 150 mL",
        "procedure.duration: 200 min",
    ],
)
def test_a_procedure_declared_well_advanced_is_told_what_that_takes(known_but, reached):
    result = known_but(
        *CROSSING,
        "history.egfr: 70 mL/min/1.73m2",
        "procedure.well_advanced: yes",
        "procedure.wire_position: unknown",
        "procedure.minutes_without_progress: 3 min",
        f"procedure.strategies_tried: [{AWE}]",
        "procedure.air_kerma: 1 Gy",
        "procedure.contrast: 80 mL",
        "procedure.duration: 40 min",
        reached,
    )
    told = result.model_dump_json()
    assert "nothing shows that it is well" not in told
    assert "nothing shows that the procedure" not in told
    steps = " ".join(result.recommendation.first_do)
    assert (
        "a declaration and a wire past the cap; give the position of the wire if it was not given"
        in steps
    )
