"""A range of numbers as a regular expression, for schemas of numbers that are written as text."""

from __future__ import annotations

from decimal import Decimal

from cto_cds.facts.value import plain

DIGIT = "[0-9]"


def pattern_between(low: Decimal, high: Decimal) -> str:
    """Return a pattern, without anchors, of the decimal numbers from ``low`` to ``high``.

    Args:
        low: Not negative; itself included.
        high: Itself included.
    """
    return f"(?={_at_least(low)}(?![0-9.]))(?={_at_most(high)}(?![0-9.])){DIGIT}+(\\.{DIGIT}+)?"


def _parts(number: Decimal) -> tuple[str, str]:
    whole, _, fraction = plain(number).partition(".")
    return whole, fraction


def _at_least(number: Decimal) -> str:
    whole, fraction = _parts(number)
    larger = [f"[1-9]{DIGIT}{{{len(whole)},}}", *_beside(whole, "9", f"{DIGIT}")]
    tail = f"(\\.{DIGIT}+)?"
    same = f"{whole}{tail}"
    if fraction:
        digits = [*_beside(fraction, "9", f"{DIGIT}*", open_end=True), f"{fraction}{DIGIT}*"]
        same = f"{whole}\\.({'|'.join(digits)})"
    return f"0*(({'|'.join(larger)}){tail}|{same})"


def _at_most(number: Decimal) -> str:
    whole, fraction = _parts(number)
    smaller = [*_beside(whole, "0", f"{DIGIT}")]
    if len(whole) > 1:
        smaller.append(f"{DIGIT}{{1,{len(whole) - 1}}}")
    digits = [*_beside(fraction, "0", f"{DIGIT}*", open_end=True), f"{fraction}0*"]
    digits += [fraction[:end] for end in range(1, len(fraction))]
    same = f"{whole}(\\.({'|'.join(digits)}))?"
    less = f"({'|'.join(smaller)})(\\.{DIGIT}+)?|" if smaller else ""
    return f"0*({less}{same})"


def _beside(digits: str, end: str, rest: str, *, open_end: bool = False) -> list[str]:
    """The strings that leave ``digits`` at some place towards ``end``, and go on with ``rest``."""
    found = []
    for place, digit in enumerate(digits):
        if digit != end:
            first, last = sorted((chr(ord(digit) + (1 if end == "9" else -1)), end))
            more = rest if open_end else f"{rest}{{{len(digits) - place - 1}}}"
            found.append(f"{digits[:place]}[{first}-{last}]{more}")
    return found
