"""How a command ends when something is wrong: a message on standard error and an exit status."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from cto_cds.cli.output import print_json, problem_document, unwritable
from cto_cds.errors import AuditError, CtoCdsError, Place, Problem

if TYPE_CHECKING:
    from cto_cds.advice.result import Audit

BAD_INPUT = 1
NOT_RECORDED = 3
SHOWN = 40


def exit_status(fault: Exception, *, as_json: bool = False) -> int:
    """Tell the user what is wrong, and return the exit status.

    Args:
        fault: What ended the command.
        as_json: Whether a program asked for JSON, and gets every problem on standard output.
    """
    if isinstance(fault, OSError) and not isinstance(fault, BrokenPipeError):
        fault = CtoCdsError(_of_the_system(fault))
        as_json = False
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
        _lose_output()
        return BAD_INPUT
    handle, path = tempfile.mkstemp(prefix="cto-cds-fault-", suffix=".txt", text=True)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        traceback.print_exception(fault, file=stream)
    sys.stderr.write(
        f"cto-cds has a fault of its own ({type(fault).__name__}). Nothing was returned.\n"
        f"Please report it with this file, after reading that it names no patient: {path}\n"
    )
    return BAD_INPUT


@contextmanager
def after_recording(audit: Audit | None) -> Iterator[None]:
    """Say of whatever goes wrong inside that the case was assessed and recorded all the same."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, CtoCdsError) as fault:
        kind = type(fault) if isinstance(fault, CtoCdsError) else CtoCdsError
        problems = fault.problems if isinstance(fault, CtoCdsError) else (_of_the_system(fault),)
        if audit is None:
            raise
        told = f"The case was assessed all the same, and is record {audit.record}."
        raise kind(*(replace(p, mend=f"{p.mend} {told}".strip()) for p in problems)) from fault


def _of_the_system(fault: OSError) -> Problem:
    """Return what the system refused: a file by its name; without a name it was the output."""
    if fault.filename:
        mend = "Check the name, that there is room, and that you may read and write there."
        return Problem(Place(str(fault.filename)), fault.strerror or str(fault), mend)
    _lose_output()
    return unwritable("standard output", fault)


def _lose_output() -> None:
    """Let what is still waiting to be written go nowhere, so that ending writes no more of it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
