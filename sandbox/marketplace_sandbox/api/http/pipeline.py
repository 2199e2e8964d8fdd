"""The ASGI app: has each request pass the stations of its way, one after the other.

Knows no station but the two that every answer passes last, which say whose answer it is and send it.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from marketplace_sandbox.api.http.errors import stopping
from marketplace_sandbox.api.http.exchange import ClientGoneError, Exchange, Station

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

    `on_end` is called with every request that is over, answered or not.
    """

    stations: Stations
    new_request_id: Callable[[], UUID | str] = field(default=uuid4)
    on_shutdown: Callable[[], None] = field(default=lambda: None)
    on_end: Callable[[Exchange], None] = field(default=lambda _: None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._live(scope, receive, send)
            return
        exchange = Exchange(
            scope,
            receive,
            send,
            request_id=str(self.new_request_id()),
            method=scope["method"],
            url_path=scope["path"],
            query_string=scope["query_string"].decode("latin-1"),
            headers=Headers(scope=scope),
        )
        try:
            await self._serve(exchange)
        except asyncio.CancelledError:
            await self._refuse_stopped(exchange)
        finally:
            self.on_end(exchange)

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


async def send_answer(exchange: Exchange) -> None:
    """Sends the answer, or has the fault send it that was injected into it."""
    if exchange.sender is not None:
        await exchange.sender(exchange)
    else:
        await send_whole(exchange)


async def send_whole(exchange: Exchange) -> None:
    """Sends a whole answer."""
    answer = exchange.answer
    assert answer  # noqa: S101  (every way ends in an answer)
    await exchange.send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await exchange.send({"type": "http.response.body", "body": answer.body})
