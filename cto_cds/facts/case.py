"""Reading a case file, or a file of measurements: the same form, all mistakes told at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from cto_cds.errors import CaseError, Place, Problem
from cto_cds.facts.begun import implied
from cto_cds.facts.document import (
    ListNode,
    MapNode,
    Node,
    TextNode,
    UnreadableDocumentError,
    brief,
    parse,
)
from cto_cds.facts.fields import NUMBER, Fields, Notebook, describe, nearest, written_out
from cto_cds.facts.lesion import of_two_lesions
from cto_cds.facts.opening import content_of
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import STATUSES, Quantity, Reading, Value, plain
from cto_cds.facts.vocabulary import FactType, Vocabulary

FORMAT = "1"
CT = "ccta"
NO_NAMES = ("null", "~", "true", "false")
"""What a program writes where it has no name: never the name of one case after the other."""
LARGEST_BYTES = 4_000_000
LONGEST_NAME = 200
STANDARD_INPUT = Path("-")


def read_case(path: Path, vocabulary: Vocabulary, *, named: bool = True) -> FactSheet:
    """Read a case file.

    Args:
        path: A YAML or JSON file in the form of the contract; ``-`` is standard input.
        vocabulary: The facts that exist.
        named: Whether the file must name its case; a file of measurements need not.

    Raises:
        CaseError: The file cannot be read, or holds mistakes; all of them are named.
    """
    source = "standard input" if path == STANDARD_INPUT else str(path)
    try:
        content = _content(path)
        if len(content) > LARGEST_BYTES:
            found = f"the file is larger than {LARGEST_BYTES} bytes"
            raise CaseError(Problem(Place(source), found, "A case file is a page of text."))
        text = content.decode("utf-8")
    except OSError as fault:
        found = f"the file cannot be read: {fault.strerror or fault}"
        mend = "Give the path of a case file in YAML or JSON."
        raise CaseError(Problem(Place(source), found, mend)) from None
    except UnicodeDecodeError:
        mend = "Save the file as UTF-8 text."
        found = "the file is not UTF-8 text"
        raise CaseError(Problem(Place(source), found, mend)) from None
    if path.suffix.lower() == ".json":
        _check_json(text, source)
    return read_case_text(text, source, vocabulary, named=named)


def _check_json(text: str, source: str) -> None:
    """Refuse a file that calls itself JSON and is not; YAML would take much of it.

    Raises:
        CaseError: Says where it is not.
    """
    with suppress(RecursionError):  # told when it is read
        try:
            json.loads(text.removeprefix("\ufeff"), parse_int=str, parse_float=str)
        except json.JSONDecodeError as fault:
            place = Place(source, fault.lineno, fault.colno)
            mend = "Mend it there, or name the file .yaml if it is YAML."
            raise CaseError(Problem(place, f"this is not JSON: {fault.msg}", mend)) from None


def _content(path: Path) -> bytes:
    """Return the bytes of a file, of an endless one no more than one too many."""
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(LARGEST_BYTES + 1)
    return content_of(path, LARGEST_BYTES + 1)


def read_measurements(path: Path, vocabulary: Vocabulary) -> FactSheet:
    """Read a file of CT measurements: the form of a case file, with something in ``ccta``.

    Raises:
        CaseError: The file cannot be read, holds mistakes, or holds no measurement.
    """
    sheet = read_case(path, vocabulary, named=False)
    if not any(reading.group == CT for reading in sheet.readings.values()):
        found = f"there is nothing measured on CT in this file, which needs a '{CT}' group"
        mend = (
            "Give the measurements.json that 'cto-cds quantify' writes; the case comes before it."
        )
        raise CaseError(Problem(Place(str(path)), found, mend))
    return sheet


def read_case_text(
    text: str, source: str, vocabulary: Vocabulary, *, named: bool = True
) -> FactSheet:
    """Read a case from text that another program hands over; otherwise as :func:`read_case`."""
    book = Notebook(source)
    try:
        root = parse(text, source)
    except UnreadableDocumentError as fault:
        if fault.root is None:
            raise CaseError.of(fault.problems) from None
        root = fault.root
        book.problems.extend(fault.problems)
    fields = Fields(root, book, "the case file")
    _check_format(fields, book)
    case = _name(fields, book, required=named)
    readings: dict[str, Reading] = {}
    present = []
    for group in vocabulary.groups:
        node = fields.take(group)
        if node is not None:
            present.append(group)
            for reading in _read_group(group, node, vocabulary, book):
                readings[reading.path] = reading
    notes = _study_notes(fields.take("study"), book)
    for reading in _doubts(fields.items("needs_review"), vocabulary, book):
        known = readings.get(reading.path, reading)
        readings[reading.path] = replace(known, status=reading.status, note=reading.note)
    fields.entries("marks")
    _check_figures(fields.items("figures"), book)
    fields.done()
    book.problems.extend(_larger_than_possible(readings, vocabulary))
    book.problems.extend(of_two_lesions(readings, vocabulary))
    if book.problems:
        raise CaseError.of(book.problems)
    readings.update(implied(readings, present, vocabulary, source) if named else {})
    ordered = {path: readings[path] for path in vocabulary.by_path if path in readings}
    return FactSheet(case, ordered, source, notes)


def _larger_than_possible(
    readings: Mapping[str, Reading], vocabulary: Vocabulary
) -> Iterator[Problem]:
    """Find numbers that are larger than the number that includes them."""
    for path, reading in readings.items():
        fact = vocabulary.of(path)
        whole = readings.get(f"{reading.group}.{fact.at_most}")
        mine, other = reading.known, whole.known if whole else None
        if (
            isinstance(mine, Quantity)
            and isinstance(other, Quantity)
            and mine.number > other.number
        ):
            found = f"{path} is {mine}, more than {reading.group}.{fact.at_most}, which is {other}"
            yield Problem(reading.place, found, "The second includes the first; correct one.")


def _name(fields: Fields, book: Notebook, *, required: bool) -> str:
    node = fields.node.get("case") if isinstance(fields.node, MapNode) else None
    if isinstance(node, TextNode) and not node.quoted and node.text in NO_NAMES:
        mend = "Write the name of the case; in quotes, if this is its name."
        book.note(node, f"'{node.told}' is not the name of a case", mend, "case")
    name = fields.text("case", required=required)
    if node is not None and len(name) > LONGEST_NAME:
        found = f"the name of the case has {len(name)} letters"
        book.note(node, found, f"Give it a name of at most {LONGEST_NAME}.", "case")
    return name


def _check_format(fields: Fields, book: Notebook) -> None:
    node = fields.node.get("format") if isinstance(fields.node, MapNode) else None
    text = fields.text("format", required=True)
    if text and text != FORMAT and not _is_format(node):
        found = f"format {brief(text)} is not known to this version"
        book.note(fields.node, found, f"This version reads format {FORMAT}.", "format")


def _is_format(node: Node | None) -> bool:
    """Whether a program wrote the number of the format in another way, such as 1.0."""
    if not isinstance(node, TextNode) or node.quoted:
        return False
    text = written_out(node)
    return NUMBER.fullmatch(text) is not None and Decimal(text) == Decimal(FORMAT)


def _read_group(group: str, node: Node, vocabulary: Vocabulary, book: Notebook) -> list[Reading]:
    if isinstance(node, TextNode) and not node.text:
        return []
    if not isinstance(node, MapNode):
        found = f"'{group}' must be a mapping of names to values, not {describe(node)}"
        book.note(node, found, "Write one 'name: value' on each line below it.")
        return []
    readings = []
    for key, value in node.entries:
        fact = vocabulary.by_path.get(f"{group}.{key.text}")
        if fact is None:
            book.note(key, *_unknown_name(group, key.text, vocabulary), key=key.told)
        else:
            readings.append(_read_fact(f"{group}.{key.text}", value, fact, book))
    return readings


def _unknown_name(group: str, name: str, vocabulary: Vocabulary) -> tuple[str, str]:
    elsewhere = vocabulary.facts.get(name)
    if elsewhere is not None:
        found = f"'{brief(name)}' is not read in the group '{group}'"
        return found, f"It belongs in: {', '.join(elsewhere.groups)}."
    found = f"'{brief(name)}' is not the name of a fact of '{group}'"
    return found, nearest(name, vocabulary.names_in(group))


def _read_fact(path: str, node: Node, fact: FactType, book: Notebook) -> Reading:
    if not isinstance(node, MapNode):
        return Reading(path, _value(node, fact, book, path), place=_place(node, book))
    fields = Fields(node, book, f"the value of {path}")
    value_node = fields.take("value", required=True)
    value = None if value_node is None else _value(value_node, fact, book, path)
    sd_node = fields.take("sd")
    sd = None if sd_node is None else _sd(sd_node, fact, book, path)
    status = fields.word("status", STATUSES, default="")
    source, time = fields.text("source"), fields.text("time")
    confirmed_by, note = fields.text("confirmed_by"), fields.text("note")
    fields.done()
    place = _place(value_node or node, book)
    return Reading(path, value, sd, source, status, time, confirmed_by, note, place)


def _place(node: Node, book: Notebook) -> Place:
    return Place(book.source, node.line, node.column)


def _value(node: Node, fact: FactType, book: Notebook, path: str) -> Value | None:
    if isinstance(node, TextNode) and node.text == "unknown":
        return None
    if fact.list_of:
        return _id_list(node, fact, book, path)
    if not isinstance(node, TextNode):
        book.note(node, f"{path} must be one value, not {describe(node)}", _allowed(fact), path)
        return None
    if not node.text or node.text in {"null", "~"}:
        mend = f"Write unknown, or leave the line out. {_allowed(fact)}"
        book.note(node, f"{path} has no value", mend, path)
        return None
    if node.text in fact.words:
        return node.text
    if fact.numeric:
        return _number(node, fact, book, path)
    mend = nearest(node.text, (*fact.words, "unknown"))
    mend = _allowed(fact) if mend.startswith("Allowed") else f"{mend} {_allowed(fact)}"
    book.note(node, f"'{node.told}' is not a word of {path}", mend, path)
    return None


def _allowed(fact: FactType) -> str:
    nothing = "; [] for none" if fact.list_of else ""
    return f"Allowed: {fact.allowed}{nothing}; or unknown."


def _id_list(node: Node, fact: FactType, book: Notebook, path: str) -> tuple[str, ...] | None:
    if not isinstance(node, ListNode):
        book.note(node, f"{path} must be a list, not {describe(node)}", _allowed(fact), path)
        return None
    ids: list[str] = []
    for item in node.items:
        if isinstance(item, TextNode) and item.text in ids:
            found = f"'{item.told}' stands twice in {path}"
            book.note(item, found, "Keep one of the two.", path)
        elif isinstance(item, TextNode) and item.text in fact.words:
            ids.append(item.text)
        else:
            word = item.text if isinstance(item, TextNode) else ""
            found = f"{describe(item)} is not one of the {fact.list_of} ids"
            book.note(item, found, nearest(word, fact.words), path)
    return tuple(ids)


def _number(node: TextNode, fact: FactType, book: Notebook, path: str) -> Quantity | None:
    number, _, unit = " ".join(written_out(node).split()).partition(" ")
    if not NUMBER.fullmatch(number):
        mend = f"{_allowed(fact)} Put a space between number and unit, and a point, not a comma."
        book.note(node, f"'{node.told}' is not a value of {path}", mend, path)
        return None
    if unit != fact.unit:
        book.note(node, *_wrong_unit(node.told, number, brief(unit), fact, path), key=path)
        return None
    value = Decimal(number)
    if not fact.unit and value != value.to_integral_value():
        book.note(node, f"'{brief(number)}' is not a whole number", _allowed(fact), path)
        return None
    if not fact.plausible(value):
        book.note(node, f"{node.told} is not plausible for {path}", _allowed(fact), path)
        return None
    return Quantity(value if fact.unit else value.to_integral_value(), fact.unit)


def _wrong_unit(text: str, number: str, unit: str, fact: FactType, path: str) -> tuple[str, str]:
    if not fact.unit:
        return (
            f"'{text}' has a unit, and {path} has none",
            f"Write {brief(number)}. {_allowed(fact)}",
        )
    if not unit:
        example = f", such as '{number} {fact.unit}'" if fact.plausible(Decimal(number)) else ""
        mend = f"Write it with its unit{example}. {_allowed(fact)}"
        return f"'{text}' has no unit; {path} is in {fact.unit}", mend
    mend = f"Give the value in {fact.unit}; nothing is converted. {_allowed(fact)}"
    return f"'{text}' is in {unit}; {path} is in {fact.unit}", mend


def _sd(node: Node, fact: FactType, book: Notebook, path: str) -> Quantity | None:
    text = written_out(node) if isinstance(node, TextNode) else ""
    number, _, unit = " ".join(text.split()).partition(" ")
    if fact.numeric and NUMBER.fullmatch(number) and unit == fact.unit and Decimal(number) >= 0:
        if fact.width is None or Decimal(number) <= fact.width:
            return Quantity(Decimal(number), fact.unit)
        most = f"{plain(fact.width)} {fact.unit}".rstrip()
        found = f"{brief(text)} is more than an uncertainty of {path} can be"
        mend = f"Write one standard deviation of at most {most}, the width of the plausible range."
        book.note(node, found, mend, path)
        return None
    mend = "Take 'sd' out; only a number has an uncertainty."
    if fact.numeric:
        mend = f"Write one standard deviation such as '{f'0.5 {fact.unit}'.rstrip()}'."
    book.note(node, f"{describe(node)} is not an uncertainty of {path}", mend, path)
    return None


def _study_notes(node: Node | None, book: Notebook) -> tuple[str, ...]:
    """The notes of the measuring program; whatever else it says of its study is its own."""
    if node is None:
        return ()
    fields = Fields(node, book, "the study")
    notes = fields.texts("notes")
    for _ in fields.rest():
        pass
    return notes


def _check_figures(nodes: tuple[Node, ...], book: Notebook) -> None:
    for node in nodes:
        if not isinstance(node, TextNode) or not node.text.strip():
            found = f"a figure is the name of a picture, not {describe(node)}"
            book.note(node, found, "Write names such as vessel.png.", "figures")


def _doubts(nodes: tuple[Node, ...], vocabulary: Vocabulary, book: Notebook) -> list[Reading]:
    """The measurements that a person has to review: shown, and unknown to the rules."""
    readings = []
    for node in nodes:
        fields = Fields(node, book, "an entry of needs_review")
        name = fields.text("fact", required=True)
        because = fields.text("because", required=True)
        fields.done()
        path = name if "." in name else f"{CT}.{name}"
        if name and path not in vocabulary.by_path:
            book.note(
                node,
                f"'{brief(name)}' is not the name of a fact",
                nearest(path, vocabulary.by_path),
            )
        elif name:
            place = _place(node, book)
            readings.append(Reading(path, None, status="needs_review", note=because, place=place))
    return readings
