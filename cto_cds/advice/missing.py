"""Which facts are missing behind a finding: a finding is never asked for, its facts are."""

from __future__ import annotations

from collections.abc import Iterable

from cto_cds.advice.words import unique
from cto_cds.engine.trace import Trace


def facts_behind(names: Iterable[str], trace: Trace) -> tuple[str, ...]:
    """Return the facts behind unknown facts and findings, each once."""
    found: list[str] = []
    for name in names:
        finding = trace.findings.get(name)
        if finding is None:
            found.append(name)
        else:
            found.extend(facts_behind(finding.missing, trace))
    return unique(found)
