"""Calling pydicom on files that may hold anything."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class UnreadableError(Exception):
    """The content of a file could not be understood. It stays inside this package."""


def attempt(work: Callable[[], _T]) -> _T:
    """Return what ``work`` returns, in silence.

    Damaged files make pydicom and the decoders raise nearly every kind of exception, and warn.
    Here is the one place where that is turned into one kind.

    Args:
        work: A call into pydicom, without calls back into our own code.

    Raises:
        UnreadableError: ``work`` raised anything.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return work()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a decoder written in Rust panics with a BaseException
        raise UnreadableError(plain(str(error)) or type(error).__name__) from error


def plain(text: str, most: int = 200) -> str:
    """Return one line that is safe to show: no control characters, not longer than ``most``."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else line[: most - 1] + "…"
