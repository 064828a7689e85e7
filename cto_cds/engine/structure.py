"""Rules changed in what they lead to: options, techniques, the next question, what a veto is on.

The conditions stay as they are; the other changes are made in :mod:`cto_cds.engine.mutation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from cto_cds.rulefile.decision_file import TRIED
from cto_cds.rulefile.model import Algorithm, Branch, Decision, Option, Safety
from cto_cds.rulefile.safety_file import ADVISE

Item = TypeVar("Item")
Changed = TypeVar("Changed", Branch, Decision, Safety)
SAYS = ("veto", "caution", "name what is missing")


def decisions_of(decision: Decision, owner: Algorithm) -> Iterator[tuple[Decision, str]]:
    """Yield a decision with one branch leading elsewhere, and with two conditions exchanged."""
    behind = _behind(owner)
    targets = [d.id for d in owner.decisions if decision.id not in behind[d.id]]
    for index, branch in enumerate(decision.branches):
        for changed, text in _branch(branch, targets):
            branches = (*decision.branches[:index], changed, *decision.branches[index + 1 :])
            yield replace(decision, branches=branches), f"{branch.id}: {text}"
    for index in range(len(decision.branches) - 1):
        one, other = decision.branches[index : index + 2]
        turned = (replace(one, when=other.when), replace(other, when=one.when))
        branches = (*decision.branches[:index], *turned, *decision.branches[index + 2 :])
        yield replace(decision, branches=branches), f"{one.id} and {other.id} change places"


def _behind(owner: Algorithm) -> dict[str, set[str]]:
    """Return, for each decision, itself and every decision that it may lead to."""
    by_id = {decision.id: decision for decision in owner.decisions}

    def reached(name: str) -> set[str]:
        found = {name}
        for branch in by_id[name].branches:
            if branch.next:
                found |= reached(branch.next)
        return found

    return {name: reached(name) for name in by_id}


def _branch(branch: Branch, targets: list[str]) -> Iterator[tuple[Branch, str]]:
    for target in targets if branch.next else ():
        if target != branch.next:
            yield replace(branch, next=target), f"leads to {target}"
    for options, text in _lists(branch.recommend, keep=1):
        yield replace(branch, recommend=options), f"recommends {text}"
    for index, option in enumerate(branch.recommend):
        for techniques, text in _lists(option.techniques):
            options = _put(branch.recommend, index, Option(option.strategy, techniques))
            yield replace(branch, recommend=options), f"{option.strategy} {text}"
    for strategy, every in branch.techniques.items():
        for techniques, text in _lists(every):
            added = {**branch.techniques, strategy: techniques}
            yield replace(branch, techniques=added), f"adds to {strategy} {text}"
    for word in TRIED if branch.tried else ():
        if word != branch.tried:
            yield replace(branch, tried=word), f"what was tried moves {word or 'nowhere'}"


def _lists(items: tuple[Item, ...], keep: int = 0) -> Iterator[tuple[tuple[Item, ...], str]]:
    """Yield a list with one item left out, and with two neighbours exchanged."""
    for index in range(len(items) if len(items) > keep else 0):
        yield (*items[:index], *items[index + 1 :]), f"without number {index + 1}"
    for index in range(len(items) - 1):
        turned = (*items[:index], items[index + 1], items[index], *items[index + 2 :])
        yield turned, f"with numbers {index + 1} and {index + 2} exchanged"


def _put(items: tuple[Item, ...], index: int, item: Item) -> tuple[Item, ...]:
    return (*items[:index], item, *items[index + 1 :])


def safety_of(rule: Safety) -> Iterator[tuple[Safety, str]]:
    """Yield a safety rule with another effect, on less, or with another reading of the unknown."""
    for index in range(len(rule.on) if len(rule.on) > 1 else 0):
        left = (*rule.on[:index], *rule.on[index + 1 :])
        yield replace(rule, on=left), f"not on {rule.on[index]}"
    if rule.instead:
        yield replace(rule, instead=""), f"not {rule.instead} instead"
    if rule.effect == ADVISE:
        return
    other = "caution" if rule.effect == "veto" else "veto"
    yield replace(rule, effect=other), f"{other} instead of {rule.effect}"
    for word in SAYS:
        if word != rule.if_unknown:
            yield replace(rule, if_unknown=word), f"while unknown: {word}"
    for path in rule.read_unknown_as:
        left_out = {p: w for p, w in rule.read_unknown_as.items() if p != path}
        yield replace(rule, read_unknown_as=left_out), f"{path} is not read as a word while unknown"
