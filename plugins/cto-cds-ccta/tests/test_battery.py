"""The battery draws what its designs say, keeps its truth, and gives the same again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from cto_cds.errors import StudyError
from cto_cds.hookspecs import Scanner
from scipy.ndimage import map_coordinates

from cto_cds_ccta.phantom.battery import RESERVED, TUNING, design, scanner
from cto_cds_ccta.phantom.bends import bends_over, sharpest_deg
from cto_cds_ccta.phantom.chalk import chalk_of
from cto_cds_ccta.phantom.course import course
from cto_cds_ccta.phantom.design import Design
from cto_cds_ccta.phantom.expected import expected_facts
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.noise import PEAK_PER_MM, noise
from cto_cds_ccta.phantom.study import Phantom, make_phantom
from cto_cds_ccta.phantom.tissue import recipe
from cto_cds_ccta.phantom.voltage import calcium_hu, contrast_hu
from cto_cds_ccta.practice import Battery

SOME = list(TUNING)[:40]


@pytest.fixture(scope="module")
def patients():
    return [design(seed) for seed in SOME]


@pytest.fixture(scope="module")
def drawn():
    made = {}

    def make(name: str) -> Phantom:
        if name not in made:
            made[name] = make_phantom(replace(GALLERY[name], noise_hu=1.0, fwhm_mm=0.7))
        return made[name]

    return make


def brightness(phantom, arc_mm, across=(0.0, 0.0)):
    line = course(phantom.design)
    at = round(arc_mm / line.arc_mm[1])
    point = line.points_mm[at] + across[0] * line.frame[at, 1] + across[1] * line.frame[at, 2]
    inverse = np.linalg.inv(phantom.image.affine_lps_mm)
    index = inverse[:3, :3] @ point + inverse[:3, 3]
    return float(map_coordinates(phantom.image.hu.astype(float), index[:, None], order=1)[0])


def test_seeds_for_tuning_and_seeds_for_final_figures_are_apart():
    assert not set(TUNING) & set(RESERVED)
    assert len(RESERVED) >= 100


def test_a_seed_gives_the_same_patient_and_another_seed_another(patients):
    assert design(SOME[0]) == patients[0]
    assert len({patient.length_mm for patient in patients}) == len(SOME)


def test_the_battery_holds_everything_that_can_mislead_a_measurement(patients):
    seen = Counter()
    for patient in patients:
        seen.update(other.kind for other in patient.neighbours)
        for name in ("second", "aorta", "chamber_mm", "lung_mm", "branches", "plates"):
            seen[name] += bool(getattr(patient, name))
        seen["distal disease"] += bool(patient.narrowings or patient.diffuse_share)
        seen["faint"] += patient.distal_hu < 250
        seen["c-shape"] += patient.heart_radius_mm < 32
        seen["ring"] += any(plate.arc_deg == 360 for plate in patient.plates)
        seen["many bends"] += len(patient.bends) > 2
        seen["tapered"] += patient.proximal_taper_mm > 2
    assert all(seen[name] for name in seen)
    assert seen["tapered"] < len(patients)


def test_a_scanner_by_chance_stays_within_what_is_promised(patients):
    for patient in map(scanner, patients):
        assert 0.7 <= patient.fwhm_mm <= 1.4
        assert 20 <= patient.noise_hu <= 40
        assert patient.tube_voltage_kv in {80, 100, 120}
        assert 0.5 <= patient.slice_mm <= 2


def test_every_occlusion_of_two_has_its_own_truth_and_contrast_lies_between(drawn):
    phantom = drawn("two-occlusions")
    first, second = phantom.truth["occlusions"]
    assert phantom.truth["occlusion_count"] == 2
    between = (first["distal_cap_mm"] + second["proximal_cap_mm"]) / 2
    assert brightness(phantom, between) > 250
    for lesion, volumes in zip((first, second), phantom.image.material_mm3, strict=True):
        assert volumes.sum() == pytest.approx(lesion["vessel_volume_mm3"], rel=0.01)
        middle = (lesion["proximal_cap_mm"] + lesion["distal_cap_mm"]) / 2
        assert brightness(phantom, middle) < 230


def test_a_branch_is_bright_where_the_truth_says_it_runs_and_is_told_at_the_caps(drawn):
    phantom = drawn("side-branches")
    (lesion,) = phantom.truth["occlusions"]
    assert lesion["side_branch_at_proximal_cap"]
    assert lesion["distal_cap_at_bifurcation"]
    inverse = np.linalg.inv(phantom.image.affine_lps_mm)
    for branch in phantom.truth["branches"]:
        start, on = np.array(branch["origin_lps"]), np.array(branch["runs_through_lps"])
        assert np.linalg.norm(on - start) == pytest.approx(5.0, abs=0.3)
        index = inverse[:3, :3] @ on + inverse[:3, 3]
        inside = map_coordinates(phantom.image.hu.astype(float), index[:, None], order=1)[0]
        assert inside > 180, branch


def test_a_vessel_with_a_branch_elsewhere_has_none_at_its_caps():
    far = replace(
        GALLERY["side-branches"], branches=GALLERY["side-branches"].branches[:1], neighbours=()
    )
    (lesion,) = make_phantom(replace(far, slice_mm=2.0, pixel_mm=0.8)).truth["occlusions"]
    assert not lesion["side_branch_at_proximal_cap"]
    assert not lesion["distal_cap_at_bifurcation"]


def test_metal_is_far_brighter_than_plaque_and_its_classes_are_not_expected(drawn):
    phantom = drawn("in-stent")
    assert phantom.truth["in_stent"]
    assert phantom.image.hu.max() > 800
    expected = {fact.name: fact.value for fact in expected_facts(phantom.truth)}
    assert expected["in_stent"] == "yes"
    assert expected["dense_calcium_pav"] is None


@pytest.mark.parametrize("name", ["patent", "no-contrast"])
def test_no_number_is_expected_where_none_can_be_seen(drawn, name):
    expected = expected_facts(drawn(name).truth)
    assert expected
    assert all(fact.value is None for fact in expected)


def test_without_contrast_the_vessel_is_as_dark_as_blood(drawn):
    assert brightness(drawn("no-contrast"), 10.0) == pytest.approx(40, abs=8)


def test_iodine_and_calcium_brighten_as_the_tube_voltage_falls(drawn):
    assert contrast_hu(400, 80) > contrast_hu(400, 100) > contrast_hu(400, 120) == 400
    assert calcium_hu(700, 80) > calcium_hu(700, 100) > calcium_hu(700, 120) == 700
    assert brightness(drawn("low-voltage"), 10.0) > 600


def test_a_moved_slab_is_moved_by_what_the_truth_says():
    plain = replace(GALLERY["table-step"], noise_hu=0.0, slice_mm=1.0, pixel_mm=0.6)
    moved, still = (make_phantom(d) for d in (plain, replace(plain, steps=())))
    (step,) = moved.truth["steps"]
    slab = slice(step["first_slice"], step["behind_slice"])
    columns, rows = (round(mm / plain.pixel_mm) for mm in step["shift_lps_mm"][:2])
    shifted = np.roll(still.image.hu[slab], (rows, columns), axis=(1, 2))
    assert np.array_equal(moved.image.hu[slab, 5:-5, 5:-5], shifted[:, 5:-5, 5:-5])
    before = slice(0, step["first_slice"])
    assert np.array_equal(moved.image.hu[before], still.image.hu[before])


def test_a_full_moon_fills_its_section_and_a_ring_goes_all_round():
    for name, area in (("full-moon", 0.9), ("long-tapered-ring", 0.4)):
        ring = GALLERY[name]
        chalk = chalk_of(recipe(ring, course(ring)), ring.entry_mm, ring.entry_mm + ring.length_mm)
        assert chalk.arc_deg == 360
        assert chalk.area_fraction > area


def test_a_line_that_turns_back_counts_as_one_bend_over_every_limit():
    line = course(GALLERY["hairpin-bend"])
    assert [bends_over(line, 0.0, 46.0, limit) for limit in (70, 90, 120)] == [1, 1, 1]
    assert sharpest_deg(line, 28.0, 46.0) > 120
    straight = course(replace(GALLERY["hairpin-bend"], bends=()))
    assert bends_over(straight, 0.0, 46.0, 70) == 0


def test_the_distal_stenosis_is_the_one_that_was_designed(drawn):
    zone = drawn("faint-distal-vessel").truth["landing_zone"]
    assert zone["disease"] == "diffuse"
    assert zone["calcium"]
    assert 50 < zone["stenosis_percent"] < 75
    assert zone["least_lumen_diameter_mm"] < 0.6 * zone["mean_lumen_diameter_mm"] * 1.5


def test_the_noise_has_the_strength_and_the_spectrum_of_a_soft_kernel():
    made = noise(Design("noise", 1, noise_hu=30.0, pixel_mm=0.35), (24, 256, 256))
    assert made.std() == pytest.approx(30.0, rel=0.01)
    power = np.mean(np.abs(np.fft.fft2(made)) ** 2, axis=0)
    frequency = np.hypot(*np.meshgrid(*[np.fft.fftfreq(256, 0.35)] * 2))
    rings = [
        power[(frequency >= low) & (frequency < low + 0.05)].mean() for low in np.arange(0, 1, 0.05)
    ]
    assert 0.05 * int(np.argmax(rings)) + 0.025 == pytest.approx(PEAK_PER_MM, abs=0.051)
    assert rings[0] < 0.5 * max(rings)


def test_points_are_placed_half_a_millimetre_beside_the_vessel(patients):
    from cto_cds_ccta.phantom.points import place_seeds

    off = []
    for patient in patients:
        line = course(patient)
        placed = place_seeds(patient, line)
        points = (placed.proximal_lps_mm, *placed.waypoints_lps_mm, placed.distal_lps_mm)
        off += [np.linalg.norm(line.points_mm - point, axis=1).min() for point in points]
        assert len(placed.waypoints_lps_mm) == len(patient.lesions)
    assert 0.2 < np.mean(off) < 0.6


def test_another_scan_of_the_same_patient_has_new_noise_and_newly_placed_points():
    patient = replace(design(SOME[0]), slice_mm=2.0, pixel_mm=0.8)
    one, two = (make_phantom(replace(patient, repeat=n)) for n in (0, 1))
    assert one.truth["occlusions"] == two.truth["occlusions"]
    assert one.seeds != two.seeds
    assert not np.array_equal(one.image.hu, two.image.hu)
    assert np.array_equal(one.image.hu, make_phantom(patient).image.hu)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Scanner(blur_mm=9.0), "9 is not 0.5 to 2"),
        (Scanner(tube_voltage_kv=140), "140 is not 80 to 120"),
        (Scanner(noise_hu=float("nan")), "nan is not 0 to 100"),
        (Scanner(slice_mm=0.0), "0 is not 0.3 to 3"),
    ],
)
def test_a_scanner_beyond_its_limits_is_refused(wrong, told):
    with pytest.raises(StudyError, match=told):
        Battery().study("1000", wrong)


def test_a_word_that_is_no_seed_and_no_study_is_not_known():
    for word in ("nobody", "-3", "1.5", "²", ""):
        assert Battery().study(word, Scanner()) is None
