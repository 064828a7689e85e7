"""What is told while it is open whether the attempt has to end: what comes first if it goes on."""

from __future__ import annotations

from cto_cds.advice.result import Result, View
from cto_cds.report.names import Names


def first_of(view: View) -> tuple[str, ...]:
    """Return what an algorithm puts first; while it is open whether to end, if that is not so."""
    goes_on = view.if_it_goes_on
    return goes_on.first if goes_on and goes_on.first else view.first


def because_of(view: View) -> str:
    """Return why, in the same case."""
    goes_on = view.if_it_goes_on
    return goes_on.because if goes_on and goes_on.first else view.because


def surely_first(view: View) -> bool:
    """Return whether it puts that first whatever else is still unknown."""
    goes_on = view.if_it_goes_on
    return goes_on.surely if goes_on and goes_on.first else view.surely


def missing_for(view: View, missing: tuple[str, ...]) -> tuple[str, ...]:
    """Return what would decide an algorithm, of all that it lacks."""
    goes_on = view.if_it_goes_on
    return goes_on.missing if goes_on and goes_on.first else missing


def ends_or_nothing(view: View) -> bool:
    """Return whether an algorithm would end the attempt, and has nothing to say if it goes on."""
    return view.if_it_goes_on is not None and not view.if_it_goes_on.first


def puts_first(view: View, known: Names) -> str:
    """Return who speaks and what it puts first; what puts nothing first is only named."""
    first = () if ends_or_nothing(view) else first_of(view)
    if not first:
        return view.algorithm if view.algorithm.endswith("?") else f"{view.algorithm}:"
    nothing = ", or nothing" if view.or_nothing else ""
    titles = [known.or_barred(name) for name in first]
    if len(titles) > 2:
        return f"{view.algorithm}: open which comes first of {', '.join(titles)}{nothing}."
    return f"{view.algorithm}: {' or '.join(titles)} first{nothing}."


def reserve(result: Result, known: Names) -> str:
    """Return what to enter so that it can be told whether the attempt ends.

    It is empty where that can be told, and where the plan ends the attempt. A fact that keeps the
    rest open as well, as an unknown phase does, stands among what is missing for both.
    """
    if any(strategy.ends_attempt for strategy in result.recommendation.strategies[:1]):
        return ""
    found = [view.if_it_goes_on for view in result.recommendation.views if view.if_it_goes_on]
    facts = [fact for view in found for fact in view.until]
    shared = [fact for view in found[:1] for fact in view.missing]
    facts = facts or [fact for fact in shared if all(fact in view.missing for view in found)]
    titles = dict.fromkeys(map(known.title, facts))
    if not titles or not any(view.first for view in found):
        return ""
    listed = "; ".join(title[:1].lower() + title[1:] for title in titles)
    return (
        f"Enter {listed}. Without these nobody can judge whether a limit or another reason to stop "
        "is reached, so the plan and each algorithm are told as if the attempt goes on."
    )
