"""Order fulfillments: the seller confirms that items are on their way, as XML and as a table.

Source: SHIPMENT-NOTICES and SHIPMENT-DETAILS in docs/sources.md.
"""

from collections.abc import Sequence

from marketplace_sandbox.api.formats.feeds.adjustment import item_of, order_of
from marketplace_sandbox.api.formats.feeds.envelope import Children, Node
from marketplace_sandbox.api.formats.feeds.reading import (
    MISSING,
    Record,
    SchemaError,
    UnreadableRecordError,
    check_order_id,
    read_choice,
    read_date,
    read_instant,
    read_quantity,
    read_short_text,
    unreadable_message,
)
from marketplace_sandbox.core.feeds.values import FeedMessage
from marketplace_sandbox.core.orders.actions import MOST_CODES, Action, Pick, Transparency
from marketplace_sandbox.core.orders.carriers import OTHER, carrier_problem

COLUMNS = (
    "order-id", "order-item-id", "quantity", "ship-date", "carrier-code", "carrier-name", "tracking-number",
    "ship-method", "ship_from_supply_source_id", "cod-collection-method",
)  # fmt: skip
REQUIRED = ("order-id", "ship-date")
CONFIRM = "seller-confirm-shipment"
_PARCEL = ("order-id", "ship-date", "carrier-code", "carrier-name", "tracking-number", "ship-method")


def from_xml(node: Node, message_id: str, number: str) -> list[FeedMessage]:
    """What one OrderFulfillment wants. Raises UnreadableRecordError."""
    children = Children(
        node, "AmazonOrderID", "MerchantOrderID", "MerchantFulfillmentID", "FulfillmentDate", "FulfillmentData",
        "CODCollectionMethod", "Item", "ShipFromAddress",
    )  # fmt: skip
    if method := children.text("CODCollectionMethod"):
        read_choice("CODCollectionMethod", method, ("DirectPayment",))
    order, date = order_of(children), children.needs("FulfillmentDate")
    read_instant("FulfillmentDate", date)
    carrier, tracking, service = _parcel(children.all("FulfillmentData"))
    read = [_item(each) for each in children.all("Item")]
    action = Action(
        CONFIRM,
        tuple([item for item, _ in read]) or None,
        carrier=carrier,
        tracking=tracking,
        shipping_service=service,
        transparency_codes=tuple([Transparency(item.ref, codes, item.named_by) for item, codes in read if codes]),
        origin="feed",
    )
    return [FeedMessage(message_id, *order, action=action, rows=((number, ""),))]


def _parcel(nodes: Sequence[Node]) -> tuple[str, str, str]:
    """The carrier, the tracking number and the service, empty where they are not told. Raises UnreadableRecordError."""
    if not nodes:
        raise SchemaError("OrderFulfillment needs FulfillmentData with the CarrierCode.")
    if len(nodes) > 1:
        raise SchemaError("OrderFulfillment has FulfillmentData once; a second parcel is a second message.")
    children = Children(nodes[0], "CarrierCode", "CarrierName", "ShippingMethod", "ShipperTrackingNumber")
    code, name, tracking = (children.text(each) for each in ("CarrierCode", "CarrierName", "ShipperTrackingNumber"))
    service = read_short_text("ShippingMethod", children.text("ShippingMethod"))
    return *_named_parcel(("CarrierCode", code), ("CarrierName", name), tracking), service


def _named_parcel(code: tuple[str, str], name: tuple[str, str], tracking: str) -> tuple[str, str]:
    """The carrier and the tracking number, from fields and what stands in them. Raises UnreadableRecordError.

    Source: SHIPMENT-NOTICES in docs/sources.md.
    """
    if not code[1]:
        raise SchemaError(f"A shipment names its carrier: {code[0]} is missing.", MISSING)
    if problem := carrier_problem(code[1]):
        raise SchemaError(f"{code[0]}: {problem}")
    if code[1] == OTHER and not name[1]:
        raise SchemaError(f"{name[0]} is required where {code[0]} is {OTHER}.", MISSING)
    carrier = read_short_text(name[0], name[1]) if code[1] == OTHER else code[1]
    return carrier, read_short_text("The tracking number", tracking)


def _item(node: Node) -> tuple[Pick, tuple[str, ...]]:
    """An item, and the codes of its units that are known to be genuine by them."""
    children = Children(
        node, "AmazonOrderItemCode", "MerchantOrderItemID", "MerchantFulfillmentItemID", "Quantity", "TransparencyCode"
    )
    (ref, named_by), quantity = item_of(children), children.text("Quantity")
    codes = [
        read_short_text("TransparencyCode", (each.text or "").strip()) for each in children.all("TransparencyCode")
    ]
    if not all(codes):
        raise SchemaError("Item has an empty TransparencyCode.")
    if len(codes) > MOST_CODES:
        raise SchemaError(f"Item has {len(codes)} TransparencyCode; {MOST_CODES} are taken.")
    return Pick(ref, read_quantity("Quantity", quantity) if quantity else None, named_by), tuple(codes)


def from_records(records: Sequence[Record]) -> list[FeedMessage]:
    """What a table wants: records with the same order and parcel are one shipment."""
    parcels: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        parcels.setdefault(tuple(record[each] for each in _PARCEL), []).append(record)
    return [_shipment(together) for together in parcels.values()]


def _shipment(records: Sequence[Record]) -> FeedMessage:
    first, rows = records[0], [(each.number, each["order-item-id"]) for each in records]
    try:
        action = _confirmation(records)
    except UnreadableRecordError as problem:
        return unreadable_message(first.number, problem, first["order-id"][:50], rows)
    return FeedMessage(first.number, first["order-id"], action=action, rows=tuple(rows))


def _confirmation(records: Sequence[Record]) -> Action:
    first = records[0]
    check_order_id(first.needs("order-id"))
    read_date("ship-date", first.needs("ship-date"))
    code, name = (("carrier-code", first["carrier-code"]), ("carrier-name", first["carrier-name"]))
    carrier, tracking = _named_parcel(code, name, first["tracking-number"])
    items: tuple[Pick, ...] | None = None
    if len(records) > 1 or first["order-item-id"]:
        items = tuple(_unit(each) for each in records)
    elif first["quantity"]:
        raise UnreadableRecordError("quantity is of an item; the record names none in order-item-id.")
    service = read_short_text("ship-method", first["ship-method"])
    return Action(CONFIRM, items, carrier=carrier, tracking=tracking, shipping_service=service, origin="feed")


def _unit(record: Record) -> Pick:
    if not record["order-item-id"]:
        raise UnreadableRecordError(f"Record {record.number} names the whole order, others of the parcel its items.")
    quantity = record["quantity"]
    return Pick(record["order-item-id"], read_quantity("quantity", quantity) if quantity else None, "id")
