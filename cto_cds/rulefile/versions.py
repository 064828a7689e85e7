"""The same id and version always mean the same: a changed meaning needs a new version."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cto_cds.errors import Place, Problem
from cto_cds.facts.document import MapNode, Node, TextNode
from cto_cds.rulefile.model import Rule

VERSIONS = "versions.yaml"


def key_of(rule: Rule) -> str:
    """Return ``id@version``."""
    return f"{rule.id}@{rule.header.version}"


@dataclass(slots=True)
class Records:
    """What versions are recorded to mean, by ``id@version``; what was recorded first stays.

    ``withdrawn`` holds why rules were given up, by their id: their files are missing on purpose.
    """

    meanings: dict[str, str] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    withdrawn: dict[str, str] = field(default_factory=dict)
    withdrawn_at: dict[str, Place] = field(default_factory=dict)

    def read(self, root: Node, source: str) -> Iterator[Problem]:
        """Add what one file records."""
        for key, meaning, place in _entries(root, "meanings", source):
            yield from self.add(key, meaning, place)
        for name, why, place in _entries(root, "withdrawn", source):
            if not why:
                mend = "Say in one sentence what became of it."
                yield Problem(place, f"'{name}' is withdrawn without a reason", mend)
            self.withdrawn.setdefault(name, why)
            self.withdrawn_at.setdefault(name, place)

    def without_file(self, on_file: Collection[str]) -> Iterator[tuple[str, Place]]:
        """Yield each recorded rule, and where, that has no file and was not withdrawn."""
        last = {key.rpartition("@")[0]: place for key, place in self.places.items()}
        for name, place in last.items():
            if name not in on_file and name not in self.withdrawn:
                yield name, place

    def still_on_file(self, on_file: Collection[str]) -> Iterator[Problem]:
        """Yield a problem for each rule that is withdrawn and has a file all the same."""
        for name, place in self.withdrawn_at.items():
            if name in on_file:
                mend = "Take it out of 'withdrawn', or take the file away."
                yield Problem(place, f"'{name}' is withdrawn, but there is a file for it", mend)

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


def _entries(root: Node, section: str, source: str) -> Iterator[tuple[str, str, Place]]:
    table = root.get(section) if isinstance(root, MapNode) else None
    for key, value in table.entries if isinstance(table, MapNode) else ():
        text = value.text if isinstance(value, TextNode) else ""
        yield key.text, text, Place(source, key.line, key.column)


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


def recorded_text(
    rules: Iterable[Rule], recorded: Mapping[str, str], withdrawn: Mapping[str, str] | None = None
) -> str:
    """Return the text of the file with every rule recorded; nothing recorded is ever lost."""
    table = {**recorded, **{key_of(rule): rule.meaning for rule in rules}}
    lines = [f'  "{key}": {meaning}' for key, meaning in sorted(table.items())]
    given_up = [f"  {name}: {json.dumps(why)}" for name, why in sorted((withdrawn or {}).items())]
    head = [
        "# Written by 'cto-cds check --record'. What each version of each rule means: the SHA-256",
        "# of its file without tests, comments and layout. Entries are only ever added. A rule",
        "# whose file is taken away is named under 'withdrawn:', with what became of it.",
        "format: 1",
        "kind: versions",
        *(["withdrawn:"] if given_up else []),
        *given_up,
        "meanings:",
    ]
    return "\n".join([*head, *lines]) + "\n"
