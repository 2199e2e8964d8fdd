"""A socket, the app on it, and the one line that says so. Knows nothing of what is served."""

import asyncio
import errno
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import ModuleType
from typing import Any

import uvicorn

from marketplace_sandbox.api.http import server as http
from marketplace_sandbox.api.http.bounds import Bounds

resource: ModuleType | None
try:
    import resource
except ImportError:  # where the system does not count open files
    resource = None

OTHER_FILES = 400
"""Open files that a server needs beside its connections: the store, receivers, refusals, clients of queues."""

logger = logging.getLogger("marketplace_sandbox.server")


class PortTakenError(Exception):
    """The address cannot be listened on; the text says why."""


def listen(host: str, port: int, option: str = "--port") -> socket.socket:
    """A bound socket; port 0 picks a free one. Raises PortTakenError, which names the option to try another with."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    # On Windows the same option lets two servers share a port, and what is wanted of it there is so without.
    option_name = "SO_EXCLUSIVEADDRUSE" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "SO_REUSEADDR"
    bound.setsockopt(socket.SOL_SOCKET, getattr(socket, option_name), 1)
    try:
        bound.bind((host, port))
    except OSError as refused:
        bound.close()
        hint = f" Try another {option}; 0 picks a free one." if refused.errno == errno.EADDRINUSE else ""
        raise PortTakenError(f"Cannot listen on {host} port {port}: {refused.strerror}.{hint}") from refused
    return bound


def address(bound: socket.socket) -> str:
    """`http://HOST:PORT` of a bound socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


SOON_SECONDS = 0.5
"""How long calls in flight may go on when the server stops, and how long answers may then take to leave."""


class _Announcing(uvicorn.Server):
    """uvicorn's server, telling when it answers, and when it stops, which it does soon."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Lets calls in flight end that do so soon, and has the app refuse the others.

        uvicorn itself would wait for all of them, and hang up on those that take too long.
        """
        for server in self.servers:
            server.close()
        self._stopping()
        calls = self.server_state.tasks
        if calls:
            await asyncio.wait(set(calls), timeout=SOON_SECONDS)
        for call in set(calls):
            call.cancel()
        if calls:
            await asyncio.wait(set(calls), timeout=SOON_SECONDS)
        await super().shutdown(sockets)


def open_files_for(connections: int) -> int:
    """How many of the connections the process may have files for, once it has asked the system for as many."""
    if resource is None:
        return connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return connections
    fit: int = max(1, soft - OTHER_FILES)
    logger.warning(
        "The system allows %d open files: there may be %d connections instead of %d.", soft, fit, connections
    )
    return fit


def run(
    app: Any, bound: socket.socket, ready: Callable[[], None], stopping: Callable[[], object], bounds: Bounds
) -> None:
    """Serve until a signal says stop; `stopping` is called then, before the calls in flight are ended."""
    bounds = replace(bounds, connections=open_files_for(bounds.connections))
    config = http.config(app, bounds=bounds, timeout_graceful_shutdown=SOON_SECONDS)
    _Announcing(config, ready, stopping).run(sockets=[bound])


class _RealTimeLoop(asyncio.SelectorEventLoop):
    """Python's own event loop, whose time goes on where freezegun has stopped asyncio's."""

    def time(self) -> float:
        return time.monotonic()


def _new_loop() -> asyncio.AbstractEventLoop:
    """An event loop that nobody's stopped clock reaches; uvloop has a clock of its own."""
    try:
        import uvloop  # noqa: PLC0415  not every system has it
    except ImportError:
        return _RealTimeLoop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


@contextmanager
def running(
    app: Any,
    bound: socket.socket,
    stopping: Callable[[], object],
    bounds: Bounds = Bounds(),  # noqa: B008  it is frozen
) -> Iterator[threading.Thread]:
    """Serve in a thread of this process while the block lasts; nothing is asked of the system or of signals.

    RuntimeError where the app does not start; it has logged why.
    """
    ready = threading.Event()
    server = _Announcing(http.config(app, bounds=bounds, timeout_graceful_shutdown=SOON_SECONDS), ready.set, stopping)

    def serve() -> None:
        try:
            with asyncio.Runner(loop_factory=_new_loop) as runner:
                runner.run(server.serve(sockets=[bound]))
        finally:
            ready.set()

    thread = threading.Thread(target=serve, name="serving", daemon=True)
    thread.start()
    ready.wait()
    try:
        if not server.started:
            raise RuntimeError("The app did not start.")
        yield thread
    finally:
        server.should_exit = True
        thread.join()
