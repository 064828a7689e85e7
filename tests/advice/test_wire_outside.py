"""A wire that is known to lie outside the plaque is brought back; nothing starts with wiring."""

from __future__ import annotations

import itertools

import pytest

AWE, RWE = "antegrade_wire_escalation", "retrograde_wire_escalation"
ADR, RDR = "antegrade_dissection_reentry", "retrograde_dissection_reentry"
TRIED = [
    [],
    *([one] for one in (AWE, RWE, ADR, RDR, "parallel_wire")),
    *itertools.permutations((AWE, ADR)),
    *itertools.permutations((RWE, RDR)),
    *itertools.permutations((AWE, ADR, RDR)),
]
LESIONS = [
    (),
    ("ccta.calcification: severe", "ccta.calcium_area_fraction: 80 %"),
    ("ccta.distal_cap_at_bifurcation: yes", "angiography.distal_cap_at_bifurcation: yes"),
    ("ccta.landing_zone_calcium: severe", "angiography.landing_zone_calcium: severe"),
    ("angiography.interventional_collaterals: no",),
    ("angiography.interventional_collaterals: unknown",),
]


@pytest.mark.parametrize("minutes", [4, 12])
@pytest.mark.parametrize("lesion", LESIONS, ids=lambda lesion: (*lesion, "nothing adverse")[0])
def test_no_plan_starts_with_wiring_while_the_wire_lies_outside_the_plaque(
    crossing_after, lesion, minutes
):
    for tried in TRIED:
        result = crossing_after(tried, minutes, *lesion, wire="extraplaque")
        first = [strategy.id for strategy in result.recommendation.strategies][:1]
        assert first not in ([AWE], [RWE]), tried
        named_first = {name for view in result.recommendation.views for name in view.first}
        assert named_first, tried
        assert AWE not in named_first, tried


def test_wiring_used_again_after_re_entry_does_not_lead_although_it_was_used_last(crossing_after):
    result = crossing_after((ADR, AWE), 4, wire="extraplaque")
    order = [strategy.id for strategy in result.recommendation.strategies]
    assert order[0] == ADR
    assert order[-1] == AWE
