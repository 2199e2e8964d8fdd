"""All orders as XML: a message for each order, which says what the table of all orders says in its columns.

Elements and their sequence as in a file of the US store of 2017; those of later years under the names that programs of
today read (V22 in docs/sources.md). A column that the table does not have, as in the older file that MWS wrote, or that
it has empty, is no element; so a canceled order has no price.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from itertools import groupby

from lxml import etree

from marketplace_sandbox.api.formats.reports import all_orders, cells
from marketplace_sandbox.api.formats.reports.table import Cell, Row
from marketplace_sandbox.api.shared.xml import Node, leaf, tree
from marketplace_sandbox.core.reports.values import Contents, Report

SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"

Names = Mapping[str, str]
"""Elements in their sequence, each with the column of the table that it is written from."""

ORDER: Names = {
    "AmazonOrderID": "amazon-order-id",
    "MerchantOrderID": "merchant-order-id",
    "PurchaseDate": "purchase-date",
    "LastUpdatedDate": "last-updated-date",
    "OrderStatus": "order-status",
    "SalesChannel": "sales-channel",
}
FULFILLMENT: Names = {"FulfillmentChannel": "fulfillment-channel", "ShipServiceLevel": "ship-service-level"}
ADDRESS: Names = {
    "City": "ship-city",
    "State": "ship-state",
    "PostalCode": "ship-postal-code",
    "Country": "ship-country",
    "AddressType": "address-type",
}
REST_OF_ORDER: Names = {
    "IsBusinessOrder": "is-business-order",
    "PurchaseOrderNumber": "purchase-order-number",
    "PaymentMethodDetails": "payment-method-details",
    "IsReplacementOrder": "is-replacement-order",
    "IsExchangeOrder": "is-exchange-order",
    "OriginalOrderID": "original-order-id",
    "IsIba": "is-iba",
    "IossNumber": "ioss-number",
}
ITEM: Names = {
    "ASIN": "asin",
    "SKU": "sku",
    "ItemStatus": "item-status",
    "ProductName": "product-name",
    "Quantity": "quantity",
    "NumberOfItems": "number-of-items",
}
SUMS: Names = {
    "Principal": "item-price",
    "Tax": "item-tax",
    "Shipping": "shipping-price",
    "ShippingTax": "shipping-tax",
    "GiftWrap": "gift-wrap-price",
    "GiftWrapTax": "gift-wrap-tax",
}
"""The components of an item's price by their types; one of nothing is left out, but for the price itself."""

PROMOTION: Names = {
    "PromotionIDs": "promotion-ids",
    "ItemPromotionDiscount": "item-promotion-discount",
    "ShipPromotionDiscount": "ship-promotion-discount",
}
REST_OF_ITEM: Names = {
    "PriceDesignation": "price-designation",
    "TaxCollectionModel": "tax-collection-model",
    "TaxCollectionResponsibleParty": "tax-collection-responsible-party",
    "IsHeavyOrBulky": "is-heavy-or-bulky",
    "IsAmazonInvoiced": "is-amazon-invoiced",
    "IsTransparency": "is-transparency",
    "IsBuyerRequestedCancellation": "is-buyer-requested-cancellation",
}
REQUEST: Names = {"Reason": "buyer-requested-cancel-reason"}
BUYER: Names = {"BuyerCompanyName": "buyer-company-name"}


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
    requests = rows[0].contents.policy.is_on("order_report_cancellation_columns")
    columns = dict(all_orders.columns(report, requests=requests))
    said = _read(rows[0], columns)
    return tree(
        "Order",
        *_leaves(ORDER, said),
        tree("FulfillmentData", *_leaves(FULFILLMENT, said), _unless_empty("Address", *_leaves(ADDRESS, said))),
        *_leaves(REST_OF_ORDER, said),
        *(_item(cells.order_item_id(row), _read(row, columns)) for row in rows),
    )


def _read(row: Row, columns: Mapping[str, Cell]) -> Mapping[str, str]:
    return {name: cell(row) for name, cell in columns.items()}


def _item(order_item_id: str, said: Mapping[str, str]) -> Node:
    return tree(
        "OrderItem",
        leaf("AmazonOrderItemCode", order_item_id),
        *_leaves(ITEM, said),
        _price(said),
        _unless_empty("Promotion", *_leaves(PROMOTION, said)),
        *_leaves(REST_OF_ITEM, said),
        _unless_empty("BuyerRequestedCancel", *_leaves(REQUEST, said)),
        _unless_empty("BuyerInfo", *_leaves(BUYER, said)),
    )


def _price(said: Mapping[str, str]) -> Node | None:
    """The sums that there are; none of what is hidden."""
    sums = {kind: said[column] for kind, column in SUMS.items()}
    components = [
        tree("Component", leaf("Type", kind), _amount(sum_, said["currency"]))
        for kind, sum_ in sums.items()
        if sum_ and (kind == "Principal" or sum_.strip("0."))
    ]
    return _unless_empty("ItemPrice", *components)


def _amount(sum_: str, currency: str) -> Node:
    node = etree.Element("Amount", currency=currency)
    node.text = sum_
    return node


def _leaves(names: Names, said: Mapping[str, str]) -> list[Node | None]:
    """An element for each column that says something."""
    return [leaf(name, said.get(column) or None) for name, column in names.items()]


def _unless_empty(name: str, *children: Node | None) -> Node | None:
    """An element with those of the children that exist; none without any."""
    node = tree(name, *children)
    return node if len(node) else None
