"""Which program it was: a version is only a name, the source decides."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

PACKAGE = Path(__file__).parent


def program_digest(package: Path = PACKAGE) -> str:
    """Return the SHA-256 of the Python source of a package as ``sha256:<hex>``.

    It goes over the path below the package, the size and the bytes of each file, in the order of
    the paths, and is the same for an installed wheel and for the source it was built from. The
    rules have a digest of their own; what else is installed has not.
    """
    found = {
        path.relative_to(package).as_posix(): path
        for folder, _, names in os.walk(package)
        for path in (Path(folder, name) for name in names if name.endswith(".py"))
    }
    whole = hashlib.sha256()
    for name, path in sorted(found.items()):
        content = path.read_bytes()
        whole.update(f"{name}\0{len(content)}\0".encode() + content)
    return f"sha256:{whole.hexdigest()}"
