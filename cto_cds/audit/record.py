"""One audit record, and the canonical bytes that its hash is taken over."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cto_cds.audit.canonical import canonical, digest
from cto_cds.errors import AuditError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cto_cds.audit.canonical import JSON


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a caller keeps of an appended record."""

    record: int
    hash: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it was written.

    Attributes:
        record: Its number, from 1, without gaps.
        time: When it was written: UTC, ISO 8601 with Z.
        kind: What it records, such as ``assessment``.
        body: The content.
        previous: The hash of the record before it; of the genesis for the first.
        hash: The SHA-256 of its canonical bytes.
        blobs: The digests of the blobs that belong to it.
    """

    record: int
    time: str
    kind: str
    body: Mapping[str, JSON]
    previous: str
    hash: str
    blobs: tuple[str, ...] = ()


def now() -> str:
    """Return the time as records write it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def encode(
    number: int, kind: str, body: Mapping[str, JSON], previous: str, blobs: tuple[str, ...]
) -> bytes:
    """Return the canonical bytes of a new record, written now."""
    content: dict[str, JSON] = {
        "record": number,
        "time": now(),
        "kind": kind,
        "body": body,
        "previous": previous,
        "blobs": sorted(blobs),
    }
    return canonical(content)


def decode(content: bytes) -> Record:
    """Read a record back from its canonical bytes.

    Raises:
        ValueError: If the bytes are not the canonical form of a record.
    """
    try:
        value = json.loads(content)
        faithful = canonical(value) == content
    except (AuditError, RecursionError) as error:
        raise ValueError("not canonical JSON") from error
    match value:
        case {
            "record": int(number),
            "time": str(time),
            "kind": str(kind),
            "body": dict(body),
            "previous": str(previous),
            "blobs": list(blobs),
        } if faithful and len(value) == 6 and all(isinstance(blob, str) for blob in blobs):
            return Record(number, time, kind, body, previous, digest(content), tuple(blobs))
    raise ValueError("not the canonical form of a record")
