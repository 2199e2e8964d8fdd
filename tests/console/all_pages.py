"""The pages there are, for whoever looks at all of them: each by a name, and its path in the world of the demo.

`{unshipped}` in a path stands for the first order of the demo in that status, `{requested}` for the first whose buyer
waits for an answer, `{fba}` for the first that Amazon ships.
"""

from collections.abc import Iterable
from typing import Any

PAGES = {
    "home": "/",
    "manage-orders": "/seller/orders?tab=unshipped",
    "manage-orders-requested": "/seller/orders?tab=unshipped&buyer_requested_cancel=1",
    "manage-orders-pending": "/seller/orders?tab=pending",
    "manage-orders-sent": "/seller/orders?tab=sent",
    "manage-orders-canceled": "/seller/orders?tab=canceled",
    "manage-orders-fba": "/seller/orders?tab=fba",
    "cancel-order": "/seller/orders/{requested}/cancel",
    "reports": "/seller/reports?columns=1",
    "cancel-selected": "/seller/orders/selected?what=cancel&order={unshipped}&order={requested}",
    "confirm-selected": "/seller/orders/selected?what=confirm&order={unshipped}&order={requested}",
    "confirm-shipment": "/seller/orders/{requested}/confirm-shipment",
    "refund-order": "/seller/orders/{shipped}/refund?part=1",
    "uploads": "/seller/uploads",
    "uploads-filled": "/seller/uploads?kind=confirmation&format=xml&fill=1",
    "account-health": "/seller/account-health",
    "your-orders": "/buyer/orders",
    "cancel-items": "/buyer/orders/{pending}/cancel",
    "request-cancellation": "/buyer/orders/{requested}/request",
    "contact-seller": "/buyer/orders/{requested}/contact",
    "buyer-mail": "/buyer/orders/{requested}/mail",
    "messages": "/seller/messages",
    "mail": "/seller/mail",
    "amazon": "/amazon",
    "parcel": "/amazon/{unshipped}/parcel",
    "new-order": "/orders/new",
    "order": "/seller/orders/{requested}",
    "order-canceled": "/seller/orders/{canceled}",
    "notifications": "/notifications",
    "requests": "/requests",
    "faults": "/faults",
    "rules": "/rules?actor=carrier",
    "rules-of-order": "/rules?order={requested}&action=seller-cancel",
    "scenarios": "/scenarios",
    "edit-scenario": "/scenarios/edit?name=demo",
    "moments": "/scenarios/moments",
    "no-such-page": "/seller/nothing",
}


def paths(orders: Iterable[dict[str, Any]]) -> dict[str, str]:
    """The path of every page, for orders as the control API lists them."""
    found: dict[str, str] = {}
    for order in orders:
        found.setdefault(order["status"].lower(), order["order_id"])
        if order["request"] and order["request"]["state"] == "open":
            found.setdefault("requested", order["order_id"])
        if order["channel"] == "AFN":
            found.setdefault("fba", order["order_id"])
    return {name: path.format(**found) for name, path in PAGES.items()}
