"""Reading the ranking policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from cto_cds.facts.document import Node, TextNode
from cto_cds.facts.fields import NUMBER, Fields, nearest
from cto_cds.rulefile.condition import ALWAYS, Condition
from cto_cds.rulefile.decision_file import techniques_of
from cto_cds.rulefile.model import Header
from cto_cds.rulefile.parts import Reader, read_rows
from cto_cds.rulefile.policy import Policy, Shift, shift_condition

SILENCE = ("gives nothing", "gives what the others give")


def read_policy(
    fields: Fields,
    header: Header,
    reader: Reader,
    meaning: str,
    ids: Mapping[str, Collection[str]],
) -> Policy:
    """Read what follows the header of a ranking policy.

    Args:
        fields: The file.
        header: Its header.
        reader: What reads its conditions.
        meaning: The digest of its meaning.
        ids: The ids of ``strategies`` and ``techniques``.
    """
    strategies = ids["strategies"]
    positions = _falling("positions", fields, reader)
    ladder = _falling("ladder", fields, reader) if fields.has("ladder") else positions
    silence = fields.word("silence_on_ladder", SILENCE, default=SILENCE[0])
    weights: dict[str, Decimal] = {}
    for node in fields.items("algorithms", required=True):
        inner = Fields(node, reader.book, "an entry of algorithms")
        name = inner.text("id", required=True)
        weights[name] = inner.number("weight", required=True) or Decimal(0)
        inner.done()
    applies = fields.take("shifts_apply_to")
    applies_to = reader.condition(applies) if applies else ALWAYS
    shifts = tuple(_shift(node, header, reader, ids, applies_to) for node in fields.items("shifts"))
    lowers = fields.number("caution_lowers_by", required=True) or Decimal(0)
    tie_order = fields.texts("tie_order", required=True)
    _check_order(tie_order, strategies, fields, reader)
    sure_only = _strategies("sure_only", strategies, fields, reader)
    ends_attempt = _strategies("ends_attempt", strategies, fields, reader)
    goes_on = _strategies("goes_on_unless_sure", strategies, fields, reader)
    follows_a_wire = _follows_a_wire([shift.id for shift in shifts], strategies, fields, reader)
    change_when = fields.text("change_when")
    none_here = fields.text("none_here")
    none_here_begun = fields.text("none_here_begun")
    rows = read_rows(fields, reader)
    fields.done()
    return Policy(
        header=header,
        rows=rows,
        meaning=meaning,
        positions=positions,
        ladder=ladder,
        weights=weights,
        shifts=shifts,
        caution_lowers_by=lowers,
        tie_order=tie_order,
        sure_only=sure_only,
        ends_attempt=ends_attempt,
        goes_on_unless_sure=goes_on,
        change_when=change_when,
        follows_a_wire=follows_a_wire,
        none_here=none_here,
        none_here_begun=none_here_begun,
        shifts_apply_to=applies_to,
        silence_follows=silence != SILENCE[0],
    )


def _strategies(
    key: str, strategies: Collection[str], fields: Fields, reader: Reader
) -> tuple[str, ...]:
    names = fields.texts(key)
    for name in names:
        if name not in strategies:
            found = f"'{name}' is no strategy"
            reader.book.note(fields.at(key), found, nearest(name, strategies), key)
    return names


def _follows_a_wire(
    shifts: Collection[str], strategies: Collection[str], fields: Fields, reader: Reader
) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for node in fields.items("follows_a_wire"):
        inner = Fields(node, reader.book, "an entry of follows_a_wire")
        name = inner.text("strategy", required=True)
        if name and name not in strategies:
            mend = nearest(name, strategies)
            reader.book.note(inner.at("strategy"), f"'{name}' is no strategy", mend, "strategy")
        unless = inner.texts("unless")
        for shift in unless:
            if shift not in shifts:
                mend = nearest(shift, shifts)
                reader.book.note(inner.at("unless"), f"'{shift}' is no shift", mend, "unless")
        inner.done()
        found[name] = unless
    return found


def _falling(key: str, fields: Fields, reader: Reader) -> tuple[Decimal, ...]:
    found = tuple(
        number
        for node in fields.items(key, required=True)
        if (number := _number(node, reader)) is not None
    )
    if list(found) != sorted(set(found), reverse=True):
        mend = "Give the first place the most, and each further one less."
        reader.book.note(fields.at(key), f"the {key} do not fall", mend, key)
    return found


def _number(node: Node, reader: Reader) -> Decimal | None:
    if isinstance(node, TextNode) and NUMBER.fullmatch(node.text):
        return Decimal(node.text)
    reader.book.note(node, "this is not a number", "Write it like 1 or 0.5.")
    return None


def _shift(
    node: Node,
    header: Header,
    reader: Reader,
    ids: Mapping[str, Collection[str]],
    applies_to: Condition,
) -> Shift:
    strategies = ids["strategies"]
    fields = Fields(node, reader.book, "a shift")
    reads = fields.texts("reads") or reader.reads
    inner = Reader(reader.book, reader.names, reads)
    support: dict[str, Decimal] = {}
    techniques = {
        key.text: techniques_of(key, value, inner, ids)
        for key, value in fields.entries("techniques")
    }
    for key, value in fields.entries("support", required=not techniques):
        if key.text not in strategies:
            reader.book.note(key, f"'{key.text}' is no strategy", nearest(key.text, strategies))
        number = _number(value, reader)
        if number is not None:
            support[key.text] = number
    own = inner.condition(fields.take("when", required=True))
    ranks = fields.texts("ranks")
    for name in ranks:
        if name not in support:
            found = f"'{name}' is ranked by a shift that does not move it"
            mend = f"Name one of: {', '.join(support)}, or give it support."
            reader.book.note(fields.at("ranks"), found, mend, "ranks")
    shift = Shift(
        id=fields.text("id", required=True),
        own=own,
        when=shift_condition(applies_to, own),
        support=support,
        because=fields.text("because", required=True),
        verified=reader.verified(fields, header.verified),
        source=reader.source(fields, None),
        place=reader.place(node),
        ranks=ranks,
        techniques=techniques,
    )
    fields.done()
    return shift


def _check_order(
    order: tuple[str, ...], strategies: Collection[str], fields: Fields, reader: Reader
) -> None:
    missing = [name for name in strategies if name not in order]
    strange = [name for name in order if name not in strategies]
    twice = sorted({name for name in order if order.count(name) > 1})
    for names, what in ((missing, "lacks"), (strange, "names no strategy:"), (twice, "repeats")):
        if names:
            found = f"tie_order {what} {', '.join(names)}"
            mend = "Name every strategy once."
            reader.book.note(fields.at("tie_order"), found, mend, "tie_order")
