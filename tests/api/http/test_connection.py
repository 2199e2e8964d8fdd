"""What a connection may ask before anybody knows whose it is: bytes, numbers and seconds, on raw sockets."""

import asyncio
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
from lxml import etree
from starlette.types import Receive, Scope, Send

from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.http.connection import Connection
from marketplace_sandbox.api.http.h11_connection import H11Connection
from marketplace_sandbox.api.http.httptools_connection import HttpToolsConnection
from marketplace_sandbox.api.http.server import config
from marketplace_sandbox.server.composition import Options, compose
from tests.depth import depth

SMALL = {"url_bytes": 2_048, "header_bytes": 4_096, "body_bytes": 20_000, "ahead_bytes": 1_024}
MWS = "/Orders/2013-09-01?Action=ListOrders&AWSAccessKeyId=A"
PUT_CLOCK = "PUT /_sandbox/clock HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
HEALTH = "GET /health HTTP/1.1\r\nHost: [::1]\r\n\r\n"
LAST = "GET /health HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n"
LITTLE = 0.05
"""Seconds until the server has waited long enough; how long the test waits for that decides nothing."""


@dataclass
class Peer:
    """A client's end of one connection."""

    socket: socket.socket
    unread: bytes = b""

    def send(self, text: str | bytes) -> None:
        """Sends; a server that has hung up on us does not matter."""
        with suppress(ConnectionError):
            self.socket.sendall(text.encode("latin-1") if isinstance(text, str) else text)

    def read(self) -> bytes:
        """All that comes until the server hangs up."""
        while True:
            try:
                if not (more := self.socket.recv(65_536)):
                    return self.unread
            except ConnectionResetError:
                return self.unread
            self.unread += more

    def answer(self) -> "Answer":
        """The only answer, behind which the server hangs up."""
        raw = self.read()
        header, _, body = raw.partition(b"\r\n\r\n")
        assert header, "hung up on without an answer"
        return Answer(int(header.split(b" ", 2)[1]), header.decode().lower(), body.decode())


@dataclass
class Answer:
    status: int
    header: str
    body: str

    @property
    def message(self) -> str:
        """The sentence of a refusal, which is in JSON, or in XML for MWS and links."""
        if "xml" not in self.header.partition("content-type:")[2].partition("\r\n")[0]:
            return str(re.search(r'"message":"([^"]*)"', self.body)[1])  # type: ignore[index]
        return str(etree.fromstring(self.body.encode()).findtext(".//{*}Message"))


@dataclass
class Running:
    """An app on a socket in a thread of this process."""

    port: int
    server: uvicorn.Server
    peers: ExitStack = field(default_factory=ExitStack)

    def connect(self, text: str | bytes = b"") -> Peer:
        peer = Peer(self.peers.enter_context(socket.create_connection(("127.0.0.1", self.port), timeout=30)))
        if text:
            peer.send(text)
        return peer

    @property
    def connections(self) -> set[Connection]:
        connections: Any = self.server.server_state.connections
        return set(connections)


@contextmanager
def running(app: Any, connection: type[Connection], **bounds: float) -> Iterator[Running]:
    """Serves an app with small bounds, and whichever are named."""
    given: dict[str, Any] = SMALL | bounds
    with socket.socket() as bound, ExitStack() as peers:
        bound.bind(("127.0.0.1", 0))
        bound.listen(1_024)
        server = uvicorn.Server(config(app, bounds=Bounds(**given), connection=connection, lifespan="auto"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield Running(bound.getsockname()[1], server, peers)
        finally:
            peers.close()
            server.should_exit = True
            thread.join()


@pytest.fixture(params=[HttpToolsConnection, H11Connection])
def connection(request: pytest.FixtureRequest) -> type[Connection]:
    kind: type[Connection] = request.param
    return kind


@pytest.fixture(scope="module")
def app() -> Iterator[Any]:
    server = compose(Options(bounds=Bounds(**SMALL)))
    yield server.app
    server.close()


@pytest.fixture
def server(app: Any, connection: type[Connection]) -> Iterator[Running]:
    with running(app, connection) as started:
        yield started


@pytest.fixture
def hasty(app: Any, connection: type[Connection]) -> Iterator[Running]:
    with running(app, connection, header_seconds=LITTLE, body_seconds=LITTLE, idle_seconds=LITTLE) as started:
        yield started


async def wait_for_body(_scope: Scope, receive: Receive, send: Send) -> None:
    """An app that answers once the body has come, with its length."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length, more = length + len(message["body"]), message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"6")]})
    await send({"type": "http.response.body", "body": b"%6d" % length})


# Bytes


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/orders/v0/orders?NextToken=", "application/json"),
        (f"{MWS}&NextToken=", "text/xml"),
        ("/Orders/2013-09-01?Action=", "text/xml"),
        ("/documents/", "application/xml"),
        ("/_sandbox/orders?cursor=", "application/json"),
    ],
)
@pytest.mark.parametrize("end", [" HTTP/1.1\r\nHost: [::1]\r\n\r\n", ""])
def test_a_url_is_refused_when_it_is_too_long(server: Running, path: str, kind: str, end: str) -> None:
    size = 2_049 if end else 9_000  # of a line without an end nobody knows to whom it goes
    answer = server.connect(f"GET {path}".ljust(4 + size, "a") + end).answer()
    if end or server_is_httptools(server):
        assert (answer.status, answer.message) == (
            414,
            "The path and query are longer than 2048 bytes; `serve --max-url-bytes` says how many there may be.",
        )
        assert f"content-type: {kind}" in answer.header
    else:
        assert answer.status == 431


def server_is_httptools(server: Running) -> bool:
    return server.server.config.http.func is HttpToolsConnection  # type: ignore[union-attr]


@pytest.mark.parametrize(("path", "kind"), [("/orders/v0/orders", "application/json"), (MWS, "text/xml")])
@pytest.mark.parametrize(
    "headers",
    ["a: b\r\n" * 2_000, f"a: {'b' * 50_000}", f"a: {'b' * 5_000}\r\n\r\n", f"{'a' * 50_000}"],
    ids=["many", "one without end", "one", "a name without end"],
)
def test_headers_are_refused_when_they_are_too_large(
    connection: type[Connection], app: Any, path: str, kind: str, headers: str
) -> None:
    with running(app, connection, header_bytes=4_096) as server:
        answer = server.connect(f"GET {path} HTTP/1.1\r\nHost: [::1]\r\n{headers}").answer()
    assert answer.status == 431
    assert "larger than 4096 bytes; `serve --max-header-bytes`" in answer.message
    if connection is HttpToolsConnection:  # of h11 nobody learns of what it has not read to its end
        assert f"content-type: {kind}" in answer.header


@pytest.mark.parametrize("trailer", ["a: b\r\n" * 20_000, f"a: {'b' * 100_000}"], ids=["many", "one without end"])
def test_headers_behind_a_body_are_bounded_as_those_before_it(server: Running, trailer: str) -> None:
    text = f"{PUT_CLOCK}Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n{trailer}"
    answer = server.connect(text).answer()
    assert answer.status == 431


def test_a_chunk_that_bears_nothing_but_words_about_it_is_bounded(server: Running) -> None:
    text = f"{PUT_CLOCK}Transfer-Encoding: chunked\r\n\r\n2;{'a' * 100_000}"
    assert server.connect(text).answer().status in (400, 431)


def test_what_is_within_bounds_is_served(server: Running) -> None:
    url = "/health?".ljust(2_048, "a")
    headers = "".join(f"a-{number}: {'b' * 90}\r\n" for number in range(38))
    body = "{}".rjust(20_000)
    head = f"{PUT_CLOCK}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    assert (
        server.connect(f"GET {url} HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n{headers}\r\n").answer().status
        == 200
    )
    assert server.connect(head + body).answer().status == 200
    in_chunks = "".join(f"1\r\n{each}\r\n" for each in "{}".rjust(9_000))
    head = f"{PUT_CLOCK}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert server.connect(f"{head}{in_chunks}0\r\nOne: trailer\r\n\r\n").answer().status == 200


def test_what_is_no_http_is_refused_in_the_words_of_whom_it_was_for(server: Running) -> None:
    answer = server.connect("GET / HTTP/1.1\r\nHost: [::1]\r\na b\r\n\r\n").answer()
    assert (answer.status, answer.message) == (400, "The request could not be understood.")
    answer = server.connect(f"GET {MWS} HTTP/1.1\r\nHost: [::1]\r\na b\r\n\r\n").answer()
    assert answer.status == 400
    if server_is_httptools(server):
        assert answer.message == "The request could not be understood."
        assert "text/xml" in answer.header


def test_bodies_are_bounded_together(connection: type[Connection]) -> None:
    server = compose(Options(bounds=Bounds(body_bytes=9_000, bodies_bytes=10_000)))
    with running(server.app, connection) as started:
        half = f"{PUT_CLOCK}Connection: close\r\nContent-Length: 8000\r\n\r\n{' ' * 7_000}"
        first = started.connect(half)
        while not server.bodies.byte_count:
            started.connect(LAST).answer()
        refused = started.connect(half).answer()
        assert refused.status == 503
        assert "together are larger than 10000 bytes; `serve --max-bodies-bytes`" in refused.message
        first.send(" " * 998 + "{}")
        assert first.answer().status == 200
        assert started.connect(half + " " * 998 + "{}").answer().status == 200
        assert server.bodies.byte_count == 0
    server.close()


# Seconds


@pytest.mark.parametrize("method", ["FOO", "get", "G\u00c4T"])
@pytest.mark.parametrize(("path", "kind"), [("/orders/v0/orders", "application/json"), (MWS, "text/xml")])
def test_an_unknown_method_is_refused_in_the_words_of_whom_it_was_for(
    server: Running, path: str, kind: str, method: str
) -> None:
    answer = server.connect(f"{method} {path} HTTP/1.1\r\nHost: [::1]\r\n\r\n").answer()
    assert answer.status in (400, 403, 405)
    assert kind in answer.header


@pytest.mark.parametrize("part", ["G", "GET /a", "GET /a HTTP/1.1\r\n", "GET /a HTTP/1.1\r\na: b\r\n"])
def test_half_a_request_is_answered_when_its_time_is_over(hasty: Running, part: str) -> None:
    answer = hasty.connect(part).answer()
    assert (answer.status, answer.message) == (
        408,
        "The headers have not come within 0.05 seconds; `serve --max-header-seconds` says how many there may be.",
    )


def test_half_a_body_is_answered_when_its_time_is_over(hasty: Running) -> None:
    answer = hasty.connect(f"{PUT_CLOCK}Content-Length: 20\r\n\r\n{{").answer()
    assert (answer.status, "`serve --max-body-seconds`" in answer.message) == (408, True)
    answer = hasty.connect(f"POST {MWS} HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 20\r\n\r\na").answer()
    assert (answer.status, "`serve --max-body-seconds`" in answer.message) == (408, True)
    assert "text/xml" in answer.header


def test_the_time_of_a_request_does_not_begin_anew_with_every_byte(hasty: Running) -> None:
    peer = hasty.connect("GET /")
    stop = threading.Event()

    def trickle() -> None:
        while not stop.wait(LITTLE / 10):
            peer.send("a")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        assert peer.answer().status == 408
    finally:
        stop.set()
        thread.join()


def test_a_connection_without_a_request_is_closed(hasty: Running) -> None:
    assert hasty.connect().read() == b""
    assert hasty.connect(HEALTH).answer().status == 200


def test_a_body_that_was_refused_is_not_waited_for(hasty: Running) -> None:
    answer = hasty.connect(f"{PUT_CLOCK}Content-Length: 90000\r\n\r\n{{").answer()
    assert (answer.status, "`serve --max-body-bytes`" in answer.message) == (413, True)


def test_who_is_refused_may_go_on_to_send_for_a_while(server: Running) -> None:
    peer = server.connect("GET /a HTTP/1.1\r\n" + f"a: {'b' * 4_090}\r\n" * 200)  # more than socket buffers hold
    assert peer.answer().status == 431


def test_an_answer_that_nobody_reads_is_given_up(connection: type[Connection]) -> None:
    over = threading.Event()

    async def tell_much(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a" * 50_000_000, "more_body": True})
        try:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            over.set()

    with running(tell_much, connection, unread_seconds=LITTLE) as server:
        peer = server.connect(HEALTH)
        assert over.wait(30)
        assert len(peer.read()) < 50_000_000


def test_of_answers_that_nobody_reads_the_oldest_are_given_up_where_all_are_too_large(
    connection: type[Connection],
) -> None:
    whole = 20_000_000

    async def tell_much(_scope: Scope, _receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"%d" % whole), (b"connection", b"close")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"a" * whole})

    with running(tell_much, connection, answers_bytes=50_000_000) as server:
        peers = []
        for _ in range(6):
            peers.append(server.connect(HEALTH))
            peers[-1].socket.recv(1)  # its answer has begun
        came = [len(peer.read()) for peer in peers]
    assert came[0] < whole < came[-1]
    assert came == sorted(came)
    assert 2 <= sum(count > whole for count in came) <= 5


# Numbers


def test_who_sends_ahead_has_no_more_read_than_may_be_ahead(connection: type[Connection]) -> None:
    longest, served = 0, 0

    async def count(scope: Scope, _receive: Receive, send: Send) -> None:
        nonlocal longest, served
        assert scope["type"] == "http"
        served += 1
        (each,) = started.connections
        longest = max(longest, len(getattr(each, "pipeline", ())))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"%1000d" % served})

    number = depth(8_000, 50_000)
    with running(count, connection) as started:
        peer = started.connect()
        sender = threading.Thread(target=peer.send, args=(HEALTH * number,))
        sender.start()
        numbers: list[int] = []
        stream = peer.socket.makefile("rb")
        while len(numbers) < number:
            if stream.readline() == b"\r\n":
                numbers.append(int(stream.read(1000)))
        sender.join()
        stream.close()
    assert numbers == list(range(1, number + 1)), "nothing is lost, and all in its order"
    assert longest <= 1_024 // len(HEALTH) + 1


def test_what_is_wrong_behind_a_request_is_told_behind_its_answer(server: Running) -> None:
    raw = server.connect(HEALTH + HEALTH + "no http\r\n\r\n").read()
    assert re.findall(rb"HTTP/1.1 (\d+)", raw) == [b"200", b"200", b"400"]


@pytest.mark.parametrize(
    "half",
    ["", "GET /", "PUT / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 9\r\n\r\na", HEALTH],
    ids=["nothing", "half a header", "half a body", "a whole request"],
)
def test_whoever_waits_longest_for_its_client_makes_room(connection: type[Connection], half: str) -> None:
    with running(wait_for_body, connection, connections=20, idle_seconds=600) as server:
        peers = [server.connect(half) for _ in range(depth(60, 1_300))]
        for _ in range(5):
            answer = server.connect(LAST).answer()
            assert answer.status == 200
        assert len(server.connections) <= 20
        oldest = peers[0].read()
    if half in ("", HEALTH):
        assert oldest.count(b"HTTP/1.1") == bool(half), "it is closed without a word"


def test_half_a_request_that_makes_room_is_told_so(app: Any, connection: type[Connection]) -> None:
    with running(app, connection, connections=1) as server:
        first = server.connect(f"{PUT_CLOCK}Content-Length: 9\r\n\r\na")
        while not server.connections:
            pass
        second = server.connect("GET /")
        answer = first.answer()
        assert (answer.status, "`serve --max-connections`" in answer.message) == (503, True)
        assert server.connect(LAST).answer().status == 200
        assert second.answer().status == 503


def test_where_all_are_served_another_one_is_refused(connection: type[Connection]) -> None:
    going_on, begun = threading.Event(), threading.Semaphore(0)
    server = compose(Options())

    async def wait(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/waits":
            begun.release()
            await asyncio.to_thread(going_on.wait)
        await server.app(scope, receive, send)

    with running(wait, connection, connections=2) as started:
        peers = [started.connect("GET /waits HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n") for _ in range(2)]
        for _ in peers:
            begun.acquire()
        answer = started.connect(f"GET {MWS} HTTP/1.1\r\nHost: [::1]\r\n\r\n").answer()
        assert (answer.status, "There are more than 2 connections" in answer.message) == (503, True)
        assert "text/xml" in answer.header
        going_on.set()
        assert [each.answer().status for each in peers] == [404, 404]
        assert started.connect(LAST).answer().status == 200
    server.close()
