"""The SQLite file, open for appending, on which a commit is durable when it returns.

A rollback journal, not a write-ahead log: the store is then one file, which can be read without
writing, copied, and kept on a network folder. ``TRUNCATE`` with ``synchronous=EXTRA`` syncs the
journal, the database and the end of the journal before a commit returns, so that a record
survives a killed process and a power failure alike. (``DELETE`` with ``FULL`` does not sync the
removal of the journal: after a power failure it can come back and undo the last record.)
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from cto_cds.audit.durable import create_private
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATABASE_FILE = "audit.sqlite3"
BUSY_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.002


class Database:
    """One connection, which threads may share. A forked process must open its own."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.Lock()
        self._process = os.getpid()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the database; create an empty one, readable by its owner only, if it is not there.

        Raises:
            AuditError: If that is impossible.
        """
        try:
            create_private(path, b"")
            connection = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (OSError, sqlite3.Error) as error:
            raise _cannot(path, "opened", error) from error
        try:
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = EXTRA")
            connection.execute("PRAGMA fullfsync = ON")
            connection.execute("PRAGMA busy_timeout = 0")
        except sqlite3.Error as error:
            connection.close()
            raise _cannot(path, "opened", error) from error
        return cls(path, connection)

    @contextmanager
    def alone(self) -> Iterator[sqlite3.Connection]:
        """Hold the database against all other writers; commit at the end, or undo everything.

        Raises:
            AuditError: If the database cannot be written. Then nothing was written.
        """
        self._check_process()
        with self._lock:
            try:
                self._patiently("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                    self._patiently("COMMIT")
                except BaseException:
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise _cannot(self.path, "written", error) from error

    def one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """Return the one row that the query finds, or None.

        Raises:
            AuditError: If the database cannot be read.
        """
        self._check_process()
        with self._lock:
            try:
                row: tuple[Any, ...] | None = self._patiently(query, *values).fetchone()
            except sqlite3.Error as error:
                raise _cannot(self.path, "read", error) from error
        return row

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _patiently(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Wait while another process holds the database.

        SQLite itself looks ten times a second, and a busy writer would starve the others.
        """
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                return self._connection.execute(statement, values)
            except sqlite3.OperationalError as error:
                busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise
            time.sleep(_LOOK_AGAIN_SECONDS)

    def _check_process(self) -> None:
        if os.getpid() != self._process:
            raise AuditError(
                Problem(
                    Place(str(self.path)),
                    "this connection belongs to the process that was forked",
                    "Open the audit store again in the new process.",
                )
            )


def _cannot(path: Path, done: str, error: OSError | sqlite3.Error) -> AuditError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return AuditError(
        Problem(
            Place(str(path)),
            f"the audit store cannot be {done}: {reason}",
            "Check that the disk has space and that you may write in this folder.",
        )
    )
