"""Order reports as sellers of the old Marketplace had them in MWS: the orders that came in, in fewer columns.

`price` is that of one unit, `shipping-fee` and `total-price` are those of all units of the row; what is paid for and
not canceled says so. There is no column for what the buyer wants.
"""

from collections.abc import Iterator

from marketplace_sandbox.api.formats.reports import cells
from marketplace_sandbox.api.formats.reports.table import Column, Row, empty, money, rows_of
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.api.shared.visible_order import Money
from marketplace_sandbox.core.reports.values import Contents, Report

PAID = "paid_ship_now"
"""What `payments-status` says of an order that is to be shipped. Source: V21 in docs/sources.md."""


def columns(_report: Report, *, requests: bool) -> list[Column]:  # noqa: ARG001  the buyer's wishes are not in it
    """The columns in their order."""
    return [
        ("payments-status", lambda row: PAID if row.visible_order.payment_method else ""),
        ("order-id", cells.order_id),
        ("order-item-id", cells.order_item_id),
        ("payments-date", cells.payment_time),
        *empty("payments-transaction-id"),
        ("item-name", cells.title),
        *empty("listing-id"),
        ("sku", cells.sku),
        ("price", lambda row: money(row.visible_item.unit_price)),
        ("shipping-fee", cells.shipping),
        ("quantity-purchased", cells.quantity),
        ("total-price", _total),
        ("purchase-date", cells.purchase_time),
        *empty("batch-id"),
        ("buyer-email", cells.buyer_email),
        ("buyer-name", cells.buyer_name),
        ("recipient-name", cells.address(lambda to: to.name)),
        ("ship-address-1", cells.address(lambda to: to.line1)),
        ("ship-address-2", cells.address(lambda to: to.line2)),
        ("ship-city", cells.address(lambda to: to.city)),
        ("ship-state", cells.address(lambda to: to.state)),
        ("ship-zip", cells.address(lambda to: to.postal_code)),
        ("ship-country", cells.address(lambda to: to.country)),
        *empty("special-comments upc"),
        ("ship-method", cells.service),
    ]


def rows(contents: Contents) -> Iterator[Row]:
    """Every item."""
    return rows_of(contents, Dialect.ORDER_REPORTS)


def _total(row: Row) -> str:
    """What all units cost with their shipping."""
    price, shipping = row.visible_item.price, row.visible_item.shipping or row.visible_item.nothing
    return money(Money(price.amount + shipping.amount, price.currency)) if price and shipping else ""
