"""A cap that a person confirmed is drawn as it was found; one that was moved, as it is seen."""

from __future__ import annotations

import numpy as np
import pytest

from cto_cds_ccta.backend import CctaBackend
from cto_cds_ccta.figure.composition import stump_words
from cto_cds_ccta.figure.lumen import open_lumen
from cto_cds_ccta.phantom.study import silent


@pytest.fixture(scope="module")
def reviewed(tapered):
    return CctaBackend().review(tapered.request, silent)


@pytest.fixture
def scene(edited, reviewed):
    return lambda change=None: edited(reviewed, change).scene


def confirm_everything(document) -> None:
    document["confirmed"] = dict.fromkeys(("line", "wall", "caps", "references"), True)


def test_confirming_the_caps_changes_neither_the_taper_nor_the_lumen_that_is_drawn(scene):
    before, after = scene(), scene(confirm_everything)
    assert {mark.standing for mark in after.marks} == {"confirmed"}
    assert stump_words(before).startswith("tapered stump")
    assert stump_words(after) == stump_words(before)
    pieces = zip(open_lumen(before), open_lumen(after), strict=True)
    for drawn, again in pieces:
        wanted = np.interp(again.arc_mm, drawn.arc_mm, drawn.area_mm2)
        assert again.area_mm2 == pytest.approx(wanted, abs=0.3)


def test_the_picture_of_a_moved_cap_tells_the_taper_that_the_fact_tells(scene):
    def move(document) -> None:
        document["caps_mm"]["P"] -= 0.6

    moved = scene(move)
    fact = next(fact for fact in moved.analysis.facts if fact.name == "stump")
    taper = f"{moved.found.proximal.taper_mm:.1f} mm"
    assert fact.value == "tapered"
    assert f"over {taper}" in fact.note
    assert stump_words(moved) == f"tapered stump {taper}"


def test_before_a_cap_that_was_moved_the_lumen_narrows_as_it_is_seen(scene):
    def move(document) -> None:
        document["caps_mm"]["P"] -= 1.0

    moved, _ = open_lumen(scene(move))
    at_cap, before_it = np.interp(
        moved.arc_mm[-1] - np.array([0.1, 1.0]), moved.arc_mm, moved.area_mm2
    )
    assert at_cap < 0.8 * before_it
