"""The result of an assessment: the one thing that JSON, report, terminal and hooks all render."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from pydantic import AliasChoices, Field

from cto_cds.advice.changes import WhatIf
from cto_cds.advice.parts import Number, Part, Source, Span, Truth
from cto_cds.advice.tallies import Certainty, Criterion, Outcome, Risk, RiskBasis, Scenario, Score
from cto_cds.rulefile.model import Verified

__all__ = [
    "Advice",
    "Algorithm",
    "Ask",
    "Association",
    "Audit",
    "Certainty",
    "Choice",
    "Criterion",
    "Disagreement",
    "Fact",
    "Finding",
    "Guarded",
    "Line",
    "Number",
    "Outcome",
    "Part",
    "PathStep",
    "Provenance",
    "Recommendation",
    "Result",
    "Risk",
    "RiskBasis",
    "Scenario",
    "Score",
    "Source",
    "Span",
    "Strategy",
    "Truth",
    "Vetoed",
    "View",
]


class PathStep(Part):
    """One decision on the way through an algorithm."""

    node: str
    title: str
    branch: str
    because: str
    reads: tuple[str, ...] = ()
    verified: Verified
    source: Source


class Algorithm(Part):
    """One algorithm in this case."""

    state: Literal["decided", "undecided", "not_applicable"]
    title: str
    path: tuple[PathStep, ...] = ()
    first_do: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    because: str | None = None
    notes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    source: Source
    verified: Verified
    version: str


class Finding(Part):
    """A fact derived from facts."""

    title: str
    value: str = Field(description="The word, the number, or unknown.")
    possible: tuple[str, ...] = ()
    because: str
    reads: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    verified: Verified
    source: Source


class Line(Part):
    """One reason, with what it adds to the support of a strategy."""

    rule: str
    says: str
    amount: Span
    reads: tuple[str, ...] = Field(default=(), description="Facts and findings that it read.")
    verified: Verified
    source: Source


class Strategy(Part):
    """One strategy in the ranked list; its support is the sum of its lines."""

    rank: int
    id: str
    title: str
    support: Span
    ordered_by: Number = Field(
        description="The middle of the support, without shifts that are not known yet and without "
        "algorithms that only perhaps apply."
    )
    ends_attempt: bool = Field(
        default=False, description="Whether it ends the attempt instead of crossing."
    )
    techniques: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = Field(default=(), description="Techniques that lack here.")
    done_without: tuple[str, ...] = Field(
        default=(),
        description="Techniques and equipment that lack here, where others take their place.",
    )
    steps: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="The techniques by the part of the procedure."
    )
    equipment: tuple[str, ...] = ()
    barred: tuple[str, ...] = Field(
        default=(), description="Rules that say why it cannot be done by this operator or here."
    )
    reasons_for: tuple[Line, ...] = Field(
        default=(),
        validation_alias=AliasChoices("for", "reasons_for"),
        serialization_alias="for",
    )
    against: tuple[Line, ...] = ()
    cautions: tuple[Line, ...] = ()
    risks: tuple[Risk, ...] = ()
    risk_basis: RiskBasis | None = Field(
        default=None,
        description="Whose risks these are, or why there are none; unset where scores name it.",
    )

    def has(self, names: Collection[str]) -> bool:
        """Return whether it, or a technique of it, is among these."""
        return not {self.id, *self.techniques}.isdisjoint(names)


class Guarded(Part):
    """A strategy or technique that a safety rule forbids or cautions about, and why.

    ``certain`` is false while the rule rests on something that is not known.
    """

    id: str
    title: str
    rule: str
    because: str
    certain: bool = True
    reads: tuple[str, ...] = ()
    verified: Verified
    source: Source


class Vetoed(Guarded):
    """A strategy or technique that must not be used."""


class Advice(Part):
    """Something to do, have ready or keep in mind; it changes no rank."""

    rule: str
    about: str
    says: str
    on: tuple[str, ...] = ()
    ready: tuple[str, ...] = Field(default=(), description="Equipment that should be at hand.")
    techniques: tuple[str, ...] = Field(default=(), description="Techniques that may be needed.")
    unavailable: tuple[str, ...] = Field(default=(), description="What of that lacks here.")
    bars: bool = Field(default=False, description="Whether what it is on cannot be done here.")
    certain: bool = True
    reads: tuple[str, ...] = ()
    verified: Verified
    source: Source

    @property
    def prepared(self) -> tuple[str, ...]:
        """Everything that it says to be prepared for, equipment first."""
        return (*self.ready, *self.techniques)


class GoesOn(Part):
    """What an algorithm says if the attempt goes on, while it is open whether it ends."""

    first: tuple[str, ...]
    surely: bool
    because: str
    until: tuple[str, ...] = Field(description="Facts that tell whether the attempt ends.")
    missing: tuple[str, ...] = Field(description="What else would decide.")


class View(Part):
    """What one algorithm says of the case, beside the others."""

    algorithm: str
    state: Literal["decided", "undecided", "not_applicable"]
    first: tuple[str, ...] = Field(description="What it puts first; several while undecided.")
    surely: bool = Field(
        description="Whether it applies and puts that first whatever is still unknown."
    )
    or_nothing: bool = Field(description="Whether it may also turn out to name nothing.")
    because: str
    if_it_goes_on: GoesOn | None = None


class Ask(Part):
    """A fact that is missing, and what it would settle."""

    fact: str
    title: str
    because: str
    how: str | None = None
    changes: Literal["plan", "score"]


class Choice(Part):
    """What one algorithm puts first."""

    algorithm: str
    first: str
    because: str


class Disagreement(Part):
    """Algorithms that put different strategies first."""

    about: str
    choices: tuple[Choice, ...]


class Recommendation(Part):
    """The plan."""

    phase: str
    settled: bool = Field(description="Whether what is known decides the first choice.")
    because: str | None = Field(
        default=None, description="Why there is no list, or what the first choice depends on."
    )
    first_do: tuple[str, ...] = ()
    strategies: tuple[Strategy, ...] = ()
    first_here: str | None = Field(
        default=None, description="The first of the list that can be done by this operator, here."
    )
    change_when: str | None = Field(default=None, description="When to change to the next.")
    advice: tuple[Advice, ...] = ()
    views: tuple[View, ...] = ()
    vetoed: tuple[Vetoed, ...] = ()
    cautions: tuple[Guarded, ...] = ()
    ask_for: tuple[Ask, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    what_if: WhatIf | None = None
    policy: str = Field(description="The ranking policy and its version.")


class Fact(Part):
    """A fact as it was read."""

    title: str
    value: str
    sd: str | None = None
    source: str | None = None
    status: str | None = None
    note: str | None = None


class Association(Part):
    """What a study found, as a direction and never as a probability."""

    id: str
    title: str
    reads: tuple[str, ...]
    value: str
    odds_ratio: Number
    ci: Span
    p: str | None = None
    per: str
    endpoint: str
    model: Literal["crude", "adjusted"]
    direction: Literal["more often", "less often", "no clear direction"] = Field(
        description="How often the end-point is reached with more of it."
    )
    population: str
    source: Source
    verified: Verified


class Provenance(Part):
    """What the result was made with."""

    software: str
    code: str | None = Field(
        default=None, description="SHA-256 of the source of the program; its version is a name."
    )
    rule_pack: str
    facts: str
    plugins: tuple[str, ...] = ()
    safety_replaced: tuple[str, ...] | None = Field(
        default=None,
        description="One sentence for each safety rule that local rules took the place of.",
    )
    rules_missing: tuple[str, ...] | None = Field(
        default=None,
        description="One sentence for each plugin whose rules, safety rules included, should be in "
        "force and are not.",
    )
    not_in_force: tuple[str, ...] | None = Field(
        default=None,
        description="One sentence for each safety rule that is a draft, retired or gone, and that "
        "would say something here, or may.",
    )

    @property
    def alerts(self) -> tuple[str, ...]:
        """What must stand above everything: the safety rules are not those one relies on."""
        said = (self.rules_missing, self.not_in_force, self.safety_replaced)
        return tuple(sentence for sentences in said for sentence in sentences or ())


class Audit(Part):
    """Where the record of this assessment stands."""

    record: int
    hash: str


class Result(Part):
    """An assessment of one case."""

    format: Literal[1] = 1
    case: str
    scores: dict[str, Score]
    algorithms: dict[str, Algorithm]
    findings: dict[str, Finding]
    associations: tuple[Association, ...] = ()
    recommendation: Recommendation
    facts: dict[str, Fact]
    warnings: tuple[str, ...] = ()
    provenance: Provenance
    intended_use: str
    audit: Audit | None = None

    def to_json(self, *, indent: int | None = None) -> str:
        """Return the JSON of the contract: keys in a fixed order, nothing that is not there."""
        return self.model_dump_json(by_alias=True, exclude_none=True, indent=indent)
