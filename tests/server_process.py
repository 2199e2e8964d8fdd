"""The process of a server, or of another program, that a test starts: a copy of one that has imported everything.

A server spends most of its start importing, and tests start servers hundreds of times. So each test process keeps two
parents, which import what a server needs and then wait; a server is a fork of one of them, which runs the same command
line from its beginning on. Nothing else is shared: no store, no thread, no socket is opened before the fork. Parents
take turns, and each has a hash seed of its own, so that a server that comes back after another sorts its sets anew.
`run_copy` does the same for the fuzzer, and for Python in a copy of the checkout, with one parent for each.

Where a system cannot do this, and where the environment of a server says how Python itself is to run, a program is
started from nothing, as users start it. So it is where the start is what is tested: those tests run `SCRIPT`.
"""

import atexit
import itertools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Self

SCRIPT = Path(sys.executable).with_name("marketplace-sandbox")
ROOT = Path(__file__).parents[1]
PARENTS = 2
LARGEST_CALL = 1 << 20
EVERYTHING = (
    "marketplace_sandbox.cli.serve",
    "marketplace_sandbox.server.composition",
    "marketplace_sandbox.server.listening",
    "marketplace_sandbox.server.logs",
    "marketplace_sandbox.store.sqlite",
    "sqlalchemy.dialects.sqlite",
    "uvicorn.protocols.http.httptools_impl",
)
"""What every server imports, and some import late."""

QUEUES = ("moto.moto_server.werkzeug_app", "moto.sqs.models")
"""What a server imports for queues of its own, which takes as long again; parents wait with it until one does."""

FUZZER = (
    "schemathesis.cli.commands.run",
    "schemathesis.cli.commands.run.executor",
    "schemathesis.cli.commands.run.handlers.output",
    "schemathesis.engine.core",
    "schemathesis.engine.run.stateful",
    "schemathesis.engine.run.unit._pool",
    "schemathesis.generation.hypothesis.builder",
    "schemathesis.specs.openapi.schemas",
    "schemathesis.specs.openapi._hypothesis",
    "schemathesis.transport.asgi",
    "rich.live",
    "rich.progress",
    "tests.e2e.fuzz_checks",
)
"""What the fuzzer imports late, and its hooks."""

AROUND_THE_PROJECT = (
    "connexion",
    "hypothesis.strategies",
    "jsonschema_rs",
    "lxml.etree",
    "markdown_it",
    "marshmallow",
    "pytest",
    "requests",
    "rich.console",
    "rich.progress",
    "rich.table",
    "sqlalchemy.dialects.sqlite",
    "uvicorn.protocols.http.httptools_impl",
    "yaml",
)
"""What others have written and the project and its tests import. Nothing of the project: a checkout has its own."""

OF_PYTHON_ITSELF = ("PYTHON", "TZ", "LANG", "LC_")
"""Variables that are read when Python begins, so that a copy has those of its parent."""


def start_server(
    arguments: list[str],
    *,
    env: Mapping[str, str],
    errors: IO[str] | int,
    cwd: Path | None = None,
    script: Path = SCRIPT,
    wrap: tuple[str, ...] = (),
) -> "Process":
    """`marketplace-sandbox ARGUMENTS`, its standard output to be read, its standard error in a file.

    A `script` of another environment is started from nothing, and so is what the command in `wrap` is to start.
    """
    if (
        script == SCRIPT
        and not wrap
        and hasattr(os, "pidfd_open")
        and _of_python_itself(env) == _of_python_itself(os.environ)
    ):
        return Copy(_parent("server", next(_turns)), arguments, env, errors, cwd)
    return subprocess.Popen(
        [*wrap, str(script), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=dict(env),
        cwd=cwd,
    )


def run_copy(
    program: str, arguments: list[str], *, env: Mapping[str, str], cwd: Path, seconds: float = 3600
) -> subprocess.CompletedProcess[str]:
    """Runs the program to its end, which comes by a kill after so many seconds.

    It is `fuzzer` with a command line, or `python` with a module and its arguments, which takes `PYTHONPATH` of `env`.
    """
    if not hasattr(os, "pidfd_open"):
        command = [*FROM_NOTHING[program], *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, env=dict(env), cwd=cwd, timeout=seconds, check=False
        )
    with tempfile.TemporaryFile("w+") as errors:
        with Copy(_parent(program, 0), arguments, env, errors, cwd) as process:
            too_long = threading.Timer(seconds, process.kill)
            too_long.start()
            said = process.stdout.read()
            too_long.cancel()
        errors.seek(0)
        assert process.returncode is not None
        return subprocess.CompletedProcess([program, *arguments], process.returncode, said, errors.read())


def _of_python_itself(env: Mapping[str, str]) -> dict[str, str]:
    found = {name: text for name, text in env.items() if name.startswith(OF_PYTHON_ITSELF)}
    found.pop("PYTHONDONTWRITEBYTECODE", None)  # parents may keep what they have compiled
    return found


class Parent:
    """A process that waits to be copied, at the other end of a socket."""

    def __init__(self, program: str) -> None:
        self._turn = threading.Lock()
        self._calls, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, program, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=env,
            )
        atexit.register(self._close)

    def copy(self, call: dict[str, Any], files: list[int]) -> int:
        """Has a copy made that runs a command line with these files; answers its process id."""
        with self._turn:
            socket.send_fds(self._calls, [json.dumps(call).encode()], files)
            return int(self._calls.recv(100))

    def reap(self, pid: int) -> int:
        """The exit status of a copy that has ended, negative for a signal."""
        with self._turn:
            self._calls.send(json.dumps({"reap": pid}).encode())
            return int(self._calls.recv(100))

    def _close(self) -> None:
        self._calls.close()
        self._process.wait()


@cache
def _parent(program: str, _number: int) -> Parent:
    return Parent(program)


_turns = itertools.cycle(range(PARENTS))


class Copy:
    """A copy that runs: what `subprocess.Popen` is of a program started from nothing."""

    def __init__(
        self, parent: Parent, arguments: list[str], env: Mapping[str, str], errors: IO[str] | int, cwd: Path | None
    ) -> None:
        self.returncode: int | None = None
        self._parent = parent
        self._turn = threading.Lock()
        reading, writing = os.pipe()
        silence = os.open(os.devnull, os.O_RDWR)
        told = silence if errors == subprocess.DEVNULL else errors if isinstance(errors, int) else errors.fileno()
        call = {"arguments": arguments, "env": dict(env), "cwd": str(cwd or Path.cwd())}
        try:
            self.pid = parent.copy(call, [silence, writing, told])
        finally:
            os.close(writing)
            os.close(silence)
        self._end = os.pidfd_open(self.pid)
        self.stdout = os.fdopen(reading, encoding="utf-8")

    def send_signal(self, number: int) -> None:
        """Nothing happens where it has ended already."""
        with self._turn:
            if self.returncode is None:
                signal.pidfd_send_signal(self._end, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, negative for a signal; `subprocess.TimeoutExpired` after so many seconds."""
        if self.returncode is None:
            waiting = select.poll()
            waiting.register(self._end, select.POLLIN)
            if not waiting.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired(str(SCRIPT), timeout or 0)
        with self._turn:
            if self.returncode is None:
                self.returncode = self._parent.reap(self.pid)
                os.close(self._end)
        return self.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.wait()


Process = subprocess.Popen[str] | Copy

FROM_NOTHING = {
    "fuzzer": (str(Path(sys.executable).with_name("schemathesis")),),
    "python": (sys.executable, "-m"),
}
"""The commands that copies stand for."""


# What follows runs in a parent.


def _import_everything() -> None:
    from marketplace_sandbox._resources import openapi_dir
    from marketplace_sandbox.api.http.openapi import load

    for each in EVERYTHING:
        import_module(each)
    for path in openapi_dir().glob("*.yaml"):
        assert load(path).operations


def _import_fuzzer() -> None:
    sys.path.insert(0, str(ROOT))
    for each in FUZZER:
        import_module(each)


def _import_around_the_project() -> None:
    with warnings.catch_warnings(action="ignore"):
        for each in AROUND_THE_PROJECT:
            import_module(each)


def _serve() -> None:
    from marketplace_sandbox.cli import main

    sys.exit(main())


def _fuzz() -> None:
    from schemathesis.cli import schemathesis

    sys.exit(schemathesis())


def _run_module() -> None:
    import runpy

    sys.path[:0] = [str(Path.cwd()), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


PROGRAMS = {
    "server": (_import_everything, _serve),
    "fuzzer": (_import_fuzzer, _fuzz),
    "python": (_import_around_the_project, _run_module),
}
"""What each program's parent imports, and what its copies do."""


def _import_queues() -> None:
    with warnings.catch_warnings(action="ignore"):
        for each in QUEUES:
            import_module(each)


def _wait_to_be_copied(calls: socket.socket) -> bool:
    """Makes copies until whoever asks for them is gone; True is answered in a copy, which has begun its own life."""
    while True:
        message, files, _, _ = socket.recv_fds(calls, LARGEST_CALL, 3)
        if not message:
            return False
        call = json.loads(message)
        if "reap" in call:
            _, status = os.waitpid(call["reap"], 0)
            calls.send(b"%d" % os.waitstatus_to_exitcode(status))
            continue
        if "--sqs" in call["arguments"]:
            _import_queues()
        pid = os.fork()
        if pid == 0:
            calls.close()
            _begin(call, files)
            return True
        for each in files:
            os.close(each)
        calls.send(b"%d" % pid)


def _begin(call: dict[str, Any], files: list[int]) -> None:
    for place, each in enumerate(files):
        os.dup2(each, place)
        os.close(each)
    os.environ.clear()
    os.environ.update(call["env"])
    os.chdir(call["cwd"])
    sys.argv = [str(SCRIPT), *call["arguments"]]
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _run() -> None:
    import gc

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests, which end this process by their own end
    prepare, begin = PROGRAMS[sys.argv[1]]
    prepare()
    gc.collect()
    gc.freeze()  # what is there now is the same in every copy
    if _wait_to_be_copied(socket.socket(fileno=int(sys.argv[2]))):
        begin()


if __name__ == "__main__":
    _run()
