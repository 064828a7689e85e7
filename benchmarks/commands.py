"""Time whole commands, from start to exit, in turns with a peer of the same kind.

``python benchmarks/commands.py [--json] [--runs N]``. The peer is ``pydicom --help``: a command
in Python that is installed with this project; ``python -c pass`` is what no command can beat.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from timing import Times, in_turns

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "cto_cds" / "cli" / "demo_case.yaml"
BIN = Path(sys.executable).parent
PEER = "pydicom --help"
COMMANDS: dict[str, tuple[str, ...]] = {
    "cto-cds assess CASE --json": (str(BIN / "cto-cds"), "assess", str(DEMO), "--json"),
    "cto-cds --help": (str(BIN / "cto-cds"), "--help"),
    PEER: (str(BIN / "pydicom"), "--help"),
    "python -c pass": (sys.executable, "-c", "pass"),
}
AIMS_S = {"cto-cds assess CASE --json": 0.7, "cto-cds --help": 0.25}


def spent_by_commands() -> float:
    """Return the processor time, in seconds, of all commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def job(command: Sequence[str], home: str) -> Callable[[], object]:
    """Return what runs a command and fails when it fails."""
    environment = {**os.environ, "CTO_CDS_HOME": home}
    return lambda: subprocess.run(command, env=environment, check=True, capture_output=True)


def figures(times: Mapping[str, Times]) -> dict[str, object]:
    """Return everything that was measured, for a program to read."""
    peer = times[PEER]
    return {
        "times": {name: found.document() for name, found in times.items()},
        "ratio_to_peer": {name: round(found.p50 / peer.p50, 3) for name, found in times.items()},
        "cpu_ratio_to_peer": {
            name: round(found.cpu / peer.cpu, 3) for name, found in times.items()
        },
        "peer": PEER,
        "aims_s": AIMS_S,
    }


def tell(times: Mapping[str, Times]) -> None:
    """Print the figures for a person."""
    peer = times[PEER]
    seconds = "".join(f"{title:>10}" for title in ("median s", "min s", "max s", "cpu s"))
    print(f"{'':30}{seconds}{'/ peer':>8}{'cpu /':>8}{'aim s':>8}")
    for name, found in times.items():
        columns = (found.p50, found.sorted_ms[0], found.sorted_ms[-1], found.cpu)
        seconds = "".join(f"{ms / 1000:10.3f}" for ms in columns)
        compared = f"{found.p50 / peer.p50:8.2f}{found.cpu / peer.cpu:8.2f}"
        print(f"{name:30}{seconds}{compared}{AIMS_S.get(name, ''):>8}")
    print(f"\nThe peer is '{PEER}'. The first run of each, which fills caches, is not counted.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--runs", type=int, default=15, help="how often each command runs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        jobs = {name: job(command, home) for name, command in COMMANDS.items()}
        times = in_turns(jobs, given.runs, spent_by_commands)
    if given.json:
        print(json.dumps(figures(times), indent=2))
    else:
        tell(times)


if __name__ == "__main__":
    main()
