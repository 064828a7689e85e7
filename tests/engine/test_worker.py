"""Whatever happens in the child, the parent gets an answer or an error, and goes on."""

import os
import subprocess
import sys
import textwrap
import threading

import pytest

from cto_cds.engine.worker import Worker
from cto_cds.errors import EngineError, Place, Problem

CHILD = """
import ctypes, json, os, signal, subprocess, sys, time
from cto_cds.errors import EngineError, Place, Problem

PROBLEM = Problem(Place("a.yaml", 3, 5, "when"), "nothing is decided", "add a fact")


def make(setup):
    if setup == b"refuse":
        raise EngineError(PROBLEM)
    if setup == b"hang":
        time.sleep(1e6)

    def answer(message):
        word, _, rest = message.partition(b" ")
        return ACTIONS.get(word, lambda rest: setup + message)(rest)

    return answer


def hang_in_c(_):
    import durable_rules_engine

    rules = {str(i): {"all": [{"m": {f"a{i}": "x"}}]} for i in range(513)}
    durable_rules_engine.create_ruleset("b", json.dumps(rules))


def hang_without_an_alarm(_):
    signal.setitimer(signal.ITIMER_REAL, 0)
    time.sleep(1e6)


def say(_):
    print("print")
    os.write(1, b"write")
    subprocess.run(["echo", "echo"], check=True)
    return sys.stdin.read().encode() + b"said"


def refuse(_):
    raise EngineError(PROBLEM)


ACTIONS = {
    b"pid": lambda _: str(os.getpid()).encode(),
    b"hang": lambda _: time.sleep(1e6),
    b"hang_in_c": hang_in_c,
    b"hang_without_an_alarm": hang_without_an_alarm,
    b"segfault": lambda _: ctypes.string_at(0),
    b"exit": lambda _: os._exit(3),
    b"leave": lambda _: sys.exit(0),
    b"say": say,
    b"refuse": refuse,
    b"divide": lambda _: 1 // 0,
    b"end": lambda _: (_ for _ in ()).throw(EOFError("the file is short")),
    b"text": lambda _: "not bytes",
    b"big": lambda rest: rest * 3,
    b"locale": lambda _: f"{os.environ['LC_ALL']} {os.environ['LC_NUMERIC']}".encode(),
}
"""


@pytest.fixture(autouse=True)
def _child_module(tmp_path, monkeypatch) -> None:
    (tmp_path / "child_of_test_worker.py").write_text(textwrap.dedent(CHILD))
    monkeypatch.syspath_prepend(tmp_path)


def start(setup=b"", deadline_s=30.0, **more: float):
    return Worker("child_of_test_worker:make", setup=setup, deadline_s=deadline_s, **more)


@pytest.fixture
def worker():
    with start() as worker:
        yield worker


def test_messages_are_answered_by_one_child(worker):
    pid = worker.call(b"pid")
    assert worker.call(b"hello") == b"hello"
    assert worker.call(b"") == b""
    assert worker.call(b"pid") == pid != str(os.getpid()).encode()


def test_the_function_is_made_from_the_setup():
    with start(b"\x00\xff") as worker:
        assert worker.call(b"!") == b"\x00\xff!"


def test_messages_may_be_larger_than_a_pipe(worker):
    big = os.urandom(3_000_000)
    assert worker.call(b"big " + big) == big * 3


def test_what_the_child_prints_does_not_disturb(worker):
    assert worker.call(b"say") == b"said"
    assert worker.call(b"next") == b"next"


def test_the_child_has_the_numbers_of_the_c_locale(worker):
    assert worker.call(b"locale") == b"C C"


@pytest.mark.parametrize(
    "hang", [b"hang_without_an_alarm", b"hang_in_c", b"hang " + bytes(3_000_000)]
)
def test_a_hung_child_is_killed_at_the_deadline(hang):
    with start(deadline_s=1.0) as worker:
        pid = int(worker.call(b"pid"))
        with pytest.raises(EngineError, match="no answer within 1 s") as caught:
            worker.call(hang)
        assert "allow more time" in str(caught.value)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert worker.call(b"next") == b"next"


@pytest.mark.parametrize(
    ("crash", "exit_code"), [(b"segfault", "-11"), (b"exit", "3"), (b"leave", "")]
)
def test_after_a_crash_the_next_call_has_a_fresh_child(worker, crash, exit_code):
    with pytest.raises(EngineError, match=rf"has crashed \(exit code {exit_code}"):
        worker.call(crash)
    assert worker.call(b"next") == b"next"


def test_an_engine_error_is_kept(worker):
    problem = Problem(Place("a.yaml", 3, 5, "when"), "nothing is decided", "add a fact")
    with pytest.raises(EngineError) as caught:
        worker.call(b"refuse")
    assert caught.value.problems == (problem,)
    assert worker.call(b"next") == b"next"


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (b"divide", "ZeroDivisionError: integer division"),
        (b"end", "EOFError: the file is short"),
        (b"text", "TypeError"),
    ],
)
def test_any_other_error_is_an_engine_error(worker, message, found):
    with pytest.raises(EngineError, match=found):
        worker.call(message)
    assert worker.call(b"next") == b"next"


def test_errors_of_the_setup_are_told_at_once():
    with pytest.raises(EngineError, match="nothing is decided"):
        start(b"refuse")
    with pytest.raises(EngineError, match="no answer within 1 s"):
        start(b"hang", start_deadline_s=1.0)
    with pytest.raises(EngineError, match="ModuleNotFoundError"):
        Worker("no_such_module:make", setup=b"", deadline_s=1.0)


def test_threads_take_turns(worker):
    answers = {}

    def ask(number) -> None:
        answers[number] = [worker.call(b"%d" % number) for _ in range(50)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [b"%d" % number] * 50 for number in range(4)}


def test_a_closed_worker_gives_no_answer():
    worker = start()
    worker.close()
    worker.close()
    with pytest.raises(EngineError, match="closed"):
        worker.call(b"hello")


ORPHAN = """
import os, sys
from cto_cds.engine.worker import Worker
worker = Worker("child_of_test_worker:make", setup=b"", deadline_s=0.5)
print(worker.call(b"pid").decode(), flush=True)
worker._child._messages.put(sys.argv[1].encode())
sys.stdin.readline()
os._exit(0)
"""


@pytest.mark.parametrize("last_message", ["pid", "hang_in_c"])
def test_a_child_does_not_outlive_its_parent(last_message):
    """Its pipe ends with it: standard error is closed by the last process that has it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", ORPHAN, last_message],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert int(parent.stdout.readline()) > 0
    parent.communicate(b"\n", timeout=30)
    assert parent.returncode == 0
