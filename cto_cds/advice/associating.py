"""What studies found about the facts of a case: directions, never probabilities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from cto_cds.advice import result
from cto_cds.advice.words import source_of
from cto_cds.engine.rowtest import shown_entries
from cto_cds.engine.trace import AssociationTrace
from cto_cds.facts.value import shown
from cto_cds.rulefile.model import Entry
from cto_cds.rulefile.pack import Pack

Direction = Literal["more often", "less often", "no clear direction"]


def associations_of(traces: Iterable[AssociationTrace], pack: Pack) -> Iterator[result.Association]:
    """Yield the associations that a case shows."""
    for association in traces:
        rule = association.rule
        for entry, path, value in shown_entries(association):
            yield result.Association(
                id=f"{rule.id}.{entry.id}",
                title=pack.title(path),
                reads=(path,),
                value=shown(value),
                odds_ratio=entry.odds_ratio,
                ci=result.Span(low=entry.low, high=entry.high),
                p=entry.p or None,
                per=entry.per,
                endpoint=rule.endpoints[entry.endpoint],
                model="crude" if entry.model == "crude" else "adjusted",
                direction=_direction(entry),
                population=rule.population,
                source=source_of(entry.source),
                verified=entry.verified,
            )


def _direction(entry: Entry) -> Direction:
    """An interval that holds 1 tells no direction; one that was rounded to 1 does with its p."""
    rounded = 1 in {entry.low, entry.high} and bool(entry.p)
    if entry.low > 1 or (rounded and entry.low == 1):
        return "more often"
    return "less often" if entry.high < 1 or rounded else "no clear direction"
