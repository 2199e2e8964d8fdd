"""Runs the Flask app under ASGI: on the event loop where it may not wait, in a thread otherwise.

Answers are collected whole. Knows nothing of operations, documents or orders.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from wsgiref.types import WSGIApplication

from starlette.types import Receive, Scope, Send

from marketplace_sandbox.api.http.validation import EXCHANGE, Exchange, read_body

THREADS = 256
CALL = "sandbox.call"
REQUEST_ID = "sandbox.request_id"
SENDER = "sandbox.sender"
"""Where a view may leave what sends its answer in its own way: a `Sender`."""
CUT = "sandbox.cut"
"""Where a scope has the function that ends its connection; what listens on the socket puts it there."""
UNANSWERED = "sandbox.unanswered"
"""Where a view may leave that its answer is not sent at all."""

Environ = dict[str, Any]

_inline: ContextVar[bool] = ContextVar("running_inline", default=False)


class RunInThread(BaseException):  # not an Exception, so that no handler takes it for a failure
    """Raised by a view that runs inline and finds that it has to wait: it runs again in a thread."""


def running_inline() -> bool:
    """Whether this code holds up the event loop, and so must not wait."""
    return _inline.get()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    sender: "Sender | None" = None


Sender = Callable[[Answer, Scope, Receive, Send], Awaitable[None]]
"""Sends an answer, or what is left of it."""


class Bridge:
    """An ASGI app around a WSGI one, with a pool of threads of its own."""

    def __init__(self, app: WSGIApplication, threads: int = THREADS) -> None:
        self.app = app
        self.threads = threads
        self._pool: ThreadPoolExecutor | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange: Exchange = scope[EXCHANGE]
        if exchange.body is None:
            reads = exchange.method in {"GET", "HEAD"}
            exchange.body = b"" if reads else await read_body(receive)
        answer = self._at_once(scope) if exchange.inline else None
        if answer is None:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads(), self._answer, environ(scope))
        if answer.sender is None:
            await respond(answer, send)
        else:
            await answer.sender(answer, scope, receive, send)

    def close(self) -> None:
        """Lets the threads go; those at work end when their work does."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="request")
        return self._pool

    def _at_once(self, scope: Scope) -> Answer | None:
        """The answer, or None when the view has to wait."""
        before = _inline.set(True)
        try:
            return self._answer(environ(scope))
        except RunInThread:
            return None
        finally:
            _inline.reset(before)

    def _answer(self, environ: Environ) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
            started[:] = [(status, headers)]
            return _no_writing

        body = _whole(self.app(environ, start))
        status, headers = started[0]
        encoded = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
        return Answer(int(status[:3]), encoded, body, environ.get(SENDER))


async def respond(answer: Answer, send: Send) -> None:
    """Sends a whole answer."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body})


def environ(scope: Scope) -> Environ:
    """WSGI's view of a request whose body has been read; made anew for each run."""
    exchange: Exchange = scope[EXCHANGE]
    body = exchange.body or b""
    host, port = scope.get("server") or ("127.0.0.1", 0)
    found: Environ = {
        "REQUEST_METHOD": exchange.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": exchange.query_string,
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or 0),
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        CALL: exchange.call,
        REQUEST_ID: exchange.request_id,
    }
    _add_headers(found, scope["headers"])
    # the body has been taken off its chunks, and a read has none
    found.pop("HTTP_TRANSFER_ENCODING", None)
    found["CONTENT_LENGTH"] = str(len(body))
    return found


def _add_headers(found: Environ, headers: Iterable[tuple[bytes, bytes]]) -> None:
    for raw_name, raw_text in headers:
        name, text = raw_name.decode("latin-1"), raw_text.decode("latin-1")
        if "_" in name:  # it would pass for the same name with a dash
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        found[key] = f"{found[key]}{joint}{text}" if key in found else text


def _whole(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        close: Callable[[], None] | None = getattr(parts, "close", None)
        if close is not None:
            close()


def _no_writing(_: bytes) -> None:
    raise NotImplementedError("An answer is returned, not written.")
