"""Reading a finding: a fact derived from facts."""

from __future__ import annotations

from cto_cds.facts.document import MapNode, Node, TextNode
from cto_cds.facts.fields import Fields, Notebook
from cto_cds.rulefile.condition import Subject, leaves
from cto_cds.rulefile.model import CENTER, Finding, FindingValue, Header
from cto_cds.rulefile.names import FindingShape, UnknownNameError
from cto_cds.rulefile.parts import Reader, read_rows

IF_UNKNOWN = "name what is missing"
EXACTLY_ONE = "exactly one"
FIRST_KNOWN = "first known"


def shape_of(root: Node) -> FindingShape | None:
    """Return id and words of a finding before its conditions are read, without checking it."""
    if not isinstance(root, MapNode):
        return None
    name, values = root.get("id"), root.get("values")
    if not isinstance(name, TextNode):
        return None
    words = [
        word.text
        for node in getattr(values, "items", ())
        if isinstance(node, MapNode) and isinstance(word := node.get("is"), TextNode)
    ]
    return FindingShape(name.text, tuple(dict.fromkeys(words)))


def read_finding(fields: Fields, header: Header, reader: Reader, meaning: str) -> Finding:
    """Read what follows the header of a finding."""
    if header.id in reader.names.vocabulary.facts:
        found = (
            f"'{header.id}' is the name of a fact, which this finding would hide from every rule"
        )
        mend = "Choose another id, and name the file after it."
        reader.book.note(fields.at("id"), found, mend, "id")
    ratio = _ratio(fields, reader) if fields.has("ratio") else ()
    match = EXACTLY_ONE
    values: tuple[FindingValue, ...] = ()
    if not ratio:
        match = fields.word("match", [EXACTLY_ONE, FIRST_KNOWN])
        nodes = fields.items("values", required=True)
        inner = [Fields(node, reader.book, "a value") for node in nodes]
        conditions = reader.conditions(value.take("when", required=True) for value in inner)
        values = tuple(
            FindingValue(
                word=value.text("is", required=True),
                when=when,
                because=value.text("because", required=True),
                verified=reader.verified(value, header.verified),
                source=reader.source(value, header.source),
                place=reader.place(value.node),
            )
            for value, when in zip(inner, conditions, strict=True)
        )
        for value in inner:
            value.done()
    at_limit = _at_limit(values, fields, reader.book)
    fields.word("if_unknown", [IF_UNKNOWN])
    rows = read_rows(fields, reader)
    fields.done()
    finding = Finding(header, rows, meaning, values, match == FIRST_KNOWN, ratio, at_limit)
    if not ratio and len(finding.words) < 2:
        found = "the finding has fewer than two values, so it tells nothing"
        reader.book.note(fields.node, found, "Add the value for when it does not hold.", "values")
    if finding.first_known:
        _one_fact_only(finding, fields, reader.book)
    return finding


def _ratio(fields: Fields, reader: Reader) -> tuple[str, ...]:
    node = fields.take("ratio")
    if node is None:
        return ()
    inner = Fields(node, reader.book, "the ratio")
    paths = []
    for key in ("of", "to"):
        name = inner.text(key, required=True)
        try:
            subject = reader.names.subject(name, reader.reads)
        except UnknownNameError as fault:
            reader.book.note(node, fault.found, fault.mend)
            continue
        if not reader.names.shape(subject).numeric or subject.finding:
            reader.book.note(node, f"'{name}' is not a number", "Name a fact with a unit.")
        paths.append(subject.paths[0])
    inner.done()
    return tuple(paths)


def _at_limit(values: tuple[FindingValue, ...], fields: Fields, book: Notebook) -> dict[str, str]:
    """Read what is told of each number that sits on a limit; it has to be compared with one."""
    limited = {
        path.rpartition(".")[2]
        for value in values
        for leaf in leaves(value.when)
        for path in leaf.subject.paths
        if leaf.limit
    }
    told = {}
    for name, text in fields.entries("at_limit"):
        told[name.text] = text.text if isinstance(text, TextNode) else ""
        if name.text not in limited:
            found = f"'{name.text}' is compared with no limit here"
            book.note(name, found, f"Name one of: {', '.join(sorted(limited))}.", "at_limit")
        elif not told[name.text].strip():
            book.note(text, "there is no sentence", "Say what to know on the limit.", "at_limit")
    return told


def _one_fact_only(finding: Finding, fields: Fields, book: Notebook) -> None:
    """'first known' settles readings of one fact; for several facts it would hide an unknown.

    What lacks at a centre may stand beside it: nothing lacks until somebody says that it does.
    """
    subjects: set[Subject] = {
        leaf.subject for value in finding.values for leaf in leaves(value.when)
    }
    lesion = (s for s in subjects if not s.paths or s.paths[0].partition(".")[0] != CENTER)
    names = {path.rpartition(".")[2] for subject in lesion for path in subject.paths}
    if len(names) != 1 or any(subject.finding for subject in subjects):
        found = f"'{FIRST_KNOWN}' is for one fact read in several places"
        mend = f"Use 'match: {EXACTLY_ONE}', or keep to one fact; here: {', '.join(sorted(names))}."
        book.note(fields.at("match"), found, mend, "match")
