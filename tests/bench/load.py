"""Load on one loopback address: keep-alive connections that send one request after the other, bounded in time.

Knows nothing of what is asked but what a good answer has to hold.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

import uvloop

PATIENCE = 30.0
"""Seconds that a measurement may take beyond its time before the server is given up."""
MOST = 1_000_000
"""Requests on one connection."""


class WrongAnswerError(Exception):
    """A server did not answer what it was asked; its figures would mean nothing."""


@dataclass(frozen=True)
class Ask:
    """A request as bytes, and what the body of its answer has to hold."""

    request: bytes
    holds: bytes


@dataclass(frozen=True)
class Figures:
    """One measurement: requests a second, and the median and 99th percentile of their times in milliseconds."""

    rate: float
    p50: float
    p99: float


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


def load(port: int, asks: Sequence[Ask], connections: int, seconds: float) -> Figures:
    """The figures of one measurement. Raises WrongAnswerError."""
    return uvloop.run(_load(port, asks, connections, seconds))


def get(path: str, headers: dict[str, str]) -> bytes:
    """A GET as bytes."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()


async def _load(port: int, asks: Sequence[Ask], connections: int, seconds: float) -> Figures:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()

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
    cuts = quantiles(times, n=100)
    return Figures(len(times) / (time.perf_counter() - started), cuts[49] * 1000, cuts[98] * 1000)


def _length(head: bytes) -> int | None:
    """The length an answer says it has; none is said with chunks, which no server measured here sends."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return None


def _good(head: bytes, body: bytes, holds: bytes) -> bool:
    return head.startswith(b"HTTP/1.1 200 ") and holds in body
