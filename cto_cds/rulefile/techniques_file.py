"""Reading the strategies, techniques and classes of equipment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from cto_cds.errors import Place, RuleFileError
from cto_cds.facts.document import Node
from cto_cds.facts.fields import Fields, Notebook, nearest
from cto_cds.rulefile.model import RiskPlace, Source, Technique
from cto_cds.rulefile.parts import read_doi, read_verified

SECTIONS = ("strategies", "techniques", "equipment")
RISKS = "published_risks"


def read_techniques(root: Node, source: str) -> dict[str, Technique]:
    """Read the file; every id is unique over all sections.

    Raises:
        RuleFileError: With every mistake in the file.
    """
    book = Notebook(source)
    fields = Fields(root, book, "the techniques")
    for name in ("format", "version", "title", "id"):
        fields.text(name, required=True)
    fields.word("kind", ["techniques"])
    to_verify = fields.texts("to_verify")
    found: dict[str, Technique] = {}
    nodes: dict[str, Node] = {}
    for section in SECTIONS:
        for key, node in fields.entries(section, required=True):
            if key.text in found:
                book.note(key, f"'{key.text}' stands in two sections", "Keep one of them.")
            nodes[key.text] = node
            place = Place(source, key.line, key.column)
            found[key.text] = _technique(key.text, section, node, book, place, to_verify)
    for name, risk in _risk_places(fields, found, book):
        found[name] = replace(found[name], risk=risk)
    fields.done()
    for name, node in nodes.items():
        _check_named(found[name], found, node, book)
    if book.problems:
        raise RuleFileError.of(book.problems)
    return found


def _check_named(
    technique: Technique, found: Mapping[str, Technique], node: Node, book: Notebook
) -> None:
    """Note equipment and members of a group that are not on the page."""
    equipment = [t.id for t in found.values() if t.section == "equipment"]
    for key, names in (("equipment", technique.equipment), ("one_of", technique.one_of)):
        for name in names:
            if name not in equipment:
                lacks = f"'{name}' is not the id of a class of equipment"
                book.note(node, lacks, nearest(name, equipment), key)
    able = [t.id for t in found.values() if t.section == "techniques" and not t.members]
    for name in technique.members:
        if name not in able:
            lacks = f"'{name}' is not the id of a technique that may be a member of a group"
            book.note(node, lacks, nearest(name, able), "members")


def _technique(
    name: str, section: str, node: Node, book: Notebook, place: Place, to_verify: tuple[str, ...]
) -> Technique:
    fields = Fields(node, book, f"'{name}'")
    title = fields.text("title", required=True)
    verified = read_verified(fields)
    role = fields.text("role")
    equipment = fields.texts("equipment")
    examples = fields.texts("examples")
    members = fields.texts("members")
    one_of = fields.texts("one_of")
    source = _source(fields, book)
    text = {key.text: " ".join(getattr(value, "text", "").split()) for key, value in fields.rest()}
    return Technique(
        name,
        title,
        section,
        role,
        equipment,
        examples,
        text,
        verified,
        source,
        place,
        to_verify,
        members,
        one_of=one_of,
    )


def _source(fields: Fields, book: Notebook, *, required: bool = False) -> Source | None:
    node = fields.take("source", required=required)
    if node is None:
        return None
    inner = Fields(node, book, "source")
    source = Source(inner.text("cite", required=True), read_doi(inner, book), inner.text("where"))
    inner.done()
    return source


def _risk_places(
    fields: Fields, found: Mapping[str, Technique], book: Notebook
) -> Iterator[tuple[str, RiskPlace]]:
    """Yield, for what scores of risk do not name, where they count it; each once."""
    able = [name for name, technique in found.items() if not technique.is_equipment]
    strategies = [name for name in able if found[name].section == "strategies"]
    placed: set[str] = set()
    for node in fields.items(RISKS):
        entry = Fields(node, book, f"an entry of {RISKS}")
        names = entry.texts("for", required=True)
        place = RiskPlace(
            counts_as=entry.word("counts_as", strategies, default=""),
            because=entry.text("because", required=True),
            verified=read_verified(entry),
            source=_source(entry, book, required=True) or Source(""),
            place=Place(book.source, node.line, node.column),
        )
        entry.done()
        for name in names:
            if name not in able:
                lacks = f"'{name}' is not the id of a strategy or technique"
                book.note(entry.at("for"), lacks, nearest(name, able), "for")
            elif name in placed or name == place.counts_as:
                twice = f"'{name}' is placed twice, or as itself"
                book.note(entry.at("for"), twice, "Name it in one entry.", "for")
            else:
                placed.add(name)
                yield name, place
