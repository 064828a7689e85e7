"""What a person confirms or changes is measured again, without the images."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from cto_cds.errors import BackendError
from cto_cds.hookspecs import ReviewingBackend

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.phantom.study import silent


def again(review, change=None):
    document = deepcopy(dict(review.document))
    if change is not None:
        change(document)
    measured = CctaBackend().again(review.state, document, silent, draw=False)
    return {fact.name: fact for fact in measured.facts}


def refusal(review, change):
    with pytest.raises(BackendError) as caught:
        again(review, change)
    return caught.value.problems[0]


def test_the_backend_offers_a_review():
    assert isinstance(CctaBackend(), ReviewingBackend)


def test_without_an_edit_the_same_numbers_come_out(review):
    before = {fact.name: fact.value for fact in review.measurements.facts}
    after = again(review)
    assert {name: fact.value for name, fact in after.items()} == before
    assert {fact.status for fact in after.values()} == {"auto"}


def test_a_cap_that_is_moved_changes_the_length_and_is_told_as_edited(review):
    def change(document) -> None:
        document["caps_mm"]["P"] -= 2.0

    before, after = again(review), again(review, change)
    longer = float(after["occlusion_length"].value) - float(before["occlusion_length"].value)
    assert longer == pytest.approx(2.0, abs=0.15)
    assert after["plaque_volume"].value > before["plaque_volume"].value
    assert after["occlusion_length"].status == "edited"
    assert after["image_quality"].status == "auto"


def test_caps_that_are_confirmed_stay_where_they_are_and_are_told_as_confirmed(review):
    def change(document) -> None:
        document["confirmed"] |= {"caps": True, "line": True}

    before, after = again(review), again(review, change)
    found = float(after["occlusion_length"].value)
    assert found == pytest.approx(float(before["occlusion_length"].value), abs=0.1)
    assert after["occlusion_length"].status == "confirmed"


def test_a_wider_wall_gives_more_plaque(review):
    middle = sum(review.document["caps_mm"].values()) / 2

    def change(document) -> None:
        document["wall"].append({"at_mm": middle, "radius_mm": 1.85})

    assert again(review, change)["plaque_volume"].value > again(review)["plaque_volume"].value


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("caps_mm", {"P": 30.0, "D": 12.0}, "P is at 30.0"),
        ("caps_mm", {"P": -4.0}, "P is not a position"),
        ("caps_mm", {"P": 20.0, "D": 32.0, "Q": 4.0}, "nothing but P and D, not Q"),
        ("caps_mm", 4.0, "must hold P and D"),
        ("references_mm", {"S": "here"}, "S is not a position"),
        ("wall", [{"at_mm": 20.0}], "entry 1 is {'at_mm': 20.0}"),
        ("wall", [{"at_mm": 20.0, "radius_mm": 9}], "'radius_mm': 9"),
        ("wall", {"at_mm": 20.0}, "not a list"),
        ("waypoints_lps_mm", [[1, 2, 3]], "waypoint"),
        ("confirmed", {"caps": "yes"}, "true or false"),
        ("confirmed", {"cap": True}, "cap is nothing"),
        ("cap_mm", {}, "not a known key"),
    ],
)
def test_an_impossible_edit_is_refused_with_its_key(review, key, value, told):
    problem = refusal(review, lambda document: document.update({key: value}))
    assert told in problem.found
    assert problem.place.key == key
    assert problem.mend


@pytest.mark.parametrize(
    ("key", "value", "stands", "write"),
    [
        ("caps_mm", {"P": "27,6"}, 'but the text "27,6"', "with a point: 27.6"),
        ("references_mm", {"S": " 12.5 "}, 'but the text " 12.5 "', "with a point: 12.5"),
        ("caps_mm", {"D": "far"}, 'but the text "far"', "a number without quotation marks"),
        ("wall", [{"at_mm": 20.0, "radius_mm": "1,9"}], "'radius_mm': '1,9'", "a point: 1.9"),
    ],
)
def test_a_position_that_is_a_text_is_told_so_with_how_to_write_it(
    review, key, value, stands, write
):
    problem = refusal(review, lambda document: document.update({key: value}))
    assert stands in problem.found
    assert write in problem.mend


def test_a_missing_state_is_told_as_missing_with_where_it_comes_from(command, review, tmp_path):
    (tmp_path / "review.json").write_text(json.dumps(dict(review.document)), encoding="utf-8")
    status, _, errors = command("quantify", "--edits", tmp_path / "review.json")
    told = " ".join(errors.split())
    assert status != 0
    assert "review.state" in told
    assert "is not there" in told
    assert "copy it into this folder" in told


@pytest.mark.parametrize("content", [b"", b"nothing", b"PK\x05\x06" + bytes(18)])
def test_a_state_that_is_broken_is_refused(review, content):
    with pytest.raises(BackendError) as caught:
        CctaBackend().again(content, review.document, silent)
    assert "straightened vessel" in caught.value.problems[0].found


def test_a_review_offers_no_waypoints_since_it_cannot_take_any(review):
    assert "waypoints_lps_mm" not in review.document
