"""What Orders 2026-01-01 shows of an order: identity and items always, data sets when asked for. Knows no wire name.

What a status hides is hidden as in v0: money, buyer and address before the release, buyer and address of a canceled
order. Different are: no restricted data token, since roles decide and every seller here has them; the seller's own
number shows only where there is one; InvoiceUnconfirmed is gone, such an order is SHIPPED and its tax data say that
the invoice is missing. Prices of pending orders were once seen in Japan; here they stay hidden as in v0. A replacement
does not show, because the order it replaces is not known.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from marketplace_sandbox.api.shared.order_lists import payment_method
from marketplace_sandbox.api.shared.status_view import address_values, buyer_values, has_buyer, has_money
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.order import Cancellation, Channel, Item, Order, Status
from marketplace_sandbox.core.reasons import AMAZON_REASONS, BUYER_DIRECT, BUYER_REASONS, SELLER_REASONS

Values = dict[str, Any]

STATUS_WORDS: Mapping[Status, str] = {
    Status.PENDING_AVAILABILITY: "PENDING_AVAILABILITY",
    Status.PENDING: "PENDING",
    Status.UNSHIPPED: "UNSHIPPED",
    Status.PARTIALLY_SHIPPED: "PARTIALLY_SHIPPED",
    Status.SHIPPED: "SHIPPED",
    Status.INVOICE_UNCONFIRMED: "SHIPPED",
    Status.CANCELED: "CANCELLED",
    Status.UNFULFILLABLE: "UNFULFILLABLE",
}
"""The word of each status; two of them share one."""

CHANNEL_WORDS: Mapping[Channel, str] = {Channel.MFN: "MERCHANT", Channel.AFN: "AMAZON"}

REASON_WORDS: Mapping[str, str] = {
    **{key: reason.label for key, reason in SELLER_REASONS.items()},
    **AMAZON_REASONS,
    **BUYER_REASONS,
    # the one wording of an execution that the platform has published
    BUYER_DIRECT: AMAZON_REASONS["fba_granted"],
}
"""What people read for the canonical key of any party's reason."""

_PROGRAMS = {"Business": "AMAZON_BUSINESS", "Prime": "PRIME", "Premium": "PREMIUM", "IBA": "INVOICE_BY_AMAZON"}


def order_values(order: Order, delivery_after: timedelta, included: Collection[str]) -> Values:
    """An order with these data sets. `delivery_after` is how long after the ship-by instant delivery is promised.

    EXPENSE, PROMOTION and FULFILLMENT_ORDERS bring nothing, for there are none.
    """
    sets: Mapping[str, tuple[str, Callable[[], Any]]] = {
        "BUYER": ("buyer", lambda: buyer_values(order, full=True)),
        "RECIPIENT": ("recipient", lambda: _recipient(order)),
        "PROCEEDS": ("proceeds", lambda: _proceeds(order, order.items)),
        "PAYMENT": ("payment", lambda: _payment(order)),
        "TAX": ("tax", lambda: {"invoicing": {"status": "NOT_FOUND"}} if order.invoice else None),
        "FULFILLMENT": ("fulfillment", lambda: _fulfillment(order, delivery_after)),
        "PACKAGES": ("packages", lambda: _packages(order)),
    }
    data = {name: values() or None for asked, (name, values) in sets.items() if asked in included}
    return _fixed_part(order) | data | {"items": [_item(order, each, included) for each in order.items]}


def _fixed_part(order: Order) -> Values:
    own_number = [{"alias": order.seller_order_id, "kind": "SELLER_ORDER_ID"}] if order.seller_order_id else None
    programs = [_PROGRAMS[each] for each in order.programs if each in _PROGRAMS]
    return {
        "order_id": order.order_id,
        "aliases": own_number,
        "purchased_at": order.purchased_at,
        "last_updated_at": order.last_updated_at,
        "programs": [*programs, *(["PREORDER"] if order.release_at else [])] or None,
        "sales_channel": {
            "name": "NON_AMAZON" if order.multi_channel else "AMAZON",
            "marketplace_id": order.marketplace_id,
            "marketplace": MARKETPLACES[order.marketplace_id].sales_channel,
        },
    }


# Items


def _item(order: Order, item: Item, included: Collection[str]) -> Values:
    sets: Mapping[str, tuple[str, Callable[[], Any]]] = {
        "PROCEEDS": ("proceeds", lambda: _proceeds(order, [item])),
        "CANCELLATION": ("cancellation", lambda: _cancellation(order, item)),
        "FULFILLMENT": ("fulfillment", lambda: _units(order, item)),
    }
    data = {name: values() or None for asked, (name, values) in sets.items() if asked in included}
    return {
        "order_item_id": item.order_item_id,
        "quantity": item.quantity,
        "product": _product(order, item),
        **data,
    }


def _product(order: Order, item: Item) -> Values:
    return {
        "asin": item.asin,
        "title": item.title,
        "sku": item.sku,
        "condition": {"kind": "NEW", "subkind": "NEW"},
        "price": {"unit": _money(order, item.price)} if has_money(order) else None,
    }


def _cancellation(order: Order, item: Item) -> Values:
    """The request for as long as it is not withdrawn, and the execution once there is one; perhaps neither."""
    request = {"requester": "BUYER", "reason": item.cancel_reason} if item.cancellation_requested else None
    execution = _execution(order.cancellation) if order.cancellation else None
    return {name: each for name, each in (("request", request), ("execution", execution)) if each}


def _execution(ended: Cancellation) -> Values:
    return {"by": ended.by.value, "reason": REASON_WORDS.get(ended.reason, ended.reason)}


def _units(order: Order, item: Item) -> Values:
    """Of a canceled order nothing is shipped and nothing is left to ship, as its counts say in v0."""
    if order.status is Status.CANCELED:
        return {"fulfilled": 0, "unfulfilled": 0}
    return {"fulfilled": item.quantity_confirmed, "unfulfilled": item.quantity_unconfirmed}


# Data sets of the order


def _recipient(order: Order) -> Values | None:
    address = address_values(order, full=True)
    return {"address": address} if address else None


def _proceeds(order: Order, items: Collection[Item]) -> Values | None:
    """The total of some items and what it consists of; kinds that come to nothing are left out, but for the items."""
    if not has_money(order):
        return None
    kinds = {
        "ITEM": sum((each.price * each.quantity for each in items), Decimal(0)),
        "SHIPPING": sum((each.shipping * each.quantity for each in items), Decimal(0)),
        "TAX": sum((each.tax * each.quantity for each in items), Decimal(0)),
    }
    shown = [(kind, amount) for kind, amount in kinds.items() if amount or kind == "ITEM"]
    return {
        "total": _money(order, sum(kinds.values(), Decimal(0))),
        "breakdowns": [{"kind": kind, "subtotal": _money(order, amount)} for kind, amount in shown],
    }


def _payment(order: Order) -> Values | None:
    method = payment_method(order)
    return {"executions": [{"method": method, "amount": _money(order, order.total)}]} if method else None


def _fulfillment(order: Order, delivery_after: timedelta) -> Values:
    by_merchant = order.channel is Channel.MFN
    window = {"earliest": order.release_at or order.purchased_at, "latest": order.ship_by_at}
    promised = order.ship_by_at if has_buyer(order) else None
    return {
        "status": STATUS_WORDS[order.status],
        "by": CHANNEL_WORDS[order.channel],
        "service": "STANDARD",
        "shipping": window if by_merchant else None,
        "delivery": {"earliest": promised, "latest": promised + delivery_after} if promised else None,
    }


def _packages(order: Order) -> list[Values]:
    """What the seller has confirmed. The platform cannot see a parcel leave, so it is shipped from then on."""
    if order.channel is Channel.AFN:
        return []
    return [
        {
            "reference": str(number),
            "created_at": each.shipped_at,
            "status": {"status": "SHIPPED"},
            "carrier": each.carrier or None,
            "shipped_at": each.shipped_at,
            "tracking": each.tracking or None,
            "items": [{"order_item_id": item_id, "quantity": quantity} for item_id, quantity in each.items],
        }
        for number, each in enumerate(order.shipments, 1)
    ]


def _money(order: Order, amount: Decimal) -> Values:
    return {"amount": amount, "currency": MARKETPLACES[order.marketplace_id].currency}
