"""How a report is laid out on paper: the size of its letters, and the line at its foot."""

from __future__ import annotations

from decimal import Decimal

from cto_cds.advice.result import Result
from cto_cds.report.wording import clean

PAGES = 2
LARGEST_PT, SMALLEST_PT, STEP_PT = Decimal("8.4"), Decimal("6.0"), Decimal("0.1")
ROOM = 1_290_000
"""Characters that fit on the pages at 1 pt; at twice the size a quarter of them fits."""

FOOT = "font: 6.5pt sans-serif; color: #4b5b68; text-align: left; white-space: nowrap"
HASH_SHOWN = 19


def letters_pt(characters: int) -> Decimal:
    """Return the size at which a text of this length fits on the pages, within what is readable.

    It is estimated, since a browser counts its pages only when it prints.
    """
    fitting = (ROOM / Decimal(max(characters, 1))).sqrt()
    steps = int(max(SMALLEST_PT, min(LARGEST_PT, fitting)) / STEP_PT)
    return steps * STEP_PT


def paper_style(result: Result, size_pt: Decimal) -> str:
    """Return the style of one plan on paper: its size, and at each foot whose plan it is."""
    audit = result.audit
    record = f"record {audit.record}, {audit.hash[:HASH_SHOWN]}" if audit else "not recorded"
    words = _css_text(clean(f"{result.case} · {record} · {result.intended_use}"))
    foot = f"@page {{ @bottom-left {{ content: {words}; {FOOT} }} }}"
    return f"@media print {{ html {{ font-size: {size_pt}pt }} }}\n{foot}"


def _css_text(words: str) -> str:
    """Return text as a string of a style sheet; all that could end it is written as a number."""
    told = (c if c.isascii() and c.isalnum() else f"\\{ord(c):x} " for c in words)
    return f'"{"".join(told)}"'
