"""Flask, for what runs a request: the operations of the documents, and the plain routes that no document of ours fits.

Connexion has found the operation of a documented path, so Flask does not look for it again; it routes what Connexion
knows nothing of. What goes wrong is not answered here but raised, for the refusals of the pipeline. Knows no station.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import flask
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from starlette.types import Receive
from werkzeug.exceptions import HTTPException as FlaskRefusal
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from marketplace_sandbox.api.http.errors import ApiError, by_status, wrong_method
from marketplace_sandbox.api.http.exchange import (
    EXCHANGE,
    Answer,
    ClientGoneError,
    Exchange,
    Reply,
    Steps,
    Wait,
    WaitOnLoop,
    encode,
    read_body,
    take_step,
    wait_until_gone,
)
from marketplace_sandbox.api.http.threads import Threads

THREADS = 256

ServeUnrouted = Callable[[], ResponseReturnValue | None]
"""Asked inside a Flask request that has no route; None leaves it to the next, and at last to a refusal."""

Takes = Callable[[Exchange], bool]

Environ = dict[str, Any]
Header = tuple[bytes, bytes]

_inline: ContextVar[bool] = ContextVar("running_inline", default=False)


class RunInThread(BaseException):  # not an Exception, so that no handler takes it for a failure
    """Raised by a station that runs inline and finds that it has to wait: Flask runs again, in a thread."""


def running_inline() -> bool:
    """Whether this code holds up the event loop, and so must not wait."""
    return _inline.get()


class FlaskSide(flask.Flask):
    """The Flask app, and the station that runs it, in threads of its own where it may wait for a lock or the store.

    `refuse_unserved` says how a path is refused that nobody serves. What waits for anybody outside holds no thread: see
    `Steps`. Apps `beside` this one answer the requests of no operation that they take.
    """

    def __init__(
        self,
        name: str,
        refuse_unserved: Callable[[Exchange], ApiError] = lambda _: by_status(404),
        threads: int = THREADS,
    ) -> None:
        super().__init__(name, static_folder=None)
        self.config["PROPAGATE_EXCEPTIONS"] = True
        self.url_map.merge_slashes = False  # paths have one spelling by now
        self.refuse_unserved = refuse_unserved
        self.unrouted: list[ServeUnrouted] = []
        self.plain_reads: list[Callable[[Exchange], bool]] = []
        self.beside: list[tuple[Takes, Callable[[], flask.Flask]]] = []
        self._most_threads = threads
        self._threads: Threads | None = None

    async def run_flask(self, exchange: Exchange) -> None:
        """Runs the operation or the plain route: on the event loop where it may not wait, in a thread otherwise."""
        if exchange.body is None:
            reads = exchange.method in {"GET", "HEAD"}
            exchange.body = b"" if reads else await read_body(exchange)
        if exchange.inline or self._is_plain_read(exchange):
            caller, notes = exchange.caller, list(exchange.notes)
            before = _inline.set(True)
            try:
                exchange.answer = self._answer(exchange)
                return
            except RunInThread:
                exchange.run_again(caller, notes)
            finally:
                _inline.reset(before)
        if self._threads is None:
            self._threads = Threads(self._most_threads, "request")
        exchange.answer = await self._run_in(self._threads, exchange)

    def _is_plain_read(self, exchange: Exchange) -> bool:
        """Whether a plain route is tried on the event loop: whoever serves it takes it for a read of what stands."""
        return exchange.call is None and any(reads(exchange) for reads in self.plain_reads)

    async def _run_in(self, threads: Threads, exchange: Exchange) -> Answer:
        """Runs Flask in a thread, once more after each wait of an operation that has to."""
        exchange.loop = asyncio.get_running_loop()
        patience = _Patience(exchange.receive)
        future = threads.submit(self._answer, exchange)
        try:
            while True:
                try:
                    return await asyncio.wrap_future(future)
                except WaitOnLoop as pause:
                    await patience.wait(pause.wait)
                exchange.stations = (take_step,)
                future = threads.submit(self._answer, exchange)
        finally:
            patience.end()
            if exchange.steps is not None:
                _close_steps(exchange.steps, future, threads)

    def close(self) -> None:
        """Lets the threads go; those at work end when their work does."""
        if self._threads is not None:
            self._threads.shutdown()
            self._threads = None

    def _answer(self, exchange: Exchange) -> Answer:
        """What a call's stations leave, or the answer of a plain route, collected whole.

        A call needs none of the hooks and conversions between Flask's view and its server. Nor does a plain route need
        `wsgi_app`, which would hand its answer over by callback, and answer failures, which are the pipeline's.
        """
        variables, call, app = environ(exchange), exchange.call, self._app_of(exchange)
        with app.request_context(variables):
            if call is not None:
                for station in exchange.stations:
                    station(exchange, call)
                return answer_of(exchange.reply or Reply(), exchange.method)
            response = app.full_dispatch_request()
            if exchange.answer is not None:
                return exchange.answer
            with response:
                parts, _, headers = response.get_wsgi_response(variables)
                return Answer(response.status_code, encode_headers(headers), b"".join(parts))

    def _app_of(self, exchange: Exchange) -> flask.Flask:
        if exchange.call is None:
            for takes, app in self.beside:
                if takes(exchange):
                    return app()
        return self

    # What Flask asks of an app

    def create_url_adapter(self, request: flask.Request | None) -> MapAdapter | None:
        """Nothing is left to route where Connexion has found the operation. No route goes by the host."""
        if request is None:
            return super().create_url_adapter(request)
        exchange: Exchange = request.environ[EXCHANGE]
        if exchange.call is not None:
            return None
        return self.url_map.bind(
            "localhost", path_info=request.path, default_method=request.method, query_args=exchange.query_string
        )

    def dispatch_request(self) -> ResponseReturnValue:
        """Has a request that is no call pass its route."""
        request = request_ctx.request  # the proxy would look it up for each attribute
        missed = request.routing_exception
        if missed is None:
            return super().dispatch_request()
        if isinstance(missed, RequestRedirect):
            return _redirect(missed)
        for serve in self.unrouted:
            if (response := serve()) is not None:
                return response
        if isinstance(missed, MethodNotAllowed):
            raise wrong_method(request.method, request.path, missed.valid_methods or ())
        if isinstance(missed, NotFound):
            raise self.refuse_unserved(request.environ[EXCHANGE])
        raise by_status(missed.code or 500)

    def handle_http_exception(self, e: FlaskRefusal) -> FlaskRefusal | ResponseReturnValue:
        """A view may refuse with a response of its own; any other refusal is answered by the pipeline."""
        if e.response is not None:
            return e
        raise e


def _close_steps(steps: Steps, step: "Future[Answer]", threads: Threads) -> None:
    """Ends an operation that nobody waits for any more, once the step is over that it may be in."""
    with suppress(RuntimeError):  # without threads the process is ending
        if step.done():
            threads.submit(steps.close)
        else:
            step.add_done_callback(lambda _: steps.close())


class _Patience:
    """What one request waits for on the event loop, for as long as its client is there."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone: asyncio.Task[None] | None = None
        self._awaited: dict[Future[None], asyncio.Future[None]] = {}

    async def wait(self, wait: Wait) -> None:
        """Wait as an operation asks for. Raises ClientGoneError."""
        if self._gone is None:
            self._gone = asyncio.create_task(wait_until_gone(self._receive))
        # a future that is waited for again and again is not to be told of each time
        known = {each: ready for each, ready in self._awaited.items() if not ready.done()}
        self._awaited = known | {each: _ready(each) for each in wait.futures if each not in known}
        awaited = {self._awaited[each] for each in wait.futures}
        await asyncio.wait({self._gone, *awaited}, timeout=wait.seconds, return_when=asyncio.FIRST_COMPLETED)
        if self._gone.done():
            raise ClientGoneError

    def end(self) -> None:
        """Look after the client no longer."""
        if self._gone is not None:
            self._gone.cancel()


def _ready(future: "Future[None]") -> "asyncio.Future[None]":
    """Done when another thread's future is. Unlike asyncio's own, given up by one it does not cancel it for all."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def finish() -> None:
        if not ready.done():
            ready.set_result(None)

    def tell(_: "Future[None]") -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(finish)

    future.add_done_callback(tell)
    return ready


def exchange_of(request: flask.Request) -> Exchange:
    """The exchange that a Flask request belongs to."""
    exchange: Exchange = request.environ[EXCHANGE]
    return exchange


def environ(exchange: Exchange) -> Environ:
    """WSGI's view of a request whose body has been read; made anew for each run."""
    scope, body = exchange.scope, exchange.body or b""
    host, port = scope.get("server") or ("127.0.0.1", 0)
    variables: Environ = {
        "REQUEST_METHOD": exchange.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": exchange.url_path.encode("utf-8", "replace").decode("latin-1"),
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
        EXCHANGE: exchange,
    }
    for raw_name, raw_text in scope["headers"]:
        key, text = _variable(raw_name), raw_text.decode("latin-1")
        if not key:
            continue
        joint = "; " if key == "HTTP_COOKIE" else ","
        variables[key] = f"{variables[key]}{joint}{text}" if key in variables else text
    # the body has been taken off its chunks, and a read has none
    variables.pop("HTTP_TRANSFER_ENCODING", None)
    variables["CONTENT_LENGTH"] = str(len(body))
    return variables


@lru_cache(maxsize=1024)
def _variable(raw_name: bytes) -> str:
    """Under which name WSGI has a header; empty for one with a `_`, which would pass for the same name with a dash."""
    name = raw_name.decode("latin-1")
    if "_" in name:
        return ""
    key = name.upper().replace("-", "_")
    return key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"


def answer_of(reply: Reply, method: str) -> Answer:
    """A reply to a call as it goes over the wire."""
    if reply.body is None:
        return whole_answer(reply.status, _lines_of(tuple(reply.headers.items()), ""), b"", method)
    body = reply.body if isinstance(reply.body, bytes) else encode(reply.body)
    kind = reply.headers.get("Content-Type", "application/json")
    return whole_answer(reply.status, _lines_of(tuple(reply.headers.items()), kind), body, method)


@lru_cache(maxsize=256)
def _lines_of(named: tuple[tuple[str, str], ...], kind: str) -> Sequence[Header]:
    """The headers of replies, which hardly differ, with their content type, where they have one."""
    if kind:
        return tuple(encode_headers((dict(named) | {"Content-Type": kind}).items()))
    return tuple(encode_headers(each for each in named if each[0] != "Content-Type"))


def whole_answer(status: int, headers: Iterable[Header], body: bytes, method: str) -> Answer:
    """An answer with the length that it says, and the body that it may have: as a response of Flask's would."""
    if status < 200 or status in (204, 304):
        return Answer(status, [*headers], b"")
    return Answer(status, [*headers, (b"Content-Length", b"%d" % len(body))], b"" if method == "HEAD" else body)


def encode_headers(headers: Iterable[tuple[str, str]]) -> list[Header]:
    """Headers as they go over the wire. Raises ValueError for one that would be two lines."""
    lines = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
    for _, text in lines:
        if b"\n" in text or b"\r" in text:
            raise ValueError("The value of a header has a line's end in it.")
    return lines


def _redirect(redirect: RequestRedirect) -> flask.Response:
    """Flask's redirects to a path with a slash are whole URLs, made from a Host header not to be trusted."""
    target = urlsplit(redirect.new_url)
    location = target.path + (f"?{target.query}" if target.query else "")
    return flask.Response(b"", redirect.code, {"Location": location})
