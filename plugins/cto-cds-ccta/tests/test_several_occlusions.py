"""Two occlusions in one vessel: no number of one of them stands for both."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from cto_cds.errors import BackendError

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.parts import Plate, Second
from cto_cds_ccta.phantom.study import make_phantom, silent
from cto_cds_ccta.phantom.write import write_phantom

CALCIUM = Plate(2.0, 6.0, angle_deg=80.0, arc_deg=340.0, thickness_mm=1.2, hu=1000.0)
SITES = ("calcium_proximal_cap", "calcium_body", "calcium_distal_cap")
OF_WHICH = (
    "occlusion_length",
    "plaque_volume",
    "percent_atheroma_volume",
    "dense_calcium_volume",
    "necrotic_core_pav",
)


class Told:
    """What a user reads in the file that the command prints."""

    def __init__(self, phantom, printed) -> None:
        self.truth = phantom.truth
        self.first, self.last = self.truth["occlusions"]
        self.all = json.loads(printed)
        self.facts = self.all["ccta"]
        self.review = {one["fact"]: one["because"] for one in self.all["needs_review"]}

    def number(self, name):
        return float(self.facts[name]["value"].split()[0])


@pytest.fixture(scope="module")
def quantified(home, tmp_path_factory):
    """A study on disk, and what the command says of it."""

    def run(command, design) -> Told:
        phantom = make_phantom(design)
        study = write_phantom(phantom, tmp_path_factory.mktemp("study"), silent)
        status, printed, errors = command(
            "quantify", study.dicom, "--centreline", study.centreline, "--json"
        )
        assert status == 0, errors
        return Told(phantom, printed)

    return run


@pytest.fixture(scope="module")
def kept():
    return {}


@pytest.fixture
def calcified_second(command, quantified, kept):
    """The first and longer occlusion is soft, the second full of calcium."""
    if "second" not in kept:
        soft = replace(GALLERY["two-occlusions"], plates=())
        design = replace(soft, second=replace(soft.second, plates=(CALCIUM,)))
        kept["second"] = quantified(command, design)
    return kept["second"]


@pytest.fixture
def calcified_first(command, quantified, kept):
    """The first occlusion is short and full of calcium, the second longer, soft and bent."""
    if "first" not in kept:
        design = replace(
            GALLERY["two-occlusions"],
            length_mm=9.0,
            plates=(CALCIUM,),
            second=Second(gap_mm=9.0, length_mm=12.0),
        )
        kept["first"] = quantified(command, design)
    return kept["first"]


@pytest.mark.parametrize("which", ["calcified_first", "calcified_second"])
def test_calcium_is_that_of_the_occlusion_that_has_most(which, request):
    told = request.getfixturevalue(which)
    most = max(told.truth["occlusions"], key=lambda one: one["calcium_area_fraction"])
    assert told.number("calcium_area_fraction") == pytest.approx(
        100 * most["calcium_area_fraction"], abs=10.0
    )
    assert told.number("calcium_arc") == pytest.approx(most["calcium_arc_deg"], abs=20.0)


@pytest.mark.parametrize("which", ["calcified_first", "calcified_second"])
def test_a_site_is_free_of_calcium_only_where_it_is_in_both(which, request):
    told = request.getfixturevalue(which)
    for name in SITES:
        if any(one[name] for one in told.truth["occlusions"]):
            assert name not in told.facts
            assert name in told.review
    assert told.facts.get("calcification", {}).get("value") != "none"


@pytest.mark.parametrize("which", ["calcified_first", "calcified_second"])
def test_the_sharpest_bend_is_that_of_both(which, request):
    told = request.getfixturevalue(which)
    most = max(one["max_bend_deg"] for one in told.truth["occlusions"])
    assert told.number("max_bend") == pytest.approx(most, abs=3.0)


def test_length_and_volumes_are_left_to_a_person_with_every_length(calcified_second):
    for name in OF_WHICH:
        assert name not in calcified_second.facts
        assert "from the first cap to the last" in calcified_second.review[name]
    assert "2 times" in calcified_second.review["occlusion_length"]
    assert calcified_second.facts["occlusion_count"]["value"] == "2"
    assert "occlusion_vessel_volume" not in calcified_second.all["study"]
    assert "Vessel volume" not in " ".join(calcified_second.all["study"]["notes"])


def test_the_calcium_score_counts_both(calcified_second):
    true = sum(one["calcium_volume_mm3"] for one in calcified_second.truth["occlusions"])
    told = float(calcified_second.all["study"]["artery_calcium_volume"].split()[0])
    assert told == pytest.approx(true, rel=0.3)


@pytest.mark.parametrize("which", ["calcified_first", "calcified_second"])
def test_the_landing_zone_and_the_distal_reference_lie_beyond_the_last_occlusion(which, request):
    told = request.getfixturevalue(which)
    start = float(told.all["study"]["landing_zone"].split()[0])
    assert start == pytest.approx(told.truth["landing_zone"]["from_mm"], abs=1.5)
    beyond = np.subtract(told.all["marks"]["distal_reference_lps_mm"], told.last["distal_cap_lps"])
    assert np.linalg.norm(beyond) == pytest.approx(5.5, abs=1.5)
    if "distal_vessel_diameter" not in told.review:
        assert told.number("distal_vessel_diameter") == pytest.approx(
            told.last["distal_lumen_diameter_mm"], abs=0.5
        )
    assert told.number("proximal_vessel_diameter") == pytest.approx(
        told.first["reference_lumen_diameter_mm"], abs=0.3
    )


def test_a_stump_that_differs_between_two_occlusions_is_left_to_a_person(command, quantified):
    design = replace(
        GALLERY["two-occlusions"],
        plates=(),
        proximal_taper_mm=5.0,
        second=Second(gap_mm=12.0, length_mm=14.0),
    )
    told = quantified(command, design)
    assert "stump" not in told.facts
    assert "tapered" in told.review["stump"]
    assert "blunt" in told.review["stump"]


def test_what_rests_on_caps_that_nobody_saw_is_not_confirmed_with_the_others(request_of):
    soft = replace(GALLERY["two-occlusions"], plates=())
    request = request_of(replace(soft, second=replace(soft.second, plates=(CALCIUM,))))
    review = CctaBackend().review(request, silent)
    document = dict(review.document)
    document["confirmed"] = dict.fromkeys(("line", "wall", "caps", "references"), True)
    again = CctaBackend().again(review.state, document, silent, draw=False)
    status = {fact.name: fact.status for fact in again.facts}
    assert status["calcium_area_fraction"] == "auto"
    assert status["max_bend"] == "auto"
    assert status["proximal_vessel_diameter"] == "confirmed"
    document["references_mm"] = document["references_mm"] | {"E": 43.5}
    with pytest.raises(BackendError, match=r"E is at 43\.5 mm"):
        CctaBackend().again(review.state, document, silent, draw=False)


def test_a_short_interruption_behind_leaves_what_lies_beyond_to_a_person(measured_case):
    short = Second(gap_mm=9.0, length_mm=1.8)
    case = measured_case(replace(GALLERY["two-occlusions"], plates=(), second=short))
    told = {fact.name for fact in case.measured.facts}
    doubts = {doubt.name: doubt.because for doubt in case.measured.doubts}
    for name in ("occlusion_length", "distal_disease", "distal_vessel_diameter", "plaque_volume"):
        assert name not in told
        assert "may be a tight stenosis" in doubts[name]
    assert {"proximal_vessel_diameter", "stump", "calcification"} <= told


def test_contrast_behind_is_that_behind_the_last_occlusion(measured_case):
    """It fades along the vessel, so that between the two it is brighter than behind them."""
    fading = replace(GALLERY["two-occlusions"], plates=(), distal_hu=320.0, fade_hu_per_mm=3.0)
    case = measured_case(fading)
    behind = int(case.measured.study["contrast_behind"].split()[0])
    assert behind < 250
    quality = next(fact for fact in case.measured.facts if fact.name == "image_quality")
    assert quality.value == "limited"
    assert f"Contrast of {behind} HU behind the occlusion is weak" in quality.note
    told = f"{behind} HU behind the first and the last occlusion"
    assert told in " ".join(case.measured.notes)
