"""What the algorithms say, as lines of support."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cto_cds.advice import result
from cto_cds.advice.fallen import Forbidden, fallen
from cto_cds.advice.left_open import open_line
from cto_cds.advice.parting import Ending
from cto_cds.advice.silence import Voice, follows_others, given_to, open_through_others, voice_of
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import reads_of, source_of, titles, unique
from cto_cds.rulefile.model import Source, weakest
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of one strategy."""

    strategy: str
    line: result.Line


def from_opinions(
    opinions: Mapping[str, Opinion], forbidden: Forbidden, pack: Pack
) -> Iterator[Reason]:
    """Yield what each algorithm gives to each strategy that one of them names.

    While it is open whether the attempt ends, that is what it gives if the attempt goes on, and
    what the end would take stands with all else that is not known. So does what a way would give
    that counts only once it is known.
    """
    counted = {name: opinion.as_counted for name, opinion in opinions.items()}
    going_on = {name: opinion.if_it_goes_on for name, opinion in opinions.items()}
    whole = {name: _voice(name, opinion, pack) for name, opinion in opinions.items()}
    may_differ = any(going_on[name] is not opinion for name, opinion in opinions.items())
    at_end = while_open = whole
    if may_differ:
        at_end = {name: _voice(name, opinion, pack) for name, opinion in counted.items()}
        while_open = {name: _voice(name, opinion, pack) for name, opinion in going_on.items()}
    everyone = (*whole.values(),)
    named = unique(
        o.strategy for opinion in opinions.values() for e in opinion.endings for o in e.options
    )
    for name, opinion in opinions.items():
        follows = any(follows_others(by[name], pack.policy) for by in (whole, at_end, while_open))
        for strategy in named if follows else (s for s in named if s in opinion.names):
            ends = strategy in pack.policy.ends_attempt
            heard = (counted if ends else going_on)[name]
            voices = at_end if ends else while_open
            low, high = given_to(strategy, voices[name], (*voices.values(),), pack.policy)
            amount = result.Span(low=low, high=high)
            if strategy in heard.names:
                yield Reason(strategy, _line(strategy, name, heard, amount, forbidden, pack))
            elif high:
                yield Reason(strategy, _silent_line(name, heard, amount, pack))
            if may_differ:
                least, most = given_to(strategy, whole[name], everyone, pack.policy)
                if (least, most) != (low, high):
                    span = result.Span(low=least - low, high=most - high)
                    level = pack.policy.header.verified
                    yield Reason(strategy, open_line(opinion.shown.missing, span, level, pack))
    perhaps = [opinion for opinion in opinions.values() if opinion.applies is Truth.UNKNOWN]
    missing = unique(fact for opinion in perhaps for fact in opinion.shown.missing)
    for strategy in named:
        low, high = open_through_others(strategy, everyone, pack.policy)
        if low or high:
            span = result.Span(low=low, high=high)
            level = pack.policy.header.verified
            yield Reason(strategy, open_line(missing, span, level, pack))


def _voice(name: str, opinion: Opinion, pack: Pack) -> Voice:
    orders = [ending.options for ending in opinion.endings]
    unsure = opinion.applies is Truth.UNKNOWN
    return voice_of(orders, pack.policy, name, unsure=unsure)


def _line(
    strategy: str,
    name: str,
    opinion: Opinion,
    amount: result.Span,
    forbidden: Forbidden,
    pack: Pack,
) -> result.Line:
    endings = [e for e in opinion.endings if strategy in e.places]
    undecided = len({e.places.get(strategy) for e in opinion.endings}) > 1
    place = "undecided" if undecided else f"choice {endings[0].places[strategy] + 1}"
    rank = f"{opinion.shown.title}, {place}"
    if opinion.applies is Truth.UNKNOWN:
        rank = f"{rank}, if it applies"
    if opinion.ends_at:
        rank = f"{rank}, if the attempt goes on"
    says = f"It depends on what is not known yet: {titles(pack, opinion.still_open)}."
    if not undecided:
        says = opinion.told(endings, pack)
    says = " ".join((says, *fallen(strategy, endings, forbidden, pack)))
    return result.Line(
        rule=name,
        says=f"{rank}: {says}",
        amount=amount,
        reads=reads_of(*(s.decided for e in _different(endings) for s in e.way)),
        verified=weakest(*{e.verified(e.places[strategy]) for e in endings}),
        source=source_of(_source(endings, name, pack)),
    )


def _silent_line(name: str, opinion: Opinion, amount: result.Span, pack: Pack) -> result.Line:
    """What an algorithm gives to what it does not name: its silence is no reason against."""
    perhaps = ", if it applies" if opinion.applies is Truth.UNKNOWN else ""
    return result.Line(
        rule=name,
        says=f"{opinion.shown.title}, not named{perhaps}: Its silence is no reason against, so it "
        "gives what those give who name it.",
        amount=amount,
        reads=reads_of(*(s.decided for e in _different(opinion.endings) for s in e.way)),
        verified=pack.policy.header.verified,
        source=source_of(pack.policy.header.source),
    )


def _source(endings: Sequence[Ending], algorithm: str, pack: Pack) -> Source:
    """The paper of the branch that all ways end with, or that of the algorithm."""
    sources = {id(e.last.branch): e.last.branch.source for e in endings}
    if len(sources) == 1:
        return next(iter(sources.values()))
    return next(a.header.source for a in pack.algorithms if a.id == algorithm)


def _different(endings: Iterable[Ending]) -> Iterable[Ending]:
    """One ending of each way."""
    return {id(ending.way): ending for ending in endings}.values()
