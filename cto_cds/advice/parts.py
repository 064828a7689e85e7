"""What all parts of a result are made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer

from cto_cds.facts.value import plain

Truth = Literal["true", "false", "unknown"]
NOTHING = Decimal(0)
"""What adds nothing to a support, and takes nothing from it."""


def _number(value: Decimal) -> int | float:
    text = plain(value)
    return float(text) if "." in text else int(text)


Number = Annotated[Decimal, PlainSerializer(_number, return_type=int | float)]


class Part(BaseModel):
    """The base of all parts of a result: frozen, and nothing but what is declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Part):
    """A number that is known (``low`` equals ``high``) or lies between two."""

    low: Number
    high: Number


class Source(Part):
    """Where something was published."""

    cite: str
    doi: str | None = None
    where: str | None = None
