"""The JSON Schema of the case file, from the vocabulary."""

from __future__ import annotations

import re
from typing import Any

from cto_cds.facts.case import CT
from cto_cds.facts.value import STATUSES
from cto_cds.facts.vocabulary import FactType, Vocabulary

NUMBER = r"-?[0-9]+(\.[0-9]+)?"


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
    review = {
        "type": "object",
        "required": ["fact", "because"],
        "properties": {"fact": {"type": "string"}, "because": {"type": "string"}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Case file of cto_cds",
        "type": "object",
        "additionalProperties": False,
        "required": ["format", "case"],
        "properties": {
            "format": {"enum": [1, "1"]},
            "case": {"type": ["string", "number"], "pattern": r"\S"},
            **groups,
            "marks": {"type": "object"},
            "needs_review": {"type": "array", "items": review},
            "study": {"type": "object"},
            "figures": {"type": "array", "items": {"type": "string"}},
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
        long_form["properties"]["sd"] = _number(fact)
    return {"title": fact.title, "description": fact.definition, "anyOf": [value, long_form]}


def _value(fact: FactType) -> dict[str, Any]:
    unknown: dict[str, Any] = {"const": "unknown"}
    if fact.list_of:
        return {"anyOf": [{"type": "array", "items": {"enum": list(fact.words)}}, unknown]}
    choices: list[dict[str, Any]] = [unknown]
    if fact.words:
        choices.append({"enum": list(fact.words)})
    if fact.numeric:
        choices.append(_number(fact))
    return {"anyOf": choices}


def _number(fact: FactType) -> dict[str, Any]:
    if fact.unit:
        return {"type": "string", "pattern": f"^{NUMBER} {re.escape(fact.unit)}$"}
    return {"type": ["integer", "string"], "pattern": f"^{NUMBER}$"}
