"""Audit records as ``cto-cds audit show`` prints them."""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from cto_cds.audit.pseudonym import existing_key, pseudonym, refuse_other_key
from cto_cds.audit.record import Record
from cto_cds.audit.store import AuditStore

if TYPE_CHECKING:
    from rich.table import Table

PREFIX_DIGITS = 12


def listed(
    store: AuditStore, folder: Path, newest: int | None, case: str | None
) -> tuple[list[Record], int]:
    """Return the newest records, oldest first, and how many there are.

    With a case, both are of the records of that case.

    Raises:
        AuditError: A record was altered, or the key is gone or another one.
    """
    if case is None:
        found = list(store.records(newest=newest))
        return found, found[-1].record if found else 0
    written = " ".join(case.split())  # as a case file is read
    key = existing_key(folder)
    refuse_other_key(folder, key, store.records(newest=1))
    wanted = pseudonym(written, key)
    last: deque[Record] = deque(maxlen=newest)
    total = 0
    for record in store.records():
        if record.body.get("case") == wanted:
            last.append(record)
            total += 1
    return list(last), total


def entry(found: Record) -> dict[str, object]:
    """Return what the list says of a record."""
    return {
        "record": found.record,
        "time": found.time,
        "kind": found.kind,
        "case": found.body.get("case"),
        "hash": found.hash,
    }


def record_document(found: Record) -> dict[str, object]:
    """Return the whole of a record, with facts and result as JSON instead of text."""
    body = {
        key: json.loads(str(value)) if key in {"facts", "result"} else value
        for key, value in found.body.items()
    }
    head = {"record": found.record, "time": found.time, "kind": found.kind}
    return {**head, **body, "previous": found.previous, "hash": found.hash}


def record_table(records: list[Record]) -> Table:
    """Return the list with a heading over each column; digests are cut to their first digits."""
    from rich.table import Table

    table = Table("Record", "Written (UTC)", "Kind", "Case (pseudonym)", "Hash", box=None)
    for found in records:
        time = found.time.partition(".")[0].replace("T", " ")
        case = str(found.body.get("case", ""))
        table.add_row(str(found.record), time, found.kind, _cut(case), _cut(found.hash))
    return table


def _cut(digest: str) -> str:
    """The first digits of a digest are enough to tell records apart by eye."""
    name, colon, digits = digest.rpartition(":")
    return f"{name}{colon}{digits[:PREFIX_DIGITS]}"
