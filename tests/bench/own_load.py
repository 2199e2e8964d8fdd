"""Load made in Python, where there is no wrk, and to look at answers: it holds each to what it has to hold.

Keep-alive connections on one loopback address send one request after the other, for so many seconds.
"""

import asyncio
import socket
import time
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from statistics import quantiles

import uvloop

from tests.bench.asks import Ask, Load, WrongAnswerError

PATIENCE = 30.0
"""Seconds that a measurement may take beyond its time before the server is given up."""
MOST = 1_000_000
"""Requests on one connection."""


class _Connection(asyncio.Protocol):
    """Asks in turn, each time when the answer to the question before is whole."""

    def __init__(self, asks: Sequence[Ask], ends: float) -> None:
        self.done: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        self._asks = asks
        self._ends = ends
        self._times: list[float] = []
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator:
            return
        length = _length(head)
        if length is not None and len(body) < length:
            return
        if length is None or not _good(head, body, self._asked.holds):
            self._give_up(f"wanted 200 and {self._asked.holds!r}, got {self._buffer[:600]!r}")
            return
        self._times.append(time.perf_counter() - self._sent)
        self._buffer = b""
        self._send()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.done.done():
            self._give_up(f"the connection was closed after {len(self._times)} answers")

    @property
    def _asked(self) -> Ask:
        return self._asks[len(self._times) % len(self._asks)]

    def _send(self) -> None:
        self._sent = time.perf_counter()
        if self._sent < self._ends and len(self._times) < MOST:
            self._transport.write(self._asked.request)
        else:
            self.done.set_result(self._times)
            self._transport.close()

    def _give_up(self, why: str) -> None:
        self.done.set_exception(WrongAnswerError(why))
        self._transport.close()


def load(port: int, asks: Sequence[Ask], connections: int, seconds: float) -> Load:
    """The figures of one measurement. Raises WrongAnswerError."""
    return uvloop.run(_load(port, asks, connections, seconds))


def look(port: int, asks: Sequence[Ask]) -> None:
    """Ask each once, and hold its answer to what it has to hold, however it is sent. Raises WrongAnswerError."""
    for each in asks:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
            connection.sendall(each.request)
            answer = HTTPResponse(connection)
            try:
                answer.begin()
                body = answer.read()
            except (HTTPException, OSError) as problem:
                raise WrongAnswerError(f"{each.request[:200]!r} was not answered: {problem!r}") from None
        if answer.status >= 300 or each.holds not in body:
            said = f"{answer.status} {body[:400]!r}"
            raise WrongAnswerError(f"{each.request[:200]!r} wanted {each.holds!r}, got {said}")


async def _load(port: int, asks: Sequence[Ask], connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    started, worked = time.perf_counter(), time.process_time()

    def connection(number: int) -> _Connection:
        first = number * len(asks) // connections
        return _Connection([*asks[first:], *asks[:first]], started + seconds)

    senders = [connection(number) for number in range(connections)]
    try:
        async with asyncio.timeout(seconds + PATIENCE):
            for sender in senders:
                await loop.create_connection(lambda one=sender: one, "127.0.0.1", port)  # type: ignore[misc]
            found = await asyncio.gather(*(sender.done for sender in senders))
    except TimeoutError:
        raise WrongAnswerError(f"no answer within {PATIENCE:.0f} s") from None
    times = [each for several in found for each in several]
    took, worked = time.perf_counter() - started, time.process_time() - worked
    cuts = quantiles(times, n=100) if len(times) > 1 else times * 99
    return Load(len(times), len(times) / took, cuts[49] * 1000, cuts[98] * 1000, worked / took)


def _length(head: bytes) -> int | None:
    """The length an answer says it has; none is said with chunks, which no server measured here sends."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return None


def _good(head: bytes, body: bytes, holds: bytes) -> bool:
    return head.startswith(b"HTTP/1.1 200 ") and holds in body
