"""Parsing each rule file once in a process: that takes most of the time of reading rules."""

from __future__ import annotations

from cto_cds.facts.document import Node
from cto_cds.rulefile import cache

_parse = cache.parse


def parse_once() -> None:
    """Let this process parse no rule text twice; a text that cannot be read is told each time."""
    known: dict[str, Node] = {}

    def parse(text: str, source: str) -> Node:
        if text not in known:
            known[text] = _parse(text, source)
        return known[text]

    cache.parse = parse
