"""Small pieces that all parts of the advice are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from cto_cds.advice import result
from cto_cds.engine.lookup import Seen
from cto_cds.engine.trace import Decided
from cto_cds.facts.value import shown
from cto_cds.rulefile.model import Source
from cto_cds.rulefile.pack import Pack


@cache
def source_of(source: Source) -> result.Source:
    """Return a source as the result shows it."""
    return result.Source(cite=source.cite, doi=source.doi or None, where=source.where or None)


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """Return the items, each once, in their order."""
    return tuple(dict.fromkeys(items))


def reads_of(*conditions: Decided) -> tuple[str, ...]:
    """Return where the comparisons were read; for unknown facts, where they could be."""
    places = [seen.place for condition in conditions for seen in condition.seen]
    return tuple(places) if len(places) == 1 else unique(places)


def titles(pack: Pack, names: Iterable[str]) -> str:
    """Return the titles of facts, findings or strategies as one phrase."""
    found = unique(pack.title(name) for name in names)
    return ", ".join(text[:1].lower() + text[1:] if text[1:2].islower() else text for text in found)


def outside_because(pack: Pack, applies: Decided) -> str:
    """Return why something does not apply: the facts that put the case outside, with values."""
    found = unique(f"{titles(pack, (s.place,))} is {value_of(s)}" for s in applies.deciding)
    return f"It does not apply here: {', '.join(found)}."


def value_of(seen: Seen) -> str:
    """Return what was read, every value that is still possible; ``unknown`` without one."""
    return " or ".join(shown(value) for value in seen.possible or ()) or "unknown"


def shown_in(condition: Decided) -> str:
    """Return the comparisons that settle a condition, or keep it open, with their values."""
    deciding = condition.deciding
    if len(deciding) == 1:
        return deciding[0].shown
    return "; ".join(unique(seen.shown for seen in deciding))
