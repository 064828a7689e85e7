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
    for name in ("max_bend", "proximal_vessel_diameter", "distal_vessel_diameter"):
        assert "hides where contrast ends" in doubts[name]
        assert "calcium" not in doubts[name]
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


@pytest.fixture(scope="module")
def reviewed(in_stent):
    return CctaBackend().review(in_stent, silent)


class Placed:
    """The measurement after a person moved the caps in a stent inwards."""

    def __init__(self, reviewed, by) -> None:
        document = dict(reviewed.document)
        caps = document["caps_mm"]
        document["caps_mm"] = {"P": caps["P"] + by, "D": caps["D"] - by}
        names = ("line", "wall", "caps", "references")
        document["confirmed"] = dict.fromkeys(names, True)
        self.measured = CctaBackend().again(reviewed.state, document, silent, draw=False)
        self.facts = {fact.name: fact for fact in self.measured.facts}
        self.doubts = {doubt.name: doubt.because for doubt in self.measured.doubts}
        self.notes = " ".join(self.measured.notes)


@pytest.fixture(scope="module")
def placed(reviewed):
    return Placed(reviewed, 3.2)


def test_caps_that_a_person_placed_in_a_stent_give_the_length_but_no_plaque(reviewed, placed):
    caps, facts, measured = reviewed.document["caps_mm"], placed.facts, placed.measured
    wanted = caps["D"] - caps["P"] - 6.4
    assert float(facts["occlusion_length"].value) == pytest.approx(wanted, abs=0.3)
    assert facts["occlusion_length"].status == "edited"
    assert not {"plaque_volume", "calcium_arc", "fibrous_pav"} & facts.keys()
    assert measured.marks


def test_what_the_stent_hides_beyond_placed_caps_is_not_told_as_without_contrast(placed):
    assert "Without contrast" not in placed.notes
    assert "the stent hides whether there is contrast" in placed.notes
    assert "another occlusion may lie there" in placed.doubts["occlusion_count"]


def test_where_little_is_hidden_the_count_is_told_with_the_caps_that_were_placed(reviewed):
    told = Placed(reviewed, 1.0).facts["occlusion_count"]
    caps = reviewed.document["caps_mm"]
    assert f"{caps['P'] + 1.0:.1f} to {caps['D'] - 1.0:.1f} mm" in told.note
    assert told.status == "edited"


def test_struts_are_never_told_as_calcium(placed):
    sites = ("calcium_proximal_cap", "calcium_body", "calcium_distal_cap", "calcification")
    for name in sites:
        assert "looks like calcium" in placed.doubts[name]
        assert "degrees" not in placed.doubts[name]


def test_what_is_looked_for_in_the_metal_beside_placed_caps_stays_in_review(placed):
    for name in (
        "stump",
        "side_branch_at_proximal_cap",
        "distal_stenosis",
        "distal_disease",
        "landing_zone_calcium",
    ):
        assert "hides the lumen" in placed.doubts[name]
    assert "proximal_vessel_diameter" in placed.facts
    assert "distal_vessel_diameter" in placed.facts
