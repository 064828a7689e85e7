"""The JSON Schema of the case file, from the vocabulary."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from cto_cds.facts.case import CT, LONGEST_NAME
from cto_cds.facts.pattern import pattern_between
from cto_cds.facts.value import STATUSES
from cto_cds.facts.vocabulary import FactType, Vocabulary

WHOLE_ONLY = r"[0-9]+(\.0+)?(?![0-9.])"


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of case files written in JSON."""
    groups: dict[str, Any] = {
        group: {
            "title": title,
            "type": "object",
            "additionalProperties": False,
            "properties": {
                name: _either(vocabulary.facts[name]) for name in vocabulary.names_in(group)
            },
        }
        for group, title in vocabulary.groups.items()
    }
    doubted = [*vocabulary.by_path, *vocabulary.names_in(CT)]
    review = {
        "type": "object",
        "additionalProperties": False,
        "required": ["fact", "because"],
        "properties": {
            "fact": {"enum": doubted},
            "because": {"type": "string", "pattern": r"\S"},
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Case file of cto_cds",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "case"],
        "properties": {
            "format": {"enum": [1, "1"]},
            "case": {"type": ["string", "number"], "pattern": r"\S", "maxLength": LONGEST_NAME},
            **groups,
            "marks": {"type": "object"},
            "needs_review": {"type": "array", "items": review},
            "study": {"type": "object"},
            "figures": {"type": "array", "items": {"type": "string", "pattern": r"\S"}},
        },
    }


def measurements_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of files of measurements: cases that name none."""
    schema = case_schema(vocabulary)
    measured = {"required": [CT], "properties": {CT: {"minProperties": 1}}}
    doubted = {"required": ["needs_review"], "properties": {"needs_review": {"minItems": 1}}}
    return {
        **schema,
        "title": "Measurements of cto_cds",
        "required": ["format"],
        "anyOf": [measured, doubted],
    }


def _either(fact: FactType) -> dict[str, Any]:
    value = _value(fact)
    long_form: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["value"],
        "properties": {
            "value": value,
            "status": {"enum": list(STATUSES)},
            **{key: {"type": "string"} for key in ("source", "time", "confirmed_by", "note")},
        },
    }
    if fact.numeric:
        long_form["properties"]["sd"] = _sd(fact)
    return {"title": fact.title, "description": fact.definition, "anyOf": [value, long_form]}


def _value(fact: FactType) -> dict[str, Any]:
    unknown: dict[str, Any] = {"const": "unknown"}
    if fact.list_of:
        return {
            "anyOf": [
                {"type": "array", "items": {"enum": list(fact.words)}, "uniqueItems": True},
                unknown,
            ]
        }
    choices: list[dict[str, Any]] = [unknown]
    if fact.words:
        choices.append({"enum": list(fact.words)})
    if fact.numeric:
        choices.append(_number(fact))
    return {"anyOf": choices}


def _number(fact: FactType) -> dict[str, Any]:
    low, high = fact.low, fact.high
    if low is None or high is None:
        return {}
    if fact.unit:
        return {"type": "string", "pattern": _spaced(pattern_between(low, high), fact.unit)}
    whole = {"type": "integer", "minimum": int(low), "maximum": int(high)}
    pattern = _spaced(f"(?={WHOLE_ONLY}){pattern_between(low, high)}")
    return {"anyOf": [whole, {"type": "string", "pattern": pattern}]}


def _spaced(number: str, unit: str = "") -> str:
    """Return the pattern of a number with its unit; a reader minds no space more or less beside."""
    behind = "".join(rf"\s+{re.escape(part)}" for part in unit.split())
    return rf"^\s*{number}{behind}\s*$"


def _sd(fact: FactType) -> dict[str, Any]:
    most = fact.width
    if most is None:
        return {}
    pattern = _spaced(pattern_between(Decimal(0), most), fact.unit)
    return (
        {"type": "string", "pattern": pattern}
        if fact.unit
        else {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": int(most)},
                {"type": "string", "pattern": pattern},
            ]
        }
    )
