"""The results of another program, as measurements."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from cto_cds.errors import CaseError, Place, Problem
from cto_cds.facts.case import CT, LARGEST_BYTES
from cto_cds.facts.fields import nearest
from cto_cds.facts.mapping import KINDS, POINTER, MappedFact, ResultsMapping
from cto_cds.facts.measured import MeasuredFact, Measurements
from cto_cds.facts.opening import text_of
from cto_cds.facts.vocabulary import FactType, Vocabulary

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of the results, as it stands there.

    Attributes:
        text: Empty when there is nothing.
        place: Where it stands.
    """

    text: str
    place: Place


def read_results(path: Path, mapping: ResultsMapping, vocabulary: Vocabulary) -> Measurements:
    """Read results as a mapping says.

    Args:
        path: A CSV or JSON file.
        mapping: What stands where in it.
        vocabulary: The facts that exist.

    Raises:
        CaseError: The file cannot be read, or does not hold what the mapping says; every
            mistake is named.
    """
    text = _text(path)
    find = _csv(text, path, mapping) if mapping.kind == KINDS[0] else _json(text, path)
    facts: list[MeasuredFact] = []
    empty: list[str] = []
    problems: list[Problem] = []
    for mapped in mapping.facts:
        try:
            fact = _measured(mapped, find, mapping, vocabulary)
        except CaseError as fault:
            problems += fault.problems
        else:
            if fact is None:
                empty.append(mapped.name)
            else:
                facts.append(fact)
    if problems:
        raise CaseError.of(problems)
    notes = [f"Read from {path.name} with the mapping {Path(mapping.file).name}."]
    if empty:
        notes.append(f"Nothing stands in {path.name} for: {', '.join(empty)}.")
    if not facts:
        mend = "Check 'row' and 'unknown' of the mapping, or that the file is the right one."
        raise CaseError(Problem(Place(str(path)), "holds no value for any mapped fact", mend))
    return Measurements(mapping.source, tuple(facts), notes=tuple(notes))


def _text(path: Path) -> str:
    place = Place(str(path))
    try:
        if path.stat().st_size > LARGEST_BYTES:
            found = f"the file is larger than {LARGEST_BYTES} bytes"
            raise CaseError(Problem(place, found, "Export the results of one lesion."))
        return text_of(path, "utf-8-sig")
    except OSError as fault:
        found = f"the file cannot be read: {fault.strerror or fault}"
        raise CaseError(Problem(place, found, "Give the path of the results.")) from None
    except UnicodeDecodeError:
        raise CaseError(
            Problem(place, "the file is not UTF-8 text", "Save the file as UTF-8 text.")
        ) from None


def _csv(text: str, path: Path, mapping: ResultsMapping) -> Callable[[str, Place], Cell]:
    """Return what finds the cell of a column in the row that the mapping names."""
    source = str(path)
    reader = csv.reader(io.StringIO(text), delimiter=mapping.separator, strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        place = Place(source, reader.line_num, 1)
        mend = "Check 'separator' of the mapping."
        raise CaseError(Problem(place, f"is not CSV: {error}", mend)) from error
    header = [name.strip() for name in rows[0][1]] if rows else []

    def column(name: str, asked: Place) -> int:
        if header.count(name) == 1:
            return header.index(name)
        if name in header:
            found = f"'{name}' is the name of {header.count(name)} columns of {source}"
            mend = "Which is meant is not guessed: give each column a name of its own."
        else:
            found, mend = f"'{name}' is not a column of {source}", nearest(name, header)
        raise CaseError(Problem(asked, found, mend))

    wanted = {column(name, Place(mapping.file, key="row")): v for name, v in mapping.row.items()}
    line, row = _row(source, rows, wanted)

    def find(name: str, asked: Place) -> Cell:
        at = column(name, asked)
        cell = row[at].strip() if at < len(row) else ""
        return Cell(cell, Place(source, line, at + 1, name))

    return find


def _row(
    source: str, rows: list[tuple[int, list[str]]], wanted: Mapping[int, str]
) -> tuple[int, list[str]]:
    found = [
        (line, row)
        for line, row in rows[1:]
        if all(at < len(row) and row[at].strip() == value for at, value in wanted.items())
    ]
    if len(found) == 1:
        return found[0]
    what = f"has {len(found)} rows" + (" that 'row' of the mapping describes" if wanted else "")
    mend = "Name the one row in the mapping, such as row: {Vessel: RCA}."
    raise CaseError(Problem(Place(source), what, mend))


def _json(text: str, path: Path) -> Callable[[str, Place], Cell]:
    """Return what finds the value that a pointer names. Numbers stay as they are written."""
    source = str(path)
    try:
        content = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        mend = "Give the results as JSON, or say read: csv in the mapping."
        raise CaseError(Problem(Place(source), f"is not JSON: {error}", mend)) from error

    def find(pointer: str, asked: Place) -> Cell:
        value: Any = content
        for part in pointer.split(POINTER)[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and key in value:
                value = value[key]
            elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
                value = value[int(key)]
            else:
                known = list(value) if isinstance(value, dict) else []
                found = f"'{pointer}' points to nothing in {source}, from '{key}' on"
                raise CaseError(Problem(asked, found, nearest(key, map(str, known))))
        if isinstance(value, dict | list):
            mend = "Point to one value in it."
            raise CaseError(Problem(asked, f"'{pointer}' is no single value of {source}", mend))
        said = json.dumps(value) if isinstance(value, bool) else str(value)
        return Cell("" if value is None else said.strip(), Place(source, key=pointer))

    return find


def _measured(
    mapped: MappedFact,
    find: Callable[[str, Place], Cell],
    mapping: ResultsMapping,
    vocabulary: Vocabulary,
) -> MeasuredFact | None:
    """Return a fact, or None where its value is not known."""
    fact = vocabulary.of(f"{CT}.{mapped.name}")
    cell = find(mapped.place, mapped.node)
    if not cell.text or cell.text in mapping.unknown:
        return None
    word = mapped.words.get(cell.text, cell.text)
    if word in fact.words and (cell.text in mapped.words or not mapped.words):
        return MeasuredFact(mapped.name, word)
    if not fact.numeric:
        known = list(mapped.words) or list(fact.words)
        found = f"'{cell.text}' is not a word that the mapping knows for {mapped.name}"
        mend = f"{nearest(cell.text, known)} Add it to 'words', or to 'unknown'."
        raise CaseError(Problem(cell.place, found, mend))
    value = _number(cell, mapped, mapping, fact) * mapped.times
    if not fact.unit and value != value.to_integral_value():
        found = f"{cell.text} is not a whole number"
        raise CaseError(Problem(cell.place, found, f"Allowed: {fact.allowed}."))
    if not fact.plausible(value):
        found = f"{cell.text} {mapped.unit}".rstrip() + f" is not plausible for {mapped.name}"
        mend = f"Allowed: {fact.allowed}. Check 'unit' and 'times' of the mapping."
        raise CaseError(Problem(cell.place, found, mend))
    sd = _sd(mapped, find, mapping, fact)
    return MeasuredFact(mapped.name, value if fact.unit else int(value), fact.unit, sd)


def _sd(
    mapped: MappedFact,
    find: Callable[[str, Place], Cell],
    mapping: ResultsMapping,
    fact: FactType,
) -> Decimal | None:
    if not mapped.sd:
        return None
    try:
        cell = find(mapped.sd, replace(mapped.node, key=f"{mapped.name}, sd"))
    except CaseError as fault:
        says = "'sd' says where one standard deviation stands, as 'from' does for the value."
        told = (replace(problem, mend=f"{says} {problem.mend}") for problem in fault.problems)
        raise CaseError.of(told) from None
    if not cell.text or cell.text in mapping.unknown:
        return None
    sd = _number(cell, mapped, mapping, fact) * mapped.times
    if sd < 0:
        found = f"{cell.text} is not a standard deviation"
        raise CaseError(Problem(cell.place, found, "It is 0 or greater."))
    return sd


def _number(cell: Cell, mapped: MappedFact, mapping: ResultsMapping, fact: FactType) -> Decimal:
    """Return a number, which may be followed by the unit that the mapping names."""
    text = cell.text
    if mapped.unit and text.endswith(mapped.unit):
        text = text[: -len(mapped.unit)].rstrip()
    if mapping.decimal != ".":
        text = "" if "." in text else text.replace(mapping.decimal, ".")
    if not _NUMBER.fullmatch(text):
        found = f"'{cell.text}' is not a number with the decimal mark '{mapping.decimal}'"
        mend = f"Check 'decimal' and 'unknown' of the mapping. {fact.name} needs {fact.allowed}."
        raise CaseError(Problem(cell.place, found, mend))
    return Decimal(text)
