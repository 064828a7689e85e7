"""What follows from the readings of a case by the vocabulary alone, before any rule reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading, Value
from cto_cds.facts.vocabulary import Vocabulary


def concluded(sheet: FactSheet, vocabulary: Vocabulary) -> FactSheet:
    """Return a sheet with what follows from it.

    A fact that follows from the word of another is added where nothing is said of it, and the
    readings of a place that says of itself that it cannot be read are left to review. Concluding
    twice changes nothing more.
    """
    void = {reading.path: reading for reading in _void(sheet, vocabulary)}
    readable = replace(sheet, readings={**sheet.readings, **void}) if void else sheet
    added = {reading.path: reading for reading in _following(readable, vocabulary)}
    if not void and not added:
        return sheet
    texts = {text for reading in added.values() for text in (reading.source,)}
    texts |= {vocabulary.void_note(group) for group in vocabulary.void_when}
    return replace(
        readable,
        readings={**readable.readings, **added},
        program_texts=sheet.program_texts | texts,
    )


def _void(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[Reading]:
    for group, (name, word) in vocabulary.void_when.items():
        telling = f"{group}.{name}"
        if sheet.known(telling) != word:
            continue
        for reading in sheet.readings.values():
            if reading.group == group and reading.path != telling and reading.known is not None:
                yield replace(reading, status="needs_review", note=vocabulary.void_note(group))


def follows(
    path: str, known: Callable[[str], Value | None], vocabulary: Vocabulary
) -> tuple[Value, str] | None:
    """Return what a fact must be by another of its place, and the place that tells; None if open.

    It follows from a word of another fact, or from a number that is never smaller and as small as
    can be.
    """
    fact = vocabulary.of(path)
    group = path.partition(".")[0]
    for following in fact.follows:
        telling = f"{group}.{following.fact}"
        if known(telling) == following.word:
            return following.value, telling
    if not fact.at_most:
        return None
    telling = f"{group}.{fact.at_most}"
    value = known(telling)
    found = follows(telling, known, vocabulary) if value is None else (value, telling)
    least = Quantity(fact.low, fact.unit) if fact.low is not None else None
    return found if found and found[0] == least else None


def _following(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[Reading]:
    for path, fact in vocabulary.by_path.items():
        may_follow = (fact.follows or fact.at_most) and path not in sheet.readings
        found = follows(path, sheet.known, vocabulary) if may_follow else None
        if found:
            value, telling = found
            source = f"follows from: {vocabulary.of(telling).title} {sheet.readings[telling].value}"
            yield Reading(path, value, source=source, place=sheet.readings[telling].place)
