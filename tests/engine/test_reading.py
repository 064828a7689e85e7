"""Where a fact is read, what an unknown is read as, and what the trace tells of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cto_cds.engine.engine import Answer
from cto_cds.engine.trace import SafetyTrace, Seen
from cto_cds.facts.case import read_case_text

CASE = """
format: 1
case: a
history: {prior_failed_attempt: no}
angiography:
  occlusion: chronic total
  target_vessel: RCA
  stump: tapered
  calcification: none
  max_bend: 10 deg
  in_stent: no
"""


@pytest.fixture
def decide(engine, vocabulary):
    def answer(text: str, *, base: str = CASE) -> Answer:
        return engine.decide(read_case_text(base + text, "case.yaml", vocabulary))

    return answer


def length_of(answer: Answer, score: str = "j_cto") -> Seen:
    trace = next(s for s in answer.trace.scores if s.rule.id == score)
    items = zip(trace.rule.criteria, trace.criteria, strict=True)
    return next(decided for item, decided in items if item.id == "length").seen[0]


def test_the_best_place_that_knows_the_value_is_read(decide):
    both = "  occlusion_length: 18 mm\nccta: {occlusion_length: 26 mm}\n"
    assert length_of(decide(both)).path == "angiography.occlusion_length"
    assert length_of(decide(both)).truth == "false"
    one = "ccta: {occlusion_length: 26 mm}\n"
    assert length_of(decide(one)).path == "ccta.occlusion_length"
    assert length_of(decide(one)).truth == "true"


@pytest.mark.parametrize(
    "first", ["unknown", "{value: 18 mm, status: needs_review}", "{value: unknown}"]
)
def test_a_place_that_does_not_know_the_value_is_passed_over(decide, first):
    seen = length_of(decide(f"  occlusion_length: {first}\nccta: {{occlusion_length: 26 mm}}\n"))
    assert seen.path == "ccta.occlusion_length"


def test_an_unknown_comparison_says_what_it_would_have_compared(decide):
    seen = length_of(decide(""))
    assert (seen.truth, seen.path) == ("unknown", "")
    assert seen.shown == "unknown (>= 20 mm)"


@pytest.mark.parametrize(
    ("length", "truth", "shown", "at_limit"),
    [
        ("19.999 mm", "false", "19.999 mm, not >= 20 mm", False),
        ("20 mm", "true", "20 mm >= 20 mm", True),
        ("20.00 mm", "true", "20 mm >= 20 mm", True),
        ("20.001 mm", "true", "20.001 mm >= 20 mm", False),
    ],
)
def test_a_value_at_a_limit_is_counted_exactly_and_marked(decide, length, truth, shown, at_limit):
    seen = length_of(decide(f"  occlusion_length: {length}\n"))
    assert (seen.truth, seen.shown, seen.at_limit) == (truth, shown, at_limit)


def test_unknown_items_make_a_range_of_totals(decide):
    verdict = decide("").verdict
    assert verdict.totals["j_cto"] == ("0", "1")
    assert verdict.grades["j_cto"] == ("easy", "intermediate")
    assert decide("  occlusion_length: 12 mm\n").verdict.totals["j_cto"] == ("0",)


def test_with_nothing_known_every_total_and_every_grade_is_possible(engine, vocabulary):
    verdict = engine.decide(read_case_text("format: 1\ncase: a\n", "a", vocabulary)).verdict
    assert verdict.totals["j_cto"] == ("0", "1", "2", "3", "4", "5")
    assert verdict.grades["j_cto"] == ("easy", "intermediate", "difficult", "very difficult")


def test_the_dangerous_reading_of_an_unknown_fact_is_told_apart_from_a_known_one(decide):
    def mh1(text: str) -> SafetyTrace:
        return next(s for s in decide(text).trace.safety if s.rule.id == "mh1")

    prepared = "procedure: {{phase: lesion preparation, track: {track}}}\n"
    unknown = mh1(prepared.format(track="unknown"))
    known = mh1(prepared.format(track="extraplaque"))
    assert (unknown.danger.truth, known.danger.truth) == ("true", "true")
    assert (unknown.rests_on_unknown, known.rests_on_unknown) == (True, False)
    assert any(seen.assumed for seen in unknown.danger.seen)
    assert not any(seen.assumed for seen in known.danger.seen)
    assert mh1(prepared.format(track="intraplaque")).danger.truth == "false"


def test_a_ratio_is_unknown_until_both_numbers_are_known(decide):
    def ratio(text: str) -> tuple[str, ...]:
        return decide(text, base="format: 1\ncase: a\n").verdict.findings["contrast_per_egfr"]

    assert ratio("history: {egfr: 80 mL/min/1.73m2}\nprocedure: {contrast: 160 mL}\n") == ("2",)
    assert ratio("procedure: {contrast: 160 mL}\n") == ()
    assert ratio("history: {egfr: 80 mL/min/1.73m2}\n") == ()
    assert ratio("history: {egfr: 30 mL/min/1.73m2}\nprocedure: {contrast: 0 mL}\n") == ("0",)


def test_a_ratio_that_never_ends_is_compared_exactly(decide):
    case = "history: {egfr: 30 mL/min/1.73m2}\nprocedure: {contrast: 100 mL}\n"
    answer = decide(case, base="format: 1\ncase: a\n")
    (value,) = answer.lookup.findings["contrast_per_egfr"]
    assert abs(value.number - Decimal(10) / 3) == 0


def test_a_finding_says_what_it_may_still_be(decide):
    trace = decide("").trace.findings["distal_target"]
    assert set(trace.possible) == {"good", "poor"}
    small = decide("  distal_vessel_diameter: 1.5 mm\n").trace.findings["distal_target"]
    assert small.possible == ("poor",)


def test_one_known_danger_settles_a_finding_whatever_else_is_unknown(decide):
    verdict = decide("procedure: {complication: perforation}\n").verdict
    assert verdict.findings["stop_condition"] == ("yes",)
    assert set(decide("procedure: {}\n").verdict.findings["stop_condition"]) == {"yes", "no"}


def test_every_way_that_is_still_possible_is_kept(decide):
    known = (
        "  proximal_cap: clear\n  distal_vessel_diameter: 3 mm\n  distal_stenosis: 0 %\n"
        "  distal_disease: none\n  interventional_collaterals: no\n"
        "  landing_zone_calcium: none\n  landing_zone_large_branch: no\n"
    )
    ways = decide(known).verdict.paths["hybrid"]
    assert {way[-1] for way in ways} == {
        ("hybrid.first_strategy", "antegrade_wiring"),
        ("hybrid.first_strategy", "antegrade_dissection"),
    }
    (way,) = decide(f"{known}  occlusion_length: 12 mm\n").verdict.paths["hybrid"]
    assert way[-1] == ("hybrid.first_strategy", "antegrade_wiring")


def test_an_algorithm_that_does_not_apply_has_no_way(decide):
    other = CASE.replace("chronic total", "other")
    assert decide("", base=other).verdict.paths["hybrid"] == ()
