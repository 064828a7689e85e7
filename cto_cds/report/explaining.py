"""Why a strategy stands where it stands, or why it is not in the list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cto_cds.advice.result import Line, Result, Source, Strategy, Vetoed
from cto_cds.report.lines import heading, indented, marked, row, signed, spanned, told
from cto_cds.report.names import Names
from cto_cds.report.wording import UNKNOWN, shortened

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def explain_view(
    result: Result, names: Mapping[str, str] = NO_NAMES, strategy: str | None = None
) -> RenderableType:
    """Return why a strategy has its rank, or why it is vetoed.

    Args:
        result: The result.
        names: Titles of what the result names by id only.
        strategy: A ranked strategy, or anything that is vetoed; the first of the plan when None.

    Raises:
        ValueError: The result neither ranks nor vetoes it.
    """
    known = Names(result, names)
    plan = result.recommendation
    ranked = {found.id: found for found in plan.strategies}
    vetoed = [veto for veto in plan.vetoed if veto.id == strategy]
    if strategy is None:
        if not plan.strategies:
            return told("No strategy is ranked for this case.")
        strategy = plan.strategies[0].id
    if strategy not in ranked and not vetoed:
        allowed = ", ".join(dict.fromkeys([*ranked, *(veto.id for veto in plan.vetoed)]))
        raise ValueError(f"'{strategy}' is neither ranked nor vetoed here; allowed: {allowed}")
    parts: list[RenderableType] = []
    if vetoed:
        parts += _vetoed(vetoed, result, known)
    if strategy in ranked:
        parts += _ranked(ranked[strategy], plan.strategies[0], result, known)
    return Group(*parts)


def _vetoed(vetoes: list[Vetoed], result: Result, known: Names) -> Iterator[RenderableType]:
    firm = any(veto.certain for veto in vetoes)
    state = "not to be used" if firm else "held back until more is known"
    yield told(f"{vetoes[0].title}: {state}", "bold")
    for veto in vetoes:
        yield Text()
        yield marked(veto.because, unverified=veto.verified == "unverified")
        yield from _reads(veto.reads, result, known)
        yield from _origin(veto.source, veto.rule)


def _ranked(
    strategy: Strategy, first: Strategy, result: Result, known: Names
) -> Iterator[RenderableType]:
    support = spanned(strategy.support)
    yield told(f"{strategy.title}: rank {strategy.rank}, support {support}", "bold")
    yield told("The support is the sum of these lines.")
    for line in _lines(strategy):
        yield Text()
        text = marked(line.says, unverified=line.verified == "unverified")
        yield row(signed(line.amount), text, width=13)
        yield from _reads(line.reads, result, known)
        yield from _origin(line.source, line.rule)
    if strategy.id != first.id:
        yield heading(f"Beside the first choice, {first.title}")
        yield _beside(strategy, first)


def _lines(strategy: Strategy) -> tuple[Line, ...]:
    return (*strategy.reasons_for, *strategy.against, *strategy.cautions)


def _reads(
    places: Iterable[str], result: Result, known: Names, by: int = 4
) -> Iterator[RenderableType]:
    found = "; ".join(f"{known.place(place)}: {_value(place, result)}" for place in places)
    if found:
        yield indented(f"Reads {found}", by=by)


def _value(place: str, result: Result) -> str:
    if place in result.findings:
        return shortened(result.findings[place].value)
    if place in result.facts:
        return result.facts[place].value or UNKNOWN
    return UNKNOWN


def _origin(source: Source, rule: str) -> Iterator[RenderableType]:
    doi = f", doi:{source.doi}" if source.doi else ""
    where = f" ({source.where})" if source.where else ""
    yield indented(f"{source.cite}{doi}{where}")
    yield indented(f"rule {rule}", "dim")


def _beside(strategy: Strategy, first: Strategy) -> RenderableType:
    """Return the lines of two strategies side by side, each rule on one row."""
    ours, theirs = _by_rule(strategy), _by_rule(first)
    table = Table(box=None, padding=(0, 2, 1, 0), expand=True)
    for shown in (strategy, first):
        table.add_column(Text(f"{shown.rank}. {shown.title}"), overflow="fold", ratio=1)
    for key in dict.fromkeys([*theirs, *ours]):
        table.add_row(_cell(ours.get(key)), _cell(theirs.get(key)))
    table.add_row(told(f"Sum {spanned(strategy.support)}"), told(f"Sum {spanned(first.support)}"))
    return table


def _by_rule(strategy: Strategy) -> dict[tuple[str, int], Line]:
    found: dict[tuple[str, int], Line] = {}
    for line in _lines(strategy):
        turn = sum(rule == line.rule for rule, _ in found)
        found[line.rule, turn] = line
    return found


def _cell(line: Line | None) -> Text:
    if line is None:
        return told("nothing from this rule", "dim")
    text = told(f"{signed(line.amount)}  ", "bold")
    text.append_text(marked(line.says, unverified=line.verified == "unverified", style="not bold"))
    return text
