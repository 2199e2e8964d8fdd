"""What a seller fills in to refund an order: the reason and, for a part, an amount of each component of each item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from marketplace_sandbox.api.http.errors import invalid_input
from marketplace_sandbox.core.orders.actions import COMPONENTS
from marketplace_sandbox.core.orders.order import Item, Order
from marketplace_sandbox.core.orders.refunds import refundable_of
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, amount

Json = dict[str, Any]


@dataclass(frozen=True)
class Chosen:
    """What was filled in. `amounts` are those of a refund in part as they were written, by the name of their field."""

    in_part: bool
    reason: str = ""
    amounts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: MultiDict[str, str], order: Order) -> "Chosen":
        """What a form says."""
        names = [name_of(item, component) for item in order.items for component in COMPONENTS]
        amounts = {name: form.get(name, "").strip() for name in names}
        return cls(
            bool(form.get("part")), form.get("reason", ""), {name: each for name, each in amounts.items() if each}
        )

    def arguments(self, order: Order) -> Json:
        """The arguments of seller-refund. Raises ApiError where a part is wanted and no amount is given."""
        if not self.in_part:
            return {"reason": self.reason}
        amounts = [
            {"id": item.order_item_id, "component": component, "amount": _read_amount(self.amounts[name], item, name)}
            for item in order.items
            for component in COMPONENTS
            for name in [name_of(item, component)]
            if name in self.amounts
        ]
        if not amounts:
            raise invalid_input("Fill in an amount: none is given.", "amounts")
        return {"reason": self.reason, "amounts": amounts}


def name_of(item: Item, component: str) -> str:
    """The field for an amount."""
    return f"amount-{item.order_item_id}-{component}"


def _read_amount(text: str, item: Item, name: str) -> str:
    try:
        return str(amount(text, "The amount"))
    except FieldError:
        message = f"{quote(text)} is no amount such as 20.00, for {quote(item.title)}."
        raise invalid_input(message, name) from None


@dataclass(frozen=True)
class Refundable:
    """What is left of one component of an item, and the field for an amount of it."""

    item: Item
    component: str
    left: Decimal
    name: str


def refundable_parts(order: Order) -> list[list[Refundable]]:
    """What is left, item by item; of an item that is not confirmed, nothing can be refunded."""
    left = refundable_of(order)
    return [
        [Refundable(item, each, left[item.order_item_id, each], name_of(item, each)) for each in COMPONENTS]
        for item in order.kept_items
    ]
