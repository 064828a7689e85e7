"""Evaluate in another process, with a deadline: for programs that must go on whatever happens.

durable_rules can loop for ever or crash inside C. Nothing in the same process can stop that, so a
host keeps it in a child, kills the child at the deadline, and starts another.
"""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from typing import Self

from cto_cds.engine.frames import ANSWER, read_frame, refusal, write_frame
from cto_cds.errors import MAKE_NEW, EngineError, Place, Problem

START_DEADLINE_S = 60.0
_END_DEADLINE_S = 2.0
AGAIN = "Nothing was decided. Ask again; if it stays so, allow more time, or report this."


class Worker:
    """A function that runs in a child process.

    One call at a time; calls from other threads wait their turn. A child that gave anything but
    an answer is never asked again: it is killed, and the next call starts a fresh one.

    Args:
        target: 'package.module:function'. In the child, function(setup) makes the function that
            turns each message into its answer.
        setup: What the function is made from.
        deadline_s: How long one answer may take.
        start_deadline_s: How long making the function may take.

    Raises:
        EngineError: The function could not be made.
    """

    def __init__(
        self,
        target: str,
        *,
        setup: bytes,
        deadline_s: float,
        start_deadline_s: float = START_DEADLINE_S,
    ) -> None:
        self._target = target
        self._setup = setup
        self._deadline_s = deadline_s
        self._start_deadline_s = start_deadline_s
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._closed = False
        self._child: _Child | None = None
        self._start()

    def call(self, message: bytes) -> bytes:
        """Return the answer to the message.

        Raises:
            EngineError: There is no answer: it was late, the child has crashed, or the function
                raised an error. The problems of an EngineError are kept.
        """
        with self._lock:
            if self._closed or self._process != os.getpid():
                why = "it is closed" if self._closed else "it was made before this process forked"
                raise self._no_answer(why, MAKE_NEW)
            if self._child is not None and not self._child.alive():
                self._end()
            child = self._child or self._start()
            return self._ask(child, message, self._deadline_s)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._closed = True
            if self._process == os.getpid():
                self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _start(self) -> _Child:
        try:
            child = self._child = _Child(self._target, self._start_deadline_s, self._deadline_s)
        except OSError as error:
            raise self._no_answer(f"the child could not be started: {error}") from error
        self._ask(child, self._setup, self._start_deadline_s)
        return child

    def _ask(self, child: _Child, message: bytes, deadline_s: float) -> bytes:
        try:
            frame = child.ask(message, deadline_s)
        except TimeoutError as error:
            self._end()
            raise self._no_answer(f"there was no answer within {deadline_s:g} s") from error
        except BaseException:
            self._end()
            raise
        if frame is None:
            raise self._no_answer(f"the child has crashed (exit code {self._end()})")
        mark, answer = frame
        if mark != ANSWER:
            self._end()
            raise refusal(answer)
        return answer

    def _end(self) -> int | None:
        child, self._child = self._child, None
        return child.end() if child else None

    def _no_answer(self, found: str, mend: str = AGAIN) -> EngineError:
        return EngineError(Problem(Place(source=f"worker, {self._target}"), found, mend))


class _Child:
    """One child process, and the thread that talks to it so that nobody else ever has to wait."""

    def __init__(self, target: str, *deadlines_s: float) -> None:
        arguments = (target, *map(str, deadlines_s))
        self._process = subprocess.Popen(  # noqa: S603 - it starts this very program, no shell
            [sys.executable, "-P", "-m", "cto_cds.engine.worker_main", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        self._messages: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[bytes, bytes] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._talk, name="cto_cds worker", daemon=True)
        self._thread.start()

    def alive(self) -> bool:
        """Tell whether the child still runs."""
        return self._process.poll() is None

    def ask(self, message: bytes, deadline_s: float) -> tuple[bytes, bytes] | None:
        """Return the mark and the answer, or None if the child has ended.

        Raises:
            TimeoutError: The deadline has passed.
        """
        self._messages.put(message)
        try:
            return self._answers.get(timeout=deadline_s)
        except queue.Empty:
            raise TimeoutError from None

    def end(self) -> int | None:
        """Kill the child and return its exit code."""
        self._messages.put(None)
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_DEADLINE_S)
        self._thread.join(_END_DEADLINE_S)
        return self._process.returncode

    def _talk(self) -> None:
        """Pass messages and answers on until the child ends, or there are no more messages."""
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            return
        with contextlib.suppress(OSError), answers, requests:
            while (message := self._messages.get()) is not None:
                write_frame(requests, ANSWER, message)
                self._answers.put(read_frame(answers))
        self._answers.put(None)


def _environment() -> dict[str, str]:
    """Return the parent's environment: the same modules, but the numbers of the C locale."""
    path = os.pathsep.join(sys.path)
    return {**os.environ, "LC_ALL": "C", "LC_NUMERIC": "C", "PYTHONPATH": path}
