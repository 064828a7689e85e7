"""What is forbidden, and what is only held back while something is unknown."""

from __future__ import annotations

from cto_cds.report.grouping import (
    VetoGroup,
    device_cautions,
    forbidden,
    held_back,
    later_cautions,
    told_once,
)


def test_what_is_only_held_back_is_not_listed_as_forbidden(undecided):
    held = undecided.recommendation.vetoed
    assert not any(veto.certain for veto in held)
    assert forbidden(undecided) == []
    told = {veto.id for group in held_back(undecided) for veto in group.vetoes}
    assert told == {veto.id for veto in held}


def test_before_anything_was_wired_each_method_is_held_back_once(undecided):
    assert undecided.recommendation.phase == "planning"
    told = [veto.id for group in held_back(undecided) for veto in group.vetoes]
    assert len(told) == len(set(told))


def test_in_the_laboratory_every_reason_to_hold_back_is_told(undecided):
    begun = undecided.recommendation.model_copy(update={"phase": "wire crossed"})
    result = undecided.model_copy(update={"recommendation": begun})
    told = {veto for group in held_back(result) for veto in group.vetoes}
    assert told == set(begun.vetoed)


def test_what_is_held_back_is_not_offered_with_care(undecided):
    held = {veto.id for veto in undecided.recommendation.vetoed}
    assert held & {caution.id for caution in undecided.recommendation.cautions}
    assert not held & {c.id for group in device_cautions(undecided) for c in group.vetoes}


def test_while_planning_a_caution_waits_that_rests_only_on_what_the_procedure_will_show(undecided):
    now = [(c.id, c.rule) for group in device_cautions(undecided) for c in group.vetoes]
    later = [(c.id, c.rule) for group in later_cautions(undecided) for c in group.vetoes]
    assert ("nc_balloon", "mh4_stay_below") in later
    assert ("base", "base_ostial") in now
    assert not {*now} & {*later}
    told_elsewhere = {s.id for s in undecided.recommendation.strategies}
    every = {(c.id, c.rule) for c in undecided.recommendation.cautions}
    techniques = {t for s in undecided.recommendation.strategies for t in s.techniques}
    assert {pair for pair in every if pair[0] not in told_elsewhere | techniques} == {*now, *later}


def test_in_the_laboratory_no_caution_waits_but_those_on_what_is_held_back(undecided):
    begun = undecided.recommendation.model_copy(update={"phase": "wire crossed", "vetoed": ()})
    result = undecided.model_copy(update={"recommendation": begun})
    assert later_cautions(result) == []
    assert "nc_balloon" in {c.id for group in device_cautions(result) for c in group.vetoes}


def test_what_is_forbidden_anyway_is_not_listed_as_held_back(undecided):
    first = undecided.recommendation.vetoed[0]
    firm = first.model_copy(update={"certain": True, "rule": "another", "because": "It is so."})
    plan = undecided.recommendation
    more = plan.model_copy(update={"vetoed": (*plan.vetoed, firm)})
    result = undecided.model_copy(update={"recommendation": more})
    assert [group.because for group in forbidden(result)] == ["It is so."]
    assert first.id not in {veto.id for group in held_back(result) for veto in group.vetoes}


def test_reasons_for_the_same_techniques_stand_together_and_name_each_once(undecided):
    first, *others = undecided.recommendation.vetoed
    second = next(veto for veto in others if veto.id != first.id)
    doubted = first.model_copy(update={"verified": "unverified"})
    sure = first.model_copy(update={"verified": "primary"})
    groups = [
        VetoGroup("One.", (sure, second)),
        VetoGroup("Two.", (doubted, sure, second)),
        VetoGroup("Three.", (second,)),
    ]
    together, alone = told_once(groups)
    assert (together.because, alone.because) == ("One. Two.", "Three.")
    assert [entry.id for entry in together.named] == [first.id, second.id]
    assert together.named[0].verified == "unverified"
