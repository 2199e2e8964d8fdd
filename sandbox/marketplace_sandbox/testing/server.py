"""One server for a test process, in a process of its own, so that nothing patched in the tests reaches it.

Knows no API of it but the line it prints when it is ready.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from typing import IO

READY, QUEUES, NO_QUEUES = "Listening on ", "Queues on ", "No queues: "
START_SECONDS = 60
STOP_SECONDS = 10
KEPT = ("SANDBOX_WEBHOOK_HOSTS",)
"""Settings of the user's own environment that the server is given; the others are for servers started by hand."""
LEFT_OUT = ("PYTHONWARNINGS", "AWS_ENDPOINT_URL_SQS")
"""What is meant for the tests and their consumers, not for the server."""


class NotReadyError(Exception):
    """The server or its queue service did not start; the text has its own words."""


class Server:
    """A running server of this process's own. `url` has no slash at its end."""

    def __init__(self, *arguments: str) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  open as long as the server runs
        self._queues = ""
        self._process = _start(arguments, self._log)
        try:
            self.url = self._address()
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether the server has not ended."""
        return self._process.poll() is None

    def queues(self) -> str:
        """The address of the queue service beside the server, started at the first call. Raises NotReadyError."""
        if not self._queues:
            line = self._asked(b"q")
            if not line.startswith(QUEUES):
                raise NotReadyError(line.removeprefix(NO_QUEUES).strip() or self.words())
            self._queues = line.removeprefix(QUEUES).strip()
        return self._queues

    def _asked(self, what: bytes) -> str:
        if self._process.stdin:
            self._process.stdin.write(what)
            self._process.stdin.flush()
        return self._next_line()

    def words(self) -> str:
        """What the server has written to its standard error."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def close(self) -> None:
        """End the server. May be called twice."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()

    def _address(self) -> str:
        line = self._next_line()
        if not line.startswith(READY):
            raise NotReadyError(f"The marketplace's server did not get ready; it said:\n{self.words() or line}")
        return line.removeprefix(READY).strip()

    def _next_line(self) -> str:
        """The next line printed, or what there is when the server ends or takes too long."""
        output = self._process.stdout
        killer = threading.Timer(START_SECONDS, self._process.kill)
        killer.start()
        try:
            return output.readline().decode() if output else ""
        finally:
            killer.cancel()


def _start(arguments: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    # -P: a folder of the user's that is called sandbox too must not be taken for ours
    command = [
        sys.executable,
        "-P",
        "-m",
        "marketplace_sandbox.testing.child",
        "serve",
        "--port",
        "0",
        "--store",
        "memory",
    ]
    return subprocess.Popen(  # noqa: S603  the program is ours
        [*command, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=_environment(os.environ),
        start_new_session=True,  # an interrupt at the terminal is for the tests, which still need the server to finish
    )


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    foreign = {name for name in given if name.startswith("SANDBOX_") and name not in KEPT}
    return {name: text for name, text in given.items() if name not in foreign and name not in LEFT_OUT}
