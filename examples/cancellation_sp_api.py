"""A buyer asks, the seller cancels, and python-amazon-sp-api sees it: the first minutes with the sandbox.

Needs a running server and `pip install python-amazon-sp-api`. The client is used as it comes; only its two addresses
are ours.
"""

import os
from types import SimpleNamespace

import requests
from sp_api.api import Orders
from sp_api.auth import AccessTokenClient

URL = os.environ.get("SANDBOX_URL", "http://127.0.0.1:8585")
ORDER = "902-0000001-0000001"

# A seller of our own, whose clock stands at the instant we say, and the credentials.
seller = requests.post(f"{URL}/_sandbox/sellers", json={"start": "2026-03-02T16:00:00Z"}, timeout=30).json()


def control(call: str, body: dict) -> dict:
    """One call of the control API, as this seller."""
    headers = {"X-Sandbox-Seller": seller["seller_id"]}
    answer = requests.post(f"{URL}/_sandbox/{call}", json=body, headers=headers, timeout=60)
    answer.raise_for_status()
    return answer.json()


class LocalTokens(AccessTokenClient):
    """The client's own token client, at the sandbox."""

    scheme, host = URL.split("//")[0] + "//", URL.split("//")[1]


orders = Orders(
    marketplace=SimpleNamespace(endpoint=URL, marketplace_id="ATVPDKIKX0DER", region="us-east-1"),
    auth_token_client_class=LocalTokens,
    credentials={
        "lwa_app_id": seller["lwa"]["client_id"],
        "lwa_client_secret": seller["lwa"]["client_secret"],
        "refresh_token": seller["lwa"]["refresh_token"],
    },
)


def show(moment: str) -> None:
    """What the client sees now."""
    order = orders.get_order(ORDER).payload
    [item] = orders.get_order_items(ORDER).payload["OrderItems"]
    request = item["BuyerRequestedCancel"]
    requested = f"requested={request['IsBuyerRequestedCancel']}"
    print(f"{moment:<22} {order['OrderStatus']:<10} {requested:<15} {request['BuyerCancelReason']}".rstrip())


control("orders", {"id": ORDER, "items": [{"sku": "MUG-BLUE", "price": 20.00}]})
show("placed")
control("clock/advance", {"by": "PT31M"})
show("31 minutes later")
control(f"orders/{ORDER}/actions/buyer-request-cancellation", {"reason": "cheaper"})
show("the buyer asks")
control(f"orders/{ORDER}/actions/seller-cancel", {"reason": "buyer_canceled"})
show("the seller cancels")
