"""What follows from a case before any rule reads it, and what cannot be true together."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cto_cds.facts.concluding import concluded
from cto_cds.facts.value import Quantity

GRAFT = "history.graft_to_target_vessel"
LENGTH = "ccta.occlusion_length"


@pytest.fixture
def conclude(lines, vocabulary):
    """Return a function that reads a case and concludes from it."""
    return lambda text: concluded(lines(text), vocabulary)


def test_who_never_had_a_bypass_has_no_graft_to_this_vessel(conclude):
    reading = conclude("history: {prior_cabg: no}\n").readings[GRAFT]
    assert reading.known == "none"
    assert reading.source == "follows from: Previous bypass surgery no"


@pytest.mark.parametrize(
    ("vessel", "flush"),
    [("LAD", "no"), ("LCX", "no"), ("RCA", None), ("LM", None), ("graft", None)],
)
def test_a_branch_of_the_left_main_is_not_closed_flush_with_the_aorta(conclude, vessel, flush):
    sheet = conclude(f"angiography: {{target_vessel: {vessel}}}\n")
    assert sheet.known("angiography.flush_aorto_ostial") == flush


@pytest.mark.parametrize("graft", ["patent", "occluded"])
def test_who_has_a_graft_had_a_bypass(conclude, graft):
    sheet = conclude(f"history: {{graft_to_target_vessel: {graft}}}\n")
    assert sheet.known("history.prior_cabg") == "yes"


@pytest.mark.parametrize("graft", ["none", "unknown"])
def test_no_graft_to_this_vessel_says_nothing_of_a_bypass(conclude, graft):
    sheet = conclude(f"history: {{graft_to_target_vessel: {graft}}}\n")
    assert sheet.known("history.prior_cabg") is None


@pytest.mark.parametrize("said", ["prior_cabg: yes", "prior_cabg: unknown", "prior_mi: no"])
def test_nothing_follows_from_a_bypass_or_from_silence(conclude, said):
    assert GRAFT not in conclude(f"history: {{{said}}}\n").readings


@pytest.mark.parametrize(("over_70", "others"), [("0", "0"), ("1", None), ("unknown", None)])
def test_where_no_bend_is_over_70_degrees_none_is_sharper(conclude, over_70, others):
    sheet = conclude(f"ccta: {{bends_over_70: {over_70}}}\n")
    for name in ("bends_over_90", "bends_over_120"):
        value = sheet.known(f"ccta.{name}")
        assert (value and str(value)) == others
        assert sheet.known(f"angiography.{name}") is None
    if others:
        told = sheet.readings["ccta.bends_over_120"].source
        assert told == "follows from: Bends over 70 degrees 0"


def test_what_the_case_says_itself_is_never_overwritten(conclude):
    sheet = conclude("history: {prior_cabg: no, graft_to_target_vessel: occluded}\n")
    assert sheet.known(GRAFT) == "occluded"


NON_DIAGNOSTIC = """
ccta: {image_quality: non-diagnostic, occlusion_length: 24 mm, max_bend: 50 deg}
angiography: {occlusion_length: 18 mm}
"""


def test_nothing_is_read_from_images_that_are_not_diagnostic(conclude):
    sheet = conclude(NON_DIAGNOSTIC)
    assert sheet.known(LENGTH) is None
    assert sheet.known("ccta.max_bend") is None
    assert sheet.known("ccta.image_quality") == "non-diagnostic"
    assert sheet.known("angiography.occlusion_length") == Quantity(Decimal(18), "mm")
    assert sheet.readings[LENGTH].status == "needs_review"
    assert "non-diagnostic" in sheet.readings[LENGTH].note


def test_nothing_follows_from_what_cannot_be_read(conclude):
    sheet = conclude("ccta: {image_quality: non-diagnostic, ostial: no, bends_over_70: 0}\n")
    assert sheet.known("ccta.flush_aorto_ostial") is None
    assert sheet.known("ccta.bends_over_90") is None


@pytest.mark.parametrize("quality", ["good", "limited", "unknown"])
def test_other_images_are_read(conclude, quality):
    sheet = conclude(NON_DIAGNOSTIC.replace("non-diagnostic", quality))
    assert sheet.known(LENGTH) == Quantity(Decimal(24), "mm")


def test_concluding_twice_changes_nothing_more(conclude, vocabulary):
    sheet = conclude(f"history: {{prior_cabg: no}}\n{NON_DIAGNOSTIC}")
    assert concluded(sheet, vocabulary) == sheet


@pytest.mark.parametrize(
    ("group", "larger", "smaller"),
    [
        ("angiography", "bends_over_90", "bends_over_70"),
        ("ccta", "bends_over_120", "bends_over_90"),
    ],
)
def test_a_count_that_exceeds_the_count_that_includes_it_is_refused(
    mistake, lines, group, larger, smaller
):
    problem = mistake(f"{group}:\n  {smaller}: 1\n  {larger}: 2\n")
    assert problem.place.line == 5
    assert f"{group}.{larger} is 2, more than {group}.{smaller}, which is 1" in problem.found
    assert lines(f"{group}:\n  {smaller}: 2\n  {larger}: 2\n")


@pytest.mark.parametrize(
    ("phase", "wire", "follows"),
    [
        ("crossing", None, None),
        ("wire crossed", "distal true lumen", None),
        ("lesion preparation", "distal true lumen", "yes"),
        ("stent optimisation", "distal true lumen", "yes"),
    ],
)
def test_a_phase_tells_how_far_wire_device_and_balloon_have_come(conclude, phase, wire, follows):
    sheet = conclude(f"procedure: {{phase: {phase}}}\n")
    assert sheet.known("procedure.wire_position") == wire
    assert sheet.known("procedure.device_crosses") == follows
    assert sheet.known("procedure.nc_balloon_reaches") == follows


def test_a_phase_overwrites_nothing_that_is_said_of_wire_and_balloon(conclude):
    said = "wire_position: extraplaque, device_crosses: no, nc_balloon_reaches: unknown"
    sheet = conclude(f"procedure: {{phase: lesion preparation, {said}}}\n")
    assert sheet.known("procedure.wire_position") == "extraplaque"
    assert sheet.known("procedure.device_crosses") == "no"
    assert sheet.known("procedure.nc_balloon_reaches") is None


def test_a_track_seen_by_ultrasound_shows_that_its_catheter_passed(conclude):
    assert conclude("procedure: {track_confirmed_by: ivus}\n").known(
        "procedure.imaging_catheter_crosses"
    )
    assert not conclude("procedure: {track_confirmed_by: assumed}\n").known(
        "procedure.imaging_catheter_crosses"
    )
