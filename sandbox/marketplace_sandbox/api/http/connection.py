"""One client's connection as uvicorn reads it, within bounds: how much may come, how long it may take, how many may.

uvicorn alone takes headers of any size, waits for half a request for ever, and reads ahead without end while answers
are not fetched. What cannot be read is handed to the app all the same, with the refusal in its scope, so that it is
refused in the words of whoever would have answered. Knows nothing of the app.
"""

import asyncio
import contextlib
import http
import re
import socket
import struct
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.flow_control import FlowControl

from marketplace_sandbox.api.http.bounds import UNREADABLE, Bounds
from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.exchange import CUT, Answer

NOTHING, HEADER, BODY = "", "header", "body"
"""What a connection is in the middle of."""

TARGET = re.compile(rb"[\r\n]*\S+ ([^\s?]+)\??(\S*) HTTP/")
"""How a request begins; the groups are the path and the query."""

LINGER_SECONDS = 2.0
"""How long a client that was refused may go on to send: hung up on at once, it might never read why."""

ABOVE = 100
"""Connections above the bound that are answered 503 where none can be closed; any further one is cut off."""


class _Flow(FlowControl):
    """Has reading go on only where nothing that was read waits to be answered."""

    def __init__(self, transport: asyncio.Transport, connection: "Connection") -> None:
        super().__init__(transport)
        self._connection = connection

    def resume_reading(self) -> None:
        if not self._connection.sends_ahead:
            super().resume_reading()
            self._connection.read_later()


AnswerAtOnce = Callable[[Scope, Callable[[Answer], None]], bool]
"""Answers a request by writing its answer, if that is at hand; whether it was."""

Heard = dict["Connection", None]
"""The connections of a server; the first is that of which nothing was heard for longest."""


class _Transport:
    """A transport that is closed only once the client has stopped sending, or after a while."""

    def __init__(self, transport: asyncio.Transport, connection: "Connection") -> None:
        self.whole = transport
        self._connection = connection
        self._closing = False
        self.write = transport.write
        self.get_extra_info = transport.get_extra_info
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading
        self.get_write_buffer_size = transport.get_write_buffer_size
        self.abort = transport.abort

    def is_closing(self) -> bool:
        return self._closing or self.whole.is_closing()

    def close(self) -> None:
        if self.is_closing():
            return
        self._closing = True
        if self._connection.linger():
            self.whole.write_eof()
        else:
            self.whole.close()


class Connection(asyncio.Protocol):
    """What both of uvicorn's protocols are given before their own: each says which `part` of a request it is in."""

    # uvicorn's
    app: ASGIApp
    config: Any
    connections: set[Any]
    cycle: Any
    flow: FlowControl
    headers: list[tuple[bytes, bytes]]
    loop: asyncio.AbstractEventLoop
    scope: Scope
    server_state: Any
    tasks: set[asyncio.Task[None]]
    transport: Any

    def __init__(
        self, *arguments: Any, bounds: Bounds, heard: "Heard", at_once: AnswerAtOnce | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.bounds = bounds
        self.at_once = at_once
        self._heard = heard
        self.part = NOTHING
        self.request_count = 0
        self._unread = b""
        self._last_piece = b""
        self._over = False
        self._one_too_many = False
        self._makes_way = False
        self._problem: ApiError | None = None
        self._afterwards: ApiError | None = None
        self._watched: tuple[int, str] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unread_timer: asyncio.TimerHandle | None = None

    # The connection

    def connection_made(self, transport: Any) -> None:
        """Has the app called with the means to end this connection, and with what is wrong with a request."""
        closing: Any = _Transport(transport, self)
        super().connection_made(closing)
        self.flow = _Flow(closing, self)
        self._heard[self] = None
        self._watch()
        self._make_room()
        app = self.app

        def run_app(scope: Scope, receive: Receive, send: Send) -> Any:
            scope[CUT] = lambda abruptly: _cut(transport, abruptly=abruptly)
            if self._one_too_many:
                scope[UNREADABLE] = self.bounds.too_many_connections()
            elif UNREADABLE not in scope and (problem := self.problem_of(scope)) is not None:
                scope[UNREADABLE] = problem

            async def receive_or_refuse() -> Message:
                message = await receive()
                if self._problem is not None:
                    raise self._problem
                return message

            return app(scope, receive_or_refuse, send)

        self.app = run_app

    def connection_lost(self, exc: Exception | None) -> None:
        self._over, self._unread = True, b""
        self._heard.pop(self, None)
        self._forget_timer()
        if self._unread_timer is not None:
            self._unread_timer.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Ends the connection, after its answer where one is on its way."""
        self._over = True
        if not self.is_answering:
            self.transport.whole.close()
        elif self.part:
            self._refuse(by_status(503))
        else:
            super().shutdown()  # type: ignore[misc]

    @property
    def is_answering(self) -> bool:
        """Whether some request of the connection is not answered yet."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def waits_for_client(self) -> bool:
        """Whether the next thing to happen is the client's to do: to send, or to read."""
        return not self.is_answering or self.part == BODY or self.flow.write_paused

    @property
    def is_unread(self) -> bool:
        """Whether some of an answer waits for the client to read it; of one whose connection is to be closed, too."""
        return self.flow.write_paused

    @property
    def sends_ahead(self) -> bool:
        """Whether requests wait for the answers of those before them."""
        return bool(getattr(self, "pipeline", ()))

    def _make_room(self) -> None:
        """Closes the connection that has waited longest for its client, where this one is one too many."""
        excess = len(self.connections) - self.bounds.connections
        if excess <= 0:
            return
        waiting = next((each for each in self._heard if each is not self and each.waits_for_client), None)
        if waiting is not None:
            waiting.make_way()
        elif excess > ABOVE:
            self.transport.abort()
        self._one_too_many = waiting is None

    def make_way(self) -> None:
        """Ends the connection at once: with a refusal where half a request has come."""
        self._makes_way = True
        if self.part and not self._over:
            self._refuse(self.bounds.too_many_connections())
        elif self.flow.write_paused:
            self.transport.abort()
        else:
            self.transport.whole.close()
        self.connections.discard(self)
        self._heard.pop(self, None)

    def linger(self) -> bool:
        """Leaves some time to a client that is still sending, unheard. False where there is none to be left."""
        self._over = True
        if not self.part or self._makes_way or not self.transport.whole.can_write_eof():
            return False
        self._forget_timer()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.whole.close)
        if self.flow.read_paused:
            self.transport.resume_reading()
        return True

    # Reading

    def data_received(self, data: bytes) -> None:
        """Reads some of what has come, and what is ahead of its time when that has come."""
        if not self._over:
            self._heard.pop(self, None)
            self._heard[self] = None
            self._unread += data
            self._read()

    def read_later(self) -> None:
        """Goes on with what has come already and was left unread."""
        if self._unread:
            self.loop.call_soon(self._read)

    def _read(self) -> None:
        while self._unread and not (self._over or self.flow.read_paused or self.transport.is_closing()):
            most = self.bounds.ahead_bytes
            piece, self._unread = self._unread[:most], self._unread[most:]
            self._last_piece = piece
            super().data_received(piece)
            if not self._over:
                self.note_piece(piece)
                self._watch()

    def note_piece(self, piece: bytes) -> None:
        """Counts what was read, where the parser tells nothing of it until a line has ended."""

    def problem_of(self, scope: Scope) -> ApiError | None:  # noqa: ARG002  (for parsers that count nothing)
        """What is too large of a request that was read whole."""
        return None

    def eof_received(self) -> None:
        self._over = True

    # Time

    def _watch(self) -> None:
        """Sets the time for the part of a request that the connection is in, unless it is the same as before."""
        watched = (self.request_count, self.part)
        if watched == self._watched:
            return
        self._watched = watched
        self._forget_timer()
        if self.part == BODY:
            self._timer = self.loop.call_later(self.bounds.body_seconds, self._time_is_up)
        elif self.part == HEADER or not self.request_count:
            self._timer = self.loop.call_later(self.bounds.header_seconds, self._time_is_up)

    def _time_is_up(self) -> None:
        self._watched = None
        if self.flow.read_paused:  # it is we who do not read
            self._watch()
        elif self.part == BODY:
            self._refuse(self.bounds.body_too_slow())
        elif self.part == HEADER:
            self._refuse(self.bounds.header_too_slow())
        else:
            self.transport.close()

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def timeout_keep_alive_handler(self) -> None:
        """Closes a connection that has no request for a while; half a one has a time of its own."""
        if not self.part:
            super().timeout_keep_alive_handler()  # type: ignore[misc]

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread_timer = self.loop.call_later(self.bounds.unread_seconds, self.transport.abort)
        self._make_room_for_answers()

    def _make_room_for_answers(self) -> None:
        """Closes connections whose answers nobody reads, while all of those together are too large."""
        waiting = [(each.transport, each.transport.get_write_buffer_size()) for each in self._heard if each.is_unread]
        excess = sum(size for _, size in waiting) - self.bounds.answers_bytes
        for transport, size in waiting:
            if excess <= 0:
                break
            excess -= size
            transport.abort()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._unread_timer is not None:
            self._unread_timer.cancel()
            self._unread_timer = None

    # What is answered at once

    @property
    def is_free(self) -> bool:
        """Whether an answer can be written at once: it is its turn, its client reads, and there is room for it."""
        return not (self.is_answering or self.flow.write_paused or self._one_too_many or self._over)

    def write_answer(self, answer: Answer) -> None:
        """Writes an answer in one piece, as uvicorn does in two."""
        lines = [STATUS_LINE[answer.status]]
        for name, text in (*self.server_state.default_headers, *answer.headers):
            lines += (name.lower(), b": ", text, b"\r\n")
        lines += (b"\r\n", answer.body)
        self.transport.write(b"".join(lines))

    # What cannot be read

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (uvicorn calls it so)
        """Refuses what is no HTTP: where the next request begins is not known."""
        if not self._over:
            too_large = getattr(sys.exc_info()[1], "error_status_hint", 400) == 431  # h11's
            self._refuse(self.bounds.header_too_large() if too_large else by_status(400, {"Connection": "close"}))

    def _refuse(self, problem: ApiError) -> None:
        """Answers what has come of a request, after those before it, and reads no further."""
        self._over, self._unread = True, b""
        self._forget_timer()
        if not self.is_answering:
            self._answer(problem)
        elif self.part == BODY:
            self._problem = problem
            self.cycle.message_event.set()
        else:
            self._afterwards = problem

    def on_response_complete(self) -> None:
        super().on_response_complete()  # type: ignore[misc]
        if self._afterwards is not None and not self.is_answering:
            self._answer(self._afterwards)
            self._afterwards = None

    def _answer(self, problem: ApiError) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is not None and self.part == BODY:  # it is answered already
            self.transport.close()
            return
        method, path, query = self.what_came()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "root_path": "",
            "path": unquote(path.decode("latin-1")),
            "raw_path": path,
            "query_string": query,
            "headers": self.headers or [],
            "server": getattr(self, "server", None),
            "client": getattr(self, "client", None),
            UNREADABLE: problem,
        }
        self.part = self.part or HEADER
        task = self.loop.create_task(self._run_app(scope))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

    async def _run_app(self, scope: Scope) -> None:
        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*self.server_state.default_headers, *message["headers"]]
                self.transport.write(_header(message["status"], headers))
            else:
                self.transport.write(message["body"])

        with contextlib.suppress(Exception):
            await self.app(scope, _nothing_more, send)
        self.transport.close()

    def what_came(self) -> tuple[str, bytes, bytes]:
        """Method, path and query of the request that cannot be read, as far as they are known."""
        # parsers tell nothing of a request that begins with a method they do not know
        begins = TARGET.match(self._last_piece, 0, self.bounds.url_bytes)
        return ("GET", begins[1], begins[2]) if begins else ("GET", b"/", b"")


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}


STATUS_LINE = {each.value: b"HTTP/1.1 %d %s\r\n" % (each.value, each.phrase.encode()) for each in http.HTTPStatus}


def _header(status: int, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [STATUS_LINE[status].rstrip()]
    lines += [name + b": " + text for name, text in headers]
    return b"\r\n".join([*lines, b"", b""])


def _cut(transport: asyncio.Transport, *, abruptly: bool) -> None:
    """Ends a connection; abruptly, the other side is told that it is broken, and what was sent may be lost."""
    if not abruptly:
        transport.close()
        return
    if (sock := transport.get_extra_info("socket")) is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
