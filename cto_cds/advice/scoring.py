"""Scores of a case: total or range, grade, published outcome, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from cto_cds.advice import result
from cto_cds.advice.by_strategy import TRIED, Used, added_by, notes_of, used_in
from cto_cds.advice.certainty import Counted
from cto_cds.advice.certainty import counted as counted_up
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.published import Published
from cto_cds.advice.risks import placed_among
from cto_cds.advice.words import outside_because, reads_of, shown_in, source_of, titles, unique
from cto_cds.engine.trace import Decided, ScoreTrace, Trace, missing_in
from cto_cds.facts.sheet import FactSheet
from cto_cds.rulefile.model import weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.score import Criterion, Score
from cto_cds.rulefile.truth import Truth


def score_of(
    score: ScoreTrace,
    trace: Trace,
    sheet: FactSheet,
    published: Published,
    tried: tuple[str, ...] | None,
) -> result.Score:
    """Return one score as the result shows it.

    Args:
        score: The score in this case.
        trace: The trace of the whole case.
        sheet: The facts.
        published: What the rules publish.
        tried: The strategies that were used; None when that is not known.
    """
    rule = score.rule
    pack = published.pack
    head = published.head(rule)
    if score.applies.truth is Truth.FALSE:
        return head.model_copy(update={"because": outside_because(pack, score.applies)})
    used = used_in(rule, tried, pack)
    counted = used.counted
    tally = counted_up(score, sheet)
    certainty = None
    if tally is not None and rule.scenarios and not counted:
        certainty = tally.items()
    elif tally is not None:
        certainty = tally.with_points(rule.points_of(counted))
    totals, grades = score.scenarios[counted] if counted else (score.totals, score.grades)
    missing = missing_in(score.applies, *score.criteria)
    open_whether = facts_behind(missing_in(score.applies), trace)
    hangs = (TRIED,) if used.leaves_open else ()
    shown: dict[str, object] = {
        "state": "known" if len(score.totals) == 1 and not hangs else "range",
        "applies_if": open_whether or None,
        "criteria": tuple(_criteria(score, tried if counted else None, counted)),
        "missing": unique((*facts_behind(missing, trace), *hangs)),
        "notes": (*_notes(score, pack), *notes_of(used, tried, pack)),
        "without": _without(score, pack),
        "verified": weakest(
            published.verified(rule),
            *(grade.verified for grade in rule.grades if grade.name in grades),
            *(place.verified for place in placed_among(tried or (), counted, pack)),
        ),
        "certainty": certainty,
    }
    if rule.scenarios:
        shown["scenarios"] = {
            strategy: _scenario(score, strategy, used, published, tally)
            for strategy in rule.scenarios
        }
    if not rule.scenarios or counted:
        shown |= {
            "points": result.Span(low=totals[0], high=totals[-1]),
            "grades": grades,
            "outcome": published.outcomes(rule, _told(rule, totals, certainty)),
        }
    return head.model_copy(update=shown)


def _told(
    rule: Score, totals: Sequence[Decimal], certainty: result.Certainty | None
) -> Sequence[Decimal]:
    """The totals, with those that the uncertainty of the measurements leaves likely; rising."""
    likely = certainty.likely if certainty else None
    if likely is None:
        return totals
    reached = [t for t in rule.possible_totals if likely.low <= t <= likely.high]
    return sorted({*totals, *reached})


def _scenario(
    score: ScoreTrace,
    strategy: str,
    used: Used,
    published: Published,
    tally: Counted | None,
) -> result.Scenario:
    rule = score.rule
    may_count = used.counted_with(strategy)
    totals, grades = score.scenarios[may_count[0]]
    if len(may_count) > 1:
        reached = [score.scenarios[counted] for counted in may_count]
        totals = tuple(sorted({total for found, _ in reached for total in found}))
        named = {name for _, names in reached for name in names}
        grades = tuple(grade.name for grade in rule.grades if grade.name in named)
    certainty = None if tally is None else tally.with_points(*added_by(rule, may_count))
    return result.Scenario(
        title=published.pack.title(strategy),
        points=result.Span(low=totals[0], high=totals[-1]),
        grades=grades,
        outcome=published.outcomes(rule, _told(rule, totals, certainty)),
        certainty=certainty,
    )


def _criteria(
    score: ScoreTrace, tried: tuple[str, ...] | None, counted: str
) -> Iterator[result.Criterion]:
    decided = iter(score.criteria)
    for criterion in score.rule.criteria:
        if criterion.of_strategy:
            yield _of_strategy(criterion, tried, counted)
        else:
            yield _criterion(criterion, next(decided))


def _of_strategy(
    criterion: Criterion, tried: tuple[str, ...] | None, counted: str
) -> result.Criterion:
    """An item that depends on the strategy: open until one has been used.

    Of several that were used one counts, so that the items that hold add up to the total.
    """
    truth: result.Truth = "unknown"
    if tried:
        truth = "true" if counted in criterion.in_scenarios else "false"
    return result.Criterion(
        id=criterion.id,
        title=criterion.title,
        truth=truth,
        points=criterion.points,
        reads=(TRIED,),
        shown=", ".join(tried) if tried else "depends on the strategy",
        verified=criterion.verified,
        source=source_of(criterion.source),
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


def _without(score: ScoreTrace, pack: Pack) -> str | None:
    """The modality a score cannot do without, when nothing of it was read."""
    needs = score.rule.needs
    return pack.vocabulary.groups[needs] if needs and needs not in score.paths_by_group else None


def _notes(score: ScoreTrace, pack: Pack) -> Iterator[str]:
    if score.applies.truth is Truth.UNKNOWN:
        asked = titles(pack, missing_in(score.applies))
        yield f"Whether the score applies is not known; it depends on: {asked}."
    yield from _elsewhere(score, pack)
    for criterion, decided in zip(score.rule.items, score.criteria, strict=True):
        if criterion.at_limit and any(s.at_limit and decided.turns_with(s) for s in decided.seen):
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
    for group in pack.vocabulary.modalities:
        found = score.paths_by_group.get(group)
        if group != made_for and found:
            yield (
                f"Made for {pack.vocabulary.groups[made_for]}; read from "
                f"{pack.vocabulary.groups[group]}: {titles(pack, found)}."
            )
