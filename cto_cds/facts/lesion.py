"""All readings of a case are of one lesion, or none of them is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cto_cds.errors import Problem
from cto_cds.facts.value import Reading, shown
from cto_cds.facts.vocabulary import Vocabulary


def of_two_lesions(readings: Mapping[str, Reading], vocabulary: Vocabulary) -> Iterator[Problem]:
    """Find a fact that tells lesions apart and that two places read differently."""
    for fact in vocabulary.facts.values():
        if fact.same_everywhere:
            yield from _differing([readings.get(f"{group}.{fact.name}") for group in fact.groups])


def _differing(readings: list[Reading | None]) -> Iterator[Problem]:
    first: Reading | None = None
    for reading in readings:
        if reading is None or reading.known is None:
            continue
        first = first or reading
        if first.known is not None and reading.known != first.known:
            found = (
                f"{reading.path} is {shown(reading.known)}, and {first.path} is "
                f"{shown(first.known)}: these are two lesions"
            )
            mend = "Correct the one that is wrong, or take out the readings of the other lesion."
            yield Problem(reading.place, found, mend)
