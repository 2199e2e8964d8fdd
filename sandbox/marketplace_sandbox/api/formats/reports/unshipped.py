"""Unshipped orders: one row for each item that waits for its shipment. Columns as in a file of the US store of 2025.

The two verges are judged as of the report's instant: a shipment is about to be late from a day before the ship-by
instant, an order about to be canceled from two days before the automatic cancellation.
"""

from collections.abc import Iterator
from datetime import timedelta

from marketplace_sandbox.api.formats.reports import cells
from marketplace_sandbox.api.formats.reports.table import Column, Row, empty, flag, moment, rows_of
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.policy import auto_cancel_at
from marketplace_sandbox.core.reports.values import Contents, Report

LATE = timedelta(days=1)
CANCELED = timedelta(days=2)


def columns(_report: Report, *, requests: bool) -> list[Column]:
    """The columns in their order; `requests` adds the buyer's wishes."""
    return [
        ("order-id", cells.order_id),
        ("order-item-id", cells.order_item_id),
        ("purchase-date", cells.purchase_time),
        ("payments-date", cells.payment_time),
        ("reporting-date", lambda row: moment(row.contents.at)),
        ("promise-date", lambda row: moment(row.visible_order.latest_ship_date)),
        ("days-past-promise", _days_past),
        ("buyer-email", cells.buyer_email),
        ("buyer-name", cells.buyer_name),
        *empty("cpf"),
        ("buyer-phone-number", cells.phone),
        ("sku", cells.sku),
        ("number-of-items", cells.units_per_item),
        ("product-name", cells.title),
        ("quantity-purchased", cells.quantity),
        ("quantity-shipped", lambda row: str(row.visible_item.units_shipped)),
        ("quantity-to-ship", lambda row: str(row.visible_item.units_unshipped)),
        ("ship-service-level", cells.service),
        ("ship-service-name", lambda row: row.visible_order.service_level),
        *cells.STREET,
        *cells.TOWN,
        ("sales-channel", cells.sales_channel),
        ("customized-url", lambda row: row.visible_item.customized_url or ""),
        *empty("customized-page"),
        *cells.BUSINESS,
        ("is-prime", cells.program("Prime")),
        *(cells.REQUEST if requests else ()),
        ("verge-of-cancellation", _nearly_canceled),
        ("verge-of-lateShipment", _nearly_late),
        ("signature-confirmation-recommended", cells.no),
        *empty("buyer-identification-number buyer-identification-type"),
    ]


def rows(contents: Contents) -> Iterator[Row]:
    """The items of which something is still to be shipped."""
    return (row for row in rows_of(contents, Dialect.ORDER_REPORTS) if row.item.quantity_unconfirmed)


def _days_past(row: Row) -> str:
    """Days from the promised day to that of the report, by the marketplace's calendar; below zero before it."""
    promised, zone = row.order.ship_by_at, cells.marketplace(row).zone
    if promised is None:
        return ""
    return str((row.contents.at.astimezone(zone).date() - promised.astimezone(zone).date()).days)


def _nearly_late(row: Row) -> str:
    promised = row.order.ship_by_at
    return flag(promised is not None and row.contents.at >= promised - LATE)


def _nearly_canceled(row: Row) -> str:
    promised = row.order.ship_by_at
    if promised is None:
        return flag(False)
    canceled_at = auto_cancel_at(promised, row.order.marketplace_id, row.contents.policy)
    return flag(row.contents.at >= canceled_at - CANCELED)
