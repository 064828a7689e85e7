"""A wall that a person corrected marks what is measured in it, and says what it takes or leaves."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from cto_cds.facts.measured import MeasuredFact

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.edits import Edits
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.rests import Rest, with_status


@pytest.fixture(scope="module")
def measured_long(blunt_design, request_of):
    long = replace(blunt_design, length_mm=24.0, bends=())
    return CctaBackend().review(request_of(long), silent)


@pytest.mark.parametrize("away_mm", [4.5, -8.0])
def test_a_corrected_wall_that_leaves_the_caps_where_they_are_edits_nothing_of_them(
    measured_again, review, away_mm
):
    at = review.document["caps_mm"]["P"] + away_mm
    found = measured_again(review)
    again = measured_again(review, wall=[{"at_mm": at, "radius_mm": 1.7}])
    of_the_caps = ("occlusion_length", "max_bend", "stump", "occlusion_count")
    for name in (*of_the_caps, "side_branch_at_proximal_cap"):
        assert again.facts[name].value == found.facts[name].value
        assert again.facts[name].status == "auto"


@pytest.mark.parametrize(("before", "status"), [("14.3", "auto"), ("14.1", "edited")])
def test_a_corrected_wall_edits_a_length_that_it_changes(before, status):
    length = MeasuredFact("occlusion_length", Decimal("14.3"), "mm")
    rests = {"occlusion_length": Rest(frozenset("PD"), ((19.0, 29.0),))}
    corrected = Edits(wall=((24.0, 0.9),), changed=True)
    told = with_status(length, rests, corrected, {"occlusion_length": Decimal(before)})
    assert told.status == status


def test_a_corrected_wall_marks_what_is_measured_in_it(measured_again, review):
    caps = review.document["caps_mm"]
    middle = sum(caps.values()) / 2
    again = measured_again(review, wall=[{"at_mm": middle, "radius_mm": 1.85}])
    assert "plaque_volume" in again.named("edited")
    assert "necrotic_core_pav" in again.named("edited")
    assert "proximal_vessel_diameter" in again.named("auto")
    assert "corrected the outer wall" in again.notes


def test_an_outer_wall_corrected_into_fat_is_told_with_how_much_fat(measured_again, review):
    middle = sum(review.document["caps_mm"].values()) / 2
    again = measured_again(review, wall=[{"at_mm": middle, "radius_mm": 3.0}])
    told = re.search(r"takes in (\d+\.\d) mm3 of fat", again.notes)
    assert float(told[1]) > 10.0
    assert (
        "takes in" not in measured_again(review, wall=[{"at_mm": middle, "radius_mm": 1.4}]).notes
    )


def test_a_wall_corrected_into_fat_gives_no_plaque_of_that_fat(measured_again, review):
    """The blur of the border of fat looks like necrotic core, and more of it looks surer."""
    middle = sum(review.document["caps_mm"].values()) / 2
    again = measured_again(
        review, wall=[{"at_mm": middle, "radius_mm": 2.6}], confirmed=["wall", "caps"]
    )
    told = re.search(r"takes in (\d+\.\d) mm3 of fat", again.notes)
    for name in (
        "necrotic_core_pav",
        "necrotic_core_volume",
        "fibrous_volume",
        "plaque_volume",
        "percent_atheroma_volume",
        "calcium_area_fraction",
    ):
        assert name not in again.facts
        assert "mm3 of fat (below -30 HU) between the caps" in again.doubts[name]
    assert float(told[1]) > 1.0
    assert "occlusion_length" in again.facts
    assert again.facts["calcium_distal_cap"].value == "none"


def test_fat_that_a_corrected_wall_takes_in_beside_the_occlusion_is_no_plaque(
    measured_again, review
):
    at = review.document["caps_mm"]["P"] - 18.0
    again = measured_again(review, wall=[{"at_mm": at, "radius_mm": 3.0}])
    assert "mm3 of fat" in again.notes
    assert "necrotic_core_pav" in again.facts


def test_a_wall_corrected_inwards_past_calcium_is_told_and_no_calcium_is_measured(
    measured_again, review
):
    middle = sum(review.document["caps_mm"].values()) / 2
    again = measured_again(
        review, wall=[{"at_mm": middle, "radius_mm": 0.8}], confirmed=["wall", "caps"]
    )
    told = re.search(r"leaves out (\d+\.\d) mm3 of what .* (\d+\.\d) of it calcium", again.notes)
    assert float(told[1]) > float(told[2]) > 1.0
    for name in (
        "calcium_area_fraction",
        "dense_calcium_volume",
        "calcification",
        "plaque_volume",
        "percent_atheroma_volume",
    ):
        assert name not in again.facts
        assert f"leaves out {told[2]} mm3 of calcium" in again.doubts[name]
    assert (
        "leaves out" not in measured_again(review, wall=[{"at_mm": middle, "radius_mm": 3.0}]).notes
    )


def test_a_wall_corrected_past_calcium_leaves_a_far_cap_as_it_was_found(
    measured_again, measured_long
):
    caps = measured_long.document["caps_mm"]
    again = measured_again(measured_long, wall=[{"at_mm": caps["P"] + 4.0, "radius_mm": 0.8}])
    assert "leaves out" in again.doubts["calcium_proximal_cap"]
    assert again.facts["calcium_distal_cap"].value == "none"
    assert again.facts["calcium_distal_cap"].status == "auto"
