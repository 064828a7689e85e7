"""All scores of a case for the terminal, and what each score is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cto_cds.advice.result import Association, Outcome, Result, Score
from cto_cds.report import associated, certainty, scored
from cto_cds.report.grouping import OutcomeRow, outcome_table
from cto_cds.report.lines import (
    ASCII_MINUS,
    bullet,
    heading,
    indented,
    leveled,
    marked,
    row,
    spanned,
    told,
)
from cto_cds.report.names import Names
from cto_cds.report.wording import as_printed, number
from cto_cds.rulefile.model import VERIFIED, Source
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.sources import level_of

HEAD = ("Score", "Total", "Grade, how sure", "Verified")
RATIOS = (9, 6, 8, 0)
LEVEL_WIDTH = max(len(level) for level in VERIFIED)
"""A column without a ratio is as wide as the longest level, which is never broken."""
MODELS = associated.MODELS
MORE = "Items, published figures and what is missing of each score: cto-cds scores CASE"


def scores_table(result: Result, names: Mapping[str, str]) -> RenderableType:
    """Return all scores by end-point: total, grade, how sure, what is missing, published."""
    known = Names(result, names)
    shelf = scored.shelf(result)
    parts: list[RenderableType] = [_columns(HEAD, RATIOS, "bold")]
    for group in shelf.groups:
        parts.append(heading(group.endpoint))
        for position, (_, score) in enumerate(group.scores):
            parts += [Text()] if position else []
            parts += _score(score, known)
    parts += _left_over(shelf)
    if any(certainty.shares(score) for _, score in shelf.read):
        parts.append(heading("How sure"))
        parts += [told(sentence) for sentence in certainty.assumptions(result)]
    parts += _associations(result.associations)
    return Group(*parts)


def scores_page(result: Result, names: Mapping[str, str]) -> RenderableType:
    """Return all scores, and what their reader must know: limits, warnings, intended use."""
    parts = [
        scores_table(result, names),
        *_section("Limits", _limits(scored.shelf(result))),
        *_section("Warnings", (bullet(warning) for warning in result.warnings)),
        Text(),
        told(result.intended_use, "dim"),
    ]
    return Group(*parts)


def _limits(shelf: scored.Shelf) -> Iterator[RenderableType]:
    for _, score in shelf.read:
        if score.limits:
            yield told(score.title, "bold")
            yield from (bullet(limit) for limit in score.limits)


def _section(title: str, content: Iterable[RenderableType]) -> Iterator[RenderableType]:
    found = list(content)
    if found:
        yield heading(title)
        yield from found


def scores_overview(result: Result) -> RenderableType:
    """Return one line a score: total, grade, end-point; and where to read the rest."""
    shelf = scored.shelf(result)
    table = Table("Score", "Total", "Grade", "End-point", box=None, padding=(0, 2, 0, 0))
    for column, ratio in zip(table.columns, (10, 7, 6, 9), strict=True):
        column.overflow, column.ratio = "fold", ratio
    table.expand = True
    for _, score in shelf.read:
        table.add_row(
            marked(score.title, unverified=score.verified == "unverified"),
            scored.total(score, minus=ASCII_MINUS),
            told(_graded_and_sure(score)),
            told(score.endpoint),
        )
    return Group(heading("Scores"), table, *_left_over(shelf), Text(), told(MORE, "dim"))


def _left_over(shelf: scored.Shelf) -> Iterator[RenderableType]:
    if shelf.unread:
        yield heading(scored.NOTHING_READ)
        yield told("; ".join(map(_unread, shelf.unread)))
    if shelf.excluded:
        yield heading("Does not apply")
        for score in shelf.excluded:
            yield bullet(f"{score.title}. {score.because or ''}")


def _unread(score: Score) -> str:
    return f"{score.title} (needs {score.without})" if score.without else score.title


def _columns(cells: Sequence[str | Text], ratios: Sequence[int], style: str = "") -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for ratio in ratios:
        if ratio:
            grid.add_column(overflow="fold", ratio=ratio)
        else:
            grid.add_column(min_width=LEVEL_WIDTH, no_wrap=True)
    grid.add_row(*(told(cell, style) if isinstance(cell, str) else cell for cell in cells))
    return grid


def _graded(score: Score) -> str:
    return " or ".join(scored.grades(score)) or "not graded"


def _sure(score: Score) -> str:
    return "; ".join(f"{share.percent} {share.label}" for share in certainty.shares(score))


def _graded_and_sure(score: Score) -> str:
    grades = certainty.grade_shares(score)
    sure = "; ".join(f"{share.percent} {share.label}" for share in grades)
    return sure or _graded(score)


def _score(score: Score, known: Names) -> Iterator[RenderableType]:
    grade = told(_graded(score))
    sure = _sure(score)
    if sure:
        grade.append("\n").append_text(told(sure))
    level = told(score.verified, "yellow" if score.verified == "unverified" else "")
    total = scored.total(score, minus=ASCII_MINUS)
    yield _columns((told(score.title, "bold"), total, grade, level), RATIOS)
    counts = scored.counting(score.criteria)
    titles = "; ".join(f"{item.title} ({number(item.points, minus='-')})" for item in counts)
    yield indented(f"Counts: {titles or 'nothing'}", by=2)
    near = "; ".join(
        f"{item.title} {share}"
        for item in score.criteria
        if (share := certainty.item_share(score, item.id)) and share[0].isdigit()
    )
    if near:
        yield indented(f"How likely each measured item counts: {near}", by=2)
    if score.missing:
        yield indented(f"Missing: {'; '.join(known.missing(score.missing))}", by=2)
    for scenario in (score.scenarios or {}).values():
        points = [spanned(scenario.points), *scenario.grades]
        shares = [f"{s.percent} {s.label}" for s in certainty.scenario_shares(scenario)]
        yield indented(f"{scenario.title}: {', '.join([*points, *shares])}", by=4)
    for note in score.notes:
        yield indented(f"Mind: {note}", by=2)
    yield from _published(scored.published(score))


def _published(outcomes: Sequence[Outcome]) -> Iterator[RenderableType]:
    for endpoint, rows in outcome_table(outcomes).rows.items():
        yield indented(f"Published, {endpoint}:", by=2)
        for published in rows:
            figures = told(f"{_figures(published)}. ", "bold")
            level = published.any_outcome.verified
            figures.append_text(leveled(published.population, level, "not bold"))
            yield row("-", figures, width=1, indent=4)


def _figures(published: OutcomeRow) -> str:
    found = (outcome for outcome in published.by_grade if outcome)
    return "; ".join(f"{o.value} {o.unit} ({scored.band(o.grade)})" for o in found)


def _associations(found: Sequence[Association]) -> Iterator[RenderableType]:
    tables = associated.association_tables(found)
    if not tables:
        return
    yield heading("Associations")
    yield told(associated.NO_PROBABILITY)
    for table in tables:
        yield Text()
        yield told(table.endpoint, "bold")
        yield told(f"Odds ratio and interval. {table.population}")
        yield _columns(("With more of", "Reached", *MODELS), (11, 6, 9, 9), "bold")
        for line in table.rows:
            measured = f"{line.title}, {line.value}; per {line.per}"
            ratios = [_odds(line.by_model.get(model)) for model in MODELS]
            title = leveled(measured, line.any_model.verified)
            yield _columns((title, line.direction, *ratios), (11, 6, 9, 9))


def _odds(one: Association | None) -> str:
    if one is None:
        return "not given"
    return f"{as_printed(one.odds_ratio)} ({as_printed(one.ci.low)} to {as_printed(one.ci.high)})"


def _cited(source: Source) -> str:
    return f"{source.cite}. doi:{source.doi}" if source.doi else f"{source.cite}. No DOI."


def scores_list(pack: Pack) -> RenderableType:
    """Return one line a score: what it is for, and its citation."""
    table = Table("Id", "What it grades", "Source", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for score in pack.scores:
        header = score.header
        table.add_row(
            told(score.id, "bold"),
            leveled(f"{header.title}. {header.purpose}", level_of(score)),
            told(_cited(header.source)),
        )
    return table
