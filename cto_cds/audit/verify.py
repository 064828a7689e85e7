"""Find whether a store is whole: nothing edited, removed, reordered or cut off.

What this can find, and what it cannot:

* Any change of a record or blob, any removal and any change of order breaks the hash chain.
* A store that was cut off at its end, or replaced by an older copy of the database, is shorter
  than its head file.
* Somebody who may write in the folder can replace database *and* head file together, by an older
  pair or by a chain calculated anew. Nothing inside the folder shows this. An institution that
  wants to find it notes :attr:`Verification.head` where that person cannot write (another
  machine, a signed log, paper) and hands it in later as ``expected_head``.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.audit.canonical import digest
from cto_cds.audit.chain import Chain
from cto_cds.audit.database import DATABASE_FILE
from cto_cds.audit.head import HEAD_FILE, Head, read_head
from cto_cds.audit.reading import reading, stored_records
from cto_cds.audit.schema import genesis, has_tables, identities, missing_guards, store_id
from cto_cds.errors import AuditError

if TYPE_CHECKING:
    from pathlib import Path

_HEAD_FILE = "the head file"
_CHECKPOINT = "the head that you gave"


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found.

    Attributes:
        records: How many records there are.
        head: ``<number>:sha256:<hex>`` of the last record, to be noted elsewhere as a checkpoint.
            Empty when there is no store.
        problems: What is wrong, each with the number of the record; empty when all is well.
    """

    records: int
    head: str
    problems: tuple[str, ...]


def verify(folder: Path, *, expected_head: str | None = None) -> Verification:
    """Check the store in the folder. Nothing is changed or created.

    A head file that is behind the store is in order, as long as the chain holds: a process was
    stopped between a record and its head. A folder without a store has no records and no problem.

    Args:
        folder: The folder of the store.
        expected_head: A head that was noted earlier; the store must still contain it.

    Raises:
        AuditError: If ``expected_head`` does not have the form of a head.
    """
    problems: list[str] = []
    witnesses: dict[str, Head] = {}
    if expected_head is not None:
        witnesses[_CHECKPOINT] = Head.parse(expected_head, _CHECKPOINT)
    # The head first: a store that grows meanwhile is then longer than its head, never shorter.
    try:
        head = read_head(folder)
    except AuditError as error:
        problems.append(f"{_HEAD_FILE} was altered: {error.problems[0].found}")
    else:
        witnesses |= {_HEAD_FILE: head} if head is not None else {}
    chain = None
    if (folder / DATABASE_FILE).exists():
        try:
            with reading(folder) as connection:
                if has_tables(connection, DATABASE_FILE):
                    chain = Chain(genesis(store_id(connection)), witnesses)
                    problems += _identity(identities(connection))
                    problems += _walk(connection, chain)
                    problems += [
                        f"the guard {name} that keeps records from being changed was removed"
                        for name in missing_guards(connection)
                    ]
        except sqlite3.Error as error:
            after = f" after record {chain.end.record}" if chain else ""
            problems.append(f"the database cannot be read{after}: {error}")
        except AuditError as error:
            problems.append(error.problems[0].found)
    if chain is None:
        problems += [f"the records are gone: {who} says {head}" for who, head in witnesses.items()]
        return Verification(0, "", tuple(problems))
    if chain.end.record and not (folder / HEAD_FILE).exists():
        problems.append(f"{_HEAD_FILE} was removed")
    return Verification(chain.count, str(chain.end), (*chain.problems, *problems))


def _identity(count: int) -> list[str]:
    """Return what is wrong when a store has not exactly one identity."""
    if count == 1:
        return []
    if count == 0:
        return ["the identity of the store was removed"]
    return [f"the store has {count} identities: all but the first were added"]


def _walk(connection: sqlite3.Connection, chain: Chain) -> list[str]:
    """Follow all records, and return what is wrong with their blobs."""
    kept = [row[0] for row in connection.execute("SELECT CAST(digest AS BLOB) FROM blob")]
    for number, content, noted in stored_records(connection):
        chain.follow(number, content, noted)
    chain.finish()
    problems = []
    for name, number in chain.blobs.items():
        row = connection.execute(
            "SELECT CAST(content AS BLOB) FROM blob WHERE digest = ?", (name,)
        ).fetchone()
        if row is None:
            problems.append(f"record {number}: its blob {name} is missing")
        elif digest(row[0] or b"") != name:
            problems.append(f"record {number}: its blob {name} was altered")
    named = {name.encode() for name in chain.blobs}
    strangers = [name.decode(errors="replace") for name in kept if name not in named]
    return problems + [f"no record names the blob {name}" for name in strangers]
