"""YAML 1.2 or JSON text to a tree that remembers where everything stands.

All scalars stay text: ``no`` is the word *no*, ``1.10`` keeps its zero. Anchors, aliases, tags,
second documents and duplicate keys are refused, so that what is read is what is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cto_cds.errors import Place, Problem

DEEPEST = 40
LONGEST_CHARACTERS = 4_000_000
LONGEST_ECHO = 80


def brief(text: str) -> str:
    """Return a text as a message repeats it: of a long one only the beginning."""
    if len(text) <= LONGEST_ECHO:
        return text
    return f"{text[:LONGEST_ECHO]}... ({len(text)} characters)"


@dataclass(frozen=True, slots=True)
class TextNode:
    """A scalar, as written. ``quoted`` tells ``"20"`` from ``20``."""

    text: str
    line: int
    column: int
    quoted: bool = False

    @property
    def told(self) -> str:
        """The text as a message repeats it: of a long one only the beginning."""
        return brief(self.text)


@dataclass(frozen=True, slots=True)
class ListNode:
    """A sequence."""

    items: tuple[Node, ...]
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping, in the order of the file."""

    entries: tuple[tuple[TextNode, Node], ...]
    line: int
    column: int

    def get(self, key: str) -> Node | None:
        """Return the value under ``key``, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


Node = TextNode | ListNode | MapNode


class UnreadableDocumentError(Exception):
    """The text is not a document of the kind described above.

    Attributes:
        problems: What must be refused.
        root: The document without what stands twice, when nothing else is wrong; else None.
    """

    def __init__(self, *problems: Problem, root: Node | None = None) -> None:
        super().__init__(*problems)
        self.problems = problems
        self.root = root


def parse(text: str, source: str) -> Node:
    """Read one YAML or JSON document.

    Args:
        text: The whole text.
        source: The file or input that messages name.

    Raises:
        UnreadableDocumentError: With every duplicate key, or the first fault of syntax.
    """
    if len(text) > LONGEST_CHARACTERS:
        found = f"the text has {len(text)} characters; at most {LONGEST_CHARACTERS} are read"
        mend = "Give the file of one case or rule; such a one is a page of text."
        raise UnreadableDocumentError(Problem(Place(source), found, mend))
    builder = _Builder(_events(text, source), source)
    node = builder.document()
    if builder.problems:
        raise UnreadableDocumentError(*builder.problems, root=node if builder.readable else None)
    return node


def _events(text: str, source: str) -> Iterator[Any]:
    from ruamel.yaml import YAML  # noqa: PLC0415  slow to import, and not needed on every start
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415  as above

    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        text = text.replace("\t", " ")  # JSON allows tabs between its parts, YAML does not
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        place = Place(source, mark.line + 1, mark.column + 1) if mark else Place(source)
        found = " ".join(str(part) for part in (fault.context, fault.problem) if part)
        mend = (
            "This is not YAML. Check the indentation, the colons, and commas inside { } and [ ]; "
            "put text that holds ': ' or ' #' on its own lines after '>-'."
        )
        raise UnreadableDocumentError(Problem(place, found, mend)) from None
    except YAMLError as fault:
        mend = "Save it as plain text in UTF-8, in YAML or JSON."
        raise UnreadableDocumentError(Problem(Place(source), str(fault).strip(), mend)) from None


class _Builder:
    """Builds the tree from parser events, collecting what must be refused."""

    def __init__(self, events: Iterator[Any], source: str) -> None:
        self._events = events
        self._source = source
        self.problems: list[Problem] = []
        self.readable = True

    def document(self) -> Node:
        kinds = []
        root: Node = TextNode("", 1, 1)
        for event in self._events:
            kind = type(event).__name__
            if kind in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"}:
                continue
            if kind == "DocumentStartEvent":
                kinds.append(kind)
                if len(kinds) > 1:
                    self._refuse(event, "a second document", "Keep one document in a file.")
                continue
            root = self._node(event, 0)
        return root

    def _refuse(self, event: Any, found: str, mend: str, *, readable: bool = False) -> None:
        self.readable = self.readable and readable
        place = Place(self._source, event.start_mark.line + 1, event.start_mark.column + 1)
        self.problems.append(Problem(place, found, mend))

    def _node(self, event: Any, depth: int) -> Node:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        kind = type(event).__name__
        if depth > DEEPEST:
            self._refuse(event, "nested too deep", f"At most {DEEPEST} levels are read.")
            raise UnreadableDocumentError(*self.problems)
        if kind == "AliasEvent":
            self._refuse(event, f"an alias (*{event.anchor})", "Write the value out.")
            return TextNode("", line, column)
        if event.anchor:
            self._refuse(event, f"an anchor (&{event.anchor})", "Take it out.")
        if getattr(event, "tag", None):
            self._refuse(event, f"a tag ({event.tag})", "Take it out.")
        if kind == "ScalarEvent":
            text = self._whole_characters(event)
            return TextNode(text, line, column, quoted=event.style in ("'", '"'))
        if kind == "SequenceStartEvent":
            return ListNode(tuple(self._items(depth)), line, column)
        return MapNode(tuple(self._entries(depth)), line, column)

    def _whole_characters(self, event: Any) -> str:
        """JSON may write one character as two escapes; half of one can never be written again."""
        text: str = event.value
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self._refuse(event, "half a character (an unpaired \\u escape)", "Write it whole.")
            return ""

    def _items(self, depth: int) -> Iterator[Node]:
        for event in self._events:
            if type(event).__name__ == "SequenceEndEvent":
                return
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[tuple[TextNode, Node]]:
        first: dict[str, int] = {}
        again: dict[str, list[Any]] = {}
        for event in self._events:
            if type(event).__name__ == "MappingEndEvent":
                self._refuse_repeated(first, again)
                return
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if value == TextNode("", value.line, value.column):  # its mark is that of the next line
                value = TextNode("", key.line, key.column)
            if not isinstance(key, TextNode):
                self._refuse(event, "a key that is not a word", "Keys are plain words.")
            elif key.text in first:
                again.setdefault(key.text, []).append(event)
            else:
                first[key.text] = key.line
                yield key, value

    def _refuse_repeated(self, first: Mapping[str, int], again: Mapping[str, list[Any]]) -> None:
        """Refuse each key that stands more than once, with one message however often it does."""
        for key, events in again.items():
            times, mend = "twice", "Keep one of the two."
            if len(events) > 1:
                times, mend = f"{len(events) + 1} times", "Keep one of them."
            found = f"'{brief(key)}' stands {times} (first on line {first[key]})"
            self._refuse(events[0], found, mend, readable=True)
