"""How a report is laid out on paper: the size of its letters, and the line at its foot."""

from __future__ import annotations

from decimal import Decimal
from html.parser import HTMLParser

from cto_cds.advice.result import Result
from cto_cds.report.wording import clean

PAGES = 2
LARGEST_PT, SMALLEST_PT, STEP_PT = Decimal("8.0"), Decimal("6.0"), Decimal("0.1")
ROOM = 705_000
"""Characters that surely fit on the pages at 1 pt; at twice the size a quarter of them fits."""
PICTURE = 500
"""Characters in whose place a picture stands; text flows beside it."""
OFF_PAPER = frozenset({"screen", "long", "name"})
VOID = frozenset({"img", "br", "rect"})

FOOT = (
    "font: 6.5pt Arial, 'Liberation Sans', sans-serif; color: #4b5b68; text-align: left; "
    "white-space: nowrap"
)
HASH_SHOWN = 19


class _Printed(HTMLParser):
    """Counts the characters of a page that are printed."""

    def __init__(self) -> None:
        super().__init__()
        self.characters = 0
        self._printed = [True]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether what follows is printed."""
        if tag == "img":
            self.characters += PICTURE
        if tag not in VOID:
            classes = (dict(attrs).get("class") or "").split()
            self._printed.append(self._printed[-1] and OFF_PAPER.isdisjoint(classes))

    def handle_endtag(self, tag: str) -> None:
        """Return to what was outside."""
        if tag not in VOID:
            self._printed.pop()

    def handle_data(self, data: str) -> None:
        """Count words with one space each."""
        if self._printed[-1]:
            self.characters += sum(len(word) + 1 for word in data.split())


def letters_pt(essentials: str) -> Decimal:
    """Return the size at which the essentials fit on the pages, within what is readable.

    It is estimated from their length, since a browser counts its pages only when it prints.
    """
    printed = _Printed()
    printed.feed(essentials)
    fitting = (ROOM / Decimal(max(printed.characters, 1))).sqrt()
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
