"""The command line. Each command is a module of its own; all end in one place."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

INTERRUPTED = 130
OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""The rules stay until the command ends; looking for garbage among them again and again is slow."""


def main() -> None:
    """Run ``cto-cds``. Exit status: 0 done, 1 bad input, 2 wrong use, 3 not recorded."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        from cto_cds.cli.app import app
        from cto_cds.cli.ending import exit_status

        _ready_streams()
        try:
            app()
        except Exception as fault:  # noqa: BLE001  no traceback reaches a user
            sys.exit(exit_status(fault, as_json="--json" in sys.argv))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _ready_streams() -> None:
    """Let a letter that the locale lacks, or a stream that was closed, end no command."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  for the life of the process
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
