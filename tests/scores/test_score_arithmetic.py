"""Every score: its ends, its grades, its items, its strategies, and for whom it is not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from scores.conftest import EVERYTHING_COUNTS, NOTHING_COUNTS
from strategies import built_in_layer, built_in_pack

PACK = built_in_pack()
SCORES = {score.id: score for score in PACK.scores}

SPANS = {
    "j_cto": (0, 5),
    "j_cto_ct": (0, 5),
    "ct_rector": (0, 6),
    "kcct": (0, 8),
    "progress_cto": (0, 4),
    "progress_complications": (0, 6),
    "progress_mace": (0, 7),
    "progress_mortality": (0, 4),
    "progress_pericardiocentesis": (0, 5),
    "progress_perforation": (0, 5),
    "open_clean": (0, 7),
    "castle": (0, 6),
    "castle_ct": (0, 6),
    "recharge": (0, 6),
    "recharge_ct": (0, 6),
    "ora": (0, 4),
    "cl": (0, 8),
    "operator_cto": (-4, 9),
    "w_cto": (0, Decimal("6.5")),
    "b_cto": (0, 11),
    "is_cto": (0, 4),
    "jr_cto": (0, 4),
    "ivus_calcium": (0, 4),
    "oct_calcium": (0, 4),
}

GRADES = {
    "j_cto": "0 easy, 1 intermediate, 2 difficult, 3 to 5 very difficult",
    "j_cto_ct": "0 easy, 1 intermediate, 2 difficult, 3 to 5 very difficult",
    "ct_rector": "0 easy, 1 intermediate, 2 difficult, 3 to 6 very difficult",
    "kcct": "0 to 3 under 4, 4 to 8 from 4",
    "progress_complications": "0 to 2 low, 3 to 4 intermediate, 5 to 6 high",
    "ora": "0 easy, 1 intermediate, 2 difficult, 3 to 4 very difficult",
    "operator_cto": "-4 to 2 simple, 3 medium, 4 difficult, 5 to 9 extremely difficult",
    "w_cto": "0 to 2 low, 2.5 to 4 intermediate, 4.5 to 6.5 high",
    "b_cto": "0 to 1 easy, 2 to 3 intermediate, 4 to 5 difficult, 6 to 11 very difficult",
    "ivus_calcium": "0 to 1 below 2, 2 to 4 2 and more",
    "oct_calcium": "0 to 3 below 4, 4 full score of 4",
}
"""Scores without published grades are not in this table and have none."""

SKILLED = {"annual_cto_volume": "60", "cto_experience": "5 years", "last_year_success_rate": "90 %"}
LEAST = NOTHING_COUNTS | SKILLED
SPECIAL = {
    "cl": {"prior_failed_attempt": "no"},
    "progress_cto": {"target_vessel": "LCX"},
    "progress_pericardiocentesis": {"prior_cabg": "no"},
    "is_cto": {"in_stent": "yes"},
}
"""What a score asks for beside the facts of the most and the least adverse lesion."""

RETROGRADE = ("retrograde_wire_escalation", "retrograde_dissection_reentry")
ANTEGRADE = "antegrade_wire_escalation"
DISSECTION = "antegrade_dissection_reentry"
BY_STRATEGY = {
    "progress_complications": (0, 0, 1),
    "progress_mace": (0, 1, 2),
    "progress_mortality": (0, 1, 1),
    "progress_pericardiocentesis": (0, 1, 2),
    "progress_perforation": (0, 1, 2),
}
"""Points for antegrade wiring, antegrade dissection and a retrograde approach."""


def ends_of(score) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest points shown, over all strategies."""
    spans = [one.points for one in (score.scenarios or {}).values()] or [score.points]
    return min(span.low for span in spans), max(span.high for span in spans)


def test_the_table_of_spans_names_every_score():
    assert set(SPANS) == set(SCORES)
    assert {score.id for score in PACK.scores if score.scenarios} == set(BY_STRATEGY)


@pytest.mark.parametrize("name", SPANS)
def test_the_lowest_and_the_highest_total_are_the_published_ones_and_are_reached(scores_of, name):
    lowest, highest = SPANS[name]
    least = scores_of(LEAST | SPECIAL.get(name, {}))[name]
    most = scores_of(EVERYTHING_COUNTS | SPECIAL.get(name, {}))[name]
    assert (least.span.low, least.span.high) == (lowest, highest)
    if name == "progress_cto":
        least = scores_of(LEAST)[name]
    assert ends_of(least)[0] == lowest
    assert ends_of(most)[1] == highest
    assert {least.state, most.state} == {"known"}


@pytest.mark.parametrize("name", SPANS)
def test_every_item_is_true_then_false_then_unknown(scores_of, name):
    asked = SPECIAL.get(name, {})
    neutral = asked if name != "progress_cto" else {}
    population = {"occlusion": "chronic total"} | neutral
    experts = SKILLED if name == "operator_cto" else {}
    for facts, truth in (
        (EVERYTHING_COUNTS | asked | experts, "true"),
        (NOTHING_COUNTS | neutral, "false"),
        (population, "unknown"),
    ):
        items = [c for c in scores_of(facts)[name].criteria if c.shown != "depends on the strategy"]
        assert {item.id: item.truth for item in items} == dict.fromkeys(
            (item.id for item in items), truth
        )


@pytest.mark.parametrize("name", SPANS)
def test_when_nothing_is_known_every_total_and_grade_is_possible(scores_of, name):
    score = scores_of({"occlusion": "chronic total"} | SPECIAL.get("", {}))[name]
    assert ends_of(score) == SPANS[name] if score.scenarios else score.state == "range"
    assert (score.span.low, score.span.high) == SPANS[name]
    if not score.scenarios:
        assert (score.points.low, score.points.high) == SPANS[name]
        assert set(score.grades) == {grade.name for grade in SCORES[name].grades}
    assert score.missing


@pytest.mark.parametrize("name", SPANS)
def test_the_grades_are_the_published_ones_and_no_others(name):
    told = []
    for grade in SCORES[name].grades:
        low, high = (format(n.normalize(), "f") for n in (grade.low, grade.high))
        told.append(f"{low} {grade.name}" if low == high else f"{low} to {high} {grade.name}")
    assert ", ".join(told) == GRADES.get(name, "")


@pytest.mark.parametrize(
    ("facts", "total", "grade"),
    [
        ({}, "0", "low"),
        ({"stump": "blunt"}, "2", "low"),
        ({"stump": "blunt", "rentrop": "1"}, "3", "intermediate"),
        ({"occlusion_length": "21 mm", "rentrop": "1"}, "2.5", "intermediate"),
        ({"stump": "blunt", "rentrop": "1", "tortuosity": "mild"}, "4", "intermediate"),
        ({"stump": "blunt", "occlusion_length": "21 mm", "rentrop": "1"}, "4.5", "high"),
    ],
)
def test_half_points_fall_on_the_printed_side_of_the_borders_of_w_cto(
    scores_of, facts, total, grade
):
    score = scores_of(NOTHING_COUNTS | facts)["w_cto"]
    assert (str(score.points.low), score.grades) == (total, (grade,))


def test_the_scores_of_exactly_one_three_and_five_in_cl_have_no_grade(scores_of):
    for facts in (
        {"stump": "blunt"},
        {"calcification": "severe", "stump": "blunt"},
        {"calcification": "severe", "stump": "blunt", "prior_mi": "yes", "target_vessel": "RCA"},
    ):
        score = scores_of(NOTHING_COUNTS | facts)["cl"]
        assert score.points.low in {1, 3, 5}
        assert score.grades == ()
        assert score.outcome == ()


@pytest.mark.parametrize("name", BY_STRATEGY)
def test_each_strategy_has_its_own_total(scores_of, name):
    wiring, dissection, retrograde = BY_STRATEGY[name]
    scenarios = scores_of(NOTHING_COUNTS)[name].scenarios
    points = {strategy: one.points.low for strategy, one in scenarios.items()}
    assert points == {
        ANTEGRADE: wiring,
        DISSECTION: dissection,
        RETROGRADE[0]: retrograde,
        RETROGRADE[1]: retrograde,
    }


@pytest.mark.parametrize("name", BY_STRATEGY)
def test_before_a_strategy_is_used_there_is_no_total(scores_of, name):
    for tried in (None, ()):
        score = scores_of(NOTHING_COUNTS, tried)[name]
        assert score.points is None
        assert (score.grades, score.outcome) == ((), ())
        of_strategy = [c for c in score.criteria if c.shown == "depends on the strategy"]
        assert {item.truth for item in of_strategy} == {"unknown"}
        assert set(score.scenarios) == {ANTEGRADE, DISSECTION, *RETROGRADE}


@pytest.mark.parametrize("name", BY_STRATEGY)
@pytest.mark.parametrize("used", [ANTEGRADE, DISSECTION, *RETROGRADE])
def test_the_strategy_that_was_used_becomes_the_score(scores_of, name, used):
    score = scores_of(EVERYTHING_COUNTS | SPECIAL.get(name, {}), (used,))[name]
    assert score.points == score.scenarios[used].points
    assert score.grades == score.scenarios[used].grades
    assert score.outcome == score.scenarios[used].outcome


@pytest.mark.parametrize("name", BY_STRATEGY)
@pytest.mark.parametrize(
    "used",
    [
        (DISSECTION, RETROGRADE[0]),
        (RETROGRADE[0], DISSECTION),
        (ANTEGRADE, DISSECTION),
        (ANTEGRADE, *RETROGRADE),
        (ANTEGRADE, "parallel_wire"),
    ],
)
def test_dissection_and_retrograde_are_not_added_and_the_true_items_make_the_total(
    scores_of, name, used
):
    score = scores_of(EVERYTHING_COUNTS | SPECIAL.get(name, {}), used)[name]
    highest = max(score.scenarios[s].points.high for s in used if s in score.scenarios)
    assert score.points.low == score.points.high == highest
    true = sum((item.points for item in score.criteria if item.truth == "true"), Decimal(0))
    assert true == highest


def test_beside_each_strategy_of_the_plan_stands_the_harm_that_goes_with_it(assessed):
    result = assessed(NOTHING_COUNTS | {"can_adr": "yes", "can_retrograde": "yes"})
    told = {strategy.id: strategy.risks for strategy in result.recommendation.strategies}
    assert DISSECTION in told
    for strategy, risks in told.items():
        if strategy in {ANTEGRADE, DISSECTION, *RETROGRADE}:
            assert {risk.score for risk in risks} == set(BY_STRATEGY)
            for risk in risks:
                assert risk.points == result.scores[risk.score].scenarios[strategy].points
                assert risk.endpoint == SCORES[risk.score].endpoint


OUT_OF_SCOPE = [
    ("progress_pericardiocentesis", {"prior_cabg": "yes"}, "yes"),
    ("cl", {"prior_failed_attempt": "yes"}, "yes"),
    ("is_cto", {"in_stent": "no"}, "no"),
    *[(name, {"target_vessel": "graft"}, "graft") for name in ("j_cto", "j_cto_ct", "b_cto")],
    *[
        (name, {"occlusion": "other"}, "other")
        for name in SPANS
        if name not in {"ivus_calcium", "oct_calcium"}
    ],
]


@pytest.mark.parametrize(("name", "facts", "said"), OUT_OF_SCOPE)
def test_outside_its_population_a_score_is_not_applicable_and_says_why(
    scores_of, name, facts, said
):
    score = scores_of(NOTHING_COUNTS | SPECIAL.get(name, {}) | facts, (ANTEGRADE,))[name]
    assert score.state == "not_applicable"
    assert said in score.because
    assert score.points is None
    assert score.scenarios is None
    assert (score.grades, score.criteria, score.outcome, score.missing) == ((), (), (), ())
    assert score.certainty is None


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("progress_pericardiocentesis", "prior_cabg"),
        ("cl", "prior_failed_attempt"),
        ("is_cto", "in_stent"),
        ("j_cto", "target_vessel"),
        ("b_cto", "occlusion"),
    ],
)
def test_an_unknown_population_is_told_and_asked_for(scores_of, name, unknown):
    score = scores_of(NOTHING_COUNTS | {unknown: "unknown"})[name]
    assert score.state == "known"  # the total is, if the score applies
    assert any(path.endswith(f".{unknown}") for path in score.applies_if)
    assert any("Whether the score applies is not known" in note for note in score.notes)
    assert any(path.endswith(f".{unknown}") for path in score.missing)


@pytest.mark.parametrize(
    ("name", "facts", "told"),
    [
        ("j_cto", {"in_stent": "yes"}, "native vessels"),
        ("j_cto_ct", {"in_stent": "yes"}, "native vessels"),
        ("progress_cto", {"in_stent": "yes"}, "in a stent"),
        ("cl", {"prior_cabg": "yes"}, "another vessel"),
        ("castle", {"target_vessel": "graft"}, "unverified"),
        ("j_cto", {"stump": "invisible"}, "cannot be seen"),
        ("progress_cto", {"tortuosity": "severe"}, "one point higher"),
        ("ct_rector", {"ccta.image_quality": "limited"}, "hard to read"),
    ],
)
def test_a_lesion_that_the_paper_did_not_mean_gets_a_remark(scores_of, name, facts, told):
    notes = " ".join(scores_of(NOTHING_COUNTS | facts)[name].notes)
    assert told in notes
    assert told not in " ".join(scores_of(NOTHING_COUNTS)[name].notes)


def test_a_value_from_the_other_modality_is_used_and_said(scores_of):
    elsewhere = NOTHING_COUNTS | {
        "angiography.occlusion_length": "unknown",
        "ccta.occlusion_length": "24 mm",
    }
    del elsewhere["occlusion_length"]
    scores = scores_of(elsewhere)
    for name, said in (("j_cto", True), ("castle", True), ("j_cto_ct", False)):
        notes = " ".join(scores[name].notes)
        assert scores[name].points.high == 1
        assert ("read from" in notes) == said


def test_each_score_keeps_its_own_end_point():
    wiring = {"j_cto", "j_cto_ct", "ct_rector", "kcct"}
    for name, score in SCORES.items():
        assert (score.endpoint == "Guidewire crossing within 30 minutes") == (name in wiring)
    harm = [SCORES[name].endpoint for name in (*BY_STRATEGY, "open_clean")]
    success = [s.endpoint for s in SCORES.values() if "success" in s.endpoint.lower()]
    assert not set(harm) & set(success)
    assert len(set(harm)) == len(harm)


NEVER_PUBLISHED = {
    "castle": ["15", "20 to 25", "20", "25"],
    "castle_ct": ["15", "20 to 25", "20", "25"],
    "recharge": ["83", "85", "0.783", "0.711", "0.676", "0.608"],
    "recharge_ct": ["83", "85"],
    "cl": ["84.9", "74.9", "58.0", "58", "31.9", "88.3", "73.1", "59.4", "46.2", "72.5"],
    "progress_cto": ["98.2", "96.8", "91", "76.7"],
    "ct_rector": ["0.82", "55"],
    "j_cto_ct": ["0.855", "0.698", "0.812", "0.692"],
}
"""Figures that the specification tags as general knowledge, not found in anything opened."""


@pytest.mark.parametrize("name", NEVER_PUBLISHED)
def test_a_figure_that_nobody_has_read_in_print_is_not_among_the_outcomes(name):
    values = {band.value for outcome in SCORES[name].outcomes for band in outcome.bands}
    assert not values & set(NEVER_PUBLISHED[name])


@pytest.mark.parametrize("name", NEVER_PUBLISHED)
def test_a_figure_that_nobody_has_read_in_print_stands_nowhere_in_the_file(name):
    text = built_in_layer().texts[f"scores/{name}.yaml"].partition("\ntests:")[0]
    words = text.replace(",", " ").replace("}", " ").replace(";", " ").split()
    figures = [f for f in NEVER_PUBLISHED[name] if "." in f]
    assert not set(figures) & set(words)


@pytest.mark.parametrize("name", ["castle", "cl", "recharge", "progress_cto"])
def test_a_score_whose_strata_were_not_found_has_no_grades(name):
    assert SCORES[name].grades == ()


@pytest.mark.parametrize(
    ("blunt", "graft", "total"), [("tapered", "none", 2), ("blunt", "patent", 4)]
)
def test_in_the_middle_of_castle_and_recharge_no_figure_is_shown(scores_of, blunt, graft, total):
    facts = NOTHING_COUNTS | {
        "age": "80 years",
        "occlusion_length": "30 mm",
        "stump": blunt,
        "graft_to_target_vessel": graft,
        "calcification": "mild",
    }
    scores = scores_of(facts)
    assert scores["recharge"].outcome == ()
    castle = scores["castle"]
    assert castle.points.low == (2 if blunt == "tapered" else 3)
    assert {outcome.grade for outcome in castle.outcome} == {"any"}
    assert scores["recharge"].points.low == total


def test_j_cto_shows_the_figures_of_the_paper_and_recent_ones_beside_them(scores_of):
    outcome = scores_of(NOTHING_COUNTS)["j_cto"].outcome
    crossing = [one for one in outcome if one.endpoint == "Guidewire crossing within 30 minutes"]
    assert [one.value for one in crossing] == ["87.7", "92.3", "94.7"]
    assert all(one.population for one in outcome)
    assert len({one.population for one in crossing}) == len(crossing)


@pytest.mark.parametrize("name", ["r_icps", "j_channel", "namazi_2017", "disr_cto", "ellis_2017"])
def test_what_could_not_be_established_is_not_encoded(name):
    assert name not in SCORES
