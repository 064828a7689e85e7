"""The audit store: append a record, durable on return, and read records back."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from cto_cds.audit import schema, tail
from cto_cds.audit.canonical import digest
from cto_cds.audit.database import DATABASE_FILE, Database
from cto_cds.audit.durable import make_private_folder
from cto_cds.audit.head import read_head
from cto_cds.audit.record import Receipt, Record, decode, encode
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from cto_cds.audit.canonical import JSON

__all__ = ["AuditStore", "Receipt", "Record"]

_NO_BLOBS: Mapping[str, bytes] = MappingProxyType({})
_LISTED = "'cto-cds audit show' lists the records that there are."
_EVIDENCE = "Keep the folder as it is and run `cto-cds audit verify`."


class AuditStore:
    """One store in one folder. Threads may share it; a forked process opens its own."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database

    @staticmethod
    def exists(folder: Path) -> bool:
        """Tell whether there is a store in the folder, or what is left of one."""
        return (folder / DATABASE_FILE).exists() or read_head(folder) is not None

    @classmethod
    def existing(cls, folder: Path) -> Self:
        """Open a store that is there; one that is not there is not made.

        Raises:
            AuditError: If there is none, or it cannot be opened.
        """
        if cls.exists(folder):
            return cls.open(folder)
        mend = "Assess a case first, or set CTO_CDS_HOME to the folder that has the records."
        raise _problem(folder, "there are no records here", mend)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the store in the folder; create the folder and the store if they are not there.

        Raises:
            AuditError: If that is impossible, or if a store was here and its records are gone.
        """
        try:
            make_private_folder(folder)
        except OSError as error:
            raise _problem(
                folder,
                f"this folder for the audit store cannot be made: {error.strerror}",
                "Name a folder that you may write in.",
            ) from error
        path = folder / DATABASE_FILE
        # The head first: another process may be making the store, and makes the head last.
        if read_head(folder) is not None and not path.exists():
            raise _gone(folder)
        store = cls(folder, Database.open(path))
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    def append(
        self, kind: str, body: Mapping[str, JSON], *, blobs: Mapping[str, bytes] = _NO_BLOBS
    ) -> Receipt:
        """Append a record and its blobs. All of it is on the disk when this returns.

        Args:
            kind: What is recorded, such as ``assessment``.
            body: The content: JSON without floats, and without identifiers of patients.
            blobs: Larger content that belongs to the record, by its digest. Stored once.

        Raises:
            AuditError: If that is impossible. Then nothing was written.
        """
        for name, content in blobs.items():
            if digest(content) != name:
                found = f"a blob was handed in as {name}, but has another digest"
                raise self._problem(found, "Hand it in under its digest; nothing was written.")
        with self._database.alone() as connection:
            tail.check_head(connection, self._folder)
            for name, content in blobs.items():
                self._keep_blob(connection, name, content)
            last = tail.last(connection)
            record = encode(last.record + 1, kind, body, last.hash, tuple(blobs))
            receipt = Receipt(last.record + 1, digest(record))
            connection.execute(
                "INSERT INTO record VALUES (?, ?, ?)", (receipt.record, record, receipt.hash)
            )
        tail.publish_head(self._database, self._folder)
        return receipt

    def record(self, number: int) -> Record:
        """Return one record, checked against its hash.

        Raises:
            AuditError: If there is no such record, or it was altered.
        """
        row = self._database.one(
            "SELECT CAST(content AS BLOB), CAST(hash AS BLOB) FROM record WHERE number = ?", number
        )
        if row is None:
            raise self._problem(f"there is no record {number}", _LISTED)
        try:
            record = decode(row[0])
        except ValueError as error:
            raise self._problem(f"record {number} was altered", _EVIDENCE) from error
        if (record.record, record.hash) != (number, row[1].decode(errors="replace")):
            raise self._problem(f"record {number} was altered", _EVIDENCE)
        return record

    def records(self, *, newest: int | None = None) -> Iterator[Record]:
        """Yield the records, oldest first; with ``newest``, only that many, up to the last.

        Raises:
            AuditError: If one of them is missing or was altered, or the last ones were removed.
        """
        head = read_head(self._folder)  # before the records, which others may be adding to
        row = self._database.one("SELECT ifnull(max(number), 0) FROM record")
        end: int = row[0] if row else 0
        if head is not None and head.record > end:
            gone = f"record {head.record} was written, but the store ends with record {end}"
            if end == 0:
                gone = f"record {head.record} was written, but the store holds no record any more"
            raise self._problem(f"{gone}: it was cut off or replaced", _EVIDENCE)
        start = 1 if newest is None else max(1, end - newest + 1)
        for number in range(start, end + 1):
            yield self.record(number)

    def blob(self, name: str) -> bytes:
        """Return the blob with this digest, checked against it.

        Raises:
            AuditError: If there is no such blob, or it was altered.
        """
        row = self._database.one("SELECT CAST(content AS BLOB) FROM blob WHERE digest = ?", name)
        if row is None:
            raise self._problem(f"there is no blob {name}", _EVIDENCE)
        content: bytes = row[0]
        if digest(content) != name:
            raise self._problem(f"blob {name} was altered", _EVIDENCE)
        return content

    def close(self) -> None:
        """Close the store."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _prepare(self) -> None:
        with self._database.alone() as connection:
            if not schema.has_tables(connection, str(self._database.path)):
                if read_head(self._folder) is not None:
                    raise _gone(self._folder)
                schema.create_tables(connection)
        tail.begin_head(self._database, self._folder)

    def _keep_blob(self, connection: sqlite3.Connection, name: str, content: bytes) -> None:
        query = "SELECT content = ? FROM blob WHERE digest = ?"
        same = connection.execute(query, (content, name)).fetchone()
        if same is None:
            connection.execute("INSERT INTO blob VALUES (?, ?)", (name, content))
        elif not same[0]:
            raise self._problem(f"blob {name} was altered", _EVIDENCE)

    def _problem(self, found: str, mend: str) -> AuditError:
        return _problem(self._database.path, found, mend)


def _gone(folder: Path) -> AuditError:
    return _problem(folder, "a head file is here, but the records are gone", _EVIDENCE)


def _problem(path: Path, found: str, mend: str) -> AuditError:
    return AuditError(Problem(Place(str(path)), found, mend))
