"""What is forbidden, and what is only held back while something is unknown."""

from __future__ import annotations

from cto_cds.report.grouping import forbidden, held_back


def test_what_is_only_held_back_is_not_listed_as_forbidden(undecided):
    held = undecided.recommendation.vetoed
    assert not any(veto.certain for veto in held)
    assert forbidden(undecided) == []
    assert {veto for group in held_back(undecided) for veto in group.vetoes} == set(held)


def test_what_is_forbidden_anyway_is_not_listed_as_held_back(undecided):
    first = undecided.recommendation.vetoed[0]
    firm = first.model_copy(update={"certain": True, "rule": "another", "because": "It is so."})
    plan = undecided.recommendation
    more = plan.model_copy(update={"vetoed": (*plan.vetoed, firm)})
    result = undecided.model_copy(update={"recommendation": more})
    assert [group.because for group in forbidden(result)] == ["It is so."]
    assert first.id not in {veto.id for group in held_back(result) for veto in group.vetoes}
