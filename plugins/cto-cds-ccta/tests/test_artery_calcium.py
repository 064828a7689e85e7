"""Calcium of the whole artery, in words and numbers that a reader can tell apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cto_cds_ccta.phantom.parts import Plate

BEYOND = Plate(4.0, 6.0, angle_deg=70.0, arc_deg=360.0, outer_mm=0.05, thickness_mm=0.7, hu=1300.0)


@pytest.fixture(scope="module")
def plain(blunt_design):
    return replace(blunt_design, plates=(), bends=(), exit_mm=22.0, distal_hu=230.0)


def because(told, name):
    return next(one["because"] for one in told["needs_review"] if one["fact"] == name)


def test_calcium_beyond_is_counted_over_the_fainter_contrast_there(plain, quantified):
    told = quantified(replace(plain, distal_plates=(BEYOND,)))
    assert float(told["study"]["artery_calcium_volume"].split()[-2]) > 1.0
    assert "over the contrast there" in because(told, "calcium_score")


def test_calcium_beyond_that_is_too_thin_to_count_makes_the_score_a_least_one(plain, quantified):
    thin = replace(BEYOND, end_mm=9.0, arc_deg=60.0, hu=900.0)
    told = quantified(replace(plain, distal_plates=(thin,)))
    assert told["study"]["cta_calcium_score"].startswith("at least 0")
    assert "Not counted" in because(told, "calcium_score")


def test_an_artery_without_calcium_has_a_score_of_nothing(plain, quantified):
    told = quantified(plain)
    assert told["study"]["cta_calcium_score"].startswith("0 (not")
    assert "Not counted" not in because(told, "calcium_score")


def test_a_plate_that_the_cap_reaches_within_its_error_is_left_to_a_person(plain, quantified):
    """The plate begins where the cap ends, 3 mm behind it; the cap may be off by more."""
    body = Plate(3.0, 9.0, angle_deg=50.0, arc_deg=150.0, thickness_mm=0.9)
    told = quantified(replace(plain, plates=(body,)))
    assert "calcium_proximal_cap" not in told["ccta"]
    assert "by which it may be off" in because(told, "calcium_proximal_cap")
    assert "mm3" in because(told, "calcium_body")


def test_a_plate_farther_from_the_cap_than_it_may_be_off_is_none_of_the_cap(plain, quantified):
    body = Plate(4.5, 9.0, angle_deg=50.0, arc_deg=150.0, thickness_mm=0.9)
    told = quantified(replace(plain, plates=(body,)))
    assert told["ccta"]["calcium_proximal_cap"]["value"] == "none"


def test_a_thin_plate_at_a_cap_is_no_trace(plain, quantified):
    thin = Plate(0.5, 2.8, angle_deg=50.0, arc_deg=150.0, thickness_mm=0.5, hu=800.0)
    told = quantified(replace(plain, plates=(thin,)))
    assert "calcium_proximal_cap" not in told["ccta"]
    assert "degrees" in because(told, "calcium_proximal_cap")


def test_each_volume_of_calcium_says_by_which_border(plain, quantified):
    body = Plate(4.0, 9.0, angle_deg=50.0, arc_deg=150.0, thickness_mm=0.9)
    told = quantified(replace(plain, plates=(body,)))
    assert "351 HU" in told["ccta"]["dense_calcium_volume"]["note"]
    assert "half of its own brightness" in because(told, "calcium_body")
    assert "not from 351 HU" in because(told, "calcium_body")
    assert "half of its own brightness" in because(told, "calcium_score")
