"""``cto-cds assess`` refuses what it cannot read, and says where and why; nothing is recorded."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

import pytest
from cli.running import CASE, PROGRAM, case_file

BAD = {
    "a wrong word": (CASE.replace("blunt", "blunted"), "blunted"),
    "a missing unit": (CASE.replace("24 mm", "24"), "24"),
    "another unit": (CASE.replace("24 mm", "2.4 cm"), "cm"),
    "a number out of range": (CASE.replace("64 years", "640 years"), "640"),
    "an unknown fact": (CASE.replace("stump:", "stomp:"), "stomp"),
    "a fact in the wrong group": (CASE.replace("can_adr: yes", "age: 64 years"), "age"),
    "a duplicate key": (CASE + "operator:\n  can_adr: no\n", "operator"),
    "a future format": (CASE.replace("format: 1", "format: 2"), "format"),
    "no case name": (CASE.replace("case: {name}\n", ""), "case"),
    "no YAML": ("format: 1\ncase: [", ""),
    "an empty file": ("", ""),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_case_is_refused_with_its_place_and_nothing_is_recorded(home, tmp_path, kind):
    text, named = BAD[kind]
    path = tmp_path / "case.yaml"
    path.write_text(text.replace("{name}", "case-17"), encoding="utf-8")
    ran = home.run("assess", path, "--json", status=1)
    assert ran.shows_no_result
    assert re.search(rf"^{re.escape(str(path))}(:\d+:\d+)?", ran.err)
    assert named in ran.err
    assert not home.audit.exists()


def test_every_mistake_of_a_case_is_told_at_once_with_line_and_column(home, tmp_path):
    path = case_file(tmp_path, stump="blunted", occlusion_length="24", age="640 years")
    ran = home.run("assess", path, status=1)
    places = re.findall(rf"^{re.escape(str(path))}:(\d+):(\d+)", ran.err, re.MULTILINE)
    assert len(places) == 3
    lines = path.read_text().splitlines()
    for line, column in places:
        assert lines[int(line) - 1][int(column) - 1 :] in {"blunted", "24", "640 years"}


def test_files_that_are_no_text_or_not_there_are_refused_by_name(home, case, tmp_path):
    binary = tmp_path / "scan.yaml"
    binary.write_bytes(b"\xff\xd8\xff\xe0 a picture")
    for path in (binary, tmp_path / "missing.yaml", tmp_path):
        ran = home.run("assess", path, status=1)
        assert str(path) in ran.err
        assert ran.shows_no_result
    assert not home.audit.exists()


def test_case_and_measurements_that_contradict_each_other_are_refused(home, tmp_path, measured):
    case = tmp_path / "case.yaml"
    case.write_text(CASE.format(name="case-17") + "ccta:\n  stump: blunt\n")
    ccta = measured(stump="tapered")
    ran = home.run("assess", case, "--ccta", ccta, "--json", status=1)
    assert "ccta.stump is given twice" in ran.err
    assert str(case) in ran.err
    assert str(ccta) in ran.err
    assert ran.shows_no_result
    assert not home.audit.exists()


def test_a_file_without_ct_measurements_is_refused_where_they_are_asked_for(home, case, tmp_path):
    nothing = tmp_path / "nothing.json"
    nothing.write_text('{"format": 1, "ccta": {}, "needs_review": []}')
    for file in (case, nothing):
        ran = home.run("assess", case, "--ccta", file, status=1)
        assert f"{file}: there is nothing measured on CT in this file" in ran.err
        assert "'ccta' group" in ran.err
        assert "cto-cds quantify" in ran.err
    assert not home.audit.exists()


def test_measurements_that_are_all_left_to_review_are_taken(home, case, tmp_path):
    doubts = tmp_path / "doubts.json"
    doubt = {"fact": "stump", "because": "The heart moved."}
    doubts.write_text(json.dumps({"format": 1, "ccta": {}, "needs_review": [doubt]}))
    told = home.run("assess", case, "--ccta", doubts, "--json").json
    assert told["facts"]["ccta.stump"]["status"] == "needs_review"


def test_a_refused_case_leaves_an_existing_store_as_it_was(home, case, tmp_path):
    home.run("assess", case)
    before = {file.name: file.read_bytes() for file in home.audit.iterdir()}
    bad = tmp_path / "bad.yaml"
    bad.write_text(CASE.format(name="x").replace("blunt", "blunted"))
    home.run("assess", bad, status=1)
    assert {file.name: file.read_bytes() for file in home.audit.iterdir()} == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Missing argument"),
        (("CASE", "--jsno"), "No such option"),
        (("CASE", "--series", "1.2"), "--study"),
        (("CASE", "--centreline", "a.csv", "--backend", "x"), "--centreline, --backend"),
    ],
)
def test_wrong_use_is_told_with_status_2(home, case, words, told):
    given = [case if word == "CASE" else word for word in words]
    ran = home.run("assess", *given, status=2, COLUMNS="200")
    assert told in ran.err
    assert ran.shows_no_result
    assert not home.audit.exists()


UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()
"""What goes before a command so that root, too, may read only what its rights allow."""


@pytest.mark.skipif(
    bool(UNPRIVILEGED) and shutil.which("setpriv") is None, reason="root reads everything"
)
@pytest.mark.parametrize("words", [("assess", "FILE"), ("scores", "FILE"), ("explain", "FILE")])
def test_a_case_that_may_not_be_read_ends_like_one_that_is_not_there(home, case, words):
    given = [str(case) if word == "FILE" else word for word in words]
    case.chmod(0)
    done = subprocess.run(
        [*UNPRIVILEGED, PROGRAM, *given],
        env=home.variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"{case}: the file cannot be read: Permission denied\n")
    case.unlink()
    assert home.run(*given, status=1).err.startswith(f"{case}: the file cannot be read: No such")


def test_an_input_without_end_is_refused_and_not_read_to_the_end(home):
    ran = home.run("assess", "/dev/zero", status=1)
    assert "/dev/zero: the file is larger than 4000000 bytes" in ran.err
    assert not home.audit.exists()


@pytest.mark.parametrize("option", ["--ccta", "--rules", "--report"])
def test_an_option_given_twice_is_refused_before_anything_is_recorded(home, case, option):
    ran = home.run("assess", case, option, "one", option, "two", status=2)
    assert option in ran.err
    assert "more than once" in ran.err
    assert not home.audit.exists()


def test_a_program_that_asked_for_json_gets_the_mistakes_of_a_case_as_json(home, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("format: 1\ncase: x\nangiography:\n  stump: blunted\n  stumpp: blunt\n")
    told = home.run("assess", wrong, "--json", status=1).json["problems"]
    assert [(one["file"], one["line"]) for one in told] == [(str(wrong), 4), (str(wrong), 5)]
    assert all(one["mend"] for one in told)
