"""Three truth values (Kleene): what is unknown never counts as false."""

from __future__ import annotations

from enum import StrEnum


class Truth(StrEnum):
    """True, false, or not known."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


TRUE, FALSE, UNKNOWN = Truth


def negation(truth: Truth) -> Truth:
    """Return the opposite; the opposite of unknown is unknown."""
    if truth is UNKNOWN:
        return truth
    return FALSE if truth is TRUE else TRUE


def of(condition: bool) -> Truth:  # noqa: FBT001  a truth value is the whole argument
    """Return the truth value of a decided condition."""
    return Truth.TRUE if condition else Truth.FALSE
