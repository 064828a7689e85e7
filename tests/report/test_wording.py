"""Numbers and words as a person reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cto_cds.advice.result import Span, Strategy
from cto_cds.report.bars import Scale
from cto_cds.report.wording import amount, clean, shortened, span


def between(low: str, high: str) -> Span:
    return Span(low=Decimal(low), high=Decimal(high))


@pytest.mark.parametrize(
    ("value", "as_range", "as_amount"),
    [
        (between("2", "2"), "2", "+2"),
        (between("2", "4.50"), "2 to 4.5", "+2 to +4.5"),
        (between("-0.25", "0"), "−0.25 to 0", "−0.25 to 0"),
        (between("0", "0"), "0", "0"),
    ],
)
def test_ranges(value, as_range, as_amount):
    assert span(value) == as_range
    assert amount(value) == as_amount


def test_a_long_fraction_is_told_as_about():
    assert shortened("3.333333333333") == "about 3.333"
    assert shortened("2.5") == "2.5"
    assert shortened("blunt. Not clear") == "blunt. Not clear"
    assert shortened("") == "unknown"


def test_text_becomes_one_harmless_line():
    assert clean("a\x07 b\nc\u202e\x1b[1m") == "a b c[1m"


def test_bars_share_one_scale():
    spans = [between("-1", "3"), between("1", "2"), between("-1", "-0.5")]
    strategies = [
        Strategy(rank=1, id="stop", title="Stop", support=support, ordered_by=Decimal(0))
        for support in spans
    ]
    scale = Scale(strategies)
    crossing, known, against = (scale.bar(support) for support in spans)
    assert crossing.zero == known.zero == Decimal(25)
    assert (crossing.settled.width, crossing.open.x, crossing.open.width) == (0, 0, 100)
    assert (known.settled.x, known.settled.width, known.open.x) == (25, 25, 50)
    assert (against.settled.x, against.settled.width) == (Decimal("12.5"), Decimal("12.5"))
    assert Scale([]).bar(between("0", "0")).open.width == 0
