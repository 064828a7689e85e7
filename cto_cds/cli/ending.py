"""How a command ends when something is wrong: a message on standard error and an exit status."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback

from cto_cds.cli.output import print_json, problem_document
from cto_cds.errors import AuditError, CtoCdsError

BAD_INPUT = 1
NOT_RECORDED = 3
SHOWN = 40


def exit_status(fault: Exception, *, as_json: bool = False) -> int:
    """Tell the user what is wrong, and return the exit status.

    Args:
        fault: What ended the command.
        as_json: Whether a program asked for JSON, and gets every problem on standard output.
    """
    if isinstance(fault, CtoCdsError):
        problems = fault.problems
        if as_json:
            print_json({"problems": [problem_document(problem) for problem in problems]})
        for problem in problems[:SHOWN]:
            sys.stderr.write(f"{problem}\n")
        if len(problems) > SHOWN:
            sys.stderr.write(f"... and {len(problems) - SHOWN} more.\n")
        return NOT_RECORDED if isinstance(fault, AuditError) else BAD_INPUT
    if isinstance(fault, BrokenPipeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BAD_INPUT
    if isinstance(fault, OSError):
        name = f"{fault.filename}: " if fault.filename else ""
        sys.stderr.write(f"{name}{fault.strerror or fault}\n")
        return BAD_INPUT
    handle, path = tempfile.mkstemp(prefix="cto-cds-fault-", suffix=".txt", text=True)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        traceback.print_exception(fault, file=stream)
    sys.stderr.write(
        f"cto-cds has a fault of its own ({type(fault).__name__}). Nothing was returned.\n"
        f"Please report it with this file, after reading that it names no patient: {path}\n"
    )
    return BAD_INPUT
