"""What a courier hands to a carrier, and what comes back. Knows no protocol."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One attempt of one delivery.

    `address` is a webhook's URL or a queue's ARN. `delivery_id` is the same in every attempt and so is `body`;
    `signed_at` is epoch seconds on the clock that the seller chose for signatures, `timeout` wall seconds for the
    whole attempt. A forged one bears a signature that does not fit.
    """

    delivery_id: str
    address: str
    secret: str
    body: bytes
    signed_at: int
    timeout: float
    forged: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt went: the receiver's HTTP code, or none and why not; `latency_ms` is wall time.

    After a final one none follows. `retry_after` are the seconds the receiver wants to be left alone for.
    """

    code: int | None
    latency_ms: int = 0
    error: str = ""
    final: bool = False
    retry_after: float | None = None


Send = Callable[[OutboundMessage], Answer]
"""Makes one attempt. What goes wrong on the way is an answer, not an exception."""

Carrier = Callable[[], AbstractContextManager[Send]]
"""Opens what may be kept open from one letter to the next, for one thread."""
