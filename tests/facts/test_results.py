"""The results of another program become measurements, through a mapping that a user writes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from cto_cds.errors import CaseError
from cto_cds.facts.case import read_case_text
from cto_cds.facts.mapping import read_mapping
from cto_cds.facts.measured import Measurements
from cto_cds.facts.results import read_results

MAPPING = """\
format: 1
source: Plaque Lab 4.1
read: csv
separator: ";"
decimal: ","
row: {Patient: A7, Vessel: RCA}
unknown: [n/a, "-"]
facts:
  occlusion_length: {from: Length, unit: mm, sd: Length SD}
  plaque_volume: {from: Plaque, unit: cm3, times: 1000}
  calcium_area_fraction: {from: Calcium share, unit: "1", times: 100}
  occlusion_count: {from: Count}
  stump: {from: Entry, words: {Taper: tapered, Flat: blunt}}
  image_quality: {from: Quality}
  max_bend: {from: Bend, unit: deg}
"""
HEADER = "Patient;Vessel;Length;Length SD;Plaque;Calcium share;Count;Entry;Quality;Bend\n"
ROW = "A7;RCA;24,8;0,6;0,1395;0,62;1;Flat;good;n/a\n"
TABLE = HEADER + "A7;LAD;9;1;1;1;1;Flat;good;10\n" + ROW


@pytest.fixture
def read(tmp_path, vocabulary) -> Callable[..., Measurements]:
    def reader(results: str = TABLE, mapping: str = MAPPING, ending: str = "csv") -> Measurements:
        table, how = tmp_path / f"results.{ending}", tmp_path / "mapping.yaml"
        table.write_text(results, encoding="utf-8")
        how.write_text(mapping, encoding="utf-8")
        return read_results(table, read_mapping(how, vocabulary), vocabulary)

    return reader


@pytest.fixture
def refusal(read) -> Callable[..., str]:
    def refused(*arguments: str, **named: str) -> str:
        with pytest.raises(CaseError) as caught:
            read(*arguments, **named)
        assert all(problem.found for problem in caught.value.problems)
        return str(caught.value)

    return refused


def test_the_named_row_becomes_facts_in_the_units_of_the_vocabulary(read):
    found = {fact.name: fact for fact in read().facts}
    length = found["occlusion_length"]
    assert (length.value, length.unit, length.sd) == (Decimal("24.8"), "mm", Decimal("0.6"))
    assert (found["plaque_volume"].value, found["plaque_volume"].unit) == (Decimal("139.5"), "mm3")
    assert found["calcium_area_fraction"].value == 62
    assert found["occlusion_count"].value == 1
    assert found["stump"].value == "blunt"
    assert found["image_quality"].value == "good"


def test_the_mapping_of_the_readme_works(read):
    readme = Path(__file__).parents[2] / "plugins" / "cto-cds-ccta" / "README.md"
    (mapping,) = re.findall(r"```yaml\n(format: 1\nsource: .*?)```", readme.read_text(), re.DOTALL)
    found = {fact.name: fact.value for fact in read(mapping=mapping).facts}
    assert found["occlusion_length"] == Decimal("24.8")
    assert found["stump"] == "blunt"


def test_what_is_not_known_is_left_out_and_told(read):
    measured = read()
    assert "max_bend" not in {fact.name for fact in measured.facts}
    assert measured.notes[1] == "Nothing stands in results.csv for: max_bend."


def test_the_document_is_a_case_file_that_names_the_other_program(read, vocabulary):
    text = json.dumps(read().document())
    sheet = read_case_text(text, "measured", vocabulary, named=False)
    reading = sheet.readings["ccta.occlusion_length"]
    assert str(reading.value) == "24.8 mm"
    assert reading.source == "Plaque Lab 4.1"


def test_json_is_read_by_pointers(read):
    mapping = """\
format: 1
source: Plaque Lab 4.1
read: json
facts:
  occlusion_length: {from: /lesions/1/length, unit: mm}
  stump: {from: "/lesions/1/entry~1cap", words: {"true": tapered, "false": blunt}}
  max_bend: {from: /lesions/1/bend, unit: deg}
"""
    lesion = {"length": 24.80, "entry/cap": True, "bend": None}
    results = json.dumps({"lesions": [{"length": 1}, lesion]})
    found = {fact.name: fact.value for fact in read(results, mapping, "json").facts}
    assert found == {"occlusion_length": Decimal("24.8"), "stump": "tapered"}


def test_numbers_keep_every_digit_and_may_carry_their_unit(read):
    table = TABLE.replace("24,8;", "24,813 mm;")
    found = {fact.name: fact.value for fact in read(table).facts}
    assert found["occlusion_length"] == Decimal("24.813")


@pytest.mark.parametrize(
    ("cell", "other", "words"),
    [
        ("24,8;", "24.8;", ["results.csv:3:3 (Length)", "decimal mark ','"]),
        ("24,8;", "1.024,8;", ["is not a number"]),
        ("24,8;", "24,8 cm;", ["'24,8 cm' is not a number"]),
        ("24,8;", "2480;", ["2480 mm is not plausible for occlusion_length", "Check 'unit'"]),
        ("24,8;", "nan;", ["is not a number"]),
        ("0,6;", "-0,6;", ["is not a standard deviation"]),
        (";1;Flat", ";1,5;Flat", ["1,5 is not a whole number"]),
        (";Flat;good", ";Round;good", ["'Round' is not a word that the mapping knows for stump"]),
        (";Flat;good", ";blunt;good", ["'blunt' is not a word that the mapping knows"]),
        (";good;", ";great;", ["'great'", "Add it to 'words'"]),
        ("A7;RCA;", "A7;LAD;", ["has 0 rows that 'row' of the mapping describes"]),
        (ROW, ROW + ROW, ["has 2 rows"]),
        ("Length SD;", "Sd;", ["'Length SD' is not a column", "mapping.yaml:9:3"]),
        ("Length SD;", "Sd;", ["(occlusion_length, sd)", "'sd' says where one standard deviation"]),
        (
            "Length SD;",
            "Length;",
            ["'Length' is the name of 2 columns", "give each column a name of its own"],
        ),
        (TABLE, "", ["is not a column"]),
    ],
)
def test_what_does_not_fit_the_mapping_is_told_with_its_place(refusal, cell, other, words):
    assert cell in TABLE
    told = refusal(TABLE.replace(cell, other))
    for word in words:
        assert word in told


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("occlusion_length:", "oclusion_length:", ["Did you mean 'occlusion_length'?"]),
        ("occlusion_length:", "age:", ["'age' is not the name of a fact of 'ccta'"]),
        ("Length, unit: mm,", "Length, unit: cm,", ["is in mm, not in cm", "'times'"]),
        ("Length, unit: mm,", "Length,", ["has no 'unit'"]),
        ("unit: deg}", "unit: deg, times: 2}", ["are in deg already"]),
        ("times: 1000", "times: 0", ["greater than 0"]),
        ("from: Count}", "from: Count, unit: mm}", ["occlusion_count has no unit"]),
        ("Flat: blunt", "Flat: flat", ["'flat' is not a word of stump"]),
        ("from: Quality}", "from: Quality, sd: Bend}", ["only a number has a standard deviation"]),
        ("from: Bend,", "form: Bend,", ["has no 'from'", "Did you mean 'from'?"]),
        ("read: csv", "read: xml", ["'xml' is not a possible read"]),
        ("read: csv", "read: json", ["only CSV has rows", "does not begin with /"]),
        ('separator: ";"', 'separator: ","', ["also what divides the columns"]),
        ('separator: ";"', 'separator: ";;"', ["must be one character"]),
        ("source: Plaque Lab 4.1\n", "", ["has no 'source'"]),
        ("format: 1", "format: 2", ["'2' is not a possible format"]),
        ("facts:", "fact:", ["has no 'facts'"]),
    ],
)
def test_a_mistake_in_the_mapping_is_told_with_its_place(refusal, old, new, words):
    assert old in MAPPING
    told = refusal(mapping=MAPPING.replace(old, new, 1))
    assert "mapping.yaml" in told
    for word in words:
        assert word in told


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ("{}", "'/a/b' points to nothing"),
        ('{"a": {"b": {}}}', "no single value"),
        ('{"a": {"b": [1]}}', "no single value"),
        ('{"a": {"b": NaN}}', "is not a number"),
        ('{"a": {"b": null}}', "holds no value for any mapped fact"),
        ("[" * 100_000, "is not JSON"),
        ("", "is not JSON"),
    ],
)
def test_json_that_does_not_fit_the_mapping_is_told(refusal, results, words):
    mapping = "format: 1\nsource: X 1\nread: json\nfacts:\n"
    mapping += "  occlusion_length: {from: /a/b, unit: mm}\n"
    assert words in refusal(results, mapping, "json")


def test_files_that_cannot_be_read_are_told(tmp_path, vocabulary):
    with pytest.raises(CaseError, match="cannot be read"):
        read_mapping(tmp_path / "none.yaml", vocabulary)
    how = tmp_path / "mapping.yaml"
    how.write_text(MAPPING)
    mapping = read_mapping(how, vocabulary)
    with pytest.raises(CaseError, match="cannot be read"):
        read_results(tmp_path / "none.csv", mapping, vocabulary)
    table = Path(tmp_path / "results.csv")
    table.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CaseError, match="UTF-8"):
        read_results(table, mapping, vocabulary)
