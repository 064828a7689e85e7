"""``cto-cds import``: the results of another program go all the way to an assessment."""

from __future__ import annotations

import json

import pytest

MAPPING = """\
format: 1
source: Plaque Lab 4.1
read: csv
facts:
  occlusion_length: {from: Length, unit: mm}
  stump: {from: Entry, words: {Flat: blunt}}
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "results.csv").write_text("Length,Entry\n24.8,Flat\n")
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    return tmp_path / "results.csv", tmp_path / "mapping.yaml"


def test_imported_results_can_be_assessed(home, case, files, tmp_path):
    results, mapping = files
    out = tmp_path / "measured.json"
    printed = home.run("import", results, "--mapping", mapping, "--out", out, "--json").json
    assert json.loads(out.read_text()) == printed
    assert printed["ccta"]["stump"]["value"] == "blunt"
    shown = home.run("import", results, "--mapping", mapping)
    assert "24.8 mm" in shown.words
    home.run("assess", case, "--ccta", out)


def test_results_that_do_not_fit_write_nothing(home, files, tmp_path):
    results, mapping = files
    results.write_text("Length,Entry\n2480,Flat\n")
    out = tmp_path / "measured.json"
    ran = home.run("import", results, "--mapping", mapping, "--out", out, "--json", status=1)
    assert "results.csv:2:1 (Length): 2480 mm is not plausible" in ran.err
    assert ran.shows_no_result
    assert not out.exists()


def test_a_file_that_stands_there_is_not_replaced(home, files):
    results, mapping = files
    ran = home.run("import", results, "--mapping", mapping, "--out", results, status=1)
    assert "exists already" in ran.err
    assert results.read_text().startswith("Length")
