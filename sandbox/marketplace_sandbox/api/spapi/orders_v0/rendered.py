"""Orders and their parts as JSON, each rendered once per value of an order. Knows no request."""

from marketplace_sandbox.api.shared.render_cache import RenderCache
from marketplace_sandbox.api.shared.status_view import address_values, buyer_values
from marketplace_sandbox.api.spapi.orders_v0.schemas import (
    ItemOfBuyerSchema,
    ItemSchema,
    OrderAddressSchema,
    OrderBuyerSchema,
    OrderSchema,
)
from marketplace_sandbox.api.spapi.orders_v0.shown import View, item_values, order_values
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.policy import Policy

_ORDER, _ITEMS = OrderSchema(), ItemSchema(many=True)
_BUYER, _ADDRESS, _ITEM_BUYERS = OrderBuyerSchema(), OrderAddressSchema(), ItemOfBuyerSchema(many=True)


class Rendered:
    """The JSON of what has been shown lately."""

    def __init__(self) -> None:
        self._kept = RenderCache()

    def order(self, order: Order, policy: Policy, view: View) -> bytes:
        """An order."""
        promise = policy.span("delivery_after", order.marketplace_id)
        return self._kept.once(order, (promise, view), lambda: _ORDER.dump(order_values(order, promise, view)))

    def items(self, order: Order, policy: Policy, page: slice) -> bytes:
        """Some of an order's items, as a list."""
        omit = policy.is_on("omit_when_false")
        return self._kept.once(
            order,
            ("items", omit, page.start, page.stop),
            lambda: _ITEMS.dump([item_values(order, each, omit_when_false=omit) for each in order.items[page]]),
        )

    def item_buyers(self, order: Order, page: slice) -> bytes:
        """What buyers had done to some of an order's items, as a list."""
        return self._kept.once(
            order, ("item buyers", page.start, page.stop), lambda: _ITEM_BUYERS.dump(list(order.items[page]))
        )

    def buyer(self, order: Order, *, full: bool) -> bytes:
        """Who bought an order."""
        values = {"order_id": order.order_id} | buyer_values(order, full=full)
        return self._kept.once(order, ("buyer", full), lambda: _BUYER.dump(values))

    def address(self, order: Order, *, full: bool) -> bytes:
        """Where an order goes."""
        values = {"order_id": order.order_id, "ship_to": address_values(order, full=full)}
        return self._kept.once(order, ("address", full), lambda: _ADDRESS.dump(values))
