"""Which advice serves the plan, and which of it the way that will be gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from cto_cds.advice import result
from cto_cds.advice.safety import Guard
from cto_cds.rulefile.truth import Truth


def followed(strategies: Collection[result.Strategy], first: str | None) -> result.Strategy | None:
    """Return the way that will be gone: the first that can be done here, if there is one."""
    return next((strategy for strategy in strategies if strategy.id == first), None)


def of_use(
    advice: Collection[result.Advice],
    strategies: tuple[result.Strategy, ...],
    lacking_here: Collection[str],
    barred: Collection[str] = (),
) -> Iterator[result.Advice]:
    """Advice on what the plan names; advice on nothing in particular is always of use.

    Where the first choice ends the attempt, the plan names no more than what ends it. Where the
    plan names nothing, advice serves what is not surely barred.
    """
    ends = bool(strategies) and strategies[0].ends_attempt
    ways = [strategy for strategy in strategies if strategy.ends_attempt or not ends]
    named = {name for way in ways for name in (way.id, *way.techniques)}
    if named and not ends:
        named |= {name for entry in advice if not entry.on for name in entry.prepared}
    for entry in advice:
        concerned = named & {*entry.on} if named else {*entry.on} - {*barred}
        if not entry.on or concerned:
            lacking = tuple(name for name in entry.prepared if name in lacking_here)
            yield entry.model_copy(update={"unavailable": lacking}) if lacking else entry


def steps_of(
    advice: Iterable[result.Advice],
    guards: Iterable[Guard],
    strategies: tuple[result.Strategy, ...],
    first: str | None,
) -> Iterator[str]:
    """What advice that serves the way to be gone says to do before everything else.

    Nothing of it comes first where the first choice ends the attempt; it stands under its heading.

    Args:
        advice: What is of use here.
        guards: The safety rules that speak.
        strategies: The plan.
        first: The first of it that can be done here.
    """
    if strategies and strategies[0].ends_attempt:
        return
    way = followed(strategies, first)
    steps = {guard.trace.rule.id: guard.trace.rule.first_do for guard in guards if _holds(guard)}
    for entry in advice:
        step = steps.get(entry.rule, "")
        if step and (not strategies or entry.bars or serves(entry, way)):
            yield step


def _holds(guard: Guard) -> bool:
    """Whether a rule holds, also by the word as which it reads what is unknown."""
    return guard.certain or guard.trace.danger.truth is Truth.TRUE


def serves(entry: result.Advice, way: result.Strategy | None) -> bool:
    """Return whether advice is on a way that will be gone, or on nothing in particular."""
    return not entry.on or (way is not None and way.has(entry.on))
