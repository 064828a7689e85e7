"""Reading the associations of one study."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from cto_cds.facts.document import Node
from cto_cds.facts.fields import NUMBER, Fields
from cto_cds.rulefile.condition import ALWAYS, Condition, Subject, leaves
from cto_cds.rulefile.model import Association, Entry, Header
from cto_cds.rulefile.names import UnknownNameError
from cto_cds.rulefile.parts import Reader, read_rows

MODELS = ("crude", "adjusted")
IF_UNKNOWN = "show nothing"


def read_association(fields: Fields, header: Header, reader: Reader, meaning: str) -> Association:
    """Read what follows the header of a file of associations."""
    applies = fields.take("applies_to")
    endpoints = {
        key.text: getattr(value, "text", "")
        for key, value in fields.entries("endpoints", required=True)
    }
    association = Association(
        header=header,
        population=fields.text("population", required=True),
        applies_to=reader.condition(applies) if applies else ALWAYS,
        endpoints=endpoints,
        entries=tuple(
            _entry(node, header, reader, endpoints)
            for node in fields.items("entries", required=True)
        ),
        rows=read_rows(fields, reader),
        meaning=meaning,
    )
    fields.word("if_unknown", [IF_UNKNOWN], default=IF_UNKNOWN)
    fields.done()
    ids = [entry.id for entry in association.entries]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        reader.book.note(fields.node, f"two entries are called '{name}'", "Rename one.")
    return association


def _entry(node: Node, header: Header, reader: Reader, endpoints: Collection[str]) -> Entry:
    fields = Fields(node, reader.book, "an entry")
    when = reader.condition(fields.take("when")) if fields.has("when") else ALWAYS
    low, high = _interval(fields, reader)
    entry = Entry(
        id=fields.text("id", required=True),
        of=_subject(fields, reader, when),
        when=when,
        per=fields.text("per", required=True),
        endpoint=fields.word("endpoint", endpoints),
        model=fields.word("model", MODELS),
        odds_ratio=fields.number("odds_ratio", required=True) or Decimal(1),
        low=low,
        high=high,
        p=fields.text("p"),
        verified=reader.verified(fields, header.verified),
        source=reader.source(fields, header.source),
        place=reader.place(node),
    )
    fields.done()
    if not low <= entry.odds_ratio <= high:
        found = f"the odds ratio {entry.odds_ratio} lies outside its interval"
        reader.book.note(node, found, "Compare with the paper.", "ci")
    return entry


def _subject(fields: Fields, reader: Reader, when: Condition) -> Subject:
    """The fact the entry is about: named by ``of``, or that of its condition."""
    name = fields.text("of")
    subjects = [leaf.subject for leaf in leaves(when)]
    if not name and subjects:
        return subjects[0]
    try:
        return reader.names.subject(name, reader.reads)
    except UnknownNameError as fault:
        reader.book.note(fields.node, fault.found, fault.mend, "of")
        return Subject(name, (name,))


def _interval(fields: Fields, reader: Reader) -> tuple[Decimal, Decimal]:
    text = fields.text("ci", required=True)
    low, _, high = text.partition(" to ")
    if NUMBER.fullmatch(low) and NUMBER.fullmatch(high) and Decimal(low) <= Decimal(high):
        return Decimal(low), Decimal(high)
    if text:
        mend = "Write it like '0.931 to 0.975'."
        reader.book.note(fields.node, f"'{text}' is not an interval", mend, "ci")
    return Decimal(0), Decimal(1000)
