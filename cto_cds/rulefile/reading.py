"""What rules read: every condition of a rule."""

from __future__ import annotations

from collections.abc import Iterator

from cto_cds.errors import NOWHERE
from cto_cds.rulefile.condition import Condition
from cto_cds.rulefile.model import Algorithm, Association, Decision, Finding, Rule, Safety
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.proof import Named
from cto_cds.rulefile.score import Score


def named_conditions(rule: Rule) -> Iterator[Named]:
    """Yield every condition of a rule, with what a message calls it."""
    if isinstance(rule, Score | Algorithm | Association):
        yield Named("'applies_to'", rule.applies_to, NOWHERE, always=True)
    if isinstance(rule, Score):
        yield from (Named(f"the criterion '{c.id}'", c.when, c.place) for c in rule.items)
        yield from (Named("the note", remark.when, remark.place) for remark in rule.remarks)
    elif isinstance(rule, Association):
        yield from (Named(f"the entry '{e.id}'", e.when, e.place) for e in rule.entries)
    elif isinstance(rule, Decision):
        yield from (Named(f"the branch '{b.id}'", b.when, b.place) for b in rule.branches)
    elif isinstance(rule, Finding):
        yield from (Named(f"the value '{v.word}'", v.when, v.place) for v in rule.values)
    elif isinstance(rule, Safety):
        yield Named("the danger", rule.when, NOWHERE)
    elif isinstance(rule, Policy):
        yield from (Named(f"the shift '{s.id}'", s.when, s.place) for s in rule.shifts)


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Yield every condition of a rule."""
    return (named.when for named in named_conditions(rule))
