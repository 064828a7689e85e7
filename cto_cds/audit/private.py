"""A case as a record may keep it: nothing in the words of a person.

Only a person writes the name of a person. So the rule does not look for names: every text that
no known program wrote gives way to its pseudonym. The same text has the same pseudonym, and who
has the key can tell whether a record holds a text that they know.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from cto_cds.audit.pseudonym import pseudonym
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading


def private(sheet: FactSheet, key: bytes, program_texts: Collection[str]) -> FactSheet:
    """Return a case without its name and without any text of a person.

    Values, uncertainties and statuses stay: they are numbers and words of the vocabulary.

    Args:
        sheet: The case.
        key: The key for pseudonyms.
        program_texts: The texts that a program is known to have written.

    Raises:
        AuditError: The case has no name.
    """

    def hidden(text: str) -> str:
        return text if text in program_texts or not text.strip() else pseudonym(text, key)

    return FactSheet(
        pseudonym(sheet.case, key),
        {path: _reading(reading, hidden) for path, reading in sheet.readings.items()},
        notes=tuple(hidden(note) for note in sheet.notes),
    )


def _reading(reading: Reading, hidden: Callable[[str], str]) -> Reading:
    return replace(
        reading,
        source=hidden(reading.source),
        time=hidden(reading.time),
        confirmed_by=hidden(reading.confirmed_by),
        note=hidden(reading.note),
    )
