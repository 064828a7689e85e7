"""Messages on a pipe: a length, a mark, and so many bytes."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import TYPE_CHECKING

from cto_cds.errors import EngineError, Place, Problem

if TYPE_CHECKING:
    from typing import IO

ANSWER = b"="
REFUSAL = b"!"

_HEADER = struct.Struct(">cQ")


def write_frame(pipe: IO[bytes], mark: bytes, message: bytes) -> None:
    """Write one message and flush it."""
    pipe.write(_HEADER.pack(mark, len(message)) + message)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> tuple[bytes, bytes] | None:
    """Read the mark and the bytes of one message; None when the other side has ended."""
    header = pipe.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    mark, length = _HEADER.unpack(header)
    message = pipe.read(length)
    return (mark, message) if len(message) == length else None


def refusal_text(error: EngineError) -> bytes:
    """Return the problems of the error as bytes."""
    return json.dumps([asdict(problem) for problem in error.problems]).encode()


def refusal(text: bytes) -> EngineError:
    """Return the error that :func:`refusal_text` has written."""
    return EngineError(
        *(
            Problem(Place(**problem["place"]), problem["found"], problem["mend"])
            for problem in json.loads(text)
        )
    )
