"""An artery that was marked from its distal end is refused, or left to a person where unclear."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Request, Seeds

from cto_cds_ccta.direction import direction_reasons
from cto_cds_ccta.edits import Edits
from cto_cds_ccta.measure.checks import check_contrast
from cto_cds_ccta.phantom.battery import design
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.memory import volume_of
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.quantify import analysed, analysis_of
from cto_cds_ccta.vessel import marked_vessel

IN_THE_BRANCH = (-17.31, -20.15, 0.87)
IN_THE_DISTAL_BRANCH = (-29.13, -37.74, 0.6)


@pytest.mark.parametrize("seed", [1004, 1009, 1010])
def test_seeds_that_are_exchanged_are_refused_though_the_vessel_hardly_tapers(seed):
    phantom = make_phantom(design(seed))
    seeds = phantom.seeds
    swapped = Seeds(
        seeds.distal_lps_mm, seeds.proximal_lps_mm, tuple(reversed(seeds.waypoints_lps_mm))
    )
    with pytest.raises(BackendError, match="exchange the proximal and the distal point"):
        analysed(Request(volume_of(phantom), seeds=swapped), silent)


@pytest.fixture(scope="module")
def bright_behind(blunt):
    """The vessel with contrast behind the occlusion brighter than before it, but no wider."""
    marked = marked_vessel(blunt.request, silent)
    vessel = marked.vessel
    behind = vessel.line.arc_mm > blunt.truth["distal_cap_mm"]
    hu = np.where(behind[:, None, None] & (vessel.hu > 80), vessel.hu * 2.2, vessel.hu)
    return replace(marked, vessel=replace(vessel, hu=hu.astype(vessel.hu.dtype)))


def test_contrast_that_is_brighter_behind_the_occlusion_leaves_all_to_a_person(bright_behind):
    analysis = analysis_of(bright_behind, silent)
    doubts = {doubt.name: doubt.because for doubt in analysis.doubts}
    for name in ("occlusion_length", "plaque_volume", "proximal_vessel_diameter", "stump"):
        assert doubts[name].startswith("The proximal and the distal end may be exchanged")
    assert "exchange the points; if not, confirm the line" in doubts["occlusion_length"]


def test_a_person_who_confirms_the_line_settles_which_end_is_which(bright_behind):
    analysis = analysis_of(bright_behind, silent, Edits(line_confirmed=True))
    assert not any("exchanged" in doubt.because for doubt in analysis.doubts)


def test_a_vessel_marked_as_it_lies_is_not_called_exchanged(case):
    assert direction_reasons(marked_vessel(case.request, silent).vessel) == ()


@pytest.fixture(scope="module")
def branched():
    return make_phantom(GALLERY["side-branches"])


@pytest.mark.parametrize(
    ("moved", "end", "told"),
    [
        (IN_THE_BRANCH, "proximal", "The proximal end may lie in a branch"),
        (IN_THE_DISTAL_BRANCH, "distal", "The distal point may lie in a side branch"),
    ],
)
def test_a_seed_in_a_branch_never_gives_numbers(branched, moved, end, told):
    """Both branches are filled as brightly as the artery that they leave."""
    seeds = replace(branched.seeds, **{f"{end}_lps_mm": moved})
    analysis = analysed(Request(volume_of(branched), seeds=seeds), silent)
    because = {doubt.name: doubt.because for doubt in analysis.doubts}
    for name in ("max_bend", "occlusion_length", "proximal_vessel_diameter"):
        assert because[name].count(told) == 1
    assert {fact.name for fact in analysis.facts} <= {"tube_voltage", "image_quality"}


def test_an_artery_that_is_followed_past_its_branches_is_not_taken_for_one(branched):
    analysis = analysed(Request(volume_of(branched), seeds=branched.seeds), silent)
    assert analysis.findings.zone.branches
    assert not any("branch: at" in doubt.because for doubt in analysis.doubts)


def test_a_fainter_vessel_may_be_wider_behind_the_occlusion():
    check_contrast(400.0, 260.0, (1.5, 1.9), "seeds")
