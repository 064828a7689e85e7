"""``cto-cds assess`` at the boundary of the process: what is printed, written and recorded."""

from __future__ import annotations

import json
import re
import subprocess

import jsonschema_rs
from cli.running import PROGRAM, case_file

from cto_cds.audit.verify import verify


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
    top, _, _ = words.partition("THE PLAN")
    assert "As long as nothing more is known it would be:" in top
    assert re.search(r"would be: [^.]*?\d+\.\d %", top)
    assert "it would be" not in home.run("assess", close, "--json").out


def test_nobody_reads_that_a_choice_is_practically_sure_while_it_is_not_settled(home, tmp_path):
    close = tmp_path / "close.yaml"
    close.write_text(CLOSE.replace("{value: 19.4 mm, sd: 0.8 mm}", "{value: 17.4 mm, sd: 0.8 mm}"))
    words = home.run("assess", close).words
    assert "not settled" in words
    assert "How sure: " not in words
    assert "practically" not in words.partition("THE PLAN")[0]
    assert "practically" not in home.run("explain", close).words


def test_pictures_beside_the_measurements_come_into_the_report(home, case, measured, tmp_path):
    ccta = measured(occlusion_length="24 mm")
    document = {**json.loads(ccta.read_text()), "figures": ["elsewhere/vessel.svg", "/etc/hosts"]}
    ccta.write_text(json.dumps(document))
    (ccta.parent / "vessel.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    page = tmp_path / "plan.html"
    home.run("assess", case, "--ccta", ccta, "--report", page)
    assert page.read_text(encoding="utf-8").count("data:image/svg+xml;base64,") == 1


def test_pictures_that_are_named_for_another_case_are_told(home, case, measured):
    ccta = measured(occlusion_length="24 mm")
    document = json.loads(ccta.read_text())
    own = read_case_name(case)
    names = {"somebody-else, RCA": True, f"{own}b": True, f"{own.upper()}, RCA": False, "": False}
    for name, told in names.items():
        ccta.write_text(json.dumps({**document, "study": {"name": name}}))
        words = home.run("assess", case, "--ccta", ccta).words
        sentence = f"are of '{name}', and this case is '{own}'"
        assert (sentence in words) is told
        assert ("make sure that both are of the same patient" in words) is told


def read_case_name(case) -> str:
    return next(line for line in case.read_text().splitlines() if line.startswith("case:"))[6:]


def test_everything_is_printed_when_asked_for(home, case):
    brief, whole = home.run("assess", case).words, home.run("assess", case, "--all").words
    assert "THE PUBLISHED RISKS COME FROM" not in brief
    assert "THE PUBLISHED RISKS COME FROM" in whole
    assert "FINDINGS" in whole


def test_the_home_folder_may_be_named_from_that_of_the_user(home, case, tmp_path):
    home.run("assess", case, HOME=str(tmp_path / "user"), CTO_CDS_HOME="~/records")
    assert (tmp_path / "user" / "records" / "audit").is_dir()


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
