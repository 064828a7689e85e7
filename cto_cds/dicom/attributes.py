"""Reading single attributes of a data set without trusting them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cto_cds.dicom.guard import UnreadableError, attempt, plain

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def _values(dataset: Dataset, keyword: str) -> list[object]:
    """Return the values of an attribute; none when it is absent, empty or unreadable."""
    try:
        value = attempt(lambda: dataset.get(keyword))
    except UnreadableError:
        return []
    if value is None or value == "":
        return []
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        return [value]
    return list(value)


def words(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return the values of an attribute as plain text."""
    return tuple(plain(str(value)) for value in _values(dataset, keyword))


def text(dataset: Dataset, keyword: str) -> str:
    """Return an attribute as plain text, several values divided by a slash; empty if absent."""
    return "/".join(words(dataset, keyword))


def numbers(dataset: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """Return exactly ``count`` finite numbers, or None."""
    values = _values(dataset, keyword)
    if len(values) != count:
        return None
    try:
        found = attempt(lambda: tuple(float(str(value)) for value in values))
    except UnreadableError:
        return None
    return found if all(math.isfinite(value) for value in found) else None


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return one finite number, or None."""
    found = numbers(dataset, keyword, 1)
    return None if found is None else found[0]


def whole(dataset: Dataset, keyword: str) -> int | None:
    """Return one whole number, or None."""
    found = number(dataset, keyword)
    return int(found) if found is not None and found.is_integer() else None
