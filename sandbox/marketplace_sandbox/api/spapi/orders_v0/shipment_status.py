"""updateShipmentStatus: what the platform checks of a report about a pickup, and its words for what it does not take.

Seen of orders that are not for pickup (SEEN-PICKUP in docs/sources.md): a refused pickup is an unsupported status, any
other status a bad request; and of a marketplace that there is not.
"""

from typing import Any

from marketplace_sandbox.api.admission.access import invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.spapi.orders_v0.schemas import UpdateShipmentStatusSchema
from marketplace_sandbox.core.commands.orders import UpdateShipmentStatus
from marketplace_sandbox.core.marketplaces import MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.orders.order import Order, PickupStatus
from marketplace_sandbox.core.orders.pickup import NotForPickupError
from marketplace_sandbox.core.refusals import RefusalError, RefusedError
from marketplace_sandbox.core.text.quoting import quote
from marketplace_sandbox.core.text.reading import FieldError, whole

UNKNOWN_MARKETPLACE = "Marketplace ID is not defined"
UNSUPPORTED, BAD_REQUEST = "Unsupported ShipmentStatus passed", "Invalid Request Parameters"
UNKNOWN_ITEM = "OrderItemId is invalid, please obtain the value through the getOrderItems API or Manage Orders page"


def read(body: Any, order: Order) -> UpdateShipmentStatus:
    """The command of a body. Raises ApiError naming the field."""
    request: dict[str, Any] = UpdateShipmentStatusSchema().load(body)
    marketplace_id = request["marketplace_id"]
    if marketplace_id not in MARKETPLACES:
        hint = marketplace_suggestion(marketplace_id)
        raise invalid(UNKNOWN_MARKETPLACE, f"1001: marketplaceId is {quote(marketplace_id)}{hint}")
    if marketplace_id != order.marketplace_id:
        details = (
            f"marketplaceId: order {order.order_id} was placed in {order.marketplace_id}, not in {marketplace_id}."
        )
        raise invalid(BAD_REQUEST, details)
    items = tuple(_read_item(f"orderItems[{index}]", each, order) for index, each in enumerate(request["items"]))
    return UpdateShipmentStatus(order.order_id, request["status"], items)


def refusal(refused: RefusalError, command: UpdateShipmentStatus) -> ApiError:
    """A refusal in the platform's words where they are known; ours stand in the details."""
    if isinstance(refused, NotForPickupError):
        refuses = command.status == PickupStatus.REFUSED_PICKUP
        return invalid(UNSUPPORTED if refuses else BAD_REQUEST, str(refused))
    if isinstance(refused, RefusedError):
        return invalid(str(refused), f"{refused.code}: {refused.details}")
    return invalid(BAD_REQUEST, str(refused))


def _read_item(field: str, item: dict[str, Any], order: Order) -> dict[str, Any]:
    item_id, quantity = item.get("order_item_id", ""), item.get("quantity")
    if order.item(item_id) is None:
        raise invalid(UNKNOWN_ITEM, f"{field}.orderItemId")
    if quantity is None:
        return {"id": item_id}
    if quantity < 1:
        raise invalid(f"{field}.quantity must be at least 1, got {quantity}.", f"{field}.quantity")
    try:
        whole(1)(quantity, f"{field}.quantity")
    except FieldError as wrong:
        raise invalid(str(wrong), wrong.field_path) from None
    return {"id": item_id, "quantity": quantity}
