"""``cto-cds audit export``: the store is handed over, and checked without this program."""

from __future__ import annotations

import pytest
from cli.running import NAMES, Home

from cto_cds.audit.export import verify_export


def test_an_export_holds_every_record_no_key_and_verifies_without_the_store(three, tmp_path):
    target = tmp_path / "auditor" / "records.jsonl"
    assert "cannot be written" in three.run("audit", "export", target, status=2).err
    target.parent.mkdir()
    assert "3 records" in three.run("audit", "export", target).out
    told = three.run("audit", "export", target, "--force", "--json").json
    assert told == {"file": str(target), "records": 3, "problems": []}
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
