"""What a person moved is taken only where it can be right, and marks only what rests on it."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace

import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import Seeds

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.edits import Edits, edits_from
from cto_cds_ccta.judgement import doubts_of
from cto_cds_ccta.phantom.gallery import GALLERY
from cto_cds_ccta.phantom.study import silent
from cto_cds_ccta.quantify import analysed, analysis_of
from cto_cds_ccta.readings.branches import proximal_branches
from cto_cds_ccta.rests import OF_THE_SCAN
from cto_cds_ccta.state import read

CLASS_NAMES = {"fibrous_pav", "dense_calcium_volume", "calcium_arc", "calcium_area_fraction"}


def ends_of(case):
    line = case.phantom.line_lps_mm
    return Seeds(tuple(line[16].tolist()), tuple(line[-17].tolist()))


@pytest.fixture(scope="module")
def branched(request_of):
    return CctaBackend().review(request_of(GALLERY["side-branches"]), silent)


def refusal(measured_again, review, moved):
    with pytest.raises(BackendError) as caught:
        measured_again(review, moved=moved)
    (problem,) = caught.value.problems
    return problem


@pytest.mark.parametrize(("letter", "by"), [("P", -15.0), ("P", -4.0), ("D", 5.0)])
def test_a_cap_far_inside_open_vessel_is_refused_with_where_contrast_is(
    measured_again, review, letter, by
):
    caps = review.document["caps_mm"]
    problem = refusal(measured_again, review, moved={letter: by})
    low, high = sorted((caps[letter], caps[letter] + by))
    assert problem.place.key == "caps_mm"
    assert f"{low:.1f} to" in problem.found or f"to {high:.1f} mm" in problem.found
    assert "filled with contrast" in problem.found
    assert f"at {caps[letter]:.1f} mm" in problem.mend
    assert "contrast_between_caps" in problem.mend


def test_who_insists_on_such_caps_gets_their_length_and_no_plaque_or_calcium(
    measured_again, review
):
    again = measured_again(review, moved={"P": -6.0}, confirmed=["contrast_between_caps"])
    caps = again.document["caps_mm"]
    length = float(again.facts["occlusion_length"].value)
    assert length == pytest.approx(caps["D"] - caps["P"], abs=0.1)
    assert not CLASS_NAMES & again.facts.keys()
    assert "plaque_volume" not in again.facts
    assert "filled with contrast" in again.doubts["plaque_volume"]


def test_contrast_between_caps_moved_a_little_is_never_told_as_calcium(measured_again, review):
    found, again = measured_again(review), measured_again(review, moved={"P": -2.0})
    assert "occlusion_length" in again.facts
    for name in ("fibrous_pav", "dense_calcium_volume", "calcium_proximal_cap"):
        assert "filled with contrast" in again.doubts[name]
    assert "contrast is seen from" in again.notes
    for name in ("calcium_arc", "calcium_area_fraction"):
        assert again.facts[name].value == pytest.approx(found.facts[name].value, abs=1)


def test_calcium_beside_contrast_that_a_moved_cap_takes_in_is_told_without_that_stretch(
    measured_again, review
):
    caps = review.document["caps_mm"]
    again = measured_again(review, moved={"P": -1.5})
    arc = again.facts["calcium_arc"]
    assert arc.status == "edited"
    assert f"Without {caps['P'] - 1.5:.1f} to {caps['P']:.1f} mm" in arc.note
    assert again.facts["calcium_distal_cap"].value == "none"
    assert "Without" not in measured_again(review).facts["calcium_arc"].note


@pytest.mark.parametrize(("letter", "by"), [("S", 12.0), ("E", -12.0), ("S", 5.0)])
def test_a_reference_moved_between_the_caps_is_refused(measured_again, review, letter, by):
    problem = refusal(measured_again, review, moved={letter: by})
    assert problem.place.key == "references_mm"
    assert f"{letter} is at" in problem.found
    assert "open vessel" in problem.mend


def test_vessel_without_contrast_that_a_moved_cap_leaves_out_is_told(measured_again, review):
    again = measured_again(review, moved={"P": 2.0})
    at = again.document["caps_mm"]["P"]
    assert f"to {at:.1f} mm." in again.notes
    assert "beyond the caps" in again.notes
    caps = again.document["caps_mm"]
    note = again.facts["occlusion_count"].note
    assert f"{at:.1f} to {caps['D']:.1f} mm" in note
    assert f"A person placed the cap at {at:.1f} mm." in note


def test_much_of_it_leaves_the_occlusion_to_review_until_the_caps_are_confirmed(
    measured_again, review
):
    again = measured_again(review, moved={"D": -5.0})
    assert "without contrast is left out" in again.doubts["occlusion_length"]
    assert "calcium_arc" in again.doubts
    sure = measured_again(review, moved={"D": -5.0}, confirmed=["caps"])
    assert sure.facts["occlusion_length"].status == "edited"
    assert "beyond the caps" in sure.notes


def test_a_stump_is_that_of_the_cap_where_a_person_put_it(measured_again, review):
    moved = measured_again(review, moved={"P": 2.0})
    assert "for a person to say" in moved.doubts["stump"]
    a_little = measured_again(review, moved={"P": 0.3})
    assert a_little.facts["stump"].value == "blunt"


def test_only_what_rests_on_a_moved_mark_is_told_as_edited(measured_again, review):
    moved = measured_again(review, moved={"S": -3.0})
    assert moved.named("edited") == {"proximal_vessel_diameter"}
    moved = measured_again(review, moved={"P": 1.0})
    assert moved.named("edited") >= {"occlusion_length", "max_bend", "plaque_volume"}
    rest_on_others = {
        "distal_stenosis",
        "distal_vessel_diameter",
        "proximal_vessel_diameter",
        "bends_over_90",
    }
    assert moved.named("auto") >= rest_on_others & moved.facts.keys()
    assert "distal_vessel_diameter" in moved.facts


def test_a_cap_that_nobody_moved_or_confirmed_makes_nothing_edited_or_confirmed(
    measured_again, review
):
    moved = measured_again(review, moved={"P": 0.3}, confirmed=["line", "wall", "calcium"])
    assert moved.facts["calcium_distal_cap"].status == "auto"
    assert moved.facts["bends_over_90"].status == "auto"
    sure = measured_again(review, moved={"P": 0.3}, confirmed=["line", "wall", "caps", "calcium"])
    assert sure.facts["calcium_distal_cap"].status == "confirmed"
    assert sure.facts["bends_over_90"].status == "confirmed"


def test_a_count_between_caps_rests_on_the_caps(measured_again, review):
    moved = measured_again(review, moved={"P": 2.0})
    assert "A person placed the cap" in moved.facts["occlusion_count"].note
    assert moved.facts["occlusion_count"].status == "edited"
    sure = measured_again(review, confirmed=["line", "wall", "caps"])
    assert sure.facts["occlusion_count"].status == "confirmed"


def test_what_is_not_seen_is_not_told_as_edited(measured_again, review):
    moved = measured_again(review, moved={"P": 0.6, "D": 0.6})
    absent = {name for name, fact in moved.facts.items() if fact.value in {"no", "none"}}
    assert absent >= {"side_branch_at_proximal_cap", "calcium_distal_cap"}
    assert not absent & moved.named("edited")


def test_who_looked_at_lines_and_caps_did_not_look_for_calcium_or_branches(measured_again, review):
    looked = ["caps", "line", "wall", "references"]
    whole = measured_again(review, confirmed=looked)
    assert whole.named("confirmed") >= {
        "occlusion_length",
        "max_bend",
        "occlusion_count",
        "stump",
        "plaque_volume",
        "proximal_vessel_diameter",
        "distal_vessel_diameter",
    }
    calcium = {"calcium_arc", "calcium_area_fraction", "dense_calcium_volume"}
    calcium |= {"calcium_distal_cap", "landing_zone_calcium"}
    branches = {"side_branch_at_proximal_cap"}
    others = {"fibrous_volume", "necrotic_core_pav", "distal_disease", "distal_stenosis"}
    assert whole.named("auto") >= calcium | branches | others
    sure = measured_again(review, confirmed=[*looked, "calcium"])
    assert sure.named("confirmed") >= calcium
    assert sure.named("auto") >= branches | others
    sure = measured_again(review, confirmed=[*looked, "calcium", "branches"])
    assert sure.named("confirmed") >= calcium | branches
    assert sure.named("auto") >= others
    assert "A person confirmed line, outer wall, caps, references, calcium, branches." in sure.notes
    assert measured_again(review, confirmed=["calcium", "branches"]).named("confirmed") == set()


def test_who_confirms_what_was_found_makes_it_no_less_certain(measured_again, review):
    length = measured_again(review, confirmed=["line", "caps"]).facts["occlusion_length"]
    assert length.status == "confirmed"
    assert length.sd == measured_again(review).facts["occlusion_length"].sd
    moved = measured_again(review, moved={"P": 0.3}).facts["occlusion_length"]
    assert "a person moved is taken as known to 0.5 mm" in moved.note


def test_only_what_rests_on_confirmed_things_alone_is_told_as_confirmed(measured_again, review):
    caps = measured_again(review, confirmed=["caps"])
    assert caps.named("confirmed") == set()
    both = measured_again(review, moved={"S": -3.0}, confirmed=["caps", "line"])
    assert both.named("confirmed") >= {"occlusion_length", "max_bend"}
    assert both.named("edited") == {"proximal_vessel_diameter"}
    assert "plaque_volume" in both.named("auto")
    whole = measured_again(review, confirmed=["caps", "line", "wall", "references"])
    assert "plaque_volume" in whole.named("confirmed")
    assert set(OF_THE_SCAN) & whole.facts.keys() <= whole.named("auto")
    assert whole.named("edited") == set()


def test_a_reason_that_the_length_shares_is_told_of_the_length(measured_again, review):
    again = measured_again(review, moved={"P": 4.0})
    assert again.doubts["occlusion_length"].startswith(again.doubts["stump"])
    assert again.doubts["occlusion_length"].endswith("The length goes from cap to cap.")


def test_a_branch_that_nobody_touched_keeps_its_width_when_a_cap_is_moved(branched):
    marked, _, own = read(branched.state)
    caps = own["caps_mm"]
    (before,) = proximal_branches(analysis_of(marked, silent).found)[-1:]
    for by in (6.0, 8.0):
        document = {**own, "caps_mm": {**caps, "P": caps["P"] + by}}
        edits = edits_from(document, own, float(marked.vessel.line.arc_mm[-1]))
        assert before in proximal_branches(analysis_of(marked, silent, edits).found)


def test_a_reference_that_nobody_moved_stays_where_the_file_shows_it(measured_again, review):
    before = measured_again(review)
    again = measured_again(review, moved={"P": 1.5, "D": 1.5})
    for name in ("proximal_vessel_diameter", "distal_vessel_diameter"):
        assert again.facts[name].value == before.facts[name].value
        assert "before the cap moved" in again.facts[name].note


def test_a_reference_that_a_cap_has_reached_is_placed_anew_and_this_is_told(measured_again, review):
    again = measured_again(review, moved={"P": -5.0}, confirmed=["contrast_between_caps"])
    at = review.document["references_mm"]["S"]
    assert f"not at {at:.1f} as in the file" in again.notes
    assert again.facts["proximal_vessel_diameter"].status == "edited"


def test_what_a_person_moved_and_confirmed_is_told(measured_again, review):
    again = measured_again(review, moved={"P": 1.0}, confirmed=["line", "caps"])
    was, now = review.document["caps_mm"]["P"], again.document["caps_mm"]["P"]
    assert f"A person moved P from {was:.1f} to {now:.1f} mm." in again.notes
    assert "A person confirmed line, caps." in again.notes
    assert "A person" not in measured_again(review).notes


@pytest.fixture(scope="module")
def seeded(blunt):
    line = blunt.phantom.line_lps_mm
    seeds = Seeds(tuple(line[16].tolist()), tuple(line[-17].tolist()))
    return CctaBackend().review(replace(blunt.request, centreline=None, seeds=seeds), silent)


def test_what_was_confirmed_is_no_longer_asked_for(measured_again, seeded):
    asked = "should be confirmed by a person"
    assert f"Caps and line {asked}" in measured_again(seeded).notes
    assert f"The line {asked}" in measured_again(seeded, confirmed=["caps"]).notes
    assert f"The caps {asked}" in measured_again(seeded, confirmed=["line"]).notes
    assert asked not in measured_again(seeded, confirmed=["caps", "line"]).notes
    moved = {"P": 0.5, "D": 0.5}
    assert asked not in measured_again(seeded, moved=moved, confirmed=["line"]).notes


def test_marks_of_another_vessel_are_refused(review):
    document = {**review.document, "vessel": "0123456789abcdef"}
    with pytest.raises(BackendError) as caught:
        CctaBackend().again(review.state, document, silent, draw=False)
    (problem,) = caught.value.problems
    assert problem.place.key == "vessel"
    assert "another vessel" in problem.found


def test_a_state_that_was_cut_is_told_and_is_no_fault_of_the_program(review):
    with pytest.raises(BackendError, match="not a straightened vessel of this version"):
        CctaBackend().again(review.state[:20000], review.document, silent, draw=False)


def test_a_distal_cap_moved_into_the_occlusion_makes_no_disease_behind_it(measured_again, review):
    found = measured_again(review)
    moved = measured_again(review, moved={"D": -2.0})
    for name in ("distal_disease", "distal_stenosis"):
        if name in moved.facts and name in found.facts:
            assert moved.facts[name].value == found.facts[name].value
        assert (name in moved.facts) <= (name in found.facts)


def test_a_landing_zone_that_did_not_move_with_the_cap_is_not_told_as_edited(
    measured_again, review
):
    moved = measured_again(review, moved={"D": -2.0}, confirmed=["line", "wall", "caps"])
    told = moved.facts["landing_zone_calcium"]
    assert told.status == "auto"
    at = moved.document["caps_mm"]["D"]
    assert f"where contrast returns (a person placed D at {at:.1f} mm)" in told.note
    farther = measured_again(review, moved={"D": 1.0}).facts["landing_zone_calcium"]
    assert farther.status == "auto"
    assert "beyond the distal cap and its taper" in farther.note


def test_a_proximal_cap_moved_into_the_occlusion_does_not_deny_the_branch_where_contrast_ends(
    measured_again,
    branched,
):
    name = "side_branch_at_proximal_cap"
    assert measured_again(branched).facts[name].value == "yes"
    moved = measured_again(branched, moved={"P": 2.0})
    assert name not in moved.facts
    assert "leaves where contrast ends" in moved.doubts[name]


def test_a_distal_cap_moved_into_the_occlusion_does_not_deny_the_branch_where_contrast_returns(
    measured_again,
    branched,
):
    name = "distal_cap_at_bifurcation"
    assert measured_again(branched).facts[name].value == "yes"
    moved = measured_again(branched, moved={"D": -2.0}, confirmed=["branches"])
    assert name not in moved.facts
    returns = branched.document["caps_mm"]["D"]
    assert f"one leaves where contrast returns, at {returns:.1f} mm" in moved.doubts[name]
    assert "under ccta in the case file" in moved.doubts[name]


def test_a_distal_cap_moved_into_the_occlusion_leaves_the_landing_zone_where_it_was(
    measured_again, tapered
):
    """The taper behind the cap that was found, and its blur, are no narrowing of the zone."""
    review = CctaBackend().review(tapered.request, silent)
    found, moved = measured_again(review), measured_again(review, moved={"D": -1.5})
    assert found.facts["distal_disease"].value == "none"
    for name in ("distal_disease", "distal_stenosis", "landing_zone_calcium"):
        assert moved.facts[name].value == found.facts[name].value
        assert moved.facts[name].status == "auto"


@pytest.mark.parametrize(
    ("letter", "branch", "name"),
    [
        ("S", "side_branch_at_proximal_cap", "proximal_vessel_diameter"),
        ("E", "distal_cap_at_bifurcation", "distal_vessel_diameter"),
    ],
)
def test_a_reference_moved_into_the_mouth_of_a_branch_gives_no_diameter(
    measured_again, branched, letter, branch, name
):
    found = measured_again(branched)
    mouth = float(re.search(r"mouth \w+ at (\d+\.\d)", found.facts[branch].note)[1])
    at = branched.document["references_mm"][letter]
    assert name in found.facts
    moved = measured_again(branched, moved={letter: mouth - at})
    assert name not in moved.facts
    assert f"A branch leaves at the reference {letter}" in moved.doubts[name]
    away = measured_again(branched, moved={letter: -1.0 if letter == "S" else 1.0})
    assert name in away.named("edited")


def test_contrast_beside_the_middle_is_in_doubt_until_a_person_confirms_the_line(tapered):
    request = replace(tapered.request, centreline=None, seeds=ends_of(tapered))
    analysis = analysed(request, silent)
    aside = replace(analysis.found.distal_fit, offset_mm=0.6)
    found = replace(analysis.found, distal_fit=aside)

    def doubted(marked) -> set[str]:
        doubts = doubts_of(found, analysis.sd, marked, analysis.findings)
        return {doubt.name for doubt in doubts if "beside the middle" in doubt.because}

    assert "occlusion_length" in doubted(analysis.marked)
    sure = Edits(line_confirmed=True).trusted(analysis.marked)
    assert doubted(sure) == set()


@pytest.mark.parametrize("shown", [round, lambda at, _: float(f"{at + 1e-6:.1f}")])
def test_a_mark_as_it_is_shown_is_no_edit(review, shown):
    document = deepcopy(dict(review.document))
    own = deepcopy(document)
    own["caps_mm"]["P"] = 23.25
    document["caps_mm"]["P"] = shown(23.25, 1)
    edits = edits_from(document, own, 60.0)
    assert document["caps_mm"]["P"] in {23.2, 23.3}
    assert not edits.changed
    assert edits.shown.proximal_mm == 23.25
    document["caps_mm"]["P"] = 23.15
    assert edits_from(document, own, 60.0).moved == {"P"}
