"""What a user reads is close to what was drawn."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from cto_cds_ccta.measure.composition import composition
from cto_cds_ccta.measure.line import STEP_MM
from cto_cds_ccta.measure.spread import spread
from cto_cds_ccta.measure.straight import PIXEL_MM
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysed

CLASSES = ("necrotic_core", "fibrofatty", "fibrous", "dense_calcium")


def test_the_length_is_within_a_millimetre(case):
    assert case.value("occlusion_length") == pytest.approx(
        case.truth["occlusion_length_mm"], abs=1.0
    )


@pytest.mark.parametrize("end", ["proximal", "distal"])
def test_the_caps_are_marked_where_contrast_ends_and_returns(case, end):
    mark = np.array(case.measured.marks[f"{end}_cap_lps_mm"])
    assert np.linalg.norm(mark - case.truth[f"{end}_cap_lps"]) < 1.0


def test_the_sharpest_bend_is_within_three_degrees(case):
    assert case.value("max_bend") == pytest.approx(case.truth["max_bend_deg"], abs=3.0)


def test_the_volume_is_within_eight_per_cent(case):
    assert case.value("plaque_volume") == pytest.approx(case.truth["vessel_volume_mm3"], rel=0.08)


def test_the_class_shares_are_what_the_image_shows_within_five_points_or_two_sd(case):
    for name in CLASSES:
        apparent = case.truth["apparent_percent"][name]
        margin = max(5.0, 2 * case.sd(f"{name}_pav"))
        assert case.value(f"{name}_pav") == pytest.approx(apparent, abs=min(margin, 10.0)), name


def test_the_class_volumes_add_up_to_the_plaque_volume(case):
    total = sum(case.value(f"{name}_volume") for name in CLASSES)
    assert total == pytest.approx(case.value("plaque_volume"), abs=0.3)


def test_the_arc_of_calcium_is_within_twenty_degrees(case):
    assert case.value("calcium_arc") == pytest.approx(case.truth["calcium_arc_deg"], abs=20.0)


def test_the_area_of_calcium_is_within_eight_points(case):
    truth = 100 * case.truth["calcium_area_fraction"]
    assert case.value("calcium_area_fraction") == pytest.approx(truth, abs=8.0)


def test_no_calcium_is_found_where_there_is_none(tapered):
    assert tapered.value("calcium_arc") == 0
    assert tapered.value("dense_calcium_volume") < 1.0


def test_the_lumen_diameters_are_within_a_quarter_of_a_millimetre(case):
    for name, key in (("proximal", "reference"), ("distal", "distal")):
        truth = case.truth[f"{key}_lumen_diameter_mm"]
        assert case.value(f"{name}_vessel_diameter") == pytest.approx(truth, abs=0.25), name


def test_a_blunt_stump_is_told_from_a_tapered_one(blunt, tapered):
    assert blunt.word("stump") == "blunt"
    assert tapered.word("stump") == "tapered"


def test_one_gap_in_the_line_is_one_occlusion(case):
    assert case.word("occlusion_count") == 1


def test_the_tube_voltage_comes_from_the_series(tapered):
    assert tapered.value("tube_voltage") == 100
    assert any("120 kV" in note for note in tapered.measured.notes)


def test_every_measured_number_tells_how_far_it_may_be_off(case):
    for fact in case.measured.facts:
        if isinstance(fact.value, Decimal) and fact.name != "tube_voltage":
            assert fact.sd > 0, fact.name


def test_the_standard_deviations_cover_the_errors(case):
    for name, key in (("occlusion_length", "occlusion_length_mm"), ("max_bend", "max_bend_deg")):
        assert abs(case.value(name) - case.truth[key]) < 3 * case.sd(name) + 0.1, name


def test_faint_calcium_may_be_off_by_what_the_grid_of_voxels_blurs(blunt):
    found = analysed(blunt.request, silent).found
    ends = found.proximal.at_mm, found.distal.at_mm
    hu, grid_mm = found.vessel.hu, np.array([STEP_MM, PIXEL_MM, PIXEL_MM])
    faint = replace(found.vessel, hu=np.minimum(hu, 250.0 + 0.4 * (hu - 250.0)))
    dull_hu = gaussian_filter(faint.hu, blunt.phantom.design.slice_mm / np.sqrt(12) / grid_mm)
    seen, dull = (
        composition(vessel, *ends, found.levels.noise_hu)
        for vessel in (faint, replace(faint, hu=dull_hu))
    )
    sd = spread(replace(found, vessel=faint, content=seen)).class_mm3[3]
    assert 0.9 * (seen.class_mm3[3] - dull.class_mm3[3]) < sd


def test_facts_carry_name_and_version_of_the_backend(case):
    assert case.measured.source == "cto-cds-ccta 0.1.0"


def test_the_vessel_volume_stands_in_the_study_entries(case):
    number, unit = case.measured.study["occlusion_vessel_volume"].split()
    assert unit == "mm3"
    assert float(number) == pytest.approx(case.truth["vessel_volume_mm3"], rel=0.08)
