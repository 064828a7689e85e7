"""Loading a rule pack from its layers: all files, all mistakes, one typed result."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from cto_cds.errors import Place, Problem, RuleFileError
from cto_cds.facts.document import UnreadableDocumentError
from cto_cds.facts.fields import Fields, Notebook, nearest
from cto_cds.facts.vocabulary import Vocabulary, ids_of, read_vocabulary
from cto_cds.rulefile.association_file import read_association
from cto_cds.rulefile.cache import LoadCache
from cto_cds.rulefile.decision_file import read_algorithm, read_decision
from cto_cds.rulefile.finding_file import read_finding, shape_of
from cto_cds.rulefile.in_force import RuleText, in_force, left_out, recorded_in
from cto_cds.rulefile.layer import (
    FOLDERS,
    TECHNIQUES,
    VOCABULARY,
    Layer,
    archive_of,
    layers_of,
)
from cto_cds.rulefile.limit import read_limits
from cto_cds.rulefile.links import check_links, in_order_of_need
from cto_cds.rulefile.model import (
    Algorithm,
    Association,
    Decision,
    Finding,
    Rule,
    Safety,
    Technique,
)
from cto_cds.rulefile.names import Names
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.parts import ROWS, UNTESTED, Reader, meaning_digest, read_header
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.policy_file import read_policy
from cto_cds.rulefile.proof import contradictions
from cto_cds.rulefile.safety_file import GUARDS
from cto_cds.rulefile.score import Score
from cto_cds.rulefile.score_file import read_score
from cto_cds.rulefile.sense import senseless
from cto_cds.rulefile.techniques_file import read_techniques
from cto_cds.rulefile.versions import check_versions

__all__ = ["FOLDERS", "TECHNIQUES", "VOCABULARY", "Layer", "archive_of", "layers_of", "load_pack"]


def load_pack(
    layers: Sequence[Layer],
    *,
    drafts: bool = False,
    rows: bool = True,
    cache: LoadCache | None = None,
    progress: Callable[[str, float], None] = lambda _stage, _share: None,
) -> Pack:
    """Load the rules in force.

    Args:
        layers: The built-in pack first, then what adds to it or replaces parts of it.
        drafts: Whether rules with ``status: draft`` are in force as well.
        rows: Whether the test rows are wanted. Without them a rule in which no mistake was found
            before is read without its rows; every other is read whole.
        cache: What was parsed and proved before.
        progress: Called with what is being done and how much of it is done, from 0 to 1.

    Raises:
        RuleFileError: With every mistake in every file.
    """
    cache = cache or LoadCache(None)
    files, problems = _parsed(layers, cache, progress, rows=rows)
    if problems:
        raise RuleFileError.of(problems)
    vocabulary, techniques = _foundations(files)
    records, problems = recorded_in(files)
    chosen, replaced, mistakes = in_force(files, records, drafts=drafts)
    problems.extend(mistakes)
    shapes = [
        shape
        for file in chosen
        if file.text("kind") == "finding" and (shape := shape_of(file.root))
    ]
    # A name of the vocabulary stays what it is; the finding that takes it is refused when read.
    findings = {shape.id: shape for shape in shapes if shape.id not in vocabulary.facts}
    names = Names(vocabulary, findings)
    sections: dict[str, list[str]] = {}
    for technique in techniques.values():
        sections.setdefault(technique.section, []).append(technique.id)
    base = files[0].layer.texts
    named = cache.proof(base[VOCABULARY], base[TECHNIQUES], *map(repr, findings.values()))
    rules = []
    proofs = {}
    for file in chosen:
        proof = cache.proof(named, file.layer.texts[file.path])
        proved = not rows and cache.holds(proof)
        whole = file if proved or rows else _whole(file, cache)
        rule = _read_rule(whole, names, sections, proved=proved)
        problems.extend(file.book.problems)
        if rule is not None and all(map(_only_untested, file.book.problems)):
            rules.append(rule)
            proofs[rule.id] = proof
    problems.extend(check_versions(rules, records.meanings))
    unproved = [rule for rule in rules if not cache.holds(proofs[rule.id])]
    if all(map(_only_untested, problems)):
        for rule in _told("looking for contradictions", unproved, progress):
            problems.extend(contradictions(rule, names))
        problems.extend(check_links(rules, [file.text("id") for file in files]))
    if not problems:
        for rule in _told("looking for conditions that tell nothing", unproved, progress):
            problems.extend(senseless(rule, names))
    if problems:
        raise RuleFileError.of(problems)
    cache.proved(proofs.values())
    cache.keep()
    pack = _assembled(rules, vocabulary, archive_of(layers))
    aside = left_out(
        files, chosen, records, lambda file: _read_rule(file, names, sections), drafts=drafts
    )
    return replace(pack, techniques=techniques, replaced=tuple(replaced), left_out=tuple(aside))


def _told(
    stage: str, rules: Sequence[Rule], progress: Callable[[str, float], None]
) -> Iterator[Rule]:
    """Yield rules, telling how many of them are done."""
    for done, rule in enumerate(rules):
        progress(stage, done / len(rules))
        yield rule


def _only_untested(problem: Problem) -> bool:
    """Whether a mistake leaves a rule whole, so that what else is wrong with it can be told."""
    return problem.found == UNTESTED


def _parsed(
    layers: Sequence[Layer],
    cache: LoadCache,
    progress: Callable[[str, float], None],
    *,
    rows: bool,
) -> tuple[list[RuleText], list[Problem]]:
    files: list[RuleText] = []
    problems: list[Problem] = []
    listed = [(layer, path, text) for layer in layers for path, text in layer.texts.items()]
    for done, (layer, path, text) in enumerate(listed):
        progress("reading rule files", done / len(listed))
        source = layer.source(path)
        try:
            root = cache.parse(text, source, without="" if rows else ROWS)
            files.append(RuleText(layer, path, root, Notebook(source)))
        except UnreadableDocumentError as fault:
            problems.extend(fault.problems)
    return files, problems


def _whole(file: RuleText, cache: LoadCache) -> RuleText:
    """Return a file with the rows that were left out."""
    return replace(file, root=cache.parse(file.layer.texts[file.path], file.book.source))


def _foundations(files: list[RuleText]) -> tuple[Vocabulary, Mapping[str, Technique]]:
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


def _read_rule(
    file: RuleText,
    names: Names,
    sections: Mapping[str, Collection[str]],
    *,
    proved: bool = False,
) -> Rule | None:
    fields = Fields(file.root, file.book, "the rule file")
    kind = file.text("kind")
    if kind not in FOLDERS:
        found = f"'{kind}' is not a kind of rule file" if kind else "the file has no 'kind'"
        file.book.note(fields.at("kind"), found, nearest(kind, FOLDERS), "kind")
        return None
    reads = fields.texts("reads")
    groups = names.vocabulary.groups
    wrong = [group for group in reads if group not in groups]
    for group in wrong:
        found = f"'{group}' is not a place to read from"
        file.book.note(fields.at("reads"), found, nearest(group, groups), "reads")
    if wrong:  # so that what reads from there is not called wrong as well
        reads = tuple(dict.fromkeys([*reads, *groups]))
    reader = Reader(file.book, names, reads, proved)
    header = read_header(fields, reader, kind, read_limits)
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
    return read_policy(fields, header, reader, meaning, sections)


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
