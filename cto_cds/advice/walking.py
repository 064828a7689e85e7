"""Algorithms of a case: the way that was taken, or every way that is still possible."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from cto_cds.advice import result
from cto_cds.advice.missing import facts_behind
from cto_cds.advice.parting import Ending, open_facts
from cto_cds.advice.words import outside_because, reads_of, source_of, titles, unique
from cto_cds.engine.trace import AlgorithmTrace, Step, Trace, missing_in
from cto_cds.rulefile.model import Branch, Option, weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways through an algorithm, and what keeps more than one of them possible.

    Attributes:
        endings: Where each of them ends.
        still_open: Every fact that keeps more than one of them possible.
        deciding: Those on which the order depends, or whether the algorithm applies.
    """

    endings: tuple[Ending, ...] = ()
    still_open: tuple[str, ...] = ()
    deciding: tuple[str, ...] = ()


NO_WAYS = Ways()


@dataclass(frozen=True)
class Opinion:
    """What one algorithm says about a case.

    Attributes:
        shown: Its part of the result.
        endings: Every way that is still possible.
        applies: Whether it is known to apply.
        counted: Those that count in the order: not those over a branch that counts once known.
        going_on: Those of them that count while it is open whether the attempt ends.
        ends_at: The decisions at which ways end the attempt that are left out here.
        for_techniques: What is missing and changes no order, but techniques.
        for_steps: What is missing and changes nothing but what to do first.
        still_open: Every fact that keeps more than one way possible.
        counts_as: Whether it counts in the order as one that applies.
    """

    shown: result.Algorithm
    endings: tuple[Ending, ...]
    applies: Truth
    counted: Ways = NO_WAYS
    going_on: Ways = NO_WAYS
    ends_at: frozenset[str] = frozenset()
    for_techniques: tuple[str, ...] = ()
    for_steps: tuple[str, ...] = ()
    still_open: tuple[str, ...] = ()
    counts_as: Truth = Truth.FALSE

    @property
    def as_counted(self) -> Opinion:
        """The same opinion without the ways that count only once they are known."""
        return self._with(self.counted)

    @property
    def if_it_goes_on(self) -> Opinion:
        """The same opinion as long as it is not sure that the attempt ends."""
        if self.going_on is self.counted:
            return self.as_counted
        going_on = {id(ending) for ending in self.going_on.endings}
        left_out = [ending for ending in self.counted.endings if id(ending) not in going_on]
        return self._with(self.going_on, frozenset(e.last.decision.id for e in left_out))

    def _with(self, ways: Ways, ends_at: frozenset[str] = frozenset()) -> Opinion:
        """The same opinion with these ways alone, as far as it counts."""
        if ways.endings is self.endings and self.counts_as is self.applies:
            return self
        return replace(
            self,
            applies=self.counts_as,
            endings=ways.endings,
            still_open=ways.still_open,
            ends_at=ends_at,
        )

    @cached_property
    def names(self) -> frozenset[str]:
        """Every strategy and technique that it names on a way that is still possible."""
        return frozenset(name for ending in self.endings for name in ending.places)

    def surely_names(self, strategy: str) -> bool:
        """Return whether it applies and names a strategy whatever is still unknown."""
        return self.applies is Truth.TRUE and strategy in self._always_named

    @cached_property
    def _always_named(self) -> frozenset[str]:
        """What it names on every way, if there is one."""
        if not self.endings:
            return frozenset()
        return frozenset.intersection(*(frozenset(ending.places) for ending in self.endings))

    @property
    def surely_first(self) -> bool:
        """Whether it applies and puts the same strategy first whatever is still unknown."""
        firsts = {ending.order[:1] for ending in self.endings}
        return self.applies is Truth.TRUE and len(firsts) == 1 and () not in firsts

    def because(self, pack: Pack) -> str:
        """Return the reason of its end; where several ways lead there, what they share."""
        reasons = {ending.because for ending in self.endings}
        if len({id(ending.last.branch) for ending in self.endings}) == 1 == len(reasons):
            return reasons.pop()
        return self.told(self.endings, pack) if self.endings else ""

    def _told_of(self, way: Sequence[Step]) -> list[Step]:
        return [step for step in way if step.decision.id not in self.ends_at]

    def told(self, endings: Sequence[Ending], pack: Pack) -> str:
        """Return the reasons that hold on every one of these ways, and what they do not need.

        They begin with the first question about the lesion.
        """
        ways = [[s.branch.because for s in self._told_of(e.way[1:]) or e.way] for e in endings]
        shared = [text for text in ways[0] if all(text in way for way in ways)]
        if len({tuple(way) for way in ways}) > 1:
            shared.append(self._still_open(endings, titles(pack, self.still_open)))
        return " ".join(unique(shared))

    def _still_open(self, endings: Sequence[Ending], asked: str) -> str:
        """Say whether what is still open changes nothing, or only what has to be done first."""
        steps = {tuple(step.branch.first_do for step in ending.way) for ending in endings}
        if len(steps) == 1:
            return f"It is the same whatever is found for {asked}."
        if not any(ending.options for ending in endings):
            return f"What to do first depends on: {asked}."
        return f"The order is the same whatever is found for {asked}; only the first step differs."


def opinion_of(
    algorithm: AlgorithmTrace, trace: Trace, pack: Pack, tried: tuple[str, ...] | None
) -> Opinion:
    """Return what one algorithm says.

    Args:
        algorithm: Its trace.
        trace: The trace of the whole case.
        pack: The rules.
        tried: The strategies already tried; None when that is not known.
    """
    if algorithm.applies.truth is Truth.FALSE:
        because = outside_because(pack, algorithm.applies)
        return Opinion(_shown(algorithm, "not_applicable", because=because), (), Truth.FALSE)
    crossing = pack.policy.crossing
    endings = tuple(
        Ending(order, way)
        for way in algorithm.ways
        for order in orders_of([step.branch for step in way], tried, crossing)
    )
    orders = {ending.order for ending in endings}
    outside = missing_in(algorithm.applies)
    parted = open_facts(algorithm, endings, tried)

    def narrowed(ways: tuple[Ending, ...]) -> Ways:
        open_on = parted if ways is endings else open_facts(algorithm, ways, tried)
        deciding = facts_behind((*open_on.deciding, *outside), trace)
        return Ways(ways, facts_behind(open_on.every, trace), deciding)

    kept = {id(way) for way in _counted([ending.way for ending in endings], pack)}
    counted = narrowed(_those(endings, [id(ending.way) in kept for ending in endings]))
    goes_on = pack.policy.going_on([ending.options for ending in counted.endings])
    going_on = counted if all(goes_on) else narrowed(_those(counted.endings, goes_on))
    missing = outside if len(orders) == 1 else (*parted.deciding, *outside)
    notes = [f"Whether it applies is not known; it depends on: {titles(pack, outside)}."]
    decided = len(orders) == 1 and algorithm.applies.truth is Truth.TRUE
    shown = _shown(algorithm, "decided" if decided else "undecided").model_copy(
        update={
            "path": tuple(_path(algorithm, trace, pack)),
            "first_do": unique(_first_do([ending.way for ending in going_on.endings])),
            "options": unique(option.strategy for ending in endings for option in ending.options),
            "missing": facts_behind(missing, trace),
            "notes": tuple(notes) if outside else (),
            "verified": weakest(
                algorithm.rule.header.verified,
                *(e.verified(i) for e in endings for i in range(max(len(e.options), 1))),
            ),
        }
    )
    return Opinion(
        shown,
        endings,
        algorithm.applies.truth,
        counted=counted,
        going_on=going_on,
        for_techniques=parted.for_techniques,
        for_steps=parted.for_steps,
        still_open=facts_behind(parted.every, trace),
        counts_as=algorithm.rule.counts_as(algorithm.applies.truth),
    )


def _those(endings: tuple[Ending, ...], kept: Sequence[bool]) -> tuple[Ending, ...]:
    """Those that are kept; the same ones where all are."""
    if all(kept):
        return endings
    return tuple(ending for ending, keeps in zip(endings, kept, strict=True) if keeps)


def _counted(ways: Sequence[tuple[Step, ...]], pack: Pack) -> list[tuple[Step, ...]]:
    """The ways that count in the order."""
    counted = pack.policy.counted([[(s.decision.id, s.branch) for s in way] for way in ways])
    return [way for way, counts in zip(ways, counted, strict=True) if counts]


def _first_do(ways: Sequence[tuple[Step, ...]]) -> Iterator[str]:
    """What is to be done first whichever of these ways it goes."""
    steps = [[step.branch.first_do for step in way if step.branch.first_do] for way in ways]
    yield from (step for step in steps[0] if all(step in way for way in steps)) if steps else ()


def _shown(
    algorithm: AlgorithmTrace,
    state: Literal["decided", "undecided", "not_applicable"],
    *,
    because: str | None = None,
) -> result.Algorithm:
    header = algorithm.rule.header
    return result.Algorithm(
        state=state,
        title=header.title,
        because=because,
        limits=header.limits_shown,
        source=source_of(header.source),
        verified=header.verified,
        version=header.version,
    )


def orders_of(
    way: Sequence[Branch], tried: tuple[str, ...] | None, crossing: Collection[str]
) -> list[tuple[Option, ...]]:
    """Return the options at the end of a way: with what was added on it, best first.

    Where the strategy in use goes on it leads, also when the list does not name it.

    While nobody knows what was tried there are several orders: so many that each option stands in
    every place that it may take at best and at worst, and whatever may be in use leads in one.

    Args:
        way: The branches that were taken.
        tried: The strategies already tried, the one in use last; None when that is not known.
        crossing: Every strategy that may be in use.
    """
    added: dict[str, tuple[str, ...]] = {}
    for branch in way:
        for strategy, techniques in branch.techniques.items():
            added[strategy] = (*added.get(strategy, ()), *techniques)
    options = tuple(_with(added, o.strategy, o.techniques) for o in way[-1].recommend)
    place = next((branch.tried for branch in reversed(way) if branch.tried), "")
    if not place:
        return [options]
    names = [option.strategy for option in options]
    leads = place == "goes on" and not {*names[:1]}.isdisjoint(crossing)
    unnamed = [_with(added, name) for name in crossing if leads and name not in names]
    if tried is not None:
        in_use = [name for name in tried if name in crossing][-1:]
        added_first = [option for option in unnamed if option.strategy in in_use]
        return [(*added_first, *_moved(options, tried, place))]
    alone = [(name,) for name in names]
    all_others = [tuple(other for other in names if other != name) for name in names]
    moved = [_moved(options, some, place) for some in [(), *alone, *all_others]]
    orders = [*moved, *((one, *order) for one in unnamed for order in moved)]
    return list(dict.fromkeys(orders))


def _with(
    added: Mapping[str, tuple[str, ...]], strategy: str, techniques: tuple[str, ...] = ()
) -> Option:
    return Option(strategy, unique((*added.get(strategy, ()), *techniques)))


def _moved(options: tuple[Option, ...], tried: tuple[str, ...], place: str) -> tuple[Option, ...]:
    mine = tuple(option for option in options if option.strategy in tried)
    others = tuple(option for option in options if option.strategy not in tried)
    if place in {"first", "goes on"}:
        latest_first = sorted(mine, key=lambda option: tried[::-1].index(option.strategy))
        return (*latest_first, *others)
    return (*others, *mine)


def _path(algorithm: AlgorithmTrace, trace: Trace, pack: Pack) -> list[result.PathStep]:
    steps: dict[str, list[Step]] = {}
    for way in algorithm.ways:
        for step in way:
            known = steps.setdefault(step.decision.id, [])
            if step not in known:
                known.append(step)
    return [_step(name, found, algorithm, trace, pack) for name, found in steps.items()]


def _step(
    name: str, found: list[Step], algorithm: AlgorithmTrace, trace: Trace, pack: Pack
) -> result.PathStep:
    first = found[0]
    because = first.branch.because
    if len(found) > 1:
        missing = facts_behind(missing_in(*algorithm.branches[name]), trace)
        because = f"Not decided; it depends on: {titles(pack, missing)}."
    return result.PathStep(
        node=name,
        title=first.decision.header.title,
        branch=" or ".join(step.branch.id for step in found),
        because=because,
        reads=reads_of(*(step.decided for step in found)),
        verified=weakest(*(step.branch.verified for step in found)),
        source=source_of(first.branch.source),
    )
