"""The command line. Each command is a module of its own; all end in one place."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from cto_cds.cli.app import app
from cto_cds.cli.ending import exit_status


def main() -> None:
    """Run ``cto-cds``. Exit status: 0 done, 1 bad input, 2 wrong use, 3 not recorded."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter that the locale lacks ends no command
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except Exception as fault:  # noqa: BLE001  no traceback reaches a user
        sys.exit(exit_status(fault))
