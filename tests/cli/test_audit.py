"""``cto-cds audit``: what was recorded can be read, trusted, decided again and handed over."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from cli.running import LOCAL_VETO, Home, case_file
from plugins.building import rule_pack_plugin

from cto_cds.assess import Assessor, Replay, Settings
from cto_cds.audit.export import verify_export
from cto_cds.audit.verify import verify
from cto_cds.cli.audit import replay
from cto_cds.cli.demo import _replayed as replayed
from cto_cds.errors import AuditError
from cto_cds.facts.case import read_case

NAMES = ("Annelie-Musterfrau-1957", "Jörg Müller 11", "PID0099887")
EDIT = """
UPDATE record
SET content = CAST(replace(CAST(content AS TEXT), '64 years', '46 years') AS BLOB)
WHERE number = 2
"""
REORDER = "UPDATE record SET number = CASE number WHEN 12 THEN 3 ELSE 2 END WHERE number > 10"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory, warm_cache) -> Path:
    """Return a home with three records, each of another patient, from files named after them."""
    folder = tmp_path_factory.mktemp("recorded")
    home = Home(folder / "home")
    for name in NAMES:
        case = case_file(folder, name)
        own = case.rename(folder / f"{name}.yaml")
        (folder / f"{name}.json").write_text(home.run("assess", own, "--json").out)
    return folder


@pytest.fixture
def three(recorded, tmp_path) -> Home:
    """Return a copy of it to do things to."""
    return Home(Path(shutil.copytree(recorded / "home", tmp_path / "three")))


@pytest.fixture
def tamper(three):
    def run(statement: str, *values: object) -> None:
        connection = sqlite3.connect(three.audit / "audit.sqlite3")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(statement, values)
        connection.commit()
        connection.close()

    return run


def test_the_name_of_no_patient_stands_anywhere_in_the_audit_folder(recorded):
    files = [path for path in (recorded / "home" / "audit").rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        content = path.read_bytes()
        for name in NAMES:
            for written in (name, name.upper(), name.partition("-")[0], json.dumps(name)[1:-1]):
                for encoding in ("utf-8", "utf-16-le", "latin-1"):
                    assert written.encode(encoding) not in content, (path.name, written)


def test_the_same_patient_has_the_same_pseudonym_and_another_patient_another(three, tmp_path):
    three.run("assess", case_file(tmp_path, NAMES[0]))
    names = [three.run("audit", "show", number).json["case"] for number in (1, 2, 4)]
    assert names[0] == names[2] != names[1]
    assert names[0].startswith("hmac-sha256:")


def test_the_list_shows_every_record_and_one_record_shows_its_facts_and_result(recorded, three):
    listed = three.run("audit", "show", "--json").json
    assert [entry["record"] for entry in listed] == [1, 2, 3]
    newest = three.run("audit", "show", "--newest", 1).out
    assert listed[2]["hash"][:19] in newest
    assert listed[1]["hash"][:19] not in newest
    shown = three.run("audit", "show", 2).json
    result = json.loads((recorded / f"{NAMES[1]}.json").read_text())
    assert shown["hash"] == listed[1]["hash"] == result["audit"]["hash"]
    assert shown["previous"] == listed[0]["hash"]
    assert shown["kind"] == "assessment"
    assert shown["facts"]["history"]["age"]["value"] == "64 years"
    for name in ("scores", "recommendation", "warnings", "provenance"):
        assert shown["result"][name] == result[name]


def test_a_program_gets_every_record_and_a_person_the_newest(three, case):
    with Assessor(Settings(three.folder, plugins=())) as assessor:
        for _ in range(18):
            assessor.assess(read_case(case, assessor.pack.vocabulary))
    assert len(three.run("audit", "show", "--json").json) == 21
    assert len(three.run("audit", "show", "--json", "--newest", 2).json) == 2
    *rows, more = three.run("audit", "show").out.splitlines()
    assert len(rows) == 1 + 20
    assert more == "The newest 20 of 21 records; all: --newest 21."
    assert len(three.run("audit", "show", "--newest", 21).out.splitlines()) == 1 + 21


def test_the_list_has_a_heading_over_each_column(three):
    heading, *rows = three.run("audit", "show").out.splitlines()
    assert heading.split("  ")[0].strip() == "Record"
    for title in ("Written (UTC)", "Kind", "Case (pseudonym)", "Hash"):
        assert title in heading
    assert [row.split()[0] for row in rows] == ["1", "2", "3"]


def test_the_records_of_a_case_are_found_by_the_name_that_they_do_not_hold(three, tmp_path):
    three.run("assess", case_file(tmp_path, NAMES[1]))
    told = three.run("audit", "show", "--case", NAMES[1], "--json")
    assert [entry["record"] for entry in told.json] == [2, 4]
    assert NAMES[1] not in told.out
    newest = three.run("audit", "show", "--case", f" {NAMES[1]} ", "--newest", 1, "--json").json
    assert [entry["record"] for entry in newest] == [4]
    some = three.run("audit", "show", "--case", NAMES[1], "--newest", 1).out
    assert some.endswith("The newest 1 of 2 records; all: --newest 2.\n")
    rows = three.run("audit", "show", "--case", NAMES[1]).out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["2", "4"]
    none = three.run("audit", "show", "--case", NAMES[1].upper()).out
    assert "no record of a case that is called" in none
    assert three.run("audit", "show", "--case", "nobody", "--json").json == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM record", "record 3 was written, but the store holds no record any more"),
        (
            "DELETE FROM record WHERE number > 1",
            "record 3 was written, but the store ends with record 1",
        ),
    ],
    ids=["all", "the last two"],
)
@pytest.mark.parametrize("words", [(), ("--newest", 1), ("--case", NAMES[0]), ("--json",)])
def test_a_list_of_which_records_were_removed_says_so(three, tamper, statement, told, words):
    tamper(statement)
    ran = three.run("audit", "show", *words, status=1)
    assert told in ran.err
    assert "run `cto-cds audit verify`" in ran.err
    assert "no records yet" not in ran.out


def test_a_case_and_a_number_or_no_name_at_all_are_wrong_use(three):
    assert "or --case" in three.run("audit", "show", 1, "--case", "x", status=2).err
    assert "--case needs the name" in three.run("audit", "show", "--case", " ", status=2).err


def test_without_its_key_a_store_takes_no_record_and_finds_no_name(three, case):
    key = three.audit / "pseudonym.key"
    key.unlink()
    assert "pseudonym.key" in three.run("assess", case, status=3).err
    ran = three.run("audit", "show", "--case", NAMES[0], status=1)
    assert "the key for pseudonyms is gone" in ran.err
    assert "Restore the file from a backup" in ran.err
    assert not key.exists()
    assert "whole: 3 records" in three.run("audit", "verify").out


def test_a_record_that_is_not_there_is_told_by_number(three):
    for command in ("show", "replay"):
        ran = three.run("audit", command, 44, status=1)
        assert "there is no record 44" in ran.err
        assert ran.shows_no_result
    three.run("audit", "show", 0, status=2)


def test_a_whole_store_verifies_and_a_head_noted_elsewhere_is_found_in_it(three):
    told = three.run("audit", "verify", "--json").json
    assert (told["records"], told["problems"]) == (3, [])
    assert three.run("audit", "verify", "--head", told["head"]).out.startswith(
        "The store is whole: 3 records"
    )
    other = told["head"][:-4] + "0000"
    assert "record 3" in three.run("audit", "verify", "--head", other, status=1).err
    three.run("audit", "verify", "--head", "nonsense", status=1)


def test_verifying_where_there_is_no_store_says_so_and_makes_none(home):
    assert "There is no audit store in" in home.run("audit", "verify", status=1).err
    assert not home.audit.exists()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (EDIT, "record 2"),
        ("DELETE FROM record WHERE number = 2", "record 2"),
        (REORDER, "record 2"),
        ("DELETE FROM record WHERE number = 3", "record 3"),
    ],
    ids=["edited", "removed", "reordered", "cut off"],
)
def test_a_store_that_was_tampered_with_is_told_with_the_record(three, tamper, statement, named):
    if statement == REORDER:
        tamper("UPDATE record SET number = number + 10 WHERE number > 1")
    tamper(statement)
    ran = three.run("audit", "verify", status=1)
    assert named in ran.err
    assert "NOT whole" in ran.out
    told = three.run("audit", "verify", "--json", status=1).json
    assert any(named in problem for problem in told["problems"])


def test_an_edited_record_is_neither_shown_nor_decided_again(three, tamper):
    tamper(EDIT)
    for command in ("show", "replay"):
        ran = three.run("audit", command, 2, status=1)
        assert "record 2 was altered" in ran.err
        assert ran.shows_no_result


def test_a_record_decided_again_gives_the_same_bytes_and_records_nothing(three):
    before = three.run("audit", "verify", "--json").json
    assert "byte for byte" in three.run("audit", "replay", 2).out
    told = three.run("audit", "replay", 2, "--json").json
    assert (told["record"], told["same"]) == (2, True)
    assert told["was"] == told["now"]
    assert three.run("audit", "verify", "--json").json == before


def test_a_record_is_decided_by_the_rules_of_then_when_those_of_today_differ(home, tmp_path, three):
    rule_pack_plugin(tmp_path / "site", "hospital", {"safety/no_adr_here.yaml": LOCAL_VETO})
    case = case_file(tmp_path, "with local rules")
    then = home.with_plugins(tmp_path / "site").run("assess", case, "--json").json
    today = home.run("assess", case, "--json").json
    vetoed = {veto["rule"] for veto in then["recommendation"]["vetoed"]}
    assert "no_adr_here" in vetoed
    assert "no_adr_here" not in {veto["rule"] for veto in today["recommendation"]["vetoed"]}
    replayed = home.run("audit", "replay", 1, "--json").json
    assert replayed["same"]
    assert replayed["now"]["recommendation"] == then["recommendation"]
    assert home.run("audit", "replay", 2, "--json").json["same"]


MEASURED = {
    "ccta": {
        "stump": {"value": "blunt", "status": "auto", "source": "cto-cds-ccta 0.1.0"},
        "occlusion_length": {"value": "19 mm", "sd": "1 mm", "source": "Dr. Ahlquist"},
    },
    "needs_review": [{"fact": "max_bend", "because": "Frau Ahlquist moved"}],
    "study": {"notes": ["Frau Ahlquist, PID0011223"]},
}


def with_measurements(case: Path, folder: Path) -> Path:
    """Return the same case with the measurements written into it."""
    path = folder / "inline.yaml"
    parts = "".join(f"{key}: {json.dumps(value)}\n" for key, value in MEASURED.items())
    path.write_text(case.read_text() + parts)
    return path


def test_a_case_with_measurements_gives_the_same_bytes_inline_and_from_a_file(home, tmp_path):
    case, measured = case_file(tmp_path), tmp_path / "measured.json"
    measured.write_text(json.dumps({"format": 1, **MEASURED}))
    apart = home.run("assess", case, "--ccta", measured, "--json").out
    inline = home.run("assess", with_measurements(case, tmp_path), "--json").out
    assert apart.partition('"audit"')[0] == inline.partition('"audit"')[0]
    for number in (1, 2):
        assert "byte for byte" in home.run("audit", "replay", number).out


def test_a_case_that_was_measured_on_the_way_can_be_decided_again(home, case, practice):
    study = ("--study", practice / "dicom", "--centreline", practice / "centreline.csv")
    told = home.run("assess", case, *study, "--json").json
    assert "ccta.occlusion_length" in told["facts"]
    assert "byte for byte" in home.run("audit", "replay", 1).out
    shown = home.run("audit", "show", 1).json["result"]
    assert shown["warnings"] == told["warnings"]
    assert shown["facts"] == told["facts"]


def test_no_text_of_a_person_stands_anywhere_in_the_audit_folder(home, tmp_path):
    texts = ("Dr. Ahlquist", "Frau Ahlquist moved", "Frau Ahlquist, PID0011223", "Ahlquist")
    case = with_measurements(case_file(tmp_path), tmp_path)
    told = home.run("assess", case, "--json").out
    assert [text for text in texts if text not in told] == []
    exported = tmp_path / "records.jsonl"
    home.run("audit", "export", exported)
    files = [exported, *(path for path in home.audit.rglob("*") if path.is_file())]
    assert len(files) >= 4
    for path in files:
        content = path.read_bytes()
        found = [t for t in texts for code in ("utf-8", "utf-16-le") if t.encode(code) in content]
        assert found == [], path.name
    shown = home.run("audit", "show", 1).json
    assert shown["facts"]["ccta"]["stump"]["source"] == "cto-cds-ccta 0.1.0"
    assert "byte for byte" in home.run("audit", "replay", 1).out


def test_replaying_tells_that_the_program_changed_since(three, monkeypatch, capsys):
    monkeypatch.setenv("CTO_CDS_HOME", str(three.folder))
    then = three.run("audit", "show", 1).json["code"]
    replay(1)
    assert "changed" not in "".join(capsys.readouterr())
    monkeypatch.setattr("cto_cds.assess.program_digest", lambda: "sha256:later")
    replay(1)
    told = capsys.readouterr()
    assert "byte for byte" in told.out
    assert told.err == f"The program has changed: {then} then, sha256:later now.\n"
    told = three.run("audit", "replay", 1, "--json").json
    assert told["program"] == {"then": then, "now": then}


def test_the_demo_decides_its_own_record_again_and_fails_if_it_differs(home, tmp_path, monkeypatch):
    out = tmp_path / "demo"
    told = home.run("demo", "--out", out, "--study", "short-tapered-soft", "--no-open").words
    assert "Replayed record 1 gives the same answer, byte for byte" in told
    differs = Replay(1, same=False, was="", now="", code_then="", code_now="")
    monkeypatch.setattr("cto_cds.assess.replay", lambda _settings, _record: differs)
    with pytest.raises(AuditError, match="decided again, it gives another answer"):
        replayed(Settings(out / "home"), 1)


def test_an_export_holds_every_record_no_key_and_verifies_without_the_store(three, tmp_path):
    target = tmp_path / "auditor" / "records.jsonl"
    assert "cannot be written" in three.run("audit", "export", target, status=2).err
    target.parent.mkdir()
    assert "3 records" in three.run("audit", "export", target).out
    found = verify_export(target)
    assert (found.records, found.problems) == (3, ())
    content = target.read_bytes()
    assert (three.audit / "pseudonym.key").read_bytes() not in content
    assert not any(name.encode() in content for name in NAMES)


@pytest.mark.parametrize("words", [("audit", "export", "--force"), ("assess", "CASE", "--report")])
def test_nothing_is_ever_written_over_the_records(three, case, words):
    store = three.audit / "audit.sqlite3"
    before = three.run("audit", "verify").out
    given = [case if word == "CASE" else word for word in words]
    ran = three.run(*given, store, status=2, COLUMNS="200")
    assert "lies among the audit records" in ran.err
    assert three.run("audit", "verify").out == before


def test_an_export_is_verified_where_there_is_no_store(three, tmp_path):
    file = tmp_path / "records.jsonl"
    three.run("audit", "export", file)
    auditor = Home(tmp_path / "auditor")
    ran = auditor.run("audit", "verify", "--export", file)
    assert ran.out.startswith("The export is whole: 3 records, head 3:sha256:")
    head = ran.out.split("head ")[1].split()[0]
    told = auditor.run("audit", "verify", "--export", file, "--head", head, "--json").json
    assert told == {"records": 3, "head": head, "problems": []}
    assert not auditor.folder.exists()


def test_an_export_that_was_changed_is_not_whole(three, tmp_path):
    file = tmp_path / "records.jsonl"
    three.run("audit", "export", file)
    whole = file.read_bytes()
    file.write_bytes(whole.replace(b"64 years", b"46 years", 1))
    ran = three.run("audit", "verify", "--export", file, status=1)
    assert ran.out.startswith("The export is NOT whole: 3 records")
    assert "record 1" in ran.err
    file.write_bytes(b"".join(whole.splitlines(keepends=True)[:-1]))
    ran = three.run("audit", "verify", "--export", file, "--json", status=1)
    assert ran.json["records"] == 2
    assert ran.json["problems"]


def test_what_is_no_export_is_not_verified(three, tmp_path, case):
    ran = three.run("audit", "verify", "--export", tmp_path / "gone.jsonl", status=1)
    assert f"{tmp_path / 'gone.jsonl'}: cannot be read: No such file or directory" in ran.err
    told = three.run("audit", "verify", "--export", case, status=1).err
    assert "the first line is not that of an audit export" in told


def test_an_export_overwrites_a_file_only_when_told_to(three, tmp_path):
    target = tmp_path / "records.jsonl"
    target.write_text("the export of last year")
    ran = three.run("audit", "export", target, status=1)
    assert f"{target}: this file exists already" in ran.err
    assert "--force" in ran.err
    assert target.read_text() == "the export of last year"
    three.run("audit", "export", target, "--force")
    assert verify_export(target).records == 3


def test_there_is_nothing_to_export_before_the_first_record(home, tmp_path):
    ran = home.run("audit", "export", tmp_path / "records.jsonl", status=1)
    assert "there are no records yet" in ran.err
    assert not (tmp_path / "records.jsonl").exists()


def test_another_key_of_the_pseudonyms_is_noticed(home, case):
    home.run("assess", case, "--json")
    key = home.audit / "pseudonym.key"
    right = key.read_bytes()
    key.write_bytes(bytes(32))
    for words, status in ((("assess", case), 3), (("audit", "show", "--case", "case-17"), 1)):
        ran = home.run(*words, status=status)
        assert "another key than the one by which the pseudonyms" in ran.err
        assert ran.shows_no_result
    assert verify(home.audit).records == 1
    key.write_bytes(right)
    home.run("assess", case, "--json")
    assert len(home.run("audit", "show", "--case", "case-17", "--json").json) == 2
