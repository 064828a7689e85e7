"""Blocks matched together: each call of the engine has a price, so blocks share one.

What several units need alike is one rule of the engine, however many blocks they stand in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from cto_cds.engine.block import Block, FlatRule
from cto_cds.engine.limits import MAX_ATOMS
from cto_cds.engine.normal_form import atoms_of, flat_block
from cto_cds.engine.units import UnitBlock
from cto_cds.rulefile.condition import Leaf

Needs = tuple[tuple[str, str], ...]


class Certain(NamedTuple):
    """A unit that is certainly true or certainly false.

    Attributes:
        block: The id of its block.
        unit: The unit.
        entry: The unit with its letter, such as ``length/T``.
    """

    block: str
    unit: str
    entry: str


@dataclass(frozen=True)
class Piece:
    """One block.

    Attributes:
        id: Its id.
        ways: What makes a unit certain, one way after another.
        atoms: The comparisons by the names of their atoms.
        assuming: For some of the atoms, the facts that are read as a given word while unknown.
    """

    id: str
    ways: tuple[tuple[Needs, Certain], ...]
    atoms: Mapping[str, Leaf]
    assuming: Mapping[str, Mapping[str, str]]

    @cached_property
    def conditions(self) -> frozenset[tuple[str, str]]:
        """Every condition of its ways."""
        return frozenset(need for needs, _ in self.ways for need in needs)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some blocks as one.

    Attributes:
        block: What the engine matches.
        certain: What is certain when a rule of the block fires.
        atoms: The comparisons by the names of their atoms.
        assuming: For some of the atoms, the facts that are read as a given word while unknown.
    """

    block: Block
    certain: Mapping[str, tuple[Certain, ...]]
    atoms: Mapping[str, Leaf]
    assuming: Mapping[str, Mapping[str, str]]

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> Bundle:
        """Return pieces as one."""
        together: dict[Needs, list[Certain]] = {}
        for piece in pieces:
            for needs, certain in piece.ways:
                together.setdefault(needs, []).append(certain)
        named = {str(number): needs for number, needs in enumerate(together)}
        return cls(
            Block(pieces[0].id, tuple(FlatRule(name, needs) for name, needs in named.items())),
            {name: tuple(together[needs]) for name, needs in named.items()},
            {atom: leaf for piece in pieces for atom, leaf in piece.atoms.items()},
            {atom: words for piece in pieces for atom, words in piece.assuming.items()},
        )


def piece_of(block: UnitBlock) -> tuple[Piece, dict[str, str]]:
    """Return a block alone, and its units that hold or fail whatever the case, as entries."""
    flat, constant = flat_block(block)
    mark = "".join(f"; unknown {path} is {word}" for path, word in block.read_unknown_as.items())
    ways = []
    for rule in flat.rules:
        entry = rule.id.rpartition("/")[0]
        needs = tuple(sorted((f"{atom}{mark}", letter) for atom, letter in rule.needs))
        ways.append((needs, Certain(block.id, entry.rpartition("/")[0], entry)))
    atoms = {f"{atom}{mark}": leaf for atom, leaf in atoms_of(block).items()}
    assuming = dict.fromkeys(atoms, block.read_unknown_as) if mark else {}
    entries = {unit: f"{unit}/{letter}" for unit, letter in constant.items()}
    return Piece(block.id, tuple(ways), atoms, assuming), entries


def bundled(pieces: Iterable[Piece]) -> Iterator[Bundle]:
    """Join neighbours as long as the cage takes them; those that begin alike are neighbours."""
    chosen: list[Piece] = []
    atoms: set[str] = set()
    for piece in sorted(pieces, key=lambda piece: sorted(piece.conditions)):
        if chosen and len(atoms | piece.atoms.keys()) > MAX_ATOMS:
            yield Bundle.of(chosen)
            chosen, atoms = [], set()
        chosen.append(piece)
        atoms |= piece.atoms.keys()
    if chosen:
        yield Bundle.of(chosen)
