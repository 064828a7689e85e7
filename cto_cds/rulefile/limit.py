"""Limits of a rule: plain sentences, and published figures with a source of their own."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.facts.document import ListNode, MapNode, Node, TextNode
from cto_cds.facts.fields import Fields, describe
from cto_cds.rulefile.model import Limit
from cto_cds.rulefile.parts import Reader, read_verified

PUBLISHED = ("score", "association")
"""The kinds of rules that show what a paper published, so that no figure may be without one."""


def read_limits(fields: Fields, reader: Reader, kind: str) -> tuple[Limit, ...]:
    """Read ``limits``; a single sentence counts as a list of one.

    Args:
        fields: The fields of the file.
        reader: What is needed to read its parts.
        kind: The kind of the rule.
    """
    node = fields.take("limits")
    items = node.items if isinstance(node, ListNode) else () if node is None else (node,)
    return tuple(limit for item in items for limit in _limit(item, reader, kind))


def _limit(node: Node, reader: Reader, kind: str) -> Iterator[Limit]:
    place = reader.place(node, "limits")
    if isinstance(node, MapNode):
        fields = Fields(node, reader.book, "a limit")
        yield Limit(
            text=fields.text("text", required=True),
            place=place,
            source=reader.source(fields, None),
            verified=read_verified(fields),
        )
        fields.done()
    elif isinstance(node, TextNode) and node.text.strip():
        if kind in PUBLISHED and any(letter.isdigit() for letter in node.text):
            found = "a limit holds a number and does not say where that was published"
            mend = "Write 'text:', 'source:' and 'verified:'; or say it without a number."
            reader.book.note(node, found, mend, "limits")
        yield Limit(" ".join(node.text.split()), place)
    else:
        mend = "Write a sentence; or 'text:', 'source:' and 'verified:'."
        reader.book.note(node, f"a limit is {describe(node)}", mend, "limits")
