"""Scores of a case: total or range, grade, published outcome, what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.advice import result
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.words import missing_in, place_of, reads_of, shown_in, source_of, titles
from cto_cds.engine.trace import Decided, ScoreTrace, Trace
from cto_cds.rulefile.model import Criterion, Grade, Outcome, weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


def score_of(score: ScoreTrace, trace: Trace, pack: Pack) -> result.Score:
    """Return one score as the result shows it."""
    rule = score.rule
    header = rule.header
    if score.applies.truth is Truth.FALSE:
        return result.Score(
            state="not_applicable",
            title=header.title,
            endpoint=rule.endpoint,
            because=f"It does not apply here: {shown_in(score.applies)}.",
            limits=header.limits,
            source=source_of(header.source),
            verified=header.verified,
            version=header.version,
        )
    missing = missing_in(score.applies, *score.criteria)
    grades = [grade for grade in rule.grades if grade.name in score.grades]
    low, high = score.totals[0], score.totals[-1]
    return result.Score(
        state="known" if low == high else "range",
        title=header.title,
        endpoint=rule.endpoint,
        points=result.Span(low=low, high=high),
        grades=score.grades,
        criteria=tuple(
            _criterion(criterion, decided)
            for criterion, decided in zip(rule.criteria, score.criteria, strict=True)
        ),
        missing=facts_behind(missing, trace),
        outcome=tuple(_outcomes(rule.outcomes, grades)),
        notes=tuple(_notes(score, pack)),
        limits=header.limits,
        source=source_of(header.source),
        verified=weakest(
            header.verified, *(c.verified for c in rule.criteria), *(g.verified for g in grades)
        ),
        version=header.version,
    )


def _criterion(criterion: Criterion, decided: Decided) -> result.Criterion:
    return result.Criterion(
        id=criterion.id,
        title=criterion.title,
        truth=decided.truth.value,
        points=criterion.points,
        reads=reads_of(decided),
        shown=shown_in(decided),
        verified=criterion.verified,
        source=source_of(criterion.source),
    )


def _outcomes(outcomes: tuple[Outcome, ...], grades: list[Grade]) -> Iterator[result.Outcome]:
    """The published figures for the grades that are possible, one set after the other."""
    for outcome in outcomes:
        for name in ("any", *(grade.name for grade in grades)):
            if name in outcome.values:
                yield result.Outcome(
                    endpoint=outcome.endpoint,
                    grade=name,
                    value=outcome.values[name],
                    unit=outcome.unit,
                    population=outcome.population,
                    cite=outcome.source.cite,
                    doi=outcome.source.doi or None,
                    verified=outcome.verified,
                )


def _notes(score: ScoreTrace, pack: Pack) -> Iterator[str]:
    if score.applies.truth is Truth.UNKNOWN:
        asked = titles(pack, missing_in(score.applies))
        yield f"Whether the score applies is not known; it depends on: {asked}."
    yield from _elsewhere(score, pack)
    for criterion, decided in zip(score.rule.criteria, score.criteria, strict=True):
        if criterion.at_limit and any(seen.at_limit for seen in decided.seen):
            yield f"{criterion.title} sits exactly on the limit. {criterion.at_limit}"
    for remark, decided in zip(score.rule.remarks, score.remarks, strict=True):
        if decided.truth is Truth.TRUE:
            level = "" if remark.verified != "unverified" else " (unverified)"
            yield f"{remark.note}{level}"


def _elsewhere(score: ScoreTrace, pack: Pack) -> Iterator[str]:
    """Readings of the lesion from another modality than the score was made for."""
    made_for = score.rule.made_for
    if not made_for:
        return
    lesion_groups = {
        group
        for fact in pack.vocabulary.facts.values()
        for group in fact.groups
        if made_for in fact.groups
    }
    for group in sorted(lesion_groups - {made_for}):
        names = sorted(
            {
                place_of(seen)
                for decided in score.criteria
                for seen in decided.seen
                if seen.path.startswith(f"{group}.")
            }
        )
        if names:
            yield (
                f"Made for {pack.vocabulary.groups[made_for]}; read from "
                f"{pack.vocabulary.groups[group]}: {titles(pack, names)}."
            )
