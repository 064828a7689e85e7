"""The child side of ``worker``: a process that makes a function and calls it for its parent.

Its arguments are the target and the two deadlines; the first message makes the function. It ends
when its standard input ends, that is, also when its parent dies. Should it hang in C just then,
its own alarm ends it.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING

from cto_cds.engine.frames import ANSWER, REFUSAL, read_frame, refusal_text, write_frame
from cto_cds.errors import DEFECT, EngineError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

_STDIN, _STDOUT, _STDERR = 0, 1, 2


def main() -> None:
    """Make the function, say so, then answer messages until there are no more."""
    target, start_deadline_s, deadline_s = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    requests, answers = _take_pipes()
    evaluate: Callable[[bytes], bytes] | None = None
    try:
        while (frame := read_frame(requests)) is not None:
            _, message = frame
            if evaluate is None:
                _set_alarm(2 * start_deadline_s)
                evaluate, answer = _load(target)(message), b""
            else:
                _set_alarm(2 * deadline_s)
                answer = evaluate(message)
            _set_alarm(0)
            write_frame(answers, ANSWER, answer)
    except EngineError as error:
        write_frame(answers, REFUSAL, refusal_text(error))
    except Exception as error:
        found = f"{type(error).__name__}: {error}"
        unexpected = EngineError(Problem(Place(source=f"worker, {target}"), found, DEFECT))
        write_frame(answers, REFUSAL, refusal_text(unexpected))
        raise


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Keep the pipes for messages only: prints go to standard error, and input() is empty."""
    requests, answers = os.fdopen(os.dup(_STDIN), "rb"), os.fdopen(os.dup(_STDOUT), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, _STDIN)
    os.close(nothing)
    os.dup2(_STDERR, _STDOUT)
    return requests, answers


def _load(target: str) -> Callable[[bytes], Callable[[bytes], bytes]]:
    module, _, function = target.partition(":")
    make: Callable[[bytes], Callable[[bytes], bytes]]
    make = getattr(importlib.import_module(module), function)
    return make


def _set_alarm(seconds: float) -> None:
    """Have the system end this process after so long; 0 for never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main()
