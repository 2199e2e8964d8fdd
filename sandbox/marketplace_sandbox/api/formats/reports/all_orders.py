"""All orders, by last update or by order date: one row for each item, of every channel and status.

Statuses have words of their own here, `Cancelled` with two L. The file MWS wrote is older: it has a column for a URL
and ends before those of later years, so the buyer's wishes are not in it.
"""

from collections.abc import Callable, Iterator

from marketplace_sandbox.api.formats.reports import cells
from marketplace_sandbox.api.formats.reports.table import Cell, Column, Row, empty, flag, moment, rows_of
from marketplace_sandbox.api.shared.status_table import Dialect, Part
from marketplace_sandbox.core.orders.order import Channel, Status
from marketplace_sandbox.core.orders.order_details import TaxCollection
from marketplace_sandbox.core.reports.values import Contents, Report

ORDER_STATUS = {
    Status.PENDING_AVAILABILITY: "Pending",
    Status.PENDING: "Pending",
    Status.UNSHIPPED: "Unshipped",
    Status.PARTIALLY_SHIPPED: "Shipping",
    Status.SHIPPED: "Shipped",
    Status.INVOICE_UNCONFIRMED: "Shipped",
    Status.CANCELED: "Cancelled",
    Status.UNFULFILLABLE: "Unshipped",
}
FULFILLED_BY = {Channel.AFN: "Amazon", Channel.MFN: "Merchant"}


def columns(report: Report, *, requests: bool) -> list[Column]:
    """The columns in their order; `requests` adds the buyer's wishes, which MWS's older file has not."""
    return [*_base(legacy=report.legacy), *([] if report.legacy else _later(requests=requests))]


def rows(contents: Contents) -> Iterator[Row]:
    """Every item."""
    return rows_of(contents, Dialect.ALL_ORDERS)


def _base(*, legacy: bool) -> list[Column]:
    return [
        ("amazon-order-id", cells.order_id),
        ("merchant-order-id", merchant_order_id),
        ("purchase-date", cells.purchase_time),
        ("last-updated-date", lambda row: moment(row.order.last_updated_at)),
        ("order-status", order_status),
        ("fulfillment-channel", fulfilled_by),
        ("sales-channel", cells.sales_channel),
        *empty("order-channel url" if legacy else "order-channel"),
        ("ship-service-level", cells.service),
        ("product-name", cells.title),
        ("sku", cells.sku),
        ("asin", cells.asin),
        ("item-status", item_status),
        ("quantity", cells.quantity),
        ("currency", cells.currency),
        ("item-price", cells.price),
        ("item-tax", cells.tax),
        ("shipping-price", cells.shipping),
        ("shipping-tax", cells.shipping_tax),
        ("gift-wrap-price", cells.gift_wrap_price),
        ("gift-wrap-tax", cells.gift_wrap_tax),
        ("item-promotion-discount", item_discount),
        ("ship-promotion-discount", shipping_discount),
        *cells.TOWN,  # no more of the address: these reports are not restricted
        ("promotion-ids", cells.promotion_ids),
        *cells.BUSINESS,
    ]


def _later(*, requests: bool) -> list[Column]:
    return [
        ("number-of-items", cells.units_per_item),
        ("tax-collection-model", _taxes(lambda by: by.model)),
        ("tax-collection-responsible-party", _taxes(lambda by: by.responsible_party)),
        ("address-type", cells.address(lambda to: to.address_type or "")),
        ("payment-method-details", lambda row: ",".join(row.visible_order.payment_details or ())),
        *empty("item-extensions-data"),
        ("fulfilled-by", fulfilled_by),
        ("buyer-company-name", cells.buyer_company),
        *empty("buyer-tax-registration-country buyer-tax-registration-type"),
        ("is-heavy-or-bulky", cells.no),
        ("is-replacement-order", cells.program("Replacement")),
        ("is-exchange-order", cells.no),
        ("original-order-id", lambda row: row.order.details.replaced_order_id),
        ("is-amazon-invoiced", cells.no),
        *empty("vat-exclusive-item-price vat-exclusive-shipping-price vat-exclusive-giftwrap-price"),
        ("is-iba", cells.program("IBA")),
        *(cells.REQUEST if requests else ()),
        ("is-transparency", lambda row: flag(row.item.details.is_transparency)),
        ("ioss-number", lambda row: row.item.details.ioss_number),
        *empty("order-invoice-type"),
    ]


def _taxes(part: Callable[[TaxCollection], str]) -> Cell:
    """A part of who takes the tax, where that is not the seller."""
    return lambda row: part(row.visible_item.tax_collection) if row.visible_item.tax_collection else ""


def _where_promoted(read: Cell) -> Cell:
    """A sum that this file leaves empty for items without a promotion."""

    def cell(row: Row) -> str:
        of = row.item.details
        return read(row) if of.promotion_discount or of.shipping_discount else ""

    return cell


item_discount = _where_promoted(cells.promotion_discount)
shipping_discount = _where_promoted(cells.shipping_discount)


def merchant_order_id(row: Row) -> str:
    """The seller's own number, or the order's id until the seller names one."""
    return row.order.seller_order_id or row.order.order_id


def order_status(row: Row) -> str:
    """The word of these reports for the order's status."""
    return ORDER_STATUS[row.order.status]


def fulfilled_by(row: Row) -> str:
    """Who ships it."""
    return FULFILLED_BY[row.order.channel]


def item_status(row: Row) -> str:
    """Shipped once all of the item is, or once the order is; canceled where the item alone is."""
    if Part.ITEM_STATUS not in row.visible_order.parts:
        return ""
    word = ORDER_STATUS[Status.CANCELED if row.item.canceled else row.order.status]
    if word in ("Shipped", "Cancelled"):
        return word
    return "Unshipped" if row.item.quantity_unconfirmed else "Shipped"
