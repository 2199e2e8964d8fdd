"""What Orders v0 shows of an order and its items: by status, and by what the caller may see. Knows no wire name.

A canceled item keeps the quantity that was ordered: zero is known from third parties only, and would hide what the
cancellation was about.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from marketplace_sandbox.api.shared.order_lists import payment_method
from marketplace_sandbox.api.shared.status_view import address_values, buyer_values, has_buyer, has_money
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.order import Channel, Item, Order, Status

Values = dict[str, Any]


class View(NamedTuple):
    """Which personal data the caller's token shows."""

    buyer: bool = False
    address: bool = False


def order_values(order: Order, delivery_after: timedelta, view: View) -> Values:
    """An order. `delivery_after` is how long after the ship-by instant delivery is promised."""
    place = MARKETPLACES[order.marketplace_id]
    canceled = order.status is Status.CANCELED
    promised = order.ship_by_at if has_buyer(order) else None
    service = "Standard" if order.channel is Channel.AFN else f"Std {place.country} D2D Dom"
    method = payment_method(order)
    return {
        "order_id": order.order_id,
        "seller_order_id": order.seller_order_id or order.order_id,
        "purchased_at": order.purchased_at,
        "last_updated_at": order.last_updated_at,
        "status": order.status.value,
        "channel": order.channel.value,
        "sales_channel": order.sales_channel,
        "service_level": service,
        "total": _money(order, order.total),
        "shipped": 0 if canceled else order.quantity_confirmed,
        "unshipped": 0 if canceled else order.quantity_unconfirmed,
        "payment_method": method,
        "payment_details": ["Standard"] if method else None,
        "marketplace_id": order.marketplace_id,
        "service_category": "Standard",
        "order_type": "Preorder" if order.release_at else "StandardOrder",
        "ships_from": (order.release_at or order.purchased_at) if order.channel is Channel.MFN else None,
        "ship_by_at": order.ship_by_at,
        "delivered_from": promised,
        "delivered_by": promised + delivery_after if promised else None,
        "business": "Business" in order.programs,
        "prime": "Prime" in order.programs,
        "premium": "Premium" in order.programs,
        "global_express": False,
        "replacement": "Replacement" in order.programs,
        "sold_by_ab": False,
        "iba": "IBA" in order.programs,
        "picked_up_in_store": False,
        "access_point": False,
        "regulated": False,
        "automation": {"automated": False},
        "ship_to": address_values(order, full=view.address),
        "buyer": buyer_values(order, full=view.buyer) or None,
    }


def item_values(order: Order, item: Item, *, omit_when_false: bool) -> Values:
    """One item; money is that of the whole line. Before the release there is no money and no gift."""
    priced = has_money(order)
    return {
        "asin": item.asin,
        "sku": item.sku,
        "order_item_id": item.order_item_id,
        "title": item.title,
        "quantity": item.quantity,
        "shipped": item.quantity_confirmed,
        "product": {"units": 1},
        "price": _money(order, item.price * item.quantity),
        "shipping": _money(order, item.shipping * item.quantity),
        "tax": _money(order, item.tax * item.quantity),
        "shipping_tax": _money(order, item.price * 0),
        "shipping_discount": _money(order, item.price * 0),
        "promotion_discount": _money(order, item.price * 0),
        "gift": False if priced else None,
        "condition": "New",
        "subcondition": "New",
        "serial_numbers": False,
        "transparency": False,
        "buyer": {},
        "requested_cancel": _requested_cancel(item, omit_when_false=omit_when_false),
    }


def _requested_cancel(item: Item, *, omit_when_false: bool) -> Values | None:
    if omit_when_false and not item.cancellation_requested:
        return None
    return {"requested": item.cancellation_requested, "reason": item.cancel_reason}


def _money(order: Order, amount: Decimal) -> Values | None:
    if not has_money(order):
        return None
    return {"currency": MARKETPLACES[order.marketplace_id].currency, "amount": amount}
