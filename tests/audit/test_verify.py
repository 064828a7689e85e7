from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cto_cds.audit import reading
from cto_cds.audit.canonical import canonical, digest
from cto_cds.audit.database import DATABASE_FILE
from cto_cds.audit.head import HEAD_FILE
from cto_cds.audit.record import decode
from cto_cds.audit.store import AuditStore
from cto_cds.audit.verify import verify
from cto_cds.errors import AuditError

EDIT = "UPDATE record SET content = replace(content, 'case-4', 'case-5') WHERE number = 4"
SWAP = (
    "UPDATE record SET number = 99 WHERE number = 4",
    "UPDATE record SET number = 4 WHERE number = 5",
    "UPDATE record SET number = 5 WHERE number = 99",
)
COLUMNS = {
    "content": (
        "SELECT content FROM record WHERE number = ?",
        "UPDATE record SET content = ? WHERE number = ?",
    ),
    "hash": (
        "SELECT CAST(hash AS BLOB) FROM record WHERE number = ?",
        "UPDATE record SET hash = CAST(? AS TEXT) WHERE number = ?",
    ),
}


def test_a_whole_store_has_no_problems_and_tells_its_head(ten):
    found = verify(ten)
    assert (found.records, found.problems) == (10, ())
    assert (ten / HEAD_FILE).read_text() == f"{found.head}\n"
    assert found.head.startswith("10:sha256:")


@pytest.mark.parametrize("batch", [1, 3, 5, 10, 11])
def test_reading_in_batches_misses_nothing(ten, tamper, monkeypatch, batch):
    monkeypatch.setattr(reading, "_BATCH", batch)
    assert verify(ten).records == 10
    tamper(ten, "UPDATE record SET hash = 'x' WHERE number = 10")
    assert any(problem.startswith("record 10: edited") for problem in verify(ten).problems)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([EDIT], "record 4: edited", id="body"),
        pytest.param(
            ["UPDATE record SET content = CAST('x' AS BLOB) WHERE number = 4"],
            "record 4: edited",
            id="content replaced",
        ),
        pytest.param(
            ["UPDATE record SET hash = CAST(x'ff00' AS TEXT) WHERE number = 4"],
            "record 4: edited",
            id="hash",
        ),
        pytest.param(["DELETE FROM record WHERE number = 1"], "record 1: removed", id="first"),
        pytest.param(["DELETE FROM record WHERE number = 4"], "record 4: removed", id="middle"),
        pytest.param(
            ["DELETE FROM record WHERE number BETWEEN 4 AND 6"],
            "records 4 to 6: removed",
            id="several",
        ),
        pytest.param(["DELETE FROM record WHERE number = 10"], "record 10: cut off", id="last"),
        pytest.param(
            ["DELETE FROM record WHERE number > 7"], "records 8 to 10: cut off", id="last three"
        ),
        pytest.param(["DELETE FROM record"], "records 1 to 10: cut off", id="all"),
        pytest.param(SWAP, "record 4: reordered: its content says that it is record 5", id="swap"),
        pytest.param(
            [
                "UPDATE record SET number = -number WHERE number > 3",
                "UPDATE record SET number = 1 - number WHERE number < 0",
            ],
            "record 4: removed",
            id="renumbered upwards",
        ),
        pytest.param(
            [
                "DELETE FROM record WHERE number = 4",
                "UPDATE record SET number = -number WHERE number > 4",
                "UPDATE record SET number = -number - 1 WHERE number < 0",
            ],
            "record 4: reordered: its content says that it is record 5",
            id="gap closed by renumbering",
        ),
        pytest.param(
            ["INSERT INTO record SELECT 11, content, hash FROM record WHERE number = 10"],
            "record 11: reordered",
            id="last one twice",
        ),
        pytest.param(
            ["INSERT INTO record SELECT -1, content, hash FROM record WHERE number = 10"],
            "record -1: reordered",
            id="one before the first",
        ),
        pytest.param(
            ["UPDATE store SET id = 'another'"], "record 1: does not follow record 0", id="identity"
        ),
        pytest.param(["DELETE FROM store"], "record 1: does not follow record 0", id="no identity"),
        pytest.param(
            ["DELETE FROM store"], "the identity of the store was removed", id="no identity named"
        ),
        pytest.param(
            ["INSERT INTO store VALUES ('zz')"],
            "the store has 2 identities: all but the first were added",
            id="another identity beside it",
        ),
        pytest.param(
            ["UPDATE blob SET content = x'00' WHERE rowid = 2"],
            "record 6: its blob sha256:",
            id="blob altered",
        ),
        pytest.param(
            ["DELETE FROM blob WHERE rowid = 2"], "record 6: its blob sha256:", id="blob deleted"
        ),
        pytest.param(
            ["INSERT INTO blob VALUES ('sha256:0', x'00')"],
            "no record names the blob sha256:0",
            id="blob added",
        ),
        pytest.param(["DROP TABLE record"], "the database cannot be read", id="table dropped"),
    ],
)
def test_a_change_behind_our_back_is_found_and_named(ten, tamper, changes, expected):
    tamper(ten, *changes)
    problems = verify(ten).problems
    assert any(problem.startswith(expected) for problem in problems), problems


def test_a_guard_that_was_taken_away_is_found_and_named(ten):
    connection = sqlite3.connect(ten / DATABASE_FILE)
    connection.execute("DROP TRIGGER record_UPDATE")
    connection.commit()
    connection.close()
    (problem,) = verify(ten).problems
    assert "record_UPDATE" in problem
    assert "was removed" in problem


def test_a_removed_record_is_told_though_those_after_it_were_numbered_anew(ten, tamper):
    tamper(
        ten,
        "DELETE FROM record WHERE number IN (4, 5)",
        "UPDATE record SET number = -number WHERE number > 5",
        "UPDATE record SET number = -number - 2 WHERE number < 0",
    )
    told = verify(ten).problems
    assert "records 4 to 5: removed; the records after were numbered anew" in told
    assert "record 4: reordered: its content says that it is record 6" in told
    assert not any("cut off" in problem or "record 5: reordered" in problem for problem in told)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE record SET content = content || CAST(' ' AS BLOB) WHERE number = 4",
        "UPDATE record SET content = CAST('[1]' AS BLOB) WHERE number = 4",
        """UPDATE record SET content =
           CAST(replace(CAST(content AS TEXT), '"record":4', '"record":9') AS BLOB)
           WHERE number = 4""",
    ],
    ids=["a space more", "another document", "another number"],
)
def test_an_edited_record_is_not_said_to_have_been_removed(ten, tamper, change):
    tamper(ten, change)
    problems = verify(ten).problems
    assert any(problem.startswith("record 4: edited") for problem in problems)
    assert not any("removed" in problem or "reordered" in problem for problem in problems), problems


def test_a_removed_record_is_told_beside_one_that_was_edited(ten, tamper):
    tamper(
        ten,
        "DELETE FROM record WHERE number = 6",
        "UPDATE record SET number = -number WHERE number > 6",
        "UPDATE record SET number = -number - 1 WHERE number < 0",
        "UPDATE record SET content = CAST('[1]' AS BLOB) WHERE number = 3",
    )
    problems = verify(ten).problems
    assert "record 6: removed; the records after were numbered anew" in problems
    assert not any("record 3: removed" in problem for problem in problems)


def test_a_record_edited_together_with_its_hash_breaks_the_chain_after_it(ten, tamper):
    content = replaced(ten, 4, {"case": "another"})
    tamper(
        ten,
        "UPDATE record SET content = ?, hash = ? WHERE number = 4",
        values=(content, digest(content)),
    )
    assert verify(ten).problems == (
        "record 5: does not follow record 4: one of the two was edited, replaced or reordered",
    )


def test_a_last_record_edited_together_with_its_hash_contradicts_the_head_file(ten, tamper):
    content = replaced(ten, 10, {"case": "another"})
    tamper(
        ten,
        "UPDATE record SET content = ?, hash = ? WHERE number = 10",
        values=(content, digest(content)),
    )
    assert verify(ten).problems == ("record 10: the head file has another hash for it",)


def replaced(folder: Path, number: int, body: dict[str, str]) -> bytes:
    with AuditStore.open(folder) as store:
        old = store.record(number)
    return canonical(
        {
            "record": number,
            "time": old.time,
            "kind": old.kind,
            "body": body,
            "previous": old.previous,
            "blobs": old.blobs,
        }
    )


def test_an_older_copy_of_the_database_is_found_through_the_head_file(ten, tmp_path):
    shutil.copyfile(ten / DATABASE_FILE, tmp_path / "older")
    with AuditStore.open(ten) as store:
        store.append("assessment", {})
    shutil.copyfile(tmp_path / "older", ten / DATABASE_FILE)
    assert verify(ten).problems == (
        "record 11: cut off at the end: the head file says that record 11 was written",
    )


def test_an_older_copy_of_everything_is_found_only_with_a_head_noted_elsewhere(ten, tmp_path):
    older = shutil.copytree(ten, tmp_path / "older")
    with AuditStore.open(ten) as store:
        store.append("assessment", {})
    noted = verify(ten).head
    assert verify(older).problems == ()
    assert verify(older, expected_head=noted).problems == (
        "record 11: cut off at the end: the head that you gave says that record 11 was written",
    )
    assert verify(ten, expected_head=noted).problems == ()


def test_a_store_still_contains_every_head_that_was_noted_earlier(ten):
    noted = verify(ten).head
    with AuditStore.open(ten) as store:
        store.append("assessment", {})
    assert verify(ten, expected_head=noted).problems == ()
    wrong = f"9:{noted.partition(':')[2]}"
    assert verify(ten, expected_head=wrong).problems == (
        "record 9: the head that you gave has another hash for it",
    )


@pytest.mark.parametrize("head", ["", "10", "10:sha256:zz", "ten:sha256:" + "0" * 64])
def test_something_else_in_place_of_an_expected_head_is_refused(ten, head):
    with pytest.raises(AuditError, match="not the head of an audit store"):
        verify(ten, expected_head=head)


def test_a_head_file_behind_the_store_is_in_order_if_the_chain_holds(ten, tamper):
    with AuditStore.open(ten) as store:
        fifth = store.record(5)
    (ten / HEAD_FILE).write_text(f"5:{fifth.hash}\n")
    assert verify(ten).problems == ()
    tamper(ten, "UPDATE record SET hash = 'x' WHERE number = 8")
    assert verify(ten).problems == ("record 8: edited: its content and its hash do not agree",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "the head file was removed"),
        ("", "the head file was altered"),
        ("\udcff", "the head file was altered"),
        ("12:sha256:" + "0" * 64, "records 11 to 12: cut off at the end"),
        ("5:sha256:" + "0" * 64, "record 5: the head file has another hash"),
        ("0:sha256:" + "0" * 64, "record 0: the head file has another hash"),
    ],
)
def test_a_changed_head_file_is_found(ten, content, expected):
    if content is None:
        (ten / HEAD_FILE).unlink()
    else:
        (ten / HEAD_FILE).write_bytes(content.encode(errors="surrogateescape"))
    (problem,) = verify(ten).problems
    assert problem.startswith(expected)


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_a_store_has_no_records_and_no_problem(tmp_path, folder):
    found = verify(tmp_path / folder)
    assert (found.records, found.head, found.problems) == (0, "", ())
    assert list(tmp_path.iterdir()) == []


def test_an_empty_store_is_in_order(tmp_path):
    AuditStore.open(tmp_path).close()
    found = verify(tmp_path)
    assert (found.records, found.problems) == (0, ())
    assert found.head.startswith("0:sha256:")


@pytest.mark.parametrize("left", [None, b""])
def test_a_head_file_without_a_database_is_a_problem(ten, left):
    (ten / DATABASE_FILE).unlink()
    if left is not None:
        (ten / DATABASE_FILE).write_bytes(left)
    (problem,) = verify(ten).problems
    assert problem.startswith("the records are gone: the head file says 10:sha256:")


def test_a_damaged_database_is_a_problem_and_not_a_crash(ten):
    content = bytearray((ten / DATABASE_FILE).read_bytes())
    content[4096:] = bytes(len(content) - 4096)
    (ten / DATABASE_FILE).write_bytes(content)
    assert any("the database cannot be read" in problem for problem in verify(ten).problems)
    (ten / DATABASE_FILE).write_bytes(b"This is a letter. " * 300)
    assert any("the database cannot be read" in problem for problem in verify(ten).problems)


def test_verification_leaves_every_byte_and_every_file_as_it_was(ten, tamper):
    tamper(ten, EDIT)
    before = snapshot(ten)
    verify(ten)
    assert snapshot(ten) == before


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(folder.iterdir())
    }


@pytest.fixture(scope="module")
def hand(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = shutil.copytree(template, tmp_path_factory.mktemp("hand") / "audit")
    connection = sqlite3.connect(folder / DATABASE_FILE, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    for table in ("record", "blob"):
        connection.execute(f"DROP TRIGGER {table}_UPDATE")
    yield connection
    connection.close()


@settings(max_examples=150, deadline=None)
@given(number=st.integers(1, 10), at=st.integers(0), flip=st.integers(1, 255))
@pytest.mark.parametrize("column", COLUMNS)
def test_any_changed_byte_of_any_record_is_found(hand, column, number, at, flip):
    (path,) = hand.execute("SELECT file FROM pragma_database_list").fetchone()
    query, change = COLUMNS[column]
    (good,) = hand.execute(query, (number,)).fetchone()
    bad = bytearray(good)
    bad[at % len(good)] ^= flip
    hand.execute(change, (bytes(bad), number))
    try:
        problems = verify(Path(path).parent).problems
    finally:
        hand.execute(change, (good, number))
    assert any(problem.startswith(f"record {number}: edited") for problem in problems)
    left = verify(Path(path).parent).problems
    assert [problem for problem in left if "the guard" not in problem] == []


def test_the_canonical_form_is_part_of_what_is_checked(ten, tamper):
    content = replaced(ten, 10, {"case": "case-10"}).replace(b'"kind"', b' "kind"')
    with pytest.raises(ValueError, match="canonical"):
        decode(content)
    head = f"10:{digest(content)}"
    tamper(
        ten,
        "UPDATE record SET content = ?, hash = ? WHERE number = 10",
        values=(content, digest(content)),
    )
    (ten / HEAD_FILE).write_text(head)
    assert verify(ten).problems == ("record 10: edited: it is not a record in canonical form",)
