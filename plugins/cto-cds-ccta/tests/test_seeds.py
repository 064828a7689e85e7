"""From two points alone: the vessel is found, and points that cannot be used are refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Centreline, Request, Seeds
from scipy.spatial import cKDTree

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.battery import design
from cto_cds_ccta.phantom.memory import volume_of
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.quantify import analysed
from cto_cds_ccta.trace.find import find_way, trace_vessel
from cto_cds_ccta.vessel import marked_vessel

BESIDE = np.array([0.3, -0.3, 0.2])


def seeds_of(case, first_mm=4.0, last_mm=4.0):
    line = case.phantom.line_lps_mm
    near, far = line[round(first_mm / 0.25)] + BESIDE, line[-1 - round(last_mm / 0.25)] - BESIDE
    return Seeds(tuple(near.tolist()), tuple(far.tolist()))


def with_seeds(case, seeds):
    return replace(case.request, centreline=None, seeds=seeds)


def refusal(request):
    with pytest.raises(BackendError) as caught:
        CctaBackend().measure(request, silent)
    problem = caught.value.problems[0]
    assert problem.found
    assert problem.mend
    return problem


def facts(request):
    return {fact.name: fact for fact in analysed(request, silent).facts}


def test_two_points_are_enough_to_measure_the_occlusion(case):
    found = facts(with_seeds(case, seeds_of(case)))
    truth = case.truth
    length, bend = found["occlusion_length"], found["max_bend"]
    assert float(length.value) == pytest.approx(truth["occlusion_length_mm"], abs=1.5)
    assert float(bend.value) == pytest.approx(truth["max_bend_deg"], abs=4.0)
    assert abs(float(length.value) - truth["occlusion_length_mm"]) < 3 * float(length.sd)
    assert found["stump"].value == truth["stump"]


def test_the_line_found_lies_in_the_middle_of_the_vessel(case):
    marked = marked_vessel(with_seeds(case, seeds_of(case)), silent)
    away, _ = cKDTree(case.phantom.line_lps_mm).query(marked.vessel.line.points_lps_mm)
    assert away.mean() < 0.15
    assert away.max() < 0.6


def test_the_wall_found_has_the_radius_of_the_vessel(case):
    line = marked_vessel(with_seeds(case, seeds_of(case)), silent).vessel.line
    _, nearest = cKDTree(case.phantom.line_lps_mm).query(line.points_lps_mm)
    error = line.outer_radius_mm - case.phantom.outer_radius_mm[nearest]
    assert abs(error.mean()) < 0.1
    assert np.percentile(np.abs(error), 95) < 0.3


def test_a_line_without_radii_gets_its_wall_from_the_image(blunt):
    bare = Centreline(blunt.phantom.line_lps_mm[::8] + BESIDE, None, "vessel.csv")
    found = facts(replace(blunt.request, centreline=bare))
    truth = blunt.truth["occlusion_length_mm"]
    assert float(found["occlusion_length"].value) == pytest.approx(truth, abs=1.5)


def test_a_waypoint_is_passed(blunt):
    line = blunt.phantom.line_lps_mm
    middle = line[len(line) // 2] + np.array([0.0, 0.0, 0.4])
    way = find_way(blunt.request.volume, np.array([line[16], middle, line[-17]]))
    assert np.linalg.norm(way.points_lps_mm - middle, axis=1).min() < 0.6


def test_a_short_cut_through_two_branches_past_a_bend_is_not_followed():
    phantom = make_phantom(design(1442))
    ends = np.array([phantom.seeds.proximal_lps_mm, phantom.seeds.distal_lps_mm])
    way = find_way(volume_of(phantom), ends).points_lps_mm
    away, near = cKDTree(phantom.line_lps_mm).query(way)
    assert np.all(away < phantom.outer_radius_mm[near])


def test_a_waypoint_that_lies_before_the_proximal_seed_is_refused_by_its_number(blunt):
    line = blunt.phantom.line_lps_mm
    seeds = seeds_of(blunt)
    before = tuple(line[0].tolist())
    middle = tuple(line[len(line) // 2].tolist())
    assert np.linalg.norm(line[0] - np.array(seeds.proximal_lps_mm)) > 3.0
    request = with_seeds(blunt, replace(seeds, waypoints_lps_mm=(before, middle)))
    problem = refusal(request)
    assert "near waypoints[0]" in problem.found
    assert "comes back along itself" in problem.found


def test_the_vessel_found_is_the_same_each_time(blunt):
    line = blunt.phantom.line_lps_mm
    first, second = (trace_vessel(blunt.request.volume, line[::4]) for _ in range(2))
    assert np.array_equal(first.wall_mm, second.wall_mm)
    assert np.array_equal(first.line.points_lps_mm, second.line.points_lps_mm)


def test_a_seed_outside_the_volume_is_refused_and_slicer_is_named(blunt):
    seeds = seeds_of(blunt)
    problem = refusal(with_seeds(blunt, replace(seeds, proximal_lps_mm=(900.0, 0.0, 0.0))))
    assert "outside the volume" in problem.found
    assert "RAS" in problem.mend
    assert problem.place.key == "proximal"


def test_a_seed_in_air_is_refused(blunt):
    volume = blunt.request.volume
    hu = volume.hu.copy()
    hu[:3] = -950
    seed = volume.affine_lps_mm @ np.array([0.0, 5.0, 5.0, 1.0])
    seeds = replace(seeds_of(blunt), distal_lps_mm=tuple(seed[:3].tolist()))
    request = replace(with_seeds(blunt, seeds), volume=replace(volume, hu=hu))
    assert "air" in refusal(request).found


def test_a_seed_in_fat_is_refused(blunt):
    volume = blunt.request.volume
    away = cKDTree(blunt.phantom.line_lps_mm)
    index = np.argwhere(volume.hu < -60)[::97]
    points = index @ volume.affine_lps_mm[:3, :3].T + volume.affine_lps_mm[:3, 3]
    far = points[away.query(points)[0].argmax()]
    seeds = replace(seeds_of(blunt), distal_lps_mm=tuple(far.tolist()))
    assert "fat" in refusal(with_seeds(blunt, seeds)).found


def test_a_seed_in_the_occlusion_is_refused(blunt):
    line = blunt.phantom.line_lps_mm
    inside = line[round((blunt.phantom.design.entry_mm + 10.5) / 0.25)]
    seeds = replace(seeds_of(blunt), distal_lps_mm=tuple(inside.tolist()))
    assert "no contrast" in refusal(with_seeds(blunt, seeds)).found


def test_a_scan_without_contrast_is_refused(blunt, blunt_volume_without_contrast):
    request = replace(with_seeds(blunt, seeds_of(blunt)), volume=blunt_volume_without_contrast)
    problem = refusal(request)
    assert "without contrast" in problem.found
    assert "contrast-enhanced" in problem.mend


def test_a_seed_in_the_aorta_is_refused(blunt):
    volume = blunt.request.volume
    seeds = seeds_of(blunt)
    centre = volume.index_of(np.array([seeds.proximal_lps_mm]))[0]
    away = np.stack(np.indices(volume.hu.shape), axis=-1) - centre
    ball = np.linalg.norm(away * np.array(volume.spacing_mm), axis=-1) < 9.0
    hu = np.where(ball, np.int16(420), volume.hu)
    request = replace(with_seeds(blunt, seeds), volume=replace(volume, hu=hu))
    assert "aorta" in refusal(request).mend


def test_seeds_in_an_open_piece_of_vessel_say_that_there_is_no_occlusion(blunt):
    line = blunt.phantom.line_lps_mm
    near, far = line[4], line[round((blunt.phantom.design.entry_mm - 1.5) / 0.25)]
    problem = refusal(with_seeds(blunt, Seeds(tuple(near.tolist()), tuple(far.tolist()))))
    assert "no occlusion" in problem.found


@pytest.mark.parametrize(
    "seed",
    [
        pytest.param(1021, id="a vein along the whole vessel"),
        pytest.param(1028, id="a hairpin bend that lies far from both seeds"),
        pytest.param(1058, id="seeds 10 mm apart on the legs of a hairpin"),
    ],
)
def test_the_way_stays_in_the_vessel_beside_what_may_lead_it_astray(seed):
    phantom = make_phantom(design(seed))
    both = (phantom.seeds.proximal_lps_mm, phantom.seeds.distal_lps_mm)
    request = Request(volume_of(phantom), seeds=Seeds(*both))
    found = marked_vessel(request, silent).vessel.line.points_lps_mm
    away, nearest = cKDTree(phantom.line_lps_mm).query(found)
    assert np.all(away < phantom.outer_radius_mm[nearest])
