"""Ways through an algorithm: where each ends, and on what it depends which of them it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cto_cds.advice.words import unique
from cto_cds.engine.trace import AlgorithmTrace, Step, missing_in
from cto_cds.rulefile.model import Option, Verified, weakest

TRIED = "procedure.strategies_tried"


@dataclass(frozen=True)
class Ending:
    """One way through an algorithm and the options at its end, in their order."""

    options: tuple[Option, ...]
    way: tuple[Step, ...]

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The strategies, best first."""
        return tuple([option.strategy for option in self.options])

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each strategy."""
        return {strategy: place for place, strategy in reversed([*enumerate(self.order)])}

    @property
    def last(self) -> Step:
        """The step that names the options."""
        return self.way[-1]

    @property
    def because(self) -> str:
        """Why it ends so: the reason of the last branch, and what moved its order, if anything.

        What gave techniques on the way, such as an entry that has to be found, is told before it.
        """
        branch = self.last.branch
        giving = [step.branch.because for step in self.way[:-1] if step.branch.techniques]
        because = " ".join((*giving, branch.because))
        named = tuple(option.strategy for option in branch.recommend)
        if self.order == named:
            return because
        moved = next(step.branch for step in reversed(self.way) if step.branch.tried)
        if self.order[0] == named[0]:
            return f"{because} {moved.because}"
        return f"{moved.because} Otherwise: {because}"

    def verified(self, place: int) -> Verified:
        """Return how far the option at a place was verified: the way there, and its order."""
        levels = [step.branch.verified for step in self.way]
        return weakest(*levels, *([self.last.branch.fallback_verified] if place else []))


@dataclass(frozen=True, slots=True)
class Parted:
    """Facts and findings that keep more than one way possible.

    Attributes:
        deciding: Those on which the order of the options depends.
        for_techniques: Those on which their techniques depend, and no order.
        for_steps: Those on which nothing but what to do first depends.
        every: All of them, with those on which nothing depends.
    """

    deciding: tuple[str, ...]
    for_techniques: tuple[str, ...]
    for_steps: tuple[str, ...]
    every: tuple[str, ...]


def open_facts(
    algorithm: AlgorithmTrace, endings: Sequence[Ending], tried: tuple[str, ...] | None
) -> Parted:
    """Return on what it depends which way is taken.

    Args:
        algorithm: The algorithm.
        endings: The ways that are still possible.
        tried: The strategies already tried; None when that is not known.
    """
    branches: dict[str, dict[str, None]] = {}
    for step in (step for ending in endings for step in ending.way):
        branches.setdefault(step.decision.id, {})[step.branch.id] = None
    open_nodes = [name for name, taken in branches.items() if len(taken) > 1]
    deciding = _parting(open_nodes, endings, lambda ending: ending.order)
    if len({ending.order for ending in endings}) > 1 and not deciding:
        deciding = open_nodes
    missing = _open_in(algorithm, deciding)
    moves = any(step.branch.tried for ending in endings for step in ending.way)
    if moves and tried is None:
        missing = unique((*missing, TRIED))
    told = {*missing}
    techniques = _others(algorithm, _parting(open_nodes, endings, _options), told)
    told |= {*techniques}
    steps = _others(algorithm, _parting(open_nodes, endings, _steps), told)
    return Parted(missing, techniques, steps, unique((*missing, *_open_in(algorithm, open_nodes))))


def _options(ending: Ending) -> Hashable:
    return ending.options


def _steps(ending: Ending) -> Hashable:
    return tuple([step.branch.first_do for step in ending.way if step.branch.first_do])


def _parting(
    nodes: Sequence[str], endings: Sequence[Ending], what: Callable[[Ending], Hashable]
) -> list[str]:
    """The decisions of which the branches do not lead to the same."""
    led: dict[str, dict[str, set[Hashable]]] = {name: {} for name in nodes}
    for ending in endings:
        for step in ending.way:
            if step.decision.id in led:
                led[step.decision.id].setdefault(step.branch.id, set()).add(what(ending))
    return [name for name in nodes if len({frozenset(found) for found in led[name].values()}) > 1]


def _others(algorithm: AlgorithmTrace, nodes: Sequence[str], told: set[str]) -> tuple[str, ...]:
    return tuple(name for name in _open_in(algorithm, nodes) if name not in told)


def _open_in(algorithm: AlgorithmTrace, nodes: Sequence[str]) -> tuple[str, ...]:
    return missing_in(*(decided for name in nodes for decided in algorithm.branches[name]))
