"""Values and readings. Unknown has no value object: it is None, and never "no" or 0."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cto_cds.errors import NOWHERE, Place

STATUSES = ("auto", "confirmed", "edited", "needs_review")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; counts and grades have none."""

    number: Decimal
    unit: str = ""

    def __str__(self) -> str:
        return f"{plain(self.number)} {self.unit}".rstrip()


Value = Quantity | str | tuple[str, ...]


def plain(number: Decimal) -> str:
    """Return a number as people write it: no exponent, no trailing zeros."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def shown(value: Value) -> str:
    """Return a value as a case file writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return "[" + ", ".join(value) + "]"
    return str(value)


@dataclass(frozen=True, slots=True)
class Reading:
    """One fact as read in one place.

    Attributes:
        path: Group and name, such as ``ccta.occlusion_length``.
        value: The value; None when it is unknown.
        sd: One standard deviation, in the unit of the value.
        source: Who or what read it, in the words of the case file.
        status: One of :data:`STATUSES`, or empty when the file does not say.
        time: When it was read, in the words of the case file.
        confirmed_by: Who confirmed it.
        note: A remark.
        place: Where it stands.
    """

    path: str
    value: Value | None
    sd: Quantity | None = None
    source: str = ""
    status: str = ""
    time: str = ""
    confirmed_by: str = ""
    note: str = ""
    place: Place = NOWHERE

    @property
    def known(self) -> Value | None:
        """The value that rules may read: none while a person still has to review it."""
        return None if self.status == "needs_review" else self.value

    @property
    def group(self) -> str:
        """The group part of the path."""
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        """The name part of the path."""
        return self.path.partition(".")[2]

    def document(self) -> dict[str, str | list[str]]:
        """Return the long form of the case file, with what is known of the reading."""
        value = self.value
        entry: dict[str, str | list[str]] = {
            "value": "unknown"
            if value is None
            else (list(value) if isinstance(value, tuple) else str(value)),
        }
        if self.sd is not None:
            entry["sd"] = str(self.sd)
        for key in ("source", "status", "time", "confirmed_by", "note"):
            text = getattr(self, key)
            if text:
                entry[key] = text
        return entry
