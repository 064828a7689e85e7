"""The lines of support side by side: each reason once, with what it gives to each strategy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cto_cds.advice.result import Algorithm, Line, Result, Strategy, View
from cto_cds.report.going_on import first_of, missing_for, surely_first
from cto_cds.rulefile.model import Verified

NOT_KNOWN = "Not known yet, and told under what is missing."


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason that is no algorithm, and its line under each strategy that it moves."""

    says: str
    by_strategy: Mapping[str, Line]

    @property
    def any_line(self) -> Line:
        """One of the lines, for the source that they share."""
        return next(iter(self.by_strategy.values()))


@dataclass(frozen=True, slots=True)
class Voice:
    """What one algorithm puts first and why, and its line under each strategy."""

    view: View
    level: Verified
    by_strategy: Mapping[str, Line]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Support:
    """All that the order of a plan rests on."""

    voices: tuple[Voice, ...]
    reasons: tuple[Reason, ...]
    silent: tuple[View, ...]


def lines_of(strategy: Strategy) -> tuple[Line, ...]:
    """Return every line of a strategy, those for it first."""
    return (*strategy.reasons_for, *strategy.against, *strategy.cautions)


def support_of(result: Result) -> Support:
    """Return the algorithms that speak here, the other reasons, and the algorithms that do not."""
    plan = result.recommendation
    ids = {algorithm.title: name for name, algorithm in result.algorithms.items()}
    speaking = [view for view in plan.views if view.state != "not_applicable"]
    return Support(
        voices=tuple(_voice(view, ids.get(view.algorithm, ""), result) for view in speaking),
        reasons=tuple(_reasons(result)),
        silent=tuple(view for view in plan.views if view.state == "not_applicable"),
    )


def _voice(view: View, name: str, result: Result) -> Voice:
    lines = {
        strategy.id: line
        for strategy in result.recommendation.strategies
        for line in lines_of(strategy)
        if line.rule == name
    }
    algorithm = result.algorithms.get(name)
    if algorithm is None:
        return Voice(view, "unverified", lines)
    missing = missing_for(view, algorithm.missing)
    return Voice(view, algorithm.verified, lines, missing)


def _reasons(result: Result) -> Iterator[Reason]:
    """Yield each reason once, what is open last; a rule that says many things is told as one."""
    found: dict[tuple[str, str], dict[str, Line]] = {}
    for strategy in result.recommendation.strategies:
        for line in own_reasons(strategy, result):
            found.setdefault((line.rule, line.says), {})[strategy.id] = line
    said = Counter(rule for rule, _ in found)
    told: dict[tuple[str, str], dict[str, Line]] = {}
    for (rule, says), lines in found.items():
        once = says if said[rule] == 1 or not _is_open(lines) else NOT_KNOWN
        told.setdefault((rule, once), {}).update(lines)
    ordered = sorted(told.items(), key=lambda entry: _is_open(entry[1]))
    yield from (Reason(says, lines) for (_, says), lines in ordered)


def own_reasons(strategy: Strategy, result: Result) -> list[Line]:
    """Return the lines of a strategy that do not come from an algorithm."""
    return [line for line in lines_of(strategy) if line.rule not in result.algorithms]


def _is_open(lines: Mapping[str, Line]) -> bool:
    """Whether it is open under every strategy how much a reason gives."""
    return all(line.amount.low != line.amount.high for line in lines.values())


def first_by(strategy: Strategy, support: Support) -> list[str]:
    """Return the algorithms that put a strategy first, whatever is still unknown."""
    views = [voice.view for voice in support.voices]
    return [v.algorithm for v in views if surely_first(v) and strategy.id in first_of(v)]


def named_by(strategy: Strategy, result: Result) -> list[str]:
    """Return the algorithms that name a strategy, each with its place where that is decided."""
    return [
        f"{algorithm.title} ({_place(strategy.id, algorithm)})"
        for algorithm in result.algorithms.values()
        if strategy.id in algorithm.options
    ]


def _place(strategy: str, algorithm: Algorithm) -> str:
    decided = algorithm.state == "decided"
    return f"choice {algorithm.options.index(strategy) + 1}" if decided else "not decided"


def perhaps_first_by(strategy: Strategy, support: Support) -> list[str]:
    """Return the algorithms that may still put a strategy first."""
    views = [voice.view for voice in support.voices]
    return [v.algorithm for v in views if not surely_first(v) and strategy.id in first_of(v)]


def why_it_ends(first: Strategy, support: Support) -> list[str]:
    """Return why the attempt ends, in the words of those who say so; empty where it goes on."""
    if not first.ends_attempt:
        return []
    views = [voice.view for voice in support.voices]
    saying = [view.because for view in views if view.surely and first.id in view.first]
    return list(dict.fromkeys(because for because in saying if because))
