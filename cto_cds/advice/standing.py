"""The order of the plan in bare numbers, so that many variations of a case can be ranked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice.walking import orders_of
from cto_cds.engine.trace import Truths
from cto_cds.engine.units import APPLIES, DANGER, HOLDS
from cto_cds.engine.variation import Outcome, known_key
from cto_cds.engine.verdict import Path
from cto_cds.rulefile.model import Algorithm, Option, Safety
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth

NOTHING = Decimal(0)
NOBODY = ""
Orders = tuple[tuple[Option, ...], ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The strategies of a plan, best first, with the number that orders them."""

    order: tuple[tuple[str, Decimal], ...]

    @property
    def first(self) -> str:
        """The first choice; empty when nothing is ranked."""
        return self.order[0][0] if self.order else NOBODY


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A safety rule that speaks; not certain while it rests on something unknown."""

    rule: Safety
    effect: str
    certain: bool


class Ranker:
    """Ranks outcomes of one pack as the plan does, without a word.

    Args:
        pack: The rules.
        tried: The strategies already tried; None when that is not known.
    """

    def __init__(self, pack: Pack, tried: tuple[str, ...] | None) -> None:
        self._pack = pack
        self._tried = tried
        self._branches = {
            (decision.id, branch.id): branch
            for algorithm in pack.algorithms
            for decision in algorithm.decisions
            for branch in decision.branches
        }
        names = dict.fromkeys((*pack.policy.tie_order, *pack.techniques))
        self._places = {name: place for place, name in enumerate(names)}
        self._orders: dict[Path, Orders] = {}
        self._guards = tuple(rule for rule in pack.safety if not rule.about)

    def standing(self, outcome: Outcome) -> Standing:
        """Return the order of the plan."""
        opinions = {
            algorithm.id: self._endings(algorithm, outcome) for algorithm in self._pack.algorithms
        }
        spoken = [*self._spoken(outcome.truths)]
        forbidden = {name for s in spoken if s.effect == "veto" for name in s.rule.on}
        support = self._supports(opinions, outcome.truths)
        for name, amount in self._instead(spoken):
            support[name] = support.get(name, NOTHING) + amount
        for shift in self._pack.policy.shifts:
            if outcome.truths[f"shift:{shift.id}"][HOLDS] is Truth.TRUE:
                for name, amount in shift.support.items():
                    if name in support:
                        support[name] += amount
        applying = {
            algorithm
            for algorithm in opinions
            if outcome.truths[f"algorithm:{algorithm}"][APPLIES] is Truth.TRUE
        }
        ranked = []
        for name, amount in support.items():
            if name not in forbidden:
                concerned = {name, *_techniques(name, opinions, applying)} - forbidden
                ranked.append((name, amount - self._lowered(name, concerned, spoken)))
        ranked.sort(key=lambda entry: (-entry[1], self._places[entry[0]]))
        return Standing(tuple(ranked))

    def _endings(self, algorithm: Algorithm, outcome: Outcome) -> Orders:
        found: list[tuple[Option, ...]] = []
        for way in outcome.paths[algorithm.id]:
            orders = self._orders.get(way)
            if orders is None:
                branches = [self._branches[step] for step in way]
                orders = self._orders[way] = tuple(orders_of(branches, self._tried))
            found.extend(orders)
        return tuple(found)

    def _supports(self, opinions: Mapping[str, Orders], truths: Truths) -> dict[str, Decimal]:
        """The middle of what each algorithm gives."""
        policy = self._pack.policy
        found: dict[str, Decimal] = {}
        for algorithm, orders in opinions.items():
            amounts: dict[str, list[Decimal]] = {}
            for order in orders:
                for place, option in enumerate(order):
                    given = policy.support_at(place, order)
                    amounts.setdefault(option.strategy, []).append(given)
            unsure = truths[f"algorithm:{algorithm}"][APPLIES] is Truth.UNKNOWN
            for strategy, given_by in amounts.items():
                if unsure or len(given_by) < len(orders):
                    given_by.append(NOTHING)
                low, high = min(given_by), max(given_by)
                counts = low if strategy in policy.sure_only else (low + high) / 2
                found[strategy] = found.get(strategy, NOTHING) + counts * policy.weights[algorithm]
        return found

    def _spoken(self, truths: Truths) -> Iterator[_Spoken]:
        for rule in self._guards:
            danger = truths[f"safety:{rule.id}"][DANGER]
            if danger is Truth.FALSE:
                continue
            effect = rule.effect if danger is Truth.TRUE else rule.if_unknown
            known = truths[known_key(rule.id)][DANGER] if rule.read_unknown_as else danger
            yield _Spoken(rule, effect, certain=danger is known is not Truth.UNKNOWN)

    def _instead(self, spoken: Collection[_Spoken]) -> Iterator[tuple[str, Decimal]]:
        top = self._pack.policy.positions[0]
        for entry in spoken:
            if entry.rule.instead and entry.effect in {"veto", "caution"}:
                sure = entry.effect == "veto" and entry.certain
                instead = entry.rule.instead
                open_amount = NOTHING if instead in self._pack.policy.sure_only else top / 2
                yield instead, top if sure else open_amount

    def _lowered(self, strategy: str, names: set[str], spoken: Collection[_Spoken]) -> Decimal:
        lowers = self._pack.policy.caution_lowers_by
        wholly = strategy in self._pack.policy.sure_only
        return sum(
            (
                lowers if entry.certain or wholly else lowers / 2
                for entry in spoken
                if entry.effect == "caution" and not names.isdisjoint(entry.rule.on)
            ),
            NOTHING,
        )


def _techniques(
    strategy: str, opinions: Mapping[str, Orders], applying: Collection[str]
) -> Iterator[str]:
    """The techniques that a strategy has on every way that leads to it, the surer voices first."""
    sure: list[tuple[Option, ...]] = []
    named: list[tuple[Option, ...]] = []
    for algorithm, orders in opinions.items():
        options = tuple(o for order in orders for o in order if o.strategy == strategy)
        if options:
            named.append(options)
            if algorithm in applying and len(options) == len(orders):
                sure.append(options)
    for options in sure or named:
        for name in options[0].techniques:
            if all(name in option.techniques for option in options):
                yield name
