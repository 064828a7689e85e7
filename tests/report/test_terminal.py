"""The terminal at 80 columns without colour: everything is there, nothing is cut."""

from __future__ import annotations

import subprocess
import sys

import pytest
from report.conftest import CASES

from cto_cds.advice.result import GoesOn, View
from cto_cds.report import grouping
from cto_cds.report.brief import brief_view
from cto_cds.report.going_on import because_of, puts_first, reserve
from cto_cds.report.grouping import forbidden, held_back, later_cautions
from cto_cds.report.lines import signed
from cto_cds.report.names import Names
from cto_cds.report.scores import scores_table
from cto_cds.report.terminal import explain_view, facts_view, plan_view, scores_view
from cto_cds.report.wording import clean


def test_the_plan_is_whole(result, names, words):
    text = words(plan_view(result, names))
    plan = result.recommendation
    for strategy in plan.strategies:
        assert f"{strategy.rank}. {strategy.title}" in text
        for line in (*strategy.reasons_for, *strategy.against, *strategy.cautions):
            assert f"{signed(line.amount)} {clean(line.says)}" in text
        for technique in strategy.techniques:
            assert names[technique] in text
    for veto in plan.vetoed:
        assert veto.title in text
    for group in (*forbidden(result), *held_back(result)):
        assert clean(group.because) in text
    for ask in plan.ask_for:
        assert clean(ask.because) in text
    for told in (*plan.first_do, *result.warnings, result.intended_use):
        assert clean(told) in text
    assert "[unverified]" in text


def test_the_plan_at_once_hides_nothing_that_guards_a_patient(result, names, words):
    text = words(brief_view(result, names))
    plan = result.recommendation
    once_free = {group.because for group in later_cautions(result)}
    for strategy in plan.strategies:
        assert f"{strategy.rank}. {strategy.title}" in text
        assert all(names[technique] in text for technique in strategy.techniques)
        assert all(clean(line.says) in text for line in strategy.cautions)
    settled = {veto.id for veto in plan.vetoed if veto.certain}
    assert all(veto.title in text for veto in plan.vetoed)
    for group in (*forbidden(result), *held_back(result)):
        assert clean(group.because) in text
    shown = {s.id for s in plan.strategies} | {t for s in plan.strategies for t in s.techniques}
    for caution in plan.cautions:
        if caution.id not in shown | settled and caution.because not in once_free:
            assert clean(caution.because) in text
    everything = words(plan_view(result, names))
    assert all(clean(because) in everything for because in once_free)
    for ask in plan.ask_for:
        if ask.changes == "plan":
            assert ask.title in text
    for told in (*plan.first_do, *result.warnings, result.intended_use, plan.because or ""):
        assert clean(told) in text
    assert all(clean(advice.says) in text for advice in plan.advice)


def test_the_plan_at_once_is_less_than_half_of_everything(result, names, printed):
    whole = printed(plan_view(result, names)) + printed(scores_view(result))
    assert len(printed(brief_view(result, names))) < len(whole) / 2


def test_the_plan_at_once_repeats_no_reason(result, names, words):
    text = words(brief_view(result, names))
    plan = result.recommendation
    told = [veto.because for veto in plan.vetoed] + [view.because for view in plan.views]
    told += [line.says for strategy in plan.strategies for line in strategy.cautions]
    assert all(text.count(clean(reason)) <= 2 for reason in told if reason)


@pytest.mark.parametrize("width", [40, 80, 140])
def test_nothing_is_cut_at_any_width(result, names, width, printed):
    for view in (brief_view, plan_view, scores_table, facts_view, explain_view):
        printed(view(result, names), width)
    printed(scores_view(result), width)


def test_what_is_missing_is_named_once_with_every_place_where_it_may_be_read(undecided, names):
    paths = ("angiography.stump", "angiography.in_stent", "ccta.stump", "distal_target")
    assert Names(undecided, names).missing(paths) == [
        "Stump (angiography or CT)",
        "Occlusion inside a stent (angiography)",
        "Distal target",
    ]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (("stop",), "EuroCTO: Stop first."),
        (("stop", "star"), "EuroCTO: Stop or Star first."),
        (("stop", "star", "last"), "EuroCTO: open which comes first of Stop, Star, Last."),
        ((), "EuroCTO:"),
    ],
)
def test_what_may_come_first_is_listed_where_it_is_more_than_two(undecided, first, told):
    said = {"surely": False, "or_nothing": False, "because": ""}
    view = View(algorithm="EuroCTO", state="undecided", first=first, **said)
    titles = {"stop": "Stop", "star": "Star", "last": "Last"}
    assert puts_first(view, Names(undecided, titles)) == told


def test_while_limits_cannot_be_judged_each_algorithm_tells_what_it_puts_first_within_them(
    undecided, names
):
    known = Names(undecided, names)
    goes_on = GoesOn(
        first=("last",),
        surely=True,
        because="It is clear.",
        until=("procedure.contrast",),
        missing=(),
    )
    view = View(
        algorithm="Hybrid",
        state="undecided",
        first=("stop", "last"),
        surely=False,
        or_nothing=False,
        because="Not decided; it depends on: contrast volume.",
        if_it_goes_on=goes_on,
    )
    assert puts_first(view, known) == f"Hybrid: {names['last']} first."
    assert because_of(view) == "It is clear."
    plan = undecided.recommendation
    told = undecided.model_copy(
        update={"recommendation": plan.model_copy(update={"views": (view,)})}
    )
    assert reserve(told, Names(told, names)).startswith("Enter contrast")
    ends = view.model_copy(update={"if_it_goes_on": goes_on.model_copy(update={"first": ()})})
    assert (puts_first(ends, known), because_of(ends)) == ("Hybrid:", view.because)


def test_facts_show_unknown_and_review(undecided, names, words):
    text = words(facts_view(undecided, names))
    assert "Occlusion length: unknown" in text
    assert "24.8 mm (sd 0.6 mm). auto; cto-cds-ccta 0.1.0" in text
    assert "needs review, read as unknown; The vessel was dim." in text


def test_facts_that_nobody_entered_are_named_as_implied(undecided, names, words):
    text = words(plan_view(undecided, names))
    assert (
        "Implied, not entered: phase: planning, dual_injection_done: no, complication: none. "
        "Set under 'procedure:' in the case file."
    ) in text


def test_facts_that_were_entered_are_not_named_as_implied(decide, names, words):
    assert "Implied" not in words(plan_view(decide(CASES["crossing"]), names))


def test_why_the_first_is_first(result, names, words):
    first = result.recommendation.strategies[0]
    text = words(explain_view(result, names))
    assert f"{first.title}: rank 1" in text
    for line in (*first.reasons_for, *first.against, *first.cautions):
        assert clean(line.says) in text
        assert line.source.cite in text
    assert "Reads " in text


def test_why_another_is_not_first(result, names, words):
    first, *_, last = result.recommendation.strategies
    text = words(explain_view(result, names, last.id))
    assert f"{last.title}: rank {last.rank}" in text
    assert f"BESIDE THE FIRST CHOICE, {first.title.upper()}" in text


def test_why_something_is_vetoed(result, names, words):
    vetoed = result.recommendation.vetoed
    for veto in vetoed:
        text = words(explain_view(result, names, veto.id))
        firm = any(other.certain for other in vetoed if other.id == veto.id)
        told = "not to be used" if firm else "held back until more is known"
        assert f"{veto.title}: {told}" in text
        assert clean(veto.because) in text
        assert veto.source.cite in text


def test_an_unknown_strategy_lists_the_allowed_ones(undecided, names):
    first = undecided.recommendation.strategies[0].id
    with pytest.raises(ValueError, match=rf"'nonsense' is neither .* allowed: .*{first}"):
        explain_view(undecided, names, "nonsense")


def test_text_from_outside_cannot_steer_the_terminal(undecided, printed):
    bad = undecided.model_copy(update={"case": "a\x1b[2Jb\x07[red]c[/red]\u202e"})
    text = printed(plan_view(bad))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "a[2Jb[red]c[/red]" in text


def test_a_plain_terminal_needs_no_special_characters(result, names, printed):
    for view in (brief_view, plan_view, scores_table, facts_view, explain_view):
        printed(view(result, names)).encode("ascii")
    printed(scores_view(result)).encode("ascii")


def test_the_terminal_does_not_load_the_template_engine():
    code = "import sys, cto_cds.report.brief; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


HEAVY = """
format: 1
case: heavy calcium
procedure: {phase: planning}
angiography: {occlusion: chronic total, target_vessel: RCA, calcification: severe}
operator: {can_atherectomy: no}
center: {missing_equipment: [penetrating_microcatheter]}
"""


def test_what_to_have_ready_are_things_and_what_cannot_be_done_is_marked(decide, names, words):
    text = words(brief_view(decide(HEAVY), names))
    ready, _, may_be_needed = text.partition("HAVE READY ")[2].partition("MAY BE NEEDED ")
    assert "Low-profile balloon; " in ready
    assert "Microcatheter that is screwed in (not available here)" in ready
    assert "atherectomy" not in ready
    assert "Rotational atherectomy (held back)" not in may_be_needed
    assert "Rotational atherectomy (the operator does not do it)" in may_be_needed


NO_REASON = """
format: 1
case: no reason to open
procedure: {phase: planning}
history: {symptoms: none, territory_ischaemia: none, territory_viability: viable}
angiography: {occlusion: chronic total, target_vessel: RCA, calcification: severe}
"""


def test_a_plan_that_ends_the_attempt_says_why_at_once_and_has_nothing_made_ready(
    decide, names, words
):
    plan = words(brief_view(decide(NO_REASON), names)).partition("THE PLAN")[2]
    first, _, rest = plan.partition(" 2. ")
    assert "1. Do not attempt" in first
    assert "there is no reason for an attempt" in first
    assert "HAVE READY" not in rest
    assert "MAY BE NEEDED" not in rest


def test_the_page_of_a_plan_that_ends_the_attempt_says_why_beside_it(decide, page_words):
    text = page_words(decide(NO_REASON))
    why, _, _ = text.partition("Why ")[2].partition("Only where that is decided otherwise")
    assert "there is no reason for an attempt" in why
    assert "Have ready" not in text.partition("Why ")[0]


MANY_TO_REVIEW = """
format: 1
case: in a stent
procedure: {phase: planning}
ccta:
  stump: {value: unknown, status: needs_review, note: The end is hidden.}
  max_bend: {value: unknown, status: needs_review, note: A stent hides it.}
  calcium_arc: {value: unknown, status: needs_review, note: A stent hides it.}
  occlusion_length: {value: unknown, status: needs_review, note: A stent hides it.}
  plaque_volume: {value: unknown, status: needs_review, note: A stent hides it.}
"""


def test_many_facts_that_one_reason_leaves_to_review_are_told_by_the_reason_at_the_top(
    decide, names, words, page_words, monkeypatch
):
    result = decide(MANY_TO_REVIEW)
    hidden = ("occlusion_length", "max_bend", "calcium_arc", "plaque_volume")
    named = ", ".join(names[f"ccta.{fact}"] for fact in hidden)
    assert "Sharpest bend inside the occlusion" in named
    told = f"Stump (CT); 4 of CT ({named}) for one reason: A stent hides it."
    assert told in words(brief_view(result, names)).partition("THE PLAN")[0]
    assert told in words(plan_view(result, names)).partition("THE PLAN")[0]
    assert told in page_words(result).partition("The plan")[0]
    (warning,) = [text for text in result.warnings if "A stent hides it." in text]
    assert "Sharpest bend" in warning
    monkeypatch.setattr(grouping, "LONGEST_NAMED", len(named) - 1)
    told = "Stump (CT); 4 of CT for one reason: A stent hides it."
    assert told in words(brief_view(result, names)).partition("THE PLAN")[0]


MEASURED = """
format: 1
case: measured
angiography: {occlusion: chronic total}
ccta:
  image_quality: {value: good, status: STATUS}
  occlusion_length: {value: 12 mm, status: STATUS}
"""


@pytest.mark.parametrize(("status", "told"), [("auto", True), ("confirmed", False)])
def test_what_a_program_measured_and_nobody_confirmed_is_told_at_the_top(
    decide, names, words, page_words, status, told
):
    result = decide(MEASURED.replace("STATUS", status))
    sentence = "Confirmed by nobody: readings of a program, 2 of CT."
    tops = (
        words(brief_view(result, names)).partition("THE PLAN")[0],
        words(plan_view(result, names)).partition("THE PLAN")[0],
        page_words(result).partition("The plan")[0],
    )
    assert [sentence in top for top in tops] == [told] * 3
