"""What a status shows of an order, the same in every dialect: money, buyer, address. Knows no wire name."""

from typing import Any

from marketplace_sandbox.core.order import Channel, Order, Status

Values = dict[str, Any]

UNRELEASED = (Status.PENDING_AVAILABILITY, Status.PENDING)
ADDRESSED = (Status.UNSHIPPED, Status.PARTIALLY_SHIPPED, Status.SHIPPED, Status.INVOICE_UNCONFIRMED)
"""Statuses in which the seller sees where an order goes."""


def has_money(order: Order) -> bool:
    """Whether amounts are shown: not before the release, and not of what was canceled before it."""
    never_released = order.status is Status.CANCELED and order.released_at is None
    return order.status not in UNRELEASED and not never_released


def has_buyer(order: Order) -> bool:
    """Whether the buyer and the delivery promise are shown."""
    return order.status not in (*UNRELEASED, Status.CANCELED)


def buyer_values(order: Order, *, full: bool) -> Values:
    """The buyer: a relay address, and in full the name."""
    if not has_buyer(order):
        return {}
    return {"email": order.buyer.email or None, "name": (order.buyer.name or None) if full else None}


def address_values(order: Order, *, full: bool) -> Values | None:
    """Where the order goes: four coarse fields, and in full the rest. Amazon keeps the phone number of its own."""
    if order.status not in ADDRESSED:
        return None
    to = order.ship_to
    coarse = {"city": to.city, "state": to.state, "postal_code": to.postal_code, "country": to.country}
    phone = {"phone": to.phone} if order.channel is Channel.MFN else {}
    personal = {"name": to.name, "line1": to.line1, "line2": to.line2} | phone if full else {}
    return {name: text for name, text in (personal | coarse).items() if text}
