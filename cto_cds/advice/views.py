"""What each algorithm says for itself, beside the plan, and what of it the plan says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from cto_cds.advice import result
from cto_cds.advice.differing import Disputes
from cto_cds.advice.fallen import Forbidden
from cto_cds.advice.walking import Opinion
from cto_cds.advice.words import titles, unique
from cto_cds.rulefile.pack import Pack


def first_steps(
    opinions: Mapping[str, Opinion], strategies: Collection[result.Strategy], pack: Pack
) -> tuple[str, ...]:
    """Return what to do first, by those whose next step is that of the plan."""
    ends = {*pack.policy.ends_attempt}
    anybody = any(opinion.names - ends for opinion in opinions.values())
    heard = [
        opinion
        for name, opinion in opinions.items()
        if _leads_on(name, opinion, strategies, pack, anybody=anybody)
    ]
    return unique(step for opinion in heard for step in opinion.shown.first_do)


def views(
    opinions: Mapping[str, Opinion],
    strategies: Collection[result.Strategy],
    forbidden: Forbidden,
    pack: Pack,
    disputes: Disputes,
    lacking: Collection[str] = (),
) -> Iterator[result.View]:
    """What each algorithm puts first, and why; or why it says nothing.

    What one that names nothing would do next is its own word while the plan does something else.
    What a safety rule surely forbids is told as such, and whoever names nothing else puts nothing
    first.

    Args:
        opinions: What each algorithm says.
        strategies: The plan.
        forbidden: What safety rules forbid.
        pack: The rules.
        disputes: The facts that two places read differently.
        lacking: Techniques that are not available here.
    """
    told = first_steps(opinions, strategies, pack)
    for opinion in opinions.values():
        shown = opinion.shown
        because = shown.because
        first = unique(ending.order[0] for ending in opinion.endings if ending.order)
        if _all_forbidden(opinion, forbidden):
            first, because = (), "Nothing that it names is to be used here."
        if not because and shown.state == "decided":
            because = opinion.because(pack)
            own = () if opinion.names else (step for step in shown.first_do if step not in told)
            decided = {id(s): s.decided for e in opinion.endings for s in e.way}.values()
            doubted = disputes.doubt(decided)
            gone = (f"{pack.title(n)} is not to be used here." for n in first if forbidden.get(n))
            named = unique(t for e in opinion.endings for o in e.options[:1] for t in o.techniques)
            lack = (f"{pack.title(n)} is not available here." for n in named if n in lacking)
            because = " ".join(text for text in (because, *gone, *lack, *own, doubted) if text)
        yield result.View(
            algorithm=shown.title,
            state=shown.state,
            first=first,
            surely=bool(first) and opinion.surely_first,
            or_nothing=bool(first) and len({bool(ending.order) for ending in opinion.endings}) > 1,
            because=because or f"Not decided; it depends on: {titles(pack, shown.missing)}.",
        )


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


def _leads_on(
    name: str,
    opinion: Opinion,
    strategies: Collection[result.Strategy],
    pack: Pack,
    *,
    anybody: bool,
) -> bool:
    """Whether the next step of an algorithm is that of the plan, and not beside it.

    That is so when it names the first choice, or when nothing is ranked. Who names nothing is not
    heard there where another names what is forbidden; who speaks of ending alone lets the plan go
    on.
    """
    first = next(iter(strategies), None)
    if opinion.names:
        return first is None or first.id in opinion.names
    if first is None and not anybody:
        return True
    goes_on = first is None or not first.ends_attempt
    return goes_on and name in pack.only_end_the_attempt
