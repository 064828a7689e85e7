"""An occlusion in a stent is recognised, and nothing that the metal hides gets a number."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cto_cds.dicom.volume import SeriesInfo, Volume
from cto_cds.hookspecs import Request

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.metal import stent_of
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.parts import Plate, Stent
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.quantify import analysed, told
from cto_cds_ccta.vessel import marked_vessel

IN_STENT = GALLERY["in-stent"]
NOT_HIDDEN = {"in_stent", "tube_voltage", "image_quality"}


def request_for(design):
    phantom = make_phantom(design)
    image = phantom.image
    volume = Volume(image.hu, image.affine_lps_mm, SeriesInfo("1.2.3", "1.2", tube_voltage_kv=120))
    return Request(volume, None, phantom.seeds)


@pytest.fixture(scope="module")
def in_stent():
    return request_for(IN_STENT)


def test_an_occlusion_in_a_stent_says_so_and_measures_nothing_that_metal_hides(in_stent):
    measured = told(analysed(in_stent, silent), "in a stent")
    facts = {fact.name: fact for fact in measured.facts}
    assert facts["in_stent"].value == "yes"
    assert facts.keys() == NOT_HIDDEN
    doubts = {doubt.name: doubt.because for doubt in measured.doubts}
    for name in ("occlusion_length", "calcium_arc", "fibrous_volume", "stump", "calcium_score"):
        assert "A stent lies in the vessel" in doubts[name]
    told_of_scan = facts["image_quality"].note
    assert "metal of a stent" in told_of_scan
    assert "calcium" not in told_of_scan
    assert not measured.marks
    assert not any("calcium" in key or "volume" in key for key in measured.study)


def test_the_stent_is_found_where_it_lies(in_stent):
    vessel = marked_vessel(in_stent, silent).vessel
    found = stent_of(vessel)
    assert found.end_mm - found.start_mm == pytest.approx(21.0, abs=1.5)


@pytest.mark.parametrize(
    "changes",
    [
        {"fwhm_mm": 1.0},
        {"noise_hu": 35.0},
        {"stent": Stent(0.0, 9.0), "length_mm": 20.0},
        {"proximal_radius_mm": 1.5, "distal_radius_mm": 1.3},
    ],
    ids=["blur", "noise", "short", "small vessel"],
)
def test_other_stents_are_seen_too(changes):
    design = replace(IN_STENT, seed=60, **changes)
    assert stent_of(marked_vessel(request_for(design), silent).vessel) is not None


@pytest.mark.parametrize(
    "plate",
    [
        Plate(1.0, 14.0, 0.0, 360.0, outer_mm=0.2, thickness_mm=0.8, hu=900.0),
        Plate(1.0, 14.0, 0.0, 360.0, outer_mm=0.1, thickness_mm=0.4, hu=1300.0),
        Plate(0.0, 15.0, 0.0, 360.0, outer_mm=0.05, thickness_mm=2.0, hu=1300.0),
        Plate(2.0, 12.0, 60.0, 200.0, hu=1300.0),
    ],
    ids=["ring", "thin ring", "full of calcium", "plate"],
)
def test_calcium_is_not_taken_for_a_stent(plate):
    design = replace(IN_STENT, seed=65, stent=None, plates=(plate,))
    assert stent_of(marked_vessel(request_for(design), silent).vessel) is None


def test_caps_that_a_person_placed_in_a_stent_give_the_length_but_no_plaque(in_stent):
    reviewed = CctaBackend().review(in_stent, silent)
    edits = dict(reviewed.document)
    caps = edits["caps_mm"]
    edits["caps_mm"] = {"P": caps["P"] + 3.0, "D": caps["D"] - 3.0}
    edits["confirmed"] = {"line": True, "caps": True}
    measured = CctaBackend().again(reviewed.state, edits, silent, draw=False)
    facts = {fact.name: fact for fact in measured.facts}
    wanted = caps["D"] - caps["P"] - 6.0
    assert float(facts["occlusion_length"].value) == pytest.approx(wanted, abs=0.3)
    assert facts["occlusion_length"].status == "edited"
    assert not {"plaque_volume", "calcium_arc", "fibrous_pav"} & facts.keys()
    assert measured.marks
