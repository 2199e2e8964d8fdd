"""The ASGI app: has each request pass the stations of its way, one after the other.

Knows no station but the two that every answer passes last, which say whose answer it is and send it.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from marketplace_sandbox.api.http.errors import stopping
from marketplace_sandbox.api.http.exchange import Answer, ClientGoneError, Exchange, Station

REQUEST_ID_HEADER = b"x-amzn-RequestId"


@dataclass(frozen=True)
class Stations:
    """The lists that every request passes: its own way until something has answered it; where one raises, refusals
    until one has; then the way of the answer. What the last of the way answers, and every refusal, passes `hold` first.
    """

    request: Sequence[Station]
    refusal: Sequence[Station]
    answer: Sequence[Station]
    hold: Sequence[Station] = ()


def new_request_id() -> str:
    """A random UUID, as `uuid4` writes it, in a third of the time that takes."""
    drawn = os.urandom(16).hex()
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-{_VARIANTS[drawn[16]]}{drawn[17:20]}-{drawn[20:]}"


_VARIANTS = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


async def _pass(stations: Sequence[Station], exchange: Exchange) -> Station | None:
    """Has an exchange pass stations until one has answered it; answers which."""
    for station in stations:
        if (waiting := station(exchange)) is not None:
            await waiting
        if exchange.answer is not None:
            return station
    return None


async def _pass_all(stations: Sequence[Station], exchange: Exchange) -> None:
    for station in stations:
        if (waiting := station(exchange)) is not None:
            await waiting


@dataclass(frozen=True)
class Pipeline:
    """The whole server as an ASGI app. `on_shutdown` is called when it is no longer served; it may be served again.

    `on_end` is called with every request that is over, answered or not. `is_kept` says of a request, by its scope, that
    its way begins with a station that answers it without waiting, and that its answer's does not wait either.
    """

    stations: Stations
    new_request_id: Callable[[], str] = field(default=new_request_id)
    on_shutdown: Callable[[], None] = field(default=lambda: None)
    on_end: Callable[[Exchange], None] = field(default=lambda _: None)
    is_kept: Callable[[Scope], bool] = field(default=lambda _: False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._live(scope, receive, send)
            return
        exchange = self._exchange(scope, receive, send)
        try:
            await self._serve(exchange)
        except asyncio.CancelledError:
            await self._refuse_stopped(exchange)
        finally:
            self.on_end(exchange)

    def _exchange(self, scope: Scope, receive: Receive, send: Send) -> Exchange:
        return Exchange(
            scope,
            receive,
            send,
            request_id=self.new_request_id(),
            method=scope["method"],
            url_path=scope["path"],
            query_string=scope["query_string"].decode("latin-1"),
            headers=Headers(scope=scope),
        )

    def answer_at_once(self, scope: Scope, write: Callable[[Answer], None]) -> bool:
        """Answers a request whose answer is kept, for a connection that has no need to wait for it, by `write`.

        Whether it was: what is not kept has to be called for, as an app. The stations are those it would pass there.
        """
        if not self.is_kept(scope):
            return False
        exchange = self._exchange(scope, _nothing, _nothing)
        exchange.write = write
        for stations in (self.stations.request, self.stations.answer):
            for station in stations:
                station(exchange)
                if exchange.answer is not None and stations is self.stations.request:
                    break
        self.on_end(exchange)
        return True

    async def _serve(self, exchange: Exchange) -> None:
        try:
            if await _pass(self.stations.request, exchange) is self.stations.request[-1]:
                await _pass_all(self.stations.hold, exchange)
        except ClientGoneError:
            return
        except Exception as problem:  # noqa: BLE001  (whatever went wrong, the client gets an answer)
            exchange.problem, exchange.answer = problem, None
            await _pass(self.stations.refusal, exchange)
            await _pass_all(self.stations.hold, exchange)
        await _pass_all(self.stations.answer, exchange)

    async def _refuse_stopped(self, exchange: Exchange) -> None:
        """Answers 503 where the end of the server has overtaken a request, in the words of who would have answered."""
        exchange.problem = stopping()
        exchange.answer = exchange.sender = None
        await _pass(self.stations.refusal, exchange)
        with suppress(RuntimeError):  # half of an answer may be on its way
            await _pass_all(self.stations.answer, exchange)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The server's own life, and what is no HTTP."""
        if scope["type"] != "lifespan":
            await send({"type": "websocket.close"})
            return
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def close(self) -> None:
        """Lets the threads go."""
        self.on_shutdown()


def add_request_id(exchange: Exchange) -> None:
    """Has the answer say which request it is of."""
    assert exchange.answer  # noqa: S101  (every way ends in an answer)
    exchange.answer.headers.append((REQUEST_ID_HEADER, exchange.request_id.encode()))


def send_answer(exchange: Exchange) -> Awaitable[None] | None:
    """Sends the answer, or has the fault send it that was injected into it."""
    if exchange.write is not None and exchange.answer is not None:
        exchange.write(exchange.answer)
        return None
    return send_whole(exchange) if exchange.sender is None else exchange.sender(exchange)


async def send_whole(exchange: Exchange) -> None:
    """Sends a whole answer."""
    answer = exchange.answer
    assert answer  # noqa: S101  (every way ends in an answer)
    await exchange.send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await exchange.send({"type": "http.response.body", "body": answer.body})


async def _nothing(*_: object) -> NoReturn:
    raise NotImplementedError("Nothing is read or sent this way.")
