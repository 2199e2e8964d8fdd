"""What a change brings about and leaves on record, as values. Changes nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.messaging.mail import Mail
from marketplace_sandbox.core.notifications.outbox import Notice, Subscriber
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Lint:
    """Something accepted that the rules forbid."""

    code: str
    order_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FiredTimer:
    """A timer that did something."""

    at: datetime
    what: str
    order_id: str


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """One event of an order's history: who did what, where it came from, which rule decided."""

    ids: Ids
    number: int
    at: datetime
    order_id: str
    action: str
    origin: str
    outcome: str
    source: str

    @property
    def event_id(self) -> str:
        """What it is told from other events by; nearly nobody asks, so it is made when somebody does."""
        return self.ids.uuid("event", self.number)


@dataclass(frozen=True, slots=True)
class Version:
    """An order as it stood from an instant on; `version` is the world's when it came to be.

    `before` is the number of the order's version before, -1 for its first.
    """

    version: int
    at: datetime
    order: Order
    before: int = -1


@dataclass(slots=True)
class Receipt:
    """What a change brought about, in the order it happened. `version` is that of its entry once it is written."""

    outcome: Outcome | None = None
    orders: list[Order] = field(default_factory=list)
    fired: list[FiredTimer] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    mail: list[Mail] = field(default_factory=list)
    lints: list[Lint] = field(default_factory=list)
    deliveries: list[str] = field(default_factory=list)
    subscriber: Subscriber | None = None
    destination_id: str = ""
    report_id: str = ""
    feed_id: str = ""
    feed_document_id: str = ""
    version: int = 0

    def add(self, other: "Receipt") -> None:
        """Take in what came next."""
        self.orders += other.orders
        self.fired += other.fired
        self.notices += other.notices
        self.mail += other.mail
        self.lints += other.lints
        self.deliveries += other.deliveries

    def made(self) -> list[str]:
        """The ids of what it has made, beside orders and notices."""
        subscriber_id = self.subscriber.subscriber_id if self.subscriber else ""
        made = (subscriber_id, self.destination_id, self.report_id, self.feed_id, self.feed_document_id)
        return [each for each in made if each]


Commit = Callable[[], Receipt]
"""A change that has been checked, to be made; it cannot fail."""

Planner = Callable[[Any, datetime], Commit]
"""Checks a command of one class, and answers its change."""
