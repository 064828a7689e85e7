"""Parts of a result put together the way they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cto_cds.advice.result import Fact, Guarded, Outcome, Result, Strategy
from cto_cds.facts.begun import implied_source
from cto_cds.report.names import Names, group_words
from cto_cds.report.wording import UNKNOWN
from cto_cds.rulefile.model import weakest

PLANNING = "planning"
MOST_NAMED = 3
"""How many facts that one reason leaves to review are named one by one at the top."""
LONGEST_NAMED = 240
"""So many letters the names of facts with one reason may take at the top."""
PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class VetoGroup:
    """A reason and all that it forbids, or cautions about."""

    because: str
    vetoes: tuple[Guarded, ...]

    @property
    def named(self) -> tuple[Guarded, ...]:
        """Each strategy and technique once, as it was verified least."""
        found: dict[str, Guarded] = {}
        for entry in self.vetoes:
            other = found.setdefault(entry.id, entry)
            if weakest(entry.verified, other.verified) != other.verified:
                found[entry.id] = entry
        return tuple(found.values())


def veto_groups(vetoed: Sequence[Guarded]) -> list[VetoGroup]:
    """Return vetoes or cautions by reason, in the order in which the reasons first appear."""
    groups: dict[str, list[Guarded]] = {}
    for veto in vetoed:
        groups.setdefault(veto.because, []).append(veto)
    return [VetoGroup(because, tuple(found)) for because, found in groups.items()]


def told_once(groups: Sequence[VetoGroup]) -> list[VetoGroup]:
    """Return the groups with the reasons for the same strategies and techniques together."""
    same: dict[tuple[str, ...], list[VetoGroup]] = {}
    for group in groups:
        same.setdefault(tuple(entry.id for entry in group.named), []).append(group)
    return [
        VetoGroup(
            " ".join(group.because for group in found),
            tuple(entry for group in found for entry in group.vetoes),
        )
        for found in same.values()
    ]


def forbidden(result: Result) -> list[VetoGroup]:
    """Return the vetoes that hold whatever is still unknown, by reason."""
    return veto_groups([veto for veto in result.recommendation.vetoed if veto.certain])


def held_back(result: Result) -> list[VetoGroup]:
    """Return the vetoes that rest on something unknown, for what nothing else forbids.

    While planning nothing has been wired, so that much is unknown for one and the same reason:
    then each method stands there once, under the first reason.
    """
    vetoed = result.recommendation.vetoed
    settled = {veto.id for veto in vetoed if veto.certain}
    open_ones = [veto for veto in vetoed if veto.id not in settled]
    if result.recommendation.phase == PLANNING:
        open_ones = list({veto.id: veto for veto in reversed(open_ones)}.values())[::-1]
    return veto_groups(open_ones)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What one study found in one population, for each grade that is possible here."""

    population: str
    by_grade: tuple[Outcome | None, ...]

    @property
    def any_outcome(self) -> Outcome:
        """One of the figures, for what they share: the paper and how far it was read."""
        return next(outcome for outcome in self.by_grade if outcome)


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """The published figures of one score: a column for each grade, rows by end-point."""

    grades: tuple[str, ...]
    rows: Mapping[str, list[OutcomeRow]]


def outcome_table(outcomes: Sequence[Outcome]) -> OutcomeTable:
    """Return published figures with a row for each population and a column for each grade."""
    grades = tuple(dict.fromkeys(outcome.grade for outcome in outcomes))
    found: dict[tuple[str, ...], list[dict[str, Outcome]]] = {}
    for outcome in outcomes:
        key = (outcome.endpoint, outcome.population, outcome.cite, outcome.verified)
        sets = found.setdefault(key, [])
        room = next((by_grade for by_grade in sets if outcome.grade not in by_grade), None)
        if room is None:
            sets.append(room := {})
        room[outcome.grade] = outcome
    rows: dict[str, list[OutcomeRow]] = {}
    for (endpoint, population, *_), sets in found.items():
        for by_grade in sets:
            row = OutcomeRow(population, tuple(by_grade.get(grade) for grade in grades))
            rows.setdefault(endpoint, []).append(row)
    return OutcomeTable(grades, rows)


def fact_groups(result: Result) -> dict[str, dict[str, Fact]]:
    """Return the facts by the place where they were read."""
    groups: dict[str, dict[str, Fact]] = {}
    for path, fact in result.facts.items():
        groups.setdefault(path.rpartition(".")[0] or UNKNOWN, {})[path] = fact
    return groups


def to_review(result: Result) -> list[str]:
    """Return the facts that a person must look at before they count."""
    return [path for path, fact in result.facts.items() if fact.status == "needs_review"]


def review_told(result: Result, names: Names) -> list[str]:
    """Return what is left to review in words; many for one reason are told with the reason once.

    They are named as long as all their names fit.
    """
    reasons: dict[tuple[str, str], list[str]] = {}
    for path in to_review(result):
        because = path.rpartition(".")[0], result.facts[path].note or ""
        reasons.setdefault(because, []).append(path)
    each: list[str] = []
    together: list[str] = []
    for (group, note), paths in reasons.items():
        if len(paths) > MOST_NAMED and note:
            named = ", ".join(names.titles(paths))
            told = f" ({named})" if len(named) <= LONGEST_NAMED else ""
            together.append(f"{len(paths)} of {group_words(group)}{told} for one reason: {note}")
        else:
            each += names.places(paths)
    return [*each, *together]


def implied(result: Result) -> dict[str, dict[str, Fact]]:
    """Return the facts that no file gives but that stand for what has not begun, by group."""
    groups: dict[str, dict[str, Fact]] = {}
    for path, fact in result.facts.items():
        group, _, name = path.rpartition(".")
        if fact.source == implied_source(group):
            groups.setdefault(group, {})[name] = fact
    return groups


def rests_on_unverified(strategy: Strategy) -> bool:
    """Return whether any line of a strategy was not verified in print."""
    lines = (*strategy.reasons_for, *strategy.against, *strategy.cautions)
    return any(line.verified == "unverified" for line in lines)


def device_cautions(result: Result) -> list[VetoGroup]:
    """Return the cautions about what may be used but stands in no strategy, by reason."""
    later = _later(result)
    return veto_groups([entry for entry in _elsewhere(result) if entry not in later])


def later_cautions(result: Result) -> list[VetoGroup]:
    """Return the cautions about what is held back for now or whose turn has not come, by reason."""
    return veto_groups(_later(result))


def _later(result: Result) -> list[Guarded]:
    """The cautions that count later.

    While planning these are also the ones on what no advice names, as far as they rest on nothing
    but what the procedure will show.
    """
    plan = result.recommendation
    held = {veto.id for veto in plan.vetoed}
    named = {name for entry in plan.advice for name in (*entry.techniques, *entry.ready)}

    def shown_by_procedure(path: str) -> bool:
        finding = result.findings.get(path)
        if finding is None:
            return path.startswith(f"{PROCEDURE}.")
        return bool(finding.reads) and all(map(shown_by_procedure, finding.reads))

    def waits(entry: Guarded) -> bool:
        shown_by_it = all(map(shown_by_procedure, entry.reads))
        return not entry.certain and shown_by_it and entry.id not in named

    planning = plan.phase == PLANNING
    return [e for e in _elsewhere(result) if e.id in held or (planning and waits(e))]


def _elsewhere(result: Result) -> list[Guarded]:
    """Return the cautions that no strategy of the list tells, unless it is forbidden anyway."""
    plan = result.recommendation
    shown = {strategy.id for strategy in plan.strategies}
    shown |= {name for strategy in plan.strategies for name in strategy.techniques}
    shown |= {veto.id for veto in plan.vetoed if veto.certain}
    return [entry for entry in plan.cautions if entry.id not in shown]
