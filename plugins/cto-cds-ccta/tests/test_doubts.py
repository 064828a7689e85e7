"""What cannot be trusted is left to a person, without a value."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from cto_cds.dicom.volume import Volume

from cto_cds_ccta.judgement import doubts_of
from cto_cds_ccta.measure.chalk import chalk_of
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysed, told
from cto_cds_ccta.readings import Reading
from cto_cds_ccta.readings.calcium import calcium_readings
from cto_cds_ccta.readings.landing import landing_readings
from cto_cds_ccta.readings.quality import quality_reading
from cto_cds_ccta.readings.unmeasured import NAMES as NOT_MEASURED


def doubts(measured):
    return {doubt.name: doubt.because for doubt in measured.doubts}


def test_plaque_as_bright_as_the_distal_lumen_leaves_the_length_to_review(bright_plaque):
    assert "nearly as bright" in doubts(bright_plaque.measured)["occlusion_length"]


def test_where_a_cap_is_doubted_the_count_is_no_fact(bright_plaque):
    assert "occlusion_count" in doubts(bright_plaque.measured)


def test_a_doubted_fact_has_no_value(bright_plaque):
    names = {fact.name for fact in bright_plaque.measured.facts}
    assert not names & set(doubts(bright_plaque.measured))


def test_a_doubted_length_stands_in_the_picture_as_such(bright_plaque, blunt):
    assert bright_plaque.measured.figures[0].content != blunt.measured.figures[0].content
    assert "occlusion_length" in doubts(bright_plaque.measured)


GRADES = {
    "calcium_score",
    "calcification",
    "calcium_proximal_cap",
    "calcium_body",
    "calcium_distal_cap",
    "landing_zone_calcium",
}
BRANCHES_NOT_SEEN = {"distal_cap_at_bifurcation", "landing_zone_large_branch"}


def test_a_clear_case_leaves_to_a_person_what_has_no_limit_is_not_seen_or_not_measured(case):
    assert set(doubts(case.measured)) <= GRADES | BRANCHES_NOT_SEEN | set(NOT_MEASURED)


@pytest.fixture(scope="module")
def severity(blunt):
    """Read the calcium of an occlusion as if its sections were so full of it."""
    found = analysed(blunt.request, silent).found
    highest = found.calcium.max_area_percent

    def read(area: float, sd: float) -> dict[str, Reading]:
        fuller = replace(found.calcium, area_percent=found.calcium.area_percent * area / highest)
        readings = calcium_readings(replace(found, calcium=fuller), chalk_of(found), sd)
        return {each.name: each for each in readings}

    return read


def test_calcium_that_is_severe_by_its_share_says_so_and_why_its_grade_is_open(severity):
    because = severity(71.0, 12.4)["calcification"].because
    assert because.startswith(
        "By its share, 71 % of a cross-section (sd 12), the calcium is severe"
    )
    for words in ("50 % lies within two sd", "a blur of 0.", "a person confirms the grade"):
        assert words in because


def test_calcium_that_surely_is_severe_says_so(severity):
    assert severity(85.0, 12.4)["calcification"].value == "severe"


def test_calcium_below_half_is_not_called_severe_and_leaves_the_grade_to_a_person(severity):
    because = severity(46.0, 8.0)["calcification"].because
    assert "46 % of a cross-section (sd 8)" in because
    assert "mild or moderate has no published limit" in because
    assert "is severe" not in because


def test_strong_noise_leaves_the_classes_to_review(blunt):
    volume = blunt.request.volume
    noise = np.random.default_rng(1).normal(0.0, 130.0, volume.hu.shape)
    noisy = Volume((volume.hu + noise).astype(np.int16), volume.affine_lps_mm, volume.info)
    analysis = analysed(replace(blunt.request, volume=noisy), silent)
    assert "necrotic_core_pav" in doubts(told(analysis, "noise"))


def test_a_taper_between_blunt_and_tapered_is_not_named(blunt_design, measured_case):
    design = replace(blunt_design, plates=(), bends=(), proximal_taper_mm=1.9)
    assert "between blunt and tapered" in doubts(measured_case(design).measured)["stump"]


def test_no_calcium_is_not_told_where_the_image_would_hide_it(tapered):
    analysis = analysed(tapered.request, silent)
    assert {"calcium_proximal_cap", "landing_zone_calcium"} <= {f.name for f in analysis.facts}
    levels = replace(analysis.found.levels, fwhm_mm=1.4)
    dull = replace(analysis.found, levels=levels)
    because = {
        doubt.name: doubt.because
        for doubt in doubts_of(dull, analysis.sd, analysis.marked, analysis.findings)
    }
    for name in ("calcification", "calcium_proximal_cap", "landing_zone_calcium"):
        assert "a blur of 1.4 mm may hide it" in because[name]
    weak = replace(analysis.findings.zone, stenosis_sd_percent=27.0)
    (read,) = (one for one in landing_readings(weak) if one.name == "landing_zone_calcium")
    assert "a person looks for calcium" in read.because


def test_weak_contrast_behind_the_occlusion_is_warned_of(tapered):
    quality = analysed(tapered.request, silent).findings.quality
    weak = quality_reading(replace(quality, distal_hu=198.0))
    assert weak.value == "limited"
    assert "198 HU behind the occlusion is weak (limit 250)" in weak.note


def test_an_occlusion_is_told_with_its_caps_wherever_it_is_told(tapered):
    found = analysed(tapered.request, silent).found
    caps = f"{found.proximal.at_mm:.1f} to {found.distal.at_mm:.1f} mm"
    (count,) = (one for one in tapered.measured.facts if one.name == "occlusion_count")
    assert caps in count.note


def test_what_limits_the_image_stands_first_with_its_limit(tapered):
    quality = replace(analysed(tapered.request, silent).findings.quality, blooming=False)
    weak = quality_reading(replace(quality, distal_hu=249.0))
    assert weak.note.startswith("Why: Contrast of 249 HU behind the occlusion is weak (limit 250)")
    assert quality_reading(quality).note.startswith("Noise")


def test_where_bends_are_counted_is_told(case):
    (bends,) = (one for one in case.measured.facts if one.name == "bends_over_120")
    assert "which lies" in bends.note
    assert "before the proximal cap, to the distal cap" in bends.note


def test_bends_are_not_counted_along_a_line_that_begins_close_before_the_cap(blunt):
    line = blunt.request.centreline
    away = round((blunt.phantom.design.entry_mm - 7.0) / 0.25)
    near = replace(
        line, points_lps_mm=line.points_lps_mm[away:], outer_radius_mm=line.outer_radius_mm[away:]
    )
    measured = told(analysed(replace(blunt.request, centreline=near), silent), "cto-cds-ccta")
    counts = {"bends_over_70", "bends_over_90", "bends_over_120"}
    assert not counts & {fact.name for fact in measured.facts}
    doubts = {doubt.name: doubt.because for doubt in measured.doubts}
    for name in counts:
        assert re.search(r"begins only [67]\.\d mm before the proximal cap", doubts[name])
        assert "at least 10 mm before the cap" in doubts[name]
