"""Which rule files are in force: which layer speaks for an id, and what stands aside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cto_cds.errors import Place, Problem
from cto_cds.facts.document import MapNode, Node, TextNode
from cto_cds.facts.fields import Fields, Notebook, nearest
from cto_cds.rulefile.layer import FOLDERS, TECHNIQUES, VOCABULARY, Layer
from cto_cds.rulefile.model import Rule, Safety
from cto_cds.rulefile.pack import GONE, LeftOut, Replaced
from cto_cds.rulefile.parts import UNTESTED, meaning_digest
from cto_cds.rulefile.versions import VERSIONS, Records


@dataclass(frozen=True, slots=True)
class RuleText:
    """One file of a layer, parsed, with the mistakes found in it."""

    layer: Layer
    path: str
    root: Node
    book: Notebook

    @property
    def is_rule(self) -> bool:
        """Whether it holds a rule, instead of what rules are made with."""
        return self.path not in {VOCABULARY, TECHNIQUES, VERSIONS}

    @property
    def name(self) -> str:
        """The id of its rule; that of its path when it has none."""
        return self.text("id") or expected_id(self.path)

    def aside(self, *, drafts: bool) -> bool:
        """Whether its status keeps it out of force."""
        status = self.text("status")
        return status == "retired" or (status == "draft" and not drafts)

    def text(self, key: str) -> str:
        """Return a text of its top level, or an empty one."""
        node = self.root.get(key) if isinstance(self.root, MapNode) else None
        return node.text if isinstance(node, TextNode) else ""


def recorded_in(files: list[RuleText]) -> tuple[Records, list[Problem]]:
    """Return what the layers record; no layer may contradict one before it."""
    records = Records()
    problems: list[Problem] = []
    for file in files:
        if file.path == VERSIONS:
            problems.extend(records.read(file.root, file.book.source))
    problems.extend(records.still_on_file({file.name for file in files if file.is_rule}))
    return records, problems


def expected_id(path: str) -> str:
    """Return the id that a rule must have for where it stands."""
    parts = path.removesuffix(".yaml").split("/")[1:]
    if parts and parts[-1] == "index":
        parts = parts[:-1]
    return ".".join(parts)


def _misplaced(file: RuleText) -> Iterator[Problem]:
    """Each kind of rule has its folder, so that a reader of a pack misses none."""
    kind = file.text("kind")
    folder, _, _ = file.path.rpartition("/")
    first = folder.partition("/")[0]
    if first == FOLDERS.get(kind, first) and first in FOLDERS.values():
        return
    found = f"no rules stand in '{first}'" if first else "no rules stand at the top of a pack"
    if first in FOLDERS.values():
        found = f"a rule of kind {kind} does not stand in '{first}'"
    right = f"'{FOLDERS[kind]}'" if kind in FOLDERS else "the folder of its kind"
    mend = f"Move it to {right}. The folders are: {', '.join(dict.fromkeys(FOLDERS.values()))}."
    yield Problem(Place(file.book.source), found, mend)


def _in_vain(replaces: str, name: str, chosen: Collection[str], place: Place) -> Iterator[Problem]:
    """A rule takes the place of the one with its own id, and of no other."""
    if replaces and replaces != name:
        found = f"the rule '{name}' says that it replaces '{replaces}', which has another id"
        mend = f"Write 'id: {replaces}' and name the file after it, or take 'replaces' out."
        yield Problem(place, found, mend)
    elif replaces and name not in chosen:
        yield Problem(place, f"there is no rule '{name}' to replace", nearest(name, chosen))


def in_force(
    files: list[RuleText], records: Records, *, drafts: bool
) -> tuple[list[RuleText], list[Replaced], list[Problem]]:
    """Leave out drafts and retired rules; settle which layer speaks for each id."""
    chosen: dict[str, RuleText] = {}
    replaced, problems = [], []
    for file in files:
        if not file.is_rule:
            if file.path != VERSIONS and file.layer is not files[0].layer:
                found = "only the built-in pack has this file; local rules use its names"
                problems.append(Problem(Place(file.book.source), found, "Take the file out."))
            continue
        problems.extend(_misplaced(file))
        if file.aside(drafts=drafts):
            continue
        name = file.text("id")
        node = Fields(file.root, Notebook(""), "").at("id")
        place = Place(file.book.source, node.line, node.column, "id")
        expected = expected_id(file.path)
        if name and expected and name != expected:
            found = f"the id '{name}' does not match the path of the file"
            problems.append(Problem(place, found, f"Write 'id: {expected}', or move the file."))
        replaces = file.text("replaces")
        problems.extend(_in_vain(replaces, name, chosen, place))
        earlier = chosen.get(name)
        if earlier is not None and (earlier.layer is file.layer or replaces != name):
            found = f"the id '{name}' is already used by {earlier.book.source}"
            mend = (
                "Choose another id. A local rule that takes its place keeps the id and says "
                f"'replaces: {name}'."
            )
            problems.append(Problem(place, found, mend))
            continue
        if earlier is not None:
            kind = earlier.text("kind")
            if file.text("kind") != kind:
                found = f"'{name}' takes the place of a rule of another kind, {kind}"
                mend = f"Write 'kind: {kind}', or choose another id."
                problems.append(Problem(place, found, mend))
            replaced.append(Replaced(name, earlier.layer.name, file.layer.name, kind))
            records.keep(f"{name}@{earlier.text('version')}", meaning_digest(earlier.root))
        chosen[name] = file
    return list(chosen.values()), replaced, problems


def left_out(
    files: Sequence[RuleText],
    chosen: Iterable[RuleText],
    records: Records,
    read: Callable[[RuleText], Rule | None],
    *,
    drafts: bool,
) -> Iterator[LeftOut]:
    """Yield what is on file or recorded, and not in force.

    Args:
        files: Every file of every layer.
        chosen: Those in force.
        records: What the layers record.
        read: Reads a rule.
        drafts: Whether drafts are in force as well.
    """
    speaks = {file.name: file.layer.name for file in chosen}
    for file in files:
        if file.is_rule and file.aside(drafts=drafts):
            place, kind = Place(file.book.source), file.text("kind")
            rule = _as_it_stands(file, read) if kind == "safety" else None
            status, instead = file.text("status"), speaks.get(file.name, "")
            yield LeftOut(file.name, status, file.layer.name, place, kind, rule, instead)
    owners = {file.book.source: file.layer.name for file in files}
    for name, place in records.without_file({file.name for file in files if file.is_rule}):
        yield LeftOut(name, GONE, owners[place.source], place)


def _as_it_stands(file: RuleText, read: Callable[[RuleText], Rule | None]) -> Safety | None:
    """Read a rule that is not in force; one with mistakes cannot be read, and that is no error."""
    apart = replace(file, book=Notebook(file.book.source))
    rule = read(apart)
    whole = all(problem.found == UNTESTED for problem in apart.book.problems)
    return rule if whole and isinstance(rule, Safety) else None
