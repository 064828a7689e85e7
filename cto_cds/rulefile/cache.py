"""What was found of rule files before, kept by the digest of their text: trees and proofs."""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any

from cto_cds.facts.document import ListNode, MapNode, Node, TextNode, parse
from cto_cds.program import program_digest
from cto_cds.wholefile import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FORM = "6"  # raised whenever the stored form changes


class LoadCache:
    """Trees of texts that were parsed before, and what was proved of them without a mistake.

    Losing it costs time, nothing else. The file begins with the digest of what follows. A cache
    that was cut or changed is not used. Whoever can write it with a digest that fits can change
    the program as well: it belongs to the user alone. ``audit replay`` and the engine's own
    process read the texts themselves.

    Args:
        folder: The folder of the cache; None to keep it in this process alone.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / f"rules-{FORM}.json" if folder else None
        self._program = ""
        self._known: dict[str, Any] = {}
        self._used: dict[str, Any] = {}
        self._known_proofs: set[str] = set()
        self._used_proofs: set[str] = set()
        if self._file is not None:
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                kept = _whole(self._file.read_bytes())
                self._known, self._known_proofs = kept["trees"], set(kept["proofs"])

    def parse(self, text: str, source: str, *, without: str = "") -> Node:
        """Return the tree of a text; see :func:`cto_cds.facts.document.parse`.

        Args:
            text: The text.
            source: What messages call it.
            without: A key at the top of it, whose part may be left out.
        """
        digest = hashlib.sha256(text.encode()).hexdigest()
        kept = self._used.get(digest) or self._known.get(digest)
        if kept is not None:
            with contextlib.suppress(KeyError, TypeError, ValueError, IndexError):
                node = _unpacked(kept, without)
                self._used[digest] = kept
                return node
        node = parse(text, source)
        self._used[digest] = _packed(node)
        return node

    def proof(self, *texts: str) -> str:
        """Return what names a proof: the program that proves, and all that it proves it from."""
        self._program = self._program or program_digest()
        lengths = [str(len(text)) for text in texts]
        whole = "\0".join((self._program, *lengths, *texts))
        return hashlib.sha256(whole.encode()).hexdigest()

    def holds(self, proof: str) -> bool:
        """Whether it was proved before, and by this program."""
        return proof in self._known_proofs or proof in self._used_proofs

    def proved(self, proofs: Iterable[str]) -> None:
        """Keep that no mistake was found."""
        self._used_proofs.update(proofs)

    def keep(self) -> None:
        """Write what was used, whole or not at all. A folder that cannot be written is no error."""
        known = self._used.keys() <= self._known.keys()
        if self._file is None or (known and self._used_proofs <= self._known_proofs):
            return
        with contextlib.suppress(OSError):
            found = {"trees": self._used, "proofs": sorted(self._used_proofs)}
            content = json.dumps(found, separators=(",", ":")).encode()
            write_whole(self._file, b"\n".join((_digest(content), content)), private=True)


def _whole(content: bytes) -> dict[str, Any]:
    """Return what a cache holds; nothing when it is not what was written."""
    digest, _, kept = content.partition(b"\n")
    return json.loads(kept) if digest == _digest(kept) else {}


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _packed(node: Node) -> list[Any]:
    if isinstance(node, TextNode):
        return ["t", node.line, node.column, node.text, node.quoted]
    if isinstance(node, ListNode):
        return ["l", node.line, node.column, [_packed(item) for item in node.items]]
    entries = [[_packed(key), _packed(value)] for key, value in node.entries]
    return ["m", node.line, node.column, entries]


def _unpacked(data: list[Any], without: str = "") -> Node:
    kind, line, column, content = data[:4]
    if kind == "t":
        return TextNode(content, line, column, data[4])
    if kind == "l":
        return ListNode(tuple(_unpacked(item) for item in content), line, column)
    entries = []
    for key, value in content:
        name = _unpacked(key)
        if not isinstance(name, TextNode):
            raise TypeError(key)
        if name.text != without:
            entries.append((name, _unpacked(value)))
    return MapNode(tuple(entries), line, column)
