"""What ``cto-cds explain`` tells of a fact: what was read, its source, and who reads it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from cto_cds.cli.parts import listed
from cto_cds.report.lines import told
from cto_cds.report.names import Names
from cto_cds.report.wording import UNKNOWN
from cto_cds.rulefile.model import Finding
from cto_cds.rulefile.reading import conditions_of

if TYPE_CHECKING:
    from cto_cds.advice.result import Fact, Result
    from cto_cds.facts.vocabulary import FactType
    from cto_cds.rulefile.model import Rule
    from cto_cds.rulefile.pack import Pack


def fact_ids(pack: Pack) -> tuple[str, ...]:
    """Return the names of facts, and their places such as ``ccta.occlusion_length``."""
    return (*pack.vocabulary.facts, *pack.vocabulary.by_path)


def fact_document(result: Result, pack: Pack, name: str) -> dict[str, object] | None:
    """Return a fact as JSON; None when the id is none."""
    fact = _fact(pack, name)
    if fact is None:
        return None
    return {
        "id": name,
        "kind": "fact",
        "title": fact.title,
        "definition": fact.definition,
        "allowed": _allowed(fact),
        "values": {
            place: result.facts[place].model_dump(mode="json", exclude_none=True)
            for place in _places(fact, name)
            if place in result.facts
        },
        "read_by": [rule.id for rule in _readers(pack, _places(fact, name))],
    }


def fact_view(result: Result, pack: Pack, name: str) -> RenderableType | None:
    """Return a fact for a reader; None when the id is none."""
    fact = _fact(pack, name)
    if fact is None:
        return None
    known = Names(result, pack.names())
    places = _places(fact, name)
    return Group(
        told(fact.title, "bold"),
        told(fact.definition),
        *listed("Read here", (_read(place, result, known) for place in places)),
        *listed("Allowed", [_allowed(fact)]),
        *listed("Where to find it out", filter(None, [fact.ask])),
        *listed("Read by", (f"{rule.header.title} ({rule.id})" for rule in _readers(pack, places))),
    )


def _fact(pack: Pack, name: str) -> FactType | None:
    vocabulary = pack.vocabulary
    return vocabulary.facts.get(name) or vocabulary.by_path.get(name)


def _places(fact: FactType, name: str) -> tuple[str, ...]:
    return (name,) if "." in name else tuple(f"{group}.{fact.name}" for group in fact.groups)


def _readers(pack: Pack, places: tuple[str, ...]) -> Iterator[Rule]:
    """The rules that compare one of these places."""
    for rule in pack.rules():
        compared = (leaf for condition in conditions_of(rule) for leaf in condition.leaves)
        read = {path for leaf in compared for path in leaf.subject.paths}
        if isinstance(rule, Finding):
            read |= {*rule.ratio}
        if not read.isdisjoint(places):
            yield rule


def _allowed(fact: FactType) -> str:
    words = ", ".join(fact.words)
    if not fact.numeric:
        return words or f"a list of {fact.list_of}"
    unit = f" {fact.unit}" if fact.unit else ""
    number = f"a number{unit}"
    if fact.low is not None and fact.high is not None:
        number = f"{fact.low} to {fact.high}{unit}"
    return f"{number}, or {words}" if words else number


def _read(place: str, result: Result, known: Names) -> str:
    fact = result.facts.get(place)
    if fact is None:
        return f"{known.place(place)}: {UNKNOWN}, as nobody gave it"
    return f"{known.place(place)}: {' '.join(_told(fact, known))}"


def _told(fact: Fact, known: Names) -> Iterator[str]:
    yield f"{known.value(fact.value)}{f' ± {fact.sd}' if fact.sd else ''}."
    if fact.status:
        yield f"Status: {fact.status}."
    if fact.source:
        yield f"Source: {fact.source}."
    if fact.note:
        yield fact.note
