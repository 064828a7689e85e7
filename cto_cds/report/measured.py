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
    """Return a table of measured facts, followed by what the measuring program says of them.

    The facts stand in the order of the vocabulary, as a reader goes through a lesion. A remark
    that holds for several is told with the first.
    """
    table = Table("Measurement", "Value", "± 1 sd", "Status", "Remark", box=None, pad_edge=False)
    told: dict[str, str] = {}
    for path in pack.vocabulary.by_path:
        reading = sheet.readings.get(path)
        if reading is None:
            continue
        title = pack.vocabulary.of(path).title
        review = reading.status == "needs_review"
        value = "needs review" if review or reading.value is None else shown(reading.value)
        uncertainty = str(reading.sd) if reading.sd is not None else ""
        first = told.setdefault(reading.note, title)
        remark = reading.note if first == title or not reading.note else f"As for: {first}."
        table.add_row(title, value, uncertainty, "" if review else reading.status, remark)
    return Group(table, "", *(f"- {note}" for note in sheet.notes))
