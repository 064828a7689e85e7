"""What a plan says before any wire: what comes first, and where a wire must not be pushed."""

from __future__ import annotations

import pytest

from cto_cds.advice.result import Result

DISEASED = "angiography.donor_severely_diseased: yes"
POOR = "angiography.distal_disease: diffuse"
SOLE = "angiography.sole_collateral: yes"
NO_WAY = "angiography.interventional_collaterals: no"


def steps_on(result, word):
    return [step for step in result.recommendation.first_do if word in step]


def advised(result, rule):
    return [entry for entry in result.recommendation.advice if entry.rule == rule]


def test_a_severely_diseased_donor_is_treated_before_anything_else(known_but):
    result = known_but(DISEASED, POOR)
    first = result.recommendation.first_do[0]
    assert "donor" in first
    assert "Treat" in first
    assert [entry.about for entry in advised(result, "donor_treated_first")] == ["Indication"]


@pytest.mark.parametrize(
    "changes",
    [(POOR,), ("angiography.donor_severely_diseased:", POOR), (DISEASED, POOR, NO_WAY)],
    ids=["a healthy donor", "a donor that nobody looked at", "no retrograde way"],
)
def test_no_donor_is_treated_first_without_a_reason(known_but, changes):
    assert not steps_on(known_but(*changes), "diseased donor")


def test_the_only_collateral_of_a_diseased_donor_is_a_relative_contraindication(known_but):
    told = advised(known_but(DISEASED, SOLE, POOR), "sole_diseased_donor")
    assert [entry.about for entry in told] == ["Indication"]
    assert not advised(known_but(DISEASED, POOR), "sole_diseased_donor")


@pytest.mark.parametrize("where", ["angiography.target_vessel: LM", "angiography.ostial: yes"])
def test_every_retrograde_way_to_the_left_main_or_the_ostium_of_the_lad_is_cautioned(
    known_but, where
):
    result = known_but("angiography.target_vessel: LAD", where, POOR)
    back = [s for s in result.recommendation.strategies if s.id.startswith("retrograde")]
    assert back
    for strategy in back:
        assert any("puts the donor at risk" in caution.says for caution in strategy.cautions)


@pytest.mark.parametrize(
    "changes",
    [
        ("angiography.proximal_cap: ambiguous", "ccta.proximal_cap: ambiguous"),
        ("ccta.vessel_course: ambiguous",),
    ],
    ids=["an ambiguous entry", "an ambiguous course"],
)
def test_a_stiff_wire_into_the_unknown_is_cautioned(known_but, changes):
    def cautions(result: Result) -> list[str]:
        wiring = next(
            s for s in result.recommendation.strategies if s.id == "antegrade_wire_escalation"
        )
        return [caution.rule for caution in wiring.cautions]

    assert "stiff_wire_ambiguous" in cautions(known_but(*changes))
    assert "stiff_wire_ambiguous" not in cautions(known_but())


def test_no_step_and_no_wire_is_told_for_a_way_that_is_forbidden(known_but):
    result = known_but(DISEASED, SOLE, POOR)
    forbidden = {entry.id for entry in result.recommendation.vetoed if entry.certain}
    assert {"retrograde_wire_escalation", "retrograde_dissection_reentry"} <= forbidden
    (step,) = steps_on(result, "retrograde")
    assert step.startswith("Weigh treating the severely diseased donor artery first")
    assert not [e for e in result.recommendation.advice if "etrograde wire" in e.says]
    (veto,) = {v.because for v in result.recommendation.vetoed if v.rule.startswith("sole_coll")}
    assert "Until that artery is treated" in veto


@pytest.mark.parametrize(
    ("reason", "word"),
    [
        ("history.limited_life_expectancy: yes", "life expectancy"),
        ("history.can_take_dapt: no", "antiplatelet"),
        ("history.radiation_skin_injury: yes", "radiation"),
        ("history.egfr: 20 mL/min/1.73m2", "renal failure"),
    ],
)
def test_a_reason_not_to_attempt_it_is_weighed_first_and_forbids_nothing(known_but, reason, word):
    plan = known_but(reason).recommendation
    assert plan.first_do[0].startswith("Weigh first whether to attempt it at all")
    assert word in plan.first_do[0]
    assert not plan.strategies[0].ends_attempt
