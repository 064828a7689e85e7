"""The part of durable_rules' JSON that is sound: flat conjunctions of text on one fact.

Every name that durable_rules sees is made here, so that nothing an author writes can collide with
another name or with a word of durable_rules. Letters are passed on as they are; ``limits`` says
which are allowed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cto_cds.engine.block import Block

SENTINEL_RULE = "end"
SENTINEL_PRIORITY = 65535
SENTINEL = {"case": "y"}

_written = json.JSONEncoder(allow_nan=False).encode
_SENTINEL_ENTRY = _written(SENTINEL)[1:-1]


def field_name(index: int) -> str:
    """Return the name that durable_rules sees for the atom with this index."""
    return f"a{index:03d}"


def rule_name(index: int) -> str:
    """Return the name that durable_rules sees for the rule with this index."""
    return f"r{index:03d}"


def field_names(block: Block) -> dict[str, str]:
    """Return the field of each atom, in the order in which fields stand in rules and facts.

    The order is the same in both because then durable_rules' stack of 64 partial matches never
    holds more entries than the fact has matching fields, however many rules there are.
    """
    return {atom: field_name(index) for index, atom in enumerate(block.atoms())}


def ruleset_text(block: Block) -> str:
    """Return the rules of the block, and the sentinel rule that fires last in every case."""
    fields = field_names(block)
    ruleset = {
        rule_name(index): _rule(index, [{fields[atom]: letter} for atom, letter in rule.needs])
        for index, rule in enumerate(block.rules)
    }
    ruleset[SENTINEL_RULE] = _rule(SENTINEL_PRIORITY, [SENTINEL])
    return _written(ruleset)


def entries_of(block: Block) -> dict[str, dict[str, str]]:
    """Return what a fact says of each atom, for each letter that some rule needs of it.

    No other letter can make a rule fire, so a fact says nothing of it.
    """
    fields = field_names(block)
    entries: dict[str, dict[str, str]] = {atom: {} for atom in fields}
    for rule in block.rules:
        for atom, letter in rule.needs:
            entries[atom][letter] = _written({fields[atom]: letter})[1:-1]
    return entries


def fact_text(entries: Mapping[str, Mapping[str, str]], atoms: Mapping[str, str], sid: str) -> str:
    """Return the one fact of a case.

    Args:
        entries: What a fact says of each atom, by its letter.
        atoms: The letter of every atom.
        sid: The session.
    """
    said = [entry[atoms[atom]] for atom, entry in entries.items() if atoms[atom] in entry]
    return ", ".join((f'{{"sid": "{sid}", "id": "1"', _SENTINEL_ENTRY, *said)) + "}"


def firing_text(rule: str, fact: str) -> str:
    """Return what durable_rules says, letter by letter, when the rule fires on the fact."""
    return f'{{"{rule}":{{"m":{fact}}}}}'


def fired_rule(message: str) -> str:
    """Return the name of the rule that the message is about."""
    return message[2 : message.find('"', 2)]


def _rule(priority: int, conditions: list[dict[str, str]]) -> dict[str, object]:
    return {"pri": priority, "all": [{"m": {"$and": conditions}}]}
