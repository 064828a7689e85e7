"""A line or a wall that was drawn badly never gives a wrong number that looks right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Centreline

from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysed, told

LIMITS = {"occlusion_length": 2.5, "max_bend": 8.0, "plaque_volume": 15.0}


def measured(case, points, radius):
    line = Centreline(points, radius, "vessel.csv")
    return told(analysed(replace(case.request, centreline=line), silent), "drawn line")


def given(case):
    return case.phantom.line_lps_mm, case.phantom.outer_radius_mm


def jittered(case, sd_mm, seed=0):
    points, radius = given(case)
    return points + np.random.default_rng(seed).normal(0.0, sd_mm, points.shape), radius


def shifted(case, by_mm):
    points, radius = given(case)
    side = np.cross(points[-1] - points[0], [1.0, 0.3, -0.2])
    return points + by_mm * side / np.linalg.norm(side), radius


def doubts(found):
    return {doubt.name: doubt.because for doubt in found.doubts}


def facts(found):
    return {fact.name: fact for fact in found.facts}


def assert_nothing_wrong_looks_right(case, found):
    truth = {
        "occlusion_length": case.truth["occlusion_length_mm"],
        "max_bend": case.truth["max_bend_deg"],
        "plaque_volume": case.truth["vessel_volume_mm3"],
    }
    for name, fact in facts(found).items():
        if name in truth:
            off = abs(float(fact.value) - truth[name])
            share = 100.0 / truth[name] if name == "plaque_volume" else 1.0
            assert off * share <= LIMITS[name] or off <= 2 * float(fact.sd), name


@pytest.fixture(scope="module", params=[(0.15, 0), (0.3, 0), (0.3, 1)])
def scattered(request, blunt):
    return measured(blunt, *jittered(blunt, *request.param))


def test_a_jittered_line_never_gives_a_wrong_length_that_looks_right(scattered, blunt):
    assert_nothing_wrong_looks_right(blunt, scattered)
    length = facts(scattered)["occlusion_length"]
    assert float(length.value) == pytest.approx(blunt.truth["occlusion_length_mm"], abs=1.5)


def test_a_jittered_line_has_a_less_certain_bend_and_tells_why(scattered, blunt):
    assert float(facts(scattered)["max_bend"].sd) >= blunt.sd("max_bend")
    assert any("scatter by" in note for note in scattered.notes)


def test_a_line_that_cannot_be_smoothed_is_refused(blunt):
    with pytest.raises(BackendError) as caught:
        measured(blunt, *jittered(blunt, 0.7))
    (problem,) = caught.value.problems
    assert "scatter by" in problem.found
    assert "every millimetre" in problem.mend


@pytest.mark.parametrize("every", [4, 8])
def test_a_line_of_few_points_keeps_its_bend(blunt, every):
    points, radius = given(blunt)
    found = measured(blunt, points[::every], radius[::every])
    assert_nothing_wrong_looks_right(blunt, found)
    assert float(facts(found)["max_bend"].value) == pytest.approx(
        blunt.truth["max_bend_deg"], abs=4.0
    )


def test_points_too_far_apart_leave_the_bend_to_review(blunt):
    points, radius = given(blunt)
    found = measured(blunt, points[::14], radius[::14])
    assert "one point per millimetre" in doubts(found)["max_bend"]


def test_a_hole_in_the_line_is_refused(blunt):
    points, radius = given(blunt)
    kept = np.r_[0:90, 130 : len(points)]
    with pytest.raises(BackendError) as caught:
        measured(blunt, points[kept], radius[kept])
    assert "there is no point for" in caught.value.problems[0].found


@pytest.mark.parametrize("factor", [0.8, 1.2])
def test_a_wall_that_the_image_does_not_show_leaves_everything_to_review(blunt, factor):
    points, radius = given(blunt)
    found = measured(blunt, points, radius * factor)
    told = doubts(found)
    for name in ("occlusion_length", "plaque_volume", "dense_calcium_pav", "calcium_arc"):
        assert "correct the outer wall" in told[name], name
    assert set(facts(found)) == {"tube_voltage", "image_quality"}


@pytest.mark.parametrize("by_mm", [0.5, 0.8])
def test_a_line_beside_the_vessel_leaves_everything_to_review(tapered, by_mm):
    found = measured(tapered, *shifted(tapered, by_mm))
    assert "beside the middle of the lumen" in doubts(found)["occlusion_length"]
    assert "occlusion_count" in doubts(found)


def test_a_drawn_wall_makes_the_volume_uncertain_by_two_tenths_of_a_millimetre(case):
    radius = np.sqrt(case.truth["vessel_volume_mm3"] / case.truth["occlusion_length_mm"] / np.pi)
    least = 0.9 * 2 * 0.2 / radius * case.value("plaque_volume")
    assert case.sd("plaque_volume") > least
