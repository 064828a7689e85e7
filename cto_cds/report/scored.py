"""The scores of a case, put in the order in which a person reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cto_cds.advice.result import Criterion, Outcome, Result, Score, Span
from cto_cds.report import wording

ANY = "any"
NOTHING_READ = "nothing read yet"


@dataclass(frozen=True, slots=True)
class EndpointGroup:
    """The scores that were made for one end-point; those of two are never put together."""

    endpoint: str
    scores: tuple[tuple[str, Score], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All scores: by end-point, those of which nothing is known yet, those that do not apply."""

    groups: tuple[EndpointGroup, ...]
    unread: tuple[Score, ...]
    excluded: tuple[Score, ...]

    @property
    def read(self) -> tuple[tuple[str, Score], ...]:
        """The scores with a total, in the order of the groups."""
        return tuple(entry for group in self.groups for entry in group.scores)

    @property
    def by_strategy(self) -> tuple[Score, ...]:
        """The scores with a total for each strategy."""
        return tuple(score for _, score in self.read if score.scenarios)


def shelf(result: Result) -> Shelf:
    """Return the scores, the end-points in the same order in every case.

    An end-point of many scores comes first, and those that depend on the strategy come last.
    """
    made_for = Counter(score.endpoint for score in result.scores.values())
    by_strategy = {score.endpoint for score in result.scores.values() if score.scenarios}
    groups: dict[str, list[tuple[str, Score]]] = {}
    for name, score in result.scores.items():
        if score.state != "not_applicable" and not unread(score):
            groups.setdefault(score.endpoint, []).append((name, score))
    ordered = sorted(groups.items(), key=lambda e: (e[0] in by_strategy, -made_for[e[0]], e[0]))
    return Shelf(
        groups=tuple(EndpointGroup(endpoint, tuple(found)) for endpoint, found in ordered),
        unread=tuple(score for score in result.scores.values() if unread(score)),
        excluded=tuple(s for s in result.scores.values() if s.state == "not_applicable"),
    )


def unread(score: Score) -> bool:
    """Return whether a score tells nothing here.

    Either no item is known, so that its range would only repeat the scale, or nothing was read in
    the modality that it needs.
    """
    if score.without:
        return True
    items = score.criteria
    return bool(items) and all(item.truth == "unknown" for item in items)


def of_highest(points: Span, scale: Span, *, minus: str = wording.MINUS) -> str:
    """Return points beside the highest total; a scale that does not begin at 0 says so."""
    told = f"{wording.span(points, minus=minus)} of {wording.number(scale.high, minus=minus)}"
    return f"{told} (lowest {wording.number(scale.low, minus=minus)})" if scale.low else told


def reaches_further(points: Span, likely: Span | None) -> bool:
    """Return whether the uncertainty of measurements leaves totals likely beyond those read."""
    return likely is not None and not (points.low <= likely.low and likely.high <= points.high)


def with_likely(
    points: Span, likely: Span | None, scale: Span, *, minus: str = wording.MINUS
) -> str:
    """Return points; where measurements leave more totals likely, those first, since they hold."""
    if likely is None or not reaches_further(points, likely):
        return of_highest(points, scale, minus=minus)
    reach = Span(low=min(points.low, likely.low), high=max(points.high, likely.high))
    measured = wording.span(points, minus=minus)
    return f"{of_highest(reach, scale, minus=minus)} likely, {measured} as measured"


def total(score: Score, *, minus: str = wording.MINUS) -> str:
    """Return the total of a score in this case, never a number for what is not known."""
    if unread(score):
        return NOTHING_READ
    if score.points is not None:
        likely = score.certainty.likely if score.certainty else None
        told = with_likely(score.points, likely, score.span, minus=minus)
        return f"{told}{whether(score)}"
    if not score.scenarios:
        return wording.UNKNOWN
    spans = [scenario.points for scenario in score.scenarios.values()]
    reach = Span(low=min(s.low for s in spans), high=max(s.high for s in spans))
    return f"{of_highest(reach, score.span, minus=minus)}, by strategy{whether(score)}"


def whether(score: Score) -> str:
    """Return what stands behind a total while nobody knows whether the score applies."""
    return ", if it applies" if score.applies_if else ""


def grades(score: Score) -> tuple[str, ...]:
    """Return the grades that are possible, under any strategy while none has been used."""
    scenarios = () if score.points is not None else (score.scenarios or {}).values()
    return tuple(dict.fromkeys([*score.grades, *(g for s in scenarios for g in s.grades)]))


def published(score: Score) -> list[Outcome]:
    """Return the published figures of a score, under any strategy while none has been used."""
    scenarios = () if score.points is not None else (score.scenarios or {}).values()
    found = [*score.outcome, *(outcome for s in scenarios for outcome in s.outcome)]
    return list(dict.fromkeys(found))


def band(label: str) -> str:
    """Return to which totals a figure belongs, in words."""
    if label == ANY:
        return "the whole study, whatever the total"
    return f"total {label}" if label[:1].isdigit() else label


def counting(items: Iterable[Criterion]) -> list[Criterion]:
    """Return the items that give points here."""
    return [item for item in items if item.truth == "true"]
