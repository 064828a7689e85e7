"""What stands on the two pages that are printed, put together for reading at a glance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cto_cds.advice.result import Advice, Ask, Fact, Finding, Outcome, Result, Risk, Strategy
from cto_cds.report import grouping
from cto_cds.report.risks import Populations, RiskLine, risk_lines
from cto_cds.report.scored import NOTHING_READ, shelf
from cto_cds.report.support import lines_of
from cto_cds.report.unconfirmed import AUTO
from cto_cds.report.wording import UNKNOWN
from cto_cds.rulefile.model import Verified


def asked(result: Result, changes: str) -> list[Ask]:
    """Return the facts that are asked for because they may change the plan, or a score."""
    return [ask for ask in result.recommendation.ask_for if ask.changes == changes]


def _to_prepare(result: Result) -> Strategy | None:
    """Return the way that will be gone; none where it is not to begin, or cannot be done here."""
    plan = result.recommendation
    way = next((s for s in plan.strategies if s.id == plan.first_here), None)
    return None if way and way.ends_attempt and plan.phase == grouping.PLANNING else way


def _prepares(result: Result) -> Iterator[Advice]:
    """Yield the advice that says what to prepare for the way that will be gone.

    Where the attempt ends, only advice on that end is left.
    """
    plan = result.recommendation
    way = _to_prepare(result)
    for advice in plan.advice if way or not plan.strategies else ():
        anyway = way is None or (not advice.on and not way.ends_attempt)
        if anyway or (way is not None and way.has(advice.on)):
            yield advice


def checklist(result: Result) -> list[str]:
    """Return the equipment to have at hand: for the way to be gone, then by the advice on it."""
    way = _to_prepare(result)
    own = way.equipment if way else ()
    advised = (name for advice in _prepares(result) for name in advice.ready)
    return list(dict.fromkeys([*own, *advised]))


def may_be_needed(result: Result) -> list[str]:
    """Return the techniques that the advice says to be prepared for, each once.

    What the way to be gone is done with already is left out.
    """
    way = _to_prepare(result)
    own = way.techniques if way else ()
    found = (name for advice in _prepares(result) for name in advice.techniques)
    return [name for name in dict.fromkeys(found) if name not in own]


def set_apart(result: Result) -> dict[str, str]:
    """Return, for what to be prepared for but must not be taken as it is, the word for that."""
    plan = result.recommendation
    lacking = [name for strategy in plan.strategies for name in strategy.unavailable]
    lacking += [name for strategy in plan.strategies for name in strategy.done_without]
    lacking += [name for advice in plan.advice for name in advice.unavailable]
    barred = [name for advice in plan.advice if advice.bars for name in advice.on]
    return {
        **{veto.id: "held back" for veto in plan.vetoed},
        **dict.fromkeys(barred, "the operator does not do it"),
        **{veto.id: "not to be used" for veto in plan.vetoed if veto.certain},
        **dict.fromkeys(lacking, "not available here"),
    }


def known_facts(result: Result) -> dict[str, list[tuple[str, Fact]]]:
    """Return the known facts that plan and scores were read from, by where they were read.

    Every number that was measured with a deviation, and what a person put beside a measurement, are
    among them, whether anything read them or not.
    """
    read = _read_by_plan(result) | _read_by_scores(result) | put_beside(result)
    groups: dict[str, list[tuple[str, Fact]]] = {}
    for path, fact in result.facts.items():
        told = fact.value not in {"", UNKNOWN} and fact.status != "needs_review"
        if told and (path in read or fact.sd):
            groups.setdefault(path.rpartition(".")[0] or UNKNOWN, []).append((path, fact))
    return groups


def put_beside(result: Result) -> set[str]:
    """Return the facts that a person entered where a program measured others."""
    measured = {
        path.rpartition(".")[0] for path, fact in result.facts.items() if fact.status == AUTO
    }
    return {
        path
        for path, fact in result.facts.items()
        if not fact.status and fact.value != UNKNOWN and path.rpartition(".")[0] in measured
    }


def _read_by_plan(result: Result) -> set[str]:
    """Return every fact that the plan reads, at first hand or through a finding."""
    plan = result.recommendation
    waiting = [path for s in plan.strategies for line in lines_of(s) for path in line.reads]
    waiting += [p for a in result.algorithms.values() for step in a.path for p in step.reads]
    waiting += [path for guard in (*plan.vetoed, *plan.cautions) for path in guard.reads]
    waiting += [path for advice in plan.advice for path in advice.reads]
    found: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            finding = result.findings.get(path)
            waiting += finding.reads if finding else ()
    return found


def _read_by_scores(result: Result) -> set[str]:
    """Return every fact that an item of a score with a total reads."""
    return {
        path for _, score in shelf(result).read for item in score.criteria for path in item.reads
    }


def known_findings(result: Result) -> list[Finding]:
    """Return the findings that are known."""
    return [finding for finding in result.findings.values() if finding.value != UNKNOWN]


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One score of risk, how far it is verified, and its line under each strategy."""

    risk: Risk
    verified: Verified
    by_strategy: Mapping[str, RiskLine]


@dataclass(frozen=True, slots=True)
class RiskTable:
    """The published risks, the strategies beside each other; each population is told once.

    Strategies that the scores count alike share a column.
    """

    rows: tuple[RiskRow, ...]
    columns: tuple[tuple[str, ...], ...]
    populations: Populations


def risk_table(result: Result) -> RiskTable:
    """Return the risks with a row for each score and a column for strategies that have any."""
    rows: dict[str, dict[str, RiskLine]] = {}
    columns: dict[str, dict[str, None]] = {}
    for strategy in result.recommendation.strategies:
        basis = strategy.risk_basis
        counted_as = basis.counts_as if basis and basis.counts_as else strategy.id
        for line in risk_lines(strategy, result):
            if line.total == NOTHING_READ:
                continue
            rows.setdefault(line.risk.score, {})[strategy.id] = line
            columns.setdefault(counted_as, {})[strategy.id] = None
    populations = Populations()
    for by_strategy in rows.values():
        for line in by_strategy.values():
            _number(line.here, populations)
    return RiskTable(
        rows=tuple(
            RiskRow(_any(lines).risk, result.scores[name].verified, lines)
            for name, lines in rows.items()
        ),
        columns=tuple(tuple(strategies) for strategies in columns.values()),
        populations=populations,
    )


def _any(lines: Mapping[str, RiskLine]) -> RiskLine:
    return next(iter(lines.values()))


def _number(outcomes: Iterable[Outcome], populations: Populations) -> None:
    for outcome in outcomes:
        populations.number(outcome)
