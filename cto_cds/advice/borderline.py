"""Measured values so close to a limit that the measurement cannot tell on which side they lie."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cto_cds.engine.trace import Decided, Trace
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, plain
from cto_cds.facts.vocabulary import FactType
from cto_cds.rulefile.pack import Pack

WITHIN_SD = Decimal(2)
"""About one measurement in twenty lies further from the truth than this many deviations."""


def borderline(sheet: FactSheet, trace: Trace, pack: Pack) -> Iterator[str]:
    """Yield one sentence for each measured value and limit that the uncertainty joins."""
    told: dict[tuple[str, Decimal], list[str]] = {}
    for title, condition in _read(trace):
        for seen in condition.seen:
            if seen.leaf.limit is None or seen.path not in sheet.uncertain:
                continue
            reading, limit = sheet.readings[seen.path], seen.leaf.limit.number
            value, sd = reading.known, reading.sd
            if not isinstance(value, Quantity) or sd is None:
                continue
            if value.number == limit and _is_end(pack.vocabulary.of(seen.path), value, sd):
                continue
            if abs(value.number - limit) <= WITHIN_SD * sd.number:
                told.setdefault((seen.path, limit), []).append(title)
    for (path, limit), titles in told.items():
        reading = sheet.readings[path]
        fact = pack.vocabulary.of(path)
        shown_limit = f"{plain(limit)} {fact.unit}".rstrip()
        where = ", ".join(dict.fromkeys(titles))
        yield (
            f"{fact.title} is {reading.value} (sd {reading.sd}): the limit of {shown_limit} lies "
            f"within two standard deviations, so either side is possible ({where})."
        )


def _is_end(fact: FactType, value: Quantity, sd: Quantity) -> bool:
    """Whether a value stands where its range ends, and its deviation is that of rounding alone.

    A whole ring of 360 degrees would lie at its limit whatever was measured. Only a deviation of
    more than the last digit says that the ring may be open.
    """
    digit = Decimal(1).scaleb(int(value.number.as_tuple().exponent))
    return value.number in {fact.low, fact.high} and sd.number <= digit


def _read(trace: Trace) -> Iterator[tuple[str, Decided]]:
    """Every condition that read something for this advice, with the title of its rule."""
    for score in trace.scores:
        for decided in score.criteria:
            yield score.rule.header.title, decided
    for algorithm in trace.algorithms:
        for branches in algorithm.branches.values():
            for decided in branches:
                yield algorithm.rule.header.title, decided
    for finding in trace.findings.values():
        for decided in finding.values:
            yield finding.rule.header.title, decided
    for shift in trace.shifts:
        yield "ranking", shift.holds
