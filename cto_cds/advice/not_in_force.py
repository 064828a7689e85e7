"""Safety rules that are on file and not in force, and what they would say in this case."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cto_cds.advice.safety import Guard
from cto_cds.engine.effect import effect_of
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.trace import Decided, SafetyTrace
from cto_cds.rulefile.model import Safety
from cto_cds.rulefile.pack import GONE, LeftOut, Pack

WOULD = {"veto": "forbid", "caution": "caution about"}
STATES = {"draft": "a draft and not in force", "retired": "retired and not in force"}


@dataclass(frozen=True, slots=True)
class Absent:
    """What to tell of a safety rule that is not in force.

    ``matters`` says that in this case it would say something that no rule in force says, or that
    nobody knows what it would say.
    """

    sentence: str
    matters: bool


def absent_of(pack: Pack, lookup: Lookup, guards: Collection[Guard]) -> tuple[Absent, ...]:
    """Return what to tell of each safety rule that is not in force."""
    return tuple(_absent(out, pack, lookup, guards) for out in pack.left_out if out.safety)


def _absent(out: LeftOut, pack: Pack, lookup: Lookup, guards: Collection[Guard]) -> Absent:
    if out.why == GONE:
        told = f"The rule {out.id} is recorded by {out.layer}, but its file is gone:"
        return Absent(
            f"{told} it is not in force, and what it would say here is not known.", matters=True
        )
    state = f"The safety rule {out.id} of {out.layer} is {STATES[out.why]}"
    state += f"; that of {out.instead} is." if out.instead else "."
    if out.rule is None:
        unread = "It cannot be read, so what it would say here is not known."
        return Absent(f"{state} {unread}", matters=not out.instead)
    effect = effect_of(_traced(out.rule, lookup))
    unsaid = [pack.title(name) for name in out.rule.on if name not in _said(effect, guards)]
    if not effect or not unsaid:
        return Absent(state, matters=False)
    return Absent(f"{state} Here it would {WOULD[effect]}: {', '.join(unsaid)}.", matters=True)


def _traced(rule: Safety, lookup: Lookup) -> SafetyTrace:
    seen = tuple(lookup.look(leaf, rule.read_unknown_as) for leaf in rule.when.different)
    truth = rule.when.truth_in({found.leaf.key: found.truth for found in seen})
    return SafetyTrace(rule, Decided(truth, seen, rule.when), rests_on_unknown=False)


def _said(effect: str, guards: Collection[Guard]) -> frozenset[str]:
    """What rules in force say as much of; a veto says as much as a caution."""
    return frozenset(_names(effect, guards))


def _names(effect: str, guards: Collection[Guard]) -> Iterator[str]:
    for guard in guards:
        if guard.effect in {effect, "veto"}:
            yield from guard.on
