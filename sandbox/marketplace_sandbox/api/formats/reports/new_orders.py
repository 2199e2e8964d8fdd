"""Order reports: one row for each item of the orders that came in, with prices. Columns as in a file of the EU stores.

They tell of no status: a canceled order and one the buyer wants canceled stand there like any other.
"""

from collections.abc import Iterator

from marketplace_sandbox.api.formats.reports import cells
from marketplace_sandbox.api.formats.reports.options import SHOW_SALES_CHANNEL
from marketplace_sandbox.api.formats.reports.table import Column, Row, empty, moment, rows_of
from marketplace_sandbox.api.shared.status_table import Dialect
from marketplace_sandbox.core.reports.values import Contents, Report


def columns(report: Report, *, requests: bool) -> list[Column]:
    """The columns in their order; `requests` adds the buyer's wishes, an option the sales channel."""
    sales_channel = report.options.get(SHOW_SALES_CHANNEL, "").lower() == "true"
    return [
        ("order-id", cells.order_id),
        ("order-item-id", cells.order_item_id),
        ("purchase-date", cells.purchase_time),
        ("payments-date", cells.payment_time),
        ("buyer-email", cells.buyer_email),
        ("buyer-name", cells.buyer_name),
        ("buyer-phone-number", cells.phone),
        ("sku", cells.sku),
        ("number-of-items", cells.units_per_item),
        ("product-name", cells.title),
        ("quantity-purchased", cells.quantity),
        ("currency", cells.currency),
        ("item-price", cells.price),
        ("item-tax", cells.tax),
        ("shipping-price", cells.shipping),
        ("shipping-tax", cells.shipping_tax),
        ("ship-service-level", cells.service),
        *cells.STREET,
        *cells.TOWN,
        ("ship-phone-number", cells.phone),
        ("item-promotion-discount", cells.promotion_discount),
        ("item-promotion-id", cells.promotion_ids),
        ("ship-promotion-discount", cells.shipping_discount),
        *empty("ship-promotion-id delivery-start-date delivery-end-date delivery-time-zone delivery-Instructions"),
        *([("sales-channel", cells.sales_channel)] if sales_channel else []),
        ("earliest-ship-date", lambda row: moment(row.visible_order.earliest_ship_date)),
        ("latest-ship-date", lambda row: moment(row.visible_order.latest_ship_date)),
        ("earliest-delivery-date", lambda row: moment(row.visible_order.earliest_delivery_date)),
        ("latest-delivery-date", lambda row: moment(row.visible_order.latest_delivery_date)),
        *cells.BUSINESS,
        ("is-prime", cells.program("Prime")),
        ("buyer-company-name", cells.buyer_company),
        ("is-iba", cells.program("IBA")),
        *(cells.REQUEST if requests else ()),
    ]


def rows(contents: Contents) -> Iterator[Row]:
    """Every item."""
    return rows_of(contents, Dialect.ORDER_REPORTS)
