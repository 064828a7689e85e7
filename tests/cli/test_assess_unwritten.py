"""``cto-cds assess`` when a record, a report or the output cannot be written."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from cli.running import PROGRAM


def test_no_result_is_shown_when_the_home_folder_is_a_file(tmp_path, home, case):
    blocked = tmp_path / "blocked"
    blocked.write_text("not a folder")
    for words in (("--json",), (), ("--report", tmp_path / "plan.html")):
        ran = home.run("assess", case, *words, status=3, CTO_CDS_HOME=str(blocked))
        assert ran.shows_no_result
        assert str(blocked) in ran.err
    assert not (tmp_path / "plan.html").exists()
    assert blocked.read_text() == "not a folder"


@pytest.mark.parametrize("part", ["", "audit.sqlite3", "pseudonym.key"])
def test_no_result_is_shown_when_a_part_of_the_store_is_something_else(home, case, part):
    if part:
        (home.audit / part).mkdir(parents=True)
    else:
        home.audit.write_text("not a folder")
    ran = home.run("assess", case, "--json", status=3)
    assert ran.shows_no_result
    assert str(home.audit) in ran.err


def test_no_result_is_shown_when_the_records_are_gone_or_were_changed(home, case):
    home.run("assess", case)
    (home.audit / "audit.sqlite3").unlink()
    ran = home.run("assess", case, "--json", status=3)
    assert ran.shows_no_result
    assert "records are gone" in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", [("--json",), ()])
def test_a_result_that_cannot_be_printed_is_no_success_and_names_its_record(home, case, words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PROGRAM, "assess", case, *words],
            env=home.variables(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "standard output: it cannot be written: No space left on device\n    Make room, or name a "
        "place where you may write. The case was assessed all the same, and is record 1.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_report_that_cannot_be_written_names_the_record_that_stands(home, case):
    ran = home.run("assess", case, "--report", "/dev/full", status=1)
    assert ran.err.startswith("/dev/full: it cannot be written: No space left on device\n")
    assert "The case was assessed all the same, and is record 1." in ran.err
    assert home.run("audit", "show", 1).json["record"] == 1


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder without files")
@pytest.mark.parametrize(
    "words",
    [
        ("assess", "CASE", "--report", "/proc/x.html"),
        ("quantify", "nowhere", "--out", "/proc/x"),
        ("quantify", "nowhere", "--out", "CASE"),
        ("demo", "--out", "/proc/x"),
        ("phantom", "1000", "--out", "/proc/x"),
    ],
    ids=" ".join,
)
def test_where_nothing_can_be_written_is_refused_before_anything_is_done(home, case, words):
    given = [case if word == "CASE" else word for word in words]
    ran = home.run(*given, status=2, COLUMNS="300")
    place = given[-1]
    assert f"{place} cannot be written: " in ran.err
    assert "name a place where you may write" in ran.err
    assert not home.audit.exists()


def test_a_report_that_could_not_be_written_is_refused_before_anything_is_recorded(home, case):
    ran = home.run("assess", case, "--report", home.folder, status=2)
    assert "directory" in ran.err
    assert not home.audit.exists()


def test_a_report_does_not_take_the_place_of_the_case(home, case):
    before = case.read_bytes()
    ran = home.run("assess", case, "--report", case, status=2, COLUMNS="200")
    assert "is read as well; name another file to write" in ran.err
    assert case.read_bytes() == before
    assert not home.audit.exists()


def test_a_report_below_a_file_is_refused_before_anything_is_recorded(home, case):
    ran = home.run("assess", case, "--report", case / "plan.html", status=2, COLUMNS="200")
    assert "cannot be written" in ran.err
    assert not home.audit.exists()


def test_a_closed_output_is_no_fault_of_the_program(home, case):
    done = subprocess.run(
        ["sh", "-c", '"$0" "$@" >&-', PROGRAM, "assess", case],
        env=home.variables(),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_report_into_a_folder_that_is_not_there_is_refused_before_anything_is_recorded(
    home, case, tmp_path
):
    target = tmp_path / "typo" / "plan.html"
    ran = home.run("assess", case, "--report", target, status=2, COLUMNS="300")
    assert f"there is no folder {target.parent}" in ran.err
    assert not target.parent.exists()
    assert not home.audit.exists()


def test_two_reports_in_one_file_are_refused(home, case, tmp_path):
    both = tmp_path / "plan.html"
    ran = home.run("assess", case, "--report", both, "--pdf", both, status=2)
    assert "name two files" in " ".join(ran.err.split())
    assert not home.audit.exists()
