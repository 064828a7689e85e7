"""The same id and version always mean the same: a changed meaning needs a new version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cto_cds.errors import Problem
from cto_cds.rulefile.model import Rule

VERSIONS = "versions.yaml"


def key_of(rule: Rule) -> str:
    """Return ``id@version``."""
    return f"{rule.id}@{rule.header.version}"


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
