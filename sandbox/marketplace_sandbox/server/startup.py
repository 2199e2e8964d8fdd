"""What is answered on the socket while the server is put together: that it is starting, in the words of each API.

A large store and a long scenario take their time, in which a probe is to hear 503 and not to find the door closed.
"""

import asyncio
import contextlib
import select
import socket
import threading
from collections.abc import Iterator
from typing import Any, NoReturn
from uuid import uuid4

from marketplace_sandbox import __version__
from marketplace_sandbox.api.control.health import STARTING, Health
from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.api.http.pipeline import add_request_id
from marketplace_sandbox.api.http.refusals import refuse_in_json
from marketplace_sandbox.api.shared.xml_refusals import XmlRefusals
from marketplace_sandbox.store.memory import MemoryStore

CONNECTIONS = 64
"""Connections that are answered at a time; those beyond wait."""
CONNECTION_SECONDS = 2.0
"""How long a request may take to arrive."""
BODY_BYTES = 1 << 20
"""Bytes of a body that are read before the answer is sent: whoever still sends would not hear it."""


@contextlib.contextmanager
def answer_while_starting(bound: socket.socket) -> Iterator[None]:
    """Answers who connects to a bound socket, until the block is done. The socket goes on listening after it."""
    bound.listen()
    told, tell = socket.socketpair()
    thread = threading.Thread(target=_accept, args=(bound, told), name="starting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        tell.close()
        thread.join()
        told.close()


def _accept(bound: socket.socket, told: socket.socket) -> None:
    free = threading.Semaphore(CONNECTIONS)
    while True:
        readable, _, _ = select.select([bound, told], [], [])
        if told in readable:
            return
        if not free.acquire(timeout=0.1):
            continue
        connection, peer = bound.accept()
        threading.Thread(target=_serve, args=(connection, peer, free), daemon=True).start()


def _serve(connection: socket.socket, peer: Any, free: threading.Semaphore) -> None:
    from http.server import BaseHTTPRequestHandler  # noqa: PLC0415  hardly anybody calls so early

    class StartupHandler(BaseHTTPRequestHandler):
        """One request."""

        timeout = CONNECTION_SECONDS

        def answer(self) -> None:
            """Answers whatever was asked."""
            length = self.headers.get("Content-Length", "")
            if length.isdecimal():
                self.rfile.read(min(int(length), BODY_BYTES))
            answer = asyncio.run(
                _answer(self.command, self.path, {key.lower(): text for key, text in self.headers.items()})
            )
            self.send_response_only(answer.status)
            for name, text in answer.headers:
                self.send_header(name.decode("latin-1"), text.decode("latin-1"))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = True

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815  (http.server's names)

        def log_message(self, *_: object) -> None:
            """Says nothing: standard error is for what went wrong."""

    try:
        with connection, contextlib.suppress(OSError):
            StartupHandler(connection, peer, None)  # type: ignore[arg-type]  # no server: none of it is asked
    finally:
        free.release()


async def _answer(method: str, target: str, headers: dict[str, str]) -> Answer:
    path, _, query = target.partition("?")
    exchange = Exchange({}, _nothing, _nothing, str(uuid4()), method, path, query, headers)
    try:
        await Health(__version__, MemoryStore(), lambda: True).answer_health(exchange)
        if exchange.answer is None:
            raise ApiError(503, by_status(503).code, f"{STARTING} Please try again.", headers={"Retry-After": "1"})
    except ApiError as problem:
        exchange.problem = problem
        XmlRefusals(()).refuse_in_xml(exchange)
        if exchange.answer is None:
            refuse_in_json(exchange)
    add_request_id(exchange)
    assert exchange.answer is not None  # noqa: S101  (one of them has answered)
    return exchange.answer


async def _nothing(*_: object) -> NoReturn:
    raise NotImplementedError("Nothing is read or sent this way.")
