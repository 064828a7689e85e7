"""Loading a rule pack from its layers: all files, all mistakes, one typed result."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cto_cds.errors import Place, Problem, RuleFileError
from cto_cds.facts.document import MapNode, Node, TextNode, UnreadableDocumentError
from cto_cds.facts.fields import Fields, Notebook, nearest
from cto_cds.facts.vocabulary import Vocabulary, ids_of, read_vocabulary
from cto_cds.rulefile.association_file import read_association
from cto_cds.rulefile.decision_file import read_algorithm, read_decision
from cto_cds.rulefile.finding_file import read_finding, shape_of
from cto_cds.rulefile.folder import texts_of
from cto_cds.rulefile.links import check_links, in_order_of_need
from cto_cds.rulefile.model import (
    Algorithm,
    Association,
    Decision,
    Finding,
    Rule,
    Safety,
    Score,
    Technique,
)
from cto_cds.rulefile.names import Names
from cto_cds.rulefile.pack import Pack, Replaced
from cto_cds.rulefile.parsed import ParseCache
from cto_cds.rulefile.parts import UNTESTED, Reader, meaning_digest, read_header
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.policy_file import read_policy
from cto_cds.rulefile.proof import contradictions
from cto_cds.rulefile.safety_file import GUARDS
from cto_cds.rulefile.score_file import read_score
from cto_cds.rulefile.sense import senseless
from cto_cds.rulefile.techniques_file import read_techniques
from cto_cds.rulefile.versions import VERSIONS, Records, check_versions

FOLDERS = {
    "score": "scores",
    "association": "associations",
    "algorithm": "algorithms",
    "decision": "algorithms",
    "finding": "findings",
    "safety": "safety",
    "advice": "advice",
    "policy": "policy",
}
"""The kinds of rules, and the folder of a pack where each stands."""
VOCABULARY = "vocabulary.yaml"
TECHNIQUES = "techniques.yaml"


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of rule texts: the built-in pack, or the local rules of an institution.

    Attributes:
        name: Who hands it over.
        texts: The text of each file, by its path relative to the pack, with forward slashes.
        root: What messages put before the relative path.
    """

    name: str
    texts: Mapping[str, str]
    root: str = ""

    @classmethod
    def of_folder(cls, name: str, folder: Path) -> Layer:
        """Read every rule file below a folder.

        Raises:
            RuleFileError: Something in the folder cannot be read, or would not count.
        """
        return cls(name, texts_of(folder), str(folder))

    def source(self, path: str) -> str:
        """Return the name of a file in messages."""
        return f"{self.root}/{path}" if self.root else path


def archive_of(layers: Sequence[Layer]) -> bytes:
    """Return every text of a pack as canonical JSON, layer by layer."""
    content = [[layer.name, dict(sorted(layer.texts.items()))] for layer in layers]
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def layers_of(archive: bytes) -> list[Layer]:
    """Return the layers that an archive was made from."""
    return [Layer(name, texts, name) for name, texts in json.loads(archive)]


@dataclass(frozen=True, slots=True)
class _File:
    layer: Layer
    path: str
    root: Node
    book: Notebook

    def text(self, key: str) -> str:
        node = self.root.get(key) if isinstance(self.root, MapNode) else None
        return node.text if isinstance(node, TextNode) else ""


def load_pack(
    layers: Sequence[Layer],
    *,
    drafts: bool = False,
    cache: ParseCache | None = None,
    progress: Callable[[str, float], None] = lambda _stage, _share: None,
) -> Pack:
    """Load the rules in force.

    Args:
        layers: The built-in pack first, then what adds to it or replaces parts of it.
        drafts: Whether rules with ``status: draft`` are in force as well.
        cache: Trees parsed before.
        progress: Called with what is being done and how much of it is done, from 0 to 1.

    Raises:
        RuleFileError: With every mistake in every file.
    """
    cache = cache or ParseCache(None)
    files, problems = _parsed(layers, cache, progress)
    if problems:
        raise RuleFileError.of(problems)
    vocabulary, techniques = _foundations(files)
    records, problems = _recorded(files)
    in_force, replaced, mistakes = _in_force(files, records, drafts=drafts)
    problems.extend(mistakes)
    shapes = [
        shape
        for file in in_force
        if file.text("kind") == "finding" and (shape := shape_of(file.root))
    ]
    # A name of the vocabulary stays what it is; the finding that takes it is refused when read.
    findings = {shape.id: shape for shape in shapes if shape.id not in vocabulary.facts}
    names = Names(vocabulary, findings)
    sections: dict[str, list[str]] = {}
    for technique in techniques.values():
        sections.setdefault(technique.section, []).append(technique.id)
    rules = []
    for file in in_force:
        rule = _read_rule(file, names, sections)
        problems.extend(file.book.problems)
        if rule is not None and all(map(_only_untested, file.book.problems)):
            rules.append(rule)
    problems.extend(check_versions(rules, records.meanings))
    if all(map(_only_untested, problems)):
        for done, rule in enumerate(rules):
            progress("looking for contradictions", done / len(rules))
            problems.extend(contradictions(rule, names))
        problems.extend(check_links(rules, [file.text("id") for file in files]))
    if not problems:
        for done, rule in enumerate(rules):
            progress("looking for conditions that tell nothing", done / len(rules))
            problems.extend(senseless(rule, names))
    if problems:
        raise RuleFileError.of(problems)
    cache.keep()
    pack = _assembled(rules, vocabulary, archive_of(layers))
    return replace(pack, techniques=techniques, replaced=tuple(replaced))


def _only_untested(problem: Problem) -> bool:
    """Whether a mistake leaves a rule whole, so that what else is wrong with it can be told."""
    return problem.found == UNTESTED


def _parsed(
    layers: Sequence[Layer], cache: ParseCache, progress: Callable[[str, float], None]
) -> tuple[list[_File], list[Problem]]:
    files: list[_File] = []
    problems: list[Problem] = []
    listed = [(layer, path, text) for layer in layers for path, text in layer.texts.items()]
    for done, (layer, path, text) in enumerate(listed):
        progress("reading rule files", done / len(listed))
        source = layer.source(path)
        try:
            files.append(_File(layer, path, cache.parse(text, source), Notebook(source)))
        except UnreadableDocumentError as fault:
            problems.extend(fault.problems)
    return files, problems


def _foundations(files: list[_File]) -> tuple[Vocabulary, Mapping[str, Technique]]:
    base = {file.path: file for file in files if file.layer is files[0].layer} if files else {}
    for path in (VOCABULARY, TECHNIQUES):
        if path not in base:
            mend = (
                "A rule pack needs vocabulary.yaml and techniques.yaml; local rules have neither."
            )
            source = files[0].layer.source(path) if files else path
            raise RuleFileError(Problem(Place(source), "this file is missing", mend))
    file = base[TECHNIQUES]
    techniques = read_techniques(file.root, file.book.source)
    lists = {
        "strategies": ids_of(file.root, "strategies"),
        "techniques and equipment": ids_of(file.root, "techniques", "equipment"),
    }
    file = base[VOCABULARY]
    return read_vocabulary(file.root, file.book.source, lists), techniques


def _recorded(files: list[_File]) -> tuple[Records, list[Problem]]:
    """Return what the layers record; no layer may contradict one before it."""
    records = Records()
    problems: list[Problem] = []
    for file in files:
        if file.path == VERSIONS and isinstance(file.root, MapNode):
            table = file.root.get("meanings")
            for key, value in table.entries if isinstance(table, MapNode) else ():
                place = Place(file.book.source, key.line, key.column)
                meaning = value.text if isinstance(value, TextNode) else ""
                problems.extend(records.add(key.text, meaning, place))
    return records, problems


def _expected_id(path: str) -> str:
    parts = path.removesuffix(".yaml").split("/")[1:]
    if parts and parts[-1] == "index":
        parts = parts[:-1]
    return ".".join(parts)


def _misplaced(file: _File) -> Iterator[Problem]:
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


def _in_force(
    files: list[_File], records: Records, *, drafts: bool
) -> tuple[list[_File], list[Replaced], list[Problem]]:
    """Leave out drafts and retired rules; settle which layer speaks for each id."""
    chosen: dict[str, _File] = {}
    replaced, problems = [], []
    for file in files:
        if file.path in {VOCABULARY, TECHNIQUES, VERSIONS}:
            if file.path != VERSIONS and file.layer is not files[0].layer:
                found = "only the built-in pack has this file; local rules use its names"
                problems.append(Problem(Place(file.book.source), found, "Take the file out."))
            continue
        problems.extend(_misplaced(file))
        status = file.text("status")
        if status == "retired" or (status == "draft" and not drafts):
            continue
        name = file.text("id")
        node = Fields(file.root, Notebook(""), "").at("id")
        place = Place(file.book.source, node.line, node.column, "id")
        expected = _expected_id(file.path)
        if name and name != expected:
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


def _read_rule(file: _File, names: Names, sections: Mapping[str, Collection[str]]) -> Rule | None:
    fields = Fields(file.root, file.book, "the rule file")
    kind = file.text("kind")
    if kind not in FOLDERS:
        found = f"'{kind}' is not a kind of rule file" if kind else "the file has no 'kind'"
        file.book.note(fields.at("kind"), found, nearest(kind, FOLDERS), "kind")
        return None
    reads = fields.texts("reads")
    for group in reads:
        if group not in names.vocabulary.groups:
            mend = nearest(group, names.vocabulary.groups)
            found = f"'{group}' is not a place to read from"
            file.book.note(fields.at("reads"), found, mend, "reads")
    reader = Reader(file.book, names, reads)
    header = read_header(fields, reader, kind)
    meaning = meaning_digest(file.root)
    if kind == "score":
        return read_score(fields, header, reader, meaning, sections["strategies"])
    if kind == "association":
        return read_association(fields, header, reader, meaning)
    if kind == "finding":
        return read_finding(fields, header, reader, meaning)
    if kind == "algorithm":
        return read_algorithm(fields, header, reader, meaning)
    if kind == "decision":
        return read_decision(fields, header, reader, meaning, sections)
    if kind in GUARDS:
        return GUARDS[kind](fields, header, reader, meaning, sections)
    return read_policy(fields, header, reader, meaning, sections["strategies"])


def _assembled(rules: list[Rule], vocabulary: Vocabulary, archive: bytes) -> Pack:
    policies = [rule for rule in rules if isinstance(rule, Policy)]
    if len(policies) != 1:
        found = f"the pack has {len(policies)} ranking policies in force"
        if policies:
            found = f"{found}: {', '.join(str(policy.header.place) for policy in policies)}"
        mend = "Keep one; a local one says 'replaces: ranking'."
        place = policies[-1].header.place if policies else Place("policy")
        raise RuleFileError(Problem(place, found, mend))
    by_id = sorted(rules, key=lambda rule: rule.id)
    decisions = [rule for rule in by_id if isinstance(rule, Decision)]
    algorithms = tuple(
        replace(rule, decisions=tuple(d for d in decisions if d.id.startswith(f"{rule.id}.")))
        for rule in by_id
        if isinstance(rule, Algorithm)
    )
    return Pack(
        vocabulary=vocabulary,
        techniques={},
        findings=in_order_of_need([rule for rule in by_id if isinstance(rule, Finding)]),
        scores=tuple(rule for rule in by_id if isinstance(rule, Score)),
        associations=tuple(rule for rule in by_id if isinstance(rule, Association)),
        algorithms=algorithms,
        safety=tuple(rule for rule in by_id if isinstance(rule, Safety)),
        policy=policies[0],
        archive=archive,
    )
