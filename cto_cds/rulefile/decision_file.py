"""Reading the decisions of an algorithm, and the page that binds them together."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cto_cds.facts.document import MapNode, Node, TextNode
from cto_cds.facts.fields import Fields, describe, nearest
from cto_cds.rulefile.condition import ALWAYS, Condition
from cto_cds.rulefile.model import Algorithm, Branch, Decision, Header, Option
from cto_cds.rulefile.parts import Reader, read_rows, read_verified

IF_UNKNOWN = "name what is missing"
MATCH = "exactly one"
TRIED = ("", "first", "last", "goes on")


def read_algorithm(fields: Fields, header: Header, reader: Reader, meaning: str) -> Algorithm:
    """Read what follows the header of an algorithm's index."""
    applies = fields.take("applies_to")
    algorithm = Algorithm(
        header=header,
        rows=(),
        meaning=meaning,
        first=fields.text("first", required=True),
        applies_to=reader.condition(applies) if applies else ALWAYS,
        counts_while_unknown=fields.said("counts_while_unknown"),
    )
    fields.done()
    return algorithm


def read_decision(
    fields: Fields,
    header: Header,
    reader: Reader,
    meaning: str,
    ids: Mapping[str, Collection[str]],
) -> Decision:
    """Read what follows the header of a decision.

    Args:
        fields: The file.
        header: Its header.
        reader: Reads conditions and rows.
        meaning: The digest of its meaning.
        ids: The ids of ``strategies`` and ``techniques``.
    """
    fields.word("match", [MATCH])
    nodes = fields.items("branches", required=True)
    inner = [Fields(node, reader.book, "a branch") for node in nodes]
    conditions = reader.conditions(branch.take("when", required=True) for branch in inner)
    branches = tuple(
        _branch(branch, when, header, reader, ids)
        for branch, when in zip(inner, conditions, strict=True)
    )
    fields.word("if_unknown", [IF_UNKNOWN])
    rows = read_rows(fields, reader)
    fields.done()
    names = [branch.id for branch in branches]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found = f"two branches are called '{name}'"
        reader.book.note(fields.at("branches"), found, "Rename one.")
    return Decision(header, rows, meaning, branches)


def _branch(
    fields: Fields,
    when: Condition,
    header: Header,
    reader: Reader,
    ids: Mapping[str, Collection[str]],
) -> Branch:
    recommends = fields.has("recommend")
    verified = reader.verified(fields, header.verified)
    serves = _first_do_for(fields, reader, ids)
    branch = Branch(
        id=fields.text("id", required=True),
        when=when,
        recommend=tuple(_option(node, reader, ids) for node in fields.items("recommend")),
        next=fields.text("next"),
        because=fields.text("because", required=True),
        techniques={
            key.text: techniques_of(key, node, reader, ids)
            for key, node in fields.entries("techniques")
        },
        tried=fields.word("tried", TRIED, default=""),
        first_do=fields.text("first_do"),
        verified=verified,
        fallback_verified=read_verified(fields, verified, key="fallback_verified"),
        source=reader.source(fields, header.source),
        place=reader.place(fields.node),
        first_do_for=serves,
        counts_once_known=fields.said("counts_once_known"),
    )
    fields.done()
    if recommends == bool(branch.next):
        both = "both 'recommend' and 'next'" if recommends else "neither 'recommend' nor 'next'"
        mend = "Give it either 'recommend:' or 'next:'."
        reader.book.note(fields.node, f"the branch '{branch.id}' has {both}", mend)
    elif recommends and not branch.recommend and not branch.first_do:
        mend = "Say what has to be done first with 'first_do:'."
        reader.book.note(fields.node, f"the branch '{branch.id}' recommends nothing", mend)
    return branch


def _first_do_for(
    fields: Fields, reader: Reader, ids: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Read the strategies that the step to do first belongs to."""
    names = fields.texts("first_do_for")
    for name in names:
        _id(name, "strategies", fields.at("first_do_for"), reader, ids["strategies"])
    if names and not fields.has("first_do"):
        mend = "Say with 'first_do:' what has to be done first, or take it out."
        found = "'first_do_for' speaks of a step that is not there"
        reader.book.note(fields.at("first_do_for"), found, mend, "first_do_for")
    return names


def _id(text: str, kind: str, node: Node, reader: Reader, ids: Collection[str]) -> str:
    if text not in ids:
        reader.book.note(node, f"'{text}' is not the id of one of the {kind}", nearest(text, ids))
    return text


def _option(node: Node, reader: Reader, ids: Mapping[str, Collection[str]]) -> Option:
    if isinstance(node, TextNode):
        doable = [*ids["strategies"], *ids["techniques"]]
        return Option(_id(node.text, "strategies and techniques", node, reader, doable))
    if not isinstance(node, MapNode):
        found = f"an option is a strategy or technique, not {describe(node)}"
        reader.book.note(node, found, "Write its id, or {strategy: id, techniques: [id, ...]}.")
        return Option("")
    fields = Fields(node, reader.book, "an option")
    strategy = fields.text("strategy", required=True)
    _id(strategy, "strategies", node, reader, ids["strategies"])
    techniques = fields.texts("techniques")
    for technique in techniques:
        _id(technique, "techniques", node, reader, ids["techniques"])
    fields.done()
    return Option(strategy, techniques)


def techniques_of(
    key: TextNode, node: Node, reader: Reader, ids: Mapping[str, Collection[str]]
) -> tuple[str, ...]:
    """Read the techniques that a strategy is to have besides its own."""
    _id(key.text, "strategies", key, reader, ids["strategies"])
    items = getattr(node, "items", (node,))
    found = tuple(item.text for item in items if isinstance(item, TextNode))
    for technique in found:
        _id(technique, "techniques", node, reader, ids["techniques"])
    return found
