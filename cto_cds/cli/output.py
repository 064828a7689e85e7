"""Writing to the terminal and to files."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

Progress = Callable[[str, float], None]


def print_json(value: object) -> None:
    """Print JSON, indented, with keys in the given order."""
    write_json(json.dumps(value, indent=2, ensure_ascii=False))


def write_json(text: str) -> None:
    """Write JSON to standard output as UTF-8, whatever the locale: JSON has no other encoding."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(f"{text}\n")


def show(*views: RenderableType) -> None:
    """Print tables and text, coloured where the terminal can."""
    from rich.console import Console

    console = Console(soft_wrap=False, width=None if sys.stdout.isatty() else 100)
    for view in views:
        console.print(view)


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
    """Write a file whole or not at all."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    Path(name).chmod(0o644)
    Path(name).replace(path)


def told(path: Path, what: str) -> None:
    """Say on standard error where something was written."""
    typer.echo(f"{what}: {path}", err=True)
