"""A vessel that turns back on itself: nobody is sent round in a circle."""

from __future__ import annotations

import json

import pytest

from cto_cds_ccta.measure.limbs import touching
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.phantom.write import write_phantom
from cto_cds_ccta.vessel import marked_vessel


@pytest.fixture(scope="module")
def hairpin(tmp_path_factory):
    phantom = make_phantom(GALLERY["hairpin-bend"])
    return write_phantom(phantom, tmp_path_factory.mktemp("hairpin"), silent)


def test_right_waypoints_are_not_blamed_for_a_vessel_whose_limbs_touch(hairpin, command):
    status, _, errors = command("quantify", hairpin.dicom, "--seeds", hairpin.seeds)
    told = " ".join(errors.split())
    assert status == 1
    assert told.index("its limbs touch") < told.index("move what does not")
    assert "remove" not in told


def test_seeds_without_waypoints_are_not_told_to_mend_a_wall_that_nobody_gave(
    hairpin, command, tmp_path
):
    seeds = json.loads(hairpin.seeds.read_text(encoding="utf-8"))
    seeds.pop("waypoints")
    alone = tmp_path / "alone.json"
    alone.write_text(json.dumps(seeds), encoding="utf-8")
    status, _, errors = command("quantify", hairpin.dicom, "--seeds", alone)
    told = " ".join(errors.split())
    assert status == 1
    assert "add waypoints" in told
    assert "radii" not in told


def test_an_exact_line_is_not_called_off_centre_where_the_limbs_touch(hairpin, command):
    marked = ("--centreline", hairpin.centreline)
    status, printed, errors = command("quantify", hairpin.dicom, *marked, "--json")
    assert status == 0, errors
    review = {one["fact"]: one["because"] for one in json.loads(printed)["needs_review"]}
    assert "its limbs touch" in review["occlusion_length"]
    assert "centre it" not in " ".join(review.values())


@pytest.mark.parametrize("name", ["c-shaped-rca", "long-calcified-bend"])
def test_limbs_of_a_vessel_that_only_bends_do_not_touch(name, request_of):
    assert touching(marked_vessel(request_of(GALLERY[name]), silent).vessel.line) is None
