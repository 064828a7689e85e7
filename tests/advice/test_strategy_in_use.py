"""A strategy that makes progress goes on, also where an algorithm would not have begun with it."""

from __future__ import annotations

import pytest

AWE, RWE = "antegrade_wire_escalation", "retrograde_wire_escalation"
ADR, RDR = "antegrade_dissection_reentry", "retrograde_dissection_reentry"
PARALLEL, IVUS = "parallel_wire", "ivus_guided_wiring"
HISTORIES = [(AWE,), (AWE, PARALLEL), (AWE, IVUS), (AWE, ADR), (RWE,), (RWE, RDR), (RDR, AWE)]


@pytest.fixture
def after(crossing_after):
    """Return a function to the result after strategies and minutes, with all limits known."""
    return lambda tried, minutes: crossing_after(
        tried,
        minutes,
        "procedure.air_kerma: 1 Gy",
        "procedure.duration: 40 min",
        "procedure.contrast: 80 mL",
        "history.egfr: 70 mL/min/1.73m2",
        "angiography.side_branch_takes_ivus: yes",
    )


@pytest.mark.parametrize("history", HISTORIES, ids=" then ".join)
def test_the_strategy_in_use_comes_first_while_it_makes_progress(after, history):
    result = after(history, 3)
    first = result.recommendation.strategies[0]
    assert first.id == history[-1]
    voices = [view for view in result.recommendation.views if view.first]
    assert len(voices) >= 4
    assert {view.first for view in voices} == {(history[-1],)}


@pytest.mark.parametrize("history", HISTORIES, ids=" then ".join)
def test_without_the_strategies_tried_no_support_claims_more_than_with_them(after, history):
    known = after(history, 3)
    unknown = after(None, 3)
    spans = {strategy.id: strategy.support for strategy in unknown.recommendation.strategies}
    for strategy in known.recommendation.strategies:
        if strategy.id in spans:
            assert spans[strategy.id].low <= strategy.support.low
            assert strategy.support.high <= spans[strategy.id].high


def test_the_strategy_in_use_stands_behind_the_others_once_it_makes_no_progress(after):
    result = after((AWE, PARALLEL), 12)
    order = [strategy.id for strategy in result.recommendation.strategies]
    assert order[0] not in {AWE, PARALLEL}


def test_reverse_cart_is_left_after_a_retrograde_wire_that_did_not_come_through(after):
    result = after((AWE, PARALLEL, IVUS, ADR, RWE), 12)
    first = result.recommendation.strategies[0]
    assert first.id == RDR
    assert not first.ends_attempt


def test_every_way_across_is_used_up_once_reverse_cart_was_tried(after):
    result = after((AWE, PARALLEL, IVUS, ADR, RDR), 12)
    assert result.recommendation.strategies[0].ends_attempt


def test_a_retrograde_wire_in_use_goes_on_to_reverse_cart_beside_a_wire_outside(crossing_after):
    for history, first in (([AWE, RWE], RDR), ([AWE, ADR, RWE], RDR), ([RWE, AWE], ADR)):
        result = crossing_after(history, 3, wire="extraplaque")
        assert result.recommendation.strategies[0].id == first, history
