"""The plan in the terminal as a person reads it at once; everything stands in ``--all``.

Nothing that guards a patient is left out: what is forbidden, held back or only with care, what is
missing for the plan, and every warning. What is left out are the lines of support, published risks,
the reasons for what is missing, and findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.text import Text

from cto_cds.advice.result import Result, Score, Strategy
from cto_cds.report import advised, certainty, essentials, grouping, scored
from cto_cds.report.going_on import because_of, puts_first, reserve
from cto_cds.report.lines import ASCII_MINUS, bullet, indented, marked, row, signed, spanned, told
from cto_cds.report.names import Names
from cto_cds.report.support import (
    Support,
    first_by,
    named_by,
    own_reasons,
    perhaps_first_by,
    support_of,
    why_it_ends,
)
from cto_cds.report.terminal import (
    NO_NAMES,
    advice_lines,
    alerts_view,
    guarded_lines,
    how_sure_line,
    implied_lines,
    section,
)
from cto_cds.report.unconfirmed import unconfirmed_told
from cto_cds.report.wording import ended

MORE = (
    "Every line of support, risk, reason and finding: add --all. Why: cto-cds explain CASE. "
    "Scores item by item: cto-cds scores CASE."
)


def brief_view(result: Result, names: Mapping[str, str] = NO_NAMES) -> RenderableType:
    """Return the plan without the tail: what to do, what not to do, what is missing, warnings."""
    known = Names(result, names)
    plan = result.recommendation
    review = grouping.review_told(result, known)
    parts: list[RenderableType] = [
        told(f"{result.case}: {plan.phase}", "bold"),
        told(result.intended_use, "dim"),
        *alerts_view(result),
        *(told(text, "bold") for text in (plan.because, reserve(result, known)) if text),
        *how_sure_line(result, known),
    ]
    if review:
        parts.append(told(f"Needs review, read as unknown: {'; '.join(review)}"))
    if unconfirmed := unconfirmed_told(result):
        parts.append(told(unconfirmed))
    parts += implied_lines(result)
    parts += section("The plan", _plan(result, known))
    parts += section("Do this first", (bullet(step) for step in plan.first_do))
    parts += section("Not to be used", guarded_lines(grouping.forbidden(result), "x"))
    parts += section(
        "Held back until more is known", guarded_lines(grouping.held_back(result), "x")
    )
    parts += section("Only with care", _care(result))
    for group in advised.advice_groups(result):
        parts += section(group.about, advice_lines(group, known, ready=False))
    parts += section("Have ready", _prepared(essentials.checklist(result), result, known))
    parts += section("May be needed", _prepared(essentials.may_be_needed(result), result, known))
    parts += section("Missing, may change the plan", _missing(result, known))
    parts += section("The algorithms side by side", _views(support_of(result), known))
    parts += section("Scores", _scores(result))
    parts += section("Warnings", (bullet(warning) for warning in result.warnings))
    return Group(*parts, Text(), told(MORE, "dim"))


def _plan(result: Result, known: Names) -> Iterator[RenderableType]:
    plan = result.recommendation
    if not plan.strategies:
        yield told("No strategy is ranked for this case.")
    for strategy in plan.strategies:
        if strategy.rank == 2:
            yield told(f"{advised.behind_first(result)}:")
        title = marked(
            strategy.title, unverified=grouping.rests_on_unverified(strategy), style="bold"
        )
        title.append(f"  support {spanned(strategy.support)}", "not bold")
        yield row(f"{strategy.rank}.", title, width=3)
        yield from _how(strategy, result, known)
        if strategy.rank == 1:
            yield from _why(strategy, result)
    instead = advised.otherwise_first(result)
    if instead:
        yield told(f"First that can be done here: {known.title(instead)}.", "bold")
    if advised.none_here(result):
        yield told(advised.NONE_HERE, "bold")
    if plan.change_when and plan.strategies:
        yield told(plan.change_when)
    if plan.strategies:
        yield told("Support is a sum of reasons and is not a probability.", "dim")


def _how(strategy: Strategy, result: Result, known: Names) -> Iterator[RenderableType]:
    steps = [
        f"{role.capitalize()}: {'; '.join(known.titles(names))}."
        for role, names in advised.steps_in_order(strategy, known).items()
    ]
    others = advised.without_role(strategy)
    steps += [f"With {'; '.join(known.titles(others))}."] if others else []
    if steps:
        yield indented(" ".join(steps))
    for because in advised.barred_because(strategy, result):
        yield indented(because, "bold")
    if strategy.done_without:
        lacking = "; ".join(known.titles(strategy.done_without))
        yield indented(f"Not available here, and done without it: {lacking}.")
    if strategy.unavailable:
        yield indented(f"NOT AVAILABLE HERE: {'; '.join(known.titles(strategy.unavailable))}")


def _why(first: Strategy, result: Result) -> Iterator[RenderableType]:
    support = support_of(result)
    sure, perhaps = first_by(first, support), perhaps_first_by(first, support)
    named = [] if sure or perhaps else named_by(first, result)
    for label, found in (
        ("Put first by", sure),
        ("Perhaps put first by", perhaps),
        ("Put first by no algorithm. Named by", named),
    ):
        if found:
            yield indented(ended(f"{label}: {'; '.join(found)}"))
    yield from map(indented, why_it_ends(first, support))
    for line in own_reasons(first, result):
        if line.amount.low == line.amount.high:
            text = marked(line.says, unverified=line.verified == "unverified")
            yield row(signed(line.amount), text, width=5, indent=4)


def _care(result: Result) -> Iterator[RenderableType]:
    """The cautions about devices, and those under the strategies, each reason once."""
    found: dict[str, list[Text]] = {}
    for group in grouping.told_once(grouping.device_cautions(result)):
        for entry in group.named:
            title = marked(entry.title, unverified=entry.verified == "unverified", style="bold")
            found.setdefault(group.because, []).append(title)
    for strategy in result.recommendation.strategies:
        for line in strategy.cautions:
            doubted = line.verified == "unverified"
            title = marked(strategy.title, unverified=doubted, style="bold")
            found.setdefault(line.says, []).append(title)
    for because, titles in found.items():
        yield bullet(Text("; ").join(titles), mark="!")
        yield indented(because, by=2)


def _prepared(names: list[str], result: Result, known: Names) -> Iterator[RenderableType]:
    apart = essentials.set_apart(result)
    titles = [
        f"{known.title(name)} ({apart[name]})" if name in apart else known.title(name)
        for name in names
    ]
    if titles:
        yield told("; ".join(titles))


def _missing(result: Result, known: Names) -> Iterator[RenderableType]:
    asked = essentials.asked(result, "plan")
    for ask in asked:
        if ask.how:
            yield bullet(f"{known.place(ask.fact)}. {ask.how}")
    others = known.missing(ask.fact for ask in asked if not ask.how)
    if others:
        yield bullet("; ".join(others))


def _views(support: Support, known: Names) -> Iterator[RenderableType]:
    for voice in support.voices:
        because = because_of(voice.view)
        if not because:
            because = f"Undecided; missing: {'; '.join(known.missing(voice.missing))}."
        told_first = puts_first(voice.view, known)
        text = marked(told_first, unverified=voice.level == "unverified", style="bold")
        yield bullet(text.append(f" {because}", "not bold"))


def _scores(result: Result) -> Iterator[RenderableType]:
    shelf = scored.shelf(result)
    for group in shelf.groups:
        yield bullet(f"{group.endpoint}: {'; '.join(_score(score) for _, score in group.scores)}")
    unread = [score.title for score in (*shelf.unread, *shelf.excluded)]
    if unread:
        yield bullet(f"Nothing read yet, or does not apply: {'; '.join(unread)}")


def _score(score: Score) -> str:
    mark = " [unverified]" if score.verified == "unverified" else ""
    sure = ", ".join(f"{s.percent} {s.label}" for s in certainty.grade_shares(score))
    grade = sure or " or ".join(scored.grades(score))
    total = scored.total(score, minus=ASCII_MINUS)
    return f"{score.title}{mark} {total} ({grade})" if grade else f"{score.title}{mark} {total}"
