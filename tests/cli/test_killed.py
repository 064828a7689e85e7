"""A process that is killed at any moment leaves a store that verifies, and breaks no promise."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.running import PROGRAM

from cto_cds.audit.store import AuditStore
from cto_cds.audit.verify import verify

ASSESSING = Path(__file__).with_name("assessing.py")
ROUNDS = 7
ASSESSMENTS = 200
LARGEST_GROWTH_BYTES = 4_000_000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and getrusage")


def start(home, case, count) -> subprocess.Popen[str]:
    command = [sys.executable, str(ASSESSING), str(home.folder), str(case), str(count)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=home.variables(), start_new_session=True
    )


def promises(printed: str) -> list[tuple[int, str]]:
    """Return record and hash of every whole line that reached us."""
    whole = [line for line in printed.splitlines(keepends=True) if line.endswith("\n")]
    return [(int(number), digest) for number, digest in (line.split() for line in whole)]


def assert_kept(home, promised) -> None:
    found = verify(home.audit)
    assert found.problems == ()
    assert found.records >= len(promised)
    assert len({number for number, _ in promised}) == len(promised)
    with AuditStore.open(home.audit) as store:
        for number, digest in promised:
            assert store.record(number).hash == digest


def test_no_printed_result_loses_its_record_when_the_process_is_killed(home, case):
    chance = random.Random(20)  # noqa: S311  moments, not secrets
    promised: list[tuple[int, str]] = []
    for turn in range(ROUNDS):
        process = start(home, case, ASSESSMENTS)
        with process:
            first = process.stdout.readline() if turn else ""
            time.sleep(chance.uniform(0.0, 1.2) if turn else chance.uniform(0.2, 0.6))
            process.kill()
            promised += promises(first + process.stdout.read())
        if home.audit.exists():
            assert_kept(home, promised)
    assert len(promised) > ROUNDS


def test_two_hundred_assessments_in_one_process_are_two_hundred_records(home, case):
    process = start(home, case, ASSESSMENTS)
    with process:
        promised = promises(process.stdout.read())
    assert process.returncode == 0
    assert [number for number, _ in promised] == list(range(1, ASSESSMENTS + 1))
    assert_kept(home, promised)
    assert verify(home.audit).records == ASSESSMENTS


def test_killing_a_loop_over_the_real_command_breaks_no_promise(home, case, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    loop = f'for i in 1 2 3 4 5 6 7 8 9; do "{PROGRAM}" assess "$1" --json > "$2/$i.json"; done'
    for wait_s in (2.9, 1.1):
        process = subprocess.Popen(
            ["sh", "-c", loop, "loop", str(case), str(out)],
            env=home.variables(),
            start_new_session=True,
        )
        time.sleep(wait_s)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        audits = [
            json.loads(text)["audit"]
            for path in sorted(out.iterdir())
            if (text := path.read_text()).endswith("}\n")
        ]
        if home.audit.exists():
            assert_kept(home, [(audit["record"], audit["hash"]) for audit in audits])
        for path in out.iterdir():
            path.unlink()


def test_a_host_that_assesses_for_long_needs_no_more_memory(home, case):
    process = start(home, case, "memory")
    with process:
        early, late = (int(line) for line in process.stdout.read().split())
    assert process.returncode == 0
    assert late - early < LARGEST_GROWTH_BYTES
