"""A person may say where the reference diameters are measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Seeds

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.edits import Edits, document_of
from cto_cds_ccta.figure.marks import marks_of
from cto_cds_ccta.measure.occlusion import Places
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysed, analysis_of

NAMES = ("proximal_vessel_diameter", "distal_vessel_diameter")
BESIDE = np.array([0.3, 0.2, -0.3])


def point(case, at_mm, beside=BESIDE):
    place = case.phantom.line_lps_mm[round(at_mm / 0.25)] + beside
    return tuple(place.tolist())


def with_references(case, before=None, behind=None):
    line = case.phantom.line_lps_mm
    seeds = Seeds(tuple(line[16].tolist()), tuple(line[-17].tolist()), (), before, behind)
    return replace(case.request, seeds=seeds)


@pytest.fixture(scope="module")
def given(blunt):
    """The first reference 14 mm before the cap, the second where the program puts it."""
    return analysed(with_references(blunt, before=point(blunt, 10.0)), silent)


def test_the_diameter_is_measured_where_the_reference_point_lies(given, blunt):
    marks = {mark.letter: mark for mark in marks_of(given.found, Edits(), ())}
    assert marks["S"].at_mm == pytest.approx(10.0, abs=0.5)
    assert marks["S"].text == "S given"
    assert marks["E"].text == "E"
    facts = {fact.name: fact for fact in given.facts}
    assert "Where a person put the reference, 10." in facts["proximal_vessel_diameter"].note
    assert "5 mm beyond the distal cap" in facts["distal_vessel_diameter"].note


def test_a_reference_point_changes_no_other_number(given, blunt):
    free = {fact.name: fact.value for fact in blunt.measured.facts}
    changed = {fact.name for fact in given.facts if fact.value != free[fact.name]}
    assert changed <= {"proximal_vessel_diameter"}
    assert {fact.name for fact in given.facts} == set(free)


def test_reference_points_hold_for_seeds_as_well_and_are_kept_for_the_second_run(blunt):
    request = with_references(blunt, before=point(blunt, 10.0), behind=point(blunt, 47.0))
    review = CctaBackend().review(replace(request, centreline=None), silent)
    middle = review.document["references_mm"]
    again = CctaBackend().again(review.state, review.document, silent, draw=False)
    first = {fact.name: fact for fact in review.measurements.facts}
    second = {fact.name: fact for fact in again.facts}
    for name, letter in zip(NAMES, "SE", strict=True):
        assert middle[letter] == pytest.approx({"S": 6.0, "E": 43.0}[letter], abs=1.5)
        assert "Where a person put the reference" in first[name].note
        assert second[name].value == first[name].value
        assert second[name].note == first[name].note


def test_a_reference_that_is_moved_in_the_review_is_where_it_was_moved_to(given):
    edits = Edits(places=Places(before_mm=14.0), changed=True, moved=frozenset("S"))
    again = analysis_of(given.marked, silent, edits)
    assert document_of(again.found, "x")["references_mm"]["S"] == pytest.approx(14.0, abs=0.2)


@pytest.mark.parametrize(
    ("key", "at_mm", "beside", "words"),
    [
        ("proximal_reference", 10.0, (0.0, 0.0, 9.0), "beside the middle of the vessel"),
        ("distal_reference", 47.0, (900.0, 0.0, 0.0), "beside the middle of the vessel"),
        ("proximal_reference", 30.0, (0.0, 0.0, 0.0), "where there is no contrast"),
        ("distal_reference", 30.0, (0.0, 0.0, 0.0), "where there is no contrast"),
        ("proximal_reference", 47.0, (0.0, 0.0, 0.0), "the occlusion is"),
        ("distal_reference", 10.0, (0.0, 0.0, 0.0), "the occlusion is"),
    ],
)
def test_a_reference_point_off_the_open_vessel_is_refused_by_name(blunt, key, at_mm, beside, words):
    side = "before" if key.startswith("proximal") else "behind"
    request = with_references(blunt, **{side: point(blunt, at_mm, np.array(beside))})
    with pytest.raises(BackendError) as caught:
        analysed(request, silent)
    (problem,) = caught.value.problems
    assert words in problem.found
    assert problem.place.key == key
    assert problem.mend


def test_both_reference_points_off_the_vessel_are_told_together(blunt):
    far = (900.0, 0.0, 0.0)
    with pytest.raises(BackendError) as caught:
        analysed(with_references(blunt, far, far), silent)
    assert {problem.place.key for problem in caught.value.problems} == {
        "proximal_reference",
        "distal_reference",
    }
