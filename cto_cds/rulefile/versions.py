"""The same id and version always mean the same: a changed meaning needs a new version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cto_cds.errors import Place, Problem
from cto_cds.rulefile.model import Rule

VERSIONS = "versions.yaml"


def key_of(rule: Rule) -> str:
    """Return ``id@version``."""
    return f"{rule.id}@{rule.header.version}"


@dataclass(slots=True)
class Records:
    """What versions are recorded to mean, by ``id@version``; what was recorded first stays."""

    meanings: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    def add(self, key: str, meaning: str, place: Place) -> Iterator[Problem]:
        """Add one record, or yield the problem that it contradicts one from before."""
        if self.meanings.setdefault(key, meaning) == meaning:
            self.places.setdefault(key, place)
            return
        found = f"'{key}' is already recorded with another meaning by {self.places[key].source}"
        mend = "Take this record out; another meaning needs another version."
        yield Problem(place, found, mend)

    def keep(self, key: str, meaning: str) -> None:
        """Add the meaning of a rule that is replaced, unless its version is recorded."""
        self.meanings.setdefault(key, meaning)


def check_versions(rules: Iterable[Rule], recorded: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each rule whose recorded version meant something else."""
    for rule in rules:
        meaning = recorded.get(key_of(rule))
        if meaning is not None and meaning != rule.meaning:
            found = f"{rule.id} has another meaning than {key_of(rule)} had when it was recorded"
            mend = "Raise 'version:', then run 'cto-cds check --record'."
            yield Problem(rule.header.place, found, mend)


def unrecorded(rules: Iterable[Rule], recorded: Mapping[str, str]) -> list[Rule]:
    """Return the rules whose version has not been recorded yet."""
    return [rule for rule in rules if key_of(rule) not in recorded]


def recorded_text(rules: Iterable[Rule], recorded: Mapping[str, str]) -> str:
    """Return the text of the file with every rule recorded; nothing recorded is ever lost."""
    table = {**recorded, **{key_of(rule): rule.meaning for rule in rules}}
    lines = [f'  "{key}": {meaning}' for key, meaning in sorted(table.items())]
    head = [
        "# Written by 'cto-cds check --record'. What each version of each rule means: the SHA-256",
        "# of its file without tests, comments and layout. Entries are only ever added.",
        "format: 1",
        "kind: versions",
        "meanings:",
    ]
    return "\n".join([*head, *lines]) + "\n"
