"""The same minutes through MWS: a buyer asks, the seller cancels, and the `mws` client sees it.

Needs a running server and `pip install mws`. The client is used as it comes; only its address is ours.
"""

import os

import requests
from mws import Orders

URL = os.environ.get("SANDBOX_URL", "http://127.0.0.1:8585")
ORDER = "902-0000002-0000002"

seller = requests.post(f"{URL}/_sandbox/sellers", json={"start": "2026-03-02T16:00:00Z"}, timeout=30).json()
keys = seller["mws"]
orders = Orders(keys["access_key"], keys["secret_key"], keys["seller_id"], domain=URL)


def control(call: str, body: dict) -> dict:
    """One call of the control API, as this seller."""
    headers = {"X-Sandbox-Seller": seller["seller_id"]}
    answer = requests.post(f"{URL}/_sandbox/{call}", json=body, headers=headers, timeout=60)
    answer.raise_for_status()
    return answer.json()


def show(moment: str) -> None:
    """What the client sees now."""
    order = orders.get_order([ORDER]).parsed.Orders.Order
    request = orders.list_order_items(ORDER).parsed.OrderItems.OrderItem.BuyerRequestedCancel
    requested = f"requested={request.IsBuyerRequestedCancel}"
    print(f"{moment:<22} {order.OrderStatus:<10} {requested:<15} {request.BuyerCancelReason or ''}".rstrip())


control("orders", {"id": ORDER, "items": [{"sku": "MUG-BLUE", "price": 20.00}]})
show("placed")
control("clock/advance", {"by": "PT31M"})
show("31 minutes later")
control(f"orders/{ORDER}/actions/buyer-request-cancellation", {"reason": "cheaper"})
show("the buyer asks")
control(f"orders/{ORDER}/actions/seller-cancel", {"reason": "buyer_canceled"})
show("the seller cancels")
