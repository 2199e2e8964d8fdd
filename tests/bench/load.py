"""Load on one loopback address: keep-alive connections that send one request after the other, bounded in time."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True)
class Figures:
    """One measurement: requests a second, and the median and 99th percentile of their times in milliseconds."""

    rate: float
    p50: float
    p99: float


class _Connection(asyncio.Protocol):
    """Sends the requests in turn, each when the answer to the one before is whole."""

    def __init__(self, requests: Sequence[bytes], good: Callable[[bytes], bool], ends: float) -> None:
        self.done: asyncio.Future[list[float]] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._good = good
        self._ends = ends
        self._times: list[float] = []
        self._buffer = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        self._sent = time.perf_counter()
        if self._sent >= self._ends:
            self._transport.close()
            return
        self._transport.write(self._requests[len(self._times) % len(self._requests)])

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, separator, body = self._buffer.partition(b"\r\n\r\n")
        if not separator or len(body) < _length(head):
            return
        if not self._good(self._buffer):
            self.done.set_exception(AssertionError(f"A wrong answer: {self._buffer[:300]!r}"))
            self._transport.close()
            return
        self._times.append(time.perf_counter() - self._sent)
        self._buffer = b""
        self._send()

    def connection_lost(self, _exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(self._times)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise AssertionError(f"An answer without a length: {head!r}")


async def _load(
    port: int, requests: Sequence[bytes], good: Callable[[bytes], bool], connections: int, seconds: float
) -> Figures:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()

    def connection(number: int) -> Callable[[], _Connection]:
        turned = [*requests[number:], *requests[:number]]
        return lambda: _Connection(turned, good, started + seconds)

    opened = [await loop.create_connection(connection(each), "127.0.0.1", port) for each in range(connections)]
    times = [each for _, sender in opened for each in await sender.done]
    taken = time.perf_counter() - started
    cuts = quantiles(times, n=100)
    return Figures(len(times) / taken, cuts[49] * 1000, cuts[98] * 1000)


def load(
    port: int, requests: Sequence[bytes], good: Callable[[bytes], bool], connections: int, seconds: float
) -> Figures:
    """The figures of one measurement. Raises AssertionError for a wrong answer."""
    return asyncio.run(_load(port, requests, good, connections, seconds))


def get(path: str, headers: dict[str, str]) -> bytes:
    """A GET as bytes."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode()
