"""How sure a score is, given the uncertainty of the measurements: exact, cell by cell."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cto_cds.advice import result
from cto_cds.engine.trace import Decided, ScoreTrace
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, plain
from cto_cds.rulefile.condition import decide
from cto_cds.rulefile.model import Criterion
from cto_cds.rulefile.truth import Truth

ASSUMING = (
    "Each measurement is taken as normally distributed around its value with its standard "
    "deviation, independently of the others; facts without one are taken as certain."
)
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Values of one fact between two neighbouring limits, and how likely they are."""

    place: int
    value: Quantity
    probability: float


class _Item:
    """An item of a score that reads uncertain facts; each combination of them is decided once."""

    def __init__(self, criterion: Criterion, decided: Decided, paths: tuple[str, ...]) -> None:
        self.criterion = criterion
        self._seen = decided.seen
        read = {seen.path for seen in decided.seen}
        self._paths = [(place, path) for place, path in enumerate(paths) if path in read]
        self._known: dict[tuple[int, ...], bool] = {}

    def holds(self, cell: tuple[_Stretch, ...]) -> bool:
        """Say whether the item holds when the uncertain facts have the values of a cell."""
        stretches = tuple([cell[place].place for place, _ in self._paths])
        found = self._known.get(stretches)
        if found is None:
            values = {path: cell[place].value for place, path in self._paths}
            found = self._known[stretches] = self._decided(values)
        return found

    def _decided(self, values: Mapping[str, Quantity]) -> bool:
        truths = {
            seen.leaf.text: seen.leaf.decide((values[seen.path],))
            if seen.path in values
            else seen.truth
            for seen in self._seen
        }
        return decide(self.criterion.when, lambda leaf: truths[leaf.text]) is Truth.TRUE


def certainty_of(
    score: ScoreTrace, sheet: FactSheet, added: Decimal | None
) -> result.Certainty | None:
    """Return the distribution of total and grade, or None when nothing uncertain is measured.

    The values of each uncertain fact are cut at the limits that the score asks about; every
    combination of stretches is decided like a case of its own, and its probability counted.

    Args:
        score: The score in this case; all its items must be known.
        sheet: The facts with their standard deviations.
        added: The points that the strategy adds; with None there is no total yet, and only the
            items are told.
    """
    if any(decided.truth is Truth.UNKNOWN for decided in score.criteria):
        return None
    stretches = _stretches(score, sheet)
    if not stretches:
        return None
    uncertain = [
        (criterion, decided)
        for criterion, decided in zip(score.rule.items, score.criteria, strict=True)
        if any(seen.path in stretches for seen in decided.seen)
    ]
    base = sum(
        (
            criterion.points
            for criterion, decided in zip(score.rule.items, score.criteria, strict=True)
            if decided.truth is Truth.TRUE and (criterion, decided) not in uncertain
        ),
        added or Decimal(0),
    )
    totals: dict[Decimal, float] = {}
    passing = {criterion.id: 0.0 for criterion, _ in uncertain}
    holding = [_Item(criterion, decided, tuple(stretches)) for criterion, decided in uncertain]
    for cell in itertools.product(*stretches.values()):
        probability = math.prod(part.probability for part in cell)
        total = base
        for item in holding:
            criterion = item.criterion
            if item.holds(cell):
                total += criterion.points
                passing[criterion.id] += probability
        totals[total] = totals.get(total, 0.0) + probability
    if added is None:
        totals = {}
    return result.Certainty(
        points={plain(total): _rounded(p) for total, p in sorted(totals.items())},
        grades=_grades(score, totals),
        criteria={name: _rounded(probability) for name, probability in passing.items()},
        measured=tuple(stretches),
        assuming=ASSUMING,
    )


def _stretches(score: ScoreTrace, sheet: FactSheet) -> dict[str, list[_Stretch]]:
    limits: dict[str, set[Decimal]] = {}
    for decided in score.criteria:
        for seen in decided.seen:
            reading = sheet.readings.get(seen.path)
            if seen.leaf.limit is not None and reading is not None and reading.sd is not None:
                limits.setdefault(seen.path, set()).add(seen.leaf.limit.number)
    found = {}
    for path, numbers in limits.items():
        reading = sheet.readings[path]
        value, sd = reading.known, reading.sd
        if isinstance(value, Quantity) and sd is not None and sd.number > 0:
            found[path] = list(_cut(value, float(sd.number), sorted(numbers)))
    return found


def _cut(value: Quantity, sd: float, limits: list[Decimal]) -> Iterator[_Stretch]:
    """Cut the distribution of a value at the limits; a limit itself has no probability."""
    below = 0.0
    for index, limit in enumerate(limits):
        up_to = 0.5 * (1 + math.erf(float(limit - value.number) / (sd * math.sqrt(2))))
        lower = limits[index - 1] if index else limit - 2
        yield _Stretch(index, Quantity((lower + limit) / 2, value.unit), up_to - below)
        below = up_to
    yield _Stretch(len(limits), Quantity(limits[-1] + 1, value.unit), 1 - below)


def _grades(score: ScoreTrace, totals: Mapping[Decimal, float]) -> dict[str, Decimal]:
    return {
        grade.name: _rounded(
            sum(p for total, p in totals.items() if grade.low <= total <= grade.high)
        )
        for grade in score.rule.grades
        if any(grade.low <= total <= grade.high for total in totals)
    }


def _rounded(probability: float) -> Decimal:
    return Decimal(probability).quantize(THOUSANDTH)
