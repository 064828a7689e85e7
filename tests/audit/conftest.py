"""A store with ten records and two blobs, and a hand that changes it behind our back."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest

from cto_cds.audit.canonical import digest
from cto_cds.audit.database import DATABASE_FILE
from cto_cds.audit.store import AuditStore

PACKS = (b"rules as they were in spring", b"rules as they were in autumn")


def fill(folder: Path, records: int = 10) -> Path:
    with AuditStore.open(folder) as store:
        for number in range(1, records + 1):
            pack = PACKS[number > 5]
            store.append("assessment", {"case": f"case-{number}"}, blobs={digest(pack): pack})
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("template") / "audit")


@pytest.fixture
def ten(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "audit"))


@pytest.fixture
def tamper():
    """Run SQL on the database as somebody would who takes its triggers away and puts them back."""

    def run(folder: Path, *statements: str, values: tuple[object, ...] = ()) -> None:
        connection = sqlite3.connect(folder / DATABASE_FILE)
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement, values if "?" in statement else ())
        for _, text in triggers:
            with suppress(sqlite3.OperationalError):  # its table may be gone
                connection.execute(text)
        connection.commit()
        connection.close()

    return run
