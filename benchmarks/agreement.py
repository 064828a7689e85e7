"""Count the cases in which the two channels of the engine disagree; there must be none.

    python benchmarks/agreement.py                  # 100 000 cases, two processes
    python benchmarks/agreement.py --cases 5000 --seed 2

Cases come from the vocabulary: few facts to all of them, every word, and numbers exactly on the
limits of the rules and just beside them. The same seed gives the same cases. Exits with 1 when a
case has no answer.
"""

from __future__ import annotations

import argparse
import functools
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cto_cds.engine.engine import Engine
from cto_cds.engine.units import blocks_of
from cto_cds.errors import EngineError
from cto_cds.facts.begun import implied
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading, Value
from cto_cds.facts.vocabulary import FactType
from cto_cds.rulefile.condition import leaves
from cto_cds.rulefile.load import Layer, load_pack
from cto_cds.rulefile.pack import Pack

RULES = Path(__file__).parent.parent / "rules"
STEP = Decimal("0.001")
SHARES = (0.1, 0.3, 0.6, 0.9, 1.0)
BATCH = 500


@dataclass(frozen=True)
class Batch:
    """Some cases, which the seed alone determines."""

    seed: str
    cases: int


class Generator:
    """Makes cases that hit the limits of the rules."""

    def __init__(self, pack: Pack) -> None:
        self._vocabulary = pack.vocabulary
        self._limits: dict[str, set[Decimal]] = {}
        for block in blocks_of(pack):
            for _, condition in block.units:
                for leaf in leaves(condition):
                    if leaf.limit is not None:
                        for path in leaf.subject.paths:
                            self._limits.setdefault(path, set()).add(leaf.limit.number)

    def case(self, name: str, chance: random.Random) -> FactSheet:
        """Return one case."""
        share = chance.choice(SHARES)
        groups = [group for group in self._vocabulary.groups if chance.random() < 0.9]
        readings = {
            path: Reading(path, self._value(path, fact, chance))
            for path, fact in self._vocabulary.by_path.items()
            if path.partition(".")[0] in groups and chance.random() < share
        }
        present = {path.partition(".")[0] for path in readings}
        return FactSheet(name, readings | implied(readings, present, self._vocabulary, name))

    def _value(self, path: str, fact: FactType, chance: random.Random) -> Value:
        if fact.list_of:
            return tuple(chance.sample(fact.words, chance.randint(0, min(4, len(fact.words)))))
        if fact.low is None or fact.high is None or (fact.words and chance.random() < 0.2):
            return chance.choice(fact.words)
        return Quantity(chance.choice(list(self._numbers(path, fact))), fact.unit)

    def _numbers(self, path: str, fact: FactType) -> Iterator[Decimal]:
        step = STEP if fact.unit else Decimal(1)
        low, high = fact.low or Decimal(0), fact.high or Decimal(0)
        yield from (low, high)
        for limit in sorted(self._limits.get(path, ())):
            yield from (n for n in (limit - step, limit, limit + step) if low <= n <= high)


@functools.cache
def built_in() -> Pack:
    """Return the built-in rules, loaded once in each process."""
    return load_pack([Layer.of_folder("built-in", RULES)])


def decided(batch: Batch) -> Mapping[str, int]:
    """Decide the cases of one batch in both channels; count answers, disagreements, failures."""
    pack = built_in()
    generator = Generator(pack)
    chance = random.Random(batch.seed)  # noqa: S311  repeatable choices, no secrets
    counts: Counter[str] = Counter()
    with Engine(pack) as engine:
        for index in range(batch.cases):
            case = generator.case(f"{batch.seed}/{index}", chance)
            try:
                engine.decide(case)
                counts["answered"] += 1
            except EngineError as fault:
                counts["without an answer"] += 1
                print(f"{case.case}: {fault}", file=sys.stderr)
    return counts


def main() -> int:
    """Run the batches in two processes and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    sizes = [BATCH] * (asked.cases // BATCH) + [asked.cases % BATCH]
    batches = [Batch(f"{asked.seed}.{i}", size) for i, size in enumerate(sizes) if size]
    began = time.perf_counter()
    counts: Counter[str] = Counter()
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        for found in pool.imap_unordered(decided, batches):
            counts.update(found)
    seconds = time.perf_counter() - began
    total = sum(counts.values())
    print(
        f"{total} cases (seed {asked.seed}): {counts['answered']} decided alike by both channels, "
        f"{counts['without an answer']} without an answer; "
        f"{seconds:.0f} s in {asked.processes} processes"
    )
    return 1 if counts["without an answer"] or total != asked.cases else 0


if __name__ == "__main__":
    sys.exit(main())
