"""Wording that the messages of this package share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 3


def count(number: int, thing: str) -> str:
    """Return such as ``1 file`` or ``2 files``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def listed(names: Sequence[str]) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def mm(value: float) -> str:
    """Return a length for a message, such as ``-12.5 mm``."""
    return f"{round(value, 3) + 0.0:g} mm"
