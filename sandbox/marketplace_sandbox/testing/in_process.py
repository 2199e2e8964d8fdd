"""The server in a thread of the test's own process, where a debugger, a profiler and coverage reach it.

It shares with the tests what a process has once: the interpreter's lock, the modules, and whatever they patch.
"""

import contextlib
import os
import socket
import threading
import warnings
from datetime import datetime
from importlib.resources import files
from importlib.util import find_spec
from itertools import chain
from pkgutil import iter_modules
from types import TracebackType
from typing import Any, Self

import click

from marketplace_sandbox.core.text.reading import FieldError, choice, instant
from marketplace_sandbox.testing.server import NotReadyError

ROOMS = ("api", "core", "delivery", "scenario", "server", "store")
"""Where the modules of a server lie. Where freezegun stands still, they live on, as they do in another process."""

RECEIVER = "webhook_server"
"""What the tests' own receivers, and what they call, run in: they live in the time of the tests."""


class InProcessServer:
    """A running server in a thread of this process, until it is closed or a `with` ends. `url` has no slash at its end.

    Worlds are in memory. `start`, an instant, is where new worlds begin whose beginning is not said; their clocks stand
    then. `auth` is open or strict, as `serve --auth`. Raises NotReadyError.
    """

    def __init__(self, *, start: str | None = None, auth: str | None = None) -> None:
        try:
            begins = instant(start, "start") if start else None
            choice(("open", "strict"))(auth or "open", "auth")
        except FieldError as wrong:
            raise NotReadyError(str(wrong)) from None
        self.pid = os.getpid()
        self._ends = contextlib.ExitStack()
        self._queues = ""
        self._queue_port = self._ends.enter_context(_kept_port())
        try:
            self.url, self._thread = self._serve(begins, auth)
        except BaseException:
            self.close()
            raise

    def _serve(self, start: datetime | None, auth: str | None) -> tuple[str, threading.Thread]:
        _keep_real_time()
        with warnings.catch_warnings(action="ignore"):  # a suite's filters are for its own code
            from marketplace_sandbox.server import composition, listening  # noqa: PLC0415  takes long

            bound = self._ends.enter_context(listening.listen("127.0.0.1", 0))
            options = composition.Options(
                url=listening.address(bound),
                start=start,
                rate=0.0 if start else 1.0,
                auth=auth,
                webhook_hosts=tuple(filter(None, os.environ.get("SANDBOX_WEBHOOK_HOSTS", "").split(","))),
                sqs_endpoint=listening.address(self._queue_port),
                lane=bool(click.BOOL(os.environ.get("SANDBOX_LANE") or "1")),
            )
            server = composition.compose(options)
        self._ends.callback(server.close)
        server.start()
        try:
            thread = self._ends.enter_context(listening.running(server.app, bound, server.stop))
        except RuntimeError as problem:
            raise NotReadyError(f"The marketplace's server did not get ready: {problem}") from problem
        return options.url, thread

    @property
    def runs(self) -> bool:
        """Whether the server has not ended: a fork of this process has none."""
        return self._thread.is_alive() and self.pid == os.getpid()

    def queues(self) -> str:
        """The address of the queue service beside the server, started at the first call. Raises NotReadyError."""
        if not self._queues:
            from marketplace_sandbox.server.embedded_sqs import EmbeddedSqs, NoMotoError  # noqa: PLC0415  is optional

            port = self._queue_port.getsockname()[1]
            self._queue_port.close()
            try:
                service = EmbeddedSqs(port)
            except NoMotoError as problem:
                raise NotReadyError(str(problem)) from None
            service.start()
            self._ends.callback(service.close)
            self._queues = service.url
        return self._queues

    def read_log(self) -> str:
        """Where the log is: in the process's own logging, with the tests' other records."""
        return "What it logged is in this process's own log, by the logger marketplace_sandbox."

    def close(self) -> None:
        """End the server. May be called twice; a fork of this process ends nothing."""
        if self.pid == os.getpid():
            self._ends.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _kept_port() -> socket.socket:
    """A port kept from others by being bound, which refuses connections until something listens there."""
    port = socket.socket()
    port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    port.bind(("127.0.0.1", 0))
    return port


def _keep_real_time() -> None:
    """Has freezegun leave the server's modules alone, for whoever freezes what."""
    if find_spec("freezegun") is None:
        return
    import freezegun  # noqa: PLC0415  is optional

    within = (
        iter_modules([str(files("marketplace_sandbox") / room)], f"marketplace_sandbox.{room}.") for room in ROOMS
    )
    names = [each.name for each in chain.from_iterable(within) if not each.name.endswith(f".{RECEIVER}")]
    configure: Any = freezegun.configure
    configure(extend_ignore_list=names)
