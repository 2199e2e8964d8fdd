"""Orders as JSON, rendered once per value of an order and selection of data sets. Knows no request."""

from collections.abc import Collection

from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.api.shared.render_cache import RenderCache
from marketplace_sandbox.api.shared.status_table import Dialect, visible_parts
from marketplace_sandbox.api.spapi.orders_2026.schemas import OrderSchema
from marketplace_sandbox.api.spapi.orders_2026.visible_order import OrderIn2026
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import Policy

ORDER = OrderSchema()


def order_in_2026(order: Order, policy: Policy, included: Collection[str]) -> OrderIn2026:
    """An order as Orders 2026-01-01 shows it with these data sets."""
    delivery_after = policy.span("delivery_after", order.marketplace_id)
    return OrderIn2026(order, visible_parts(order, Dialect.LATEST), delivery_after, included)


class OrderRenderer:
    """The JSON of orders, remembered."""

    def __init__(self) -> None:
        self._cache = RenderCache()

    def order(self, order: Order, policy: Policy, included: Collection[str]) -> bytes:
        """An order with these data sets."""
        key = (policy.span("delivery_after", order.marketplace_id), frozenset(included))
        return self._cache.get(order, key, lambda: encode(ORDER.dump(order_in_2026(order, policy, included))))
