"""Cells of decisions, findings and populations: every combination that they can tell apart.

A fact takes every word, each limit and a step on both sides of it, and unknown; a list takes every
choice of the words that matter. A finding takes every set of its words that may still be left.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.units import APPLIES, HOLDS
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Reading, Value
from cto_cds.rulefile.condition import ALWAYS, Condition, Possible, Subject, leaves
from cto_cds.rulefile.model import Algorithm, Decision, Finding
from cto_cds.rulefile.names import FindingShape, Names
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.proof import choices

Row = tuple[Possible, ...]
Truths = Mapping[str, str]
"""The letter of every unit of a block: T, F, or U for unknown."""


def names_of(pack: Pack) -> Names:
    """Return what the subjects of a pack may be."""
    return Names(pack.vocabulary, {f.id: FindingShape(f.id, f.words) for f in pack.findings})


def emptied(pack: Pack) -> Pack:
    """Return the pack with nothing in force."""
    policy = replace(pack.policy, shifts=(), shifts_apply_to=ALWAYS)
    return replace(
        pack, findings=(), scores=(), associations=(), algorithms=(), safety=(), policy=policy
    )


@dataclass
class Node:
    """One place where an algorithm parts: a population, a decision or a finding.

    Attributes:
        id: The id of its rule; that of an algorithm means for whom it is.
        conditions: Its conditions by name.
        pack: A pack in which nothing else is in force.
        block: The name of its block.
        shapes: What its subjects may be.
        first_known: Whether it is a finding that takes the first value known to hold.
    """

    id: str
    conditions: Mapping[str, Condition]
    pack: Pack
    block: str
    shapes: Names
    first_known: bool = False
    subjects: list[Subject] = field(init=False)
    values: list[tuple[Possible, ...]] = field(init=False)

    def __post_init__(self) -> None:
        found = choices([*self.conditions.values()], self.shapes)
        self.subjects = list(found)
        self.values = [tuple(_possible(subject, known)) for subject, known in found.items()]

    @property
    def is_finding(self) -> bool:
        """Whether it gives a word instead of a way."""
        return self.block.startswith("finding:")

    def rows(self) -> Iterator[Row]:
        """Yield every cell, those with unknown parts included."""
        yield from itertools.product(*self.values)

    def lookup(self, row: Row) -> Lookup:
        """Return a case that is this cell and nothing else."""
        readings: dict[str, Reading] = {}
        given: dict[str, Possible] = {}
        for subject, possible in zip(self.subjects, row, strict=True):
            if subject.finding:
                given[subject.name] = possible
            elif possible is not None:
                readings[subject.paths[0]] = Reading(subject.paths[0], possible[0])
        return Lookup(FactSheet("cell", readings), given)


def _possible(subject: Subject, known: Sequence[Value]) -> Iterator[Possible]:
    """Every set of words that a finding may still have; each value of a fact, and unknown."""
    if subject.finding and all(isinstance(value, str) for value in known):
        for size in range(1, len(known) + 1):
            yield from itertools.combinations(known, size)
        return
    yield None
    for value in known:
        yield (value,)


def is_known(row: Row) -> bool:
    """Whether nothing of the cell is open."""
    return all(possible is not None and len(possible) == 1 for possible in row)


def nodes_of(pack: Pack) -> Iterator[Node]:
    """Yield every place where a finding or an algorithm of the pack parts."""
    shapes = names_of(pack)
    for finding in pack.findings:
        if finding.values:
            yield node_of_finding(finding, pack, shapes)
    for algorithm in pack.algorithms:
        yield node_of_population(algorithm, pack, shapes)
        for decision in algorithm.decisions:
            yield node_of_decision(decision, algorithm, pack, shapes)


def node_of_finding(finding: Finding, pack: Pack, shapes: Names) -> Node:
    """Return the node of one finding."""
    named = {f"{i}:{value.word}": value.when for i, value in enumerate(finding.values)}
    alone = replace(emptied(pack), findings=(finding,))
    block = f"finding:{finding.id}"
    return Node(finding.id, named, alone, block, shapes, finding.first_known)


def node_of_population(algorithm: Algorithm, pack: Pack, shapes: Names) -> Node:
    """Return the node that says for whom an algorithm is."""
    alone = replace(emptied(pack), algorithms=(_ending_at_once(algorithm, algorithm.first),))
    named = {APPLIES: algorithm.applies_to}
    return Node(algorithm.id, named, alone, f"algorithm:{algorithm.id}", shapes)


def node_of_decision(decision: Decision, algorithm: Algorithm, pack: Pack, shapes: Names) -> Node:
    """Return the node of one decision."""
    alone = replace(emptied(pack), algorithms=(_ending_at_once(algorithm, decision.id),))
    named = {branch.id: branch.when for branch in decision.branches}
    return Node(decision.id, named, alone, f"decision:{decision.id}", shapes)


def _ending_at_once(algorithm: Algorithm, first: str) -> Algorithm:
    """Return the algorithm with one decision, after which it ends, for everybody."""
    decision = next(d for d in algorithm.decisions if d.id == first)
    ended = tuple(replace(branch, next="") for branch in decision.branches)
    applies = algorithm.applies_to
    return replace(
        algorithm, first=first, decisions=(replace(decision, branches=ended),), applies_to=applies
    )


class Judge:
    """Decides the cells of one node in both channels."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._plain, self._caged = PlainChannel(node.pack), CagedChannel(node.pack)

    def close(self) -> None:
        """Give the engine's memory back."""
        self._caged.close()

    def decide(self, row: Row) -> tuple[Truths, tuple[str, ...], list[str]]:
        """Return the truths of a cell, the words of its finding, and where the channels differ."""
        node = self.node
        verdict = self._plain.decide(node.lookup(row))
        differences = self._caged.decide(node.lookup(row)).differences(verdict)
        fired = dict(entry.rsplit("/", 1) for entry in verdict.fired[node.block])
        truths = {name: fired.get(name, "U") for name in node.conditions}
        words = verdict.findings[node.id] if node.is_finding else ()
        return truths, words, differences


@dataclass
class Decided:
    """Every cell of one node, decided.

    Attributes:
        cells: How many there are.
        known: How many of them are known in full.
        open_for_nothing: How many are left open although every way to fill them in decides alike.
        faults: What is wrong, one line each.
    """

    node: str
    cells: int = 0
    known: int = 0
    open_for_nothing: int = 0
    faults: list[str] = field(default_factory=list)


def decided(node: Node) -> Decided:
    """Decide every cell of a node, and hold each against its completions.

    A cell that is known in full has exactly one way out; what is certain of a cell with unknown
    parts is certain of each of its completions too. Only a finding that takes the first value known
    to hold may still change, and only to a value that stands before the one it took.
    """
    done = Decided(node.id)
    found: dict[Row, tuple[Truths, tuple[str, ...]]] = {}
    judge = Judge(node)
    try:
        for row in node.rows():
            truths, words, differences = judge.decide(row)
            found[row] = (truths, words)
            done.cells += 1
            done.faults += [f"{node.id}: {line}; {told(node, row)}" for line in differences]
            if is_known(row):
                done.known += 1
                if not _one_way(node, truths, words, row):
                    done.faults.append(f"{node.id}: not one way but {truths}; {told(node, row)}")
    finally:
        judge.close()
    for row, (truths, words) in found.items():
        if not is_known(row):
            narrower = [found[other] for other in _narrower(node, row)]
            for other_truths, other_words in narrower:
                if not _contains(truths, other_truths) or not _leaves(node, words, other_words):
                    done.faults.append(f"{node.id}: claims more with less; {told(node, row)}")
            full = {_outcome(found[other], node) for other in _full(node, row)}
            done.open_for_nothing += len(full) == 1 and _outcome((truths, words), node) not in full
    return done


def _outcome(of: tuple[Truths, tuple[str, ...]], node: Node) -> object:
    truths, words = of
    return words if node.is_finding else tuple(truths.values())


def _one_way(node: Node, truths: Truths, words: tuple[str, ...], row: Row) -> bool:
    if node.is_finding:
        in_place_of_a_number = any(
            isinstance(value, str) and node.shapes.shape(subject).numeric
            for subject, (value,) in zip(node.subjects, (p or ("",) for p in row), strict=True)
        )
        return len(words) == 1 or in_place_of_a_number
    certain = list(truths.values())
    if list(truths) in ([APPLIES], [HOLDS]):
        return certain[0] in {"T", "F"}
    return certain.count("T") == 1 and certain.count("F") == len(certain) - 1


def _contains(wide: Truths, narrow: Truths) -> bool:
    return all(truth in {"U", narrow[name]} for name, truth in wide.items())


def _leaves(node: Node, words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a finding of these words may turn into the others once more is known."""
    added = set(others) - set(words)
    if not added or not node.first_known:
        return not added
    order = [name.split(":", 1)[1] for name in node.conditions]
    return max(map(order.index, added)) < min(map(order.index, words))


def _narrower(node: Node, row: Row) -> Iterator[Row]:
    """The cells in which one open part is open a little less."""
    for index, possible in enumerate(row):
        for other in _smaller(possible, node.values[index]):
            yield (*row[:index], other, *row[index + 1 :])


def _smaller(possible: Possible, every: Iterable[Possible]) -> Iterator[Possible]:
    if possible is None:
        yield from (other for other in every if other is not None)
    elif len(possible) > 1:
        yield from itertools.combinations(possible, len(possible) - 1)


def _full(node: Node, row: Row) -> Iterator[Row]:
    columns = []
    for possible, every in zip(row, node.values, strict=True):
        if possible is None:
            columns.append([other for other in every if other is not None and len(other) == 1])
        else:
            columns.append([(value,) for value in possible])
    yield from itertools.product(*columns)


def told(node: Node, row: Row) -> str:
    """Return a cell in words."""
    pairs = zip(node.subjects, row, strict=True)
    return ", ".join(f"{s.name}: {'unknown' if p is None else list(p)}" for s, p in pairs)


def facts_behind(conditions: Iterable[Condition], pack: Pack) -> dict[str, None]:
    """Return every place that conditions read first, through findings too, each once."""
    by_id = {finding.id: finding for finding in pack.findings}
    found: dict[str, None] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            finding = by_id.get(leaf.subject.name) if leaf.subject.finding else None
            if finding is None:
                found[leaf.subject.paths[0]] = None
            elif finding.ratio:
                found |= dict.fromkeys(finding.ratio)
            else:
                found |= facts_behind([value.when for value in finding.values], pack)
    return found
