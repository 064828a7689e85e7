"""The tables of a store, its identity, and the version that says who can read it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cto_cds.audit.canonical import digest
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    import sqlite3

SCHEMA_VERSION = 1
_APPLICATION = 0x63746F41

_TABLES = """
CREATE TABLE store (id TEXT NOT NULL);
CREATE TABLE record (
    number INTEGER PRIMARY KEY CHECK (number > 0),
    content BLOB NOT NULL CHECK (typeof(content) = 'blob'),
    hash TEXT NOT NULL
);
CREATE TABLE blob (
    digest TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL CHECK (typeof(content) = 'blob')
)
"""
_GUARD = """
CREATE TRIGGER {table}_{action} BEFORE {action} ON {table}
BEGIN SELECT RAISE(ABORT, 'an audit store only grows: nothing in it is changed or removed'); END
"""
# One statement, so that all three are of one moment: another process may be making the store.
_MARKS = """
SELECT user_version, application_id, (SELECT count(*) FROM sqlite_master)
FROM pragma_user_version, pragma_application_id
"""
_GUARDED = tuple(
    (table, action) for table in ("store", "record", "blob") for action in ("UPDATE", "DELETE")
)


def create_tables(connection: sqlite3.Connection) -> None:
    """Create the tables and the identity of a new store, in the caller's transaction.

    The triggers stop a slip of the hand, not an attacker: the hash chain is for the attacker.
    """
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    for table, action in _GUARDED:
        connection.execute(_GUARD.format(table=table, action=action))
    connection.execute("INSERT INTO store VALUES (?)", (secrets.token_hex(16),))
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def missing_guards(connection: sqlite3.Connection) -> list[str]:
    """Return the triggers that are gone or no longer read as they were made."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    found = {name: " ".join(sql.split()) for name, sql in rows}
    made = {
        f"{table}_{action}": " ".join(_GUARD.format(table=table, action=action).split())
        for table, action in _GUARDED
    }
    return [name for name, text in made.items() if found.get(name) != text]


def has_tables(connection: sqlite3.Connection, source: str) -> bool:
    """Return whether the database is a store that we can read; False when it is still empty.

    Raises:
        AuditError: If the database was made by another version, or by another program.
    """
    version, application, tables = connection.execute(_MARKS).fetchone()
    if not (version or application or tables):
        return False
    if application != _APPLICATION:
        raise AuditError(
            Problem(
                Place(source),
                "this is a database of another program, not an audit store",
                "Keep the audit store in a folder of its own.",
            )
        )
    if version != SCHEMA_VERSION:
        raise AuditError(
            Problem(
                Place(source),
                f"the store has schema version {version}; this software knows {SCHEMA_VERSION}",
                "Update cto_cds: another version of it wrote this store.",
            )
        )
    return True


def store_id(connection: sqlite3.Connection) -> str:
    """Return the random identity of the store."""
    row = connection.execute("SELECT CAST(id AS BLOB) FROM store").fetchone()
    return row[0].decode(errors="replace") if row and row[0] else ""


def identities(connection: sqlite3.Connection) -> int:
    """Return how many identities the store says it has; there is one, and it never changes."""
    (count,) = connection.execute("SELECT count(*) FROM store").fetchone()
    return int(count)


def genesis(identity: str) -> str:
    """Return the hash that the first record of the store with this identity follows."""
    return digest(f"cto_cds audit store {identity}".encode())
