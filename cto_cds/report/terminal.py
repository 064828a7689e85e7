"""A result in the terminal. Plain text at 80 columns; colour only adds to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from rich.console import Group, RenderableType
from rich.text import Text

from cto_cds.advice.result import Algorithm, Ask, Finding, Line, Outcome, Result, Risk, Strategy
from cto_cds.report import advised, grouping
from cto_cds.report.explaining import explain_view
from cto_cds.report.going_on import because_of, puts_first, reserve
from cto_cds.report.lines import (
    bullet,
    heading,
    indented,
    marked,
    row,
    signed,
    spanned,
    told,
)
from cto_cds.report.names import Names, group_words
from cto_cds.report.risks import Populations, RiskLine, placed, risk_lines
from cto_cds.report.scored import NOTHING_READ, band
from cto_cds.report.scores import scores_overview
from cto_cds.report.unconfirmed import unconfirmed_told
from cto_cds.report.wording import either_way, finding_value, number

__all__ = [
    "alerts_view",
    "explain_view",
    "facts_view",
    "plan_view",
    "scores_view",
    "what_if_view",
]

REVIEW = "needs_review"
ORDER = (
    "Support is the sum of the amounts and is not a probability. The list is ordered by its middle,"
    " without shifts that are not known yet and without algorithms that only perhaps apply; what"
    " adds risk or ends the attempt counts only with what is sure."
)
NO_NAMES: Mapping[str, str] = MappingProxyType({})


def plan_view(result: Result, names: Mapping[str, str] = NO_NAMES) -> RenderableType:
    """Return the plan: strategies with reasons, what first, vetoes, what is missing, warnings."""
    known = Names(result, names)
    plan = result.recommendation
    states = [f"{a.title}: {a.state}" for a in _applying(result.algorithms.values())]
    parts: list[RenderableType] = [
        told(result.case, "bold"),
        told(result.intended_use, "dim"),
        *alerts_view(result),
        told("; ".join([f"Phase: {plan.phase}", *states])),
    ]
    parts += [told(text, "bold") for text in (plan.because, reserve(result, known)) if text]
    parts += how_sure_line(result, known)
    review = grouping.review_told(result, known)
    if review:
        parts.append(told(f"Needs review, read as unknown: {'; '.join(review)}"))
    if unconfirmed := unconfirmed_told(result):
        parts.append(told(unconfirmed))
    parts += implied_lines(result)
    parts.append(heading("The plan"))
    populations = Populations()
    parts += _ranked(result, known, populations)
    instead = advised.otherwise_first(result)
    if instead:
        parts.append(told(f"First that can be done here: {known.title(instead)}.", "bold"))
    if advised.none_here(result):
        parts.append(told(advised.NONE_HERE, "bold"))
    if plan.change_when and plan.strategies:
        parts.append(told(plan.change_when))
    parts.append(told(f"{ORDER} Policy: {plan.policy}.", "dim"))
    parts += section("The published risks come from", _populations(populations))
    parts += section("Where the risk scores name no such strategy", _placed(result))
    for difference in plan.disagreements:
        parts.append(heading("The algorithms differ"))
        parts.append(told(difference.about))
        parts += [
            bullet(f"{choice.algorithm}: {known.title(choice.first)}. {choice.because}")
            for choice in difference.choices
        ]
    parts += section("The algorithms side by side", _views(result, known))
    parts += section("Do this first", (bullet(step) for step in plan.first_do))
    for group in advised.advice_groups(result):
        parts += section(group.about, advice_lines(group, known))
    parts += section("Not to be used", guarded_lines(grouping.forbidden(result), "x"))
    parts += section(
        "Held back until more is known", guarded_lines(grouping.held_back(result), "x")
    )
    parts += section("Only with care", guarded_lines(grouping.device_cautions(result), "!"))
    parts += section(
        "With care, when it comes to them", guarded_lines(grouping.later_cautions(result), "!")
    )
    parts += section("Missing, may change the plan", _asks(plan.ask_for, "plan", known))
    parts += section("Missing for a score", _asks(plan.ask_for, "score", known))
    parts += section("Warnings", (bullet(warning) for warning in result.warnings))
    return Group(*parts)


def alerts_view(result: Result) -> list[RenderableType]:
    """Return which safety rules are not in force, or not the built-in ones, above everything."""
    alerts = [told(sentence, "bold red") for sentence in result.provenance.alerts]
    if result.provenance.rules_missing:
        alerts.append(told("'cto-cds plugins' says why.", "bold red"))
    return [*alerts]


def how_sure_line(result: Result, known: Names) -> Iterator[RenderableType]:
    """How likely each first choice is, where the measurements leave more than one possible."""
    line = advised.stability_line(result, known)
    if line is not None and advised.may_turn(result):
        same = f"First choice {advised.standing(result)}. " if result.recommendation.settled else ""
        yield told(f"{same}{line}", "bold")


def implied_lines(result: Result) -> Iterator[RenderableType]:
    """What was taken for granted, in the words with which a case file sets it."""
    for group, facts in grouping.implied(result).items():
        words = ", ".join(f"{name}: {fact.value}" for name, fact in facts.items())
        yield told(f"Implied, not entered: {words}. Set under '{group}:' in the case file.")


def _ranked(result: Result, known: Names, populations: Populations) -> Iterator[RenderableType]:
    """The strategies, best first, and what heads those behind the first."""
    strategies = result.recommendation.strategies
    for strategy in strategies:
        if strategy.rank == 2:
            yield told(f"{advised.behind_first(result)}:")
        yield from _strategy(strategy, result, known, populations)
    if not strategies:
        yield told("No strategy is ranked for this case.")


def _strategy(
    strategy: Strategy, result: Result, known: Names, populations: Populations
) -> Iterator[RenderableType]:
    title = marked(strategy.title, unverified=grouping.rests_on_unverified(strategy), style="bold")
    support = f"support {spanned(strategy.support)}"
    if strategy.support.low != strategy.support.high:
        support += f", ordered by {number(strategy.ordered_by, minus='-')}"
    yield row(f"{strategy.rank}.", Group(title, support), width=3)
    for role, names in strategy.steps.items():
        yield indented(f"{role.capitalize()}: {'; '.join(known.titles(names))}")
    others = advised.without_role(strategy)
    if others:
        yield indented(f"With {'; '.join(known.titles(others))}")
    for because in advised.barred_because(strategy, result):
        yield indented(because, "bold")
    if strategy.done_without:
        lacking = "; ".join(known.titles(strategy.done_without))
        yield indented(f"Not available here, and done without it: {lacking}.")
    if strategy.unavailable:
        yield indented(f"NOT AVAILABLE HERE: {'; '.join(known.titles(strategy.unavailable))}")
    if strategy.equipment:
        yield indented(f"Equipment: {'; '.join(known.titles(strategy.equipment))}")
    settled = [line for line in strategy.reasons_for if not either_way(line)]
    open_lines = [line for line in strategy.reasons_for if either_way(line)]
    yield from _lines("For", settled)
    yield from _lines("Against", strategy.against)
    yield from _lines("Caution", strategy.cautions)
    yield from _lines("Open", open_lines)
    risks = [_risk(line, populations) for line in risk_lines(strategy, result)]
    basis = strategy.risk_basis
    as_other = f", counted as {basis.title}" if basis and basis.title else ""
    as_other += " [unverified]" * bool(as_other and basis and basis.verified == "unverified")
    if risks:
        yield indented(f"Published risk{as_other}: {'; '.join(risks)}")
    elif basis and not as_other:
        yield indented("Published risk: none, see below")
    yield Text()


def _risk(line: RiskLine, populations: Populations) -> str:
    """Return one risk with the figures published for the totals that are possible here."""
    mark = " [unverified]" if line.risk.verified == "unverified" else ""
    told = f"{line.risk.endpoint} {line.total}{mark}"
    if line.total == NOTHING_READ:
        return told
    figures = [
        f"{_other(outcome, line.risk)}{outcome.value} {outcome.unit} for {band(outcome.grade)} "
        f"({populations.number(outcome)}{', unverified' * (outcome.verified == 'unverified')})"
        for outcome in line.here
    ]
    return f"{told}, {', '.join(figures) or 'no figure'}"


def _other(outcome: Outcome, risk: Risk) -> str:
    return "" if outcome.endpoint == risk.endpoint else f"{outcome.endpoint} "


def _populations(populations: Populations) -> Iterator[RenderableType]:
    for number_of, outcome in populations:
        yield row(f"({number_of})", told(outcome.population), width=4)


def _placed(result: Result) -> Iterator[RenderableType]:
    for group in placed(result):
        yield bullet(marked(group.told, unverified=group.basis.verified == "unverified"))


def _lines(title: str, lines: Iterable[Line]) -> Iterator[RenderableType]:
    for position, line in enumerate(lines):
        if position == 0:
            yield indented(title, "underline")
        text = marked(line.says, unverified=line.verified == "unverified")
        yield row(signed(line.amount), text, width=13, indent=3)


def _views(result: Result, known: Names) -> Iterator[RenderableType]:
    """Which algorithm puts what first, and why; those that say nothing here come last."""
    views = sorted(result.recommendation.views, key=lambda view: view.state == "not_applicable")
    for view in views if len(views) > 1 else ():
        yield bullet(puts_first(view, known), "bold")
        if view.because:
            yield indented(because_of(view), by=2)


def advice_lines(
    group: advised.AdviceGroup, known: Names, *, ready: bool = True
) -> Iterator[RenderableType]:
    """Yield the advice under one heading, with what to have ready unless that is told elsewhere."""
    for advice in group.advice:
        yield bullet(marked(advice.says, unverified=advice.verified == "unverified"))
        if advice.ready and ready:
            yield indented(f"Have ready: {'; '.join(known.titles(advice.ready))}", by=2)
        if advice.techniques and ready:
            yield indented(f"May be needed: {'; '.join(known.titles(advice.techniques))}", by=2)
        if advice.unavailable:
            lacking = "; ".join(known.titles(advice.unavailable))
            yield indented(f"NOT AVAILABLE HERE: {lacking}", by=2)


def what_if_view(result: Result, names: Mapping[str, str] = NO_NAMES) -> RenderableType:
    """Return what would change the first choice."""
    known = Names(result, names)
    return Group(*section("What would change the first choice", _what_if(result, known)))


def _what_if(result: Result, known: Names) -> Iterator[RenderableType]:
    for fact, lines in advised.turnings(result, known).items():
        yield bullet(f"{fact} is not known", "bold")
        yield from (indented(line, by=2) for line in lines)
    yield from (bullet(line) for line in advised.changes(result, known))
    stability = advised.stability_line(result, known)
    if stability:
        yield bullet(stability)


def guarded_lines(groups: Iterable[grouping.VetoGroup], mark: str) -> Iterator[RenderableType]:
    for group in grouping.told_once([*groups]):
        doubted = [entry.verified == "unverified" for entry in group.named]
        together = len(doubted) > 1 and all(doubted)
        methods = "; ".join(
            f"{entry.title} [unverified]" if doubts and not together else entry.title
            for entry, doubts in zip(group.named, doubted, strict=True)
        )
        yield bullet(f"{methods} [all unverified]" if together else methods, "bold", mark=mark)
        yield indented(group.because, by=2)


def _asks(asks: Iterable[Ask], changes: str, known: Names) -> Iterator[RenderableType]:
    for ask in asks:
        if ask.changes == changes:
            yield bullet(known.place(ask.fact), "bold")
            yield indented(ask.because, by=2)
            if ask.how:
                yield indented(f"How: {ask.how}", by=2)


def section(title: str, content: Iterable[RenderableType]) -> Iterator[RenderableType]:
    for position, part in enumerate(content):
        if position == 0:
            yield heading(title)
        yield part


def _applying(algorithms: Iterable[Algorithm]) -> Iterator[Algorithm]:
    return (a for a in algorithms if a.state != "not_applicable")


def scores_view(result: Result) -> RenderableType:
    """Return the scores and the findings, one line each."""
    findings = section("Findings", (_finding(found) for found in result.findings.values()))
    return Group(scores_overview(result), *findings)


def _finding(finding: Finding) -> RenderableType:
    text = f"{finding.title}: {finding_value(finding)}. {finding.because}"
    return bullet(marked(text, unverified=finding.verified == "unverified"))


def facts_view(result: Result, names: Mapping[str, str] = NO_NAMES) -> RenderableType:
    """Return the facts as they were read, by where they were read."""
    known = Names(result, names)
    parts: list[RenderableType] = []
    for group, facts in grouping.fact_groups(result).items():
        parts.append(heading(group_words(group)))
        for fact in facts.values():
            spread = f" (sd {fact.sd})" if fact.sd else ""
            status = "needs review, read as unknown" if fact.status == REVIEW else fact.status
            extra = "; ".join(word for word in (status, fact.source, fact.note) if word)
            text = f"{fact.title}: {known.value(fact.value)}{spread}"
            parts.append(bullet(f"{text}. {extra}" if extra else text))
    parts.append(Text())
    parts.append(told("A fact that is not listed here is unknown.", "dim"))
    return Group(*parts)
