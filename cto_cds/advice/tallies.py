"""The scores of a result: items, totals, how sure they are, and what was published for them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cto_cds.advice.parts import Number, Part, Source, Span, Truth
from cto_cds.rulefile.model import Verified


class Criterion(Part):
    """One item of a score in this case."""

    id: str
    title: str
    truth: Truth
    points: Number = Field(description="Points of the item when it is true.")
    reads: tuple[str, ...] = Field(description="Where it was read, or could be read.")
    shown: str
    verified: Verified
    source: Source


class Outcome(Part):
    """One published figure, never without its population."""

    endpoint: str
    grade: str
    value: str
    unit: str
    population: str
    cite: str
    doi: str | None = None
    where: str | None = None
    verified: Verified


class Certainty(Part):
    """How sure a score is, given the uncertainty of the measurements."""

    points: dict[str, Number] = Field(description="Probability of each total.")
    grades: dict[str, Number] = Field(description="Probability of each grade.")
    criteria: dict[str, Number] = Field(description="Probability that each measured item holds.")
    likely: Span | None = Field(
        default=None,
        description="The totals that have, or while items are not known may have, a probability "
        "of 0.05 or more.",
    )
    measured: tuple[str, ...] = Field(description="The facts whose uncertainty counts.")
    assuming: str


class Scenario(Part):
    """A score under one strategy."""

    title: str
    points: Span
    grades: tuple[str, ...] = ()
    outcome: tuple[Outcome, ...] = ()
    certainty: Certainty | None = None


class Risk(Part):
    """What a published score says of harm or success under one strategy."""

    score: str
    title: str
    endpoint: str
    points: Span
    likely: Span | None = Field(
        default=None, description="The totals that the measurements leave likely, as in a score."
    )
    outcome: tuple[Outcome, ...] = ()
    verified: Verified


class RiskBasis(Part):
    """Where scores of risk count a strategy that they do not name, and why."""

    counts_as: str | None = Field(
        default=None, description="The strategy whose totals are shown; without it there are none."
    )
    title: str | None = Field(default=None, description="The title of that strategy.")
    because: str
    verified: Verified | None = None
    source: Source | None = None


class Score(Part):
    """One score in this case."""

    state: Literal["known", "range", "not_applicable"] = Field(
        description="Of a known total it may still be open whether the score applies: applies_if."
    )
    title: str
    endpoint: str
    points: Span | None = None
    grades: tuple[str, ...] = ()
    span: Span = Field(description="The lowest and the highest total that the score can give.")
    without: str | None = Field(
        default=None, description="The modality that it needs, when nothing of it was read."
    )
    scenarios: dict[str, Scenario] | None = None
    certainty: Certainty | None = None
    criteria: tuple[Criterion, ...] = ()
    missing: tuple[str, ...] = ()
    applies_if: tuple[str, ...] | None = Field(
        default=None,
        description="The facts on which it depends whether the score applies, while that is open.",
    )
    because: str | None = None
    outcome: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    source: Source
    verified: Verified
    version: str
