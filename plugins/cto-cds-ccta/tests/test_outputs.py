"""What other programs get beside the pictures: the measurement section by section."""

from __future__ import annotations

import csv
import io

import pytest

from cto_cds_ccta.measure.line import STEP_MM


def rows_of(measured):
    (content,) = [file.content for file in measured.files if file.name == "along.csv"]
    return list(csv.DictReader(io.StringIO(content.decode())))


def column(rows, name):
    return [float(row[name]) for row in rows if row[name]]


def test_the_table_along_the_vessel_has_a_row_for_each_section_and_its_place(blunt):
    rows = rows_of(blunt.measured)
    at = column(rows, "at_mm")
    assert at == pytest.approx([STEP_MM * number for number in range(len(rows))])
    first = [float(rows[0][f"{axis}_lps_mm"]) for axis in "xyz"]
    assert first == pytest.approx(blunt.phantom.line_lps_mm[0].tolist(), abs=0.2)


def test_the_table_adds_up_to_the_facts(blunt):
    rows = rows_of(blunt.measured)
    closed = [row for row in rows if row["part"] == "occlusion"]
    length = blunt.value("occlusion_length")
    assert len(closed) * STEP_MM == pytest.approx(length, abs=STEP_MM)
    for name in ("fibrous", "dense_calcium"):
        volume = sum(column(closed, f"{name}_mm2")) * STEP_MM
        margin = max(2 * blunt.sd(f"{name}_volume"), 6.0)
        assert volume == pytest.approx(blunt.value(f"{name}_volume"), abs=margin), name
    arc = max(column(rows, "calcium_arc_deg"))
    assert arc == pytest.approx(blunt.value("calcium_arc"), abs=5.0)
    assert max(column(closed, "bend_deg")) == pytest.approx(blunt.value("max_bend"), abs=2.0)


def test_plaque_stands_between_the_caps_only(blunt):
    for row in rows_of(blunt.measured):
        inside = row["part"] == "occlusion"
        assert bool(row["fibrous_mm2"]) is inside
        assert bool(row["calcium_arc_deg"]) is inside


def test_what_needs_review_has_no_number_in_the_table_either(bright_plaque):
    measured = bright_plaque.measured
    doubted = {doubt.name for doubt in measured.doubts}
    assert {"occlusion_length", "fibrous_pav"} <= doubted
    rows = rows_of(measured)
    assert {row["part"] for row in rows} == {""}
    assert not column(rows, "fibrous_mm2")
    assert column(rows, "outer_area_mm2")
