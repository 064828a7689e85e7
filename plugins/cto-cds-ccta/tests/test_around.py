"""What lies around an occlusion: branches, a second occlusion, the landing zone, the scan."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cto_cds_ccta.phantom.parts import Branch, Narrowing, Plate, Second, TableStep


@pytest.fixture(scope="module")
def plain(blunt_design):
    return replace(blunt_design, plates=(), bends=(), exit_mm=22.0)


def facts(case):
    return {fact.name: fact.value for fact in case.measured.facts}


def doubts(case):
    return {doubt.name: doubt.because for doubt in case.measured.doubts}


def test_a_vessel_without_branches_has_none_before_and_a_person_looks_behind(blunt):
    assert facts(blunt)["side_branch_at_proximal_cap"] == "no"
    for name in ("distal_cap_at_bifurcation", "landing_zone_large_branch"):
        assert name not in facts(blunt)
        assert "a person has to look" in doubts(blunt)[name]


def test_a_branch_before_the_cap_and_one_behind_are_seen(plain, measured_case):
    entry, leave = plain.entry_mm, plain.entry_mm + plain.length_mm
    branches = (Branch(entry - 2.6, 0.9, 75.0, 40.0), Branch(leave + 1.8, 0.9, 70.0, 220.0))
    case = measured_case(replace(plain, branches=branches))
    found = facts(case)
    assert found["side_branch_at_proximal_cap"] == "yes"
    assert found["distal_cap_at_bifurcation"] == "yes"
    notes = {fact.name: fact.note for fact in case.measured.facts}
    mouths = r"its mouth (?:ends|begins) at (.*) mm of the line, and the cap is at ([0-9.]*) mm"
    ends, first = re.search(mouths, notes["side_branch_at_proximal_cap"]).groups()
    assert -1.0 <= float(first) - float(ends) <= 3.0
    begins, last = re.search(mouths, notes["distal_cap_at_bifurcation"]).groups()
    taper = re.search(r"with a taper of (.*) mm\.", notes["distal_cap_at_bifurcation"])
    most = 3.0 + (float(taper[1]) if taper else 0.0)
    assert -1.0 <= float(begins) - float(last) <= most


def test_a_branch_far_from_the_cap_does_not_count(plain, measured_case):
    far = Branch(plain.entry_mm - 12.0, 0.9, 75.0, 40.0)
    assert (
        facts(measured_case(replace(plain, branches=(far,))))["side_branch_at_proximal_cap"] == "no"
    )


def test_two_occlusions_are_counted(plain, measured_case):
    second = Second(gap_mm=10.0, length_mm=8.0)
    found = facts(measured_case(replace(plain, second=second)))
    assert found["occlusion_count"] == 2
    assert "occlusion_length" not in found


def test_a_narrow_landing_zone_is_told(plain, measured_case):
    narrow = Narrowing(6.0, 0.6, 1.2)
    case = measured_case(replace(plain, narrowings=(narrow,)))
    assert facts(case)["distal_disease"] == "focal"
    assert "a short narrowing look milder than it is" in doubts(case)["distal_stenosis"]


def test_a_healthy_landing_zone_has_no_disease(plain, measured_case):
    found = facts(measured_case(plain))
    assert found["distal_disease"] == "none"
    assert float(found["distal_stenosis"]) < 20.0
    assert found["landing_zone_calcium"] == "none"


def test_calcium_is_placed_and_its_grade_left_to_a_person(plain, measured_case):
    plate = Plate(5.5, 9.0, angle_deg=50.0, arc_deg=150.0, thickness_mm=0.9)
    case = measured_case(replace(plain, plates=(plate,)))
    assert facts(case)["calcium_proximal_cap"] == "none"
    assert facts(case)["calcium_distal_cap"] == "none"
    assert "no published limits" in doubts(case)["calcium_body"]


def test_a_thin_plate_beside_the_contrast_is_told_and_hides_the_lumen(plain, measured_case):
    plate = Plate(3.5, 8.5, angle_deg=70.0, arc_deg=130.0, outer_mm=0.05, thickness_mm=0.25)
    case = measured_case(replace(plain, distal_plates=(plate,)))
    assert "brighter than the rest of its round" in doubts(case)["landing_zone_calcium"]
    assert "move the reference" in doubts(case)["distal_vessel_diameter"]
    assert "proximal_vessel_diameter" in facts(case)


def test_plaque_that_narrows_the_lumen_does_not_count_as_lumen(plain, measured_case):
    narrowed = replace(plain, diffuse_share=0.35, distal_hu=300.0)
    case = measured_case(narrowed)
    assert case.value("distal_vessel_diameter") == pytest.approx(
        case.truth["distal_lumen_diameter_mm"], abs=0.35
    )


def test_a_reference_at_the_edge_of_a_narrowing_is_left_to_a_person(plain, measured_case):
    narrow = Narrowing(7.0, 0.6, 1.2)
    case = measured_case(replace(plain, narrowings=(narrow,)))
    assert "where the lumen is even" in doubts(case)["distal_vessel_diameter"]
    assert "proximal_vessel_diameter" in facts(case)


def test_a_reference_close_to_another_interruption_is_left_to_a_person(plain, measured_case):
    case = measured_case(replace(plain, second=Second(gap_mm=6.5, length_mm=1.8)))
    assert "interrupted" in doubts(case)["distal_vessel_diameter"]
    assert "proximal_vessel_diameter" in facts(case)


def test_a_long_distal_taper_may_be_disease(plain, measured_case):
    case = measured_case(replace(plain, distal_taper_mm=4.5))
    assert "may be disease" in doubts(case)["distal_disease"]


def test_a_landing_zone_without_disease_says_from_which_loss_on_it_counts(plain, measured_case):
    case = measured_case(plain)
    note = next(fact.note for fact in case.measured.facts if fact.name == "distal_disease")
    assert facts(case)["distal_disease"] == "none"
    assert "a loss of more than 15 % counts, which it has over 0 % of its length" in note


def test_calcium_in_the_wall_hides_whether_the_landing_zone_is_diseased(plain, measured_case):
    plate = Plate(3.5, 8.5, angle_deg=70.0, arc_deg=130.0, outer_mm=0.05, thickness_mm=0.25)
    case = measured_case(replace(plain, distal_plates=(plate,)))
    assert "a narrowing would not be seen" in doubts(case)["distal_disease"]


def test_a_thin_plate_is_told_through_more_blur(plain, measured_case):
    plate = Plate(
        4.0, 8.0, angle_deg=70.0, arc_deg=90.0, outer_mm=0.05, thickness_mm=0.14, hu=500.0
    )
    case = measured_case(replace(plain, distal_plates=(plate,), fwhm_mm=1.0))
    assert "brighter than the rest of its round" in doubts(case)["landing_zone_calcium"]


def test_heart_muscle_beside_the_wall_is_no_calcium(plain, measured_case):
    case = measured_case(replace(plain, myocardium_gap_mm=0.1, fwhm_mm=1.0))
    assert facts(case)["landing_zone_calcium"] == "none"


def test_a_branch_of_about_the_size_that_counts_is_left_to_a_person(plain, measured_case):
    leave = plain.entry_mm + plain.length_mm
    at_limit, larger = (Branch(leave + 4.5, radius, 70.0, 220.0) for radius in (0.75, 1.05))
    case = measured_case(replace(plain, branches=(at_limit,)))
    assert "landing_zone_large_branch" in doubts(case)
    case = measured_case(replace(plain, branches=(larger,)))
    assert facts(case)["landing_zone_large_branch"] == "yes"


def test_slices_that_do_not_match_limit_the_image(plain, measured_case):
    step = TableStep(0.45, 0.6, 2, 2)
    case = measured_case(replace(plain, steps=(step,)))
    assert facts(case)["image_quality"] == "limited"
    note = next(fact.note for fact in case.measured.facts if fact.name == "image_quality")
    assert "jumps" in note


def test_a_clean_scan_is_good(plain, measured_case):
    assert facts(measured_case(plain))["image_quality"] == "good"
