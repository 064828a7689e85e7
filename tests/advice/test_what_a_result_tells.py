"""What a result tells: limits, remarks, ranges, doubts, warnings, and what to ask for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cto_cds.facts.case import read_case_text
from cto_cds.facts.sheet import FactSheet
from cto_cds.facts.value import Quantity, Reading

# What is said when something is unknown, unverified or contradictory


def test_it_is_told_when_nobody_knows_whether_a_score_or_algorithm_applies(known_but):
    result = known_but("angiography.occlusion:")
    said = "Whether the score applies is not known; it depends on: kind of occlusion."
    assert said in result.scores["j_cto"].notes
    assert "angiography.occlusion" in result.scores["j_cto"].missing
    algorithm = result.algorithms["hybrid"]
    assert algorithm.notes == (
        "Whether it applies is not known; it depends on: kind of occlusion.",
    )
    assert "angiography.occlusion" in algorithm.missing
    asked = {ask.fact: ask for ask in result.recommendation.ask_for}
    assert asked["angiography.occlusion"].changes == "plan"
    assert "Hybrid algorithm depends on it" in asked["angiography.occlusion"].because


STUDY = "Quantitative CT and the opening of the occlusion: "


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "in_stent: yes",
            "It does not apply here: occlusion inside a stent on any reading is yes.",
        ),
        ("stump: blunt", "whether it applies is not known; it depends on: "),
    ],
)
def test_a_study_that_says_nothing_here_says_why(advise, vocabulary, more, told):
    text = "format: 1\ncase: study\nccta: {occlusion: chronic total, occlusion_length: 24 mm, "
    result = advise(read_case_text(f"{text}{more}}}\n", "case.yaml", vocabulary))
    (warning,) = [w for w in result.warnings if w.startswith(STUDY)]
    assert told in warning


def test_whom_a_study_speaks_of_is_read_on_angiography_where_ct_does_not_say(advise, vocabulary):
    text = (
        "format: 1\ncase: study\n"
        "angiography: {occlusion: chronic total, in_stent: no, proximal_vessel_diameter: 3 mm}\n"
        "ccta: {occlusion_length: 24 mm, image_quality: good}\n"
    )
    result = advise(read_case_text(text, "case.yaml", vocabulary))
    assert [w for w in result.warnings if w.startswith(STUDY)] == []
    assert {entry.reads for entry in result.associations} == {("ccta.occlusion_length",)}


def test_a_study_of_which_no_fact_is_known_is_not_mentioned(advise, vocabulary):
    text = "format: 1\ncase: study\nangiography: {occlusion: chronic total}\n"
    result = advise(read_case_text(text, "case.yaml", vocabulary))
    assert not [warning for warning in result.warnings if warning.startswith(STUDY)]


def test_what_is_not_verified_is_told_in_the_warnings(known_but):
    result = known_but()
    parts = (*result.scores.values(), *result.algorithms.values())
    doubtful = [
        part.title for part in parts if part.verified == "unverified" and part.because is None
    ]
    told = f"These rest on parts that were not verified in print: {', '.join(doubtful)}."
    assert told in result.warnings


def test_a_value_that_needs_review_is_told_with_its_reason(advise, vocabulary):
    reading = Reading("ccta.stump", "blunt", status="needs_review", note="Motion.")
    result = advise(FactSheet("a", {"ccta.stump": reading}))
    assert "Stump (ccta.stump) needs review and is read as unknown. Motion." in result.warnings
    fact = result.facts["ccta.stump"]
    assert (fact.value, fact.status, fact.note) == ("blunt", "needs_review", "Motion.")
    assert result.scores["j_cto_ct"].state == "range"


def test_what_no_rule_reads_is_told_as_measured_where_it_was_measured(advise):
    entered = Reading("angiography.segment", Quantity(Decimal(6)))
    measured = Reading("ccta.tube_voltage", Quantity(Decimal(120), "kV"), status="auto")
    sheet = FactSheet("a", {each.path: each for each in (entered, measured)})
    told = [line for line in advise(sheet).warnings if "no rule in force" in line]
    assert told == [
        "Entered, but no rule in force reads it: Coronary segment (angiography.segment).",
        "Measured, but no rule in force reads it: Tube voltage (ccta.tube_voltage).",
    ]


def test_values_that_one_reason_leaves_to_review_are_told_with_it_once(advise):
    dim, metal = "The vessel was dim.", "A stent hides it."
    notes = {"stump": metal, "max_bend": dim, "occlusion_length": metal, "calcium_arc": metal}
    readings = {
        f"ccta.{name}": Reading(f"ccta.{name}", None, status="needs_review", note=note)
        for name, note in notes.items()
    }
    told = [line for line in advise(FactSheet("a", readings)).warnings if "review" in line]
    many = "These need review and are read as unknown (ccta): Calcium arc; Occlusion length; Stump."
    one = "Sharpest bend inside the occlusion (ccta.max_bend) needs review and is read as unknown."
    assert told == [f"{many} {metal}", f"{one} {dim}"]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            "angiography: {max_bend: 120 deg, bends_over_90: 0}",
            "no bend over that limit is counted",
        ),
        ("ccta: {max_bend: 71 deg, bends_over_70: 0}", "no bend over that limit is counted"),
        ("angiography: {distal_disease: none, distal_stenosis: 95 %}", "called free of disease"),
        ("angiography: {calcification: none, calcium_body: severe}", "said to hold no calcium"),
        ("angiography: {ostial: no, flush_aorto_ostial: yes}", "not to begin at the origin"),
        (
            "angiography: {interventional_collaterals: no, collateral_route: septal}",
            "none of them is judged fit",
        ),
        (
            "procedure: {phase: crossing, wire_position: proximal to cap, track: intraplaque}",
            "said to lie before the proximal cap",
        ),
        (
            "procedure: {phase: stent optimisation, device_crosses: no}",
            "no device is said to pass the lesion",
        ),
    ],
)
def test_facts_that_contradict_each_other_by_definition_are_told(advise, vocabulary, facts, told):
    text = f"format: 1\ncase: contradicting\n{facts}\n"
    result = advise(read_case_text(text, "case.yaml", vocabulary))
    assert len([warning for warning in result.warnings if told in warning]) == 1


def test_places_that_read_a_word_differently_are_told(known_but):
    result = known_but("ccta.stump: blunt")
    told = "Invasive angiography says tapered, Coronary CT angiography says blunt"
    assert f"Stump is read differently: {told}." in result.warnings
    assert not [w for w in known_but().warnings if "read differently" in w]


def test_a_measurement_too_close_to_a_limit_is_told(known_but):
    near = known_but("angiography.occlusion_length: {value: 19.5 mm, sd: 0.5 mm}")
    (told,) = [w for w in near.warnings if "within two standard deviations" in w]
    assert told.startswith("Occlusion length is 19.5 mm (sd 0.5 mm): the limit of 20 mm")
    far = known_but("angiography.occlusion_length: {value: 12 mm, sd: 0.5 mm}")
    assert not [w for w in far.warnings if "within two standard deviations" in w]


def test_a_whole_ring_is_not_told_as_close_to_a_whole_ring_unless_it_may_be_open(known_but):
    def near(sd: int) -> list[str]:
        result = known_but(f"ccta.calcium_arc: {{value: 360 deg, sd: {sd} deg}}")
        return [w for w in result.warnings if "limit of 360 deg lies within" in w]

    assert near(1) == []
    assert len(near(15)) == 1


def test_a_limit_of_what_studies_found_is_told_of_as_well(known_but):
    result = known_but("ccta.proximal_vessel_diameter: {value: 2.1 mm, sd: 0.3 mm}")
    (near,) = [w for w in result.warnings if "is 2.1 mm (sd 0.3 mm): the limit of 2 mm" in w]
    assert "Quantitative CT" in near


@pytest.mark.parametrize(
    ("changes", "told", "rule"),
    [
        (
            ["procedure.act: {value: 249 s, sd: 20 s}"],
            "is 249 s (sd 20 s): the limit of 250 s lies",
            "clotting_time_low",
        ),
        (
            [
                "procedure.contrast: 98 mL",
                "history.egfr: {value: 33 mL/min/1.73m2, sd: 5 mL/min/1.73m2}",
            ],
            "is 2.97 (sd 0.45): the limit of 3 lies",
            "contrast_use",
        ),
        (
            ["procedure.contrast: {value: 98 mL, sd: 5 mL}", "history.egfr: 33 mL/min/1.73m2"],
            "is 2.97 (sd 0.15): the limit of 3 lies",
            "contrast_use",
        ),
        (
            [
                "procedure.planned_pressure: {value: 13.5 atm, sd: 1 atm}",
                "procedure.phase: lesion preparation",
            ],
            "is 13.5 atm (sd 1 atm): the limit of 14 atm lies",
            "mh4",
        ),
    ],
)
def test_limits_of_safety_rules_advice_and_quotients_are_told_of_as_well(
    known_but, pack, changes, told, rule
):
    near = [warning for warning in known_but(*changes).warnings if told in warning]
    assert len(near) == 1
    assert pack.names()[rule] in near[0]


def test_a_quotient_of_exact_readings_has_no_uncertainty(known_but):
    result = known_but(
        "procedure.contrast: 98 mL",
        "history.egfr: 33 mL/min/1.73m2",
        "angiography.occlusion_length: {value: 12 mm, sd: 0.5 mm}",
    )
    assert not [w for w in result.warnings if "within two standard deviations" in w]


def test_notes_of_the_study_reach_the_reader(advise):
    assert "Limited by motion." in advise(FactSheet("a", notes=("Limited by motion.",))).warnings


# What to ask for


# Any case that can be read can be told


TWO_PLACES = (
    "format: 1\ncase: a\n"
    "angiography: {occlusion: chronic total, target_vessel: RCA, in_stent: no, stump: tapered, "
    "calcification: mild, proximal_cap: clear, occlusion_length: 15 mm, distal_disease: none, "
    "distal_stenosis: 0 %, distal_vessel_diameter: 3 mm}\n"
    "ccta: {image_quality: good, stump: STUMP, occlusion_length: LENGTH}\n"
)
ELSEWHERE = "Another place reads it differently: "


@pytest.mark.parametrize(
    ("stump", "length", "doubted"),
    [("tapered", "15 mm", (False, False)), ("blunt", "31 mm", (True, True))],
)
def test_a_sentence_that_rests_on_one_of_two_different_readings_says_so(
    advise, vocabulary, stump, length, doubted
):
    text = TWO_PLACES.replace("STUMP", stump).replace("LENGTH", length)
    plan = advise(read_case_text(text, "case.yaml", vocabulary)).recommendation
    (wires,) = [entry for entry in plan.advice if entry.rule == "wires_tapered"]
    (hybrid,) = [view for view in plan.views if view.algorithm == "Hybrid algorithm"]
    told = (f"{ELSEWHERE}stump." in wires.says, ELSEWHERE in hybrid.because)
    assert told == doubted
    assert ("occlusion length" in hybrid.because.rpartition(ELSEWHERE)[2]) is doubted[1]
