"""Writing to the terminal and to files."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cto_cds.errors import CtoCdsError, Place, Problem
from cto_cds.wholefile import write_whole

if TYPE_CHECKING:
    from rich.console import RenderableType

Progress = Callable[[str, float], None]
WIDTH_IN_A_PIPE = 100
"""How wide text is where no terminal and no ``COLUMNS`` says it."""


def print_json(value: object) -> None:
    """Print JSON, indented, with keys in the given order."""
    write_json(json.dumps(value, indent=2, ensure_ascii=False))


def write_json(text: str) -> None:
    """Write JSON to standard output as UTF-8, whatever the locale: JSON has no other encoding."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def show(*views: RenderableType) -> None:
    """Print tables and text, coloured where the terminal can."""
    from rich.console import Console

    chosen = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()
    console = Console(soft_wrap=False, width=None if chosen else WIDTH_IN_A_PIPE)
    for view in views:
        console.print(view)


def problem_document(problem: Problem) -> dict[str, object]:
    """Return a mistake as JSON."""
    return {
        "file": problem.place.source,
        "line": problem.place.line or None,
        "column": problem.place.column or None,
        "key": problem.place.key or None,
        "found": problem.found,
        "mend": problem.mend,
    }


@contextmanager
def progress() -> Iterator[Progress]:
    """Show a progress bar on standard error while a person is watching."""
    if not sys.stderr.isatty():
        yield lambda _stage, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda stage, share: bar.update(task, description=stage, completed=share)


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all.

    Raises:
        CtoCdsError: It cannot be written; says which, why and what to do.
    """
    try:
        write_whole(path, content.encode() if isinstance(content, str) else content)
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise CtoCdsError(unwritable(str(path), fault)) from fault


def unwritable(place: str, fault: OSError) -> Problem:
    """Return what is told of output that cannot be written."""
    found = f"it cannot be written: {fault.strerror or fault}"
    return Problem(Place(place), found, "Make room, or name a place where you may write.")


def check_target(target: Path, *inputs: Path | None, kept: Path) -> None:
    """Refuse, before anything is done, a file that cannot be written or must not be replaced.

    Args:
        target: The file to write.
        inputs: Files that are read.
        kept: The folder of the records, where nothing else may write.

    Raises:
        typer.BadParameter: Says which file and why.
    """
    for read in inputs:
        if read is not None and target.exists() and read.exists() and target.samefile(read):
            raise typer.BadParameter(f"{target} is read as well; name another file to write")
    if target.resolve().is_relative_to(kept.resolve()):
        raise typer.BadParameter(f"{target} lies among the audit records; name a file elsewhere")
    if target.exists() and not os.access(target, os.W_OK):
        raise typer.BadParameter(f"{target} cannot be written: it does not allow it")
    if not target.exists() or target.is_file():
        _try_to_write(target, target.absolute().parents)


def need_folder(target: Path) -> None:
    """Refuse a file in a folder that is not there: its name may be mistyped, so none is made.

    Raises:
        typer.BadParameter: Says which folder.
    """
    folder = target.absolute().parent
    if not folder.is_dir():
        message = f"{target} cannot be written: there is no folder {folder}; make it first"
        raise typer.BadParameter(message)


def check_folder(target: Path) -> None:
    """Refuse, before anything is done, a folder that cannot be made or written in.

    Raises:
        typer.BadParameter: Says which folder and why.
    """
    _try_to_write(target, (target, *target.absolute().parents))


def _try_to_write(target: Path, folders: Iterable[Path]) -> None:
    """Make a file in the nearest folder that is there; nothing of it stays."""
    standing = next(folder for folder in folders if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=standing):
            pass
    except OSError as fault:
        why = f"{target} cannot be written: {standing} does not allow it ({fault.strerror})"
        raise typer.BadParameter(f"{why}; name a place where you may write") from fault


def refuse_existing(path: Path, mend: str) -> None:
    """Refuse, before anything is done, to write over a file.

    Raises:
        CtoCdsError: The file exists.
    """
    if path.exists():
        raise CtoCdsError(Problem(Place(str(path)), "this file exists already", mend))


def told(path: Path, what: str) -> None:
    """Say on standard error where something was written."""
    typer.echo(f"{what}: {path}", err=True)
