"""One rule of a pack by itself, so that its rows and its mutants are decided fast."""

from __future__ import annotations

from dataclasses import replace

from cto_cds.rulefile.model import Algorithm, Association, Decision, Finding, Rule, Safety
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.score import Score


def alone(pack: Pack, rule: Rule) -> Pack:
    """Return the pack with nothing in force but the findings and one rule, which may be changed.

    A decision stays among those of its algorithm, which lead to it and on from it.
    """
    algorithms: tuple[Algorithm, ...] = ()
    if isinstance(rule, Decision):
        owner = owner_of(rule, pack)
        decisions = tuple(rule if found.id == rule.id else found for found in owner.decisions)
        algorithms = (replace(owner, decisions=decisions),)
    return replace(
        pack,
        findings=tuple(
            rule if isinstance(rule, Finding) and found.id == rule.id else found
            for found in pack.findings
        ),
        scores=(rule,) if isinstance(rule, Score) else (),
        associations=(rule,) if isinstance(rule, Association) else (),
        algorithms=algorithms,
        safety=(rule,) if isinstance(rule, Safety) else (),
        policy=rule if isinstance(rule, Policy) else replace(pack.policy, shifts=()),
    )


def owner_of(rule: Decision, pack: Pack) -> Algorithm:
    """Return the algorithm that a decision belongs to."""
    return next(a for a in pack.algorithms if rule.id.startswith(f"{a.id}."))
