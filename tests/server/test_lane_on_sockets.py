"""What is answered at once, before anything is made for a request: on the socket it is as without, to the byte.

Two servers that differ in the lane alone are sent the same bytes, cut up in the same way.
"""

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox.api.http.h11_connection import H11Connection
from marketplace_sandbox.api.http.httptools_connection import HttpToolsConnection
from marketplace_sandbox.api.http.server import config
from tests.depth import depth
from tests.server.lane_histories import BEGINNING, Side

EACH_TIME = re.compile(rb"(?im)^(date): [^\r]*")


class Served:
    """One of the two servers on a port of its own, with one order."""

    def __init__(self, connection: type, *, lane: bool) -> None:
        self.side = Side(lambda: BEGINNING, lane=lane, strict=True)
        server = self.side.server
        world = server.sellers.get(None)
        (order,) = world.place_orders({"hold": False})
        self.order, self.token = order.order_id, server.credentials.access_token(world.seller_id)
        self._uvicorn = uvicorn.Server(config(server.app, connection=connection))
        bound = self._uvicorn.config.bind_socket()
        self.port = bound.getsockname()[1]
        self._thread = threading.Thread(target=self._uvicorn.run, args=([bound],), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._uvicorn.should_exit = True
        self._thread.join(30)
        self.side.server.close()

    def tell(self, pieces: list[bytes]) -> bytes:
        """All that is answered to these pieces, until the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as peer:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in pieces:
                peer.sendall(piece)
            answered = b""
            while more := peer.recv(65_536):
                answered += more
        return EACH_TIME.sub(rb"\1", answered)


@dataclass
class Sockets:
    """Both servers."""

    with_lane: Served
    without: Served

    def requests(self) -> tuple[bytes, ...]:
        """Requests that clients send, of which some are answered at once; the last says that it is the last."""
        sent = f"Host: 127.0.0.1\r\nX-Amz-Access-Token: {self.with_lane.token}\r\n".encode()
        path = f"/orders/v0/orders/{self.with_lane.order}".encode()
        get = b"GET " + path + b" HTTP/1.1\r\n" + sent
        return (
            get + b"\r\n",
            get + b"\r\n",
            get + b"X-Amz-Date: 20260302T160000Z\r\n\r\n",
            b"GET " + path + b"/orderItems?x=%20 HTTP/1.1\r\n" + sent + b"\r\n",
            get + b"Content-Length: 5\r\n\r\n12345",
            get + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            get + b"Content-Length: 0\r\n\r\n",
            b"HEAD " + path + b" HTTP/1.1\r\n" + sent + b"\r\n",
            b"GET " + path.replace(b"v0", b"%76%30") + b" HTTP/1.1\r\n" + sent + b"\r\n",
            b"GET " + path + b" HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            b"POST " + path + b" HTTP/1.1\r\n" + sent + b"Content-Length: 2\r\n\r\n{}",
            get + b"Upgrade: websocket\r\n\r\n",
        )

    def last(self) -> tuple[bytes, ...]:
        """Requests behind which the server hangs up."""
        first = self.requests()[0]
        return (
            first.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
            first.replace(b"HTTP/1.1", b"HTTP/1.0"),
            b"NONSENSE\r\n\r\n",
        )

    def tell(self, requests: list[bytes], cuts: list[int]) -> bytes:
        """What both servers answer to the requests in a row, cut up at these places; it has to be the same."""
        row = b"".join(requests)
        places = sorted({cut % len(row) for cut in cuts})
        pieces = [row[start:end] for start, end in zip([0, *places], [*places, len(row)], strict=True)]
        one, other = self.with_lane.tell(pieces), self.without.tell(pieces)
        assert one == other
        return one


@pytest.fixture(scope="module", params=[HttpToolsConnection, H11Connection])
def sockets(request: pytest.FixtureRequest) -> Iterator[Sockets]:
    kind: Any = request.param
    with Served(kind, lane=True) as with_lane, Served(kind, lane=False) as without:
        yield Sockets(with_lane, without)


def test_the_bytes_on_a_socket_are_the_same(sockets: Sockets) -> None:
    @settings(max_examples=depth(40, 2_000))
    @given(
        of=st.lists(st.integers(0, len(sockets.requests()) - 1), max_size=6),
        last=st.integers(0, len(sockets.last()) - 1),
        cuts=st.lists(st.integers(0, 5_000), max_size=4),
    )
    def tell(of: list[int], last: int, cuts: list[int]) -> None:
        sockets.tell([*(sockets.requests()[each] for each in of), sockets.last()[last]], cuts)

    hits = sockets.with_lane.side.lane.hits
    tell()
    assert sockets.with_lane.side.lane.hits > hits + depth(40, 2_000)


def test_many_requests_in_one_go_are_answered_in_their_order(sockets: Sockets) -> None:
    requests = [sockets.requests()[number % 12] for number in (0, 0, 3, 7, 0, 3, 10, 0, 0)]
    answered = sockets.tell([*requests * 20, sockets.last()[0]], [])
    assert answered.count(b"HTTP/1.1 ") == 181
