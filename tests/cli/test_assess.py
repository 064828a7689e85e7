"""``cto-cds assess`` at the boundary of the process: what is printed, recorded and refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest
from cli.running import CASE, PROGRAM, case_file

from cto_cds.audit.verify import verify


@pytest.fixture
def measured(tmp_path):
    def write(**facts: str) -> Path:
        path = tmp_path / "measured.json"
        table = {
            name: {"value": value, "status": "auto", "source": "reader 1"}
            for name, value in facts.items()
        }
        path.write_text(json.dumps({"format": 1, "ccta": table}))
        return path

    return write


def test_a_case_becomes_json_that_fits_the_published_schema_and_is_recorded(home, case):
    ran = home.run("assess", case, "--json")
    assert ran.err == ""
    schema = home.run("schema", "result").json
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(ran.json)
    assert ran.json["case"] == "case-17"
    assert ran.json["recommendation"]["strategies"][0]["rank"] == 1
    found = verify(home.audit)
    assert (found.records, found.problems) == (1, ())
    assert found.head == f"1:{ran.json['audit']['hash']}"
    assert ran.json["audit"]["record"] == 1


def test_the_same_case_gives_the_same_bytes_but_for_the_audit_block(home, case, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    runs = [
        home.run("assess", case, "--json", PYTHONHASHSEED="0"),
        home.run(
            "assess",
            case,
            "--json",
            cwd=elsewhere,
            PYTHONHASHSEED="4711",
            LC_ALL="tr_TR.UTF-8",
            TZ="Asia/Tokyo",
            COLUMNS="40",
        ),
        home.run("assess", case, "--json", LC_ALL="C", PYTHONIOENCODING="latin-1", PYTHONUTF8="0"),
    ]
    audits = [ran.json["audit"] for ran in runs]
    assert [audit["record"] for audit in audits] == [1, 2, 3]
    assert len({audit["hash"] for audit in audits}) == 3
    bodies = {re.sub(r'"audit": \{[^}]*\}', "", ran.out) for ran in runs}
    assert len(bodies) == 1


def test_a_name_in_any_script_comes_out_as_it_went_in_whatever_the_locale(home, tmp_path):
    case = case_file(tmp_path, "Zoë-Ωmega-症例")
    ran = home.run("assess", case, "--json", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert ran.json["case"] == "Zoë-Ωmega-症例"
    home.run("assess", case, PYTHONIOENCODING="ascii", LC_ALL="C")


def test_without_json_a_person_reads_plan_scores_and_intended_use(home, case):
    shown = home.run("assess", case).words
    assert "THE PLAN" in shown.upper()
    assert "For research and planning support. Not a certified medical device." in shown
    assert "Antegrade dissection and re-entry" in shown
    assert "J-CTO SCORE" in shown.upper()
    assert "support" in shown


def test_measurements_join_the_case_and_change_what_is_known(home, case, measured):
    alone = home.run("assess", case, "--json").json
    ccta = measured(occlusion_length="31 mm", stump="tapered", max_bend="50 deg")
    joined = home.run("assess", case, "--ccta", ccta, "--json").json
    assert "ccta.occlusion_length" not in alone["facts"]
    assert joined["facts"]["ccta.occlusion_length"]["value"] == "31 mm"
    assert joined["facts"]["ccta.occlusion_length"]["source"] == "reader 1"
    assert alone["provenance"]["facts"] != joined["provenance"]["facts"]
    assert joined["warnings"] != alone["warnings"]
    assert any("Stump" in warning or "stump" in warning for warning in joined["warnings"])


def test_a_report_is_one_html_file_and_stdout_stays_json(home, case, tmp_path):
    page = tmp_path / "reports" / "plan.html"
    page.parent.mkdir()
    ran = home.run("assess", case, "--json", "--report", page)
    assert ran.json["case"] == "case-17"
    assert str(page) in ran.err
    assert [file.name for file in page.parent.iterdir()] == ["plan.html"]
    assert page.read_text(encoding="utf-8").lower().startswith("<!doctype html>")


def test_a_pdf_holds_what_the_report_prints(home, case, tmp_path):
    pdf = tmp_path / "reports" / "plan.pdf"
    pdf.parent.mkdir()
    ran = home.run("assess", case, "--pdf", pdf)
    assert str(pdf) in ran.err
    assert pdf.read_bytes().startswith(b"%PDF-")


def test_a_report_that_is_named_like_a_pdf_is_refused_before_anything_is_recorded(home, case):
    ran = home.run("assess", case, "--report", "plan.pdf", status=2, COLUMNS="200")
    assert "for a PDF say --pdf plan.pdf" in ran.err
    assert not home.audit.exists()


def test_a_report_says_what_would_change_the_plan_and_the_record_stays_as_it_is(
    home, case, tmp_path
):
    page = tmp_path / "plan.html"
    result = home.run("assess", case, "--json", "--report", page).json
    assert "What would change the first choice" in page.read_text(encoding="utf-8")
    assert "what_if" not in result["recommendation"]
    home.run("audit", "replay", "1")


CLOSE = """
format: 1
case: close
angiography:
  {occlusion: chronic total, target_vessel: LAD, in_stent: no, stump: blunt, proximal_cap: clear,
   interventional_collaterals: yes, collateral_route: epicardial, calcification: severe}
ccta:
  {image_quality: good, occlusion_length: {value: 19.4 mm, sd: 0.8 mm}, bends_over_70: 0,
   bends_over_90: 0, distal_vessel_diameter: {value: 2.1 mm, sd: 0.2 mm}, distal_stenosis: 20 %,
   distal_disease: none, distal_cap_at_bifurcation: no, calcium_area_fraction: 100 %}
"""


def test_a_person_reads_how_sure_a_first_choice_is_that_measurements_may_turn(home, tmp_path):
    close = tmp_path / "close.yaml"
    close.write_text(CLOSE)
    words = home.run("assess", close).words
    assert re.search(r"How sure: [^.]*?\d+\.\d %", words)
    assert "How sure" not in home.run("assess", close, "--json").out


def test_pictures_beside_the_measurements_come_into_the_report(home, case, measured, tmp_path):
    ccta = measured(occlusion_length="24 mm")
    document = {**json.loads(ccta.read_text()), "figures": ["elsewhere/vessel.svg", "/etc/hosts"]}
    ccta.write_text(json.dumps(document))
    (ccta.parent / "vessel.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    page = tmp_path / "plan.html"
    home.run("assess", case, "--ccta", ccta, "--report", page)
    assert page.read_text(encoding="utf-8").count("data:image/svg+xml;base64,") == 1


def test_everything_is_printed_when_asked_for(home, case):
    brief, whole = home.run("assess", case).words, home.run("assess", case, "--all").words
    assert "THE PUBLISHED RISKS COME FROM" not in brief
    assert "THE PUBLISHED RISKS COME FROM" in whole
    assert "FINDINGS" in whole


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


def test_the_home_folder_may_be_named_from_that_of_the_user(home, case, tmp_path):
    home.run("assess", case, HOME=str(tmp_path / "user"), CTO_CDS_HOME="~/records")
    assert (tmp_path / "user" / "records" / "audit").is_dir()


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


def test_a_report_into_a_folder_that_is_not_there_is_refused_before_anything_is_recorded(
    home, case, tmp_path
):
    target = tmp_path / "typo" / "plan.html"
    ran = home.run("assess", case, "--report", target, status=2, COLUMNS="300")
    assert f"there is no folder {target.parent}" in ran.err
    assert not target.parent.exists()
    assert not home.audit.exists()


def test_a_dash_reads_the_case_from_standard_input(home, case):
    with case.open() as text:
        done = subprocess.run(
            [PROGRAM, "assess", "-", "--json"],
            env=home.variables(),
            stdin=text,
            capture_output=True,
            check=True,
        )
    told = json.loads(done.stdout)
    assert told["recommendation"] == home.run("assess", case, "--json").json["recommendation"]


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


def test_two_reports_in_one_file_are_refused(home, case, tmp_path):
    both = tmp_path / "plan.html"
    ran = home.run("assess", case, "--report", both, "--pdf", both, status=2)
    assert "name two files" in " ".join(ran.err.split())
    assert not home.audit.exists()
