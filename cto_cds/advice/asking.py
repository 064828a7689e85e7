"""What to ask for: the facts that are missing, and what each would settle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cto_cds.advice import result
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.words import missing_in, unique
from cto_cds.engine.trace import Trace
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


def asked(
    algorithms: Mapping[str, result.Algorithm],
    scores: Mapping[str, result.Score],
    trace: Trace,
    pack: Pack,
) -> tuple[result.Ask, ...]:
    """Return the missing facts, those that may change the plan first."""
    plan = _gathered(_plan(algorithms, trace, pack))
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
    algorithms: Mapping[str, result.Algorithm], trace: Trace, pack: Pack
) -> Iterator[tuple[str, str]]:
    for algorithm in algorithms.values():
        for fact in algorithm.missing:
            yield fact, f"{algorithm.title} depends on it"
    options = {name for algorithm in algorithms.values() for name in algorithm.options}
    for safety in trace.safety:
        if safety.danger.truth is Truth.UNKNOWN and options & set(safety.rule.on):
            on = ", ".join(pack.title(name).lower() for name in safety.rule.on)
            for fact in facts_behind(missing_in(safety.danger), trace):
                yield fact, f"it decides whether these are possible: {on}"
    for shift in trace.shifts:
        for fact in facts_behind(missing_in(shift.holds), trace):
            strategies = " and ".join(pack.title(name).lower() for name in shift.rule.support)
            yield fact, f"it moves {strategies}"


def _scores(scores: Mapping[str, result.Score]) -> Iterator[tuple[str, str]]:
    for score in scores.values():
        for fact in score.missing:
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
