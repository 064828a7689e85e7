"""Three truth values (Kleene): what is unknown never counts as false."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Truth(StrEnum):
    """True, false, or not known."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


TRUE, FALSE, UNKNOWN = Truth


def all_of(parts: Collection[Truth]) -> Truth:
    """Return false when one part is false, else unknown when one is unknown, else true."""
    if FALSE in parts:
        return FALSE
    return UNKNOWN if UNKNOWN in parts else TRUE


def any_of(parts: Collection[Truth]) -> Truth:
    """Return true when one part is true, else unknown when one is unknown, else false."""
    if TRUE in parts:
        return TRUE
    return UNKNOWN if UNKNOWN in parts else FALSE


def negation(truth: Truth) -> Truth:
    """Return the opposite; the opposite of unknown is unknown."""
    if truth is Truth.UNKNOWN:
        return truth
    return Truth.FALSE if truth is Truth.TRUE else Truth.TRUE


def of(condition: bool) -> Truth:  # noqa: FBT001  a truth value is the whole argument
    """Return the truth value of a decided condition."""
    return Truth.TRUE if condition else Truth.FALSE
