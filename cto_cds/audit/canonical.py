"""One value, one sequence of bytes: canonical JSON (RFC 8785) and its digest.

Records hold text, whole numbers, true, false, null, lists and objects. Numbers with a decimal
point are refused: a record says ``"2.5"``, exactly as it was shown, and never a binary float.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

from cto_cds.errors import AuditError, Place, Problem

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"
_Plain: TypeAlias = "bool | int | str | list[_Plain] | dict[str, _Plain] | None"

_LARGEST = 2**53 - 1
_DEEPEST = 100


def canonical(value: JSON) -> bytes:
    """Return the canonical JSON bytes of a value.

    Raises:
        AuditError: If the value holds something that JSON records do not; it names the JSON path.
    """
    return rfc8785.dumps(_plain(value, "$", 0))


def digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes as ``sha256:<hex>``."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _plain(value: object, path: str, depth: int) -> _Plain:
    if depth > _DEEPEST:
        raise _refused(path, f"is nested deeper than {_DEEPEST} levels", "Write it flatter.")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise _refused(path, "is a whole number beyond 2^53 - 1", "Write it as text.")
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Mapping):
        return {
            _key(key, path): _plain(inner, f"{path}.{key}", depth + 1)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{path}[{i}]", depth + 1) for i, inner in enumerate(value)]
    if isinstance(value, float):
        raise _refused(path, "is a float", "Write the number as text, as it is shown to a reader.")
    raise _refused(path, f"is of type {type(value).__name__}", "Use text, int, bool, list or dict.")


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise _refused(path, f"has a key of type {type(key).__name__}", "Use text for every key.")
    return _text(key, f"{path} (a key)")


def _text(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused(path, "is not valid Unicode text", "Decode the text correctly.") from None
    return text


def _refused(path: str, found: str, mend: str) -> AuditError:
    return AuditError(Problem(Place("audit record", key=path), f"this value {found}", mend))
