"""Three truth values (Kleene): what is unknown never counts as false."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    """True, false, or not known."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


def all_of(parts: Iterable[Truth]) -> Truth:
    """Return false when one part is false, else unknown when one is unknown, else true."""
    found = Truth.TRUE
    for part in parts:
        if part is Truth.FALSE:
            return part
        if part is Truth.UNKNOWN:
            found = part
    return found


def any_of(parts: Iterable[Truth]) -> Truth:
    """Return true when one part is true, else unknown when one is unknown, else false."""
    found = Truth.FALSE
    for part in parts:
        if part is Truth.TRUE:
            return part
        if part is Truth.UNKNOWN:
            found = part
    return found


def negation(truth: Truth) -> Truth:
    """Return the opposite; the opposite of unknown is unknown."""
    if truth is Truth.UNKNOWN:
        return truth
    return Truth.FALSE if truth is Truth.TRUE else Truth.TRUE


def of(condition: bool) -> Truth:  # noqa: FBT001  a truth value is the whole argument
    """Return the truth value of a decided condition."""
    return Truth.TRUE if condition else Truth.FALSE
