"""Lines of text for the terminal: they wrap, and nothing is cut."""

from __future__ import annotations

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cto_cds.advice.result import Span
from cto_cds.report import wording
from cto_cds.rulefile.model import Verified

ASCII_MINUS = "-"


def told(text: str, style: str = "") -> Text:
    """Return text that wraps between words and folds a word that is too long."""
    return Text(wording.clean(text), style, overflow="fold")


def marked(text: str, *, unverified: bool, style: str = "") -> Text:
    """Return text; what was not verified in print says so in words."""
    line = told(text, style)
    if unverified:
        line.append(" [unverified]", "yellow")
    return line


def leveled(text: str, level: Verified, style: str = "") -> Text:
    """Return text; what was not read in the paper itself says so in words."""
    line = told(text, style)
    if level != "primary":
        line.append(f" [{level}]", "yellow")
    return line


def heading(title: str) -> RenderableType:
    """Return a heading with an empty line above."""
    return Padding(Text(title.upper(), "bold"), (1, 0, 0, 0))


def row(label: str, text: RenderableType, *, width: int, indent: int = 0) -> RenderableType:
    """Return a short label and, beside it, text that wraps in its own column."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(min_width=width, no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(told(label), text)
    return Padding(grid, (0, 0, 0, indent))


def bullet(text: str | Text, style: str = "", mark: str = "-") -> RenderableType:
    """Return one entry of a list."""
    return row(mark, told(text, style) if isinstance(text, str) else text, width=1)


def indented(text: str, style: str = "", by: int = 4) -> RenderableType:
    """Return text that stands in from the left edge."""
    return Padding(told(text, style), (0, 0, 0, by))


def signed(value: Span) -> str:
    """Return what a line adds, in characters that every terminal has."""
    return wording.amount(value, minus=ASCII_MINUS)


def spanned(value: Span) -> str:
    """Return a number or a range, in characters that every terminal has."""
    return wording.span(value, minus=ASCII_MINUS)
