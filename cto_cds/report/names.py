"""Titles for ids, so that a reader sees words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cto_cds.advice.result import Result
from cto_cds.report.wording import UNKNOWN

GROUPS = {
    "angiography": "angiography",
    "ccta": "CT",
    "ivus": "IVUS",
    "oct": "OCT",
    "center": "centre",
}


class Names:
    """Looks up the title of a strategy, technique, finding or fact.

    Args:
        result: Its own titles come first.
        more: Titles of what the result names by id only, such as techniques, in their order.
    """

    def __init__(self, result: Result, more: Mapping[str, str] | None = None) -> None:
        plan = result.recommendation
        self._barred = {veto.id for veto in plan.vetoed if veto.certain}
        self._held = {veto.id for veto in plan.vetoed} - self._barred
        self._titles = dict(more or {})
        self._positions = {name: position for position, name in enumerate(self._titles)}
        self._titles |= {path: fact.title for path, fact in result.facts.items()}
        self._titles |= {ask.fact: ask.title for ask in plan.ask_for}
        self._titles |= {name: finding.title for name, finding in result.findings.items()}
        self._titles |= {veto.id: veto.title for veto in plan.vetoed}
        self._titles |= {strategy.id: strategy.title for strategy in plan.strategies}

    def title(self, name: str) -> str:
        """Return the title of an id, or the id as words."""
        bare = name.rpartition(".")[2]
        return self._titles.get(name) or self._titles.get(bare) or bare.replace("_", " ")

    def or_barred(self, name: str) -> str:
        """Return the title of a strategy or technique, and that it is barred here or held back."""
        if name in self._barred:
            return f"{self.title(name)} (barred here)"
        return f"{self.title(name)} (held back)" if name in self._held else self.title(name)

    def position(self, name: str) -> int:
        """Return where a name stands in the list of those that the result names by id only."""
        return self._positions.get(name, len(self._positions))

    def place(self, path: str) -> str:
        """Return the title of a fact and where it is read: ``Stump (CT)``."""
        group, dot, _ = path.rpartition(".")
        return f"{self.title(path)} ({group_words(group)})" if dot else self.title(path)

    def titles(self, names: Iterable[str]) -> list[str]:
        """Return the titles of ids."""
        return [self.title(name) for name in names]

    def places(self, paths: Iterable[str]) -> list[str]:
        """Return the titles of facts with where they are read."""
        return [self.place(path) for path in paths]

    def missing(self, paths: Iterable[str]) -> list[str]:
        """Return facts that are not known, each once: ``Stump (angiography or CT)``."""
        places: dict[str, list[str]] = {}
        for path in paths:
            group, dot, _ = path.rpartition(".")
            found = places.setdefault(self.title(path), [])
            if dot and group_words(group) not in found:
                found.append(group_words(group))
        return [
            f"{title} ({' or '.join(found)})" if found else title for title, found in places.items()
        ]

    def value(self, value: str) -> str:
        """Return the value of a fact; a list of ids as titles."""
        if value.startswith("[") and value.endswith("]"):
            inside = value[1:-1]
            return ", ".join(self.titles(inside.split(", "))) if inside else "none"
        return value or UNKNOWN


def group_words(group: str) -> str:
    """Return the name of a group of facts as a reader knows it."""
    return GROUPS.get(group, group.replace("_", " "))
