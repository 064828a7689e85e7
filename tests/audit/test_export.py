from __future__ import annotations

import hashlib
import json
import os

import pytest

from cto_cds.audit import durable
from cto_cds.audit.canonical import digest
from cto_cds.audit.export import export, verify_export
from cto_cds.audit.record import decode
from cto_cds.audit.store import AuditStore
from cto_cds.audit.verify import verify
from cto_cds.errors import AuditError


@pytest.fixture
def exported(ten, tmp_path):
    target = tmp_path / "export.jsonl"
    assert export(ten, target) == 10
    return target


def test_an_export_holds_every_record_in_the_bytes_of_its_hash(ten, exported):
    lines = exported.read_bytes().splitlines()[1:]
    with AuditStore.open(ten) as store:
        records = list(store.records())
    assert [decode(line) for line in lines] == records
    assert [digest(line) for line in lines] == [record.hash for record in records]


def test_an_export_is_checked_without_the_store(ten, exported):
    head = verify(ten).head
    found = verify_export(exported, expected_head=head)
    assert (found.records, found.head, found.problems) == (10, head, ())


def as_the_readme_tells(export: bytes) -> bool:
    """Check an export with a JSON reader and SHA-256 alone, as the README tells an auditor."""

    def sha256(data: bytes) -> str:
        return "sha256:" + hashlib.sha256(data).hexdigest()

    first, *lines = export.removesuffix(b"\n").split(b"\n")
    heading = json.loads(first)
    before = sha256(b"cto_cds audit store " + heading["store"].encode())
    for number, line in enumerate(lines, start=1):
        record = json.loads(line)
        if (record["record"], record["previous"]) != (number, before):
            return False
        before = sha256(line)
    return heading["head"] == f"{len(lines)}:{before}"


def test_an_auditor_can_check_an_export_without_this_program(exported):
    whole = exported.read_bytes()
    assert as_the_readme_tells(whole)
    lines = whole.splitlines(keepends=True)
    for broken in (
        whole.replace(b"case-4", b"case-5"),
        b"".join(lines[:-1]),
        b"".join([*lines[:4], *lines[5:]]),
        b"".join([*lines[:4], lines[5], lines[4], *lines[6:]]),
        whole.replace(b'"store":"', b'"store":"0'),
    ):
        assert not as_the_readme_tells(broken)


def test_exporting_changes_nothing_in_the_store(ten, tmp_path):
    before = {file.name: file.read_bytes() for file in ten.iterdir()}
    export(ten, tmp_path / "export.jsonl")
    assert {file.name: file.read_bytes() for file in ten.iterdir()} == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda lines: lines[:-1], "record 10: cut off at the end: the first line"),
        (lambda lines: [*lines[:4], *lines[5:]], "record 4: reordered"),
        (lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]], "record 4: reordered"),
        (lambda lines: [*lines, lines[-1]], "record 11: the first line of the file does not know"),
        (
            lambda lines: [*lines[:4], lines[4].replace(b"case-4", b"case-5"), *lines[5:]],
            "record 5: does not follow record 4",
        ),
        (
            lambda lines: [*lines[:-1], lines[-1].replace(b"case-10", b"case-11")],
            "record 10: the first line of the file has another hash",
        ),
        (lambda lines: [*lines[:4], b"{}\n", *lines[5:]], "record 4: edited"),
        (
            lambda lines: [lines[0].replace(b'"store":"', b'"store":"0'), *lines[1:]],
            "record 1: does not follow record 0",
        ),
    ],
)
def test_a_changed_export_is_found(exported, change, expected):
    lines = exported.read_bytes().splitlines(keepends=True)
    exported.write_bytes(b"".join(change(lines)))
    problems = verify_export(exported).problems
    assert any(problem.startswith(expected) for problem in problems), problems


def test_an_export_of_a_broken_store_is_written_and_does_not_verify(ten, tamper, tmp_path):
    tamper(ten, "DELETE FROM record WHERE number = 4")
    assert export(ten, tmp_path / "export.jsonl") == 9
    assert verify_export(tmp_path / "export.jsonl").problems


def test_an_older_export_is_found_with_a_head_noted_elsewhere(ten, exported):
    with AuditStore.open(ten) as store:
        store.append("assessment", {})
    found = verify_export(exported, expected_head=verify(ten).head)
    assert found.problems == (
        "record 11: cut off at the end: the head that you gave says that record 11 was written",
    )


def test_an_export_that_fails_leaves_the_file_that_was_there(ten, exported, monkeypatch):
    before = exported.read_bytes()

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", fail)
    with pytest.raises(AuditError, match="No space left"):
        export(ten, exported)
    assert exported.read_bytes() == before
    assert sorted(path.name for path in exported.parent.iterdir()) == ["audit", "export.jsonl"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_owner_can_read_an_export(exported):
    assert exported.stat().st_mode & 0o777 == 0o600


def test_nothing_to_export_is_a_clear_error(tmp_path):
    with pytest.raises(AuditError, match="no records yet"):
        export(tmp_path, tmp_path / "export.jsonl")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read"),
        (b"", "not that of an audit export"),
        (b"\xff\n", "not that of an audit export"),
        (b'{"format":2,"head":"x","store":"y"}\n', "format 2"),
        (b'{"format":1,"head":"x","store":"y"}\n', "not the head"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path, content, reason):
    path = tmp_path / "export.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AuditError, match=reason):
        verify_export(path)
