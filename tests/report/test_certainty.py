"""How sure a score is: whole percent, nothing trivial, and never without the assumption."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cto_cds.report.certainty import assumptions, percent, shares
from cto_cds.report.scored import shelf
from cto_cds.report.scores import scores_table


@pytest.mark.parametrize(
    ("probability", "told"),
    [
        ("0", "< 1 %"),
        ("0.009", "< 1 %"),
        ("0.01", "1 %"),
        ("0.066", "7 %"),
        ("0.934", "93 %"),
        ("0.99", "99 %"),
        ("0.991", "> 99 %"),
        ("1", "> 99 %"),
    ],
)
def test_percent(probability, told):
    assert percent(Decimal(probability)) == told


def test_the_probability_of_a_grade_stands_with_the_assumption(measured, names, words, page_words):
    doubtful = [score for _, score in shelf(measured).read if shares(score)]
    assert doubtful
    text, page = words(scores_table(measured, names), 300), page_words(measured)
    for score in doubtful:
        assert "; ".join(f"{share.percent} {share.label}" for share in shares(score)) in text
        assert ", ".join(f"{share.percent} {share.label}" for share in shares(score)) in page
    (assumed,) = assumptions(measured)
    assert text.count(assumed) == page.count(assumed) == 1


def test_what_is_certain_is_not_told(measured):
    score = next(score for _, score in shelf(measured).read if shares(score))
    sure = score.certainty.model_copy(update={"grades": {"easy": Decimal(1), "hard": Decimal(0)}})
    assert shares(score.model_copy(update={"certainty": sure})) == ()


def test_without_a_strategy_there_is_no_total_to_be_sure_of(measured):
    for score in shelf(measured).by_strategy:
        assert score.points is None
        assert shares(score) == ()


def test_without_uncertain_measurements_nothing_is_assumed(decide, names, words, page_words):
    plain = decide(
        "format: 1\ncase: plain\nangiography: {occlusion: chronic total, stump: blunt}\n"
    )
    assert assumptions(plain) == []
    assert "HOW SURE" not in words(scores_table(plain, names))
    assert "How sure:" not in page_words(plain)
