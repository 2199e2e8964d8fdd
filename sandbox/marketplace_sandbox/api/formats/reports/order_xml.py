"""Order reports as XML: a message for each order that came in, in the envelope that feeds use as well.

Older than the requests of buyers: whether anybody wants to cancel does not stand here, whatever the settings say.
"""

from datetime import datetime
from decimal import Decimal

from lxml import etree

from marketplace_sandbox.api.formats.reports.cells import SERVICE
from marketplace_sandbox.api.formats.reports.table import moment
from marketplace_sandbox.api.shared.status_view import ADDRESSED, has_buyer, has_money
from marketplace_sandbox.api.shared.xml import Node, leaf, tree
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.order import Item, Order
from marketplace_sandbox.core.reports.values import Contents


def as_xml(contents: Contents) -> bytes:
    """The whole file; canceled orders are in it, without buyer and address."""
    messages = [_message(number, order) for number, order in enumerate(contents.orders, 1)]
    header = tree("Header", leaf("DocumentVersion", "1.01"), leaf("MerchantIdentifier", contents.seller_id))
    root = tree("AmazonEnvelope", header, leaf("MessageType", "OrderReport"), *messages)
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def _message(number: int, order: Order) -> Node:
    report = tree(
        "OrderReport",
        leaf("AmazonOrderID", order.order_id),
        leaf("AmazonSessionID", order.order_id),
        leaf("OrderDate", _date(order.purchased_at)),
        leaf("OrderPostedDate", _date(order.released_at)),
        leaf("MarketplaceName", MARKETPLACES[order.marketplace_id].sales_channel),
        _billing(order),
        _fulfillment(order),
        leaf("IsBusinessOrder", "Business" in order.programs),
        leaf("IsPrime", "Prime" in order.programs),
        *(_item(order, item) for item in order.items),
    )
    return tree("Message", leaf("MessageID", number), report)


def _date(at: datetime | None) -> str | None:
    return moment(at) or None


def _billing(order: Order) -> Node | None:
    if not has_buyer(order):
        return None
    return tree(
        "BillingData",
        leaf("BuyerEmailAddress", order.buyer.email or None),
        leaf("BuyerName", order.buyer.name or None),
        leaf("BuyerPhoneNumber", order.ship_to.phone or None),
    )


def _fulfillment(order: Order) -> Node:
    to = order.ship_to
    address = tree(
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
    return tree(
        "FulfillmentData",
        leaf("FulfillmentMethod", "Ship"),
        leaf("FulfillmentServiceLevel", SERVICE),
        address if order.status in ADDRESSED else None,
    )


def _item(order: Order, item: Item) -> Node:
    return tree(
        "Item",
        leaf("AmazonOrderItemCode", item.order_item_id),
        leaf("SKU", item.sku),
        leaf("Title", item.title),
        leaf("Quantity", item.quantity),
        _price(order, item) if has_money(order) else None,
    )


def _price(order: Order, item: Item) -> Node:
    sums = {"Principal": item.price, "Shipping": item.shipping, "Tax": item.tax, "ShippingTax": item.price * 0}
    return tree("ItemPrice", *(_component(order, kind, each * item.quantity) for kind, each in sums.items()))


def _component(order: Order, kind: str, amount: Decimal) -> Node:
    node = tree("Component", leaf("Type", kind), leaf("Amount", f"{amount:.2f}"))
    node[1].set("currency", MARKETPLACES[order.marketplace_id].currency)
    return node
