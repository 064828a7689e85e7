"""Decide every cell of every algorithm: one way out, no claim without its facts, and as published.

    python benchmarks/enumerate_algorithms.py               # all algorithms, two processes
    python benchmarks/enumerate_algorithms.py hybrid china  # some
    python benchmarks/enumerate_algorithms.py --each 40     # more cases held against the tables

Three parts, and it exits with 1 when one of them finds anything.

1. Every population, decision and finding over all cells that it can tell apart, unknown included,
   in both channels of the engine. A cell that is known in full has exactly one way out. What is
   certain of a cell with unknown parts is certain of each of its completions.
2. Every combination of all known facts behind an algorithm, those that nothing tells apart taken
   together, each with its share of the whole. Each ends in exactly one place, and the shares of all
   endings add up to exactly one. Every branch is taken by some cell.
3. ``algorithms_by_hand.py``, written from the specification, on all values of each question over
   several backgrounds, and on random cases.
"""

from __future__ import annotations

import argparse
import functools
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from algorithm_cells import Decided, Judge, decided, is_known, nodes_of
from algorithm_walks import Case, Walk
from algorithms_by_hand import ALGORITHMS, complaints
from told_by_hand import Known

from cto_cds.facts.value import Quantity, Value
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.pack import Pack

__all__ = ["Judge", "Walk", "by_hand", "every_node", "is_known", "nodes_of", "whole"]

RULES = Path(__file__).parent.parent / "rules"
EACH, ANYWHERE = 12, 20_000


@dataclass
class Walked:
    """What came out for one algorithm.

    Attributes:
        cells: How many combinations of known facts there are.
        merged: How many were decided, each standing for all that nothing tells from it.
        endings: How many branches end it.
        by_hand: How many cases were held against the table that was written by hand.
    """

    algorithm: str
    cells: int = 0
    merged: int = 0
    endings: int = 0
    by_hand: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


@functools.cache
def built_in() -> Pack:
    """Return the built-in rules, loaded once in each process."""
    return load_pack([Layer.of_folder("built-in", RULES)], drafts=True)


def every_node(pack: Pack) -> list[Decided]:
    """Decide every cell of every place where a finding or an algorithm parts."""
    return [decided(node) for node in nodes_of(pack)]


def whole(walk: Walk) -> Walked:
    """Decide every combination of the known facts of one algorithm."""
    algorithm = walk.algorithm
    shares = walk.shares()
    done = Walked(algorithm.id, walk.size, shares.cells, len(shares.endings))
    done.faults += shares.faults
    if sum(shares.endings.values()) != 1:
        done.faults.append(f"{algorithm.id}: the endings hold {sum(shares.endings.values())}")
    ends = {f"{d.id}.{b.id}" for d in algorithm.decisions for b in d.branches if not b.next}
    done.faults += [f"no case ends in {name}" for name in sorted(ends - shares.endings.keys())]
    return done


def by_hand(walk: Walk, each: int, anywhere: int) -> tuple[int, list[str]]:
    """Hold cases of one algorithm against the table that was written by hand."""
    algorithm = walk.algorithm
    table = ALGORITHMS[algorithm.id]
    count, faults = 0, []
    chance = random.Random(algorithm.id)  # noqa: S311  repeatable choices, no secrets
    for case in walk.cases(chance, each, anywhere):
        if not walk.applies(case):
            continue
        count += 1
        ending, known = walk.ending(case), in_plain(case)
        if ending is None:
            faults.append(f"{algorithm.id}: not one way; {known}")
            continue
        tried = known.get("procedure.strategies_tried", ())
        ordered = ending.options(tried if isinstance(tried, tuple) else ())
        options = [(option.strategy, option.techniques) for option in ordered]
        told = complaints(table(known), options, known)
        faults += [f"{algorithm.id}: {line}; {known}" for line in told]
    return count, faults


def in_plain(case: Case) -> dict[str, Known]:
    """Return a case as the tables by hand take it."""
    return {path: _plain(value) for path, value in case.items()}


def _plain(value: Value) -> Known:
    return value.number if isinstance(value, Quantity) else value


def enumerated(name: str, each: int, anywhere: int) -> Walked:
    """Do all that concerns one algorithm as a whole."""
    began = time.perf_counter()
    pack = built_in()
    walk = Walk(next(a for a in pack.algorithms if a.id == name), pack)
    done = whole(walk)
    done.by_hand, told = by_hand(walk, each, anywhere)
    done.faults += told
    done.seconds = time.perf_counter() - began
    return done


def main() -> int:
    """Enumerate the algorithms in two processes and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("algorithms", nargs="*", default=[])
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--anywhere", type=int, default=ANYWHERE)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true", help="print figures for a program")
    asked = parser.parse_args()
    names = asked.algorithms or [algorithm.id for algorithm in built_in().algorithms]
    began = time.perf_counter()
    nodes = every_node(built_in())
    seconds = time.perf_counter() - began
    begin = functools.partial(enumerated, each=asked.each, anywhere=asked.anywhere)
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        walks = pool.map(begin, names, chunksize=1)
    faults = [line for node in nodes for line in node.faults]
    faults += [line for walk in walks for line in walk.faults]
    if asked.json:
        print(json.dumps(_figures(nodes, walks, len(faults)), indent=2))
    else:
        cells, known = sum(n.cells for n in nodes), sum(n.known for n in nodes)
        print(f"{len(nodes)} decisions, findings and populations: {cells} cells, {known} of them")
        print(f"known in full; {sum(n.open_for_nothing for n in nodes)} open though every way to")
        print(f"fill them in decides alike; {seconds:.1f} s")
        for walk in walks:
            print(
                f"{walk.algorithm:14} {walk.cells:20,} cells as {walk.merged:7,}, "
                f"{walk.endings:3} endings, {walk.by_hand:9,} by hand  {walk.seconds:7.1f} s"
            )
        print(f"{len(faults)} faults")
    for line in faults[:20]:
        print(line, file=sys.stderr)
    return 1 if faults else 0


def _figures(nodes: Sequence[Decided], walks: Sequence[Walked], faults: int) -> dict[str, object]:
    return {
        "nodes": len(nodes),
        "cells": sum(node.cells for node in nodes),
        "known": sum(node.known for node in nodes),
        "open_for_nothing": sum(node.open_for_nothing for node in nodes),
        "faults": faults,
        "algorithms": [
            {
                "algorithm": walk.algorithm,
                "cells": walk.cells,
                "merged": walk.merged,
                "endings": walk.endings,
                "by_hand": walk.by_hand,
            }
            for walk in walks
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
