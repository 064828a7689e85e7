"""Blocks matched together: each call of the engine has a price, so blocks share one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from cto_cds.engine.block import Block, FlatRule
from cto_cds.engine.limits import check_block
from cto_cds.engine.normal_form import atoms_of, flat_block
from cto_cds.engine.units import UnitBlock
from cto_cds.rulefile.condition import Leaf

SEPARATOR = "\n"
"""Between the id of a block and that of its rule; no id of a rule file holds it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some blocks as one.

    Attributes:
        block: Their rules; the id of each begins with the id of its own block.
        atoms: The comparisons by the names of their atoms.
        assuming: For some of the atoms, the facts that are read as a given word while unknown.
    """

    block: Block
    atoms: Mapping[str, Leaf]
    assuming: Mapping[str, Mapping[str, str]]

    def with_block(self, other: Bundle) -> Bundle:
        """Return both as one."""
        rules = (*self.block.rules, *other.block.rules)
        return replace(
            self,
            block=replace(self.block, rules=rules),
            atoms={**self.atoms, **other.atoms},
            assuming={**self.assuming, **other.assuming},
        )


def bundle_of(block: UnitBlock) -> tuple[Bundle, dict[str, str]]:
    """Return a block alone, and its units that hold or fail whatever the case, as entries."""
    flat, constant = flat_block(block)
    mark = "".join(f"; unknown {path} is {word}" for path, word in block.read_unknown_as.items())
    rules = tuple(
        FlatRule(
            f"{block.id}{SEPARATOR}{rule.id}",
            tuple(sorted((f"{atom}{mark}", letter) for atom, letter in rule.needs)),
        )
        for rule in flat.rules
    )
    atoms = {f"{atom}{mark}": leaf for atom, leaf in atoms_of(block).items()}
    assuming = dict.fromkeys(atoms, block.read_unknown_as) if mark else {}
    entries = {unit: f"{unit}/{letter}" for unit, letter in constant.items()}
    return Bundle(Block(block.id, rules), atoms, assuming), entries


def bundled(bundles: Iterable[Bundle]) -> Iterator[Bundle]:
    """Join neighbours as long as the cage takes them."""
    current: Bundle | None = None
    for bundle in bundles:
        if current is None:
            current = bundle
            continue
        joined = current.with_block(bundle)
        if not check_block(joined.block):
            current = joined
        else:
            yield current
            current = bundle
    if current is not None:
        yield current


def split(rule: str) -> tuple[str, str, str]:
    """Return the block, the unit, and the unit with its letter, of a rule of a bundle."""
    block, _, rest = rule.partition(SEPARATOR)
    entry, _ = rest.rsplit("/", 1)
    unit, _ = entry.rsplit("/", 1)
    return block, unit, entry
