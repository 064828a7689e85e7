"""Taking times on a machine that does other work as well: many runs, in turns, medians.

Wall time is what a user waits. Processor time leaves out what other programs took, so shares and
ratios of work in process rest on it.
"""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """The times of one thing, in milliseconds, sorted: on the wall, and of the processor."""

    sorted_ms: tuple[float, ...]
    sorted_cpu_ms: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.sorted_ms)

    @property
    def p99(self) -> float:
        """The time that 99 of 100 runs stay below."""
        return self.sorted_ms[min(len(self.sorted_ms) - 1, len(self.sorted_ms) * 99 // 100)]

    @property
    def cpu(self) -> float:
        """The median of the processor time."""
        return statistics.median(self.sorted_cpu_ms)

    def document(self) -> dict[str, float]:
        """Return the figures for a program to read."""
        figures = {
            "p50_ms": self.p50,
            "p99_ms": self.p99,
            "min_ms": self.sorted_ms[0],
            "max_ms": self.sorted_ms[-1],
            "cpu_p50_ms": self.cpu,
        }
        return {key: round(value, 4) for key, value in figures.items()}


def in_turns(
    jobs: Mapping[str, Callable[[], object]],
    runs: int,
    processor: Callable[[], float] = time.process_time,
) -> dict[str, Times]:
    """Run every job once before, then all of them in turns, so that noise meets all alike.

    Args:
        jobs: What to time, by name.
        runs: How often.
        processor: The clock of processor time, in seconds; that of this process unless given.
    """
    for job in jobs.values():
        job()
    wall: dict[str, list[float]] = {name: [] for name in jobs}
    cpu: dict[str, list[float]] = {name: [] for name in jobs}
    order = deque(jobs.items())
    for _ in range(runs):
        order.rotate()
        for name, job in order:
            start, cpu_start = time.perf_counter(), processor()
            job()
            cpu[name].append((processor() - cpu_start) * 1000)
            wall[name].append((time.perf_counter() - start) * 1000)
    return {name: Times(tuple(sorted(wall[name])), tuple(sorted(cpu[name]))) for name in jobs}
