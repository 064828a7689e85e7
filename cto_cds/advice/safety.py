"""Vetoes and cautions of a case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from cto_cds.advice import result
from cto_cds.advice.words import reads_of, source_of, unique
from cto_cds.engine.effect import effect_of
from cto_cds.engine.trace import SafetyTrace
from cto_cds.facts.sheet import FactSheet
from cto_cds.rulefile.model import Safety
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.safety_file import ADVISE
from cto_cds.rulefile.truth import UNKNOWN

Part = TypeVar("Part", bound=result.Guarded)


@dataclass(frozen=True, slots=True)
class Guard:
    """One safety rule that speaks in this case; not certain while it rests on unknown facts.

    ``on`` is what it speaks about: what the rule names, or a group that falls with its members.
    """

    trace: SafetyTrace
    effect: str
    because: str
    certain: bool
    on: tuple[str, ...]

    @property
    def instead(self) -> str:
        """What comes first when the rule forbids the rest; told once, and not by a group."""
        rule = self.trace.rule
        return rule.instead if self.on == rule.on else ""


def guards_of(safety: Iterable[SafetyTrace], sheet: FactSheet, pack: Pack) -> tuple[Guard, ...]:
    """Return the safety rules that veto or caution, also for groups that fall with all members."""
    guards = []
    for trace in safety:
        effect = effect_of(trace)
        if effect:
            because = _because(trace, sheet)
            certain = not trace.rests_on_unknown
            here = trace.rule.here.told(sheet.known) if certain else ""
            because = f"{because} {here}" if here else because
            guards.append(Guard(trace, effect, because, certain, trace.rule.on))
    return (*guards, *_on_groups(guards, pack))


def _because(trace: SafetyTrace, sheet: FactSheet) -> str:
    """Return the reason; while it rests on what is unknown, with the figures that are known."""
    rule = trace.rule
    if not (trace.rests_on_unknown and rule.because_unknown):
        return rule.because
    told = (sentence.told(sheet.known) for sentence in rule.here_unknown)
    return next(filter(None, told), rule.because_unknown)


def _on_groups(guards: Collection[Guard], pack: Pack) -> Iterator[Guard]:
    """A group is forbidden where each of its members is, by the rules that forbid them."""
    vetoes = [guard for guard in guards if guard.effect == "veto"]
    for group, members in pack.groups.items():
        by_member = [[guard for guard in vetoes if name in guard.on] for name in members]
        if all(by_member):
            certain = all(any(guard.certain for guard in found) for found in by_member)
            for guard in vetoes:
                if group not in guard.on and not {*members}.isdisjoint(guard.on):
                    yield replace(guard, on=(group,), certain=certain)


def silent_of(safety: Iterable[SafetyTrace]) -> tuple[SafetyTrace, ...]:
    """Return the cautions that may hold, and that say nothing until they are known to."""
    return tuple(
        trace
        for trace in safety
        if trace.rule.effect == "caution" and trace.danger.truth is UNKNOWN and not effect_of(trace)
    )


def vetoed_of(guards: Iterable[Guard], pack: Pack) -> tuple[result.Vetoed, ...]:
    """Return one entry for each strategy or technique and each rule that forbids it."""
    return tuple(_spoken(result.Vetoed, guards, "veto", pack))


def cautions_of(guards: Iterable[Guard], pack: Pack) -> tuple[result.Guarded, ...]:
    """Return one entry for each strategy or technique and each rule that cautions about it."""
    return tuple(_spoken(result.Guarded, guards, "caution", pack))


def advice_of(guards: Collection[Guard], pack: Pack) -> tuple[result.Advice, ...]:
    """Return what to do, have ready or keep in mind; nothing is ready for what is forbidden.

    What is held back until more is known may be needed, and its equipment waits with it. What a
    rule says to have ready is told apart: equipment, and techniques that may be needed. A technique
    brings its equipment along, unless the operator does not do it.
    """
    sure = [guard for guard in guards if guard.certain]
    forbidden = {name for guard in sure if guard.effect == "veto" for name in guard.on}
    barred = _given_up(sure, pack)
    held = {name for guard in guards if guard.effect == "veto" for name in guard.on}
    useless = {*forbidden, *pack.needed_only_by(held | barred)}
    return tuple(
        result.Advice(
            rule=guard.trace.rule.id,
            about=guard.trace.rule.about,
            says=guard.because,
            on=guard.trace.rule.on,
            ready=tuple(n for n in _things(guard, held | barred, pack) if n not in useless),
            techniques=tuple(
                name
                for name in guard.trace.rule.ready
                if name not in forbidden and not pack.techniques[name].is_equipment
            ),
            bars=guard.trace.rule.bars,
            certain=guard.certain,
            reads=unique((*reads_of(guard.trace.danger), *_figures(guard.trace.rule))),
            verified=guard.trace.rule.header.verified,
            source=source_of(guard.trace.rule.header.source),
        )
        for guard in guards
        if guard.effect == ADVISE
    )


def _figures(rule: Safety) -> Iterator[str]:
    """The facts whose figures the rule may tell."""
    for sentence in (rule.here, *rule.here_unknown):
        yield from sentence.paths


def _given_up(sure: Iterable[Guard], pack: Pack) -> set[str]:
    """What the operator does not do, unless that is every way on: a proctor needs it all."""
    barred = {name for guard in sure if guard.trace.rule.bars for name in guard.on}
    return set() if barred.issuperset(pack.policy.crossing) else barred


def _things(guard: Guard, without: Collection[str], pack: Pack) -> tuple[str, ...]:
    """The equipment that a rule says to have ready, by its name or with a technique."""
    things: list[str] = []
    for name in guard.trace.rule.ready:
        found = pack.techniques[name]
        if found.is_equipment:
            things.append(name)
        elif name not in without:
            things += found.things
    return unique(things)


def _spoken(kind: type[Part], guards: Iterable[Guard], effect: str, pack: Pack) -> Iterator[Part]:
    by_id: dict[str, list[Guard]] = {}
    for guard in guards:
        for name in guard.on if guard.effect == effect else ():
            by_id.setdefault(name, []).append(guard)
    for name, technique in pack.techniques.items():
        for guard in by_id.get(name, ()):
            header = guard.trace.rule.header
            yield kind(
                id=name,
                title=technique.title,
                rule=header.id,
                because=guard.because,
                certain=guard.certain,
                reads=reads_of(guard.trace.danger),
                verified=header.verified,
                source=source_of(header.source),
            )
