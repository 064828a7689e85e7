from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from cto_cds.audit.head import HEAD_FILE
from cto_cds.audit.pseudonym import KEY_FILE, existing_key, pseudonym, pseudonym_key
from cto_cds.audit.store import AuditStore
from cto_cds.errors import AuditError

KEY = b"k" * 32


def test_the_same_patient_has_the_same_pseudonym_and_another_has_another():
    assert pseudonym("12345", KEY) == pseudonym("12345", KEY)
    assert pseudonym("12345", KEY) != pseudonym("12346", KEY)


def test_without_the_key_the_pseudonym_is_another():
    assert pseudonym("12345", KEY) != pseudonym("12345", b"l" * 32)


def test_a_pseudonym_is_the_keyed_hash_of_the_standard():
    # RFC 4231, test case 2.
    assert pseudonym("what do ya want for nothing?", b"Jefe") == (
        "hmac-sha256:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )


@pytest.mark.parametrize("identifier", ["", "  "])
def test_an_empty_identifier_is_refused(identifier):
    with pytest.raises(AuditError, match="would share a pseudonym"):
        pseudonym(identifier, KEY)


def test_a_folder_keeps_its_key(tmp_path):
    key = pseudonym_key(tmp_path / "audit")
    assert len(key) == 32
    assert pseudonym_key(tmp_path / "audit") == key
    assert pseudonym_key(tmp_path / "other") != key


def test_many_that_need_the_key_first_get_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(pseudonym_key, [tmp_path] * 32))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_owner_can_read_the_key(tmp_path):
    pseudonym_key(tmp_path)
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_key_is_refused_and_kept(tmp_path):
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(AuditError, match="5 bytes instead of 32"):
        pseudonym_key(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == b"short"


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AuditError, match="cannot be read or written"):
        pseudonym_key(tmp_path / "file")


def test_a_key_that_is_gone_from_a_store_with_records_is_told_and_not_replaced(ten):
    for ask in (pseudonym_key, existing_key):
        with pytest.raises(AuditError, match="the key for pseudonyms is gone") as caught:
            ask(ten)
        assert "Restore the file from a backup" in caught.value.problems[0].mend
        assert not (ten / KEY_FILE).exists()


def test_a_key_that_is_gone_is_told_although_the_head_file_went_with_it(ten):
    (ten / HEAD_FILE).unlink()
    with pytest.raises(AuditError, match="the key for pseudonyms is gone"):
        pseudonym_key(ten)


def test_a_store_without_records_gets_its_first_key(tmp_path):
    AuditStore.open(tmp_path).close()
    key = pseudonym_key(tmp_path)
    assert existing_key(tmp_path) == key
