"""Keyed pseudonyms: the same patient is found again, and nobody without the key learns who.

The key lies beside the store. Whoever has it can try out identifiers, and whoever loses it can
no longer link new records to old ones: back it up apart from the records, and never export it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING

from cto_cds.audit.durable import create_private, make_private_folder
from cto_cds.errors import AuditError, Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

KEY_FILE = "pseudonym.key"
_KEY_BYTES = 32


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


def pseudonym_key(folder: Path) -> bytes:
    """Return the key of the folder; make a random one, readable by its owner only, at first use.

    Raises:
        AuditError: If the key cannot be read or written, or the file does not hold a key.
    """
    path = folder / KEY_FILE
    try:
        make_private_folder(folder)
        create_private(path, secrets.token_bytes(_KEY_BYTES))
        key = path.read_bytes()
    except OSError as error:
        raise AuditError(
            Problem(
                Place(str(path)),
                f"the key for pseudonyms cannot be read or written: {error.strerror}",
                "Check the permissions of the folder.",
            )
        ) from error
    if len(key) != _KEY_BYTES:
        raise AuditError(
            Problem(
                Place(str(path)),
                f"this is not a key: it has {len(key)} bytes instead of {_KEY_BYTES}",
                "Restore the file from a backup; a new key would cut the link to old records.",
            )
        )
    return key
