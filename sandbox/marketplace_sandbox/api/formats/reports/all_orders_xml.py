"""All orders as XML: a message for each order, with what the table of all orders says, in the same words.

Elements and their sequence as in a file of the US store of 2017; those of later years, which the file that MWS wrote
does not have, under the names that programs of today read (V22 in docs/sources.md). What the table has empty is not
there, and of a canceled order there is no price.
"""

from collections.abc import Iterable
from io import BytesIO
from itertools import groupby

from lxml import etree

from marketplace_sandbox.api.formats.reports import all_orders, cells
from marketplace_sandbox.api.formats.reports.table import Cell, Row, moment
from marketplace_sandbox.api.shared.xml import Node, leaf, tree
from marketplace_sandbox.core.reports.values import Contents, Report

SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"

SUMS: dict[str, Cell] = {
    "Principal": cells.price,
    "Tax": cells.tax,
    "Shipping": cells.shipping,
    "ShippingTax": cells.shipping_tax,
    "GiftWrap": cells.gift_wrap_price,
    "GiftWrapTax": cells.gift_wrap_tax,
}
"""The components of an item's price by their types; one of nothing is left out, but for the price itself."""


def as_xml(report: Report, contents: Contents, encoding: str) -> bytes:
    """The whole file. What an encoding has no sign for is written as a reference."""
    by_order = groupby(all_orders.rows(contents), lambda row: row.order.order_id)
    messages = [tree("Message", order_element(report, rows)) for _, rows in by_order]
    header = tree("Header", leaf("DocumentVersion", "1.00"))
    root = tree("AmazonEnvelope", header, leaf("MessageType", "AllOrdersReport"), *messages)
    root.set(SCHEMA, "amzn-envelope.xsd")
    etree.indent(root)
    file = BytesIO()
    etree.ElementTree(root).write(file, xml_declaration=True, encoding=encoding)
    return file.getvalue() + b"\n"


def order_element(report: Report, of_order: Iterable[Row]) -> Node:
    """What the file says of one order, from its rows."""
    rows = list(of_order)
    row = rows[0]
    return tree(
        "Order",
        _element(row, "AmazonOrderID", cells.order_id),
        _element(row, "MerchantOrderID", all_orders.merchant_order_id),
        _element(row, "PurchaseDate", cells.purchase_time),
        _element(row, "LastUpdatedDate", lambda row: moment(row.order.last_updated_at)),
        _element(row, "OrderStatus", all_orders.order_status),
        _element(row, "SalesChannel", cells.sales_channel),
        tree(
            "FulfillmentData",
            _element(row, "FulfillmentChannel", all_orders.fulfilled_by),
            _element(row, "ShipServiceLevel", cells.service),
            _address(row),
        ),
        _element(row, "IsBusinessOrder", cells.program("Business")),
        _element(row, "PurchaseOrderNumber", cells.purchase_order_number),
        *([] if report.legacy else _later(row)),
        *(_item(report, each) for each in rows),
    )


def _element(row: Row, name: str, cell: Cell) -> Node | None:
    """An element of a cell; none of an empty one."""
    return leaf(name, cell(row) or None)


def _unless_empty(name: str, *children: Node | None) -> Node | None:
    """An element with those of the children that exist; none without any."""
    node = tree(name, *children)
    return node if len(node) else None


def _address(row: Row) -> Node | None:
    """No more of where it goes than the table has: these reports are not restricted."""
    return _unless_empty(
        "Address",
        _element(row, "City", cells.address(lambda to: to.city)),
        _element(row, "State", cells.address(lambda to: to.state)),
        _element(row, "PostalCode", cells.address(lambda to: to.postal_code)),
        _element(row, "Country", cells.address(lambda to: to.country)),
    )


def _later(row: Row) -> list[Node | None]:
    return [
        _element(row, "IsReplacementOrder", cells.program("Replacement")),
        _element(row, "IsExchangeOrder", cells.no),
        _element(row, "IsIba", cells.program("IBA")),
    ]


def _item(report: Report, row: Row) -> Node:
    return tree(
        "OrderItem",
        _element(row, "AmazonOrderItemCode", cells.order_item_id),
        _element(row, "ASIN", cells.asin),
        _element(row, "SKU", cells.sku),
        _element(row, "ItemStatus", all_orders.item_status),
        _element(row, "ProductName", cells.title),
        _element(row, "Quantity", cells.quantity),
        _price(row),
        _promotion(row),
        *([] if report.legacy else _requests(row)),
    )


def _price(row: Row) -> Node | None:
    """The sums that there are; none of what is hidden."""
    sums = {kind: cell(row) for kind, cell in SUMS.items()}
    components = [
        _component(kind, sum_, cells.currency(row))
        for kind, sum_ in sums.items()
        if sum_ and (kind == "Principal" or sum_.strip("0."))
    ]
    return _unless_empty("ItemPrice", *components)


def _component(kind: str, sum_: str, currency: str) -> Node:
    amount = etree.Element("Amount", currency=currency)
    amount.text = sum_
    return tree("Component", leaf("Type", kind), amount)


def _promotion(row: Row) -> Node | None:
    return _unless_empty(
        "Promotion",
        _element(row, "PromotionIDs", cells.promotion_ids),
        _element(row, "ItemPromotionDiscount", all_orders.item_discount),
        _element(row, "ShipPromotionDiscount", all_orders.shipping_discount),
    )


def _requests(row: Row) -> list[Node | None]:
    """The buyer's wishes, while the seller has them turned on."""
    if not row.contents.policy.is_on("order_report_cancellation_columns"):
        return []
    return [
        _element(row, "IsBuyerRequestedCancellation", cells.is_requested),
        _unless_empty("BuyerRequestedCancel", _element(row, "Reason", cells.request_reason)),
    ]
