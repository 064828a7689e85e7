"""Attributes that one vendor writes where no other looks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cto_cds.dicom.guard import UnreadableError, attempt, plain

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Block:
    """A block of private elements.

    Attributes:
        group: Their group.
        creator: Who reserved them.
    """

    group: int
    creator: str

    def text(self, dataset: Dataset, element: int) -> str:
        """Return an element as plain text; empty if it is absent or cannot be read."""
        try:
            value = attempt(lambda: dataset.private_block(self.group, self.creator)[element].value)
        except UnreadableError:
            return ""
        if isinstance(value, bytes):  # a file without value representations leaves it undecoded
            value = value.decode("ascii", errors="replace")
        return plain(str(value).strip("\x00 "))

    def number(self, dataset: Dataset, element: int) -> float | None:
        """Return an element as a finite number, or None."""
        try:
            value = float(self.text(dataset, element).rstrip("%ms "))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def place(self, element: int) -> str:
        """Return where an element stands, for a message."""
        return f"({self.group:04X},xx{element:02X}) of {self.creator}"


CANON = Block(0x7005, "TOSHIBA_MEC_CT3")
CANON_PHASES = ((0x04, "%"), (0x05, "ms"))
"""Gating phase of the reconstruction, as the private dictionary of pydicom has it."""
CANON_KERNEL, CANON_CONTRAST = 0x1B, 0x1C
