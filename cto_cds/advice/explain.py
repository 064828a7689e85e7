"""Why a strategy stands where it stands: its lines, its vetoes, and what the first has instead."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cto_cds.advice.result import Line, Part, PathStep, Result, Span, Strategy, Vetoed


class Explanation(Part):
    """The explanation of one strategy or technique in one case."""

    id: str
    state: Literal["ranked", "vetoed", "not_recommended"]
    rank: int | None = None
    support: Span | None = None
    lines: tuple[Line, ...] = ()
    vetoes: tuple[Vetoed, ...] = ()
    first: str | None = None
    first_support: Span | None = None
    first_lines: tuple[Line, ...] = ()
    paths: dict[str, tuple[PathStep, ...]] = Field(default_factory=dict)


def explanation_of(result: Result, name: str | None = None) -> Explanation:
    """Return why ``name`` has its rank, or why it has none; without a name, the first strategy.

    Raises:
        ValueError: There is no name and nothing is ranked.
    """
    ranked = result.recommendation.strategies
    first = ranked[0] if ranked else None
    if name is None:
        if first is None:
            message = "no strategy is ranked in this case"
            raise ValueError(message)
        name = first.id
    mine = next((strategy for strategy in ranked if strategy.id == name), None)
    vetoes = tuple(veto for veto in result.recommendation.vetoed if veto.id == name)
    state: Literal["ranked", "vetoed", "not_recommended"] = "not_recommended"
    if mine is not None:
        state = "ranked"
    elif vetoes:
        state = "vetoed"
    other = first if first is not None and first.id != name else None
    return Explanation(
        id=name,
        state=state,
        rank=mine.rank if mine else None,
        support=mine.support if mine else None,
        lines=lines_of(mine) if mine else (),
        vetoes=vetoes,
        first=other.id if other else None,
        first_support=other.support if other else None,
        first_lines=lines_of(other) if other else (),
        paths={key: algorithm.path for key, algorithm in result.algorithms.items()},
    )


def lines_of(strategy: Strategy) -> tuple[Line, ...]:
    """Return every line of a strategy; its support is their sum."""
    return (*strategy.reasons_for, *strategy.against, *strategy.cautions)
