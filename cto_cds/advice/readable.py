"""Places whose readings are used although nobody has said that anything can be read there."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.advice import result
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.vocabulary import Vocabulary


def _unsaid(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[tuple[str, str, str]]:
    """Yield each such group, with the path of the fact that would tell and its telling word."""
    for group, (name, word) in vocabulary.void_when.items():
        telling = f"{group}.{name}"
        used = [path for path in sheet.readings if path.startswith(f"{group}.")]
        if sheet.known(telling) is None and any(sheet.known(path) is not None for path in used):
            yield group, telling, word


def taken_as_readable(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield one warning for each such group."""
    for group, telling, word in _unsaid(sheet, vocabulary):
        yield (
            f"{vocabulary.of(telling).title} ({telling}) is not known. What was read on "
            f"{vocabulary.groups[group]} is used as it stands; if it is {word}, none of it counts."
        )


def whether_readable(sheet: FactSheet, vocabulary: Vocabulary) -> Iterator[result.Ask]:
    """Yield what to ask for: whether each such group can be read."""
    for group, telling, word in _unsaid(sheet, vocabulary):
        fact = vocabulary.of(telling)
        yield result.Ask(
            fact=telling,
            title=fact.title,
            because=f"If it is {word}, nothing that was read on {vocabulary.groups[group]} counts.",
            how=fact.ask or None,
            changes="plan",
        )
