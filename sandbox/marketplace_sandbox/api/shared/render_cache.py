"""What was rendered of orders, kept for as long as an order has the value it was rendered from. Renders nothing."""

from collections.abc import Callable, Hashable
from typing import Any
from weakref import WeakKeyDictionary

from marketplace_sandbox.api.http.calls import encode
from marketplace_sandbox.core.order import Order

MOST_OF_AN_ORDER = 16
"""Renderings kept of one order. Clients ask in one or two ways, but there are thousands in which they could."""


class RenderCache:
    """JSON of orders. Each rendering must follow from the order and its key, and from nothing else."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Order, dict[Hashable, bytes]] = WeakKeyDictionary()

    def once(self, order: Order, key: Hashable, dump: Callable[[], Any]) -> bytes:
        """The JSON of what `dump` answers, which is called only where the order was not rendered so before."""
        kept = self._kept.get(order, {})
        known = kept.get(key)
        if known is None:
            known = encode(dump())
            # a new dict each time: another thread may be reading the old one
            self._kept[order] = (kept if len(kept) < MOST_OF_AN_ORDER else {}) | {key: known}
        return known
