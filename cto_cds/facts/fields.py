"""Taking a mapping apart key by key, noting every mistake instead of stopping at the first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from cto_cds.errors import Place, Problem
from cto_cds.facts.document import ListNode, MapNode, Node, TextNode, brief
from cto_cds.facts.value import plain

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_EXPONENT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?[eE][+-]?0*[0-9]{1,2}")
CLOSE = 0.6
"""How alike two words are, from 0 to 1, for one to be taken for a misspelling of the other."""


class Notebook:
    """Collects the problems of one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def note(self, node: Node, found: str, mend: str = "", key: str = "") -> None:
        """Note one problem at a node."""
        self.problems.append(
            Problem(Place(self.source, node.line, node.column, key), found, mend),
        )


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return a sentence that names the allowed word most like ``word``, or lists them all.

    A word that differs in nothing but case is the nearest. Names in a set have no order of their
    own, and stand in that of the alphabet.
    """
    names = sorted(allowed) if isinstance(allowed, set | frozenset) else list(allowed)
    folded: dict[str, str] = {}
    for name in names:
        folded.setdefault(name.casefold(), name)
    close = difflib.get_close_matches(word, names, n=1, cutoff=CLOSE)
    if word.casefold() in folded:
        close = [folded[word.casefold()]]
    elif not close:
        matches = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=CLOSE)
        close = [folded[match] for match in matches]
    if close:
        return f"Did you mean '{close[0]}'?"
    return f"Allowed: {', '.join(names)}." if names else "Take it out."


def written_out(node: TextNode) -> str:
    """Return a text; a number that a program wrote with an exponent, as people write it.

    JSON and YAML have no other way to write ``1e1`` than the number 10; in quotes it is a text.
    """
    if node.quoted or not _EXPONENT.fullmatch(node.text):
        return node.text
    return plain(Decimal(node.text))


def describe(node: Node) -> str:
    """Return what a node is, for a message."""
    if isinstance(node, TextNode):
        return f"'{node.told}'" if node.text else "nothing"
    return "a list" if isinstance(node, ListNode) else "a mapping"


class Fields:
    """The keys of one mapping. Each is taken once; what is left over at the end is refused."""

    def __init__(self, node: Node, book: Notebook, what: str) -> None:
        self.node = node
        self.book = book
        self.what = what
        self._left: dict[str, tuple[TextNode, Node]] = {}
        self._known: list[str] = []
        self._keys: dict[str, TextNode] = {}
        if isinstance(node, MapNode):
            self._left = {key.text: (key, value) for key, value in node.entries}
            self._keys = {key.text: key for key, _ in node.entries}
        else:
            found = f"{what} must be a mapping of keys to values, not {describe(node)}"
            book.note(node, found, "Write one 'key: value' on each line.")

    def has(self, key: str) -> bool:
        """Say whether the key is present and not yet taken."""
        return key in self._left

    def at(self, key: str) -> Node:
        """Return the key itself, taken or not, for a message about it; else the whole mapping."""
        return self._keys.get(key, self.node)

    def take(self, key: str, *, required: bool = False) -> Node | None:
        """Return the node under a key, or None."""
        self._known.append(key)
        if key in self._left:
            return self._left.pop(key)[1]
        if required and isinstance(self.node, MapNode):
            self.book.note(self.node, f"{self.what} has no '{key}'", f"Add '{key}:'.", key)
        return None

    def text(self, key: str, *, required: bool = False, default: str = "") -> str:
        """Return the text under a key."""
        node = self.take(key, required=required)
        if node is None:
            return default
        return self._text_of(node, key, default)

    def _text_of(self, node: Node, key: str, default: str = "") -> str:
        if not isinstance(node, TextNode) or not node.text.strip():
            found = f"'{key}' must be a text, not {describe(node)}"
            self.book.note(node, found, f"Write one text behind '{key}:'.", key)
            return default
        return " ".join(node.text.split())

    def word(self, key: str, allowed: Iterable[str], *, default: str | None = None) -> str:
        """Return one of the allowed words; required when there is no default."""
        names = tuple(allowed)
        node = self.take(key, required=default is None)
        if node is None:
            return default if default is not None else names[0]
        text = self._text_of(node, key)
        if text in names:
            return text
        if text:
            self.book.note(
                node, f"'{brief(text)}' is not a possible {key}", nearest(text, names), key
            )
        return default if default is not None else names[0]

    def said(self, key: str, *, default: bool = False) -> bool:
        """Return whether a key says yes; what it means to leave it out is the default."""
        return self.word(key, ("no", "yes"), default="yes" if default else "no") == "yes"

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts; a single text counts as a list of one."""
        node = self.take(key, required=required)
        if node is None:
            return ()
        items = node.items if isinstance(node, ListNode) else (node,)
        return tuple(text for item in items if (text := self._text_of(item, key)))

    def number(self, key: str, *, required: bool = False) -> Decimal | None:
        """Return a plain decimal number."""
        node = self.take(key, required=required)
        if node is None:
            return None
        if isinstance(node, TextNode) and not node.quoted and NUMBER.fullmatch(node.text):
            return Decimal(node.text)
        found = f"'{key}' must be a number such as 1 or 0.5, not {describe(node)}"
        self.book.note(node, found, "Write digits with a point, no quotes, unit or exponent.", key)
        return None

    def items(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """Return the nodes of a list."""
        node = self.take(key, required=required)
        if node is None:
            return ()
        if isinstance(node, ListNode):
            return node.items
        found = f"'{key}' must be a list, not {describe(node)}"
        self.book.note(node, found, "Write each entry on a line of its own after '- '.", key)
        return ()

    def entries(self, key: str, *, required: bool = False) -> tuple[tuple[TextNode, Node], ...]:
        """Return the entries of a mapping."""
        node = self.take(key, required=required)
        if node is None:
            return ()
        if isinstance(node, MapNode):
            return node.entries
        found = f"'{key}' must be a mapping, not {describe(node)}"
        self.book.note(node, found, "Write one 'key: value' on each line below it.", key)
        return ()

    def rest(self) -> Iterator[tuple[TextNode, Node]]:
        """Take everything that is left."""
        left = list(self._left.values())
        self._left.clear()
        yield from left

    def done(self) -> None:
        """Refuse every key that was not taken."""
        for key, _ in self.rest():
            self.book.note(
                key,
                f"'{key.told}' is not a key of {self.what}",
                nearest(key.text, self._known),
                key.told,
            )
