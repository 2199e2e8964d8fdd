"""Order reports as XML: a message for each order that came in, in the envelope that feeds use as well.

Older than the requests of buyers: whether anybody wants to cancel does not stand here, whatever the settings say.
"""

from datetime import datetime

from lxml import etree

from marketplace_sandbox.api.formats.reports.cells import SERVICE
from marketplace_sandbox.api.formats.reports.table import moment, money
from marketplace_sandbox.api.shared.status_table import Dialect, visible_parts
from marketplace_sandbox.api.shared.visible_order import Money, VisibleItem, VisibleOrder
from marketplace_sandbox.api.shared.xml import Node, leaf, tree
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.order import Address, Order
from marketplace_sandbox.core.reports.values import Contents


def as_xml(contents: Contents) -> bytes:
    """The whole file; canceled orders are in it, without buyer and address."""
    messages = [
        tree("Message", leaf("MessageID", number), order_report(order))
        for number, order in enumerate(contents.orders, 1)
    ]
    header = tree("Header", leaf("DocumentVersion", "1.01"), leaf("MerchantIdentifier", contents.seller_id))
    root = tree("AmazonEnvelope", header, leaf("MessageType", "OrderReport"), *messages)
    etree.indent(root)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text + b"\n"


def order_report(order: Order) -> Node:
    """What the file says of one order."""
    visible = VisibleOrder(order, visible_parts(order, Dialect.ORDER_REPORTS))
    return tree(
        "OrderReport",
        leaf("AmazonOrderID", order.order_id),
        leaf("AmazonSessionID", order.order_id),
        leaf("OrderDate", _date(order.purchased_at)),
        leaf("OrderPostedDate", _date(order.released_at)),
        leaf("MarketplaceName", MARKETPLACES[order.marketplace_id].sales_channel),
        _billing(visible),
        tree(
            "FulfillmentData",
            leaf("FulfillmentMethod", "Ship"),
            leaf("FulfillmentServiceLevel", SERVICE),
            _address(visible.address),
        ),
        leaf("IsBusinessOrder", "Business" in order.programs),
        leaf("IsPrime", "Prime" in order.programs),
        *(_item(VisibleItem(visible.of_item(item), item)) for item in order.items),
    )


def _date(at: datetime | None) -> str | None:
    return moment(at) or None


def _billing(order: VisibleOrder) -> Node | None:
    if order.buyer is None:
        return None
    return tree(
        "BillingData",
        leaf("BuyerEmailAddress", order.buyer.email or None),
        leaf("BuyerName", order.buyer.name or None),
        leaf("BuyerPhoneNumber", order.address.phone or None if order.address else None),
    )


def _address(to: Address | None) -> Node | None:
    if to is None:
        return None
    return tree(
        "Address",
        leaf("Name", to.name or None),
        leaf("AddressFieldOne", to.line1 or None),
        leaf("AddressFieldTwo", to.line2 or None),
        leaf("City", to.city or None),
        leaf("StateOrRegion", to.state or None),
        leaf("PostalCode", to.postal_code or None),
        leaf("CountryCode", to.country or None),
        leaf("PhoneNumber", to.phone or None),
    )


def _item(visible: VisibleItem) -> Node:
    item = visible.item
    sums = {
        "Principal": visible.price,
        "Shipping": visible.shipping or visible.nothing,
        "Tax": visible.tax,
        "ShippingTax": visible.shipping_tax or visible.nothing,
    }
    components = [_component(kind, sum_) for kind, sum_ in sums.items() if sum_]
    return tree(
        "Item",
        leaf("AmazonOrderItemCode", item.order_item_id),
        leaf("SKU", item.sku),
        leaf("Title", item.title),
        leaf("Quantity", visible.quantity),
        tree("ItemPrice", *components) if components else None,
    )


def _component(kind: str, sum_: Money) -> Node:
    node = tree("Component", leaf("Type", kind), leaf("Amount", money(sum_)))
    node[1].set("currency", sum_.currency)
    return node
