"""What orders were rendered to, kept for as long as an order has the value it was rendered from. Renders nothing."""

from collections.abc import Callable, Hashable
from weakref import WeakKeyDictionary

from marketplace_sandbox.core.orders.order import Order

MOST_OF_AN_ORDER = 16
"""Renderings kept of one order. Clients ask in one or two ways, but there are thousands in which they could."""


MOST_BYTES = 128 * 1024 * 1024
"""Bytes that are rendered until all are forgotten: those of orders that have changed since are gone already."""


class RenderCache:
    """Bytes by order. Each rendering must follow from the order and its key, and from nothing else."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._renderings: WeakKeyDictionary[Order, dict[Hashable, bytes]] = WeakKeyDictionary()
        self._most_bytes = most_bytes
        self._byte_count = 0

    def get(self, order: Order, key: Hashable, render: Callable[[], bytes]) -> bytes:
        """What `render` answers, which is called only where the order was not rendered so before."""
        of_order = self._renderings.get(order)
        rendering = of_order.get(key) if of_order is not None else None
        if rendering is None:
            of_order = of_order or {}
            rendering = render()
            self._byte_count += len(rendering)
            if self._byte_count > self._most_bytes:
                self._renderings, self._byte_count, of_order = WeakKeyDictionary(), len(rendering), {}
            # a new dict each time: another thread may be reading the old one
            self._renderings[order] = (of_order if len(of_order) < MOST_OF_AN_ORDER else {}) | {key: rendering}
        return rendering
