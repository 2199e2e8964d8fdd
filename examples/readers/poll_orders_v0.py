"""Keeps a picture of a seller's orders by polling Orders v0.

The cursor is the newest LastUpdateDate seen: a request changes no status, but it moves that date. The bound is
inclusive, so what was seen last is seen again; nothing can be missed between two orders of the same second.
"""

import sys
import time

from sp_api.api import Orders
from wiring import client


class Poller:
    """`picture` is by order id: the status, and whether the buyer asks for the cancellation of any item."""

    def __init__(self, since: str) -> None:
        self.picture: dict[str, tuple[str, bool]] = {}
        self._orders = client(Orders)
        self._cursor = since

    def poll(self) -> None:
        """Read every order that has changed, page by page, and the items of each."""
        page = self._orders.get_orders(LastUpdatedAfter=self._cursor).payload
        while True:
            for order in page["Orders"]:
                self._read(order)
            if "NextToken" not in page:
                return
            page = self._orders.get_orders(NextToken=page["NextToken"]).payload

    def _read(self, order: dict) -> None:
        items = self._orders.get_order_items(order["AmazonOrderId"]).payload["OrderItems"]
        # The text "false" is true in Python: compare the text. Canceled items that Amazon ships have no such key.
        wishes = [item.get("BuyerRequestedCancel", {}) for item in items]
        asked = any(wish.get("IsBuyerRequestedCancel") == "true" for wish in wishes)
        # In Brazil an order that is shipped waits for its invoice, in a status that only Orders v0 has.
        status = "Shipped" if order["OrderStatus"] == "InvoiceUnconfirmed" else order["OrderStatus"]
        self.picture[order["AmazonOrderId"]] = (status, asked)
        self._cursor = max(self._cursor, order["LastUpdateDate"])


if __name__ == "__main__":
    poller = Poller(sys.argv[1] if len(sys.argv) > 1 else "2026-01-01T00:00:00Z")
    while True:
        poller.poll()
        for order_id, (status, asked) in sorted(poller.picture.items()):
            print(order_id, status, "the buyer asks to cancel" if asked else "")
        time.sleep(60)
