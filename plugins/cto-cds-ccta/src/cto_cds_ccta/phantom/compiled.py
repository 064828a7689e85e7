"""Compilation of inner loops, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

import numba

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., object]")


def compiled(function: F) -> F:
    """Compile a function of numbers and arrays; the machine code is kept for the next process."""
    return cast("F", numba.njit(cache=True, error_model="numpy")(function))
