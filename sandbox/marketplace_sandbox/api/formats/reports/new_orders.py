"""Order reports: one row for each item of the orders that came in, with prices. Columns as in a file of the EU stores.

They tell of no status: a canceled order and one the buyer wants canceled stand there like any other.
"""

from collections.abc import Iterator

from marketplace_sandbox.api.formats.reports import cells
from marketplace_sandbox.api.formats.reports.cells import amount
from marketplace_sandbox.api.formats.reports.options import SHOW_SALES_CHANNEL
from marketplace_sandbox.api.formats.reports.table import Cell, Column, Row, empty, moment
from marketplace_sandbox.api.shared.status_view import has_buyer
from marketplace_sandbox.core.reports.values import Contents, Report


def columns(report: Report, *, requests: bool) -> list[Column]:
    """The columns in their order; `requests` adds the buyer's wishes, an option the sales channel."""
    sales_channel = report.options.get(SHOW_SALES_CHANNEL, "").lower() == "true"
    return [
        ("order-id", cells.order_id),
        ("order-item-id", cells.order_item_id),
        ("purchase-date", cells.purchased),
        ("payments-date", cells.paid),
        ("buyer-email", cells.buyer_email),
        ("buyer-name", cells.buyer_name),
        ("buyer-phone-number", cells.phone),
        ("sku", cells.sku),
        ("number-of-items", cells.units_per_item),
        ("product-name", cells.title),
        ("quantity-purchased", cells.quantity),
        ("currency", cells.currency),
        ("item-price", amount(cells.price)),
        ("item-tax", amount(cells.tax)),
        ("shipping-price", amount(cells.shipping)),
        ("shipping-tax", amount(cells.none)),
        ("ship-service-level", cells.service),
        *cells.STREET,
        *cells.TOWN,
        ("ship-phone-number", cells.phone),
        ("item-promotion-discount", amount(cells.none)),
        *empty("item-promotion-id"),
        ("ship-promotion-discount", amount(cells.none)),
        *empty("ship-promotion-id delivery-start-date delivery-end-date delivery-time-zone delivery-Instructions"),
        *([("sales-channel", cells.sales_channel)] if sales_channel else []),
        ("earliest-ship-date", lambda row: moment(row.order.release_at or row.order.purchased_at)),
        ("latest-ship-date", lambda row: moment(row.order.ship_by_at)),
        ("earliest-delivery-date", _delivery(latest=False)),
        ("latest-delivery-date", _delivery(latest=True)),
        *cells.BUSINESS,
        ("is-prime", cells.program("Prime")),
        *empty("buyer-company-name"),
        ("is-iba", cells.program("IBA")),
        *(cells.REQUEST if requests else ()),
    ]


def rows(contents: Contents) -> Iterator[Row]:
    """Every item."""
    for order in contents.orders:
        yield from (Row(contents, order, item) for item in order.items)


def _delivery(*, latest: bool) -> Cell:
    def cell(row: Row) -> str:
        promised = row.order.ship_by_at if has_buyer(row.order) else None
        if promised is None:
            return ""
        after = row.contents.policy.span("delivery_after", row.order.marketplace_id)
        return moment(promised + after if latest else promised)

    return cell
