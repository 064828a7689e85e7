"""The parts that all rule files share: header, source, conditions and test rows."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.errors import Place
from cto_cds.facts.document import ListNode, MapNode, Node, TextNode
from cto_cds.facts.fields import NUMBER, Fields, Notebook, describe, nearest
from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile.comparison import BadComparisonError, parse_comparison
from cto_cds.rulefile.condition import ALWAYS, All, Any, Condition, Not
from cto_cds.rulefile.model import (
    STATUSES,
    VERIFIED,
    Expectation,
    Header,
    Limit,
    Row,
    Source,
    Verified,
)
from cto_cds.rulefile.names import Names, UnknownNameError

ROWS = "tests"
ASIDE = (ROWS, "status", "signed_by", "to_verify")
OTHERWISE = "otherwise"
UNTESTED = "the file has no test rows"
FORMAT = "1"
DOI = re.compile(r"10\.[0-9]{4,9}/\S*[^\s.,;]")


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read the parts of one file.

    ``proved`` says that no mistake was found in it before: what only tests it is left out.
    """

    book: Notebook
    names: Names
    reads: tuple[str, ...] = ()
    proved: bool = False

    def place(self, node: Node, key: str = "") -> Place:
        """Return where a node stands."""
        return Place(self.book.source, node.line, node.column, key)

    def condition(self, node: Node | None) -> Condition:
        """Read a condition; ``ALWAYS`` stands in for one that could not be read."""
        if isinstance(node, TextNode):
            try:
                return parse_comparison(node.text, self.names, self.reads, self.place(node))
            except BadComparisonError as fault:
                self.book.note(node, fault.found, fault.mend)
                return ALWAYS
        if isinstance(node, MapNode) and len(node.entries) == 1:
            key, value = node.entries[0]
            if key.text == "not":
                return Not(self.condition(value))
            if key.text in {"all", "any"} and isinstance(value, ListNode) and value.items:
                parts = tuple(self.condition(item) for item in value.items)
                return All(parts) if key.text == "all" else Any(parts)
        if node is not None:
            mend = "Write one comparison, or all:, any: or not: with what they hold."
            self.book.note(node, f"this is not a condition but {describe(node)}", mend)
        return ALWAYS

    def conditions(self, nodes: Iterable[Node | None]) -> tuple[Condition, ...]:
        """Read conditions of which the last may be ``otherwise``: none of those before it."""
        found: list[Condition] = []
        listed = list(nodes)
        for index, node in enumerate(listed):
            if isinstance(node, TextNode) and node.text == OTHERWISE:
                if index + 1 < len(listed):
                    self.book.note(node, "'otherwise' is not last", "Move it to the end.")
                found.append(Not(Any(tuple(found))))
            else:
                found.append(self.condition(node))
        return tuple(found)

    def source(self, fields: Fields, inherited: Source | None) -> Source:
        """Read ``source``; without one, the part rests on that of the file."""
        node = fields.take("source", required=inherited is None)
        if node is None:
            return inherited or Source("")
        inner = Fields(node, self.book, "source")
        cite = inner.text("cite", required=True)
        source = Source(cite, read_doi(inner, self.book), inner.text("where"))
        inner.done()
        return source

    def verified(self, fields: Fields, inherited: Verified) -> Verified:
        """Read ``verified``; without one, the part is as far verified as the file."""
        return read_verified(fields, inherited)


def read_doi(fields: Fields, book: Notebook) -> str:
    """Read ``doi``; a source that has none leaves it out."""
    text = fields.text("doi")
    if text and not DOI.fullmatch(text):
        mend = "Write it like '10.1016/j.jcin.2010.09.024'; leave it out when there is none."
        book.note(fields.at("doi"), f"'{text}' is not a DOI", mend, "doi")
    return text


def read_verified(
    fields: Fields, inherited: Verified | None = None, *, key: str = "verified"
) -> Verified:
    """Read ``verified``; required when nothing is inherited."""
    word = fields.word(key, VERIFIED, default=inherited)
    return next(level for level in VERIFIED if level == word)


LimitsReader = Callable[[Fields, Reader, str], tuple[Limit, ...]]


def read_header(fields: Fields, reader: Reader, kind: str, read_limits: LimitsReader) -> Header:
    """Read what every rule file starts with.

    Args:
        fields: The fields of the file.
        reader: What is needed to read its parts.
        kind: The kind of the rule.
        read_limits: What reads its limits.
    """
    book = reader.book
    text_format = fields.text("format", required=True)
    if text_format and text_format != FORMAT:
        found = f"format {text_format} is not known to this version"
        book.note(fields.at("format"), found, f"This version reads format {FORMAT}.", "format")
    fields.take("kind")
    header = Header(
        id=fields.text("id", required=True),
        version=fields.text("version", required=True),
        title=fields.text("title", required=True),
        kind=kind,
        status=fields.word("status", STATUSES),
        verified=read_verified(fields),
        purpose=fields.text("purpose", required=True),
        source=reader.source(fields, None),
        limits=read_limits(fields, reader, kind),
        signed_by=fields.texts("signed_by"),
        to_verify=fields.texts("to_verify"),
        place=reader.place(fields.node),
    )
    fields.take("replaces")
    return header


def meaning_of(node: Node, *, top: bool = True) -> object:
    """Return what a file means, without tests, signatures, status, comments and layout."""
    if isinstance(node, TextNode):
        return " ".join(node.text.split())
    if isinstance(node, ListNode):
        return [meaning_of(item, top=False) for item in node.items]
    return {
        key.text: meaning_of(value, top=False)
        for key, value in node.entries
        if not (top and key.text in ASIDE)
    }


def meaning_digest(node: Node) -> str:
    """Return the SHA-256 of a file's meaning."""
    text = json.dumps(meaning_of(node), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def read_value(node: Node, name: str, reader: Reader) -> tuple[str, Value | None, bool] | None:
    """Read one given value of a test row: its path, the value, and whether it is a finding."""
    try:
        subject = reader.names.subject(name, reader.reads)
    except UnknownNameError as fault:
        reader.book.note(node, fault.found, fault.mend)
        return None
    shape = reader.names.shape(subject)
    path = subject.paths[0]
    if isinstance(node, ListNode) and shape.is_list:
        ids = tuple(item.text for item in node.items if isinstance(item, TextNode))
        wrong = [word for word in ids if word not in shape.words]
        if wrong:
            reader.book.note(node, f"'{wrong[0]}' is no such id", nearest(wrong[0], shape.words))
        return path, ids, False
    text = node.text if isinstance(node, TextNode) else ""
    if text == "unknown":
        return path, None, subject.finding
    if text in shape.words and not shape.is_list:
        return path, text, subject.finding
    number, _, unit = text.partition(" ")
    if shape.numeric and NUMBER.fullmatch(number) and unit == shape.unit:
        return path, Quantity(Decimal(number), unit), subject.finding
    allowed = ", ".join(shape.words) or f"a number in {shape.unit or 'no unit'}"
    reader.book.note(node, f"{describe(node)} is not a value of {name}", f"Allowed: {allowed}.")
    return None


def read_rows(fields: Fields, reader: Reader) -> tuple[Row, ...]:
    """Read the test rows; each starts from the row it is ``like``."""
    if reader.proved:
        fields.take(ROWS)
        return ()
    rows: dict[str, Row] = {}
    for node in fields.items(ROWS):
        inner = Fields(node, reader.book, "a test row")
        case = inner.text("case", required=True)
        like = inner.text("like")
        facts: dict[str, Value | None] = {}
        findings: dict[str, Value | None] = {}
        if like and like in rows:
            facts.update(rows[like].facts)
            findings.update(rows[like].findings)
        elif like:
            reader.book.note(node, f"no row before this one is '{like}'", nearest(like, rows))
        for key, value in inner.entries("given"):
            read = read_value(value, key.text, reader)
            if read is not None:
                (findings if read[2] else facts)[read[0]] = read[1]
        expect = _expectation(inner.take("expect", required=True), reader)
        inner.done()
        if case in rows:
            reader.book.note(node, f"two rows are called '{case}'", "Give each its own sentence.")
        rows[case] = Row(case, facts, findings, expect, reader.place(node))
    if not rows:
        mend = "Add 'tests:' with rows; see rules/README.md."
        reader.book.note(fields.node, UNTESTED, mend, ROWS)
    return tuple(rows.values())


def _expectation(node: Node | None, reader: Reader) -> Expectation:
    if isinstance(node, TextNode):
        return Expectation({}, node.text)
    if isinstance(node, MapNode):
        entries = {}
        for key, value in node.entries:
            items = value.items if isinstance(value, ListNode) else (value,)
            entries[key.text] = tuple(item.text for item in items if isinstance(item, TextNode))
        return Expectation(entries)
    if node is not None:
        found = f"'expect' must be a mapping, not {describe(node)}"
        reader.book.note(node, found, "Write what must come out, such as {score: 2}.")
    return Expectation({})
