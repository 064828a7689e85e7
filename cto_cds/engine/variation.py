"""Variations of one case: what the rules decide when single facts are different."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from cto_cds.engine.lookup import Comparisons, Lookup, settle
from cto_cds.engine.plain import paths_of, truths_of
from cto_cds.engine.trace import Truths
from cto_cds.engine.units import DANGER, UnitBlock, blocks_of, comparisons_of
from cto_cds.engine.verdict import Path
from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile.condition import Leaf, leaves
from cto_cds.rulefile.model import Finding
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth

OF_THE_PLAN = ("finding", "algorithm", "decision", "safety", "shift")
"""The kinds of blocks on which a plan rests; scores, associations and advice move no strategy."""

BEHIND_THE_PLAN = ("finding:", "decision:")
"""What moves a strategy only by what reads it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules of the plan decide.

    Attributes:
        truths: The truth of every condition, by block.
        paths: Every way through each algorithm that is still possible.
    """

    truths: Truths
    paths: Mapping[str, tuple[Path, ...]]

    def is_alike(self, other: Outcome) -> bool:
        """Whether no algorithm takes another way, and no safety rule or shift decides otherwise."""
        return self.paths == other.paths and all(
            truths == other.truths[block]
            for block, truths in self.truths.items()
            if not block.startswith(BEHIND_THE_PLAN)
        )


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
    def comparisons(self) -> Comparisons:
        """What these blocks compare."""
        return comparisons_of(self.blocks.values())

    @cached_property
    def comparing(self) -> dict[str, list[Leaf]]:
        """The comparisons that read each place."""
        found: dict[str, list[Leaf]] = {}
        for leaf in self.comparisons.every:
            for path in leaf.subject.paths:
                found.setdefault(path, []).append(leaf)
        return found

    @cached_property
    def by_comparison(self) -> dict[str, list[str]]:
        """The blocks that make each comparison, by its key."""
        found: dict[str, list[str]] = {}
        for block in self.blocks.values():
            for key in {leaf.key for leaf in _compared(block)}:
                found.setdefault(key, []).append(block.id)
        return found

    @cached_property
    def by_place(self) -> dict[str, set[str]]:
        """The blocks that read more of a place than whether a comparison of it holds.

        A ratio reads its number, and a block that reads the unknown as a word whether it is known.
        """
        found: dict[str, set[str]] = {}
        for name, finding in self.findings.items():
            for path in finding.ratio:
                found.setdefault(path, set()).add(name)
        for name, block in self.blocks.items():
            if block.read_unknown_as:
                for leaf in _compared(block):
                    for path in leaf.subject.paths:
                        found.setdefault(path, set()).add(name)
        return found

    @cached_property
    def by_algorithm(self) -> dict[str, frozenset[str]]:
        """The blocks of each algorithm, by its id."""
        return {
            algorithm.id: frozenset(
                (
                    f"algorithm:{algorithm.id}",
                    *(f"decision:{decision.id}" for decision in algorithm.decisions),
                )
            )
            for algorithm in self.pack.algorithms
        }

    @cached_property
    def limits(self) -> dict[str, tuple[Quantity, ...]]:
        """Return the limits that some block of the plan compares each place with, rising."""
        found: dict[str, dict[Quantity, None]] = {}
        for leaf in self.comparisons.every:
            if leaf.limit is not None and not leaf.subject.finding:
                for path in leaf.subject.paths:
                    found.setdefault(path, {})[leaf.limit] = None
        return {
            path: tuple(sorted(limits, key=lambda limit: limit.number))
            for path, limits in found.items()
        }

    @cached_property
    def ratios(self) -> tuple[tuple[Finding, tuple[Decimal, ...]], ...]:
        """Return the findings that are a quotient, each with the limits it is compared with."""
        found = []
        for finding in self.findings.values():
            if finding.ratio:
                compared = self.comparisons.of_finding.get(finding.id, ())
                limits = {leaf.limit.number for leaf in compared if leaf.limit is not None}
                found.append((finding, tuple(sorted(limits))))
        return tuple(found)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Return every place that the plan may rest on, in the order of the vocabulary."""
        read = self.comparing.keys() | self.by_place.keys()
        return tuple(path for path in self.pack.vocabulary.by_path if path in read)


def _compared(block: UnitBlock) -> Iterator[Leaf]:
    return (leaf for _, condition in block.units for leaf in leaves(condition))


class Variations:
    """Decides variations of one case; only what reads a changed fact is decided again.

    Args:
        readers: Who reads what in the pack.
        lookup: The facts of the case, and its findings.
        truths: The truth of every condition of the case, by block.
        paths: Every way through each algorithm that is still possible.
    """

    def __init__(
        self,
        readers: Readers,
        lookup: Lookup,
        truths: Truths,
        paths: Mapping[str, tuple[Path, ...]],
    ) -> None:
        self._readers = readers
        self._lookup = lookup
        decided = {
            name: truths[name] if name in truths else truths_of(block, lookup)
            for name, block in readers.blocks.items()
        }
        self.base = Outcome(decided, paths)

    def with_changes(self, changes: Mapping[str, Value | None]) -> Outcome | None:
        """Return what is decided when these facts are different; None when nothing is.

        Args:
            changes: The value of each changed fact; None for unknown.
        """
        readers = self._readers
        lookup = self._lookup.varied(changes)
        truths = dict(self.base.truths)
        todo = {name for path in changes for name in readers.by_place.get(path, ())}
        for path in changes:
            todo.update(self._turned(readers.comparing.get(path, ()), lookup))
        changed: set[str] = set()
        for name, finding in readers.findings.items():
            if name in todo and self._finding(name, finding, lookup, truths):
                changed.add(name)
                todo.update(
                    self._turned(readers.comparisons.of_finding.get(finding.id, ()), lookup)
                )
        for name in todo - readers.findings.keys():
            found = truths_of(readers.blocks[name], lookup)
            if found != truths[name]:
                truths[name] = found
                changed.add(name)
        return Outcome(truths, self._paths(truths, changed)) if changed else None

    def _turned(self, compared: Iterable[Leaf], lookup: Lookup) -> Iterator[str]:
        """Decide comparisons again; yield the blocks of those that become another."""
        for leaf in compared:
            found = leaf.decide(lookup.read(leaf.subject)[1])
            if found is not lookup.truths[leaf.key]:
                lookup.truths[leaf.key] = found
                yield from self._readers.by_comparison[leaf.key]

    def _finding(
        self, name: str, finding: Finding, lookup: Lookup, truths: dict[str, Mapping[str, Truth]]
    ) -> bool:
        """Derive a finding again; return whether it becomes another."""
        before = lookup.findings[finding.id]
        if finding.ratio:
            lookup.findings[finding.id] = lookup.ratio(finding)
        else:
            truths[name] = truths_of(self._readers.blocks[name], lookup)
            lookup.findings[finding.id] = settle(finding, truths[name])
        return lookup.findings[finding.id] != before

    def _paths(self, truths: Truths, changed: set[str]) -> Mapping[str, tuple[Path, ...]]:
        """Walk the algorithms of which a block has changed."""
        return {
            algorithm.id: self.base.paths[algorithm.id]
            if changed.isdisjoint(self._readers.by_algorithm[algorithm.id])
            else tuple(paths_of(algorithm, truths))
            for algorithm in self._readers.pack.algorithms
        }
