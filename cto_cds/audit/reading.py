"""Read a store without changing or creating anything, while others may append to it."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cto_cds.audit.database import BUSY_SECONDS, DATABASE_FILE
from cto_cds.audit.head import read_head
from cto_cds.audit.schema import has_tables
from cto_cds.audit.tail import last
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH = 256


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open the store for reading only.

    A process that was killed while it wrote leaves a half-written database and the journal that
    undoes it. Undoing writes, so this is then done on a copy.
    """
    with closing(_connect(folder / DATABASE_FILE, "ro")) as connection:
        if not _has_half_a_write(connection):
            yield connection
            return
    with (
        tempfile.TemporaryDirectory(prefix="cto-cds-audit-") as scratch,
        closing(_connect(_copy(folder, Path(scratch)), "rw")) as connection,
    ):
        yield connection


def holds_records(folder: Path) -> bool:
    """Return whether a store in the folder has records, or its head says that it had some.

    Raises:
        AuditError: If it cannot be read.
    """
    if not folder.is_dir():
        return False
    head = read_head(folder)
    if head is not None and head.record:
        return True
    database = folder / DATABASE_FILE
    if not database.exists():
        return False
    try:
        with reading(folder) as connection:
            return has_tables(connection, str(database)) and last(connection).record > 0
    except sqlite3.Error as error:
        mend = "Keep the folder as it is and run `cto-cds audit verify`."
        raise AuditError(Problem(Place(str(database)), f"cannot be read: {error}", mend)) from error


def stored_records(connection: sqlite3.Connection) -> Iterator[tuple[int, bytes, str]]:
    """Yield number, content and hash of every record, in order.

    They are read in batches, so that a long reading does not keep others from appending.
    """
    after = -(2**63)
    while True:
        rows = connection.execute(
            "SELECT number, CAST(content AS BLOB), CAST(hash AS BLOB) FROM record"
            " WHERE number > ? ORDER BY number LIMIT ?",
            (after, _BATCH),
        ).fetchall()
        for number, content, noted in rows:
            yield number, content or b"", (noted or b"").decode(errors="replace")
        if len(rows) < _BATCH:
            return
        after = rows[-1][0]


def _has_half_a_write(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK:
            return True
        raise
    return False


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
    )


def _copy(folder: Path, scratch: Path) -> Path:
    for name in (DATABASE_FILE, f"{DATABASE_FILE}-journal"):
        shutil.copyfile(folder / name, scratch / name)
    return scratch / DATABASE_FILE
