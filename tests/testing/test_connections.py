"""The connections of a test's calls: used again one after another, each by one call at a time, none that has ended."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from marketplace_sandbox.testing.control import Control, UnreachableError

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n%s\r\n{}"
CLOSES = b"Connection: close\r\n"


class Listener:
    """Answers each call of each connection with `{}`, and counts connections. `more` are further headers.

    Where there are `pieces`, it sends those instead, and ends the connection. `asked` is what came.
    """

    def __init__(self) -> None:
        self.more = b""
        self.pieces: list[bytes] = []
        self.asked: list[bytes] = []
        self.connections: list[socket.socket] = []
        self.hold = threading.Event()
        self.hold.set()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError):  # it was ended while somebody waited
            while asked := connection.recv(65_536):
                self.asked.append(asked)
                self.hold.wait(60)
                more, pieces = self.more, self.pieces
                for each in pieces or [ANSWER % more]:
                    connection.sendall(each)
                if more or pieces:
                    connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for each in (self._socket, *self.connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


def test_one_call_after_another_takes_one_connection(listener: Listener) -> None:
    for control in (Control(listener.url), Control(listener.url, "ASHOP")):
        for _ in range(3):
            assert control.get("clock") == {}
    assert len(listener.connections) == 1


def test_calls_at_once_have_a_connection_each(listener: Listener) -> None:
    listener.hold.clear()
    answers: list[object] = []
    control = Control(listener.url)
    threads = [threading.Thread(target=lambda: answers.append(control.get("clock"))) for _ in range(3)]
    for each in threads:
        each.start()
    while len(listener.connections) < 3:
        pass
    listener.hold.set()
    for each in threads:
        each.join(60)
    assert json.dumps(answers) == "[{}, {}, {}]"


def test_one_that_the_server_has_ended_is_not_used_again(listener: Listener) -> None:
    control = Control(listener.url)
    control.get("clock")
    listener.connections[0].shutdown(socket.SHUT_RDWR)
    assert control.get("clock") == {}
    listener.more = CLOSES
    assert control.get("clock") == {}
    listener.more = b""
    assert control.get("clock") == {}
    assert len(listener.connections) == 3


def test_a_server_that_has_gone_is_told(listener: Listener) -> None:
    control = Control(listener.url)
    control.get("clock")
    listener.close()
    with pytest.raises(UnreachableError, match="does not answer"):
        control.get("clock")


@pytest.mark.parametrize(
    "pieces",
    [
        [bytes([each]) for each in ANSWER % b""],
        [b"HTTP/1.1 200 OK\r\n\r\n", b"{", b"}"],
        [b"HTTP/1.0 200\r\ncontent-LENGTH:2\r\n\r\n{}"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 70002\r\n\r\n{", b" " * 70_000, b"}"],
    ],
    ids=["byte by byte", "without a length", "an old one", "a long one"],
)
def test_an_answer_is_read_however_it_comes(listener: Listener, pieces: list[bytes]) -> None:
    listener.pieces = pieces
    assert Control(listener.url).get("clock") == {}


def test_an_answer_without_content_is_over_with_its_headers(listener: Listener) -> None:
    listener.pieces = [b"HTTP/1.1 204 No Content\r\nX-Sandbox-Version: 7\r\n\r\n"]
    control = Control(listener.url)
    assert control.delete("webhooks/1") is None
    assert control.version == 7


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}"],
        [b"HTTP/1.1 200 OK\r\nContent-Le"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
        [b"SSH-2.0-OpenSSH\r\n\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n{}"],
        [b"HTTP/1.1 100 Continue\r\n\r\n", ANSWER % b""],
    ],
    ids=["cut", "cut in its headers", "no length", "too much", "in chunks", "no HTTP", "no end", "an interim one"],
)
def test_what_is_no_whole_answer_is_told_and_not_asked_for_again(listener: Listener, pieces: list[bytes]) -> None:
    """A command whose answer has begun has been taken; sent again it would be taken twice."""
    control = Control(listener.url)
    assert control.post("orders") == {}
    listener.pieces = pieces
    with pytest.raises(UnreachableError, match="does not answer"):
        control.post("orders")
    assert len(listener.asked) == 2


@pytest.mark.parametrize("text", ["ASHOP\r\nx-more: 1", "\nASHOP"])
def test_nothing_is_sent_that_would_be_read_otherwise(listener: Listener, text: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent"):
        Control(listener.url, text).get("clock")
    with pytest.raises(ValueError, match="cannot be sent"):
        Control(listener.url).get(f"orders/{text}")
    assert not listener.asked
