"""A block: the small, flat rule set that the matcher in the cage understands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FlatRule:
    """One rule of one block: it fires when every atom has the stated letter.

    Attributes:
        id: Unique in its block.
        needs: (atom, letter) pairs: at least one, sorted, each atom once.
    """

    id: str
    needs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A small rule set that is matched on one flat fact.

    Attributes:
        id: Unique in its cage.
        rules: In the order of the agenda.
    """

    id: str
    rules: tuple[FlatRule, ...]

    def atoms(self) -> tuple[str, ...]:
        """Return the names of all atoms that any rule needs, sorted."""
        return tuple(sorted({atom for rule in self.rules for atom, _ in rule.needs}))
