"""What cannot be measured is refused, with what was found and how to mend it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Centreline

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.study import silent


def refusal(request):
    with pytest.raises(BackendError) as caught:
        CctaBackend().measure(request, silent)
    (problem,) = caught.value.problems
    assert problem.found
    assert problem.mend
    return problem


def with_line(case, points, radius):
    return replace(case.request, centreline=Centreline(points, radius, "vessel.csv"))


def piece(case, start_mm, end_mm):
    line = case.request.centreline
    part = slice(round(start_mm / 0.25), round(end_mm / 0.25) + 1)
    return with_line(case, line.points_lps_mm[part], line.outer_radius_mm[part])


def test_a_request_without_seeds_or_a_line_is_declined_with_what_it_needs(blunt):
    support = CctaBackend().supports(replace(blunt.request, centreline=None))
    assert not support.possible
    assert "seed points" in support.because
    assert "x_lps_mm" in refusal(replace(blunt.request, centreline=None)).mend


def test_radii_that_are_fewer_than_points_are_refused(blunt):
    short = with_line(blunt, blunt.phantom.line_lps_mm, blunt.phantom.outer_radius_mm[:-1])
    assert "radii" in refusal(short).found


def test_a_line_with_radii_is_supported(blunt):
    assert CctaBackend().supports(blunt.request).possible


def test_a_line_through_open_vessel_only_has_no_occlusion(blunt):
    assert "no occlusion" in refusal(piece(blunt, 0, 22)).found


def test_a_line_that_leaves_the_volume_says_where(blunt):
    moved = blunt.phantom.line_lps_mm + np.array([500.0, 0.0, 0.0])
    problem = refusal(with_line(blunt, moved, blunt.phantom.outer_radius_mm))
    assert "outside the volume" in problem.found
    assert "LPS" in problem.mend


def test_a_scan_without_contrast_has_no_bright_lumen(blunt, blunt_volume_without_contrast):
    request = replace(blunt.request, volume=blunt_volume_without_contrast)
    assert "no bright lumen" in refusal(request).found


def test_a_reversed_line_is_noticed(blunt):
    line = blunt.request.centreline
    request = with_line(blunt, line.points_lps_mm[::-1], line.outer_radius_mm[::-1])
    assert "reversed" in refusal(request).found


def test_a_line_that_ends_in_the_occlusion_misses_the_return_of_contrast(tapered):
    assert "never returns" in refusal(piece(tapered, 0, 33)).found


@pytest.mark.parametrize("start_mm", [25, 26, 28, 32])
def test_a_line_that_begins_in_the_occlusion_is_refused(blunt, start_mm):
    assert "where the line begins" in refusal(piece(blunt, start_mm, 54)).found


@pytest.mark.parametrize("end_mm", [33, 36, 37])
def test_a_line_that_ends_in_calcified_occlusion_is_refused(blunt, end_mm):
    assert refusal(piece(blunt, 0, end_mm)).mend


def test_a_line_that_begins_just_before_the_occlusion_is_too_close(blunt):
    problem = refusal(piece(blunt, 17.5, 40.5))
    assert "of patent vessel" in problem.mend or "at least 10 mm" in problem.mend


def test_a_short_line_is_refused(blunt):
    assert "mm long" in refusal(piece(blunt, 0, 12)).found


def test_diameters_in_place_of_radii_are_noticed(blunt):
    line = blunt.request.centreline
    problem = refusal(with_line(blunt, line.points_lps_mm, line.outer_radius_mm * 4))
    assert "not the diameter" in problem.mend


def test_a_coordinate_that_is_no_number_is_refused(blunt):
    points = blunt.phantom.line_lps_mm.copy()
    points[3, 1] = np.nan
    assert "not a number" in refusal(with_line(blunt, points, blunt.phantom.outer_radius_mm)).found


def test_the_problem_names_the_file_of_the_line(blunt):
    assert refusal(piece(blunt, 0, 12)).place.source == "vessel.csv"


def test_a_vessel_that_the_edge_of_the_volume_cuts_is_refused(blunt):
    volume = blunt.request.volume
    column = volume.index_of(blunt.phantom.line_lps_mm)[:, 2].min()
    first = int(column + 0.5)
    affine = volume.affine_lps_mm.copy()
    affine[:3, 3] += affine[:3, 2] * first
    cut = replace(volume, hu=volume.hu[:, :, first:].copy(), affine_lps_mm=affine)
    problem = refusal(replace(blunt.request, volume=cut))
    assert "leaves the scanned field" in problem.found
    assert "mm along the line" in problem.found


def test_a_vessel_that_lies_in_voxels_that_were_not_scanned_is_refused(blunt):
    volume = blunt.request.volume
    column = int(volume.index_of(blunt.phantom.line_lps_mm)[:, 2].max() + 1)
    hu = volume.hu.copy()
    hu[:, :, column:] = -1024
    request = replace(blunt.request, volume=replace(volume, hu=hu))
    assert "leaves the scanned field" in refusal(request).found
