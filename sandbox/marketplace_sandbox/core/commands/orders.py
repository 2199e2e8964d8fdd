"""Commands about orders: placing them, acting on them, writing to their buyers, reporting of them, and having them
canceled later.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from marketplace_sandbox.core.commands.base import Command, Readers
from marketplace_sandbox.core.orders.order import PickupStatus
from marketplace_sandbox.core.orders.reasons import SELLER_REASONS
from marketplace_sandbox.core.orders.regulated import VerificationStatus
from marketplace_sandbox.core.text.reading import JsonObject, choice, json_object, list_of, text


@dataclass(frozen=True, slots=True)
class PlaceOrders(Command):
    """Buyers place an order, or several alike. The form is as it was posted; `orders/form.py` reads it for a world."""

    kind = "placed"
    form: JsonObject

    @classmethod
    def read(cls, body: JsonObject) -> "PlaceOrders":
        return cls(body)

    def write(self) -> JsonObject:
        return self.form


@dataclass(frozen=True, slots=True)
class Act(Command):
    """Somebody does something to an order. The arguments are as they were posted; `orders/actions.py` reads them."""

    kind = "acted"
    order_id: str
    action: str
    arguments: JsonObject
    origin: str = "control"

    @classmethod
    def read(cls, body: JsonObject) -> "Act":
        return cls(body["order_id"], body["action"], body.get("with") or {}, body.get("channel", "control"))

    def write(self) -> JsonObject:
        return {"order_id": self.order_id, "action": self.action, "with": self.arguments, "channel": self.origin}


@dataclass(frozen=True, slots=True)
class CancelLater(Command):
    """The seller has a cancellation carried out that is accepted now and decided when it is applied."""

    kind = "cancellation-ordered"
    readers: ClassVar[Readers] = {"order_id": text(), "reason": choice(SELLER_REASONS)}
    order_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class WriteToBuyer(Command):
    """The seller writes to the buyer, by a template and in free words."""

    kind = "message-sent"
    readers: ClassVar[Readers] = {"order_id": text(), "template": text(), "text": text()}
    order_id: str
    template: str
    text: str


@dataclass(frozen=True, slots=True)
class UpdateShipmentStatus(Command):
    """The seller reports of an order for pickup in a store; `items` are `{id, quantity}`, none for all of it."""

    kind = "shipment-status-updated"
    readers: ClassVar[Readers] = {
        "order_id": text(),
        "status": choice(PickupStatus),
        "items": lambda value, path: tuple(list_of(json_object)(value, path)),
    }
    order_id: str
    status: str
    items: tuple[JsonObject, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateVerification(Command):
    """The seller reports of the review of an order with regulated goods; `details` are as they were sent."""

    kind = "verification-updated"
    readers: ClassVar[Readers] = {
        "order_id": text(),
        "reviewer_id": text(),
        "status": choice(VerificationStatus),
        "rejection_reason_id": text(),
        "details": json_object,
    }
    order_id: str
    reviewer_id: str
    status: str | None = None
    rejection_reason_id: str = ""
    details: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SolicitReview(Command):
    """The seller has the buyer asked for a review of the product and feedback on the seller."""

    kind = "review-solicited"
    readers: ClassVar[Readers] = {"order_id": text()}
    order_id: str
