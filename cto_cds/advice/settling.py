"""Whether what is known decides the first choice, and what it depends on while it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cto_cds.advice import result
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.ranking import ranked
from cto_cds.advice.safety import Guard, silent_of
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import titles, unique
from cto_cds.engine.trace import SafetyTrace, Trace, missing_in
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


def settled(
    listed: Sequence[result.Strategy],
    opinions: Mapping[str, Opinion],
    guards: Sequence[Guard],
    trace: Trace,
    pack: Pack,
) -> tuple[bool, str | None]:
    """Return whether the first choice is settled; and why there is none, or what it depends on.

    It is settled when no other strategy can reach its support, whatever the facts turn out to be
    that are not known, and no safety rule that is still open could forbid it.
    """
    algorithms = [opinion.shown for opinion in opinions.values()]
    if not listed:
        last = [found.path[-1].because for found in algorithms if found.path]
        outside = [f"{found.title}: {found.because}" for found in algorithms if found.because]
        return False, " ".join(last or outside) or None
    decreed = [g for g in guards if g.effect == "veto" and g.certain and g.trace.rule.instead]
    if decreed:
        return True, decreed[0].because
    first = listed[0]
    rivals = _rivals(first, listed, opinions, guards, trace, pack)
    threats = [t for t in trace.safety if _threatens(t, first.id)]
    if not rivals and not threats:
        return True, None
    concerned = {first.id, *rivals} if rivals else {first.id}
    missing = unique(_open(concerned, threats, opinions, guards, trace))
    return False, f"The first choice is not settled; it may change with: {titles(pack, missing)}."


def _rivals(
    first: result.Strategy,
    listed: Sequence[result.Strategy],
    opinions: Mapping[str, Opinion],
    guards: Sequence[Guard],
    trace: Trace,
    pack: Pack,
) -> tuple[str, ...]:
    """The strategies that may still come before the first, held back on an unknown or not."""
    held = {name for g in guards if g.effect == "veto" and not g.certain for name in g.on} - {
        strategy.id for strategy in listed
    }
    if any(o.strategy in held for op in opinions.values() for e in op.endings for o in e.options):
        sure = [guard for guard in guards if guard.effect != "veto" or guard.certain]
        listed = ranked(opinions, trace.shifts, sure, pack, silent=silent_of(trace.safety))
    places = unique((*pack.policy.tie_order, *pack.techniques))

    def may_lead(other: result.Strategy) -> bool:
        if other.support.high == first.support.low:
            return places.index(other.id) < places.index(first.id)
        return other.support.high > first.support.low

    return tuple(other.id for other in listed if other.id != first.id and may_lead(other))


def _threatens(safety: SafetyTrace, first: str) -> bool:
    """Whether a safety rule that is still open could take the first choice off the list."""
    rule = safety.rule
    is_open = safety.danger.truth is Truth.UNKNOWN or safety.rests_on_unknown
    return rule.effect == "veto" and is_open and (first in rule.on or bool(rule.instead))


def _open(
    concerned: set[str],
    threats: Sequence[SafetyTrace],
    opinions: Mapping[str, Opinion],
    guards: Sequence[Guard],
    trace: Trace,
) -> Iterator[str]:
    """The facts that are missing behind the support of these strategies, each as often as read."""
    for opinion in opinions.values():
        if not concerned.isdisjoint(opinion.shown.options):
            yield from opinion.shown.missing
    conditions = [t.danger for t in threats]
    conditions += [s.holds for s in trace.shifts if not concerned.isdisjoint(s.rule.support)]
    silent = silent_of(trace.safety)
    conditions += [s.danger for s in silent if not concerned.isdisjoint(s.rule.on)]
    yield from facts_behind(missing_in(*conditions), trace)
    for guard in guards:
        if not guard.certain and not concerned.isdisjoint(guard.on):
            seen = guard.trace.danger.seen
            places = [s.place for s in seen if s.assumed or s.truth is Truth.UNKNOWN]
            yield from facts_behind(places, trace)
