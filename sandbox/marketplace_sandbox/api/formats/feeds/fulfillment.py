"""Order fulfillments: the seller confirms that items are on their way, as XML and as a table."""

from collections.abc import Sequence
from typing import Any

from marketplace_sandbox.api.formats.feeds.adjustment import item_of, order_of
from marketplace_sandbox.api.formats.feeds.envelope import Children, Node
from marketplace_sandbox.api.formats.feeds.reading import (
    MessageJson,
    Record,
    UnreadableRecordError,
    check_order_id,
    read_quantity,
    read_short_text,
    unreadable_message,
)
from marketplace_sandbox.core.instants import parse_instant
from marketplace_sandbox.core.quoting import quote

COLUMNS = (
    "order-id", "order-item-id", "quantity", "ship-date", "carrier-code", "carrier-name", "tracking-number",
    "ship-method", "ship_from_supply_source_id", "cod-collection-method",
)  # fmt: skip
REQUIRED = ("order-id", "ship-date")
_PARCEL = ("order-id", "ship-date", "carrier-code", "carrier-name", "tracking-number")


def from_xml(node: Node, message_id: str) -> list[MessageJson]:
    """What one OrderFulfillment wants. Raises UnreadableRecordError."""
    children = Children(
        node, "AmazonOrderID", "MerchantOrderID", "MerchantFulfillmentID", "FulfillmentDate", "FulfillmentData", "Item"
    )
    order, date = order_of(children), children.needs("FulfillmentDate")
    if "T" not in date:
        raise UnreadableRecordError(
            f"FulfillmentDate is a date with a time, such as 2026-03-02T16:00:00Z; {quote(date)} is not."
        )
    _check_date("FulfillmentDate", date)
    arguments = _parcel(children.all("FulfillmentData"))
    items = [_item(each) for each in children.all("Item")]
    if items:
        arguments["items"] = items
    return [{"message_id": message_id, **order, "action": "seller-confirm-shipment", "with": arguments}]


def _parcel(nodes: Sequence[Node]) -> dict[str, Any]:
    if not nodes:
        return {}
    if len(nodes) > 1:
        raise UnreadableRecordError("OrderFulfillment has FulfillmentData once; a second parcel is a second message.")
    children = Children(nodes[0], "CarrierCode", "CarrierName", "ShippingMethod", "ShipperTrackingNumber")
    carrier = children.text("CarrierName") or children.text("CarrierCode")
    return _arguments(carrier, children.text("ShipperTrackingNumber"))


def _arguments(carrier: str, tracking: str) -> dict[str, Any]:
    read = {
        "carrier": read_short_text("The carrier", carrier),
        "tracking": read_short_text("The tracking number", tracking),
    }
    return {name: text for name, text in read.items() if text}


def _item(node: Node) -> dict[str, Any]:
    children = Children(node, "AmazonOrderItemCode", "MerchantOrderItemID", "MerchantFulfillmentItemID", "Quantity")
    item: dict[str, Any] = item_of(children)
    if children.text("Quantity"):
        item["quantity"] = read_quantity("Quantity", children.text("Quantity"))
    return item


def _check_date(what: str, text: str) -> None:
    try:
        parse_instant(text, naive_is_utc=True)
    except ValueError:
        raise UnreadableRecordError(
            f"{what} is ISO 8601, such as 2026-03-02T16:00:00Z; {quote(text)} is not."
        ) from None


def from_records(records: Sequence[Record]) -> list[MessageJson]:
    """What a table wants: records with the same order and parcel are one shipment."""
    parcels: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        parcels.setdefault(tuple(record[each] for each in _PARCEL), []).append(record)
    return [_shipment(together) for together in parcels.values()]


def _shipment(records: Sequence[Record]) -> MessageJson:
    first, rows = records[0], [(each.number, each["order-item-id"]) for each in records]
    try:
        arguments = _confirmation(records)
    except UnreadableRecordError as problem:
        return unreadable_message(first.number, problem, first["order-id"][:50], rows)
    message = {"message_id": first.number, "order_id": first["order-id"], "rows": [list(each) for each in rows]}
    return {**message, "action": "seller-confirm-shipment", "with": arguments}


def _confirmation(records: Sequence[Record]) -> dict[str, Any]:
    first = records[0]
    check_order_id(first.needs("order-id"))
    _check_date("ship-date", first.needs("ship-date"))
    arguments = _arguments(first["carrier-name"] or first["carrier-code"], first["tracking-number"])
    if len(records) == 1 and not first["order-item-id"]:
        if first["quantity"]:
            raise UnreadableRecordError("quantity is of an item; the record names none in order-item-id.")
        return arguments
    return {**arguments, "items": [_unit(each) for each in records]}


def _unit(record: Record) -> dict[str, Any]:
    if not record["order-item-id"]:
        raise UnreadableRecordError(f"Record {record.number} names the whole order, others of the parcel its items.")
    item: dict[str, Any] = {"id": record["order-item-id"]}
    if record["quantity"]:
        item["quantity"] = read_quantity("quantity", record["quantity"])
    return item
