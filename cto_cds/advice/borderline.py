"""Measured values so close to a limit that the measurement cannot tell on which side they lie."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.engine.lookup import Seen
from cto_cds.engine.trace import Decided, Trace
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, plain
from cto_cds.facts.vocabulary import FactType, Vocabulary
from cto_cds.rulefile.model import Rule
from cto_cds.rulefile.pack import Pack

WITHIN_SD = Decimal(2)
"""About one measurement in twenty lies further from the truth than this many deviations."""
DIGITS = 2
"""Decimal places with which a quotient of two measurements is shown."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number with its uncertainty, and how both are shown; ``at_end`` of what it may be."""

    value: Decimal
    sd: Decimal
    shown: str
    at_end: bool = False

    def near(self, limit: Decimal) -> bool:
        if self.at_end and limit == self.value:
            return False
        return abs(self.value - limit) <= WITHIN_SD * self.sd


def borderline(sheet: FactSheet, trace: Trace, pack: Pack) -> Iterator[str]:
    """Yield one sentence for each measured value and limit that the uncertainty joins."""
    if not sheet.uncertain:
        return
    told: dict[tuple[str, Quantity], list[str]] = {}
    measured: dict[str, _Measure | None] = {}
    for title, seen in _read(trace, pack):
        limit = seen.leaf.limit
        if limit is None or not seen.path:
            continue
        if seen.path not in measured:
            measured[seen.path] = _measured(seen, sheet, trace, pack.vocabulary)
        measure = measured[seen.path]
        if measure is not None and measure.near(limit.number):
            told.setdefault((seen.path, limit), []).append(title)
    for (path, limit), titles in told.items():
        measure = measured[path]
        where = ", ".join(dict.fromkeys(titles))
        yield (
            f"{pack.title(path)} is {measure.shown if measure else ''}: the limit of {limit} lies "
            f"within two standard deviations, so either side is possible ({where})."
        )


def _is_end(fact: FactType, value: Decimal, sd: Decimal) -> bool:
    """Whether a value stands where its range ends, and its deviation is that of rounding alone.

    A whole ring of 360 degrees would lie at its limit whatever was measured. Only a deviation of
    more than the last digit says that the ring may be open.
    """
    digit = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return value in {fact.low, fact.high} and sd <= digit


def _measured(
    seen: Seen, sheet: FactSheet, trace: Trace, vocabulary: Vocabulary
) -> _Measure | None:
    if seen.leaf.subject.finding:
        ratio = trace.findings[seen.path].rule.ratio
        return _quotient(*(_number(p, sheet, vocabulary) for p in ratio)) if ratio else None
    number = _number(seen.path, sheet, vocabulary)
    if number is None or not number.sd:
        return None
    return number


def _number(path: str, sheet: FactSheet, vocabulary: Vocabulary) -> _Measure | None:
    """What was read in one place, as far as rules may read it; its deviation is 0 without one."""
    reading = sheet.readings.get(path)
    value = reading.known if reading else None
    if reading is None or not isinstance(value, Quantity):
        return None
    sd = reading.sd.number if reading.sd else Decimal(0)
    at_end = _is_end(vocabulary.of(path), value.number, sd)
    return _Measure(value.number, sd, f"{value} (sd {reading.sd})", at_end)


def _quotient(above: _Measure | None, below: _Measure | None) -> _Measure | None:
    """The quotient of two readings that do not depend on each other, to the first order."""
    if above is None or below is None or not below.value or not (above.sd or below.sd):
        return None
    quotient = above.value / below.value
    sd = (above.sd**2 + (quotient * below.sd) ** 2).sqrt() / abs(below.value)
    return _Measure(quotient, sd, f"{_short(quotient)} (sd {_short(sd)})")


def _short(number: Decimal) -> str:
    return plain(round(number, DIGITS))


def _read(trace: Trace, pack: Pack) -> Iterator[tuple[str, Seen]]:
    """What rules with limits compared for this advice, with the title of the rule."""
    for rule, conditions in conditions_read(trace, pack.with_limits):
        title = rule.header.title
        for decided in conditions:
            for seen in decided.seen:
                yield title, seen
    yield from (("ranking", seen) for shift in trace.shifts for seen in shift.holds.seen)


def conditions_read(
    trace: Trace, with_limits: Collection[str]
) -> Iterator[tuple[Rule, Iterable[Decided]]]:
    """Yield each rule with what it decided for this advice.

    Args:
        trace: What was decided.
        with_limits: The findings and safety rules to look at.
    """
    for score in trace.scores:
        yield score.rule, (score.applies, *score.criteria, *score.remarks)
    for study in trace.associations:
        yield study.rule, (study.applies, *study.entries)
    for algorithm in trace.algorithms:
        visited = itertools.chain.from_iterable(algorithm.branches.values())
        yield algorithm.rule, (algorithm.applies, *visited)
    for finding in trace.findings.values():
        if finding.rule.id in with_limits:
            yield finding.rule, finding.values
    for guard in trace.safety:
        if guard.rule.id in with_limits:
            yield guard.rule, (guard.danger,)
