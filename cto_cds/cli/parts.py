"""What ``cto-cds explain`` tells of a part of the result that is no strategy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from cto_cds.advice.rule_in_case import rule_ids
from cto_cds.report import wording
from cto_cds.report.lines import ASCII_MINUS, heading, indented, leveled, row, told
from cto_cds.report.names import Names
from cto_cds.report.scores import scores_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cto_cds.advice.result import Algorithm, Finding, Result, Score, Source, Strategy
    from cto_cds.rulefile.model import Technique
    from cto_cds.rulefile.pack import Pack

EQUIPMENT = "equipment"


def explainable(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Return the ids of all that can be explained, by what they are."""
    found: dict[str, list[str]] = {}
    for technique in pack.techniques.values():
        found.setdefault(technique.section, []).append(technique.id)
    found["scores"] = [score.id for score in pack.scores]
    found["algorithms"] = [algorithm.id for algorithm in pack.algorithms]
    found["findings"] = [finding.id for finding in pack.findings]
    found["rules"] = list(rule_ids(pack))
    return {kind: tuple(ids) for kind, ids in found.items()}


def part_document(result: Result, pack: Pack, name: str) -> dict[str, object] | None:
    """Return a score, algorithm or finding as JSON; None when the id is none of them."""
    parts = (("score", result.scores), ("algorithm", result.algorithms))
    for kind, table in (*parts, ("finding", result.findings)):
        if name in table:
            body = table[name].model_dump(mode="json", by_alias=True, exclude_none=True)
            return {"id": name, "kind": kind, **body}
    if _is_finding(pack, name):
        return {"id": name, "kind": "finding", "state": "not_used"}
    return None


def part_view(result: Result, pack: Pack, name: str) -> RenderableType | None:
    """Return a score, algorithm or finding for a reader; None when the id is none of them."""
    names = pack.names()
    known = Names(result, names)
    if name in result.scores:
        score = result.scores[name]
        only = result.model_copy(update={"scores": {name: score}, "associations": ()})
        return Group(scores_table(only, names), *_items(score))
    if name in result.algorithms:
        return Group(*_algorithm(result.algorithms[name], known))
    if name in result.findings:
        return Group(*_finding(result.findings[name], result, known))
    if _is_finding(pack, name):
        return told(f"{known.title(name)}: nothing on the way to this plan reads it.")
    return None


def _is_finding(pack: Pack, name: str) -> bool:
    return any(finding.id == name for finding in pack.findings)


def strategies_with(result: Result, name: str) -> list[Strategy]:
    """Return the ranked strategies that a technique or class of equipment belongs to."""
    ranked = result.recommendation.strategies
    return [found for found in ranked if name in {*found.techniques, *found.equipment}]


def needed_by(pack: Pack, name: str) -> list[Technique]:
    """Return the techniques and strategies that need a class of equipment."""
    return [found for found in pack.techniques.values() if name in found.things]


def equipment_document(pack: Pack, name: str) -> dict[str, object]:
    """Return what the pack says of a class of equipment as JSON; of anything else, nothing."""
    found = pack.techniques.get(name)
    if found is None or found.section != EQUIPMENT:
        return {}
    needed = [technique.id for technique in needed_by(pack, name)]
    return {"kind": EQUIPMENT, "examples": list(found.examples), "needed_by": needed}


def technique_view(result: Result, pack: Pack, name: str) -> RenderableType:
    """Return where something stands in a plan that neither ranks nor forbids it."""
    title = Names(result, pack.names()).title(name)
    used = strategies_with(result, name)
    care = [entry for entry in result.recommendation.cautions if entry.id == name]
    parts: list[RenderableType] = []
    if used:
        parts.append(told(f"{title} belongs to these strategies of the plan:"))
        parts += [row(f"{strategy.rank}.", told(strategy.title), width=3) for strategy in used]
    for caution in care:
        parts.append(told(f"{title}: only with care. {caution.because}"))
        parts += origin(caution.source, caution.rule)
    if not parts:
        nowhere = "has no place in this plan: nothing puts it forward, and nothing forbids it."
        parts.append(told(f"{title} {nowhere}"))
    return Group(*parts)


def equipment_view(pack: Pack, name: str) -> Iterator[RenderableType]:
    """What a class of equipment is: products, and what needs it."""
    found = pack.techniques[name]
    if found.section != EQUIPMENT:
        return
    yield from listed("Needed for", (technique.title for technique in needed_by(pack, name)))
    if found.examples:
        yield heading("For example")
        yield leveled("; ".join(found.examples), found.verified)
    if found.source is not None:
        yield indented(": ".join(filter(None, (found.source.cite, found.source.where))), "dim")


def _items(score: Score) -> Iterator[RenderableType]:
    """Each item: whether it counts, with how many points, and what it was read from."""
    if score.criteria:
        yield heading("Items")
    for item in score.criteria:
        points = wording.number(item.points, minus=ASCII_MINUS)
        title = leveled(f"{item.title}, {points}: {item.truth}", item.verified)
        yield row("-", title, width=1)
        yield indented(item.shown)
    yield from listed("Limits", score.limits)
    yield from origin(score.source)


def _algorithm(algorithm: Algorithm, known: Names) -> Iterator[RenderableType]:
    yield leveled(f"{algorithm.title}: {algorithm.state}", algorithm.verified, "bold")
    if algorithm.because:
        yield told(algorithm.because)
    for number, step in enumerate(algorithm.path, start=1):
        yield row(f"{number}.", leveled(step.because, step.verified), width=3)
        yield from _reads(step.reads, known)
        yield from origin(step.source, step.node)
    yield from listed("Puts forward, best first", known.titles(algorithm.options))
    yield from listed("Do this first", algorithm.first_do)
    yield from listed("Missing", known.missing(algorithm.missing))
    yield from listed("Mind", (*algorithm.notes, *algorithm.limits))
    yield from origin(algorithm.source)


def _finding(finding: Finding, result: Result, known: Names) -> Iterator[RenderableType]:
    yield leveled(f"{finding.title}: {finding.value}", finding.verified, "bold")
    yield told(finding.because)
    values = (
        f"{known.place(path)}: {result.facts[path].value}"
        for path in finding.reads
        if path in result.facts
    )
    yield from listed("Reads", values)
    yield from listed("Possible", finding.possible if len(finding.possible) > 1 else ())
    yield from listed("Missing", known.missing(finding.missing))
    yield from origin(finding.source)


def _reads(paths: Iterable[str], known: Names) -> Iterator[RenderableType]:
    found = "; ".join(known.places(paths))
    if found:
        yield indented(f"Reads {found}")


def listed(title: str, lines: Iterable[str]) -> Iterator[RenderableType]:
    """Lines under a heading; without lines, nothing."""
    found = list(lines)
    if found:
        yield heading(title)
        yield from (row("-", told(line), width=1) for line in found)


def origin(source: Source, rule: str = "") -> Iterator[RenderableType]:
    """Where something was published, and the rule that says it."""
    doi = f", doi:{source.doi}" if source.doi else ""
    yield indented(f"{source.cite}{doi}", "dim")
    if rule:
        yield indented(f"rule {rule}", "dim")
