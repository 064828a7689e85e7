"""The end of the store, and the head file that is kept in step with it.

The head file is written after the commit, so a process killed in between leaves it behind the
store; the next append catches up. It is never ahead of a store that nobody cut off, and a store
that does not contain its head takes no more records: an append would wipe out the evidence.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from cto_cds.audit.head import HEAD_FILE, Head, read_head, write_head
from cto_cds.audit.schema import genesis, store_id
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from cto_cds.audit.database import Database

_log = logging.getLogger(__name__)


def last(connection: sqlite3.Connection) -> Head:
    """Return number and hash of the last record; 0 and the genesis when there is none."""
    row = connection.execute(
        "SELECT number, CAST(hash AS BLOB) FROM record ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return Head(row[0], _text(row[1])) if row else Head(0, genesis(store_id(connection)))


def check_head(connection: sqlite3.Connection, folder: Path) -> None:
    """Check, before anything is written, that the store still contains its head.

    Raises:
        AuditError: If it does not, or the head file is missing.
    """
    head = read_head(folder)
    if head is None:
        raise _evidence(folder, "the head file is missing")
    if head.record == 0:
        found = genesis(store_id(connection))
    else:
        row = connection.execute(
            "SELECT CAST(hash AS BLOB) FROM record WHERE number = ?", (head.record,)
        ).fetchone()
        if row is None:
            raise _evidence(folder, f"record {head.record} was written, but is not in the store")
        found = _text(row[0])
    if found != head.hash:
        raise _evidence(folder, f"record {head.record} is not the one that was written")


def publish_head(database: Database, folder: Path) -> None:
    """Bring the head file to the end of the store.

    The records are durable already. A failure leaves the head behind, where the next append
    catches up; it is logged and does not make the append fail.
    """
    try:
        with database.alone() as connection:
            head = last(connection)
            if read_head(folder) != head:
                write_head(folder, head)
    except (AuditError, OSError):
        _log.warning("The head file of the audit store could not be written.", exc_info=True)


def begin_head(database: Database, folder: Path) -> None:
    """Write the first head file of a new store.

    Raises:
        AuditError: If it cannot be written.
    """
    with database.alone() as connection:
        head = last(connection)
        if head.record or read_head(folder) is not None:
            return
        try:
            write_head(folder, head)
        except OSError as error:
            raise AuditError(
                Problem(
                    Place(str(folder / HEAD_FILE)),
                    f"the head file cannot be written: {error.strerror}",
                    "Check that the disk has space and that you may write in this folder.",
                )
            ) from error


def _text(stored: bytes) -> str:
    """Read a text that somebody may have replaced by bytes that are none."""
    return stored.decode(errors="replace")


def _evidence(folder: Path, found: str) -> AuditError:
    return AuditError(
        Problem(
            Place(str(folder / HEAD_FILE)),
            f"{found}: the audit store was cut off or replaced",
            "Keep the folder as it is and run `cto-cds audit verify`. "
            "Until this is explained, write to a new folder.",
        )
    )
