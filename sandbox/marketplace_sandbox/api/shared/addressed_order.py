"""The order that a call names in its path, together with its marketplace, as APIs about a buyer ask for it."""

from marketplace_sandbox.api.admission.access import RATE_LIMIT, invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.refusals import UnknownOrderError
from marketplace_sandbox.core.world.world import World


def addressed_order(world: World, call: Call) -> Order:
    """The order of a call, which names the order's marketplace. Raises ApiError."""
    marketplace_id = next(iter(call.query.get("marketplaceIds", [])), "")
    if not marketplace_id:
        raise invalid("marketplaceIds: Missing or invalid request parameter: marketplaceId", "marketplaceIds")
    order_id = call.path["amazonOrderId"]
    order = world.orders.get(order_id)
    if order is None:
        raise not_found(order_id)
    if marketplace_id != order.marketplace_id:
        message = f"Order {order_id} is of marketplace {order.marketplace_id}, not of {marketplace_id[:100]}."
        raise invalid(message, "marketplaceIds")
    return order


def not_found(order_id: str) -> ApiError:
    """The refusal of an order that there is not."""
    unknown = UnknownOrderError(order_id[:100])
    return ApiError(404, unknown.code, str(unknown), headers=RATE_LIMIT)
