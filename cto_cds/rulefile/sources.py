"""What each part of a rule rests on, and how far that was verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import singledispatch

from cto_cds.errors import Place
from cto_cds.rulefile.model import (
    Association,
    Decision,
    Finding,
    RiskPlace,
    Rule,
    Source,
    Technique,
    Verified,
    weakest,
)
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.score import Score

PAGE = "techniques"
NOT_CITED = Source("no paper is cited")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a rule: what it says, where it stands, its source and its level."""

    rule: str
    name: str
    place: Place
    source: Source
    verified: Verified


def level_of(score: Score) -> Verified:
    """Return how far a score is verified: as far as the weakest of its items and grades.

    Published figures and notes carry marks of their own.
    """
    return weakest(
        score.header.verified,
        *(criterion.verified for criterion in score.criteria),
        *(grade.verified for grade in score.grades),
    )


def parts_of(rule: Rule) -> Iterator[Part]:
    """Yield the parts of a rule that carry a source of their own; a rule without any, itself."""
    parts = list(_parts(rule))
    header = rule.header
    if not parts or all(header.source != part.source for part in parts):
        yield Part(rule.id, header.title, header.place, header.source, header.verified)
    yield from parts
    for limit in header.limits:
        if limit.source:
            name = f"limit {limit.text}"
            yield Part(rule.id, name, limit.place, limit.source, limit.verified)


def parts_of_techniques(techniques: Iterable[Technique]) -> Iterator[Part]:
    """Yield the entries of the page of techniques, and where scores of risk count them."""
    risks: dict[RiskPlace, list[str]] = {}
    for one in techniques:
        yield Part(PAGE, one.title, one.place, one.source or NOT_CITED, one.verified)
        if one.risk:
            risks.setdefault(one.risk, []).append(one.title)
    for risk, titles in risks.items():
        name = f"published risk of {', '.join(titles)}"
        yield Part(PAGE, name, risk.place, risk.source, risk.verified)


@singledispatch
def _parts(_rule: Rule) -> Iterator[Part]:
    return iter(())


@_parts.register
def _(rule: Score) -> Iterator[Part]:
    source = rule.header.source
    for item in rule.criteria:
        yield Part(rule.id, f"item {item.title}", item.place, item.source, item.verified)
    for grade in rule.grades:
        yield Part(rule.id, f"grade {grade.name}", grade.place, source, grade.verified)
    for one in rule.outcomes:
        name = f"outcome {one.endpoint}, {one.population}"
        yield Part(rule.id, name, one.place, one.source, one.verified)
    for remark in rule.remarks:
        yield Part(rule.id, f"note {remark.note}", remark.place, remark.source, remark.verified)


@_parts.register
def _(rule: Association) -> Iterator[Part]:
    for entry in rule.entries:
        yield Part(rule.id, f"entry {entry.id}", entry.place, entry.source, entry.verified)


@_parts.register
def _(rule: Decision) -> Iterator[Part]:
    for branch in rule.branches:
        name = f"branch {branch.id}"
        yield Part(rule.id, name, branch.place, branch.source, branch.verified)
        if branch.fallback_verified != branch.verified:
            name = f"{name}, order behind the first"
            yield Part(rule.id, name, branch.place, branch.source, branch.fallback_verified)


@_parts.register
def _(rule: Finding) -> Iterator[Part]:
    for value in rule.values:
        yield Part(rule.id, f"value {value.word}", value.place, value.source, value.verified)


@_parts.register
def _(rule: Policy) -> Iterator[Part]:
    for shift in rule.shifts:
        yield Part(rule.id, f"shift {shift.id}", shift.place, shift.source, shift.verified)
