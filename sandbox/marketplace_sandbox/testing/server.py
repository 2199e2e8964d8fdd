"""One server for a test process, in a process of its own, so that nothing patched in the tests reaches it.

Knows no API of it but the line it prints when it is ready.
"""

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Self

from marketplace_sandbox.testing.control import MarketplaceError

READY, QUEUES, NO_QUEUES = "Listening on ", "Queues on ", "No queues: "
START_QUEUES = b"q"
"""What the child is sent to have its queue service started."""
START_SECONDS = 60
STOP_SECONDS = 10
PASSED_ON = ("SANDBOX_WEBHOOK_HOSTS", "SANDBOX_LANE")
"""Settings of the user's environment that the server is given; the others are for servers started by hand."""
WITHHELD = ("PYTHONWARNINGS", "AWS_ENDPOINT_URL_SQS")
"""What is meant for the tests and their consumers, not for the server."""


class NotReadyError(MarketplaceError):
    """The server or its queue service did not start; the text is what it said."""


class Server:
    """A running server of this process's own, until it is closed or a `with` ends. `url` has no slash at its end."""

    def __init__(self, *arguments: str) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  open as long as the server runs
        self._queues = ""
        self._process = _start(arguments, self._log)
        try:
            line = self._next_line()
            if not line.startswith(READY):
                raise NotReadyError(f"The marketplace's server did not get ready; it said:\n{self.read_log() or line}")
            self.url = line.removeprefix(READY).strip()
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
            if self._process.stdin:
                self._process.stdin.write(START_QUEUES)
                self._process.stdin.flush()
            line = self._next_line()
            if not line.startswith(QUEUES):
                raise NotReadyError(line.removeprefix(NO_QUEUES).strip() or self.read_log())
            self._queues = line.removeprefix(QUEUES).strip()
        return self._queues

    def read_log(self) -> str:
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
    # -P: what lies in the folder of the tests must not be taken for a module of ours or of the standard library
    child = [sys.executable, "-P", "-m", "marketplace_sandbox.testing.child"]
    environment = {
        name: text
        for name, text in os.environ.items()
        if name not in WITHHELD and (not name.startswith("SANDBOX_") or name in PASSED_ON)
    }
    return subprocess.Popen(  # noqa: S603  the program is ours
        [*child, "serve", "--port", "0", "--store", "memory", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment,
        start_new_session=True,  # an interrupt at the terminal is for the tests, which still need the server to finish
    )
