"""Damaged files are measured or refused; they never crash or hang the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parent.parent / "tools" / "fuzz.py"
MUTATIONS = 24


def test_damaged_studies_are_measured_or_refused_in_words():
    command = [sys.executable, TOOL, "--mutations", str(MUTATIONS), "--seed", "2"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    counts = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert sum(int(count) for count, _ in counts) == MUTATIONS
    outcomes = {outcome for _, outcome in counts}
    assert {"measured", "refused on reading"} <= outcomes
