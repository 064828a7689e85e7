"""Loops that numpy cannot express, compiled once and kept on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

Function = TypeVar("Function", bound="Callable[..., object]")


def compiled(function: Function) -> Function:
    """Return the function compiled on its first call; the machine code is kept for later runs.

    Compiled functions let other threads run. They must not raise.
    """
    return cast("Function", njit(cache=True, nogil=True)(function))
