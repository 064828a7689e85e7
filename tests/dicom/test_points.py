"""Centrelines and seeds that people and other programs hand in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cto_cds.dicom.points import read_centreline, read_seeds
from cto_cds.errors import StudyError

HEADER = "x_lps_mm,y_lps_mm,z_lps_mm"
GOOD = f"{HEADER}\n1,2,3\n1.5,2,3\n2,2,-3e0\n"


@pytest.fixture
def csv_file(tmp_path):
    def make(content: str) -> Path:
        path = tmp_path / "line.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


@pytest.fixture
def json_file(tmp_path):
    def make(content: object) -> Path:
        path = tmp_path / "seeds.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return make


def seeds(**changes: object):
    content = {"coordinates": "LPS mm", "proximal": [1, 2, 3], "distal": [4, 5, 6.5], **changes}
    return {key: value for key, value in content.items() if value is not ...}


def test_a_centreline_without_radius_is_read(csv_file):
    points, radius_mm = read_centreline(csv_file(GOOD))
    np.testing.assert_array_equal(points, [[1, 2, 3], [1.5, 2, 3], [2, 2, -3]])
    assert radius_mm is None


def test_columns_may_come_in_any_order_with_spaces_blank_lines_and_a_byte_order_mark(csv_file):
    content = "\ufeffouter_radius_mm, z_lps_mm,y_lps_mm,x_lps_mm\r\n1,30,20,10\r\n\r\n"
    points, radius_mm = read_centreline(csv_file(content + "2,31,21,11\n3,0,0,0\n"))
    np.testing.assert_array_equal(points, [[10, 20, 30], [11, 21, 31], [0, 0, 0]])
    np.testing.assert_array_equal(radius_mm, [1, 2, 3])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["the file is empty", HEADER]),
        ("1,2,3\n4,5,6\n7,8,9\n", ["line.csv:1:1", "header is 1,2,3", HEADER]),
        ("x,y,z\n1,2,3\n", ["header is x,y,z", "outer_radius_mm"]),
        (f"{HEADER}\n1,2,3\n1,2,4\n", ["has 2 points", "at least 3"]),
        (f"{HEADER}\n", ["has 0 points"]),
        (
            f"{HEADER}\n1,2,3\n1,two,3\n1,2,5\n",
            ["line.csv:3:2 (y_lps_mm)", "'two' is not a number"],
        ),
        (f"{HEADER}\n1,2,3\n1,2,nan\n1,2,5\n", ["line.csv:3:3 (z_lps_mm)", "'nan'"]),
        (f"{HEADER}\n1,2,3\n1,2,-inf\n1,2,5\n", ["'-inf'"]),
        (f"{HEADER}\n1,2,3\n1,2,1_0\n1,2,5\n", ["'1_0'"]),
        (f"{HEADER}\n1,2,3\n1,2\n1,2,5\n", ["line.csv:3:1", "has 2 values, the header has 3"]),
        (f"{HEADER}\n1,2,3\n1,2,4\n1,2,4\n", ["line.csv:4:1", "same point as line 3", "Remove"]),
        (
            f"{HEADER},outer_radius_mm\n1,2,3,1\n1,2,4,0\n1,2,5,-1\n",
            [
                "line.csv:3:4 (outer_radius_mm)",
                "'0' is not a number greater than 0",
                "line.csv:4:4",
            ],
        ),
        (b"x_lps_mm\xff\xfe", ["not text in UTF-8"]),
        (f'{HEADER}\n"1,2,3\n', ["is not CSV"]),
    ],
)
def test_a_wrong_centreline_is_refused_with_line_column_and_what_is_allowed(
    csv_file, content, words
):
    with pytest.raises(StudyError) as caught:
        read_centreline(csv_file(content))
    for word in words:
        assert word in str(caught.value)
    assert all(problem.mend for problem in caught.value.problems)


def test_all_mistakes_of_a_centreline_are_told_at_once(csv_file):
    with pytest.raises(StudyError) as caught:
        read_centreline(csv_file(f"{HEADER}\na,2,3\n1,b,3\n1,2,c\n"))
    assert [problem.place.line for problem in caught.value.problems] == [2, 3, 4]


def test_a_centreline_file_that_is_not_there_is_an_error_with_its_name(tmp_path):
    with pytest.raises(StudyError, match=r"none\.csv: cannot be read"):
        read_centreline(tmp_path / "none.csv")


def test_seeds_are_read(json_file):
    found = read_seeds(json_file(seeds(waypoints=[[0, 0, 0.5]])))
    assert (found.proximal, found.distal) == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.5))
    assert found.waypoints == ((0.0, 0.0, 0.5),)
    plain = read_seeds(json_file(seeds()))
    assert plain == ((1.0, 2.0, 3.0), (4.0, 5.0, 6.5), (), None, None)


def test_reference_points_are_read_each_on_its_own(json_file):
    both = seeds(proximal_reference=[1, 2, 4], distal_reference=[5, 6, 7.5])
    found = read_seeds(json_file(both))
    assert found.proximal_reference == (1.0, 2.0, 4.0)
    assert found.distal_reference == (5.0, 6.0, 7.5)
    one = read_seeds(json_file(seeds(distal_reference=[5, 6, 7.5])))
    assert (one.proximal_reference, one.distal_reference) == (None, (5.0, 6.0, 7.5))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["seeds.json:1:1", "is not JSON", '"coordinates": "LPS mm"']),
        ('{"proximal": [1, 2,}', ["seeds.json:1:20", "is not JSON"]),
        ("[" * 100_000, ["is not usable JSON"]),
        ('{"distal": [1,2,3], "distal": [1,2,4]}', ["the key distal stands there twice"]),
        ([1], ["is not a JSON object"]),
        (seeds(proximal_reference=[1, 2]), ["(proximal_reference)", "not three finite numbers"]),
        (seeds(distal_reference=None), ["(distal_reference)", "is missing"]),
        (seeds(reference=[1, 2, 3]), ["(reference)", "distal_reference"]),
        (seeds(coordinates=...), ["(coordinates)", "must be 'LPS mm'", "Convert"]),
        (seeds(coordinates="RAS mm"), ["(coordinates)", '"RAS mm" is not', "Convert"]),
        (seeds(proximal=...), ["(proximal)", "is missing"]),
        (seeds(distal=[1, 2]), ["(distal)", "[1, 2] is not three finite numbers"]),
        (seeds(distal=[1, 2, True]), ["(distal)", "not three finite numbers"]),
        (seeds(distal=[1, 2, float("nan")]), ["(distal)", "not three finite numbers"]),
        (seeds(distal=[1, 2, float("inf")]), ["(distal)", "not three finite numbers"]),
        (seeds(waypoints=[[1, 2, 3], "x"]), ["(waypoints[1])", "not three finite numbers"]),
        (seeds(waypoints=5), ["(waypoints)", "is not a list"]),
        (seeds(distal=[1, 2, 3]), ["(distal)", "same point as proximal"]),
        (seeds(middle=[1, 2, 3]), ["(middle)", "is not a known key", "waypoints"]),
    ],
)
def test_wrong_seeds_are_refused_with_the_key_and_what_is_allowed(json_file, content, words):
    with pytest.raises(StudyError) as caught:
        read_seeds(json_file(content))
    for word in words:
        assert word in str(caught.value)
    assert all(problem.mend for problem in caught.value.problems)
