"""Files to start from: of each kind one, as a flat file and as XML, made for an order as it stands. Judges nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from marketplace_sandbox.api.formats.feeds import adjustment, fulfillment
from marketplace_sandbox.api.shared.xml import Node, leaf, tree
from marketplace_sandbox.console.orders.tabs import EVERY, REQUESTED
from marketplace_sandbox.core.feeds.values import FEED_TYPES, FeedType
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.orders.order import Item, Order
from marketplace_sandbox.core.text.instants import format_instant

FLAT, XML = "flat", "xml"
CARRIER, SERVICE, TRACKING = "UPS", "Ground", "1Z0000000000000001"
REFUND = "GeneralAdjustment"


@dataclass(frozen=True)
class Kind:
    """A kind of file: what sellers call it and what it does, its feed types by format, and its template.

    `lists` are those of Manage Orders with the orders it is for, those first that it is most for.
    """

    name: str
    about: str
    types: Mapping[str, str]
    template: str
    lists: tuple[str, ...]

    def feed_type(self, file_format: str) -> FeedType:
        """The type of feed that a file of this kind is."""
        return FEED_TYPES[self.types[file_format]]


KINDS = {
    "cancellation": Kind(
        "Cancellation",
        "Cancels whole orders before they are confirmed, each with its reason.",
        {FLAT: "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", XML: "POST_ORDER_ACKNOWLEDGEMENT_DATA"},
        "OrderCancellation",
        (REQUESTED, "unshipped", EVERY),
    ),
    "adjustment": Kind(
        "Adjustment",
        "Refunds what was paid for items of confirmed orders, whole or in part.",
        {FLAT: "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA", XML: "POST_PAYMENT_ADJUSTMENT_DATA"},
        "OrderAdjustment",
        ("sent", EVERY),
    ),
    "confirmation": Kind(
        "Shipping confirmation",
        "Confirms that items are on their way, with carrier and tracking number.",
        {FLAT: "POST_FLAT_FILE_FULFILLMENT_DATA", XML: "POST_ORDER_FULFILLMENT_DATA"},
        "OrderFulfillment",
        ("unshipped", EVERY),
    ),
}
"""The files that sellers upload about orders."""

FORMATS = {FLAT: "Flat file", XML: "XML"}


def write_example(kind: str, file_format: str, order: Order, seller_id: str, now: datetime) -> str:
    """The text of an example. Its lines end with a line feed."""
    if file_format == FLAT:
        heading, rows = _TABLES[kind](order, now)
        return _write_table(KINDS[kind].template, heading, rows)
    return _write_envelope(KINDS[kind].feed_type(XML), seller_id, _MESSAGES[kind](order, now))


def _write_table(template: str, heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    first = (f"TemplateType={template}", "Version=1.0", "This row for the marketplace's use only. Do not modify it.")
    return "".join("\t".join(row) + "\n" for row in (first, heading, *rows))


def _write_envelope(kind: FeedType, seller_id: str, body: Node) -> str:
    root = tree(
        "AmazonEnvelope",
        tree("Header", leaf("DocumentVersion", "1.01"), leaf("MerchantIdentifier", seller_id)),
        leaf("MessageType", kind.subject),
        tree("Message", leaf("MessageID", "1"), body),
    )
    etree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + etree.tostring(root, encoding="unicode") + "\n"


def _cancel_reason(order: Order) -> str:
    return "BuyerCanceled" if order.open_items else "NoInventory"


def _cancellation_rows(order: Order, _now: datetime) -> tuple[Sequence[str], list[Sequence[str]]]:
    heading = ("order-id", "cancellation-reason-code", "amazon-order-item-code")
    reason = _cancel_reason(order)
    return heading, [(order.order_id, reason, each.order_item_id) for each in order.kept_items]


def _cancellation(order: Order, _now: datetime) -> Node:
    reason = _cancel_reason(order)
    items = [
        tree("Item", leaf("AmazonOrderItemCode", each.order_item_id), leaf("CancelReason", reason))
        for each in order.kept_items
    ]
    return tree("OrderAcknowledgement", leaf("AmazonOrderID", order.order_id), leaf("StatusCode", "Failure"), *items)


def _adjusted(order: Order) -> tuple[Item, str, str]:
    """The item that an example refunds a unit of, with the sum and its currency."""
    item = next((each for each in order.kept_items if each.quantity_confirmed), order.items[0])
    return item, f"{item.price:.2f}", MARKETPLACES[order.marketplace_id].currency


def _adjustment_rows(order: Order, _now: datetime) -> tuple[Sequence[str], list[Sequence[str]]]:
    item, price, currency = _adjusted(order)
    cells = {
        "order-id": order.order_id,
        "order-item-id": item.order_item_id,
        "adjustment-reason-code": REFUND,
        "currency": currency,
        "item-price-adj": price,
    }
    return adjustment.COLUMNS, [[cells.get(each, "") for each in adjustment.COLUMNS]]


def _adjustment(order: Order, _now: datetime) -> Node:
    item, price, currency = _adjusted(order)
    amount = tree("Amount")
    amount.text = price
    amount.set("currency", currency)
    return tree(
        "OrderAdjustment",
        leaf("AmazonOrderID", order.order_id),
        tree(
            "AdjustedItem",
            leaf("AmazonOrderItemCode", item.order_item_id),
            leaf("AdjustmentReason", REFUND),
            tree("ItemPriceAdjustments", tree("Component", leaf("Type", "Principal"), amount)),
        ),
    )


def _to_ship(order: Order) -> list[tuple[Item, int]]:
    """The items that are still to be confirmed, each with its units; all of an order that has none."""
    left = [(each, each.quantity_unconfirmed) for each in order.kept_items if each.quantity_unconfirmed]
    return left or [(each, each.quantity) for each in order.items]


def _confirmation_rows(order: Order, now: datetime) -> tuple[Sequence[str], list[Sequence[str]]]:
    cells = {
        "order-id": order.order_id,
        "ship-date": format_instant(now),
        "carrier-code": CARRIER,
        "tracking-number": TRACKING,
        "ship-method": SERVICE,
    }
    heading = fulfillment.COLUMNS[: fulfillment.COLUMNS.index("ship-method") + 1]
    return heading, [
        [(cells | {"order-item-id": item.order_item_id, "quantity": str(units)}).get(each, "") for each in heading]
        for item, units in _to_ship(order)
    ]


def _confirmation(order: Order, now: datetime) -> Node:
    items = [
        tree("Item", leaf("AmazonOrderItemCode", item.order_item_id), leaf("Quantity", units))
        for item, units in _to_ship(order)
    ]
    return tree(
        "OrderFulfillment",
        leaf("AmazonOrderID", order.order_id),
        leaf("FulfillmentDate", format_instant(now)),
        tree(
            "FulfillmentData",
            leaf("CarrierCode", CARRIER),
            leaf("ShippingMethod", SERVICE),
            leaf("ShipperTrackingNumber", TRACKING),
        ),
        *items,
    )


_TABLES = {"cancellation": _cancellation_rows, "adjustment": _adjustment_rows, "confirmation": _confirmation_rows}
_MESSAGES = {"cancellation": _cancellation, "adjustment": _adjustment, "confirmation": _confirmation}
