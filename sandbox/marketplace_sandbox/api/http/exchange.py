"""One request and its answer on their way through the stations. Knows neither Flask nor Connexion nor a marketplace."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

EXCHANGE = "sandbox.exchange"
"""Where an ASGI scope and a WSGI environment hold their `Exchange`."""

CUT = "sandbox.cut"
"""Where a scope has the function that ends its connection; what listens on the socket puts it there."""


@dataclass(slots=True)
class MadeAt:
    """At which version of its seller's world an answer was made, once its operation has found out."""

    version: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One validated request.

    `path` and `query` bear the document's parameter names and hold declared ones only; a list
    parameter is a list however it was sent. `body` is the parsed JSON, the raw bytes of another media
    type, or None. `headers` ignores capitals. `url_path` is the decoded path as it was sent. `extensions` are what the
    document says of the operation beyond OpenAPI, by names that begin with `x-`. `made_at` is the one thing that an
    operation writes there.
    """

    operation_id: str
    method: str
    url_path: str
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    headers: Mapping[str, str]
    request_id: str
    extensions: Mapping[str, Any] = field(default_factory=dict)
    made_at: MadeAt = field(default_factory=MadeAt, compare=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an operation answers: bytes are JSON already rendered, None is no body, all else is rendered as JSON."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """What an operation waits for on its way: that one of these is done, so many seconds of wall time at most.

    Nothing to wait for only lets others have their turn, and finds out whether the client is still there.
    """

    futures: "tuple[Future[None], ...]" = ()
    seconds: float = 0.0


Steps = Generator[Wait, None, Reply]
"""An operation that waits on its way to its reply. While it does it holds no thread, and it is closed where its client
leaves. Each step may run in another thread.
"""


class WaitOnLoop(BaseException):  # not an Exception, so that no handler takes it for a failure
    """Raised where an operation has to wait: its next step is taken when it has."""

    def __init__(self, wait: Wait) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP answer, as it goes over the wire."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass(frozen=True)
class Api:
    """One served document: its file name, and an object with a method per operationId or a tuple of several. An
    operation without a method is a 501.

    `inline` says that its GETs are pure reads of published state, fit for the event loop. `admission` is what a call
    passes once its operation is known, on the event loop, before anything it was sent with is looked at: its `Call`
    has no parameters yet. `stations` is its way once it is checked; the last of them leaves a `Reply`.
    """

    document: str
    operations: object
    inline: bool = False
    stations: "tuple[OperationStation, ...]" = ()
    admission: "tuple[OperationStation, ...]" = ()


@dataclass(slots=True)
class Exchange:
    """What is known of one request while it is served; every station adds to it what it finds out.

    `call` is the checked call of an operation, `stations` its further way, and `perform` the method that answers it, a
    `Reply` or `Steps`, which then stand in `steps`.
    `answer` ends the request's way in. `problem` is what went wrong on it, `refusal_media` what it is told in.
    `turned_away` says that it was refused before anybody knew it for a client's. `began` is when, by
    `time.perf_counter`.
    """

    scope: Scope
    receive: Receive
    send: Send
    request_id: str
    method: str
    url_path: str
    query_string: str
    headers: Mapping[str, str]
    began: float = field(default_factory=time.perf_counter)
    body: bytes | None = None
    body_bytes: int = 0
    call: Call | None = None
    stations: "tuple[OperationStation, ...]" = ()
    perform: "Callable[..., Any] | None" = None
    steps: Steps | None = None
    inline: bool = False
    refusal_media: str = "application/json"
    turned_away: bool = False
    reply: Reply | None = None
    answer: Answer | None = None
    problem: Exception | None = None

    # What those that know the marketplace have found out, for one another and for the request log
    caller: Any = None
    seller_id: str = ""
    operation: str = ""
    form: str = ""
    rate: str = ""
    notes: list[str] = field(default_factory=list)
    moment: Any = None
    shadow: dict[str, Any] | None = None
    sender: "Sender | None" = None
    unanswered: bool = False
    watch: Any = None

    # The event loop that serves it, for what runs in a thread and calls the server itself
    loop: "asyncio.AbstractEventLoop | None" = None

    # How a connection is answered that need not wait
    write: "Callable[[Answer], None] | None" = None

    def run_again(self, caller: Any, notes: list[str]) -> None:
        """Know again what was known before Flask, and no more: the same stations are passed once more, in a thread."""
        self.caller = caller
        self.notes = notes
        self.moment = self.shadow = None
        self.sender, self.unanswered = None, False


Station = Callable[[Exchange], Awaitable[None] | None]
"""One step of a request's way or of its answer's; raises what is to be refused."""

OperationStation = Callable[[Exchange, Call], None]
"""One step of a checked call's way inside Flask: never awaited, since it may run in a thread."""

Sender = Callable[[Exchange], Awaitable[None]]
"""Sends the answer of an exchange, or what is left of it."""


class ClientGoneError(Exception):
    """The client hung up before its request was complete."""


def call_operation(exchange: Exchange, call: Call) -> None:
    """Has the operation answer a call. Raises WaitOnLoop where it has to wait before it can."""
    assert exchange.perform  # noqa: S101  (it was found with the call)
    answer = exchange.perform(call)
    if isinstance(answer, Generator):
        exchange.steps = answer
        take_step(exchange, call)
    else:
        exchange.reply = answer


def take_step(exchange: Exchange, _: Call) -> None:
    """Has an operation go on that has waited. Raises WaitOnLoop where it has to wait again."""
    assert exchange.steps  # noqa: S101  (they have begun)
    try:
        wait = next(exchange.steps)
    except StopIteration as end:
        exchange.steps, exchange.reply = None, end.value
    else:
        raise WaitOnLoop(wait)


async def read_body(exchange: Exchange) -> bytes:
    """The whole body; ClientGoneError when it ends early."""
    parts = []
    more = True
    while more:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def wait_until_gone(receive: Receive) -> None:
    """Ends when the client has hung up."""
    while True:
        if (await receive())["type"] == "http.disconnect":
            return
        await asyncio.sleep(0)  # a server may answer at once, and again


def encode(value: object) -> bytes:
    """JSON without blanks, as it goes over the wire."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
