"""What a channel decided, in plain values that can be compared and sent between processes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

Path = tuple[tuple[str, str], ...]
"""The decisions taken on one way through an algorithm, each with its branch."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything one channel decided about one case.

    Attributes:
        fired: For each block, in the order of its rules, ``unit/T`` or ``unit/F`` for every unit
            that is certainly true or certainly false. A unit that is missing is unknown.
        findings: For each finding, the values it may still have, as text; empty for any.
        totals: For each score, every total that is still possible, rising; for a score with
            scenarios, without the points of a strategy, and as ``score@strategy`` with them.
        grades: For the same, the grades of those totals, each once.
        paths: For each algorithm, every way that is still possible.
    """

    fired: Mapping[str, tuple[str, ...]]
    findings: Mapping[str, tuple[str, ...]]
    totals: Mapping[str, tuple[str, ...]]
    grades: Mapping[str, tuple[str, ...]]
    paths: Mapping[str, tuple[Path, ...]]

    def to_bytes(self) -> bytes:
        """Return canonical JSON."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Verdict:
        """Read what :meth:`to_bytes` wrote."""
        raw = json.loads(data)
        tables = {
            key: {name: tuple(items) for name, items in raw[key].items()}
            for key in ("fired", "findings", "totals", "grades")
        }
        paths = {
            name: tuple(tuple((node, branch) for node, branch in path) for path in items)
            for name, items in raw["paths"].items()
        }
        return cls(**tables, paths=paths)

    def differences(self, other: Verdict) -> list[str]:
        """Return one line for each place where two verdicts differ."""
        lines: list[str] = []
        for table in ("fired", "findings", "totals", "grades", "paths"):
            mine, theirs = getattr(self, table), getattr(other, table)
            lines.extend(
                f"{table} of {name}: {mine.get(name)} against {theirs.get(name)}"
                for name in sorted({*mine, *theirs})
                if mine.get(name) != theirs.get(name)
            )
        return lines


def scenario_key(score: str, strategy: str) -> str:
    """Return the key of a score under one strategy."""
    return f"{score}@{strategy}"
