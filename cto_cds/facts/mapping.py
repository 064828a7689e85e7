"""A mapping file: which column or key of another program's results is which fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cto_cds.errors import CaseError, Place, Problem
from cto_cds.facts.case import CT, FORMAT
from cto_cds.facts.document import MapNode, Node, TextNode, UnreadableDocumentError, parse
from cto_cds.facts.fields import Fields, Notebook, describe, nearest
from cto_cds.facts.opening import text_of
from cto_cds.facts.vocabulary import FactType, Vocabulary

KINDS = ("csv", "json")
POINTER = "/"


@dataclass(frozen=True, slots=True)
class MappedFact:
    """Where one fact stands in the results.

    Attributes:
        name: Its name in the vocabulary.
        place: The column, or the pointer into JSON such as ``/lesion/length``.
        unit: The unit of the numbers there.
        times: What turns a number there into the unit of the vocabulary.
        sd: Where one standard deviation stands, or empty.
        words: From a word there to the word of the vocabulary; empty when they are the same.
        node: Where the mapping says so.
    """

    name: str
    place: str
    unit: str
    times: Decimal
    sd: str
    words: Mapping[str, str]
    node: Place


@dataclass(frozen=True, slots=True)
class ResultsMapping:
    """How the results of a program are read.

    Attributes:
        source: Name and version of the program; it stands in every fact.
        kind: ``csv`` or ``json``.
        separator: What divides the columns of CSV.
        decimal: The decimal mark of its numbers.
        row: Which row of CSV: the value of each of these columns.
        unknown: What stands for a value that is not known; an empty cell always does.
        facts: The facts, in the order of the file.
        file: The mapping file, for messages.
    """

    source: str
    kind: str
    separator: str
    decimal: str
    row: Mapping[str, str]
    unknown: tuple[str, ...]
    facts: tuple[MappedFact, ...]
    file: str


def read_mapping(path: Path, vocabulary: Vocabulary) -> ResultsMapping:
    """Read a mapping file in YAML or JSON.

    Raises:
        CaseError: The file cannot be read, or holds mistakes; all of them are named.
    """
    source = str(path)
    book = Notebook(source)
    try:
        root = parse(text_of(path, "utf-8"), source)
    except OSError as fault:
        found = f"the file cannot be read: {fault.strerror or fault}"
        raise CaseError(Problem(Place(source), found, "Give the path of a mapping file.")) from None
    except UnicodeDecodeError:
        mend = "Save the file as UTF-8 text."
        raise CaseError(Problem(Place(source), "the file is not UTF-8 text", mend)) from None
    except UnreadableDocumentError as fault:
        raise CaseError.of(fault.problems) from None
    fields = Fields(root, book, "the mapping")
    fields.word("format", [FORMAT])
    program = fields.text("source", required=True)
    kind = fields.word("read", KINDS)
    separator = _mark(fields, "separator", ",", book)
    decimal = _mark(fields, "decimal", ".", book)
    row = {key.text: _scalar(value, key.text, book) for key, value in fields.entries("row")}
    unknown = fields.texts("unknown")
    mapped = tuple(
        _fact(key, node, kind, vocabulary, book)
        for key, node in fields.entries("facts", required=True)
        if _known(key, vocabulary, book)
    )
    if row and kind != KINDS[0]:
        book.note(fields.at("row"), "only CSV has rows", "Point into the JSON with 'from'.", "row")
    if decimal == separator and kind == KINDS[0]:
        mend = "Say how the file divides columns, such as separator: ';'."
        book.note(fields.at("decimal"), "is also what divides the columns", mend, "decimal")
    fields.done()
    if book.problems:
        raise CaseError.of(book.problems)
    return ResultsMapping(program, kind, separator, decimal, row, unknown, mapped, source)


def _mark(fields: Fields, key: str, default: str, book: Notebook) -> str:
    node = fields.take(key)
    if node is None:
        return default
    if isinstance(node, TextNode) and len(node.text) == 1:
        return node.text
    text = node.text if isinstance(node, TextNode) else ""
    if text == "tab":
        return "\t"
    found = f"'{key}' must be one character, not {describe(node)}"
    book.note(node, found, "Write it in quotes, such as ';', or write tab.", key)
    return default


def _scalar(node: Node, key: str, book: Notebook) -> str:
    if isinstance(node, TextNode):
        return node.text
    found = f"'{key}' must be a text, not {describe(node)}"
    book.note(node, found, f"Write one text behind '{key}:'.", key)
    return ""


def _known(key: TextNode, vocabulary: Vocabulary, book: Notebook) -> bool:
    if f"{CT}.{key.text}" in vocabulary.by_path:
        return True
    found = f"'{key.text}' is not the name of a fact of '{CT}'"
    book.note(key, found, nearest(key.text, vocabulary.names_in(CT)), key.text)
    return False


def _fact(
    key: TextNode, node: Node, kind: str, vocabulary: Vocabulary, book: Notebook
) -> MappedFact:
    fact = vocabulary.of(f"{CT}.{key.text}")
    fields = Fields(node, book, f"the mapping of {key.text}")
    place = fields.text("from", required=True)
    sd = fields.text("sd")
    for said, name in ((place, "from"), (sd, "sd")):
        if said and kind != KINDS[0] and not said.startswith(POINTER):
            mend = "Point into the JSON, such as /lesion/length or /lesions/0/length."
            book.note(fields.at(name), f"'{said}' does not begin with {POINTER}", mend, name)
    unit, times = _unit(fields, fact, book)
    words = {}
    for theirs, value in fields.entries("words"):
        ours = _scalar(value, theirs.text, book)
        words[theirs.text] = ours
        if ours not in fact.words:
            book.note(value, f"'{ours}' is not a word of {key.text}", nearest(ours, fact.words))
    if sd and not fact.numeric:
        book.note(fields.at("sd"), "only a number has a standard deviation", "Take it out.", "sd")
    fields.done()
    return MappedFact(
        key.text, place, unit, times, sd, words, Place(book.source, key.line, key.column, key.text)
    )


def _unit(fields: Fields, fact: FactType, book: Notebook) -> tuple[str, Decimal]:
    """Return the unit of the numbers in the results, and what turns it into ours."""
    node = fields.at("unit")
    unit = fields.text("unit", required=bool(fact.unit) and isinstance(fields.node, MapNode))
    times = fields.number("times")
    if unit and not fact.unit:
        book.note(node, f"{fact.name} has no unit", "Take 'unit' out.", "unit")
    elif unit and unit != fact.unit and times is None:
        found = f"{fact.name} is in {fact.unit}, not in {unit}"
        mend = f"Say with 'times' what turns {unit} into {fact.unit}."
        book.note(node, found, mend, "unit")
    elif times is not None and unit == fact.unit:
        found = f"the numbers are in {unit or 'no unit'} already"
        book.note(fields.at("times"), found, "Take 'times' out, or name their unit.", "times")
    if times is not None and times <= 0:
        mend = "Write the number by which the printed one is multiplied."
        book.note(fields.at("times"), "'times' must be greater than 0", mend, "times")
    return unit, times if times is not None else Decimal(1)
