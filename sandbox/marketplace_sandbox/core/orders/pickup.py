"""Orders that buyers fetch in a store: which reports of the seller's fit them. Knows no dialect.

Whether units can be handed over at all is the rules' matter, for picked up is confirmed. Nothing comes of a refusal at
the counter by itself: the seller cancels, or keeps the goods ready.
"""

from marketplace_sandbox.core.commands.orders import UpdateShipmentStatus
from marketplace_sandbox.core.orders.actions import Action, read_action
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.refusals import RefusalError


class NotForPickupError(RefusalError):
    """The buyer does not fetch this order in a store."""

    code = "InvalidInput"

    def __init__(self, order: Order) -> None:
        super().__init__(f"Order {order.order_id} is not for pickup in a store (IsISPU is false).")


class NothingToHandOverError(RefusalError):
    """Every unit that is named has been handed over."""

    code = "InvalidInput"

    def __init__(self, order: Order) -> None:
        super().__init__(f"Everything named of order {order.order_id} has been picked up already.")


def handing_over(order: Order, command: UpdateShipmentStatus) -> Action:
    """What the rules are asked: to confirm the units of a report, all that are not confirmed where none are named.

    Raises NotForPickupError, NothingToHandOverError, and FieldError for items that cannot be read.
    """
    if not order.is_ispu:
        raise NotForPickupError(order)
    waiting = {item.order_item_id: item.quantity_unconfirmed for item in order.items}
    named = list(command.items) or [{"id": item_id} for item_id, units in waiting.items() if units]
    left = [
        {"id": each["id"], "quantity": each.get("quantity", waiting.get(each["id"], 1))}
        for each in named
        if waiting.get(each["id"], 1)
    ]
    if not left:
        raise NothingToHandOverError(order)
    return read_action("seller-confirm-shipment", {"items": left}, "api")
