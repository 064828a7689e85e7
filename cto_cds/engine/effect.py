"""What a safety rule does in one case."""

from __future__ import annotations

from cto_cds.engine.trace import SafetyTrace
from cto_cds.rulefile.truth import TRUE, UNKNOWN


def effect_of(safety: SafetyTrace) -> str:
    """Return ``veto``, ``caution`` or nothing, for a safety rule in one case."""
    if safety.danger.truth is TRUE:
        return safety.rule.effect
    if safety.danger.truth is UNKNOWN and safety.rule.if_unknown != "name what is missing":
        return safety.rule.if_unknown
    return ""
