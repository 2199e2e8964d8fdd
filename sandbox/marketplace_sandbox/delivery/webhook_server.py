"""A small HTTP server on loopback that takes webhook posts: for the command line and for tests. Judges nothing."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MOST_BYTES = 10_000_000
"""As much of a post is read; one that says that it is longer is refused."""

MOST_CONNECTIONS = 200
"""Whoever connects beyond so many is hung up on."""

SECONDS = 30.0
"""How long a poster may be silent in the middle of a post, or between two."""

Handle = Callable[[dict[str, str], bytes], int]
"""From a post's headers, their names in small letters, and its body to the status to answer with."""


class WebhookServer:
    """Hands posts to `http://127.0.0.1:{port}` over to `handle`, in threads of its own. To be closed.

    A port of 0 picks a free one. `replied` is called after each answer, given or not. Raises OSError for a port in use.
    """

    def __init__(self, handle: Handle, port: int = 0, replied: Callable[[], None] = lambda: None) -> None:
        self._server = _Server(("127.0.0.1", port), _RequestHandler)
        self._server.handle = handle
        self._server.replied = replied
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    handle: Handle
    replied: Callable[[], None]

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._free = threading.Semaphore(MOST_CONNECTIONS)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002  (the base class calls it so)
        """Whether there may be one more connection; the base class closes one that may not be."""
        return self._free.acquire(blocking=False)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


class _RequestHandler(BaseHTTPRequestHandler):
    server: _Server
    timeout = SECONDS

    def do_POST(self) -> None:
        """Hands the post over and answers the status that comes back, 500 where none does."""
        length = self.headers.get("Content-Length") or "0"
        if not length.isdecimal() or int(length[:18]) > MOST_BYTES:
            self.close_connection = True
            self.send_error(413, f"A post has at most {MOST_BYTES} bytes, said by its Content-Length.")
            return
        body = self.rfile.read(int(length))
        status = 500
        try:
            status = self.server.handle({name.lower(): text for name, text in self.headers.items()}, body)
        finally:
            try:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                self.close_connection = True  # whoever posted has waited long enough
            finally:
                self.server.replied()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
        """Says nothing: whoever handles the post says what is to be said."""
