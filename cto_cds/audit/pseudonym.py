"""Keyed pseudonyms: the same patient is found again, and nobody without the key learns who.

The key lies beside the store. Whoever has it can try out identifiers, and whoever loses it can
no longer link new records to old ones: back it up apart from the records, and never export it.
A key that is gone is never replaced in silence.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cto_cds.audit.durable import create_private, make_private_folder
from cto_cds.audit.reading import holds_records
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cto_cds.audit.record import Record

KEY_FILE = "pseudonym.key"
KEY_MARK = "key_mark"
"""Under this name each record says by which key its pseudonyms were made, and does not tell it."""

_KEY_BYTES = 32
_MARKED = b"the key of the pseudonyms in an audit store"
_MARK_DIGITS = 16


def pseudonym(identifier: str, key: bytes) -> str:
    """Return the pseudonym of an identifier: HMAC-SHA-256 as ``hmac-sha256:<hex>``.

    The identifier is taken to the letter; the caller settles spaces and zeros before.

    Raises:
        AuditError: If the identifier is empty, which would make many patients one.
    """
    if not identifier.strip():
        raise AuditError(
            Problem(
                Place("patient identifier"),
                "it is empty, so different patients would share a pseudonym",
                "Leave the patient out of the record, or give an identifier.",
            )
        )
    return "hmac-sha256:" + hmac.new(key, identifier.encode(), hashlib.sha256).hexdigest()


def key_mark(key: bytes) -> str:
    """Return what tells a key from another one, and tells nothing else of it."""
    return hmac.new(key, _MARKED, hashlib.sha256).hexdigest()[:_MARK_DIGITS]


def refuse_other_key(folder: Path, key: bytes, newest: Iterable[Record]) -> None:
    """Refuse a key that is not the one by which the newest record was made.

    Args:
        folder: The folder of the store.
        key: Its key.
        newest: The newest record, if there is one.

    Raises:
        AuditError: It is another key, such as one of a wrong backup.
    """
    for record in newest:
        if record.body.get(KEY_MARK, mark := key_mark(key)) != mark:
            raise AuditError(
                Problem(
                    Place(str(folder / KEY_FILE)),
                    "this is another key than the one by which the pseudonyms of the newest record "
                    "were made: the same patient would have another pseudonym",
                    "Restore the key that belongs to this store from a backup. If it is lost for "
                    "good, keep this folder as it is and set CTO_CDS_HOME to a new one.",
                )
            )


def pseudonym_key(folder: Path) -> bytes:
    """Return the key of the folder; make a random one, readable by its owner only, at first use.

    Raises:
        AuditError: If the key cannot be read or written, the file does not hold a key, or the key
            of a store with records is gone.
    """
    path = folder / KEY_FILE
    # The records first: another process makes the key before it appends its first record.
    if not path.exists() and holds_records(folder) and not path.exists():
        raise _gone(path)
    try:
        make_private_folder(folder)
        create_private(path, secrets.token_bytes(_KEY_BYTES))
        return _checked(path, path.read_bytes())
    except OSError as error:
        raise _unusable(path, error) from error


def existing_key(folder: Path) -> bytes:
    """Return the key of a store that has records; none is made.

    Raises:
        AuditError: If there is no key, it cannot be read, or the file does not hold one.
    """
    path = folder / KEY_FILE
    try:
        return _checked(path, path.read_bytes())
    except FileNotFoundError:
        raise _gone(path) from None
    except OSError as error:
        raise _unusable(path, error) from error


def _checked(path: Path, key: bytes) -> bytes:
    if len(key) != _KEY_BYTES:
        raise AuditError(
            Problem(
                Place(str(path)),
                f"this is not a key: it has {len(key)} bytes instead of {_KEY_BYTES}",
                "Restore the file from a backup; a new key would cut the link to old records.",
            )
        )
    return key


def _gone(path: Path) -> AuditError:
    return AuditError(
        Problem(
            Place(str(path)),
            "the key for pseudonyms is gone, and the store beside it has records: under another "
            "key the same patient would have another pseudonym",
            "Restore the file from a backup. If it is lost for good, keep this folder as it is "
            "and set CTO_CDS_HOME to a new one.",
        )
    )


def _unusable(path: Path, error: OSError) -> AuditError:
    return AuditError(
        Problem(
            Place(str(path)),
            f"the key for pseudonyms cannot be read or written: {error.strerror}",
            "Check the permissions of the folder.",
        )
    )
