"""The vocabulary: every fact name with its unit or words, plausible range and meaning."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from cto_cds.errors import RuleFileError
from cto_cds.facts.document import MapNode, Node, TextNode
from cto_cds.facts.fields import NUMBER, Fields, Notebook, nearest
from cto_cds.facts.value import Quantity, Value, plain


@dataclass(frozen=True, slots=True)
class Following:
    """A word that follows when another fact of the same place has a word.

    Attributes:
        fact: The other fact.
        word: Its word.
        value: What follows.
    """

    fact: str
    word: str
    value: str


@dataclass(frozen=True, slots=True)
class FactType:
    """What one fact may be.

    Attributes:
        name: The name in the contract, such as ``occlusion_length``.
        title: A short noun phrase for sentences.
        groups: Where it may be read.
        unit: The unit of a number; empty for counts, grades, words and lists.
        words: The words that are allowed; for a number, words that may stand instead of it.
        low, high: The plausible range of a number, both ends included.
        numeric: Whether the value is a number.
        list_of: The named list whose ids a list value may hold; empty when it is no list.
        when_group_absent: The value when the whole group is absent; empty for unknown.
        tells_begin: Whether that value says that nothing of the group has begun.
        intended: Whether it tells what is meant to be done, so that it does not show that anything
            of its group has begun.
        before_start: Whether it may be done before its group begins, so that it does not show
            that either.
        follows: The words of other facts that settle this one.
        at_most: The fact of the same place that is never smaller; empty for none.
        cannot_tell: The word by which a place says that it could not tell; a place that can
            does not contradict it.
        same_everywhere: Whether two places that read it differently speak of different lesions.
        definition: How to read it.
        ask: Where to find it out; may be empty.
    """

    name: str
    title: str
    groups: tuple[str, ...]
    definition: str
    unit: str = ""
    words: tuple[str, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None
    numeric: bool = False
    list_of: str = ""
    when_group_absent: str = ""
    tells_begin: bool = False
    intended: bool = False
    before_start: bool = False
    follows: tuple[Following, ...] = ()
    at_most: str = ""
    cannot_tell: str = ""
    same_everywhere: bool = False
    ask: str = ""

    def value_of(self, written: str | list[str]) -> Value:
        """Return the value that was written by :func:`cto_cds.facts.value.shown` before."""
        if isinstance(written, list):
            return tuple(written)
        number, _, unit = written.partition(" ")
        if self.numeric and written not in self.words:
            return Quantity(Decimal(number), unit)
        return written

    def plausible(self, number: Decimal) -> bool:
        """Say whether a number lies in the plausible range, if there is one."""
        return self.low is None or self.high is None or self.low <= number <= self.high

    @property
    def width(self) -> Decimal | None:
        """How far apart the ends of the plausible range are, if there is one."""
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def allowed(self) -> str:
        """What may be written, in words."""
        if self.list_of:
            return f"a list of {self.list_of} ids, such as [{self.words[0]}]"
        parts = []
        if self.numeric and self.low is not None and self.high is not None:
            span = f"{plain(self.low)} to {plain(self.high)} {self.unit}".rstrip()
            parts.append(f"a number from {span}" if self.unit else f"a plain number, {span}")
        if self.words:
            parts.append("one of: " + ", ".join(self.words))
        return " or ".join(parts)


@dataclass(frozen=True)
class Vocabulary:
    """All facts, their groups and the fixed list of units.

    ``void_when`` names, by group, the fact of it and its word that say that nothing of the group
    can be read.
    """

    version: str
    units: Mapping[str, str]
    groups: Mapping[str, str]
    facts: Mapping[str, FactType]
    by_path: Mapping[str, FactType] = field(default_factory=dict)
    void_when: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def void_note(self, group: str) -> str:
        """Return why nothing of a group can be read, as a note of each of its readings."""
        name, word = self.void_when[group]
        return f"{self.facts[name].title}: {word}."

    def of(self, path: str) -> FactType:
        """Return the type of ``group.name``."""
        return self.by_path[path]

    @cached_property
    def modalities(self) -> tuple[str, ...]:
        """The groups in which the same fact may be read as in another group."""
        shared = [fact.groups for fact in self.facts.values() if len(fact.groups) > 1]
        return tuple(group for group in self.groups if any(group in groups for groups in shared))

    @cached_property
    def followers(self) -> Mapping[str, tuple[str, ...]]:
        """The facts of the same place that may follow from each fact, and from those in turn."""
        direct: dict[str, list[str]] = {}
        for fact in self.facts.values():
            for telling in (*(one.fact for one in fact.follows), fact.at_most):
                direct.setdefault(telling, []).append(fact.name)
        found = {}
        for name, following in direct.items():
            reached = dict.fromkeys(following)
            todo = [*reached]
            while todo:
                further = [n for n in direct.get(todo.pop(), ()) if n not in reached]
                reached |= dict.fromkeys(further)
                todo += further
            found[name] = tuple(reached)
        return found

    def names_in(self, group: str) -> tuple[str, ...]:
        """Return the names that may be read in a group."""
        return tuple(name for name, fact in self.facts.items() if group in fact.groups)


def read_vocabulary(root: Node, source: str, lists: Mapping[str, tuple[str, ...]]) -> Vocabulary:
    """Read the vocabulary.

    Args:
        root: The parsed file.
        source: The file name that messages carry.
        lists: The ids behind ``list_of``, by the name of the list.

    Raises:
        RuleFileError: With every mistake in the file.
    """
    book = Notebook(source)
    fields = Fields(root, book, "the vocabulary")
    fields.text("format", required=True)
    fields.word("kind", ["vocabulary"])
    fields.text("id", required=True)
    fields.text("title")
    version = fields.text("version", required=True)
    units = {key.text: _text(value) for key, value in fields.entries("units", required=True)}
    groups = {}
    void_when: dict[str, tuple[str, str]] = {}
    for key, node in fields.entries("groups", required=True):
        group = Fields(node, book, f"the group {key.text}")
        groups[key.text] = group.text("title", required=True)
        group.text("definition")
        for fact_key, value in group.entries("void_when"):
            void_when[key.text] = (fact_key.text, _text(value))
        group.done()
    facts = {}
    written = fields.entries("facts", required=True)
    for key, node in written:
        fact = _read_fact(key, node, book, tuple(units), tuple(groups), lists)
        facts[fact.name] = fact
    fields.done()
    for group_name, (name, word) in void_when.items():
        _void_links(root, group_name, name, word, facts, book)
    for key, node in written:
        _links(node, facts[key.text], facts, book)
    if book.problems:
        raise RuleFileError.of(book.problems)
    by_path = {
        sys.intern(f"{group}.{fact.name}"): fact for fact in facts.values() for group in fact.groups
    }
    return Vocabulary(version, units, groups, facts, by_path, void_when)


def _void_links(
    node: Node, group: str, name: str, word: str, facts: Mapping[str, FactType], book: Notebook
) -> None:
    fact = facts.get(name)
    if fact is None or group not in fact.groups or word not in fact.words:
        found = f"the group {group} has no fact with that word: {name}: {word}"
        mend = "Name one of its facts and one of the words of that fact."
        book.note(node, found, mend, "void_when")


def _links(node: Node, fact: FactType, facts: Mapping[str, FactType], book: Notebook) -> None:
    """Note what is wrong where one fact names another."""
    other = facts.get(fact.at_most)
    for follows in fact.follows:
        telling = facts.get(follows.fact)
        if telling is None or follows.word not in telling.words:
            found = f"no fact has that word: {follows.fact}: {follows.word}"
            book.note(node, found, "Name a fact and one of its words.", "follows")
        if follows.value not in fact.words:
            found = f"'{follows.value}' is not one of the words of {fact.name}"
            book.note(node, found, nearest(follows.value, fact.words), "follows")
    if not fact.at_most:
        return
    if other is None or not other.numeric or other.unit != fact.unit:
        found = f"{fact.name} is at most '{fact.at_most}', which is no number of its unit"
        book.note(node, found, nearest(fact.at_most, facts), "at_most")
        return
    if elsewhere := [group for group in fact.groups if group not in other.groups]:
        found = f"{other.name} is not read in {', '.join(elsewhere)}, where {fact.name} is"
        book.note(node, found, "Name a fact that is read in all the same groups.", "at_most")
    if circle := _circle_of_at_most(fact, facts):
        found = f"these are each at most the next, in a circle: {', '.join(circle)}"
        book.note(node, found, "Leave out one 'at_most' of the circle.", "at_most")


def _circle_of_at_most(fact: FactType, facts: Mapping[str, FactType]) -> tuple[str, ...]:
    """The facts from this one back to itself along what each is at most; empty for no circle."""
    passed = [fact.name]
    while (following := facts.get(facts[passed[-1]].at_most)) and following.name not in passed:
        passed.append(following.name)
    return (*passed, fact.name) if following and following.name == fact.name else ()


def _text(node: Node) -> str:
    return node.text if isinstance(node, TextNode) else ""


def _read_fact(
    key: TextNode,
    node: Node,
    book: Notebook,
    units: tuple[str, ...],
    groups: tuple[str, ...],
    lists: Mapping[str, tuple[str, ...]],
) -> FactType:
    fields = Fields(node, book, f"the fact {key.text}")
    title = fields.text("title", required=True)
    definition = fields.text("definition", required=True)
    read_in = fields.texts("groups", required=True)
    for group in read_in:
        if group not in groups:
            book.note(node, f"'{group}' is not a group", nearest(group, groups), "groups")
    unit = fields.text("unit")
    if unit and unit not in units:
        book.note(node, f"'{unit}' is not a unit", nearest(unit, units), "unit")
    words = fields.texts("words")
    for word in words:
        if word == "unknown" or word.startswith("not "):
            book.note(node, f"the word '{word}' reads two ways", "Choose another word.", "words")
    count = fields.text("count") == "yes"
    grades = fields.texts("grades")
    low, high = _range(fields.text("range"), grades, node, book)
    list_of = fields.text("list_of")
    if list_of and list_of not in lists:
        book.note(node, f"'{list_of}' is not a list of ids", nearest(list_of, lists), "list_of")
    numeric = bool(unit or count or grades)
    if numeric and low is None:
        book.note(node, f"the fact {key.text} has no range", "Add 'range: 0 to 100'.", "range")
    if not (numeric or words or list_of):
        found = f"the fact {key.text} has no kind of value"
        book.note(node, found, "Add one of unit, count, grades, words, list_of.")
    absent = _one_of(words, "when_group_absent", fields, node, book)
    tells_begin = fields.text("tells_begin") == "yes"
    intended = fields.text("intended") == "yes"
    before_start = fields.text("before_start") == "yes"
    follows = tuple(_following(fields, book))
    at_most = fields.text("at_most")
    cannot_tell = _one_of(words, "cannot_tell", fields, node, book)
    same_everywhere = fields.text("same_everywhere") == "yes"
    ask = fields.text("ask")
    fields.done()
    return FactType(
        name=key.text,
        title=title,
        groups=read_in,
        definition=definition,
        unit=unit,
        words=lists.get(list_of, ()) if list_of else words,
        low=low,
        high=high,
        numeric=numeric,
        list_of=list_of,
        when_group_absent=absent,
        tells_begin=tells_begin,
        intended=intended,
        before_start=before_start,
        follows=follows,
        at_most=at_most,
        cannot_tell=cannot_tell,
        same_everywhere=same_everywhere,
        ask=ask,
    )


def _one_of(words: tuple[str, ...], key: str, fields: Fields, node: Node, book: Notebook) -> str:
    """What stands under a key, which is one of the words of the fact, if anything."""
    word = fields.text(key)
    if word and word not in words:
        book.note(node, f"'{word}' is not one of the words", nearest(word, words), key)
    return word


def _following(fields: Fields, book: Notebook) -> Iterator[Following]:
    for node in fields.items("follows"):
        inner = Fields(node, book, "what a fact follows from")
        yield Following(
            fact=inner.text("fact", required=True),
            word=inner.text("word", required=True),
            value=inner.text("value", required=True),
        )
        inner.done()


def _range(
    text: str, grades: tuple[str, ...], node: Node, book: Notebook
) -> tuple[Decimal | None, Decimal | None]:
    if grades:
        numbers = sorted(Decimal(grade) for grade in grades if NUMBER.fullmatch(grade))
        return (numbers[0], numbers[-1]) if numbers else (None, None)
    if not text:
        return None, None
    low, _, high = text.partition(" to ")
    if NUMBER.fullmatch(low) and NUMBER.fullmatch(high) and Decimal(low) < Decimal(high):
        return Decimal(low), Decimal(high)
    book.note(node, f"'{text}' is not a range", "Write it like '0 to 200'.", "range")
    return None, None


def ids_of(root: Node, *sections: str) -> tuple[str, ...]:
    """Return the ids that stand as keys in the named sections of a file, without checking it."""
    if not isinstance(root, MapNode):
        return ()
    tables = [root.get(section) for section in sections]
    return tuple(
        key.text for table in tables if isinstance(table, MapNode) for key, _ in table.entries
    )
