"""What rules read: every condition of a rule."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.rulefile.condition import Condition
from cto_cds.rulefile.model import (
    Algorithm,
    Association,
    Decision,
    Finding,
    Policy,
    Rule,
    Safety,
    Score,
)


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Yield every condition of a rule."""
    if isinstance(rule, Score):
        yield rule.applies_to
        yield from (criterion.when for criterion in rule.items)
        yield from (remark.when for remark in rule.remarks)
    elif isinstance(rule, Algorithm):
        yield rule.applies_to
    elif isinstance(rule, Association):
        yield rule.applies_to
        yield from (entry.when for entry in rule.entries)
    elif isinstance(rule, Decision):
        yield from (branch.when for branch in rule.branches)
    elif isinstance(rule, Finding):
        yield from (value.when for value in rule.values)
    elif isinstance(rule, Safety):
        yield rule.when
    elif isinstance(rule, Policy):
        yield from (shift.when for shift in rule.shifts)
