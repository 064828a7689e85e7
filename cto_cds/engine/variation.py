"""Variations of one case: what the rules decide when single facts are different."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from cto_cds.engine.lookup import settle
from cto_cds.engine.plain import paths_of
from cto_cds.engine.units import DANGER, UnitBlock, blocks_of
from cto_cds.engine.verdict import Path
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile.condition import Leaf, Possible, decide, leaves
from cto_cds.rulefile.model import Finding
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth

Truths = Mapping[str, Mapping[str, Truth]]
OF_THE_PLAN = ("finding", "algorithm", "decision", "safety", "shift")
"""The kinds of blocks on which a plan rests; scores, associations and advice move no strategy."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules of the plan decide.

    Attributes:
        truths: The truth of every condition, by block.
        paths: Every way through each algorithm that is still possible.
    """

    truths: Truths
    paths: Mapping[str, tuple[Path, ...]]


def known_key(rule: str) -> str:
    """Return the block of a safety rule without the dangerous reading of what is unknown."""
    return f"known:{rule}"


class Readers:
    """Which blocks of a pack read which facts and findings. A fact of the pack, made once."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    @cached_property
    def blocks(self) -> dict[str, UnitBlock]:
        """The blocks on which the plan rests, by their names."""
        guards = {f"safety:{rule.id}": rule for rule in self.pack.safety}
        found = [
            block
            for block in blocks_of(self.pack)
            if block.id.partition(":")[0] in OF_THE_PLAN
            and not (block.id in guards and guards[block.id].about)
        ]
        found += [
            UnitBlock(known_key(rule.id), ((DANGER, rule.when),))
            for rule in self.pack.safety
            if rule.read_unknown_as
        ]
        return {block.id: block for block in found}

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """The findings by the names of their blocks, in the order in which they need each other."""
        return {f"finding:{finding.id}": finding for finding in self.pack.findings}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for block in self.blocks.values():
            for name in _read(block):
                found.setdefault(name, []).append(block.id)
        for finding in self.pack.findings:
            for path in finding.ratio:
                found.setdefault(path, []).append(f"finding:{finding.id}")
        return found

    def of(self, names: Iterable[str]) -> set[str]:
        """Return the blocks that read one of these facts or findings."""
        return {block for name in names for block in self._by_name.get(name, ())}

    @cached_property
    def limits(self) -> dict[str, tuple[Quantity, ...]]:
        """Return the limits that some block of the plan compares each place with, rising."""
        found: dict[str, dict[Quantity, None]] = {}
        for block in self.blocks.values():
            for _, condition in block.units:
                for leaf in leaves(condition):
                    if leaf.limit is not None and not leaf.subject.finding:
                        for path in leaf.subject.paths:
                            found.setdefault(path, {})[leaf.limit] = None
        return {
            path: tuple(sorted(limits, key=lambda limit: limit.number))
            for path, limits in found.items()
        }

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Return every place that the plan may rest on, in the order of the vocabulary."""
        return tuple(path for path in self.pack.vocabulary.by_path if path in self._by_name)


def _read(block: UnitBlock) -> set[str]:
    subjects = (leaf.subject for _, condition in block.units for leaf in leaves(condition))
    return {path for subject in subjects for path in subject.paths}


class Variations:
    """Decides variations of one case; only what reads a changed fact is decided again.

    Args:
        readers: Who reads what in the pack.
        sheet: The facts of the case.
    """

    def __init__(self, readers: Readers, sheet: FactSheet) -> None:
        self._readers = readers
        self._sheet = sheet
        self._review = {p for p, r in sheet.readings.items() if r.status == "needs_review"}
        self._truths: dict[str, Mapping[str, Truth]] = {}
        self._findings: dict[str, Possible] = {}
        self._decide(self._truths, self._findings, {}, None)
        self.base = Outcome(self._truths, self._paths(self._truths))

    def with_changes(self, changes: Mapping[str, Value | None]) -> Outcome | None:
        """Return what is decided when these facts are different; None when nothing is.

        Args:
            changes: The value of each changed fact; None for unknown.
        """
        truths = dict(self._truths)
        findings = dict(self._findings)
        changed = self._decide(truths, findings, changes, self._readers.of(changes))
        if not changed:
            return None
        if any(block.startswith(("algorithm:", "decision:")) for block in changed):
            return Outcome(truths, self._paths(truths))
        return Outcome(truths, self.base.paths)

    def _decide(
        self,
        truths: dict[str, Mapping[str, Truth]],
        findings: dict[str, Possible],
        changes: Mapping[str, Value | None],
        blocks: set[str] | None,
    ) -> set[str]:
        """Decide these blocks, and all that read a finding which becomes another, in place."""
        todo = set(self._readers.blocks) | set(self._readers.findings) if blocks is None else blocks
        changed: set[str] = set()
        for name, finding in self._readers.findings.items():
            if name not in todo:
                continue
            if self._finding(name, finding, truths, findings, changes):
                changed.add(name)
                todo = todo | self._readers.of((finding.id,))
        for name in todo - set(self._readers.findings):
            found = self._block(self._readers.blocks[name], findings, changes)
            if found != truths.get(name):
                truths[name] = found
                changed.add(name)
        return changed

    def _finding(
        self,
        name: str,
        finding: Finding,
        truths: dict[str, Mapping[str, Truth]],
        findings: dict[str, Possible],
        changes: Mapping[str, Value | None],
    ) -> bool:
        before = findings.get(finding.id)
        known = finding.id in findings
        if finding.ratio:
            findings[finding.id] = self._ratio(finding, changes)
        else:
            truths[name] = self._block(self._readers.blocks[name], findings, changes)
            doubted = self._doubted(finding, changes)
            findings[finding.id] = settle(finding, truths[name], doubted)
        return not known or findings[finding.id] != before

    def _block(
        self,
        block: UnitBlock,
        findings: Mapping[str, Possible],
        changes: Mapping[str, Value | None],
    ) -> Mapping[str, Truth]:
        def truth(leaf: Leaf) -> Truth:
            subject = leaf.subject
            if subject.finding:
                return leaf.decide(findings.get(subject.name))
            for path in subject.paths:
                value = self._known(path, changes)
                if value is not None:
                    return leaf.decide((value,))
            for path in subject.paths:
                if path in block.read_unknown_as:
                    return leaf.decide((block.read_unknown_as[path],))
            return Truth.UNKNOWN

        return {name: decide(condition, truth) for name, condition in block.units}

    def _known(self, path: str, changes: Mapping[str, Value | None]) -> Value | None:
        return changes[path] if path in changes else self._sheet.known(path)

    def _ratio(self, finding: Finding, changes: Mapping[str, Value | None]) -> Possible:
        above, below = (self._known(path, changes) for path in finding.ratio)
        if isinstance(above, Quantity) and isinstance(below, Quantity) and below.number:
            return (Quantity(above.number / below.number),)
        return None

    def _doubted(self, finding: Finding, changes: Mapping[str, Value | None]) -> frozenset[str]:
        review = self._review.difference(changes)
        if not finding.first_known or not review:
            return frozenset()
        return frozenset(
            f"{index}:{value.word}"
            for index, value in enumerate(finding.values)
            if any(not review.isdisjoint(leaf.subject.paths) for leaf in leaves(value.when))
        )

    def _paths(self, truths: Truths) -> Mapping[str, tuple[Path, ...]]:
        return {a.id: tuple(paths_of(a, truths)) for a in self._readers.pack.algorithms}
