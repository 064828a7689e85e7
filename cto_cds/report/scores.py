"""All scores of a case in one table for the terminal, and what each score is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group, RenderableType
from rich.table import Table

from cto_cds.advice.result import Association, Outcome, Result, Score
from cto_cds.report import wording
from cto_cds.report.lines import ASCII_MINUS, bullet, heading, marked, told
from cto_cds.report.names import Names
from cto_cds.rulefile.pack import Pack


def scores_table(result: Result, names: Mapping[str, str]) -> RenderableType:
    """Return one row a score: total or range, grade, end-point, outcome, what is missing."""
    known = Names(result, names)
    table = Table("Score", "Total", "Grade", "End-point and published figures", "Missing", box=None)
    for score in result.scores.values():
        unverified = score.verified == "unverified"
        table.add_row(
            marked(score.title, unverified=unverified),
            told(_total(score)),
            told(" or ".join(score.grades) if score.points else ""),
            told("\n".join([score.endpoint, *_figures(score)])),
            told("; ".join(known.place(fact) for fact in score.missing)),
        )
    return Group(table, *_associations(result.associations))


def _total(score: Score) -> str:
    if score.state == "not_applicable":
        return "does not apply"
    highest = wording.number(score.span.high, minus=ASCII_MINUS)
    if score.points is not None:
        return f"{wording.span(score.points, minus=ASCII_MINUS)} of {highest}"
    lines = [
        f"{scenario.title}: {wording.span(scenario.points, minus=ASCII_MINUS)} of {highest}"
        for scenario in (score.scenarios or {}).values()
    ]
    return "\n".join(lines)


def _figures(score: Score) -> Iterator[str]:
    if score.state == "not_applicable":
        yield score.because or ""
        return
    for outcome in _unique(score.outcome):
        yield f"{outcome.value} {outcome.unit} ({outcome.grade}; {outcome.population})"
    if score.certainty is not None:
        sure = ", ".join(f"{name}: {value}" for name, value in score.certainty.grades.items())
        if sure:
            yield f"Probability of each grade, given the measurements: {sure}"


def _unique(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return list(dict.fromkeys(outcomes))


def _associations(found: tuple[Association, ...]) -> Iterator[RenderableType]:
    if not found:
        return
    yield heading("Associations")
    yield told("Directions found in studies. They are not probabilities and are not multiplied.")
    for one in found:
        low, high = one.ci.low, one.ci.high
        yield bullet(
            f"{one.title} {one.value}: {one.endpoint} {one.direction} with more of it; odds ratio "
            f"{one.odds_ratio} ({low} to {high}) per {one.per}, {one.model}; {one.population}"
        )


def scores_list(pack: Pack) -> RenderableType:
    """Return one line a score: what it is for, and its citation."""
    table = Table("Id", "What it grades", "Source", box=None)
    for score in pack.scores:
        header = score.header
        table.add_row(
            score.id,
            marked(f"{header.title}: {header.purpose}", unverified=header.verified == "unverified"),
            told(f"{header.source.cite}. doi:{header.source.doi}"),
        )
    return table
