"""Decide every combination of what each score reads, three times; all three must agree.

    python benchmarks/enumerate_scores.py               # all scores, two processes
    python benchmarks/enumerate_scores.py j_cto kcct    # some
    python benchmarks/enumerate_scores.py --cap 5000    # fewer cells of the large ones

The three are the two channels of the engine and ``scores_by_hand.py``. A fact takes every word,
each limit and a step on both sides of it, and unknown. Scores up to the cap are enumerated in
full: first with the facts that only a remark reads, else without them. A score with still more
cells gets every pair of values of any two facts, all values of each item over three backgrounds,
and random cells up to the cap. In every score each pair of values is also decided as read in the
second place, and as read in both places with the first one counting. Exits with 1 when two of the
three differ.

The engine gives every total that its items allow one by one; by hand the unknown facts are filled
in together. Lowest and highest total and the grades must be the same, and each total that can be
reached must be given. A total between that no filling in reaches is counted and told: KCCT has
them, because one unknown fact, the share of calcium, then carries two points or none.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import math
import multiprocessing
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from by_hand import Known
from scores_by_hand import SCORES

from cto_cds.engine.caged import CagedChannel
from cto_cds.engine.lookup import Lookup
from cto_cds.engine.plain import PlainChannel
from cto_cds.engine.units import APPLIES
from cto_cds.engine.verdict import scenario_key
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading, Value, plain
from cto_cds.rulefile.condition import Condition, Subject
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.names import Names
from cto_cds.rulefile.pack import Pack
from cto_cds.rulefile.proof import choices
from cto_cds.rulefile.score import Score

RULES = Path(__file__).parent.parent / "rules"
CAP = 250_000
Row = tuple[Value | None, ...]


@dataclass
class Enumerated:
    """What came out for one score."""

    score: str
    how: str
    cells: int = 0
    between: int = 0
    seconds: float = 0.0
    differences: list[str] = field(default_factory=list)


@functools.cache
def built_in() -> Pack:
    """Return the built-in rules, loaded once in each process."""
    return load_pack([Layer.of_folder("built-in", RULES)], drafts=True)


def alone(pack: Pack, score: Score) -> Pack:
    """Return a pack with nothing in force but one score."""
    return replace(
        pack,
        findings=(),
        scores=(score,),
        associations=(),
        algorithms=(),
        safety=(),
        policy=replace(pack.policy, shifts=()),
    )


class Grid:
    """The facts that a score reads and the values that matter to it."""

    def __init__(self, score: Score, pack: Pack) -> None:
        self.score = score
        names = Names(pack.vocabulary, {})
        own: list[Condition] = [score.applies_to, *(item.when for item in score.items)]
        every = choices([*own, *(remark.when for remark in score.remarks)], names)
        self.subjects = list(every)
        self.values: list[Row] = [(None, *values) for values in every.values()]
        self.own = set(choices(own, names))
        self.fact_names = {subject: subject.paths[0].partition(".")[2] for subject in self.subjects}
        self.domains = {
            self.fact_names[subject]: tuple(known(value) for value in values)
            for subject, values in every.items()
        }

    def size(self, subjects: Iterable[Subject]) -> int:
        """Return the number of cells over some of the facts."""
        chosen = set(subjects)
        pairs = zip(self.subjects, self.values, strict=True)
        return math.prod(len(values) for subject, values in pairs if subject in chosen)

    def full(self, subjects: Iterable[Subject]) -> Iterator[Row]:
        """Yield every combination over some of the facts; the others are unknown."""
        chosen = set(subjects)
        pairs = zip(self.subjects, self.values, strict=True)
        yield from itertools.product(*(v if s in chosen else (None,) for s, v in pairs))

    def pairs(self, chance: random.Random) -> Iterator[Row]:
        """Yield rows in which any two values of any two facts meet."""
        levels = [range(len(values)) for values in self.values]
        todo = {
            ((i, a), (j, b))
            for i, j in itertools.combinations(range(len(levels)), 2)
            for a in levels[i]
            for b in levels[j]
        }
        while todo:
            row = dict(min(todo))
            rest = [i for i in range(len(levels)) if i not in row]
            chance.shuffle(rest)
            for i in rest:
                gains = [_meets(row, i, a, todo) for a in levels[i]]
                row[i] = gains.index(max(gains))
            found = sorted(row.items())
            todo -= set(itertools.combinations(found, 2))
            yield tuple(self.values[i][a] for i, a in found)

    def by_item(self) -> Iterator[Row]:
        """Yield all values of the facts of each item, over three backgrounds."""
        backgrounds = [tuple(v[min(at, len(v) - 1)] for v in self.values) for at in (0, 1, 99)]
        names = Names(built_in().vocabulary, {})
        for item in self.score.items:
            mine = choices([item.when], names)
            for background in backgrounds:
                columns = zip(self.subjects, self.values, background, strict=True)
                yield from itertools.product(*(v if s in mine else (b,) for s, v, b in columns))

    def random(self, chance: random.Random) -> Row:
        """Return one random cell."""
        return tuple(chance.choice(values) for values in self.values)


def _meets(
    row: Mapping[int, int], i: int, a: int, todo: set[tuple[tuple[int, int], tuple[int, int]]]
) -> int:
    mine = (i, a)
    return sum((min(mine, other), max(mine, other)) in todo for other in row.items())


def known(value: Value) -> Known:
    """Return a value as the scores by hand take it."""
    if isinstance(value, Quantity):
        return value.number
    if isinstance(value, str):
        return value
    message = f"no score reads a list, such as {value}"
    raise TypeError(message)


class Judge:
    """Decides cells of one score three times."""

    def __init__(self, grid: Grid, pack: Pack) -> None:
        self._grid = grid
        only = alone(pack, grid.score)
        self.between = 0
        self._plain, self._caged = PlainChannel(only), CagedChannel(only)
        self._hand = SCORES[grid.score.id]

    def close(self) -> None:
        """Give the engine's memory back."""
        self._caged.close()

    def differences(self, first: Row, second: Row | None = None) -> list[str]:
        """Return where the three differ on a cell.

        Args:
            first: The values in the place that is read first.
            second: The values in the second place, for facts that have one.
        """
        readings, cell = {}, {}
        for index, subject in enumerate(self._grid.subjects):
            value = first[index]
            if value is not None:
                readings[subject.paths[0]] = Reading(subject.paths[0], value)
            if second is not None and second[index] is not None and len(subject.paths) > 1:
                readings[subject.paths[1]] = Reading(subject.paths[1], second[index])
                value = second[index] if value is None else value
            cell[self._grid.fact_names[subject]] = None if value is None else known(value)
        sheet = FactSheet("cell", readings)
        verdict = self._plain.decide(Lookup(sheet))
        found = self._caged.decide(Lookup(sheet)).differences(verdict)
        score = self._grid.score.id
        totals = self._hand.totals(cell, self._grid.domains)
        expected: dict[str, tuple[object, object]] = {
            score: (verdict.totals[score], self._as_given(totals, verdict.totals[score])),
            f"grades of {score}": (verdict.grades[score], self._hand.names(totals)),
        }
        self.between += len(verdict.totals[score]) > len(totals)
        for strategy, points in self._hand.strategies.items():
            key = scenario_key(score, strategy)
            with_it = tuple(total + points for total in totals)
            wanted = self._as_given(with_it, verdict.totals[key])
            expected[key] = (verdict.totals[key], wanted)
            expected[f"grades of {key}"] = (verdict.grades[key], self._hand.names(with_it))
        fired = verdict.fired[f"score:{score}"]
        decided = {letter == "T" for letter in "TF" if f"{APPLIES}/{letter}" in fired}
        expected["applies"] = (
            decided or {True, False},
            self._hand.applies(cell, self._grid.domains),
        )
        found += [
            f"{name}: {got} against {wanted} by hand"
            for name, (got, wanted) in expected.items()
            if got != wanted
        ]
        return [f"{line}; {cell}" for line in found]

    @staticmethod
    def _as_given(totals: tuple[Decimal, ...], given: tuple[str, ...]) -> tuple[str, ...]:
        """Return the totals, with what the engine gives between the lowest and the highest."""
        between = [t for t in map(Decimal, given) if totals[0] < t < totals[-1]]
        return tuple(plain(total) for total in sorted({*totals, *between}))


def enumerated(name: str, cap: int) -> Enumerated:
    """Enumerate one score."""
    began = time.perf_counter()
    pack = built_in()
    score = next(score for score in pack.scores if score.id == name)
    grid = Grid(score, pack)
    chance = random.Random(name)  # noqa: S311  repeatable choices, no secrets
    how, rows = _rows(grid, cap, chance)
    done = Enumerated(name, how)
    judge = Judge(grid, pack)
    try:
        for row in rows:
            done.cells += 1
            done.differences += judge.differences(row)
        for row in grid.pairs(chance):
            done.cells += 2
            elsewhere = [index for index, s in enumerate(grid.subjects) if len(s.paths) > 1]
            moved = tuple(None if i in elsewhere else value for i, value in enumerate(row))
            done.differences += judge.differences(moved, row)
            done.differences += judge.differences(row, grid.random(chance))
    finally:
        judge.close()
    done.between = judge.between
    done.seconds = time.perf_counter() - began
    return done


def _rows(grid: Grid, cap: int, chance: random.Random) -> tuple[str, Iterator[Row]]:
    if grid.size(grid.subjects) <= cap:
        return "in full, with the facts of its remarks", grid.full(grid.subjects)
    if grid.size(grid.own) <= cap:
        return "in full", grid.full(grid.own)
    some = [*grid.pairs(chance), *grid.by_item()]
    more = (grid.random(chance) for _ in range(cap - len(some)))
    return "pairs, each item in full, random cells", itertools.chain(some, more)


def main() -> int:
    """Enumerate the scores in two processes and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scores", nargs="*", default=[])
    parser.add_argument("--cap", type=int, default=CAP)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print figures for a program")
    asked = parser.parse_args()
    names = asked.scores or [score.id for score in built_in().scores]
    begin = functools.partial(enumerated, cap=asked.cap)
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        found = pool.map(begin, names, chunksize=1)
    cells = sum(one.cells for one in found)
    wrong = [line for one in found for line in one.differences]
    if asked.json:
        shown = [
            {"score": o.score, "how": o.how, "cells": o.cells, "between": o.between} for o in found
        ]
        print(json.dumps({"cells": cells, "differences": len(wrong), "scores": shown}, indent=2))
    else:
        for one in found:
            print(f"{one.score:28} {one.cells:8} cells  {one.seconds:6.1f} s  {one.how}")
        wide = [f"{one.between} of {one.score}" for one in found if one.between]
        print(f"cells with a total between that nothing reaches: {', '.join(wide) or 'none'}")
        print(f"{cells} cells, {len(wrong)} on which two of the three differ")
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
