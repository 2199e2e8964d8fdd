"""What the small server for webhook posts takes: so much of a post, so many connections, and for so long."""

import socket
from collections.abc import Iterator

import pytest

from marketplace_sandbox.delivery import webhook_server
from marketplace_sandbox.delivery.webhook_server import MOST_BYTES, WebhookServer


@pytest.fixture
def posts() -> list[bytes]:
    return []


@pytest.fixture
def server(posts: list[bytes]) -> Iterator[WebhookServer]:
    def handle(_: dict[str, str], body: bytes) -> int:
        posts.append(body)
        return 204

    opened = WebhookServer(handle)
    yield opened
    opened.close()


def connect(server: WebhookServer, text: str = "") -> socket.socket:
    peer = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    peer.sendall(text.encode())
    return peer


def post(length: object) -> str:
    return f"POST / HTTP/1.1\r\nContent-Length: {length}\r\n\r\n"


def read(peer: socket.socket) -> bytes:
    with peer:
        return b"".join(iter(lambda: peer.recv(65_536), b""))


@pytest.mark.parametrize("length", [MOST_BYTES + 1, -1, "many"])
def test_a_post_that_is_too_long_is_refused(server: WebhookServer, posts: list[bytes], length: object) -> None:
    assert read(connect(server, post(length))).startswith(b"HTTP/1.0 413")
    assert read(connect(server, post(2) + "{}")).startswith(b"HTTP/1.0 204")
    assert posts == [b"{}"]


def test_half_a_post_is_hung_up_on(server: WebhookServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_server._RequestHandler, "timeout", 0.05)
    assert read(connect(server, "POST / HT")) == b""


def test_one_connection_too_many_is_hung_up_on(server: WebhookServer) -> None:
    peers = [connect(server) for _ in range(webhook_server.MOST_CONNECTIONS)]
    try:
        assert read(connect(server)) == b""
    finally:
        for each in peers:
            each.close()
