"""What is open in the support of a strategy: what it may still gain or lose, and by what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cto_cds.advice import result
from cto_cds.advice.parts import NOTHING
from cto_cds.advice.safety import Guard
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import source_of, titles, unique
from cto_cds.engine.trace import SafetyTrace, ShiftTrace, missing_in
from cto_cds.rulefile.model import Verified, weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


@dataclass(frozen=True, slots=True)
class Taken:
    """A strategy and its techniques: those it is told with, keeps in any case, and may yet have.

    ``missing`` are the facts on which it depends which techniques it has.
    """

    told: frozenset[str]
    sure: frozenset[str]
    possible: frozenset[str]
    missing: tuple[str, ...]


def taken(
    strategy: str,
    techniques: Iterable[str],
    opinions: Collection[Opinion],
    vetoed: Mapping[str, bool],
    shifts: Iterable[ShiftTrace],
) -> Taken:
    """Return what a strategy takes.

    Args:
        strategy: Its id.
        techniques: What it is told with.
        opinions: What the algorithms say.
        vetoed: What is forbidden, and whether it is certain that it is.
        shifts: The shifts of the policy, which may give techniques too.
    """
    sure, possible = {strategy}, {strategy}
    missing: list[str] = []
    for opinion in opinions:
        options = [o for e in opinion.endings for o in e.options if o.strategy == strategy]
        possible |= {name for option in options for name in option.techniques}
        if opinion.surely_names(strategy):
            sure |= set.intersection(*({*option.techniques} for option in options))
        if options:
            missing += (*opinion.still_open, *opinion.shown.missing)
    for shift in shifts:
        given = shift.rule.techniques.get(strategy, ())
        if given and shift.holds.truth is not Truth.FALSE:
            possible |= {*given}
            sure |= {*given} if shift.holds.truth is Truth.TRUE else set()
            missing += missing_in(shift.holds)
    return Taken(
        told=frozenset({strategy, *techniques}),
        sure=frozenset(sure - vetoed.keys()),
        possible=frozenset(name for name in possible if not vetoed.get(name)),
        missing=unique(missing),
    )


def by_techniques(taken: Taken, guards: Iterable[Guard], pack: Pack) -> Iterator[result.Line]:
    """What may still move a strategy while it is open which techniques it has."""
    may_go = may_come = 0
    for guard in guards:
        if guard.effect == "caution":
            told = not taken.told.isdisjoint(guard.on)
            may_go += told and guard.certain and taken.sure.isdisjoint(guard.on)
            may_come += not told and not taken.possible.isdisjoint(guard.on)
    if may_go or may_come:
        lowers = pack.policy.caution_lowers_by
        span = result.Span(low=-may_come * lowers, high=may_go * lowers)
        yield open_line(taken.missing, span, pack.policy.header.verified, pack)


def by_silent_cautions(
    taken: Taken, silent: Iterable[SafetyTrace], pack: Pack
) -> Iterator[result.Line]:
    """What may lower a strategy once it is known; until then it moves no rank."""
    concerned = taken.told | taken.possible
    found = [safety for safety in silent if not concerned.isdisjoint(safety.rule.on)]
    if found:
        missing = missing_in(*(safety.danger for safety in found))
        span = result.Span(low=-len(found) * pack.policy.caution_lowers_by, high=NOTHING)
        level = weakest(*(safety.rule.header.verified for safety in found))
        yield open_line(missing, span, level, pack)


def open_line(
    missing: tuple[str, ...], amount: result.Span, level: Verified, pack: Pack
) -> result.Line:
    """Return what the policy may still give or take, once what is missing is known."""
    return result.Line(
        rule=pack.policy.id,
        says=f"Not known yet: {titles(pack, missing)}.",
        amount=amount,
        reads=missing,
        verified=level,
        source=source_of(pack.policy.header.source),
    )


def one_open_line(lines: Sequence[result.Line], pack: Pack) -> Iterator[result.Line]:
    """Yield the lines of a strategy with all that is open put together in one, the last."""
    open_ones = [line for line in lines if line.rule == pack.policy.id]
    yield from (line for line in lines if line.rule != pack.policy.id)
    if open_ones:
        span = result.Span(
            low=sum((line.amount.low for line in open_ones), NOTHING),
            high=sum((line.amount.high for line in open_ones), NOTHING),
        )
        missing = unique(path for line in open_ones for path in line.reads)
        yield open_line(missing, span, weakest(*(line.verified for line in open_ones)), pack)
