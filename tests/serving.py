"""Starts the real server for a test, in a process of its own. Knows no API of it but its line."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO

from tests.server_process import SCRIPT, Process, start_server

READY = "Listening on "
START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True)
class Server:
    """A running server: `url` has no slash at its end, `log` is its standard error so far."""

    url: str
    log: Path

    @property
    def address(self) -> str:
        """HOST:PORT."""
        return self.url.removeprefix("http://")

    @property
    def queues(self) -> str:
        """The URL of its queue service, empty without --sqs."""
        return self.log.read_text().partition("export AWS_ENDPOINT_URL_SQS=")[2].partition("\n")[0]


@contextmanager
def serving(
    *arguments: str,
    env: Mapping[str, str] | None = None,
    script: Path = SCRIPT,
    cwd: Path | None = None,
    store: bool = True,
) -> Iterator[Server]:
    """`marketplace-sandbox serve --port 0 --store memory ARGUMENTS`, ended when the block is.

    Without `store` the arguments or the environment say which.

    AssertionError with the server's own words when it does not get ready.
    """
    command = ["serve", "--port", "0", *(("--store", "memory") if store else ()), *arguments]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "stderr"
        with (
            log.open("w") as errors,
            start_server(command, env=clean_environment(env), errors=errors, cwd=cwd, script=script) as process,
        ):
            try:
                yield Server(_address(process, log), log)
            finally:
                _stop(process)


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of the tests without the user's own SANDBOX_ and AWS_ settings, and with `more`.

    Servers are started hundreds of times, so Python may keep what it has compiled, and none is listed among those that
    run on this machine.
    """
    not_ours = ("SANDBOX_", "AWS_", "PYTHONDONTWRITEBYTECODE")
    ours = {name: text for name, text in os.environ.items() if not name.startswith(not_ours)}
    return ours | {"NO_PROXY": "127.0.0.1,localhost", "SANDBOX_RUN_DIR": ""} | dict(more or {})


def _address(process: Process, log: Path) -> str:
    assert process.stdout is not None
    line = _first_line(process, process.stdout)
    assert line.startswith(READY), (
        f"The server did not get ready; it printed {line!r} and, to standard error:\n{log.read_text()}"
    )
    return line.removeprefix(READY).strip()


def _first_line(process: Process, output: IO[str]) -> str:
    """Standard output's first line, or what there is when the server ends or does not get ready."""
    killer = Timer(START_SECONDS, process.kill)
    killer.start()
    try:
        return output.readline()
    finally:
        killer.cancel()


def _stop(process: Process) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
