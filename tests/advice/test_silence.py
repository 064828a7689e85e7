"""Silence in a list of devices is no reason against a device, and no span is too narrow for it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import lab_sheets

from cto_cds.advice.silence import Voice, given_to, open_through_others
from cto_cds.facts.case import read_case_text
from cto_cds.facts.concluding import concluded

NAMES = ("a", "b", "c")
RESISTS = (
    "format: 1\ncase: a\n"
    "angiography: {occlusion: chronic total, in_stent: IN_STENT}\n"
    "history: {egfr: 90 mL/min/1.73m2}\n"
    "ivus: {superficial_calcium_arc: 360 deg, calcium_length: 6 mm, calcified_nodule: no, "
    "calcium_distribution: concentric, calcium_depth: superficial, vessel_diameter: 3.5 mm, "
    "wire_bias: favourable}\n"
    "procedure: {phase: lesion preparation, track: intraplaque, track_confirmed_by: ivus, "
    "wire_position: distal true lumen, device_crosses: yes, nc_balloon_reaches: yes, "
    "balloon_expands: no, complication: none, contrast: 10 mL, reason_to_end: none, "
    "vessel_injury: no, dissection_at_site: no}\n"
)


@pytest.fixture
def order(advise, vocabulary):
    """Return the devices for a lesion that resists the balloon, best first."""

    def ordered(in_stent: str) -> list[str]:
        text = RESISTS.replace("IN_STENT", in_stent)
        result = advise(concluded(read_case_text(text, "case.yaml", vocabulary), vocabulary))
        assert result.algorithms["undilatable"].state == "decided"
        assert result.algorithms["scai_calcium"].options == (
            "ivl",
            "rotational_atherectomy",
            "orbital_atherectomy",
        )
        return [strategy.id for strategy in result.recommendation.strategies]

    return ordered


def test_balloons_that_one_algorithm_does_not_name_stay_before_atherectomy(order):
    devices = order("no")
    assert devices[:2] == ["high_pressure_balloon", "cutting_balloon"]
    balloons = ("high_pressure_balloon", "cutting_balloon", "scoring_balloon")
    last = max(devices.index(name) for name in balloons)
    assert last < devices.index("rotational_atherectomy") < devices.index("orbital_atherectomy")


def test_inside_a_stent_the_scoring_balloon_stays_before_lithotripsy(order):
    devices = order("yes")
    assert devices[:3] == ["high_pressure_balloon", "scoring_balloon", "ivl"]
    assert devices.index("ivl") < devices.index("rotational_atherectomy")


@settings(max_examples=60)
@given(lab_sheets())
def test_a_device_that_another_algorithm_does_not_name_gains_there_what_it_has_elsewhere(
    advise, pack, case
):
    result = advise(case)
    ladders = {
        name: algorithm
        for name, algorithm in result.algorithms.items()
        if algorithm.state == "decided" and {*algorithm.options} - {*pack.policy.tie_order}
    }
    for strategy in result.recommendation.strategies:
        named = [name for name, found in ladders.items() if strategy.id in found.options]
        given_by = {line.rule: line.amount for line in strategy.reasons_for if line.rule in ladders}
        if len(named) == 1:
            assert all(amount == given_by[named[0]] for amount in given_by.values())
            assert {*given_by} == {*ladders}


AMOUNTS = st.sampled_from([None, Decimal(1), Decimal(2), Decimal(5)])
WAYS = st.lists(st.tuples(st.booleans(), st.tuples(AMOUNTS, AMOUNTS, AMOUNTS)), min_size=1)


def voice(ways: list, *, unsure: bool) -> Voice:
    gives = [{n: a for n, a in zip(NAMES, row, strict=True) if a is not None} for _, row in ways]
    return Voice(tuple(gives), tuple(ladder for ladder, _ in ways), unsure, Decimal(1))


@settings(max_examples=300)
@given(st.lists(st.tuples(WAYS, st.booleans()), min_size=1, max_size=4), st.data())
def test_whatever_turns_out_the_support_lies_in_the_span_that_was_shown(pack, many, data):
    open_voices = [voice(ways, unsure=unsure) for ways, unsure in many]
    turned_out = []
    for ways, unsure in many:
        way = data.draw(st.sampled_from(ways))
        if not unsure or data.draw(st.booleans()):
            turned_out.append(voice([way], unsure=False))
    for name in NAMES:
        spans = [given_to(name, one, open_voices, pack.policy) for one in open_voices]
        spans.append(open_through_others(name, open_voices, pack.policy))
        exact = [given_to(name, one, turned_out, pack.policy) for one in turned_out]
        assert all(low == high for low, high in exact)
        known = sum((low for low, _ in exact), Decimal(0))
        assert sum(low for low, _ in spans) <= known <= sum(high for _, high in spans)


def test_a_policy_without_the_sentence_gives_nothing_for_silence(pack):
    quiet = replace(pack.policy, silence_follows=False)
    names, silent = (
        Voice(({"a": Decimal(5)},), (True,), unsure=False, weight=Decimal(1)),
        Voice(({"b": Decimal(5)},), (True,), unsure=False, weight=Decimal(1)),
    )
    assert given_to("a", silent, (names, silent), quiet) == (0, 0)
    assert given_to("a", silent, (names, silent), pack.policy) == (5, 5)
    heavier = replace(silent, weight=Decimal(2))
    assert given_to("a", heavier, (names, heavier), pack.policy) == (10, 10)


def test_silence_in_a_list_of_strategies_gives_nothing(pack):
    names = Voice(({"a": Decimal(5)},), (True,), unsure=False, weight=Decimal(1))
    whole_order = Voice(({"b": Decimal(5)},), (False,), unsure=False, weight=Decimal(1))
    assert given_to("a", whole_order, (names, whole_order), pack.policy) == (0, 0)
