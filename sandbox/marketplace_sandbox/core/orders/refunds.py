"""What of an order can still be refunded, and whether a refund stays within it. Changes nothing."""

from collections.abc import Mapping
from decimal import Decimal

from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.order import Item, Order, RefundState

Refundable = dict[tuple[str, str], Decimal]
"""Amounts by (order item id, component)."""


def refundable_of(order: Order) -> Refundable:
    """What was charged for confirmed units less what has been refunded, released or still pending."""
    remaining: Refundable = {}
    for item in order.items:
        for component, unit in charges_of(item).items():
            remaining[item.order_item_id, component] = unit * item.quantity_confirmed
    for refund in order.refunds:
        if refund.state is not RefundState.CANCELED:
            for each in refund.amounts:
                remaining[each.order_item_id, each.component] -= each.amount
    return remaining


def charges_of(item: Item) -> dict[str, Decimal]:
    """What one unit was charged with, by component: discounts taken off, taxes together, wrapping and fees as price."""
    of = item.details
    taxes = of.shipping_tax + of.gift_wrap_tax - of.promotion_discount_tax - of.shipping_discount_tax
    fees = of.gift_wrap_price + of.cod_fee - of.cod_fee_discount
    return {
        "price": item.price - of.promotion_discount + fees,
        "tax": item.tax + taxes,
        "shipping": item.shipping - of.shipping_discount,
    }


def in_bounds(amounts: Mapping[tuple[str, str], Decimal], remaining: Refundable, marketplace_id: str) -> bool:
    """Whether the net is a credit, no component exceeds what is left of it, and the currency has that many decimals."""
    smallest = Decimal(1).scaleb(-MARKETPLACES[marketplace_id].decimals)
    exact = all(amount == amount.quantize(smallest) for amount in amounts.values())
    return (
        exact
        and sum(amounts.values()) > 0
        and all(amount <= remaining.get(key, Decimal(0)) for key, amount in amounts.items())
    )
