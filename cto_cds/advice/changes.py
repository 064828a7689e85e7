"""What would change the first choice of a result, and how sure the measurements make it."""

from __future__ import annotations

from pydantic import Field

from cto_cds.advice.parts import Number, Part


class Possibility(Part):
    """What comes first when a missing fact turns out to have these values."""

    values: str
    first: str | None = None


class Turning(Part):
    """A missing fact, and what comes first for each value that it may have."""

    fact: str
    title: str
    answers: tuple[Possibility, ...]


class Change(Part):
    """A change of one known fact that would change the first choice."""

    fact: str
    title: str
    now: str
    to: str
    first: str | None = None
    size: Number = Field(
        description="A number: the part of its plausible range that it moves. A word: the steps "
        "in its list, over the steps of the whole list."
    )


class Stability(Part):
    """How likely each first choice is, given the uncertainty of the measurements."""

    first: dict[str, Number] = Field(description="Probability of each first choice.")
    measured: tuple[str, ...]
    assuming: str


class WhatIf(Part):
    """What would change the first choice."""

    missing: tuple[Turning, ...] = ()
    smallest: Change | None = None
    changes: tuple[Change, ...] = Field(
        default=(), description="The smallest change of each fact, the smallest first."
    )
    stability: Stability | None = None
