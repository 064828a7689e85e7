"""Write the records to a file that an auditor can check without the database, and check it.

The file is JSON lines. The first line names the format, the identity of the store and its head;
every other line is one record, in the exact bytes that its hash is taken over. Blobs are named by
their digests and not included. The key for pseudonyms is never exported.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from cto_cds.audit.canonical import canonical
from cto_cds.audit.chain import Chain
from cto_cds.audit.database import DATABASE_FILE
from cto_cds.audit.durable import replace_durably
from cto_cds.audit.head import Head
from cto_cds.audit.reading import reading, stored_records
from cto_cds.audit.schema import genesis, has_tables, store_id
from cto_cds.audit.tail import last
from cto_cds.audit.verify import Verification
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cto_cds.audit.canonical import JSON

FORMAT = 1
_HEADING = "the first line of the file"
_CHECKPOINT = "the head that you gave"


def export(folder: Path, target: Path) -> int:
    """Write all records of the store in the folder to the target, whole or not at all.

    What is in the store is written as it is: whether it is sound is for the verification to say.

    Returns:
        How many records were written.

    Raises:
        AuditError: If there is no store, or if one of the two cannot be read or written.
    """
    database = folder / DATABASE_FILE
    if not database.exists():
        raise _problem(database, "there are no records yet", "Check the folder.")
    try:
        with reading(folder) as connection:
            if not has_tables(connection, str(database)):
                raise _problem(database, "there are no records yet", "Check the folder.")
            end = last(connection)
            (count,) = connection.execute(
                "SELECT count(*) FROM record WHERE number <= ?", (end.record,)
            ).fetchone()
            replace_durably(target, _lines(connection, end), staging=f"{target.name}.part")
    except sqlite3.Error as error:
        raise _problem(
            database, f"cannot be read: {error}", "Run `cto-cds audit verify`."
        ) from error
    except OSError as error:
        raise _problem(
            target, f"cannot be written: {error.strerror}", "Name a file that you may write."
        ) from error
    return int(count)


def verify_export(path: Path, *, expected_head: str | None = None) -> Verification:
    """Check an exported file. This needs nothing but the file.

    As with a store, whoever can replace the whole file can calculate it anew: compare the head
    with one that was noted elsewhere, or hand that one in.

    Args:
        path: The exported file.
        expected_head: A head that was noted earlier; the file must contain it.

    Raises:
        AuditError: If the file cannot be read, or is not an export.
    """
    try:
        with path.open("rb") as file:
            identity, head = _heading(file.readline(), path)
            witnesses = {_HEADING: head}
            if expected_head is not None:
                witnesses[_CHECKPOINT] = Head.parse(expected_head, _CHECKPOINT)
            chain = Chain(genesis(identity), witnesses)
            for number, line in enumerate(file, start=1):
                chain.follow(number, line.removesuffix(b"\n"))
    except OSError as error:
        raise _problem(path, f"cannot be read: {error.strerror}", "Check the file name.") from error
    chain.finish()
    if chain.end.record > head.record:
        chain.problems.append(f"record {head.record + 1}: {_HEADING} does not know it")
    return Verification(chain.count, str(chain.end), tuple(chain.problems))


def _lines(connection: sqlite3.Connection, end: Head) -> Iterator[bytes]:
    heading: dict[str, JSON] = {
        "format": FORMAT,
        "head": str(end),
        "store": store_id(connection),
    }
    yield canonical(heading) + b"\n"
    for number, content, _ in stored_records(connection):
        if number <= end.record:
            yield content + b"\n"


def _heading(line: bytes, path: Path) -> tuple[str, Head]:
    try:
        heading = json.loads(line)
    except ValueError:
        heading = None
    match heading:
        case {"format": int(version), "head": str(head), "store": str(identity)}:
            if version == FORMAT:
                return identity, Head.parse(head, str(path))
            raise _problem(path, f"the export has format {version}", "Update cto_cds.")
    raise _problem(path, "the first line is not that of an audit export", "Check the file name.")


def _problem(path: Path, found: str, mend: str) -> AuditError:
    return AuditError(Problem(Place(str(path)), found, mend))
