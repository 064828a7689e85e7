"""What follows from the readings of a case by the vocabulary alone, before any rule reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading
from cto_cds.facts.vocabulary import Vocabulary


def concluded(sheet: FactSheet, vocabulary: Vocabulary) -> FactSheet:
    """Return a sheet with what follows from it.

    A fact that follows from the word of another is added where nothing is said of it, and the
    readings of a place that says of itself that it cannot be read are left to review. Concluding
    twice changes nothing more.
    """
    void = {reading.path: reading for reading in _void(sheet, vocabulary)}
    added = {reading.path: reading for reading in _following(sheet, vocabulary)}
    if not void and not added:
        return sheet
    texts = {text for reading in added.values() for text in (reading.source,)}
    texts |= {vocabulary.void_note(group) for group in vocabulary.void_when}
    return replace(
        sheet,
        readings={**sheet.readings, **void, **added},
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


def _following(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[Reading]:
    for path, fact in vocabulary.by_path.items():
        for follows in fact.follows if path not in sheet.readings else ():
            telling = f"{path.partition('.')[0]}.{follows.fact}"
            if sheet.known(telling) == follows.word:
                title = vocabulary.of(telling).title
                source = f"follows from: {title} {follows.word}"
                place = sheet.readings[telling].place
                yield Reading(path, follows.value, source=source, place=place)
