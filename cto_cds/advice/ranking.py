"""Opinions to one list. How much each opinion weighs stands in the ranking policy, not here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from cto_cds.advice import result
from cto_cds.advice.fallen import forbidden_by
from cto_cds.advice.left_open import (
    by_silent_cautions,
    by_techniques,
    one_open_line,
    open_line,
    taken,
)
from cto_cds.advice.parts import NOTHING
from cto_cds.advice.safety import Guard
from cto_cds.advice.voices import Reason, from_opinions
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import reads_of, source_of, unique
from cto_cds.engine.trace import SafetyTrace, ShiftTrace, missing_in
from cto_cds.rulefile.model import weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.policy import Policy
from cto_cds.rulefile.truth import Truth


def drafted(
    opinions: Mapping[str, Opinion],
    shifts: Sequence[ShiftTrace],
    guards: Sequence[Guard],
    pack: Pack,
    silent: Sequence[SafetyTrace] = (),
) -> tuple[Draft, ...]:
    """Return the strategies that algorithms or shifts name and nothing forbids, best first.

    Args:
        opinions: What each algorithm says.
        shifts: The shifts of the policy in this case.
        guards: The safety rules that speak.
        pack: The rules.
        silent: The cautions that may hold and do not speak until they do.
    """
    vetoed = forbidden_by(guards)
    reasons = [*from_opinions(opinions, vetoed, pack), *_instead(guards, pack.policy)]
    holding = [shift.rule for shift in shifts if shift.holds.truth is Truth.TRUE]
    told = (name for opinion in opinions.values() for name in opinion.names)
    brought = pack.policy.brought(told, holding)
    named = unique((*(reason.strategy for reason in reasons), *brought))
    reasons += [reason for reason in _from_shifts(shifts, pack) if reason.strategy in named]
    at_end = {name: opinion.as_counted for name, opinion in opinions.items()}
    perhaps = {name for name, opinion in at_end.items() if opinion.applies is Truth.UNKNOWN}
    going_on = {name: opinion.if_it_goes_on for name, opinion in opinions.items()}
    drafts = []
    for strategy in named:
        if strategy not in vetoed:
            heard = at_end if strategy in pack.policy.ends_attempt else going_on
            shifted = pack.policy.techniques_for(strategy, holding)
            named_by_all = _techniques(strategy, heard, pack.policy)
            techniques = unique(n for n in (*shifted, *named_by_all) if n not in vetoed)
            takes = taken(strategy, techniques, opinions.values(), vetoed, shifts)
            lines = [reason.line for reason in reasons if reason.strategy == strategy]
            lines += by_silent_cautions(takes, silent, pack)
            lines += by_techniques(takes, guards, pack)
            lines = [*one_open_line(lines, pack)]
            cautions = tuple(_cautions(takes.told, guards, pack.policy))
            everything = (*lines, *cautions)
            counted = [_in_order(strategy, line, pack.policy, perhaps) for line in everything]
            drafts.append(
                Draft(
                    strategy,
                    techniques,
                    tuple(lines),
                    cautions,
                    ordered_by=sum(counted, NOTHING),
                    placed=strategy in brought or _is_placed(strategy, at_end, guards, pack.policy),
                )
            )
    return tuple(sorted(drafts, key=lambda d: (-d.ordered_by, pack.places[d.strategy])))


def ranked(
    drafts: Iterable[Draft],
    guards: Sequence[Guard],
    pack: Pack,
    missing_here: Collection[str] = (),
) -> tuple[result.Strategy, ...]:
    """Return those of these strategies that have a place in the list, numbered.

    Args:
        drafts: The strategies, best first.
        guards: The safety rules that speak.
        pack: The rules.
        missing_here: Techniques and equipment that are not available here.
    """
    listed = [draft for draft in drafts if draft.placed]
    return tuple(_strategy(i + 1, d, guards, pack, missing_here) for i, d in enumerate(listed))


@dataclass(frozen=True)
class Draft:
    """A strategy that has no rank yet; what orders it is its support, as the policy counts it.

    What ends the attempt is ``placed`` in the list only where something surely names it; until
    then it is a question that is still open.
    """

    strategy: str
    techniques: tuple[str, ...]
    lines: tuple[result.Line, ...]
    cautions: tuple[result.Line, ...]
    ordered_by: Decimal
    placed: bool

    @cached_property
    def support(self) -> result.Span:
        """The sum of the lines."""
        everything = (*self.lines, *self.cautions)
        return result.Span(
            low=sum((line.amount.low for line in everything), NOTHING),
            high=sum((line.amount.high for line in everything), NOTHING),
        )


def _is_placed(
    strategy: str, opinions: Mapping[str, Opinion], guards: Iterable[Guard], policy: Policy
) -> bool:
    if strategy not in policy.ends_attempt:
        return True
    decreed = {guard.instead for guard in guards if decrees(guard)}
    return strategy in decreed or any(o.surely_names(strategy) for o in opinions.values())


def decrees(guard: Guard) -> bool:
    """Return whether a safety rule surely puts something else in the place of what it forbids."""
    return guard.effect == "veto" and guard.certain and bool(guard.instead)


def _instead(guards: Iterable[Guard], policy: Policy) -> Iterator[Reason]:
    """What comes first when a safety rule forbids the rest: as much as a first place gives."""
    for guard in guards:
        rule = guard.trace.rule
        if guard.instead:
            top = policy.positions[0]
            line = result.Line(
                rule=rule.id,
                says=guard.because,
                amount=result.Span(low=top if decrees(guard) else NOTHING, high=top),
                reads=reads_of(guard.trace.danger),
                verified=rule.header.verified,
                source=source_of(rule.header.source),
            )
            yield Reason(guard.instead, line)


def first_here(
    strategies: Iterable[result.Strategy], follows_a_wire: Mapping[str, Sequence[str]]
) -> str | None:
    """Return the first of the list that this operator can do with what is here.

    Args:
        strategies: The list.
        follows_a_wire: What needs a wire in a false track while there is none, each with the
            shifts that let it begin without.
    """
    able = (
        s.id
        for s in strategies
        if not s.barred
        and not s.unavailable
        and (
            s.id not in follows_a_wire
            or any(line.rule in follows_a_wire[s.id] for line in s.reasons_for)
        )
    )
    return next(able, None)


def _barred(names: set[str], guards: Iterable[Guard]) -> tuple[str, ...]:
    rules = (guard.trace.rule for guard in guards if guard.certain)
    return tuple(rule.id for rule in rules if rule.bars and names & set(rule.on))


def _in_order(
    strategy: str, line: result.Line, policy: Policy, perhaps: Collection[str]
) -> Decimal:
    """The middle of a line's span; a shift that is not known counts for nothing.

    What is to be sure counts with its lower end, and so does an algorithm that only perhaps
    applies.
    """
    if line.rule == policy.id:
        return NOTHING
    if strategy in policy.sure_only or line.rule in perhaps:
        return line.amount.low
    return (line.amount.low + line.amount.high) / 2


def _strategy(
    rank: int,
    draft: Draft,
    guards: Iterable[Guard],
    pack: Pack,
    missing_here: Collection[str],
) -> result.Strategy:
    techniques = _kept(draft.techniques, pack.lacking(missing_here), pack)
    concerned = (draft.strategy, *techniques)
    equipment = unique(e for name in concerned for e in pack.techniques[name].needs(missing_here))
    replaced = unique(
        e
        for name in concerned
        for e in pack.techniques[name].things
        if e in missing_here and e not in equipment
    )
    return result.Strategy(
        rank=rank,
        ends_attempt=draft.strategy in pack.policy.ends_attempt,
        id=draft.strategy,
        title=pack.title(draft.strategy),
        support=draft.support,
        ordered_by=draft.ordered_by,
        techniques=techniques,
        done_without=(*(name for name in draft.techniques if name not in techniques), *replaced),
        unavailable=tuple(n for n in (*concerned, *equipment) if n in missing_here),
        steps=_steps(techniques, pack),
        equipment=equipment,
        barred=_barred({*concerned}, guards),
        reasons_for=tuple(line for line in draft.lines if not _speaks_against(line)),
        against=tuple(line for line in draft.lines if _speaks_against(line)),
        cautions=draft.cautions,
    )


def _kept(techniques: Sequence[str], lacking: Collection[str], pack: Pack) -> tuple[str, ...]:
    """Leave out what lacks here where another technique of the same part takes its place."""
    done = {pack.techniques[name].role for name in techniques if name not in lacking} - {""}
    return tuple(
        name for name in techniques if name not in lacking or pack.techniques[name].role not in done
    )


def _steps(techniques: Sequence[str], pack: Pack) -> dict[str, tuple[str, ...]]:
    """The techniques by their role; one without a role is told in the list of techniques alone."""
    roles = unique(pack.techniques[name].role for name in techniques)
    return {
        role: tuple(name for name in techniques if pack.techniques[name].role == role)
        for role in roles
        if role
    }


def _speaks_against(line: result.Line) -> bool:
    return line.amount.low < 0 and line.amount.high <= 0


def _techniques(strategy: str, opinions: Mapping[str, Opinion], policy: Policy) -> tuple[str, ...]:
    """The techniques that a strategy has on every way that leads to it.

    What may not apply, or may not lead to it, is heard only where nothing surer names it. Who
    places the strategy highest is heard first, between equals in the order of the policy.
    """
    places = {
        name: min(e.places[strategy] for e in opinions[name].endings if strategy in e.places)
        for name in policy.weights
        if name in opinions and any(strategy in e.places for e in opinions[name].endings)
    }
    named = [opinions[name] for name in sorted(places, key=places.__getitem__)]
    sure = [opinion for opinion in named if opinion.surely_names(strategy)]
    found: list[str] = []
    for opinion in sure or named:
        options = [o for e in opinion.endings for o in e.options if o.strategy == strategy]
        first = options[0].techniques
        found += [name for name in first if all(name in o.techniques for o in options)]
    return unique(found)


def _from_shifts(shifts: Iterable[ShiftTrace], pack: Pack) -> Iterator[Reason]:
    """Known shifts one by one; the unknown ones of a strategy together, as one open line.

    A known shift that gives a strategy techniques alone is told with nothing.
    """
    open_shifts: dict[str, list[ShiftTrace]] = {}
    for shift in shifts:
        moved = {**dict.fromkeys(shift.rule.techniques, NOTHING), **shift.rule.support}
        for strategy, amount in moved.items():
            if shift.holds.truth is Truth.UNKNOWN and strategy in shift.rule.support:
                open_shifts.setdefault(strategy, []).append(shift)
            elif shift.holds.truth is Truth.TRUE:
                line = result.Line(
                    rule=shift.rule.id,
                    says=shift.rule.because,
                    amount=result.Span(low=amount, high=amount),
                    reads=reads_of(shift.holds),
                    verified=shift.rule.verified,
                    source=source_of(shift.rule.source),
                )
                yield Reason(strategy, line)
    for strategy, group in open_shifts.items():
        amounts = [shift.rule.support[strategy] for shift in group]
        missing = unique(name for shift in group for name in missing_in(shift.holds))
        span = result.Span(
            low=sum((min(a, NOTHING) for a in amounts), NOTHING),
            high=sum((max(a, NOTHING) for a in amounts), NOTHING),
        )
        level = weakest(*(shift.rule.verified for shift in group))
        yield Reason(strategy, open_line(missing, span, level, pack))


def _cautions(
    names: frozenset[str], guards: Iterable[Guard], policy: Policy
) -> Iterator[result.Line]:
    """What lowers a strategy; only up to the full amount while it is not certain that it does."""
    for guard in guards:
        if guard.effect == "caution" and not names.isdisjoint(guard.on):
            lowers = -policy.caution_lowers_by
            yield result.Line(
                rule=guard.trace.rule.id,
                says=guard.because,
                amount=result.Span(low=lowers, high=lowers if guard.certain else NOTHING),
                reads=reads_of(guard.trace.danger),
                verified=guard.trace.rule.header.verified,
                source=source_of(guard.trace.rule.header.source),
            )
