"""How sure a score is: exact, checked against drawing lots, and silent when it cannot be said."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import numpy as np
import pytest
from scores.conftest import NOTHING_COUNTS

DRAWS = 200_000
ROUNDING = 0.0006
RETROGRADE = ("retrograde_wire_escalation",)

UNCERTAIN = {
    "a length and a bend near their limits": {
        "occlusion_length": "19.2 mm +- 1.5",
        "max_bend": "48 deg +- 6",
    },
    "everything that CT measures": {
        "ccta.occlusion_length": "21 mm +- 3",
        "ccta.max_bend": "44 deg +- 10",
        "ccta.calcium_area_fraction": "52 % +- 8",
        "stump": "blunt",
    },
    "one fact with two limits of one score": {
        "occlusion_length": "40 mm +- 25",
        "age": "68 years",
    },
    "calcium near both of its limits in KCCT": {
        "ccta.calcium_area_fraction": "75 % +- 25",
        "ccta.calcium_arc": "190 deg +- 40",
    },
    "a small vessel that may also be narrowed": {
        "distal_vessel_diameter": "2.1 mm +- 0.3",
        "distal_stenosis": "45 % +- 10",
    },
    "superficial calcium on ultrasound": {
        "ivus.superficial_calcium_arc": "300 deg +- 50",
        "ivus.calcium_length": "5.5 mm +- 1",
        "ivus.vessel_diameter": "3.4 mm +- 0.2",
    },
}


def by_lot(facts, score, hand, seed: int):
    """Return the share of each total in many draws, by the score that is written by hand."""
    chance = np.random.default_rng(seed)
    group = "ccta" if score.source.cite and any(p.startswith("ccta.") for p in facts) else ""
    columns = {}
    for item in hand.items:
        for fact in item.facts:
            text = read(facts, fact, score, group)
            mean, _, sd = text.partition(" +- ")
            number = re.match(r"-?[\d.]+", mean)
            if sd and number:
                columns[fact] = chance.normal(float(number[0]), float(sd), DRAWS)
            elif number:
                columns[fact] = np.full(DRAWS, float(number[0]))
            else:
                columns[fact] = np.full(DRAWS, mean)
    return columns


def read(facts, fact: str, score, group: str) -> str:
    """Return the text that counts for a fact: that of the place that was read."""
    places = [path for item in score.criteria for path in item.reads if path.endswith(f".{fact}")]
    for path in (*places, f"{group}.{fact}", fact):
        if path in facts:
            return facts[path]
    return facts[fact]


def totals_by_lot(columns, hand):
    """Return how often each total came up, as a share."""
    totals = np.zeros(DRAWS)
    for item in hand.items:
        totals += float(item.points) * holds(item, columns)
    values, counts = np.unique(totals, return_counts=True)
    return {float(value): count / DRAWS for value, count in zip(values, counts, strict=True)}


def holds(item, columns):
    """Return for each draw whether an item counts; equal draws are asked once."""
    named = [columns[fact] for fact in item.facts]
    if all(np.all(column == column[0]) for column in named):
        return np.full(DRAWS, item.counts(*(plain(column[0]) for column in named)))
    rows = zip(*(column.tolist() for column in named), strict=True)
    return np.fromiter((item.counts(*map(plain, row)) for row in rows), bool, DRAWS)


def plain(value):
    """Return a drawn number as the scores by hand take it."""
    return Decimal(float(value)) if isinstance(value, float) else str(value)


def with_certainty(scores):
    return {name: score for name, score in scores.items() if score.certainty is not None}


@pytest.mark.parametrize("case", UNCERTAIN)
def test_the_distribution_sums_to_one(scores_of, case):
    sure = with_certainty(scores_of(NOTHING_COUNTS | UNCERTAIN[case], RETROGRADE))
    assert sure
    for score in sure.values():
        assert abs(sum(score.certainty.points.values()) - 1) <= Decimal("0.002")
        if score.certainty.grades:
            assert abs(sum(score.certainty.grades.values()) - 1) <= Decimal("0.002")


LOTS = [
    ("a length and a bend near their limits", "j_cto"),
    ("a length and a bend near their limits", "b_cto"),
    ("a length and a bend near their limits", "w_cto"),
    ("everything that CT measures", "j_cto_ct"),
    ("everything that CT measures", "ct_rector"),
    ("one fact with two limits of one score", "open_clean"),
    ("calcium near both of its limits in KCCT", "kcct"),
    ("a small vessel that may also be narrowed", "recharge"),
    ("superficial calcium on ultrasound", "ivus_calcium"),
]


@pytest.mark.parametrize(("case", "name"), LOTS)
def test_it_agrees_with_drawing_lots(scores_of, enumerating, case, name):
    facts = NOTHING_COUNTS | UNCERTAIN[case]
    score = scores_of(facts)[name]
    hand = enumerating.SCORES[name]
    drawn = totals_by_lot(by_lot(facts, score, hand, seed=20261120), hand)
    told = {float(total): float(share) for total, share in score.certainty.points.items()}
    assert set(drawn) <= set(told)
    for total, share in told.items():
        error = math.sqrt(max(share, 1 / DRAWS) * (1 - share) / DRAWS)
        assert abs(drawn.get(total, 0.0) - share) <= 3 * error + ROUNDING, (total, share, drawn)


NEAR = {
    "j_cto": {"occlusion_length": (20, 4), "max_bend": (45, 15)},
    "ct_rector": {"ccta.calcium_area_fraction": (50, 12), "ccta.max_bend": (45, 15)},
    "operator_cto": {"occlusion_length": (20, 4), "distal_vessel_diameter": (2, 0.4)},
}
"""Measured facts of a score: a limit, and how far from it values and deviations are generated."""


@pytest.mark.parametrize("name", NEAR)
@pytest.mark.parametrize("seed", range(3))
def test_it_agrees_with_drawing_lots_in_generated_cases(scores_of, enumerating, name, seed):
    chance = np.random.default_rng(seed)
    vocabulary = {"occlusion_length": "mm", "max_bend": "deg", "distal_vessel_diameter": "mm"}
    facts = dict(NOTHING_COUNTS)
    for path, (limit, spread) in NEAR[name].items():
        value = limit + spread * chance.uniform(-1, 1)
        unit = vocabulary.get(path.rpartition(".")[2], "%")
        facts[path] = f"{value:.3f} {unit} +- {spread * chance.uniform(0.1, 1):.3f}"
    score = scores_of(facts)[name]
    hand = enumerating.SCORES[name]
    drawn = totals_by_lot(by_lot(facts, score, hand, seed), hand)
    for total, share in score.certainty.points.items():
        p = float(share)
        error = math.sqrt(max(p, 1 / DRAWS) * (1 - p) / DRAWS)
        assert abs(drawn.get(float(total), 0.0) - p) <= 3 * error + ROUNDING


@pytest.mark.parametrize("case", UNCERTAIN)
def test_each_item_passes_as_often_as_its_fact_lies_beyond_the_limit(scores_of, case):
    for score in with_certainty(scores_of(NOTHING_COUNTS | UNCERTAIN[case])).values():
        mean = sum(
            (share * Decimal(total) for total, share in score.certainty.points.items()), Decimal(0)
        )
        points = {item.id: item.points for item in score.criteria}
        certain = sum(
            (
                item.points
                for item in score.criteria
                if item.truth == "true" and item.id not in score.certainty.criteria
            ),
            Decimal(0),
        )
        expected = certain + sum(points[i] * p for i, p in score.certainty.criteria.items())
        if score.certainty.points:
            assert abs(mean - expected) < Decimal("0.01")


@pytest.mark.parametrize(
    ("distance", "probability"),
    [("20 mm +- 1", "0.5"), ("21 mm +- 1", "0.841"), ("18 mm +- 1", "0.023"), ("30 mm +- 1", "1")],
)
def test_the_probability_is_that_of_the_normal_distribution(scores_of, distance, probability):
    score = scores_of(NOTHING_COUNTS | {"occlusion_length": distance})["j_cto"]
    assert score.certainty.criteria == {"length": Decimal(probability)}
    assert score.certainty.measured == ("angiography.occlusion_length",)


def test_exactly_on_the_limit_strict_or_not_makes_no_difference(scores_of):
    scores = scores_of(NOTHING_COUNTS | {"occlusion_length": "20 mm +- 1"})
    assert scores["j_cto"].certainty.criteria == {"length": Decimal("0.5")}
    assert scores["w_cto"].certainty.criteria == {"length": Decimal("0.5")}
    assert (scores["j_cto"].points.high, scores["w_cto"].points.high) == (1, 0)


@pytest.mark.parametrize("length", ["21 mm", "21 mm +- 0"])
def test_without_an_uncertainty_nothing_is_told_and_the_total_is_plain(scores_of, length):
    scores = scores_of(NOTHING_COUNTS | {"occlusion_length": length})
    assert with_certainty(scores) == {}
    assert (scores["j_cto"].state, scores["j_cto"].points.low) == ("known", 1)


def test_a_tiny_uncertainty_gives_the_plain_answer(scores_of):
    facts = NOTHING_COUNTS | {"stump": "blunt"}
    plainly = scores_of(facts | {"occlusion_length": "21 mm", "max_bend": "46 deg"})
    surely = scores_of(facts | {"occlusion_length": "21 mm +- 0.01", "max_bend": "46 deg +- 0.01"})
    for name, score in with_certainty(surely).items():
        likely = {total for total, share in score.certainty.points.items() if share == 1}
        if not score.scenarios:
            assert likely == {str(plainly[name].points.low)}
            assert score.points == plainly[name].points


def test_while_an_item_is_not_known_the_measured_items_and_the_likely_span_are_told(scores_of):
    facts = NOTHING_COUNTS | {"occlusion_length": "21 mm +- 1", "stump": "unknown"}
    score = scores_of(facts)["j_cto"]
    assert (score.state, score.points.low, score.points.high) == ("range", 1, 2)
    assert score.certainty.criteria == {"length": Decimal("0.841")}
    assert (score.certainty.points, score.certainty.grades) == ({}, {})
    assert (score.certainty.likely.low, score.certainty.likely.high) == (0, 2)
    assert "difficult" in {outcome.grade for outcome in score.outcome}
    assert "easy" in {outcome.grade for outcome in score.outcome}


def test_a_total_that_is_unlikely_does_not_widen_the_span(scores_of):
    facts = NOTHING_COUNTS | {"occlusion_length": "24 mm +- 1", "stump": "unknown"}
    likely = scores_of(facts)["j_cto"].certainty.likely
    assert (likely.low, likely.high) == (1, 2)


def test_a_word_in_place_of_the_number_is_certain(scores_of):
    score = scores_of(NOTHING_COUNTS | {"occlusion_duration": "indeterminate"})["ct_rector"]
    assert (score.certainty, score.points.low) == (None, 1)


def test_two_limits_on_one_fact_are_never_passed_in_the_wrong_order(scores_of):
    facts = NOTHING_COUNTS | {"occlusion_length": "40 mm +- 20"}
    sure = scores_of(facts)["open_clean"].certainty
    assert sure.criteria == {"length_20": Decimal("0.841"), "length_60": Decimal("0.159")}
    assert sure.points == {
        "0": Decimal("0.159"),
        "1": Decimal("0.683"),
        "2": Decimal("0.159"),
    }


def test_two_measurements_are_taken_as_independent_and_that_is_said(scores_of):
    facts = NOTHING_COUNTS | {"occlusion_length": "20 mm +- 1", "max_bend": "45 deg +- 5"}
    sure = scores_of(facts)["j_cto"].certainty
    quarter, half = Decimal("0.25"), Decimal("0.5")
    assert sure.points == {"0": quarter, "1": half, "2": quarter}
    assert sure.grades == {"easy": quarter, "intermediate": half, "difficult": quarter}
    assert "independently" in sure.assuming


def test_one_measurement_serves_each_score_at_its_own_limit(scores_of):
    scores = scores_of(NOTHING_COUNTS | {"occlusion_length": "20 mm +- 5"})
    passed = {name: scores[name].certainty.criteria["length"] for name in ("j_cto", "kcct")}
    assert passed == {"j_cto": Decimal("0.5"), "kcct": Decimal("0.841")}
    assert scores["progress_complications"].certainty.criteria["length"] == Decimal("0.274")


def test_only_the_reading_that_counts_is_uncertain(scores_of):
    facts = {k: v for k, v in NOTHING_COUNTS.items() if k != "occlusion_length"} | {
        "angiography.occlusion_length": "21 mm",
        "ccta.occlusion_length": "21 mm +- 2",
    }
    scores = scores_of(facts)
    assert scores["j_cto"].certainty is None
    assert scores["j_cto_ct"].certainty.measured == ("ccta.occlusion_length",)


def test_before_a_strategy_is_used_the_items_have_a_probability_and_the_total_none(scores_of):
    facts = NOTHING_COUNTS | {"occlusion_length": "23 mm +- 2", "age": "70 years"}
    before = scores_of(facts)["progress_complications"].certainty
    assert before.criteria == {"length": Decimal("0.5")}
    assert (before.points, before.grades) == ({}, {})


def test_before_a_strategy_is_used_each_has_its_own_distribution(scores_of):
    facts = {"age": "70 years", "occlusion_length": "24 mm +- 2"}
    score = scores_of(facts)["progress_complications"]
    antegrade = score.scenarios["antegrade_wire_escalation"]
    retrograde = score.scenarios["retrograde_wire_escalation"]
    assert antegrade.points.low == antegrade.points.high == 5
    assert antegrade.certainty.points.keys() == {"3", "5"}
    assert float(antegrade.certainty.points["3"]) == pytest.approx(0.309, abs=0.001)
    assert float(antegrade.certainty.grades["intermediate"]) == pytest.approx(0.309, abs=0.001)
    assert retrograde.certainty.points.keys() == {"4", "6"}
    assert (antegrade.certainty.likely.low, antegrade.certainty.likely.high) == (3, 5)
    assert {outcome.grade for outcome in antegrade.outcome} == {"intermediate", "high"}


def test_once_a_strategy_is_used_its_points_are_in_the_distribution(scores_of):
    facts = NOTHING_COUNTS | {"occlusion_length": "23 mm +- 2", "age": "70 years"}
    score = scores_of(facts, RETROGRADE)["progress_complications"]
    half = Decimal("0.5")
    assert score.points.low == 6
    assert score.certainty.points == {"4": half, "6": half}
    assert score.certainty.grades == {"intermediate": half, "high": half}
