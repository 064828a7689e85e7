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


def letters_needed(block: Block) -> dict[str, frozenset[str]]:
    """Return, for each atom, the letters that some rule needs of it."""
    needed: dict[str, set[str]] = {atom: set() for atom in block.atoms()}
    for rule in block.rules:
        for atom, letter in rule.needs:
            needed[atom].add(letter)
    return {atom: frozenset(letters) for atom, letters in needed.items()}


def fact_text(fields: Mapping[str, str], letters: Mapping[str, str], sid: str) -> str:
    """Return the one fact of a case.

    Args:
        fields: The field of each atom.
        letters: The letter of each atom that is told, in the order of ``fields``.
        sid: The session.
    """
    told = {fields[atom]: letter for atom, letter in letters.items()}
    return _written({"sid": sid, "id": "1", **SENTINEL, **told})


def firing_text(rule: str, fact: str) -> str:
    """Return what durable_rules says, letter by letter, when the rule fires on the fact."""
    return f'{{"{rule}":{{"m":{fact}}}}}'


def fired_rule(message: str) -> str:
    """Return the name of the rule that the message is about."""
    return message[2 : message.find('"', 2)]


def _rule(priority: int, conditions: list[dict[str, str]]) -> dict[str, object]:
    return {"pri": priority, "all": [{"m": {"$and": conditions}}]}
