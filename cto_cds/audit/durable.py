"""Files that are still there, whole, after the process was killed or the power failed."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Create the folder, readable by its owner only, and make its name durable."""
    if folder.is_dir():
        return
    make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)


def create_private(path: Path, content: bytes) -> None:
    """Create the file with this content, unless it is there: the first of several stays.

    The file itself is never opened here. A process that opens and closes a database file loses
    the locks that SQLite holds on it.
    """
    if path.exists():
        return
    staged = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        write_private(staged, [content])
        os.link(staged, path)
    except FileExistsError:
        return
    finally:
        staged.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_private(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file that its owner alone can read, and sync its content to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(file.fileno())


def replace_durably(path: Path, chunks: Iterable[bytes], *, staging: str) -> None:
    """Write the file so that a reader sees the old content or the new, never a part.

    Args:
        path: The file to write.
        chunks: Its new content.
        staging: The name of the file beside it that takes the content first.
    """
    staged = path.with_name(staging)
    try:
        write_private(staged, chunks)
        staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in the folder durable, where the platform can do this."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
