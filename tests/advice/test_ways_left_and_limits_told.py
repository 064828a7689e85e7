"""What a reader found missing or untrue in the plans of a lesion that is otherwise fully known."""

from __future__ import annotations

import pytest

from cto_cds.advice.result import Result

AWE, PARALLEL, IVUS = "antegrade_wire_escalation", "parallel_wire", "ivus_guided_wiring"
ADR = "antegrade_dissection_reentry"
RWE, RDR = "retrograde_wire_escalation", "retrograde_dissection_reentry"
FROM_THE_FRONT = (AWE, PARALLEL, IVUS, ADR)
CROSSING = (
    "procedure.phase: crossing",
    "procedure.dual_injection_done: yes",
    "procedure.reason_to_end: none",
    "procedure.wire_position: in cap",
    "procedure.cap_penetrable: yes",
    "operator.can_adr: yes",
    "operator.can_retrograde: yes",
)


@pytest.fixture
def without_progress(known_but):
    """Return a function from what was tried, and other changes, to the result after 12 minutes."""

    def result(*tried: str, but: tuple[str, ...] = ()) -> Result:
        return known_but(
            *CROSSING,
            "procedure.minutes_without_progress: 12 min",
            f"procedure.strategies_tried: [{', '.join(tried)}]",
            *but,
        )

    return result


def ranked(result):
    return [strategy.id for strategy in result.recommendation.strategies]


@pytest.mark.parametrize(("tried", "left"), [(RWE, RDR), (RDR, RWE)])
def test_the_other_retrograde_strategy_comes_up_before_the_attempt_ends(
    without_progress, tried, left
):
    result = without_progress(*FROM_THE_FRONT, tried)
    assert ranked(result)[0] == left
    assert "investment_procedure" not in ranked(result)


@pytest.mark.parametrize(
    ("tried", "but"),
    [
        ((RWE, RDR), ()),
        ((RWE,), ("angiography.interventional_collaterals: no",)),
        ((), ("angiography.interventional_collaterals: no",)),
    ],
)
def test_every_way_is_used_up_once_both_retrograde_strategies_were_tried_or_none_is_open(
    without_progress, tried, but
):
    result = without_progress(*FROM_THE_FRONT, *tried, but=but)
    assert set(ranked(result)[:2]) == {"investment_procedure", "stop"}


def test_what_is_left_from_behind_goes_to_a_proctor_where_the_operator_does_not_do_it(
    without_progress,
):
    result = without_progress(*FROM_THE_FRONT, RWE, but=("operator.can_retrograde: no",))
    assert ranked(result)[0] == "stop"


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
    assert "a declaration and a wire past the cap; give the position of the wire" in steps
