"""What an algorithm gives to each option of the list, also to one that its own list is silent on.

In a list that holds techniques, silence is no reason against: an algorithm that orders devices and
does not name one gives it what those who name it give. How much a place gives stands in the
ranking policy, and whether silence counts so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.rulefile.model import Option
from cto_cds.rulefile.policy import Policy

NOTHING = Decimal(0)
Amounts = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """What one algorithm gives on each way through it that is still possible.

    Attributes:
        gives: By name, one entry for each way.
        ladders: Whether the list of that way holds techniques.
        unsure: Whether it only perhaps applies.
        weight: Its weight.
    """

    gives: tuple[Mapping[str, Decimal], ...]
    ladders: tuple[bool, ...]
    unsure: bool
    weight: Decimal

    def on_ladder(self, name: str) -> tuple[Decimal | None, ...]:
        """What its lists of techniques give to a name; None where they are silent."""
        pairs = zip(self.gives, self.ladders, strict=True)
        return tuple(given.get(name) for given, ladder in pairs if ladder)


def voice_of(
    orders: Iterable[Sequence[Option]], policy: Policy, name: str, *, unsure: bool
) -> Voice:
    """Return the voice of an algorithm.

    Args:
        orders: The options at the end of each way, best first.
        policy: The ranking policy.
        name: The algorithm.
        unsure: Whether it only perhaps applies.
    """
    gives = []
    for order in orders:
        by_name: dict[str, Decimal] = {}
        for place, option in enumerate(order):
            by_name.setdefault(option.strategy, policy.support_at(place, order))
        gives.append(by_name)
    ladders = tuple(policy.is_ladder(order) for order in orders)
    return Voice(tuple(gives), ladders, unsure, policy.weights[name])


def follows_others(voice: Voice, policy: Policy) -> bool:
    """Return whether it depends on other voices what this one gives."""
    return policy.silence_follows and any(voice.ladders)


def given_to(name: str, voice: Voice, voices: Iterable[Voice], policy: Policy) -> Amounts:
    """Return the least and the most that a voice gives to a name."""
    filled = (NOTHING, NOTHING)
    if follows_others(voice, policy):
        others = [other for other in voices if other is not voice]
        counted = [other for other in others if voice.unsure or not other.unsure]
        filled = _filled(name, counted)
    least = [NOTHING] if voice.unsure else []
    most = [*least]
    for given, ladder in zip(voice.gives, voice.ladders, strict=True):
        own = given.get(name)
        silent = filled if ladder else (NOTHING, NOTHING)
        low, high = (own, own) if own is not None else silent
        least.append(low * voice.weight)
        most.append(high * voice.weight)
    return min(least, default=NOTHING), max(most, default=NOTHING)


def open_through_others(name: str, voices: Sequence[Voice], policy: Policy) -> Amounts:
    """Return what silence may still lose and gain, should those apply that only perhaps do."""
    less = more = NOTHING
    if not policy.silence_follows or not any(voice.unsure for voice in voices):
        return NOTHING, NOTHING
    for voice in voices:
        if not voice.unsure and None in voice.on_ladder(name):
            others = [other for other in voices if other is not voice]
            low, high = _filled(name, [other for other in others if not other.unsure])
            lowest, highest = _filled(name, others)
            less += min(lowest - low, NOTHING) * voice.weight
            more += max(highest - high, NOTHING) * voice.weight
    return less, more


def _filled(name: str, others: Iterable[Voice]) -> Amounts:
    """What those give who name it: the middle of it where all is decided, else its whole span."""
    namers = [other for other in others if any(one is not None for one in other.on_ladder(name))]
    given = [one for other in namers for one in other.on_ladder(name) if one is not None]
    if not given:
        return NOTHING, NOTHING
    if all(_surely(name, other) and len({*other.on_ladder(name)}) == 1 for other in namers):
        middle = (min(given) + max(given)) / 2
        return middle, middle
    return min(given) if any(_surely(name, other) for other in namers) else NOTHING, max(given)


def _surely(name: str, voice: Voice) -> bool:
    """Whether a voice applies and gives something on a ladder whatever is still unknown."""
    return not voice.unsure and all(voice.ladders) and None not in voice.on_ladder(name)
