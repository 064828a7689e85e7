"""What each algorithm says for itself, beside the plan, and what of it the plan says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from cto_cds.advice import result
from cto_cds.advice.differing import Disputes
from cto_cds.advice.fallen import Forbidden
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import titles, unique
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.truth import Truth


class Why(Protocol):
    """Why an algorithm says what it says, or on what that still depends."""

    def __call__(self, opinion: Opinion, missing: Collection[str], *, decided: bool) -> str:
        """Return it in words."""
        ...


def first_steps(
    opinions: Mapping[str, Opinion],
    strategies: Collection[result.Strategy],
    pack: Pack,
    here: str | None,
) -> tuple[str, ...]:
    """Return what to do first, by those that count and whose next step is that of the plan.

    Who speaks of ending alone, and names nothing, lets a plan go on and is heard. A step that
    belongs to some ways is told where one of them is the first that can be done here.

    Args:
        opinions: What each algorithm says.
        strategies: The plan.
        pack: The rules.
        here: The first strategy of the plan that can be done here, if there is one.
    """
    first = next((s for s in strategies if here in {s.id, None}), None)
    leading = next(iter(strategies), None)
    plan_ends = leading is not None and leading.ends_attempt
    ends = {*pack.policy.ends_attempt}
    anybody = any(
        opinion.surely_names(n) for opinion in opinions.values() for n in opinion.names - ends
    )
    heard = [
        opinion
        for name, opinion in opinions.items()
        if opinion.counts_as is Truth.TRUE
        and (
            _leads_on(opinion, first, anybody=anybody)
            or (not opinion.names and not plan_ends and name in pack.only_end_the_attempt)
        )
    ]
    return unique(
        step
        for opinion in heard
        for step in opinion.shown.first_do
        if _belongs(step, opinion, here)
    )


def _belongs(step: str, opinion: Opinion, here: str | None) -> bool:
    """Whether a step is for any way, or for the one that can be done here."""
    ways = {
        way
        for ending in opinion.endings
        for taken in ending.way
        if taken.branch.first_do == step
        for way in taken.branch.first_do_for
    }
    return not ways or here in ways


def views(
    opinions: Mapping[str, Opinion],
    strategies: Collection[result.Strategy],
    forbidden: Forbidden,
    pack: Pack,
    disputes: Disputes,
    here: str | None,
    lacking: Collection[str] = (),
) -> Iterator[result.View]:
    """What each algorithm puts first, and why; or why it says nothing.

    What one that names nothing would do next is its own word while the plan does something else.
    Whoever names nothing but what a safety rule surely forbids puts nothing first.

    Args:
        opinions: What each algorithm says.
        strategies: The plan.
        forbidden: What safety rules forbid.
        pack: The rules.
        disputes: The facts that two places read differently.
        here: The first strategy of the plan that can be done here, if there is one.
        lacking: Techniques that are not available here.
    """
    told = first_steps(opinions, strategies, pack, here)

    def why(opinion: Opinion, missing: Collection[str], *, decided: bool) -> str:
        if not decided:
            return f"Not decided; it depends on: {titles(pack, missing)}."
        steps = () if opinion.names else opinion.shown.first_do
        own = (step for step in steps if step not in told)
        walked = {id(step): step.decided for e in opinion.endings for step in e.way}
        doubted = disputes.doubt(walked.values())
        named = unique(t for e in opinion.endings for o in e.options[:1] for t in o.techniques)
        lack = (f"{pack.title(n)} is not available here." for n in named if n in lacking)
        said = (opinion.because(pack), *lack, *own, doubted)
        return " ".join(text for text in said if text)

    for opinion in opinions.values():
        shown = opinion.shown
        because = shown.because
        first = _first(opinion)
        if _all_forbidden(opinion, forbidden):
            first, because = (), "Nothing that it names is to be used here."
        yield result.View(
            algorithm=shown.title,
            state=shown.state,
            first=first,
            surely=bool(first) and opinion.surely_first,
            or_nothing=bool(first) and len({bool(ending.order) for ending in opinion.endings}) > 1,
            because=because or why(opinion, shown.missing, decided=shown.state == "decided"),
            if_it_goes_on=_goes_on(opinion, why) if first else None,
        )


def _goes_on(opinion: Opinion, why: Why) -> result.GoesOn | None:
    """What an algorithm says if the attempt goes on; None where it says nothing of its end."""
    counted, going_on = opinion.as_counted, opinion.if_it_goes_on
    if len(going_on.endings) == len(counted.endings):
        return None
    settled = len({ending.order for ending in going_on.endings}) == 1
    decided = settled and opinion.applies is Truth.TRUE
    missing = () if decided else opinion.going_on.deciding
    still_open = {*opinion.going_on.still_open, *opinion.going_on.deciding}
    return result.GoesOn(
        first=_first(going_on),
        surely=going_on.surely_first,
        because=why(going_on, missing, decided=decided),
        until=tuple(fact for fact in counted.still_open if fact not in still_open),
        missing=missing,
    )


def _first(opinion: Opinion) -> tuple[str, ...]:
    """What an algorithm puts first on the ways that are still possible, each once."""
    return unique(ending.order[0] for ending in opinion.endings if ending.order)


def _all_forbidden(opinion: Opinion, forbidden: Forbidden) -> bool:
    """Whether an algorithm names something, and a safety rule surely forbids all of it."""
    named = {name for ending in opinion.endings for name in ending.order}
    return bool(named) and all(forbidden.get(name) for name in named)


def disagreements(opinions: Mapping[str, Opinion], pack: Pack) -> Iterator[result.Disagreement]:
    """What comes first, where those who are decided do not agree."""
    choices = [
        result.Choice(
            algorithm=opinion.shown.title,
            first=opinion.shown.options[0],
            because=opinion.because(pack),
        )
        for opinion in opinions.values()
        if opinion.shown.state == "decided" and opinion.shown.options
    ]
    if len({choice.first for choice in choices}) > 1:
        names = unique(pack.title(choice.first) for choice in choices)
        about = f"What comes first: {' or '.join(names)}"
        yield result.Disagreement(about=about, choices=tuple(choices))


def _leads_on(opinion: Opinion, first: result.Strategy | None, *, anybody: bool) -> bool:
    """Whether the next step of an algorithm is that of the plan, and not beside it.

    That is so when it names what is first here, or when nothing is ranked. Who names nothing is
    not heard there where another names what is forbidden.

    Args:
        opinion: What the algorithm says.
        first: What the plan does first; None where nothing is ranked.
        anybody: Whether some algorithm names a way to go on.
    """
    if opinion.names:
        return first is None or first.id in opinion.names
    return first is None and not anybody
