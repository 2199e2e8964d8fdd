"""Pending orders: one row for each item that nobody may ship yet, of orders that the seller is to ship. No price.

Columns: the published attributes of these reports (V20 in docs/sources.md); the converged file has the same.
"""

from collections.abc import Iterator

from marketplace_sandbox.api.formats.reports import cells
from marketplace_sandbox.api.formats.reports.table import Column, Row, rows_of
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.reports.values import Contents, Report


def columns(_report: Report, *, requests: bool) -> list[Column]:  # noqa: ARG001  the buyer's wishes are not in it
    """The columns in their order."""
    return [
        ("order-id", cells.order_id),
        ("order-item-id", cells.order_item_id),
        ("purchase-date", cells.purchase_time),
        ("sku", cells.sku),
        ("product-name", cells.title),
        ("quantity-purchased", cells.quantity),
        ("payment-type", lambda row: row.visible_order.payment_method or ""),
    ]


def rows(contents: Contents) -> Iterator[Row]:
    """Every item."""
    return rows_of(contents, Dialect.PENDING_ORDERS)
