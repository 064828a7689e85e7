"""What a score tells of itself: its limits, remarks, ranges, figures, and for whom it is."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("length", "points", "noted"), [("19.999", 0, False), ("20", 1, True), ("20.001", 1, False)]
)
def test_a_value_exactly_on_a_limit_is_told(known_but, length, points, noted):
    score = known_but(f"angiography.occlusion_length: {length} mm").scores["j_cto"]
    assert score.points.low == score.points.high == points
    told = [note for note in score.notes if "exactly on the limit" in note]
    assert len(told) == int(noted)
    if noted:
        assert told[0].startswith("Length sits exactly on the limit. Papers print both")


@pytest.mark.parametrize(("share", "noted"), [(50, True), (51, False), (100, False)])
def test_a_limit_that_decides_nothing_is_not_told(known_but, share, noted):
    ring = ("ccta.calcium_arc: 360 deg", f"ccta.calcium_area_fraction: {share} %")
    notes = known_but(*ring).scores["kcct"].notes
    assert any("fills half of a cross-section sits exactly on" in note for note in notes) == noted


def test_a_score_made_for_angiography_says_what_it_took_from_ct(known_but):
    score = known_but("angiography.occlusion_length:", "angiography.stump:").scores["j_cto"]
    (note,) = [note for note in score.notes if note.startswith("Made for")]
    assert note == (
        "Made for Invasive angiography; read from Coronary CT angiography: occlusion length, stump."
    )
    assert not [n for n in known_but().scores["j_cto"].notes if n.startswith("Made for")]


def test_a_remark_is_shown_when_it_is_known_to_hold_and_only_then(known_but):
    def remarks(in_stent: str) -> list[str]:
        notes = known_but(f"angiography.in_stent:{in_stent}").scores["j_cto"].notes
        return [note for note in notes if "this lesion lies in a stent" in note]

    assert len(remarks(" yes")) == 1
    assert remarks(" no") == []
    assert remarks("") == []


def test_a_range_names_what_is_missing_and_every_grade_that_is_possible(known_but):
    score = known_but("angiography.stump:", "ccta.stump:", "angiography.calcification:").scores[
        "j_cto"
    ]
    assert score.state == "range"
    assert (score.points.low, score.points.high) == (0, 2)
    assert score.grades == ("easy", "intermediate", "difficult")
    assert score.missing == ("angiography.stump", "angiography.calcification")


def test_a_published_figure_is_never_without_its_population(known_but):
    outcome = known_but().scores["j_cto"].outcome
    assert len({entry.population for entry in outcome}) > 1
    assert {entry.grade for entry in outcome} == {"easy"}
    first = outcome[0]
    assert (first.value, first.unit) == ("87.7", "%")
    assert first.population.startswith("Derivation set, Japan")
    assert first.cite


def test_a_score_that_does_not_apply_says_why_and_has_no_points(known_but):
    score = known_but("angiography.target_vessel: graft").scores["j_cto"]
    assert score.state == "not_applicable"
    assert "graft" in score.because
    assert (score.points, score.grades, score.criteria, score.outcome) == (None, (), (), ())


def test_a_score_is_as_far_verified_as_its_weakest_part(known_but):
    scores = known_but().scores
    assert scores["j_cto"].verified == "unverified"
    weakest = {item.verified for item in scores["ct_rector"].criteria}
    assert "unverified" in weakest
    assert scores["ct_rector"].verified == "unverified"
