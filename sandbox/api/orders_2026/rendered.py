"""Orders as JSON, rendered once per value of an order and selection of data sets. Knows no request.

What was rendered follows from the order and from what the key says, and from nothing else.
"""

from collections.abc import Collection
from datetime import timedelta
from weakref import WeakKeyDictionary

from sandbox.api.calls import encode
from sandbox.api.orders_2026.shown import order_values
from sandbox.api.wire.orders_2026 import OrderSchema
from sandbox.core.order import Order
from sandbox.core.policy import Policy

MOST_SELECTIONS = 16
"""Selections of data sets kept per order; clients have one or two, and there are two thousand."""

_ORDER = OrderSchema()

Key = tuple[timedelta, frozenset[str]]


class Rendered:
    """The JSON of what has been shown lately."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Order, dict[Key, bytes]] = WeakKeyDictionary()

    def order(self, order: Order, policy: Policy, included: Collection[str]) -> bytes:
        """An order with these data sets."""
        promise = policy.span("delivery_after", order.marketplace_id)
        key = (promise, frozenset(included))
        kept = self._kept.get(order, {})
        known = kept.get(key)
        if known is None:
            known = encode(_ORDER.dump(order_values(order, promise, included)))
            others = kept if len(kept) < MOST_SELECTIONS else {}
            self._kept[order] = others | {key: known}
        return known
