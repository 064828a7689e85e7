"""The ranked list: every sum is the sum of its lines, and nothing forbidden is on it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import built_in_sheets, hybrid_pack, lab_sheets

from cto_cds.advice.compose import compose
from cto_cds.advice.result import Result, Strategy
from cto_cds.advice.words import source_of
from cto_cds.engine.engine import Engine
from cto_cds.facts.value import Quantity, Reading, Value
from cto_cds.report.going_on import puts_first
from cto_cds.report.names import Names
from cto_cds.rulefile.policy import Policy

CASES = st.one_of(built_in_sheets(read=True), lab_sheets())
ADR, AWE = "antegrade_dissection_reentry", "antegrade_wire_escalation"
SHIFT = "branch_at_the_distal_cap"
RWE, RDR = "retrograde_wire_escalation", "retrograde_dissection_reentry"


def order(result: Result) -> list[str]:
    return [strategy.id for strategy in result.recommendation.strategies]


def strategy(result: Result, name: str) -> Strategy:
    return next(s for s in result.recommendation.strategies if s.id == name)


def assert_support_is_the_sum_of_its_lines(found: Strategy) -> None:
    lines = [*found.reasons_for, *found.against, *found.cautions]
    assert found.support.low == sum(line.amount.low for line in lines)
    assert found.support.high == sum(line.amount.high for line in lines)
    assert found.support.low <= found.support.high


@settings(max_examples=80)
@given(CASES)
def test_the_list_keeps_its_promises_in_every_case(advise, pack, case):
    result = advise(case)
    listed = result.recommendation.strategies
    vetoed = {veto.id for veto in result.recommendation.vetoed}
    assert [s.rank for s in listed] == list(range(1, len(listed) + 1))
    assert len({s.id for s in listed}) == len(listed)
    for s in listed:
        assert s.id not in vetoed
        assert not vetoed & set(s.techniques)
        assert_support_is_the_sum_of_its_lines(s)
        for line in (*s.reasons_for, *s.against, *s.cautions):
            assert line.amount.low <= line.amount.high
            assert line.says
            assert line.source.cite
            assert line.verified in {"primary", "secondary", "unverified"}
        assert all(line.amount.low < 0 >= line.amount.high for line in s.against)
        assert all(line.amount.high <= 0 for line in s.cautions)
        decreed = {rule.instead for rule in pack.safety}
        brought = {n for shift in pack.policy.shifts for n in shift.ranks}
        named = any(s.id in a.options for a in result.algorithms.values())
        assert named or s.id in decreed | brought
        if s.id in pack.policy.ends_attempt:
            assert any(line.amount.low > 0 for line in s.reasons_for)
    places = list(dict.fromkeys((*pack.policy.tie_order, *pack.techniques)))
    keys = [(-s.ordered_by, places.index(s.id)) for s in listed]
    assert keys == sorted(keys)
    for veto in result.recommendation.vetoed:
        assert veto.because
        assert veto.reads


@settings(max_examples=40)
@given(CASES)
def test_what_algorithms_say_is_what_the_lines_say(advise, pack, case):
    result = advise(case)
    vetoed = {veto.id for veto in result.recommendation.vetoed}
    named = {option for a in result.algorithms.values() for option in a.options}
    ending = set(pack.policy.ends_attempt)  # is ranked only where it is sure
    assert set(order(result)) - ending == named - vetoed - ending
    for name, algorithm in result.algorithms.items():
        assert (algorithm.state == "undecided") <= bool(algorithm.missing)
        if algorithm.state == "not_applicable":
            assert algorithm.because
            assert not algorithm.options
            lines = [line for s in result.recommendation.strategies for line in s.reasons_for]
            assert name not in {line.rule for line in lines}


def test_a_known_case_has_a_known_order_and_exact_supports(by_hybrid):
    result = by_hybrid()
    assert order(result) == [AWE, ADR, RWE, RDR]
    assert [s.support.low for s in result.recommendation.strategies] == [
        Decimal(3),
        Decimal(2),
        Decimal(1),
        Decimal("0.5"),
    ]
    assert all(s.support.low == s.support.high for s in result.recommendation.strategies)
    assert result.algorithms["hybrid"].state == "decided"


@pytest.mark.parametrize(("length", "first"), [("19.999", AWE), ("20", ADR), ("20.001", ADR)])
def test_the_limit_between_short_and_long_is_exact(by_hybrid, length, first):
    assert order(by_hybrid(f"angiography.occlusion_length: {length} mm"))[0] == first


def test_a_finding_on_ct_moves_strategies_by_what_the_policy_says(known_but, pack):
    after = known_but("ccta.distal_cap_at_bifurcation: yes")
    (shift,) = [s for s in pack.policy.shifts if s.id == SHIFT]
    for name, amount in shift.support.items():
        lines = [*strategy(after, name).reasons_for, *strategy(after, name).against]
        (line,) = [line for line in lines if line.rule == SHIFT]
        assert line.amount.low == amount
        assert line.reads == ("procedure.phase", "ccta.distal_cap_at_bifurcation")
        assert line.source == source_of(shift.source)


def test_a_finding_that_is_not_known_widens_the_support_and_moves_no_rank(by_hybrid):
    known, open_ = by_hybrid(), by_hybrid("ccta.distal_cap_at_bifurcation:")
    assert order(open_) == order(known)
    for name in order(known):
        wide, exact = strategy(open_, name).support, strategy(known, name).support
        assert wide.low <= exact.low <= exact.high <= wide.high
    assert strategy(open_, ADR).support.low < strategy(known, ADR).support.low
    assert any("Not known yet: distal cap" in line.says for line in strategy(open_, ADR).against)


def test_a_veto_takes_a_strategy_off_the_list_and_says_why(by_hybrid):
    result = by_hybrid("angiography.interventional_collaterals: no")
    assert order(result) == [AWE, ADR]
    vetoes = {v.id: v for v in result.recommendation.vetoed if v.rule == "needs_collaterals"}
    assert set(vetoes) == {RWE, RDR}
    assert "can be crossed" in vetoes[RWE].because
    assert vetoes[RWE].reads == ("angiography.interventional_collaterals",)


def test_an_unknown_track_forbids_what_an_extraplaque_track_forbids_and_says_so(known_but):
    def forbidden(track: str) -> dict[str, str]:
        result = known_but(f"procedure.track:{track}")
        return {v.id: v.because for v in result.recommendation.vetoed if v.rule == "mh1"}

    unknown, outside = forbidden(""), forbidden(" extraplaque")
    assert set(unknown) == set(outside) == {"orbital_atherectomy", "laser_atherectomy"}
    assert all("not known" in because for because in unknown.values())
    assert all("not known" not in because for because in outside.values())
    assert forbidden(" intraplaque") == {}


def test_a_known_danger_is_never_told_as_an_unknown_one(known_but):
    result = known_but("procedure.track: extraplaque", "procedure.track_confirmed_by: ivus")
    told = [v for v in result.recommendation.vetoed if v.rule in {"mh1", "mh2", "mh2_bam"}]
    assert told
    assert all("not known" not in veto.because for veto in told)


# Ties and weights: another policy over the rules of one algorithm


@pytest.fixture
def small():
    return hybrid_pack()


def with_policy(small, **changes: object) -> Engine:
    policy: Policy = replace(small.policy, **changes)
    return Engine(replace(small, policy=policy))


def advised(engine: Engine, sheet) -> Result:
    return compose(sheet, engine.decide(sheet), engine.pack)


@pytest.fixture
def planned(engine):
    from cto_cds.facts.case import read_case_text

    text = (
        "format: 1\ncase: a\nangiography: {occlusion: chronic total, target_vessel: RCA, "
        "in_stent: no, proximal_cap: clear, occlusion_length: 12 mm, distal_stenosis: 0 %, "
        "distal_vessel_diameter: 3 mm, distal_disease: none, interventional_collaterals: yes, "
        "distal_cap_at_bifurcation: no, landing_zone_calcium: none, "
        "landing_zone_large_branch: no, donor_severely_diseased: no, sole_collateral: no, "
        "collateral_route: septal, vessel_course: clear}\n"
    )
    return read_case_text(text, "case.yaml", engine.pack.vocabulary)


@pytest.mark.parametrize("turned", [False, True])
def test_ties_fall_to_the_order_of_the_policy(small, planned, turned):
    tie_order = small.policy.tie_order[::-1] if turned else small.policy.tie_order
    equal = tuple(Decimal(1) for _ in small.policy.positions)
    with with_policy(small, positions=equal, shifts=(), tie_order=tie_order) as engine:
        found = order(advised(engine, planned))
    assert found == sorted([AWE, ADR, RWE, RDR], key=tie_order.index)


def test_the_weight_of_an_algorithm_multiplies_its_support(small, planned):
    with with_policy(small, shifts=(), weights={"hybrid": Decimal("0.5")}) as engine:
        supports = [s.support.low for s in advised(engine, planned).recommendation.strategies]
    assert supports == [p / 2 for p in small.policy.positions]


def test_a_place_beyond_the_positions_adds_nothing_and_is_no_reason_against(small, planned):
    with with_policy(small, shifts=(), positions=(Decimal(3),)) as engine:
        result = advised(engine, planned)
    assert order(result)[0] == AWE
    for name in (ADR, RWE, RDR):
        found = strategy(result, name)
        assert (found.support.low, found.support.high) == (0, 0)
        assert found.against == ()
        assert len(found.reasons_for) == 1


# What rests on unknown facts is certain neither way


@pytest.mark.parametrize("unknown", ["angiography.occlusion:", "procedure.phase: unknown"])
def test_support_reaches_down_to_nothing_while_nobody_knows_whether_an_algorithm_applies(
    by_hybrid, unknown
):
    full, less = by_hybrid(), by_hybrid(unknown)
    assert less.algorithms["hybrid"].notes
    for s in less.recommendation.strategies:
        assert s.support.low <= 0 or s.id not in order(full)
        (line,) = [line for line in s.reasons_for if line.rule == "hybrid"]
        assert line.amount.low == 0
        assert "if it applies" in line.says


def test_the_techniques_of_a_strategy_stand_in_the_order_of_who_puts_it_first(advise, planned):
    """Asia-Pacific, which puts re-entry third here, would begin with the last resort."""
    facts: dict[str, Value] = {
        "procedure.phase": "crossing",
        "procedure.dual_injection_done": "yes",
        "procedure.complication": "none",
        "procedure.wire_position": "extraplaque",
        "procedure.strategies_tried": (AWE,),
        "procedure.reason_to_end": "none",
        "procedure.air_kerma": Quantity(Decimal(1), "Gy"),
        "procedure.contrast": Quantity(Decimal(50), "mL"),
        "procedure.duration": Quantity(Decimal(20), "min"),
        "procedure.minutes_without_progress": Quantity(Decimal(15), "min"),
        "history.egfr": Quantity(Decimal(90), "mL/min/1.73m2"),
        "angiography.distal_cap_at_bifurcation": "yes",
    }
    readings = {path: Reading(path, value) for path, value in facts.items()}
    result = advise(replace(planned, readings={**planned.readings, **readings}))
    options = {name: a.options for name, a in result.algorithms.items() if ADR in a.options}
    assert options["asia_pacific"].index(ADR) > options["hybrid"].index(ADR)
    reentry = strategy(result, ADR).steps["re-entry"]
    assert reentry.index("stingray") < reentry.index("last")


CALCIUM = ("ccta.calcium_area_fraction:", "angiography.calcification: mild")


def test_an_algorithm_that_only_perhaps_applies_turns_no_order_and_puts_nothing_first(known_but):
    long = "angiography.occlusion_length: 22 mm"
    result, without_it = known_but(long, *CALCIUM), known_but(long, CALCIUM[1])
    perhaps = result.algorithms["heavy_calcium"]
    assert perhaps.state == "undecided"
    assert perhaps.options
    assert without_it.algorithms["heavy_calcium"].state == "not_applicable"
    for s in result.recommendation.strategies:
        lines = [line for line in s.reasons_for if line.rule == "heavy_calcium"]
        assert all(line.amount.low == 0 < line.amount.high for line in lines)
        others = [line for line in (*s.reasons_for, *s.cautions) if line.rule != "heavy_calcium"]
        assert s.ordered_by <= sum((line.amount.high for line in others), Decimal(0))
    (view,) = [v for v in result.recommendation.views if v.algorithm == perhaps.title]
    assert not view.surely


@settings(max_examples=60)
@given(CASES)
def test_what_only_perhaps_applies_counts_for_nothing_in_the_order(advise, pack, case):
    result = advise(case)
    views = {view.algorithm: view for view in result.recommendation.views}
    perhaps = {name for name, a in result.algorithms.items() if a.notes}
    assert not any(views[result.algorithms[name].title].surely for name in perhaps)
    for s in result.recommendation.strategies:
        counted = Decimal(0)
        for line in (*s.reasons_for, *s.against, *s.cautions):
            low, high = line.amount.low, line.amount.high
            sure = s.id in pack.policy.sure_only or line.rule in perhaps
            counted += 0 if line.rule == pack.policy.id else low if sure else (low + high) / 2
        assert s.ordered_by == counted


def guarded(small, name: str, effect: str = "caution"):
    """The pack with one safety rule, on ``name``, that rests on the track."""
    rule = next(rule for rule in small.safety if rule.id == "mh1")
    changed = replace(rule, effect=effect, on=(name,), if_unknown=effect, read_unknown_as={})
    return replace(small, safety=(changed,))


def test_a_forbidden_technique_is_listed_with_no_strategy(small, planned):
    assert "stingray" in strategy(advised(Engine(small), planned), ADR).techniques
    with Engine(guarded(small, "stingray", effect="veto")) as engine:
        result = advised(engine, planned)
    assert "stingray" not in strategy(result, ADR).techniques
    assert [veto.id for veto in result.recommendation.vetoed] == ["stingray"]


@pytest.mark.parametrize(
    ("track", "forbidden", "told"),
    [
        (
            "extraplaque",
            AWE,
            "Not to be used here, though named before it: antegrade wire escalation.",
        ),
        (None, AWE, "Held back here, though named before it: antegrade wire escalation."),
        (
            "extraplaque",
            "stingray",
            "Not to be used here, though named with it: stingray re-entry.",
        ),
        ("intraplaque", AWE, None),
    ],
)
def test_a_reason_tells_what_it_rests_on_that_is_forbidden(small, planned, track, forbidden, told):
    readings = {**planned.readings, "procedure.track": Reading("procedure.track", track)}
    with Engine(guarded(small, forbidden, effect="veto")) as engine:
        result = advised(engine, replace(planned, readings=readings))
    (reason,) = (line.says for line in strategy(result, ADR).reasons_for if line.rule == "hybrid")
    assert ("here, though named" in reason) == bool(told)
    assert reason.endswith(told or ".")
    (view,) = (v for v in result.recommendation.views if v.first)
    assert ("Antegrade wire escalation (barred here) first" in puts_first(view, Names(result))) == (
        (track, forbidden) == ("extraplaque", AWE)
    )


@pytest.mark.parametrize(
    ("track", "low", "high"),
    [("extraplaque", "-0.25", "-0.25"), (None, "-0.25", "0"), ("intraplaque", None, None)],
)
def test_a_caution_lowers_support_and_only_perhaps_while_it_rests_on_an_unknown(
    small, planned, track, low, high
):
    readings = {**planned.readings, "procedure.track": Reading("procedure.track", track)}
    with Engine(guarded(small, AWE)) as engine:
        found = strategy(advised(engine, replace(planned, readings=readings)), AWE)
    amounts = [(line.amount.low, line.amount.high) for line in found.cautions]
    assert amounts == ([] if low is None else [(Decimal(low), Decimal(high))])
    assert_support_is_the_sum_of_its_lines(found)


def test_a_technique_that_is_only_possible_is_not_in_the_plan(small, planned):
    stent = {"angiography.in_stent": Reading("angiography.in_stent", None)}
    perhaps = replace(planned, readings=planned.readings | stent)
    with Engine(small) as engine:
        assert "crossboss" not in strategy(advised(engine, perhaps), ADR).techniques


def test_the_strategy_in_use_is_the_one_that_was_used_last(advise, planned):
    def first(*tried: str) -> str:
        facts = {
            "phase": "crossing",
            "dual_injection_done": "yes",
            "complication": "none",
            "reason_to_end": "none",
            "wire_position": "in cap",
            "air_kerma": Quantity(Decimal(1), "Gy"),
            "contrast": Quantity(Decimal(50), "mL"),
            "duration": Quantity(Decimal(20), "min"),
            "minutes_without_progress": Quantity(Decimal(1), "min"),
            "strategies_tried": tried,
        }
        readings = {f"procedure.{n}": Reading(f"procedure.{n}", v) for n, v in facts.items()}
        egfr = Reading("history.egfr", Quantity(Decimal(90), "mL/min/1.73m2"))
        readings["history.egfr"] = egfr
        result = advise(replace(planned, readings={**planned.readings, **readings}))
        assert result.algorithms["hybrid"].state == "decided"
        return result.algorithms["hybrid"].options[0]

    assert first() == AWE
    assert first(AWE, RWE) == RWE
    assert first(AWE, RWE, AWE) == AWE
    assert first(RDR) == RDR
