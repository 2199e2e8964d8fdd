"""Orders as JSON, rendered once per value of an order and selection of data sets. Knows no request."""

from collections.abc import Collection

from marketplace_sandbox.api.shared.render_cache import RenderCache
from marketplace_sandbox.api.spapi.orders_2026.schemas import OrderSchema
from marketplace_sandbox.api.spapi.orders_2026.shown import order_values
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.policy import Policy

_ORDER = OrderSchema()


class Rendered:
    """The JSON of what has been shown lately."""

    def __init__(self) -> None:
        self._kept = RenderCache()

    def order(self, order: Order, policy: Policy, included: Collection[str]) -> bytes:
        """An order with these data sets."""
        promise = policy.span("delivery_after", order.marketplace_id)
        key = (promise, frozenset(included))
        return self._kept.once(order, key, lambda: _ORDER.dump(order_values(order, promise, included)))
