"""The order of the plan in bare numbers, so that many variations of a case can be ranked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice.parts import NOTHING
from cto_cds.advice.silence import Voice, follows_others, given_to, voice_of
from cto_cds.advice.walking import orders_of
from cto_cds.engine.trace import Truths
from cto_cds.engine.units import APPLIES, DANGER, HOLDS
from cto_cds.engine.variation import Outcome, known_key
from cto_cds.engine.verdict import Path
from cto_cds.rulefile.model import Algorithm, Safety
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.policy import Shift
from cto_cds.rulefile.truth import Truth

NOBODY = ""


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


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """What safety rules say together; made once for each way in which they speak.

    Attributes:
        forbidden: What is vetoed.
        instead: Strategies that come first when the rest is forbidden, each with its support.
        decreed: Those of them of which that is certain.
        cautions: What each caution is on, and whether it is certain.
    """

    forbidden: frozenset[str]
    instead: tuple[tuple[str, Decimal], ...]
    decreed: frozenset[str]
    cautions: tuple[tuple[frozenset[str], bool], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Given:
    """What one algorithm gives: a voice for strategies, and techniques that each surely has.

    It is made once for each set of ways through the algorithm.

    ``voice`` is of the ways that count, and ``going_on`` its voice as long as it is open whether
    the attempt ends, for what does not end it; ``names`` is everything that it may name; ``sure``
    are the strategies that it surely names; ``alone`` is how much it gives to each that it names,
    as far as that does not depend on what others give.
    """

    voice: Voice
    going_on: Voice
    names: tuple[str, ...]
    techniques: Mapping[str, tuple[str, ...]]
    sure: frozenset[str]
    alone: Mapping[str, Decimal] | None


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
        self._places = pack.places
        self._algorithms = tuple((a, f"algorithm:{a.id}") for a in pack.algorithms)
        self._given: dict[tuple[str, tuple[Path, ...], bool], _Given] = {}
        self._latest: dict[str, tuple[tuple[Path, ...], bool, _Given]] = {}
        self._heard: dict[tuple[Truth, ...], _Heard] = {}
        self._unmoved: dict[
            tuple[tuple[_Given, ...], _Heard, tuple[str, ...], tuple[str, ...]],
            Mapping[str, Decimal],
        ] = {}
        self._shifts = tuple((f"shift:{shift.id}", shift) for shift in pack.policy.shifts)
        self._guards = tuple(
            (rule, f"safety:{rule.id}", known_key(rule.id) if rule.read_unknown_as else "")
            for rule in pack.safety
            if not rule.about
        )

    def standing(self, outcome: Outcome) -> Standing:
        """Return the order of the plan."""
        given = tuple([self._given_by(*named, outcome) for named in self._algorithms])
        heard = self._heard_in(outcome.truths)
        truths = outcome.truths
        holding = [shift for block, shift in self._shifts if truths[block][HOLDS] is Truth.TRUE]
        brought = self._brought(given, holding)
        adding = tuple([shift for shift in holding if shift.techniques])
        key = (given, heard, brought, tuple([shift.id for shift in adding]))
        unmoved = self._unmoved.get(key)
        if unmoved is None:
            unmoved = self._supported(given, heard, brought, adding)
            self._unmoved[key] = unmoved
        support = dict(unmoved)
        for shift in holding:
            for name, amount in shift.support.items():
                if name in support:
                    support[name] += amount
        ranked = sorted(support.items(), key=lambda entry: (-entry[1], self._places[entry[0]]))
        return Standing(tuple(ranked))

    def _brought(self, given: Iterable[_Given], holding: Sequence[Shift]) -> tuple[str, ...]:
        if not any(shift.ranks for shift in holding):
            return ()
        return self._pack.policy.brought((n for one in given for n in one.names), holding)

    def _supported(
        self,
        given: tuple[_Given, ...],
        heard: _Heard,
        brought: tuple[str, ...],
        adding: Sequence[Shift],
    ) -> Mapping[str, Decimal]:
        """The support of each strategy that nothing forbids, before shifts move it."""
        support: dict[str, Decimal] = {}
        for name in dict.fromkeys((*(n for one in given for n in one.names), *brought)):
            support[name] = self._given_to(name, given)
        for name, amount in heard.instead:
            support[name] = support.get(name, NOTHING) + amount
        allowed = {}
        for name, amount in support.items():
            placed = name in brought or self._is_placed(name, given, heard)
            if placed and name not in heard.forbidden:
                shifted = self._pack.policy.techniques_for(name, adding)
                concerned = {name, *shifted, *_techniques(name, given)} - heard.forbidden
                allowed[name] = amount - self._lowered(name, concerned, heard)
        return allowed

    def _given_to(self, name: str, given: tuple[_Given, ...]) -> Decimal:
        """What all algorithms together give to a strategy."""
        voices = [self._voice(name, one) for one in given]
        total = NOTHING
        for one in given:
            if one.alone is None:
                total += self._amount(name, self._voice(name, one), voices)
            elif name in one.alone:
                total += one.alone[name]
        return total

    def _voice(self, name: str, one: _Given) -> Voice:
        """What counts of an algorithm for a strategy, be it one that ends the attempt."""
        return one.voice if name in self._pack.policy.ends_attempt else one.going_on

    def _amount(self, name: str, voice: Voice, voices: Iterable[Voice]) -> Decimal:
        """The middle of what an algorithm gives to a strategy; what is sure, if it is unsure."""
        low, high = given_to(name, voice, voices, self._pack.policy)
        sure = voice.unsure or name in self._pack.policy.sure_only
        return low if sure else (low + high) / 2

    def _is_placed(self, name: str, given: Collection[_Given], heard: _Heard) -> bool:
        if name not in self._pack.policy.ends_attempt:
            return True
        return name in heard.decreed or any(name in one.sure for one in given)

    def _given_by(self, rule: Algorithm, block: str, outcome: Outcome) -> _Given:
        unsure = rule.counts_as(outcome.truths[block][APPLIES]) is Truth.UNKNOWN
        algorithm = rule.id
        ways = outcome.paths[algorithm]
        latest = self._latest.get(algorithm)
        if latest and latest[0] is ways and latest[1] is unsure:
            return latest[2]
        key = (algorithm, ways, unsure)
        found = self._given.get(key)
        if found is None:
            found = self._given[key] = self._added_up(*key)
        self._latest[algorithm] = (ways, unsure, found)
        return found

    def _added_up(self, algorithm: str, ways: tuple[Path, ...], unsure: bool) -> _Given:  # noqa: FBT001  part of a key
        """What an algorithm gives on each way that is still possible."""
        policy = self._pack.policy
        taken = [[(step[0], self._branches[step]) for step in way] for way in ways]
        crossing = policy.crossing
        of_way = [orders_of([branch for _, branch in way], self._tried, crossing) for way in taken]
        names = tuple(
            dict.fromkeys(option.strategy for found in of_way for o in found for option in o)
        )
        counts = policy.counted(taken)
        orders = [o for found, on in zip(of_way, counts, strict=True) if on for o in found]
        counted = [o for o, on in zip(orders, policy.going_on(orders), strict=True) if on]
        voice = voice_of(orders, policy, algorithm, unsure=unsure)
        going_on = voice
        if len(counted) < len(orders):
            going_on = voice_of(counted, policy, algorithm, unsure=unsure)
        techniques: dict[str, tuple[str, ...]] = {}
        for order, goes in zip(orders, policy.going_on(orders), strict=True):
            for option in order:
                if goes or option.strategy in policy.ends_attempt:
                    sure = techniques.setdefault(option.strategy, option.techniques)
                    both = tuple(t for t in sure if t in option.techniques)
                    techniques[option.strategy] = both
        everywhere = frozenset(
            name
            for name in techniques
            for by in [voice if name in policy.ends_attempt else going_on]
            if all(name in gives for gives in by.gives)
        )
        alone = None
        if not (follows_others(voice, policy) or follows_others(going_on, policy)):
            alone = {
                name: self._amount(name, voice if name in policy.ends_attempt else going_on, ())
                for name in names
            }
        return _Given(
            voice, going_on, names, techniques, frozenset() if unsure else everywhere, alone
        )

    def _heard_in(self, truths: Truths) -> _Heard:
        dangers = tuple([truths[block][DANGER] for _, block, _ in self._guards])
        known = tuple([truths[block][DANGER] for _, _, block in self._guards if block])
        found = self._heard.get((*dangers, *known))
        if found is None:
            found = self._heard[(*dangers, *known)] = self._put_together([*self._spoken(truths)])
        return found

    def _put_together(self, spoken: Collection[_Spoken]) -> _Heard:
        return _Heard(
            forbidden=self._pack.with_groups(
                [name for s in spoken if s.effect == "veto" for name in s.rule.on]
            ),
            instead=tuple(self._instead(spoken)),
            decreed=frozenset(s.rule.instead for s in spoken if _decrees(s)),
            cautions=tuple(
                (frozenset(s.rule.on), s.certain) for s in spoken if s.effect == "caution"
            ),
        )

    def _spoken(self, truths: Truths) -> Iterator[_Spoken]:
        for rule, block, known_block in self._guards:
            danger = truths[block][DANGER]
            if danger is Truth.FALSE:
                continue
            effect = rule.effect if danger is Truth.TRUE else rule.if_unknown
            known = truths[known_block][DANGER] if known_block else danger
            yield _Spoken(rule, effect, certain=danger is known is not Truth.UNKNOWN)

    def _instead(self, spoken: Collection[_Spoken]) -> Iterator[tuple[str, Decimal]]:
        top = self._pack.policy.positions[0]
        for entry in spoken:
            if entry.rule.instead and entry.effect in {"veto", "caution"}:
                instead = entry.rule.instead
                open_amount = NOTHING if instead in self._pack.policy.sure_only else top / 2
                yield instead, top if _decrees(entry) else open_amount

    def _lowered(self, strategy: str, names: set[str], heard: _Heard) -> Decimal:
        lowers = self._pack.policy.caution_lowers_by
        wholly = strategy in self._pack.policy.sure_only
        return sum(
            (
                lowers if certain or wholly else lowers / 2
                for on, certain in heard.cautions
                if not names.isdisjoint(on)
            ),
            NOTHING,
        )


def _decrees(spoken: _Spoken) -> bool:
    return spoken.effect == "veto" and spoken.certain and bool(spoken.rule.instead)


def _techniques(strategy: str, given: Collection[_Given]) -> Iterator[str]:
    """The techniques that a strategy has on every way that leads to it, the surer voices first."""
    named = [one for one in given if strategy in one.techniques]
    sure = [one for one in named if strategy in one.sure]
    for one in sure or named:
        yield from one.techniques[strategy]
