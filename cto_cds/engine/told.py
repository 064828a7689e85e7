"""Every condition that a trace tells of, so that it can be held against what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.engine.trace import AlgorithmTrace, Decided, ScoreTrace, Trace
from cto_cds.engine.units import APPLIES

Told = tuple[str, str, Decided]
"""The block, the unit, and what the trace says of it."""


def told(trace: Trace) -> Iterator[Told]:
    """Yield every condition of a trace."""
    for score in trace.scores:
        yield from _score(score)
    for association in trace.associations:
        block = f"association:{association.rule.id}"
        yield block, APPLIES, association.applies
        for entry, decided in zip(association.rule.entries, association.entries, strict=True):
            yield block, entry.id, decided
    for algorithm in trace.algorithms:
        yield from _algorithm(algorithm)
    for finding in trace.findings:
        named = zip(finding.rule.values, finding.values, strict=True)
        for index, (value, decided) in enumerate(named):
            yield f"finding:{finding.rule.id}", f"{index}:{value.word}", decided
    for safety in trace.safety:
        yield f"safety:{safety.rule.id}", "danger", safety.danger
    for shift in trace.shifts:
        yield f"shift:{shift.rule.id}", "holds", shift.holds


def _score(score: ScoreTrace) -> Iterator[Told]:
    block = f"score:{score.rule.id}"
    yield block, APPLIES, score.applies
    for criterion, decided in zip(score.rule.items, score.criteria, strict=True):
        yield block, criterion.id, decided
    for index, decided in enumerate(score.remarks):
        yield block, f"note {index}", decided


def _algorithm(algorithm: AlgorithmTrace) -> Iterator[Told]:
    yield f"algorithm:{algorithm.rule.id}", APPLIES, algorithm.applies
    decisions = {decision.id: decision for decision in algorithm.rule.decisions}
    for name, branches in algorithm.branches.items():
        for branch, decided in zip(decisions[name].branches, branches, strict=True):
            yield f"decision:{name}", branch.id, decided
