"""Whether what is known decides the first choice, and what it depends on while it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cto_cds.advice.missing import facts_behind
from cto_cds.advice.ranking import Draft, decrees, drafted
from cto_cds.advice.safety import Guard, silent_of
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import titles, unique
from cto_cds.engine.trace import SafetyTrace, ShiftTrace, Trace, missing_in
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth

NOTHING_LEFT = "No strategy or device is left to name in this phase."
MOST_NAMED = 6


def settled(
    drafts: Sequence[Draft],
    opinions: Mapping[str, Opinion],
    guards: Sequence[Guard],
    trace: Trace,
    pack: Pack,
    unsaid: Sequence[str] = (),
) -> tuple[bool, str | None]:
    """Return whether the first choice is settled; and why there is none, or what it depends on.

    It is settled when no other strategy can reach its support, whatever the facts turn out to be
    that are not known, and no safety rule that is still open could forbid it. That there is none
    is settled when nothing could come into the list.

    Args:
        drafts: The strategies, best first.
        opinions: What each algorithm says.
        guards: The safety rules that speak.
        trace: What was decided.
        pack: The rules.
        unsaid: Facts that tell whether what was read in some place counts, and are not known.
    """
    first = next((draft for draft in drafts if draft.placed), None)
    decreed = [guard for guard in guards if decrees(guard)]
    if first and decreed:
        return True, decreed[0].because
    leading = {first.strategy} if first else set()
    rivals = _rivals(first, drafts, opinions, guards, trace, pack)
    threats = [threat for threat in trace.dangers if _threatens(threat, leading)]
    bringing = _bringing(first, trace)
    is_settled = not rivals and not threats and not bringing and not unsaid
    behind = _open({*leading, *rivals}, threats, opinions, guards, trace)
    brought_by = facts_behind(missing_in(*(shift.holds for shift in bringing)), trace)
    missing = unique((*behind, *brought_by, *unsaid))
    if first:
        open_on = f"The first choice is not settled; it may change with: {_named(missing, pack)}."
        return is_settled, None if is_settled else open_on
    told = _forbidding_all(opinions, guards) or _why_nothing(opinions, pack, outside=is_settled)
    if not is_settled:
        may = titles(pack, (*rivals, *(threat.rule.instead for threat in threats)))
        still_open = f" Still open: {may}." if may else ""
        depends = f"It depends on: {_named(missing, pack)}."
        only_ends = bool(rivals) and {*rivals} <= {*pack.policy.ends_attempt}
        nothing = NOTHING_LEFT if only_ends and not threats else "Nothing is ranked yet."
        told = (*told, f"{nothing}{still_open} {depends}")
    return is_settled, " ".join(told) or None


def unsettled_by(turning: Sequence[str], pack: Pack) -> str:
    """Return why a first choice is not settled that turns with readings which contradict others."""
    return (
        "The first choice is not settled: readings contradict each other, and it changes if "
        f"another one of them is right: {_named(turning, pack)}."
    )


def _named(missing: Sequence[str], pack: Pack) -> str:
    """Return what is missing in words, each fact once; of many, the first."""
    facts = tuple({pack.title(name): name for name in missing}.values())
    more = len(facts) - MOST_NAMED
    if more <= 1:
        return titles(pack, facts)
    return f"{titles(pack, facts[:MOST_NAMED])} and {more} more, all listed as missing"


def _forbidding_all(opinions: Mapping[str, Opinion], guards: Sequence[Guard]) -> tuple[str, ...]:
    """Why nothing is ranked where one safety rule surely forbids all that any algorithm names."""
    named = {o.strategy for op in opinions.values() for e in op.endings for o in e.options}
    sure = [guard for guard in guards if guard.effect == "veto" and guard.certain]
    return tuple(guard.because for guard in sure if named and named <= {*guard.on})[:1]


def _why_nothing(opinions: Mapping[str, Opinion], pack: Pack, *, outside: bool) -> tuple[str, ...]:
    """Why nothing is ranked: by who is decided, else by who does not apply.

    Each reason is told once, with the algorithms that share it.
    """
    shown = [opinion.shown for opinion in opinions.values()]
    decided = [o for o in opinions.values() if o.shown.state == "decided" and o.shown.path]
    last = [(opinion.because(pack), opinion.shown.title) for opinion in decided]
    others = [(found.because, found.title) for found in shown if found.because and outside]
    by_reason: dict[str, list[str]] = {}
    for because, title in last or others:
        by_reason.setdefault(because, []).append(title)
    return tuple(f"{text.removesuffix('.')} ({'; '.join(by)})." for text, by in by_reason.items())


def _rivals(
    first: Draft | None,
    drafts: Sequence[Draft],
    opinions: Mapping[str, Opinion],
    guards: Sequence[Guard],
    trace: Trace,
    pack: Pack,
) -> tuple[str, ...]:
    """The strategies that may still come before the first, held back on an unknown or not.

    Where nothing is ranked that is every strategy which something may still place.
    """
    held = {name for g in guards if g.effect == "veto" and not g.certain for name in g.on} - {
        draft.strategy for draft in drafts
    }
    if any(o.strategy in held for op in opinions.values() for e in op.endings for o in e.options):
        sure = [guard for guard in guards if guard.effect != "veto" or guard.certain]
        drafts = drafted(opinions, trace.shifts, sure, pack, silent_of(trace.dangers))
    places = pack.places

    def may_lead(other: Draft) -> bool:
        if first is None:
            return True
        if other.support.high == first.support.low:
            return places[other.strategy] < places[first.strategy]
        return other.support.high > first.support.low and other.strategy != first.strategy

    return tuple(other.strategy for other in drafts if may_lead(other))


def _bringing(first: Draft | None, trace: Trace) -> tuple[ShiftTrace, ...]:
    """The open findings that may bring a strategy into the list, ahead of the first."""
    return tuple(
        shift
        for shift in trace.shifts
        for name in shift.rule.ranks
        if first and first.strategy != name and shift.holds.truth is Truth.UNKNOWN
        if shift.rule.support[name] >= first.support.low
    )


def _threatens(safety: SafetyTrace, leading: set[str]) -> bool:
    """Whether a safety rule that is still open could take the first choice from its place."""
    rule = safety.rule
    is_open = safety.danger.truth is Truth.UNKNOWN or safety.rests_on_unknown
    moves = bool(rule.instead) or not leading.isdisjoint(rule.on)
    return rule.effect == "veto" and is_open and moves


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
    silent = silent_of(trace.dangers)
    conditions += [s.danger for s in silent if not concerned.isdisjoint(s.rule.on)]
    yield from facts_behind(missing_in(*conditions), trace)
    for guard in guards:
        if not guard.certain and not concerned.isdisjoint(guard.on):
            seen = guard.trace.danger.seen
            places = [s.place for s in seen if s.assumed or s.truth is Truth.UNKNOWN]
            yield from facts_behind(places, trace)
