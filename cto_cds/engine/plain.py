"""Channel two: the rules decided in plain Python, small enough to review by eye."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cto_cds.engine.lookup import Lookup, settle
from cto_cds.engine.units import APPLIES, UnitBlock, blocks_of, comparisons_of
from cto_cds.engine.verdict import Path, Verdict, scenario_key
from cto_cds.facts.value import plain, shown
from cto_cds.rulefile.model import Algorithm
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.score import Score
from cto_cds.rulefile.truth import FALSE, TRUE, UNKNOWN, Truth

LETTER = {TRUE: "T", FALSE: "F"}
Truths = Mapping[str, Truth]


class PlainChannel:
    """Decides cases by walking the typed rules."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._blocks = {block.id: block for block in blocks_of(pack)}
        self._comparisons = comparisons_of(self._blocks.values())

    def decide(self, lookup: Lookup) -> Verdict:
        """Decide one case; fills the findings of ``lookup``."""
        return self.verdict(self.truths(lookup), lookup)

    def truths(self, lookup: Lookup) -> dict[str, Truths]:
        """Return the truth of every unit, by block; fills the findings of ``lookup``."""
        lookup.compare(self._comparisons)
        truths: dict[str, Truths] = {}
        for finding in self._pack.findings:
            name = f"finding:{finding.id}"
            if finding.ratio:
                possible = lookup.ratio(finding)
            else:
                truths[name] = truths_of(self._blocks[name], lookup)
                possible = settle(finding, truths[name])
            lookup.derive(finding, possible, self._comparisons)
        for name, block in self._blocks.items():
            if name not in truths:
                truths[name] = truths_of(block, lookup)
        return truths

    def verdict(self, truths: Mapping[str, Truths], lookup: Lookup) -> Verdict:
        """Return what follows from the truth of every unit."""
        scores = self._pack.scores
        found = [(score, *named) for score in scores for named in _totals(score, truths)]
        return Verdict(
            fired={name: _fired(decided) for name, decided in truths.items()},
            findings={
                name: tuple(shown(value) for value in possible or ())
                for name, possible in lookup.findings.items()
            },
            totals={name: tuple(plain(total) for total in t) for _, name, t in found},
            grades={name: _grades(score, t) for score, name, t in found},
            paths={a.id: tuple(paths_of(a, truths)) for a in self._pack.algorithms},
        )


def truths_of(block: UnitBlock, lookup: Lookup) -> Truths:
    """Return the truth of every unit of a block."""
    if block.read_unknown_as:
        return {
            name: condition.truth_in(lookup.truths_with(condition, block.read_unknown_as))
            for name, condition in block.units
        }
    truths = lookup.truths
    return {name: condition.truth_in(truths) for name, condition in block.units}


def _fired(truths: Truths) -> tuple[str, ...]:
    return tuple(
        [f"{name}/{LETTER[found]}" for name, found in truths.items() if found is not UNKNOWN]
    )


def _totals(
    score: Score, truths: Mapping[str, Truths]
) -> Iterator[tuple[str, tuple[Decimal, ...]]]:
    """Every total: certain points, and each unknown item counted or not; then by strategy."""
    found = truths[f"score:{score.id}"]
    totals = [Decimal(0)]
    for criterion in score.items:
        if found[criterion.id] is TRUE:
            totals = [total + criterion.points for total in totals]
        elif found[criterion.id] is UNKNOWN:
            totals = sorted({*totals, *(total + criterion.points for total in totals)})
    yield score.id, tuple(totals)
    for strategy in score.scenarios:
        added = score.points_of(strategy)
        yield scenario_key(score.id, strategy), tuple(total + added for total in totals)


def _grades(score: Score, totals: Sequence[Decimal]) -> tuple[str, ...]:
    return tuple(
        grade.name
        for grade in score.grades
        if any(grade.low <= total <= grade.high for total in totals)
    )


def paths_of(algorithm: Algorithm, truths: Mapping[str, Truths]) -> Iterator[Path]:
    """Yield every way through an algorithm that the truths of its branches leave open."""
    if truths[f"algorithm:{algorithm.id}"][APPLIES] is not FALSE:
        yield from _onward(algorithm, algorithm.first, truths)


def _onward(algorithm: Algorithm, name: str, truths: Mapping[str, Truths]) -> Iterator[Path]:
    decision = algorithm.by_id[name]
    found = truths[f"decision:{name}"]
    certain = [branch for branch in decision.branches if found[branch.id] is TRUE]
    open_branches = [b for b in decision.branches if found[b.id] is not FALSE]
    for branch in certain[:1] or open_branches:
        step = (name, branch.id)
        if branch.next:
            for rest in _onward(algorithm, branch.next, truths):
                yield (step, *rest)
        else:
            yield (step,)
