"""Reading the strategies, techniques and classes of equipment."""

from __future__ import annotations

from collections.abc import Mapping

from cto_cds.errors import RuleFileError
from cto_cds.facts.document import Node
from cto_cds.facts.fields import Fields, Notebook, nearest
from cto_cds.rulefile.model import Source, Technique
from cto_cds.rulefile.parts import read_doi, read_verified

SECTIONS = ("strategies", "techniques", "equipment")


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
    found: dict[str, Technique] = {}
    nodes: dict[str, Node] = {}
    for section in SECTIONS:
        for key, node in fields.entries(section, required=True):
            if key.text in found:
                book.note(key, f"'{key.text}' stands in two sections", "Keep one of them.")
            nodes[key.text] = node
            found[key.text] = _technique(key.text, section, node, book)
    fields.done()
    known = [name for name, technique in found.items() if technique.section == "equipment"]
    for name, node in nodes.items():
        for needed in found[name].equipment:
            if needed not in known:
                lacks = f"'{needed}' is not the id of a class of equipment"
                book.note(node, lacks, nearest(needed, known), "equipment")
    for name, technique in found.items():
        _check_group(technique, found, nodes[name], book)
    if book.problems:
        raise RuleFileError.of(book.problems)
    return found


def _check_group(
    group: Technique, found: Mapping[str, Technique], node: Node, book: Notebook
) -> None:
    for member in group.members:
        known = [t.id for t in found.values() if t.section == "techniques" and not t.members]
        if member not in known:
            lacks = f"'{member}' is not the id of a technique that may be a member of a group"
            book.note(node, lacks, nearest(member, known), "members")


def _technique(name: str, section: str, node: Node, book: Notebook) -> Technique:
    fields = Fields(node, book, f"'{name}'")
    title = fields.text("title", required=True)
    verified = read_verified(fields)
    role = fields.text("role")
    equipment = fields.texts("equipment")
    examples = fields.texts("examples")
    members = fields.texts("members")
    source_node = fields.take("source")
    source = None
    if source_node is not None:
        inner = Fields(source_node, book, "source")
        source = Source(
            inner.text("cite", required=True), read_doi(inner, book), inner.text("where")
        )
        inner.done()
    text = {key.text: " ".join(getattr(value, "text", "").split()) for key, value in fields.rest()}
    return Technique(
        name, title, section, role, equipment, examples, text, verified, source, members
    )
