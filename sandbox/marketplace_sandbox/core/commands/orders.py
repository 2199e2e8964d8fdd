"""Commands about orders: placing them, acting on them, writing to their buyers, and having them canceled later."""

from dataclasses import dataclass
from typing import ClassVar

from marketplace_sandbox.core.commands.base import Command, Readers
from marketplace_sandbox.core.reading import JsonObject, choice, text
from marketplace_sandbox.core.reasons import SELLER_REASONS


@dataclass(frozen=True, slots=True)
class PlaceOrders(Command):
    """Buyers place an order, or several alike. The form is as it was posted; `core/form.py` reads it for a world."""

    kind = "placed"
    form: JsonObject

    @classmethod
    def read(cls, body: JsonObject) -> "PlaceOrders":
        return cls(body)

    def write(self) -> JsonObject:
        return self.form


@dataclass(frozen=True, slots=True)
class Act(Command):
    """Somebody does something to an order. The arguments are as they were posted; `core/actions.py` reads them."""

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
