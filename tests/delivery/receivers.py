"""Receivers of webhooks on 127.0.0.1: some that answer HTTP, some that misbehave below it; all end with their block."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Post:
    """What a receiver was sent, and from which port. Header names are in small letters."""

    port: int
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What a receiver says to it."""

    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Receiver:
    """A receiver at `url`, with all it was sent so far. `answer` may be exchanged at any time."""

    url: str
    answer: Callable[[Post], Reply]
    posts: list[Post] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [post.headers["webhook-id"] for post in self.posts]


def accepts(_post: Post) -> Reply:
    return Reply()


@contextmanager
def receiving(answer: Callable[[Post], Reply] = accepts) -> Iterator[Receiver]:
    """A receiver for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            post = Post(self.client_address[1], self.path, headers, body)
            receiver.posts.append(post)
            reply = receiver.answer(post)
            # whoever posted need not read all of it
            with suppress(OSError):
                self.send_response(reply.code)
                for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    server.block_on_close = False
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook", answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def a_socket(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """The URL of a bare socket; `serve` is called with each connection, in a thread of its own.

    What is still open at the end of the block is shut down.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    threads: list[threading.Thread] = []
    connections: list[socket.socket] = []

    def talk(connection: socket.socket) -> None:
        with closing(connection), suppress(OSError):
            serve(connection)

    def listen() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connections.append(connection)
                threads.append(threading.Thread(target=talk, args=(connection,)))
                threads[-1].start()

    accepting = threading.Thread(target=listen)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        accepting.join()
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def read_request(connection: socket.socket) -> None:
    """Read a whole request: one that is half read when the connection is closed takes the answer with it."""
    with connection.makefile("rb") as incoming:
        length = 0
        while (line := incoming.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        incoming.read(length)


def free_url() -> str:
    """A URL on a port where nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"
