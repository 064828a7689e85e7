"""Measurements in the terminal: each value with its uncertainty, and what needs review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table

from cto_cds.facts.value import shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from cto_cds.facts.sheet import FactSheet
    from cto_cds.rulefile.pack import Pack


def measurements_view(sheet: FactSheet, pack: Pack) -> RenderableType:
    """Return a table of measured facts, followed by what the measuring program says of them."""
    table = Table("Measurement", "Value", "± 1 sd", "Remark", box=None, pad_edge=False)
    for path, reading in sheet.readings.items():
        review = reading.status == "needs_review"
        value = "needs review" if review or reading.value is None else shown(reading.value)
        uncertainty = str(reading.sd) if reading.sd is not None else ""
        table.add_row(pack.vocabulary.of(path).title, value, uncertainty, reading.note)
    return Group(table, "", *(f"- {note}" for note in sheet.notes))
