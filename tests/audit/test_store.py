from __future__ import annotations

import logging
import os
import re
import sqlite3
import subprocess
import sys
import threading
from unittest.mock import Mock

import pytest

from cto_cds.audit import database, tail
from cto_cds.audit.canonical import digest
from cto_cds.audit.database import DATABASE_FILE
from cto_cds.audit.head import HEAD_FILE
from cto_cds.audit.store import AuditStore
from cto_cds.audit.verify import verify
from cto_cds.errors import AuditError


def test_a_record_is_read_back_as_it_was_appended(tmp_path):
    pack = b"rules"
    with AuditStore.open(tmp_path / "audit") as store:
        receipt = store.append("assessment", {"case": "a", "n": [1]}, blobs={digest(pack): pack})
        record = store.record(1)
    assert (receipt.record, receipt.hash) == (record.record, record.hash)
    assert (record.kind, record.body, record.blobs) == (
        "assessment",
        {"case": "a", "n": [1]},
        (digest(pack),),
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", record.time)


def test_every_record_names_the_hash_of_the_one_before(ten):
    with AuditStore.open(ten) as store:
        records = list(store.records())
        assert [record.record for record in records] == list(range(1, 11))
        assert [record.previous for record in records[1:]] == [r.hash for r in records[:-1]]


def test_the_newest_records_can_be_asked_for(ten):
    with AuditStore.open(ten) as store:
        assert [record.record for record in store.records(newest=3)] == [8, 9, 10]
        assert [record.record for record in store.records(newest=0)] == []
        assert len(list(store.records(newest=99))) == 10


def test_two_stores_with_the_same_records_have_different_chains(tmp_path):
    hashes = set()
    for name in ("one", "two"):
        with AuditStore.open(tmp_path / name) as store:
            store.append("assessment", {})
            hashes.add(store.record(1).previous)
    assert len(hashes) == 2


def test_a_hash_that_is_not_even_text_is_a_clear_error(ten, tamper):
    tamper(ten, "UPDATE record SET hash = CAST(x'ff' AS TEXT) WHERE number = 10")
    with AuditStore.open(ten) as store:
        with pytest.raises(AuditError, match="record 10 was altered"):
            store.record(10)
        with pytest.raises(AuditError, match="record 10 is not the one that was written"):
            store.append("assessment", {})


def test_a_blob_is_stored_once_and_read_back(ten):
    connection = sqlite3.connect(ten / DATABASE_FILE)
    assert connection.execute("SELECT count(*) FROM blob").fetchone() == (2,)
    connection.close()
    with AuditStore.open(ten) as store:
        (name,) = store.record(10).blobs
        assert store.blob(name) == b"rules as they were in autumn"


def test_a_blob_under_a_wrong_digest_is_refused_and_nothing_is_written(ten):
    with AuditStore.open(ten) as store:
        with pytest.raises(AuditError, match="has another digest"):
            store.append("assessment", {}, blobs={digest(b"a"): b"b"})
        assert verify(ten).records == 10


def test_a_body_that_is_not_json_is_refused_and_its_blob_is_not_kept(ten):
    with AuditStore.open(ten) as store:
        with pytest.raises(AuditError, match=r"\$\.body\.length"):
            store.append("assessment", {"length": 2.5}, blobs={digest(b"new"): b"new"})
        with pytest.raises(AuditError, match="there is no blob"):
            store.blob(digest(b"new"))
        assert store.append("assessment", {"length": "2.5"}).record == 11


@pytest.mark.parametrize("number", [0, 11, -1])
def test_a_record_that_is_not_there_is_said_to_be_missing(ten, number):
    with (
        AuditStore.open(ten) as store,
        pytest.raises(AuditError, match=f"there is no record {number}"),
    ):
        store.record(number)


def test_an_altered_record_or_blob_is_not_handed_out(ten, tamper):
    tamper(
        ten,
        "UPDATE record SET content = replace(content, 'case-4', 'case-5') WHERE number = 4",
        "UPDATE blob SET content = x'00'",
    )
    with AuditStore.open(ten) as store:
        with pytest.raises(AuditError, match="record 4 was altered"):
            store.record(4)
        with pytest.raises(AuditError, match="was altered"):
            store.blob(store.record(1).blobs[0])
        pack = b"rules as they were in spring"
        with pytest.raises(AuditError, match="was altered"):
            store.append("assessment", {}, blobs={digest(pack): pack})


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_owner_can_read_the_store(tmp_path):
    folder = tmp_path / "home" / "audit"
    before = os.umask(0)
    try:
        with AuditStore.open(folder) as store:
            store.append("assessment", {})
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == {
        DATABASE_FILE: 0o600,
        f"{DATABASE_FILE}-journal": 0o600,
        HEAD_FILE: 0o600,
    }


def test_a_file_in_place_of_the_folder_is_a_clear_error(tmp_path):
    (tmp_path / "audit").write_text("not a folder")
    with pytest.raises(AuditError, match="cannot be made"):
        AuditStore.open(tmp_path / "audit")
    with pytest.raises(AuditError, match="cannot be made"):
        AuditStore.open(tmp_path / "audit" / "below")


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / DATABASE_FILE)
    connection.execute("CREATE TABLE note (text TEXT)")
    connection.close()
    before = (tmp_path / DATABASE_FILE).read_bytes()
    with pytest.raises(AuditError, match="of another program"):
        AuditStore.open(tmp_path)
    assert (tmp_path / DATABASE_FILE).read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / DATABASE_FILE).write_text("This is a letter to the editor. " * 40)
    with pytest.raises(AuditError, match="not a database"):
        AuditStore.open(tmp_path)


def test_a_store_of_a_newer_version_is_refused(ten, tamper):
    tamper(ten, "PRAGMA user_version = 2")
    with pytest.raises(AuditError, match="schema version 2") as refused:
        AuditStore.open(ten)
    assert "Update cto_cds" in str(refused.value)
    assert any("schema version 2" in problem for problem in verify(ten).problems)


def test_a_full_disk_is_an_error_and_nothing_is_written(ten):
    with AuditStore.open(ten) as store:
        pages = store._database.one("PRAGMA page_count")
        store._database.one(f"PRAGMA max_page_count = {pages[0]}")
        with pytest.raises(AuditError, match="full"):
            store.append("assessment", {"text": "x" * 100_000})
        assert store.append("assessment", {}).record == 11
    assert verify(ten).problems == ()


def test_a_database_that_stays_locked_is_an_error(ten, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with AuditStore.open(ten) as store:
        other = sqlite3.connect(ten / DATABASE_FILE, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(AuditError, match="locked"):
            store.append("assessment", {})
        other.close()
        assert store.append("assessment", {}).record == 11


def test_a_head_that_cannot_be_written_does_not_undo_a_record_and_is_caught_up(
    ten, monkeypatch, caplog
):
    with AuditStore.open(ten) as store:
        with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
            patch.setattr(tail, "write_head", Mock(side_effect=OSError(28, "No space left")))
            receipt = store.append("assessment", {"case": "secret"})
        assert store.record(receipt.record).body == {"case": "secret"}
        assert "head file" in caplog.text
        assert "secret" not in caplog.text
        assert (ten / HEAD_FILE).read_text().startswith("10:")
        assert verify(ten).problems == ()
        store.append("assessment", {})
        assert (ten / HEAD_FILE).read_text().startswith("12:")


@pytest.mark.parametrize("file", [DATABASE_FILE, HEAD_FILE])
def test_a_store_that_lost_a_file_takes_no_more_records(ten, file):
    (ten / file).unlink()
    with pytest.raises(AuditError, match=r"gone|missing") as refused, AuditStore.open(ten) as store:
        store.append("assessment", {})
    assert "cto-cds audit verify" in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM record WHERE number = 10",
        "UPDATE record SET hash = 'sha256:0' WHERE number = 10",
        "DELETE FROM record",
    ],
)
def test_a_store_that_was_cut_off_takes_no_more_records(ten, tamper, change):
    tamper(ten, change)
    with AuditStore.open(ten) as store, pytest.raises(AuditError, match="cut off or replaced"):
        store.append("assessment", {})
    assert (ten / HEAD_FILE).read_text().startswith("10:")


@pytest.mark.parametrize(
    "change",
    ["DELETE FROM record", "UPDATE record SET hash = ''", "DELETE FROM blob", "DELETE FROM store"],
)
def test_a_slip_of_the_hand_in_the_database_is_stopped(ten, change):
    connection = sqlite3.connect(ten / DATABASE_FILE)
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        connection.execute(change)
    connection.close()


def test_threads_may_share_a_store(tmp_path):
    with AuditStore.open(tmp_path) as store:
        work = [
            threading.Thread(target=lambda: [store.append("a", {}) for _ in range(10)])
            for _ in range(4)
        ]
        for thread in work:
            thread.start()
        for thread in work:
            thread.join()
    found = verify(tmp_path)
    assert (found.records, found.problems) == (40, ())


def test_a_forked_process_must_open_the_store_itself(ten, monkeypatch):
    with AuditStore.open(ten) as store:
        monkeypatch.setattr(os, "getpid", lambda: -1)
        with pytest.raises(AuditError, match="forked"):
            store.append("assessment", {})


def test_the_store_is_light_to_import():
    code = (
        "import sys, cto_cds.audit.store, cto_cds.audit.verify;"
        "print(sorted({'pydantic', 'numpy', 'pydicom', 'rich'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
