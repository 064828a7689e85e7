"""A value that sits exactly on a limit which papers print in two ways is told, and once."""

from __future__ import annotations

import pytest

ON_LIMIT = "sits exactly on the limit"


def told(result, title):
    return [text for text in result.warnings if ON_LIMIT in text and text.startswith(title)]


@pytest.mark.parametrize(("length", "times"), [("19.9", 0), ("20", 1), ("20.1", 0)])
def test_twenty_millimetres_are_a_tie_for_the_chinese_strategy(known_but, length, times):
    result = known_but(f"angiography.occlusion_length: {length} mm", "ccta.occlusion_length:")
    found = told(result, "Occlusion length")
    assert len(found) == times
    assert all("tie" in text for text in found)


@pytest.mark.parametrize(("share", "times"), [("49", 0), ("50", 1), ("51", 0)])
def test_half_a_cross_section_of_calcium_is_borderline(known_but, share, times):
    result = known_but(f"ccta.calcium_area_fraction: {share} %", "ccta.calcification: moderate")
    assert len(told(result, "Calcium share")) == times


def test_what_does_not_turn_with_the_value_is_not_told(known_but):
    result = known_but("ccta.calcium_area_fraction: 50 %", "ccta.calcification: severe")
    assert told(result, "Calcium share") == []


def test_what_the_advice_has_not_read_is_not_told(known_but):
    stent = known_but("procedure.phase: stent optimisation", "ccta.calcium_area_fraction: 50 %")
    assert told(stent, "Calcium share") == []


@pytest.mark.parametrize(
    ("length", "arc", "times"), [("5", "300", 1), ("4.9", "300", 0), ("6", "270", 0)]
)
def test_a_length_of_five_millimetres_on_ultrasound_is_borderline(known_but, length, arc, times):
    result = known_but(
        "procedure.phase: lesion preparation",
        "procedure.wire_position: distal true lumen",
        "procedure.device_crosses: yes",
        "procedure.nc_balloon_reaches: yes",
        "procedure.imaging_catheter_crosses: yes",
        "procedure.balloon_expands: yes",
        "procedure.track: intraplaque",
        "procedure.track_confirmed_by: ivus",
        f"ivus.calcium_length: {length} mm",
        f"ivus.superficial_calcium_arc: {arc} deg",
        "ivus.vessel_diameter: 3 mm",
        "ivus.calcified_nodule: no",
    )
    assert len(told(result, "Calcium length")) == times
    assert not told(result, "Superficial calcium arc")
