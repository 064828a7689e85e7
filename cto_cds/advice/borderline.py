"""Measured values so close to a limit that the measurement cannot tell on which side they lie."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from cto_cds.engine.trace import Decided, Trace
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, plain
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
            if (
                isinstance(value, Quantity)
                and sd
                and abs(value.number - limit) <= (WITHIN_SD * sd.number)
            ):
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
