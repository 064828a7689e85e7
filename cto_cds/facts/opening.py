"""The bytes of a file that a user named; a pipe into which nobody writes is not waited for."""

from __future__ import annotations

import errno
import io
import os
import stat
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_WAIT_S = 2.0
"""A program that was started beside this one has opened the pipe by then."""
PAUSE_S = 0.02


def content_of(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a file.

    A pipe is read to its end, however long its writer takes.

    Args:
        path: The file, or a pipe such as ``<(command)`` makes.
        most: No more bytes than these are read; -1 for all.

    Raises:
        OSError: It cannot be read, or is a pipe and nobody writes into it.
    """
    if not stat.S_ISFIFO(path.stat().st_mode):
        with path.open("rb") as file:
            return file.read(most)
    # Opening a pipe in the usual way waits for somebody to write, which may be nobody.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as pipe:
        first = _first_byte(handle)
        if not first:
            raise OSError(errno.ENODATA, "it is a pipe, and nothing is written into it", str(path))
        os.set_blocking(handle, True)
        return first + pipe.read(most - 1 if most > 0 else most)


def text_of(path: Path, encoding: str) -> str:
    """Return the text of a file or pipe, with one sign at the end of each line.

    Raises:
        OSError: As for :func:`content_of`.
        UnicodeDecodeError: It is not text in this encoding.
    """
    return io.TextIOWrapper(io.BytesIO(content_of(path)), encoding).read()


def _first_byte(handle: int) -> bytes:
    """Return the first byte of a pipe; nothing when nobody has it open for writing."""
    deadline = time.monotonic() + LONGEST_WAIT_S
    while True:
        try:
            first = os.read(handle, 1)
        except BlockingIOError:  # there is a writer, who takes his time
            os.set_blocking(handle, True)
            return os.read(handle, 1)
        if first or time.monotonic() > deadline:
            return first
        time.sleep(PAUSE_S)
