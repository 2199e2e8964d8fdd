"""What the courier hands to a transport, and what comes back. Knows no protocol."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """What one attempt of one delivery sends.

    `address` is a webhook's URL or a queue's ARN. `delivery_id` is the same in every attempt and so is `body`;
    `signed_at` is epoch seconds on the clock that the seller chose for signatures, `timeout` wall seconds for the
    whole attempt. With `wrong_signature` it bears one that does not fit.
    """

    delivery_id: str
    address: str
    secret: str
    body: bytes
    signed_at: int
    timeout: float
    wrong_signature: bool = False


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """How an attempt went: the receiver's HTTP code, or none and why not; `latency_ms` is wall time.

    After a final one no other attempt follows. `retry_after` are the seconds the receiver wants to be left alone for.
    """

    code: int | None
    latency_ms: int = 0
    error: str = ""
    final: bool = False
    retry_after: float | None = None


Send = Callable[[OutboundMessage], AttemptResult]
"""Makes one attempt. What goes wrong on the way is a result, not an exception."""

Transport = Callable[[], AbstractContextManager[Send]]
"""Opens what may be kept open from one message to the next, for one thread."""
