"""Starts commands as processes that have the libraries loaded: loading takes most of their time.

forking.py FOLDER CACHE    takes commands from a socket in FOLDER until its own input ends

Each command is a process of its own, with arguments, environment, folder and streams of its own,
and ends as the program ends. It is forked from this one, so what Python reads of the environment
when it starts was read before; whoever changes that starts the program itself. The built-in rules
were parsed before, too, from the very same text.
"""

from __future__ import annotations

import array
import gc
import importlib
import json
import os
import pkgutil
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

LONGEST_WAIT_S = 300
LONGEST_REQUEST = 1_000_000


class Commands:
    """The process from which commands are forked.

    Args:
        folder: A folder of its own.
        cache: The rules as a command keeps them.
        environment: What Python reads when it starts.
    """

    def __init__(self, folder: Path, cache: Path, environment: Mapping[str, str]) -> None:
        self._address = str(folder / "commands")
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._address, cache],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def run(self, words: Sequence[str], env: Mapping[str, str], cwd: Path, *streams: int) -> int:
        """Run a command to its end with these streams; return its status as ``subprocess`` does."""
        request = json.dumps({"words": words, "env": env, "cwd": str(cwd)}).encode()
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(LONGEST_WAIT_S)
            asking.connect(self._address)
            asking.sendmsg(
                [request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", streams))]
            )
            return int(asking.recv(LONGEST_REQUEST))

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


def _load(cache: Path) -> None:
    """Load what commands load, and the trees of the built-in rules."""
    from parsing import parse_once

    import cto_cds
    from cto_cds.rulefile.cache import LoadCache
    from cto_cds.rulefile.load import Layer

    for module in pkgutil.walk_packages(cto_cds.__path__, "cto_cds."):
        if not module.name.startswith("cto_cds.testing") and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    layer = Layer.of_folder("built-in", Path(__file__).parent.parent.parent / "rules")
    known, kept = parse_once(), LoadCache(cache)
    known.update({text: kept.parse(text, path) for path, text in layer.texts.items()})
    gc.collect()
    gc.freeze()


def _next_command(listening: socket.socket) -> None:
    """Return in the process of a command, ready to run; the process of this program ends here."""
    while True:
        ready, _, _ = select.select([listening, sys.stdin], [], [])
        if sys.stdin in ready:
            os._exit(0)
        asking, _ = listening.accept()
        message, fds, _, _ = socket.recv_fds(asking, LONGEST_REQUEST, 3)
        child = os.fork()
        if child == 0:
            asking.close()
            listening.close()
            _become(json.loads(message), fds)
            return
        for fd in fds:
            os.close(fd)
        _, ended = os.waitpid(child, 0)
        asking.sendall(str(os.waitstatus_to_exitcode(ended)).encode())
        asking.close()


def _become(asked: Mapping[str, object], fds: Sequence[int]) -> None:
    """Take over streams, folder, environment and arguments."""
    for stream, fd in enumerate(fds):
        os.dup2(fd, stream)
        os.close(fd)
    _open_streams()
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    paths = os.environ.get("PYTHONPATH", "")
    sys.path[1:1] = paths.split(os.pathsep) if paths else []
    sys.argv = list(asked["words"])


def _open_streams() -> None:
    for fd, name in enumerate(("stdin", "stdout", "stderr")):
        was = getattr(sys, name)
        stream = open(  # noqa: SIM115  for the life of the process
            fd,
            mode="w" if fd else "r",
            buffering=1 if name == "stderr" else -1,
            encoding=was.encoding,
            errors=was.errors,
            closefd=False,
        )
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def main() -> None:
    address, cache = sys.argv[1:]
    program = str(Path(sys.executable).parent)
    sys.path[0] = str(Path(__file__).parent.parent)
    _load(Path(cache))
    sys.path[0] = program
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    _next_command(listening)
    from cto_cds.cli import main as command

    command()


if __name__ == "__main__":
    main()
