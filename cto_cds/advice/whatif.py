"""What would change the first choice: missing facts, single changes, uncertain measurements."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property

from cto_cds.advice.cells import THOUSANDTH, Cell, cell_of, cells_of, chance, limits_through, told
from cto_cds.advice.certainty import ASSUMING
from cto_cds.advice.changes import Change, Possibility, Stability, Turning, WhatIf
from cto_cds.advice.standing import Ranker, Standing
from cto_cds.engine.engine import Answer
from cto_cds.engine.variation import Outcome, Variations
from cto_cds.facts.concluding import follows
from cto_cds.facts.value import Quantity, Value, shown
from cto_cds.facts.vocabulary import FactType

UNLIKELY = 1e-6
SIZE = Decimal("0.0001")
Cells = tuple[Cell, ...]


class Asker:
    """Answers what-if questions about one case.

    Args:
        answer: What was decided.
        ranker: Ranks what is decided.
    """

    def __init__(self, answer: Answer, ranker: Ranker) -> None:
        self._readers = readers = answer.readers
        self._sheet = answer.lookup.sheet
        self._ranker = ranker
        self._answer = answer
        self._limits = readers.limits
        self._vocabulary = readers.pack.vocabulary

    @cached_property
    def _variations(self) -> Variations:
        answer = self._answer
        return Variations(self._readers, answer.lookup, answer.truths, answer.verdict.paths)

    @cached_property
    def base(self) -> Standing:
        """The order of the plan as it is."""
        return self._ranker.standing(self._variations.base)

    def answers(self, asked: Iterable[str]) -> WhatIf:
        """Return what would change the first choice.

        Args:
            asked: The missing facts that may change the plan.
        """
        changes = sorted(self._changes(), key=lambda change: change.size)
        return WhatIf(
            missing=tuple(self._turning(asked)),
            smallest=changes[0] if changes else None,
            changes=tuple(changes),
            stability=self._stability(),
        )

    def first_with(self, changes: Mapping[str, Value | None]) -> str:
        """Return the first choice when these facts are different."""
        outcome = self._outcome_with(changes)
        return self.base.first if outcome is None else self._ranker.standing(outcome).first

    def rests_on(self, changes: Mapping[str, Value | None]) -> bool:
        """Whether any rule of the plan decides otherwise when these facts are different."""
        outcome = self._outcome_with(changes)
        return outcome is not None and not outcome.is_alike(self._variations.base)

    def _outcome_with(self, changes: Mapping[str, Value | None]) -> Outcome | None:
        others = {**self._unreadable(changes), **self._following(changes)}
        return self._variations.with_changes({**others, **changes})

    def _unreadable(self, changes: Mapping[str, Value | None]) -> dict[str, None]:
        """What is no longer known when a place says of itself that it cannot be read."""
        void = self._vocabulary.void_when
        groups = [g for g, (name, word) in void.items() if changes.get(f"{g}.{name}") == word]
        return {p: None for g in groups for p in self._sheet.readings if p.startswith(f"{g}.")}

    def _following(self, changes: Mapping[str, Value | None]) -> dict[str, Value]:
        """What nobody has said and follows from what is different."""
        found: dict[str, Value] = {}

        def known(path: str) -> Value | None:
            return changes[path] if path in changes else self._sheet.known(path)

        for path in changes:
            group, _, name = path.partition(".")
            for other in self._vocabulary.followers.get(name, ()):
                target = f"{group}.{other}"
                if target not in self._sheet.readings and target not in changes:
                    told = follows(target, known, self._vocabulary)
                    if told:
                        found[target] = told[0]
        return found

    def cells(self, path: str) -> Cells:
        """Return the values that a fact may take, as far as the plan can tell them apart."""
        limits = {limit.number for limit in self._limits.get(path, ())}
        for finding, of_ratio in self._readers.ratios:
            others = [self._sheet.known(other) for other in finding.ratio if other != path]
            if path in finding.ratio and others and isinstance(others[0], Quantity):
                limits |= {*limits_through(finding.ratio, of_ratio, path, others[0].number)}
        return cells_of(self._vocabulary.of(path), sorted(limits))

    def _turning(self, asked: Iterable[str]) -> Iterator[Turning]:
        """The missing facts whose values lead to different first choices."""
        for path in asked:
            cells = self.cells(path)
            firsts = [self.first_with({path: cell.value}) for cell in cells]
            if any(first != self.base.first for first in firsts):
                fact = self._vocabulary.of(path)
                groups = itertools.groupby(zip(firsts, cells, strict=True), key=lambda g: g[0])
                answers = tuple(
                    Possibility(values=told([cell for _, cell in group], fact), first=first or None)
                    for first, group in groups
                )
                yield Turning(fact=path, title=fact.title, answers=answers)

    def _changes(self) -> Iterator[Change]:
        """The smallest change of each known fact that changes the first choice."""
        telling = {f"{group}.{name}" for group, (name, _) in self._vocabulary.void_when.items()}
        read = telling.union(self._readers.paths)
        for path in (path for path in self._vocabulary.by_path if path in read):
            fact = self._vocabulary.of(path)
            value = self._sheet.known(path)
            if value is None or isinstance(value, tuple) or fact.when_group_absent:
                continue
            cells = self.cells(path)
            here = cell_of(value, cells)
            others = sorted(
                enumerate(cells), key=lambda entry: (_nearness(entry[1], value, fact), entry[0])
            )
            for place, cell in others:
                if place == here:
                    continue
                first = self.first_with({path: cell.value})
                if first != self.base.first:
                    there = [cell, *self._further(path, first, place, here, cells)]
                    yield Change(
                        fact=path,
                        title=fact.title,
                        now=shown(value),
                        to=told(sorted(there, key=cells.index), fact),
                        first=first or None,
                        size=cell.distance(value, fact).quantize(SIZE),
                    )
                    break

    def _further(
        self, path: str, first: str, place: int, here: int | None, cells: Cells
    ) -> Iterator[Cell]:
        """The numbers beyond a cell, away from the value, as long as the same comes first."""
        beyond = cells[place + 1 :] if here is None or place > here else cells[:place][::-1]
        for cell in () if here is None or cells[here].word else beyond:
            if cell.word or self.first_with({path: cell.value}) != first:
                return
            yield cell

    def _stability(self) -> Stability | None:
        """The probability of each first choice; None when no measurement can change it."""
        open_cells = dict(self._uncertain())
        if not open_cells:
            return None
        found: dict[str, float] = {}
        for combined in itertools.product(*open_cells.values()):
            changes = {p: cell.value for p, (cell, _) in zip(open_cells, combined, strict=True)}
            probability = math.prod(p for _, p in combined)
            first = self.first_with(changes)
            found[first] = found.get(first, 0.0) + probability
        whole = sum(found.values())
        ordered = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))
        return Stability(
            first={
                first or "none": Decimal(p / whole).quantize(THOUSANDTH) for first, p in ordered
            },
            measured=tuple(open_cells),
            assuming=ASSUMING,
        )

    def _uncertain(self) -> Iterator[tuple[str, list[tuple[Cell, float]]]]:
        """Measurements that lie in several cells which the plan tells apart."""
        for path in self._readers.paths:
            reading = self._sheet.readings.get(path)
            if reading is None or not isinstance(reading.known, Quantity) or reading.sd is None:
                continue
            sd = float(reading.sd.number)
            if sd <= 0:
                continue
            mean = reading.known.number
            likely = [(cell, chance(cell, mean, sd)) for cell in self.cells(path)]
            likely = [(cell, p) for cell, p in likely if p > UNLIKELY]
            if len(likely) > 1 and any(
                self._variations.with_changes({path: cell.value}) for cell, _ in likely
            ):
                yield path, likely


def _nearness(cell: Cell, value: Value, fact: FactType) -> tuple[Decimal, bool]:
    """How near a cell is to a value; of two that meet at a limit, the limit itself is nearer."""
    return cell.distance(value, fact), not cell.exact
