"""What to ask for: the facts that are missing, and what each would settle."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from cto_cds.advice import result
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import unique
from cto_cds.engine.effect import effect_of
from cto_cds.engine.trace import Trace, missing_in
from cto_cds.rulefile.model import Safety
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth

ADDS = "it adds a technique or takes one away"


def asked(
    opinions: Mapping[str, Opinion],
    scores: Mapping[str, result.Score],
    listed: Collection[str],
    trace: Trace,
    pack: Pack,
    *,
    begun: bool,
    decreed: bool = False,
) -> tuple[result.Ask, ...]:
    """Return the missing facts, those that may change the plan first.

    Nothing can change the plan where a safety rule surely decrees it, or where no algorithm applies
    and nothing has begun.

    Args:
        opinions: What each algorithm says.
        scores: The scores.
        listed: The strategies of the plan.
        trace: What was decided.
        pack: The rules.
        begun: Whether the procedure has begun, so that devices may be at hand.
        decreed: Whether a safety rule surely puts one thing in the place of all others.
    """
    alone = all(opinion.applies is Truth.FALSE for opinion in opinions.values())
    plan = {}
    if not decreed and (begun or not alone):
        plan = _gathered(_plan(opinions, listed, trace, pack, begun=begun))
    score = _gathered(_scores(scores))
    settled = {_name(fact) for fact in plan}
    return (
        *(_ask(fact, reasons, "plan", pack) for fact, reasons in plan.items()),
        *(
            _ask(fact, reasons, "score", pack)
            for fact, reasons in score.items()
            if _name(fact) not in settled
        ),
    )


def _plan(
    opinions: Mapping[str, Opinion],
    listed: Collection[str],
    trace: Trace,
    pack: Pack,
    *,
    begun: bool,
) -> Iterator[tuple[str, str]]:
    for opinion in opinions.values():
        yield from _parting(opinion, trace)
    named = {*listed, *(o for opinion in opinions.values() for o in opinion.shown.options)}
    named -= _forbidden(trace)
    open_ones = [s for s in trace.dangers if s.rule.asks and s.danger.truth is Truth.UNKNOWN]
    for safety in open_ones:
        if not {*named, *listed}.isdisjoint((*safety.rule.on, safety.rule.instead)):
            on = ", ".join(pack.title(name).lower() for name in safety.rule.on if name in named)
            on = on or "going on at all"
            for fact in facts_behind(missing_in(safety.danger), trace):
                yield fact, f"{_settles(safety.rule)}: {on}"
    for shift in trace.shifts:
        moved = [pack.title(name).lower() for name in shift.rule.support if name in listed]
        for fact in facts_behind(missing_in(shift.holds), trace) if moved else ():
            yield fact, f"it moves {' and '.join(moved)}"
        adds = not {*listed}.isdisjoint(shift.rule.techniques)
        for fact in facts_behind(missing_in(shift.holds), trace) if adds else ():
            yield fact, ADDS
    if begun:
        yield from _lifting(trace, pack)
    yield from _silent(trace, pack, begun=begun)


def _parting(opinion: Opinion, trace: Trace) -> Iterator[tuple[str, str]]:
    for fact in opinion.shown.missing:
        yield fact, f"{opinion.shown.title} depends on it"
    for fact in facts_behind(opinion.for_techniques, trace):
        yield fact, ADDS
    for fact in facts_behind(opinion.for_steps, trace):
        yield fact, "it decides what to do first"


def _forbidden(trace: Trace) -> set[str]:
    """What is forbidden whatever is still unknown; no fact changes that."""
    firm = [s for s in trace.dangers if effect_of(s) == "veto" and not s.rests_on_unknown]
    return {name for safety in firm for name in safety.rule.on}


def _settles(rule: Safety) -> str:
    """What an answer settles about the methods that a rule speaks of."""
    if rule.effect == "veto" or rule.bars:
        return "it decides whether these are possible"
    return "advice depends on it" if rule.about else "it decides whether these need care"


def _lifting(trace: Trace, pack: Pack) -> Iterator[tuple[str, str]]:
    """Facts that would lift a veto which rests on their being unknown."""
    for safety in trace.dangers:
        if safety.rule.asks and safety.rests_on_unknown and effect_of(safety) == "veto":
            held = ", ".join(pack.title(name).lower() for name in safety.rule.on)
            open_places = [
                seen.place
                for seen in safety.danger.seen
                if seen.assumed or seen.truth is Truth.UNKNOWN
            ]
            for fact in facts_behind(open_places, trace):
                yield fact, f"while it is unknown these are held back: {held}"


def _silent(trace: Trace, pack: Pack, *, begun: bool) -> Iterator[tuple[str, str]]:
    """Facts that keep open whether a veto holds that says nothing until it does.

    While planning they are asked for once something of the rule is known.
    """
    for safety in trace.dangers:
        rule = safety.rule
        if not rule.asks or rule.effect != "veto" or safety.danger.truth is not Truth.UNKNOWN:
            continue
        known = begun or any(seen.path for seen in safety.danger.seen)
        if known and not effect_of(safety):
            on = ", ".join(pack.title(name).lower() for name in rule.on)
            for fact in facts_behind(missing_in(safety.danger), trace):
                yield fact, f"it decides whether these must be held back: {on}"


def _scores(scores: Mapping[str, result.Score]) -> Iterator[tuple[str, str]]:
    """Facts that scores lack; a score whose modality nobody has used asks for nothing."""
    for score in scores.values():
        for fact in () if score.without else score.missing:
            yield fact, f"{score.title} needs it"


def _gathered(pairs: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    """Reasons by fact; a fact that can be read in several places is asked for once."""
    first: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for fact, reason in pairs:
        found.setdefault(first.setdefault(_name(fact), fact), []).append(reason)
    return found


def _name(fact: str) -> str:
    return fact.partition(".")[2]


def _ask(fact: str, reasons: list[str], changes: str, pack: Pack) -> result.Ask:
    kind = pack.vocabulary.of(fact)
    because = "; ".join(unique(reasons))
    return result.Ask(
        fact=fact,
        title=kind.title,
        because=f"{because[:1].upper()}{because[1:]}.",
        how=kind.ask or None,
        changes="plan" if changes == "plan" else "score",
    )
