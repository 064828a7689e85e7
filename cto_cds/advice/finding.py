"""Findings of a case, as the result shows them."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.advice import result
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.words import reads_of, source_of, titles
from cto_cds.engine.trace import FindingTrace, Trace
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


def in_use(trace: Trace, pack: Pack) -> tuple[FindingTrace, ...]:
    """Return the findings that something on the way to this advice reads, in their order."""
    ahead = {name for rule in _deciding(trace, pack) for name in pack.findings_of_rule[rule]}
    used: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name not in used:
            used.add(name)
            ahead |= pack.findings_of_rule[name]
    return tuple(finding for name, finding in trace.findings.items() if name in used)


def _deciding(trace: Trace, pack: Pack) -> Iterator[str]:
    """The rules that speak: scores, decisions on a way, safety rules and the ranking policy."""
    yield from (score.rule.id for score in trace.scores)
    for algorithm in trace.algorithms:
        yield from (algorithm.rule.id, *algorithm.branches)
    yield from (safety.rule.id for safety in trace.safety)
    yield pack.policy.id
