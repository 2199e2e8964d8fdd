"""Commands about notifications: who is told, where, and how it went."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from marketplace_sandbox.core.commands.base import Command, Readers
from marketplace_sandbox.core.notifications.outbox import NEVER_SENT, NOTIFICATION_TYPES, ORDER_CHANGE_TYPES
from marketplace_sandbox.core.text.reading import (
    JsonObject,
    choice,
    choices,
    instant,
    json_object,
    number,
    switch,
    text,
    whole,
)


@dataclass(frozen=True, slots=True)
class Subscribe(Command):
    """Somebody wants to be told: a webhook at a `url`, or a destination of the Notifications API.

    No types are all of them. The secret signs posts to a webhook; the directive is kept for those who ask for it.
    """

    kind = "subscribed"
    readers: ClassVar[Readers] = {
        "url": text(),
        "secret": text(),
        "notification_types": choices((*NOTIFICATION_TYPES, *NEVER_SENT), of="notification type"),
        "order_change_types": choices(ORDER_CHANGE_TYPES, of="order change type"),
        "destination_id": text(),
        "payload_version": text(),
        "directive": json_object,
    }
    always = ("notification_types", "order_change_types")
    url: str = ""
    secret: str = ""
    notification_types: tuple[str, ...] = ()
    order_change_types: tuple[str, ...] = ()
    destination_id: str = ""
    payload_version: str = ""
    directive: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unsubscribe(Command):
    """Somebody does not want to be told any more."""

    kind = "unsubscribed"
    readers: ClassVar[Readers] = {"subscriber_id": text()}
    subscriber_id: str


@dataclass(frozen=True, slots=True)
class RecordAttempt(Command):
    """A delivery was attempted, and was answered with a status, or with none and an error.

    `retry_after` are the seconds for which the receiver wants to be left alone. No attempt follows a `final` one; with
    `again` the same follows at once.
    """

    kind = "attempted"
    readers: ClassVar[Readers] = {
        "delivery_id": text(),
        "code": whole(),
        "latency_ms": whole(),
        "error": text(),
        "final": switch,
        "retry_after": number(0, float("inf")),
        "again": switch,
    }
    delivery_id: str
    code: int | None = None
    latency_ms: int = 0
    error: str = ""
    final: bool = False
    retry_after: float | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class PostponeDelivery(Command):
    """A delivery waits until an instant, behind so many others to its subscriber, or for what comes first."""

    kind = "postponed"
    readers: ClassVar[Readers] = {"delivery_id": text(), "until": instant, "behind": whole()}
    always = ("behind",)
    delivery_id: str
    until: datetime | None = None
    behind: int = 0


@dataclass(frozen=True, slots=True)
class Resend(Command):
    """Somebody wants a delivery again, now."""

    kind = "resent"
    readers: ClassVar[Readers] = {"delivery_id": text()}
    delivery_id: str


@dataclass(frozen=True, slots=True)
class CreateDestination(Command):
    """A destination comes to be: a queue by its ARN, or an event bus by region and account."""

    kind = "destination-created"
    readers: ClassVar[Readers] = {"name": text(), "arn": text(), "region": text(), "account_id": text()}
    name: str
    arn: str = ""
    region: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class DeleteDestination(Command):
    """A destination goes."""

    kind = "destination-deleted"
    readers: ClassVar[Readers] = {"destination_id": text()}
    destination_id: str


@dataclass(frozen=True, slots=True)
class SendTestNotification(Command):
    """Somebody wants a sample of a notification at a destination, whoever subscribes."""

    kind = "tested"
    readers: ClassVar[Readers] = {
        "destination_id": text(),
        "notification_type": choice(NOTIFICATION_TYPES),
        "scenario": text(),
    }
    destination_id: str
    notification_type: str
    scenario: str = ""
