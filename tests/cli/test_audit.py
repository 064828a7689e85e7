"""``cto-cds audit``: what was recorded can be listed, found and trusted."""

from __future__ import annotations

import json
import sqlite3

import pytest
from cli.running import NAMES, case_file

from cto_cds.assess import Assessor, Settings
from cto_cds.audit.verify import verify
from cto_cds.facts.case import read_case

EDIT = """
UPDATE record
SET content = CAST(replace(CAST(content AS TEXT), '64 years', '46 years') AS BLOB)
WHERE number = 2
"""
REORDER = "UPDATE record SET number = CASE number WHEN 12 THEN 3 ELSE 2 END WHERE number > 10"


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
