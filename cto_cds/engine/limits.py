"""What the cage takes. Beyond these limits durable_rules fails, hangs, crashes or is wrong.

==================  =====================  ====================================================
limit               durable_rules          beyond it
==================  =====================  ====================================================
60 atoms            64 conditions true     error 303 in every case that has them; of one atom one
                    at once                condition is true at most
180 conditions      512 under one node     hangs; 60 atoms with three letters each were tried
200 equal rules     255                    crash at 256
4000 rules          4096; priority 65535   error 106; a priority beyond 16 bits wraps round
100 characters      65 535 of a text       compared modulo 65 536
==================  =====================  ====================================================
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from cto_cds.engine.dialect import SENTINEL, field_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cto_cds.engine.block import Block, FlatRule

MAX_ATOMS = 60
MAX_CONDITIONS = 180
MAX_EQUAL_RULES = 200
MAX_RULES = 4000
MAX_LETTER_LENGTH = 100

_LETTER = re.compile(rf'[^\x00-\x1f"\\\x7f-\U0010ffff]{{1,{MAX_LETTER_LENGTH}}}')
_NAMES_OF_DURABLE_RULES = ("id", "sid", "$s", "$forward", "$time", "$pulse")


def check_block(block: Block) -> tuple[str, ...]:
    """Return, in plain words, why the block does not fit the cage; nothing if it does."""
    return (*_size_reasons(block), *_rule_reasons(block), *_name_reasons(block))


def is_letter(text: object) -> bool:
    """Tell whether this is 1 to 100 printable ASCII characters without " and backslash."""
    return isinstance(text, str) and _LETTER.fullmatch(text) is not None


def names_collide(names: Iterable[str]) -> bool:
    """Tell whether durable_rules, which compares 32-bit hashes, would take two names for one."""
    hashes = [_fnv1a(name) for name in names]
    return len(set(hashes)) < len(hashes)


def _size_reasons(block: Block) -> Iterator[str]:
    conditions = {need for rule in block.rules for need in rule.needs}
    equal_rules = Counter(rule.needs for rule in block.rules)
    sizes = (
        (len(block.rules), MAX_RULES, "rules"),
        (len(block.atoms()), MAX_ATOMS, "atoms"),
        (len(conditions), MAX_CONDITIONS, "different conditions"),
        (max(equal_rules.values(), default=0), MAX_EQUAL_RULES, "rules with the same conditions"),
    )
    for size, most, what in sizes:
        if size > most:
            yield f"it has {size} {what}; at most {most} fit"


def _rule_reasons(block: Block) -> Iterator[str]:
    ids = Counter(rule.id for rule in block.rules)
    yield from (f"the rule id {id_!r} is used {n} times" for id_, n in ids.items() if n > 1)
    for rule in block.rules:
        yield from (f"rule {rule.id!r} {reason}" for reason in _need_reasons(rule))


def _need_reasons(rule: FlatRule) -> Iterator[str]:
    atoms = [atom for atom, _ in rule.needs]
    if not atoms:
        yield "has no condition"
    if len(set(atoms)) < len(atoms):
        yield "names an atom more than once"
    if list(rule.needs) != sorted(rule.needs):
        yield "has its conditions out of order"
    for atom, letter in rule.needs:
        if not is_letter(letter):
            yield f"needs {letter!r} of atom {atom!r}, which is not a letter the cage takes"


def _name_reasons(block: Block) -> Iterator[str]:
    if names_collide((*field_names(block).values(), *SENTINEL, *_NAMES_OF_DURABLE_RULES)):
        yield "two of its generated names have the same hash"


def _fnv1a(name: str) -> int:
    value = 2166136261
    for byte in name.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value
