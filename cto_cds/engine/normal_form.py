"""Conditions as flat rules: one rule for each way in which a unit is certainly true or false.

The name of an atom is the key of its comparison.
"""

from __future__ import annotations

from cto_cds.engine.block import Block, FlatRule
from cto_cds.engine.units import UnitBlock
from cto_cds.rulefile.condition import All, Any, Condition, Leaf, Not, leaves
from cto_cds.rulefile.truth import FALSE, TRUE, UNKNOWN

MOST_WAYS = 256
Way = frozenset[tuple[str, str]]

LETTERS = {TRUE: "T", FALSE: "F", UNKNOWN: "U"}


class TooManyWaysError(Exception):
    """A condition has more ways to hold than one block may list."""


def flat_block(block: UnitBlock) -> tuple[Block, dict[str, str]]:
    """Return the flat rules of a block, and the units that hold or fail whatever the case.

    Raises:
        TooManyWaysError: A condition is too branched.
    """
    rules: list[FlatRule] = []
    constant: dict[str, str] = {}
    for name, condition in block.units:
        for letter, ways in (("T", ways_true(condition)), ("F", ways_false(condition))):
            if frozenset() in ways:
                constant[name] = letter
                continue
            rules.extend(
                FlatRule(f"{name}/{letter}/{index}", tuple(sorted(way)))
                for index, way in enumerate(ways)
            )
    return Block(block.id, tuple(rules)), constant


def atoms_of(block: UnitBlock) -> dict[str, Leaf]:
    """Return the comparisons of a block by the names of their atoms."""
    return {leaf.key: leaf for _, condition in block.units for leaf in leaves(condition)}


def ways_true(condition: Condition) -> tuple[Way, ...]:
    """Return the sets of atom values under which a condition is certainly true."""
    if isinstance(condition, Leaf):
        return (frozenset({(condition.key, "T")}),)
    if isinstance(condition, Not):
        return ways_false(condition.part)
    parts = [ways_true(part) for part in condition.parts]
    return _product(parts) if isinstance(condition, All) else _union(parts)


def ways_false(condition: Condition) -> tuple[Way, ...]:
    """Return the sets of atom values under which a condition is certainly false."""
    if isinstance(condition, Leaf):
        return (frozenset({(condition.key, "F")}),)
    if isinstance(condition, Not):
        return ways_true(condition.part)
    parts = [ways_false(part) for part in condition.parts]
    return _product(parts) if isinstance(condition, Any) else _union(parts)


def _union(parts: list[tuple[Way, ...]]) -> tuple[Way, ...]:
    return _smallest([way for part in parts for way in part])


def _product(parts: list[tuple[Way, ...]]) -> tuple[Way, ...]:
    ways: list[Way] = [frozenset()]
    for part in parts:
        ways = list(_smallest([way | more for way in ways for more in part]))
    return tuple(ways)


def _smallest(ways: list[Way]) -> tuple[Way, ...]:
    """Leave out a way that asks for more than another, or for one atom to be true and false."""
    possible = [way for way in dict.fromkeys(ways) if len({atom for atom, _ in way}) == len(way)]
    kept = tuple(way for way in possible if not any(other < way for other in possible))
    if len(kept) > MOST_WAYS:
        raise TooManyWaysError
    return kept
