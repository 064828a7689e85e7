"""What is forbidden, and what is only held back while something is unknown."""

from __future__ import annotations

from cto_cds.report.grouping import device_cautions, forbidden, held_back


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


def test_what_is_forbidden_anyway_is_not_listed_as_held_back(undecided):
    first = undecided.recommendation.vetoed[0]
    firm = first.model_copy(update={"certain": True, "rule": "another", "because": "It is so."})
    plan = undecided.recommendation
    more = plan.model_copy(update={"vetoed": (*plan.vetoed, firm)})
    result = undecided.model_copy(update={"recommendation": more})
    assert [group.because for group in forbidden(result)] == ["It is so."]
    assert first.id not in {veto.id for group in held_back(result) for veto in group.vetoes}
