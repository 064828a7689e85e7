"""What cannot be trusted is left to a person, without a value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.dicom.volume import Volume

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.design import Plaque
from cto_cds_ccta.phantom.study import silent


@pytest.fixture(scope="module")
def bright_plaque(blunt_design, measured_case):
    plaque = Plaque(necrotic_hu=185.0, fibrofatty_hu=185.0, fibrous_hu=185.0)
    return measured_case(replace(blunt_design, plaque=plaque, plates=(), distal_hu=250.0))


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


def test_a_clear_case_leaves_grades_without_a_limit_and_unseen_branches_to_a_person(case):
    assert set(doubts(case.measured)) <= GRADES | BRANCHES_NOT_SEEN


def test_strong_noise_leaves_the_classes_to_review(blunt):
    volume = blunt.request.volume
    noise = np.random.default_rng(1).normal(0.0, 130.0, volume.hu.shape)
    noisy = Volume((volume.hu + noise).astype(np.int16), volume.affine_lps_mm, volume.info)
    measured = CctaBackend().measure(replace(blunt.request, volume=noisy), silent)
    assert "necrotic_core_pav" in doubts(measured)


def test_a_taper_between_blunt_and_tapered_is_not_named(blunt_design, measured_case):
    design = replace(blunt_design, plates=(), bends=(), proximal_taper_mm=1.9)
    assert "between blunt and tapered" in doubts(measured_case(design).measured)["stump"]
