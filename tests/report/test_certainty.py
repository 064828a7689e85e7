"""How sure a score is: whole percent, nothing trivial, and never without the assumption."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cto_cds.advice.changes import Stability, WhatIf
from cto_cds.advice.result import Span
from cto_cds.report.certainty import assumptions, percent, shares
from cto_cds.report.scored import shelf, total
from cto_cds.report.scores import scores_table

ASSUMED = "Each measurement is taken as normally distributed."
ONE = Span(low=Decimal(1), high=Decimal(1))


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
    certain = {
        "grades": {"easy": Decimal(1), "hard": Decimal(0)},
        "points": {"1": Decimal(1), "2": Decimal(0)},
        "likely": ONE,
    }
    sure = score.certainty.model_copy(update=certain)
    assert shares(score.model_copy(update={"certainty": sure, "points": ONE})) == ()


def test_a_range_says_how_far_the_uncertainty_of_the_measurements_widens_it(measured):
    score = next(score for _, score in shelf(measured).read if shares(score))
    zero_to_three = Span(low=Decimal(0), high=Decimal(3))
    open_item = score.certainty.model_copy(
        update={"points": {}, "grades": {}, "likely": zero_to_three}
    )
    narrower: dict[str, object] = {
        "certainty": open_item,
        "points": Span(low=Decimal(1), high=Decimal(2)),
    }
    told = total(score.model_copy(update=narrower))
    assert told.startswith(f"0 to 3 of {score.span.high} likely, 1 to 2 as measured")
    as_wide = narrower | {"points": zero_to_three}
    assert "likely" not in total(score.model_copy(update=as_wide))


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


def test_a_first_choice_that_measurements_may_turn_is_told_with_its_chance_and_not_as_settled(
    measured, page_words
):
    plan = measured.recommendation
    first = plan.strategies[0].id
    stability = Stability(
        first={first: Decimal("0.546")}, measured=("ccta.occlusion_length",), assuming=ASSUMED
    )
    told = plan.model_copy(update={"settled": True, "what_if": WhatIf(stability=stability)})
    page = page_words(measured.model_copy(update={"recommendation": told}))
    assert "First choice the same in 55 % within the uncertainty of the measurements" in page
    silent = plan.model_copy(update={"settled": True, "what_if": None})
    page = page_words(measured.model_copy(update={"recommendation": silent}))
    assert "within the uncertainty of the measurements" not in page
