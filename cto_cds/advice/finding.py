"""Findings of a case, as the result shows them."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.advice import result
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.words import reads_of, source_of, titles
from cto_cds.engine.trace import Decided, FindingTrace, Trace
from cto_cds.rulefile.model import FindingValue, weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


def _ground_of(finding: FindingTrace) -> FindingValue:
    """Return the value that holds; without one, that which alone is left when others fall out."""
    named = list(zip(finding.rule.values, finding.values, strict=True))
    certain = [value for value, found in named if found.truth is Truth.TRUE]
    return certain[0] if certain else next(v for v, d in named if d.truth is Truth.UNKNOWN)


def finding_of(finding: FindingTrace, trace: Trace, pack: Pack) -> result.Finding:
    """Return one finding as the result shows it."""
    rule = finding.rule
    known = len(finding.possible) == 1
    missing: tuple[str, ...] = ()
    if not known:
        missing = facts_behind(finding.missing, trace)
    because = f"Not known: {titles(pack, missing)}."
    verified, source = rule.header.verified, rule.header.source
    if known and rule.ratio:
        because = f"{pack.title(rule.ratio[0])} divided by {pack.title(rule.ratio[1])}."
    elif known:
        value = _ground_of(finding)
        because, source = value.because, value.source
        verified = weakest(verified, value.verified)
    return result.Finding(
        title=rule.header.title,
        value=finding.possible[0] if known else "unknown",
        possible=finding.possible if not known else (),
        because=because,
        reads=reads_of(*finding.values) if rule.values else rule.ratio,
        missing=missing,
        verified=verified,
        source=source_of(source),
    )


def in_use(trace: Trace) -> tuple[FindingTrace, ...]:
    """Return the findings that something on the way to this advice reads, in their order."""
    ahead = {name for condition in _deciding(trace) for name in condition.condition.findings}
    used: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name not in used:
            used.add(name)
            values = trace.findings[name].values
            ahead |= {other for value in values for other in value.condition.findings}
    return tuple(finding for name, finding in trace.findings.items() if name in used)


def _deciding(trace: Trace) -> Iterator[Decided]:
    """Every condition of scores, of decisions on a way, of safety rules and of shifts."""
    for score in trace.scores:
        yield from (score.applies, *score.criteria, *score.remarks)
    for algorithm in trace.algorithms:
        yield algorithm.applies
        for branches in algorithm.branches.values():
            yield from branches
    yield from (safety.danger for safety in trace.safety)
    yield from (shift.holds for shift in trace.shifts)
