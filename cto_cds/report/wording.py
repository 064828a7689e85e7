"""Numbers and words of a result as a person reads them."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from string import ascii_lowercase

from cto_cds.advice.result import Finding, Line, Span
from cto_cds.facts.value import plain

UNKNOWN = "unknown"
MINUS = "−"
DECIMALS = 3


def ended(text: str) -> str:
    """Return a sentence with its full stop, unless it ends with a mark of its own."""
    return text if text.endswith(("?", "!", ".")) else f"{text}."


def clean(text: str) -> str:
    """Return text as one line, without characters that steer a terminal or reverse the text."""
    line = re.sub(r"\s", " ", text)
    return "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})


def number(value: Decimal, *, minus: str = MINUS) -> str:
    """Return a number without needless zeros."""
    return plain(value).replace("-", minus)


def as_printed(value: Decimal) -> str:
    """Return a published number with the digits that it was published with."""
    return f"{value:f}"


def span(value: Span, *, minus: str = MINUS) -> str:
    """Return ``2`` for a known number and ``2 to 4`` for an open one."""
    low, high = number(value.low, minus=minus), number(value.high, minus=minus)
    return low if value.low == value.high else f"{low} to {high}"


def amount(value: Span, *, minus: str = MINUS) -> str:
    """Return what a line adds, always with its sign: ``+3``, ``0 to +2``."""
    low, high = _signed(value.low, minus), _signed(value.high, minus)
    return low if value.low == value.high else f"{low} to {high}"


def _signed(value: Decimal, minus: str) -> str:
    return f"+{number(value)}" if value > 0 else number(value, minus=minus)


def letter(value: int) -> str:
    """Return a number as a letter, by which a footnote is found: a, b ... z, aa ..."""
    letters = ""
    while value:
        value, place = divmod(value - 1, len(ascii_lowercase))
        letters = ascii_lowercase[place] + letters
    return letters


def branch_words(branch: str) -> str:
    """Return the name of a branch as words."""
    return branch.replace("_", " ")


def shortened(value: str) -> str:
    """Return a value; a number with an endless fraction is told as about what it is."""
    whole, dot, fraction = value.partition(".")
    if not dot or len(fraction) <= DECIMALS or not fraction.isdigit():
        return value or UNKNOWN
    return f"about {round(Decimal(f'{whole}.{fraction}'), DECIMALS)}"


def finding_value(finding: Finding) -> str:
    """Return the value of a finding; while it is unknown, with the words it may still take."""
    if finding.value == UNKNOWN and finding.possible:
        return f"{UNKNOWN}: {' or '.join(finding.possible)}"
    return shortened(finding.value)


def either_way(line: Line) -> bool:
    """Return whether a line may still speak for or against."""
    return line.amount.low < 0 < line.amount.high
