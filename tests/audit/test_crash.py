from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from cto_cds.audit.database import DATABASE_FILE
from cto_cds.audit.store import AuditStore
from cto_cds.audit.verify import verify

APPENDER = Path(__file__).with_name("appender.py")
FOREVER = 10**9

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")


@pytest.fixture
def start():
    """Start an appender; none of them outlives the test, however it ends."""
    started: list[subprocess.Popen[str]] = []

    def run(folder: Path, *words: object) -> subprocess.Popen[str]:
        command = [sys.executable, str(APPENDER), str(folder), *map(str, words)]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for process in started:
        with process:
            process.kill()


def receipts(process: subprocess.Popen[str], already: str = "") -> list[list[str]]:
    with process:
        printed = already + process.stdout.read()
    return [line.split() for line in printed.splitlines(keepends=True) if line.endswith("\n")]


def test_every_receipt_has_its_record_however_often_the_process_is_killed(start, tmp_path):
    folder = tmp_path / "audit"
    promised: list[list[str]] = []
    deadline = time.monotonic() + 10
    for turn in range(24):
        if turn >= 6 and time.monotonic() > deadline:
            break  # a slow disk
        processes = [start(folder, f"{turn}-{which}", FOREVER) for which in range(1 + turn % 2)]
        early = turn % 4 == 0
        first = "" if early else processes[0].stdout.readline()
        time.sleep(turn * (0.010 if early else 0.0013))
        for process in processes:
            process.kill()
        promised += receipts(processes[0], first)
        for process in processes[1:]:
            promised += receipts(process)
        found = verify(folder)
        assert found.problems == ()
        assert found.records >= len(promised)
    assert len(promised) >= 4
    with AuditStore.open(folder) as store:
        for number, digest, case in promised:
            record = store.record(int(number))
            assert (record.hash, record.body["case"]) == (digest, case)
    assert len({number for number, _, _ in promised}) == len(promised)


def test_a_process_that_died_in_the_middle_of_a_write_leaves_a_store_that_verifies(start, ten):
    process = start(ten, "half")
    assert receipts(process) == []
    assert process.returncode < 0
    before = {file.name: file.read_bytes() for file in ten.iterdir()}
    assert len(before[f"{DATABASE_FILE}-journal"]) > 0
    found = verify(ten)
    assert (found.records, found.problems) == (10, ())
    assert {file.name: file.read_bytes() for file in ten.iterdir()} == before
    with AuditStore.open(ten) as store:
        assert store.append("assessment", {}).record == 11
    assert verify(ten).problems == ()


def test_four_processes_that_append_at_once_make_one_unbroken_chain(start, tmp_path):
    folder = tmp_path / "audit"
    processes = [start(folder, which, 25) for which in range(4)]
    checks = 0
    while any(process.poll() is None for process in processes):
        assert verify(folder).problems == ()
        checks += 1
    printed = [line for process in processes for line in receipts(process)]
    assert [process.returncode for process in processes] == [0] * 4
    assert checks > 1
    assert sorted(int(number) for number, _, _ in printed) == list(range(1, 101))
    found = verify(folder)
    assert (found.records, found.problems) == (100, ())
    assert (folder / "audit.head").read_text() == f"{found.head}\n"
