"""Keeps a picture of a seller's orders by polling. Step 1: lists by Orders 2026-01-01, items still by Orders v0.

The cursor is the newest lastUpdatedTime seen: a request changes no status, but it moves that date. The bound is
inclusive, so what was seen last is seen again; nothing can be missed between two orders of the same second.
"""

import sys
import time

from sp_api.api import Orders
from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
from wiring import client

WORDS = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Canceled",
    "UNFULFILLABLE": "Unfulfillable",
}
"""The statuses as v0 and notifications spell them."""


class Poller:
    """`picture` is by order id: the status, and whether the buyer asks for the cancellation of any item."""

    def __init__(self, since: str) -> None:
        self.picture: dict[str, tuple[str, bool]] = {}
        self._items = client(Orders)
        self._orders = client(OrdersV20260101)
        self._cursor = since

    def poll(self) -> None:
        """Read every order that has changed, page by page, and the items of each."""
        query = {"lastUpdatedAfter": self._cursor, "includedData": "FULFILLMENT"}
        page = self._orders.search_orders(**query).payload
        while True:
            for order in page["orders"]:
                self._read(order)
            # A pagination token is sent back with every other parameter unchanged.
            token = page.get("pagination", {}).get("nextToken")
            if not token:
                return
            page = self._orders.search_orders(**query, paginationToken=token).payload

    def _read(self, order: dict) -> None:
        items = self._items.get_order_items(order["orderId"]).payload["OrderItems"]
        # The text "false" is true in Python: compare the text. Canceled items that Amazon ships have no such key.
        wishes = [item.get("BuyerRequestedCancel", {}) for item in items]
        asked = any(wish.get("IsBuyerRequestedCancel") == "true" for wish in wishes)
        self.picture[order["orderId"]] = (WORDS[order["fulfillment"]["fulfillmentStatus"]], asked)
        self._cursor = max(self._cursor, order["lastUpdatedTime"])


if __name__ == "__main__":
    poller = Poller(sys.argv[1] if len(sys.argv) > 1 else "2026-01-01T00:00:00Z")
    while True:
        poller.poll()
        for order_id, (status, asked) in sorted(poller.picture.items()):
            print(order_id, status, "the buyer asks to cancel" if asked else "")
        time.sleep(180)
