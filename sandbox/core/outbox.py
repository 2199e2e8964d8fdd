"""Notices and their way to subscribers, as values: what changed, who is told, how each attempt went. Sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sandbox.core.order import Order

ORDER_CHANGE = "ORDER_CHANGE"
NOTIFICATION_TYPES = (ORDER_CHANGE,)
ORDER_CHANGE_TYPES = ("BuyerRequestedChange", "OrderStatusChange")

RETRY_DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Waits after each failed attempt, in virtual time: the example schedule of Standard Webhooks, without jitter."""


class DeliveryStatus(StrEnum):
    """Where a delivery stands: waiting to be sent, sent, waiting for its next attempt, or not tried any more."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact about an order that subscribers are told. `order` is the order as of `at`, `outcome` what happened."""

    notice_id: str
    notification_type: str
    change: str
    outcome: str
    at: datetime
    order: Order


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who is told. Empty types mean every type; `secret` signs (`whsec_…`)."""

    subscriber_id: str
    url: str
    secret: str
    notification_types: tuple[str, ...]
    order_change_types: tuple[str, ...]
    since: datetime
    active: bool = True

    def wants(self, notice: Notice) -> bool:
        """Whether the subscription covers a notice."""
        of_type = not self.notification_types or notice.notification_type in self.notification_types
        return self.active and of_type and (not self.order_change_types or notice.change in self.order_change_types)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the HTTP code, or none and an error; `latency_ms` is wall time. No other follows a final one."""

    at: datetime
    code: int | None
    latency_ms: int
    error: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on its way to one subscriber. Its id is the NotificationId, the same in every attempt."""

    delivery_id: str
    notice: Notice
    subscriber_id: str
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: tuple[Attempt, ...] = ()
    next_at: datetime | None = None

    def after(self, attempt: Attempt) -> "Delivery":
        """The delivery after an attempt: delivered on 2xx, else waiting, else given up. 410 ends it at once."""
        attempts = (*self.attempts, attempt)
        if attempt.code is not None and 200 <= attempt.code < 300:
            return replace(self, status=DeliveryStatus.DELIVERED, attempts=attempts, next_at=None)
        ended = attempt.final or self.status is DeliveryStatus.GIVEN_UP
        if attempt.code == GONE or ended or len(attempts) > len(RETRY_DELAYS):
            return replace(self, status=DeliveryStatus.GIVEN_UP, attempts=attempts, next_at=None)
        next_at = attempt.at + RETRY_DELAYS[len(attempts) - 1]
        return replace(self, status=DeliveryStatus.FAILED, attempts=attempts, next_at=next_at)


GONE = 410
"""The answer by which a receiver unsubscribes for good."""


def read_attempt(at: datetime, body: Mapping[str, Any]) -> Attempt:
    """An attempt from its journal form."""
    latency, error = int(body.get("latency_ms", 0)), str(body.get("error", ""))
    return Attempt(at, body.get("code"), latency, error, bool(body.get("final", False)))
