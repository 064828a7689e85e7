"""A process that appends to a store; the tests start it, and some of them kill it.

appender.py FOLDER NAME COUNT    prints each receipt after the append returned
appender.py FOLDER half          dies in the middle of a write
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
from itertools import count
from pathlib import Path

from cto_cds.audit.canonical import digest
from cto_cds.audit.database import DATABASE_FILE
from cto_cds.audit.store import AuditStore


def append(folder: Path, name: str, limit: int) -> None:
    with AuditStore.open(folder) as store:
        for number in count(1):
            if number > limit:
                return
            case = f"{name}-{number}"
            pack = f"rules {number // 10}".encode()
            receipt = store.append("assessment", {"case": case}, blobs={digest(pack): pack})
            sys.stdout.write(f"{receipt.record} {receipt.hash} {case}\n")
            sys.stdout.flush()


def die_half_way(folder: Path) -> None:
    """Change pages that reach the disk before any commit, and die."""
    connection = sqlite3.connect(folder / DATABASE_FILE, isolation_level=None)
    connection.execute("PRAGMA journal_mode = TRUNCATE")
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    for number in range(11, 400):
        connection.execute("INSERT INTO record VALUES (?, ?, 'x')", (number, bytes(4096)))
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    if sys.argv[2] == "half":
        die_half_way(Path(sys.argv[1]))
    else:
        append(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
