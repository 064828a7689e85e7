"""The head: how many records a store has, and the hash of the last one.

It is written as ``12:sha256:<hex>``, in the head file beside the database and wherever an
institution notes it down. ``0:sha256:<hex>`` is the head of an empty store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.audit.durable import replace_durably
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

HEAD_FILE = "audit.head"
_FORM = re.compile(r"(0|[1-9][0-9]{0,17}):(sha256:[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """The number and the hash of the last record."""

    record: int
    hash: str

    def __str__(self) -> str:
        return f"{self.record}:{self.hash}"

    @classmethod
    def parse(cls, text: str, source: str) -> Head:
        """Read ``12:sha256:<hex>``.

        Raises:
            AuditError: If the text has another form.
        """
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise AuditError(
                Problem(
                    Place(source),
                    "this is not the head of an audit store",
                    "A head reads 12:sha256: and 64 hexadecimal digits.",
                )
            )
        return cls(int(match[1]), match[2])


def read_head(folder: Path) -> Head | None:
    """Return the head in the head file; None when there is no file.

    Raises:
        AuditError: If the file cannot be read or holds something else.
    """
    path = folder / HEAD_FILE
    try:
        text = path.read_bytes().decode("ascii", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise AuditError(
            Problem(Place(str(path)), f"cannot be read: {error.strerror}", "Check its permissions.")
        ) from error
    return Head.parse(text, str(path))


def write_head(folder: Path, head: Head) -> None:
    """Replace the head file. Only one process at a time may do this."""
    replace_durably(folder / HEAD_FILE, [f"{head}\n".encode()], staging=f"{HEAD_FILE}.next")
