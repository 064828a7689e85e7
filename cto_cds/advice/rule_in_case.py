"""One rule by its id: what it says, and whether and how it speaks in a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from cto_cds.advice.parts import Part, Source, Truth
from cto_cds.advice.words import reads_of, source_of, unique, value_of
from cto_cds.engine.effect import effect_of
from cto_cds.engine.trace import (
    AlgorithmTrace,
    AssociationTrace,
    Decided,
    SafetyTrace,
    ShiftTrace,
    Trace,
    missing_in,
)
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import shown
from cto_cds.rulefile.model import Decision, Header, Rule, Verified
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.policy import Shift
from cto_cds.rulefile.safety_file import ADVISE

State = Literal["speaks", "silent", "open"]


class WayOut(Part):
    """One way out of a decision: what it says, and whether its condition holds in the case."""

    id: str
    says: str
    truth: Truth
    taken: bool
    shown: str
    verified: Verified


class RuleInCase(Part):
    """A rule in one case.

    ``state`` is *open* while it is not known whether the rule speaks. One that speaks and is not
    ``certain`` rests on something that is not known. ``values`` are what the places in ``reads``
    hold, findings included.
    """

    id: str
    kind: str
    title: str
    version: str
    purpose: str
    says: str = ""
    on: tuple[str, ...] = ()
    state: State | None = None
    certain: bool = True
    shown: str = ""
    reads: tuple[str, ...] = ()
    values: Mapping[str, str] = {}
    missing: tuple[str, ...] = ()
    ways: tuple[WayOut, ...] = ()
    limits: tuple[str, ...] = ()
    source: Source
    verified: Verified


def rule_ids(pack: Pack) -> tuple[str, ...]:
    """Return the ids of the rules that are explained here, of every kind."""
    own = {rule.id for rule in (*pack.findings, *pack.scores, *pack.algorithms)}
    rules = [rule.id for rule in pack.rules() if rule.id not in own]
    return tuple(dict.fromkeys([*rules, *(shift.id for shift in pack.policy.shifts)]))


def rules_in_case(name: str, trace: Trace, sheet: FactSheet, pack: Pack) -> tuple[RuleInCase, ...]:
    """Return every rule of an id in a case: a shift of the policy may be called as a rule is."""
    return tuple(_found(name, trace, sheet, pack))


def _found(name: str, trace: Trace, sheet: FactSheet, pack: Pack) -> Iterator[RuleInCase]:
    yield from (_safety(found, sheet, pack) for found in trace.safety if found.rule.id == name)
    yield from (
        _decision(decision, algorithm, pack)
        for algorithm in trace.algorithms
        for decision in algorithm.rule.decisions
        if decision.id == name
    )
    yield from (_study(found, pack) for found in trace.associations if found.rule.id == name)
    yield from (_shift(found, pack) for found in trace.shifts if found.rule.id == name)
    if pack.policy.id == name:
        yield _of(pack.policy)


def _of(rule: Rule) -> RuleInCase:
    header: Header = rule.header
    return RuleInCase(
        id=header.id,
        kind=header.kind,
        title=header.title,
        version=header.version,
        purpose=header.purpose,
        limits=header.limits_shown,
        source=source_of(header.source),
        verified=header.verified,
    )


def _study(found: AssociationTrace, pack: Pack) -> RuleInCase:
    told = {"state": _state(found.applies), **_reading(found.applies, pack)}
    return _of(found.rule).model_copy(update=told)


def _shown(found: Decided, pack: Pack) -> str:
    """Return the comparisons that settle a condition or keep it open, each with what it is of."""
    return "; ".join(unique(f"{pack.title(seen.place)}: {seen.shown}" for seen in found.deciding))


def _reading(found: Decided, pack: Pack) -> dict[str, object]:
    return {
        "shown": _shown(found, pack),
        "reads": reads_of(found),
        "values": {seen.place: value_of(seen) for seen in found.seen},
        "missing": missing_in(found),
    }


def _state(found: Decided) -> State:
    states: dict[str, State] = {"true": "speaks", "false": "silent", "unknown": "open"}
    return states[found.truth.value]


def _safety(found: SafetyTrace, sheet: FactSheet, pack: Pack) -> RuleInCase:
    rule, effect = found.rule, effect_of(found)
    state: State = "speaks" if effect else _state(found.danger)
    rests = bool(effect) and found.rests_on_unknown
    says = rule.because_unknown if rests and rule.because_unknown else rule.because
    here = rule.here.told(sheet.known) if effect and not rests else ""
    told: dict[str, object] = {
        "kind": "advice" if rule.effect == ADVISE else rule.effect,
        "says": f"{says} {here}" if here else says,
        "on": rule.on,
        "state": state,
        "certain": not rests,
    }
    told |= _reading(found.danger, pack)
    figures = {path: value for path in rule.here.paths if (value := sheet.known(path)) is not None}
    told["reads"] = unique((*reads_of(found.danger), *rule.here.paths))
    told["values"] = {
        **{seen.place: value_of(seen) for seen in found.danger.seen},
        **{path: shown(value) for path, value in figures.items()},
    }
    return _of(rule).model_copy(update=told)


def _shift(found: ShiftTrace, pack: Pack) -> RuleInCase:
    shift: Shift = found.rule
    told = {
        "id": shift.id,
        "kind": "shift",
        "purpose": f"It is a shift of the policy {pack.policy.id}.",
        "says": shift.because,
        "on": unique((*shift.support, *shift.techniques)),
        "state": _state(found.holds),
        "source": source_of(shift.source),
        "verified": shift.verified,
        "limits": (),
    }
    return _of(pack.policy).model_copy(update={**told, **_reading(found.holds, pack)})


def _decision(decision: Decision, algorithm: AlgorithmTrace, pack: Pack) -> RuleInCase:
    """Return a decision: it speaks where every way that is still possible comes by it."""
    ways = [way for way in algorithm.ways if any(step.decision is decision for step in way)]
    state: State = "silent"
    if ways and _state(algorithm.applies) != "silent":
        sure = len(ways) == len(algorithm.ways) and _state(algorithm.applies) == "speaks"
        state = "speaks" if sure else "open"
    taken = {step.branch.id for way in ways for step in way if step.decision is decision}
    visited = algorithm.branches.get(decision.id, ())
    outs = tuple(
        WayOut(
            id=branch.id,
            says=branch.because,
            truth=found.truth.value,
            taken=branch.id in taken and state != "silent",
            shown=_shown(found, pack),
            verified=branch.verified,
        )
        for branch, found in zip(decision.branches, visited, strict=False)
    )
    return _of(decision).model_copy(update={"state": state, "ways": outs})
