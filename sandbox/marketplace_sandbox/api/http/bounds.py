"""What a request may cost before it is known who sends it: bytes, numbers and seconds. Knows nothing of what is in it.

Each bound is an option of `serve` and an environment variable, both made from its name here, as is `docs/bounds.md`.
"""

from dataclasses import dataclass

from starlette.types import Message

from marketplace_sandbox.api.http.errors import BY_STATUS, ApiError
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.world.bounds import bound, option

UNREADABLE = "sandbox.unreadable"
"""Where a scope has the ApiError to answer with, when its request cannot be read to the end of its headers."""

MIB = 1024 * 1024


@dataclass(frozen=True)
class Bounds:
    """The bounds of one server."""

    url_bytes: int = bound(65_535, 1_024, 65_535, "Bytes of a request's path and query together.")
    header_bytes: int = bound(65_536, 1_024, 16 * MIB, "Bytes of all headers of a request together.")
    header_seconds: float = bound(20, 0.05, 3_600, "Seconds in which path and headers of a request must have come.")
    body_bytes: int = bound(10 * MIB, 1_024, 10 * MIB, "Bytes of a request's body.")
    body_seconds: float = bound(60, 0.05, 3_600, "Seconds in which the body of a request must have come.")
    bodies_bytes: int = bound(256 * MIB, 1_024, 16_384 * MIB, "Bytes of the bodies of all requests being answered.")
    ahead_bytes: int = bound(
        16_384, 1_024, 16 * MIB, "Bytes read ahead of a connection whose requests have not been answered yet."
    )
    unread_seconds: float = bound(60, 0.05, 3_600, "Seconds for which a client may leave its answers unread.")
    answers_bytes: int = bound(
        512 * MIB,
        65_536,
        16_384 * MIB,
        "Bytes of all answers that clients leave unread; beyond, the connection not heard of for longest is closed.",
    )
    idle_seconds: float = bound(5, 0.05, 3_600, "Seconds for which a connection is kept without a request.")
    connections: int = bound(
        1_000,
        1,
        100_000,
        "Connections at once; for another one that which has kept the server waiting longest is closed.",
    )

    log_calls: int = bound(1_000, 1, 1_000_000, "Calls of one seller's client that the request log keeps.")
    log_bytes: int = bound(4 * MIB, 65_536, 1_024 * MIB, "Bytes of one seller's calls in the request log.")
    logs_bytes: int = bound(64 * MIB, 65_536, 16_384 * MIB, "Bytes of all sellers' calls in the request log.")

    queues: int = bound(1_000, 1, 100_000, "Queues of the embedded queue service.")
    queue_messages: int = bound(120_000, 1, 10_000_000, "Messages in all queues of the embedded queue service.")
    queue_bytes: int = bound(
        256 * MIB, 1_024, 16_384 * MIB, "Characters of all messages in the queues of the embedded queue service."
    )

    def header_too_large(self) -> ApiError:
        """The refusal of headers that are too large."""
        return _refusal(431, f"The headers of the request are larger than {self.header_bytes} bytes", "header_bytes")

    def url_too_long(self) -> ApiError:
        """The refusal of a path and query that are too long."""
        return _refusal(414, f"The path and query are longer than {self.url_bytes} bytes", "url_bytes")

    def header_too_slow(self) -> ApiError:
        """The refusal of a request whose headers have not come in time."""
        return _refusal(
            408, f"The headers have not come within {write_count(self.header_seconds, 'seconds')}", "header_seconds"
        )

    def body_too_slow(self) -> ApiError:
        """The refusal of a request whose body has not come in time."""
        return _refusal(
            408, f"The body has not come within {write_count(self.body_seconds, 'seconds')}", "body_seconds"
        )

    def too_many_connections(self) -> ApiError:
        """The refusal of a request by one connection too many, and of what has to make room for another."""
        return _refusal(503, f"There are more than {write_count(self.connections, 'connections')}", "connections")


def _refusal(status: int, problem: str, name: str) -> ApiError:
    code, _ = BY_STATUS[status]
    message = f"{problem}; `serve {option(name)}` says how many there may be."
    return ApiError(status, code, message, headers={"Connection": "close"})


def refuse_unreadable(exchange: Exchange) -> None:
    """Refuses what could not be read to the end of its headers: too long, too slow, or no HTTP."""
    if (problem := exchange.scope.get(UNREADABLE)) is not None:
        exchange.turned_away = True
        raise problem


class Bodies:
    """The bodies of all requests that are being answered, and what they weigh together."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.byte_count = 0

    def refuse_large_body(self, exchange: Exchange) -> None:
        """Refuses a body whose length says that it is too large, and any other once more has come than may come."""
        bounds = self.bounds
        length = exchange.headers.get("content-length", "")
        if length.isdecimal() and int(length) > bounds.body_bytes:
            raise self._too_large()
        if exchange.method in ("GET", "HEAD"):
            return
        receive = exchange.receive

        async def receive_within_bounds() -> Message:
            message = await receive()
            self._weigh(exchange, len(message.get("body", b"")))
            return message

        exchange.receive = receive_within_bounds

    def _weigh(self, exchange: Exchange, byte_count: int) -> None:
        exchange.body_bytes += byte_count
        self.byte_count += byte_count
        if exchange.body_bytes > self.bounds.body_bytes:
            raise self._too_large()
        if self.byte_count > self.bounds.bodies_bytes:
            problem = f"The bodies of all requests together are larger than {self.bounds.bodies_bytes} bytes"
            raise _refusal(503, problem, "bodies_bytes")

    def let_go(self, exchange: Exchange) -> None:
        """Has the body of a request weigh nothing any more, once it is answered or its client has gone."""
        self.byte_count -= exchange.body_bytes
        exchange.body_bytes = 0

    def _too_large(self) -> ApiError:
        code, _ = BY_STATUS[413]
        problem = f"The request body is larger than {self.bounds.body_bytes} bytes"
        return ApiError(413, code, f"{problem}; `serve {option('body_bytes')}` says how many there may be.")
