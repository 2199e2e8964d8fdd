"""Order fulfilments: the seller confirms that items are on their way, as XML and as a table."""

from collections.abc import Sequence
from typing import Any

from marketplace_sandbox.api.formats.feeds.adjustment import item_of, order_of
from marketplace_sandbox.api.formats.feeds.envelope import Node, Parts
from marketplace_sandbox.api.formats.feeds.reading import (
    FeedMessage,
    Line,
    UnreadableRecordError,
    check_order_id,
    quantity,
    short,
    wrong,
)
from marketplace_sandbox.core.instants import parse_instant
from marketplace_sandbox.core.quoting import quote

COLUMNS = (
    "order-id", "order-item-id", "quantity", "ship-date", "carrier-code", "carrier-name", "tracking-number",
    "ship-method", "ship_from_supply_source_id", "cod-collection-method",
)  # fmt: skip
REQUIRED = ("order-id", "ship-date")
_PARCEL = ("order-id", "ship-date", "carrier-code", "carrier-name", "tracking-number")


def from_xml(node: Node, message_id: str) -> list[FeedMessage]:
    """What one OrderFulfillment wants. Raises UnreadableRecordError."""
    parts = Parts(
        node, "AmazonOrderID", "MerchantOrderID", "MerchantFulfillmentID", "FulfillmentDate", "FulfillmentData", "Item"
    )
    order, date = order_of(parts), parts.needs("FulfillmentDate")
    if "T" not in date:
        raise UnreadableRecordError(
            f"FulfillmentDate is a date with a time, such as 2026-03-02T16:00:00Z; {quote(date)} is not."
        )
    _check_date("FulfillmentDate", date)
    arguments = _parcel(parts.all("FulfillmentData"))
    items = [_item(each) for each in parts.all("Item")]
    if items:
        arguments["items"] = items
    return [{"message_id": message_id, **order, "action": "seller-confirm-shipment", "with": arguments}]


def _parcel(nodes: Sequence[Node]) -> dict[str, Any]:
    if not nodes:
        return {}
    if len(nodes) > 1:
        raise UnreadableRecordError("OrderFulfillment has FulfillmentData once; a second parcel is a second message.")
    parts = Parts(nodes[0], "CarrierCode", "CarrierName", "ShippingMethod", "ShipperTrackingNumber")
    carrier = parts.text("CarrierName") or parts.text("CarrierCode")
    return _arguments(carrier, parts.text("ShipperTrackingNumber"))


def _arguments(carrier: str, tracking: str) -> dict[str, Any]:
    given = {"carrier": short("The carrier", carrier), "tracking": short("The tracking number", tracking)}
    return {name: text for name, text in given.items() if text}


def _item(node: Node) -> dict[str, Any]:
    parts = Parts(node, "AmazonOrderItemCode", "MerchantOrderItemID", "MerchantFulfillmentItemID", "Quantity")
    item: dict[str, Any] = item_of(parts)
    if parts.text("Quantity"):
        item["quantity"] = quantity("Quantity", parts.text("Quantity"))
    return item


def _check_date(what: str, text: str) -> None:
    try:
        parse_instant(text, naive_is_utc=True)
    except ValueError:
        raise UnreadableRecordError(
            f"{what} is ISO 8601, such as 2026-03-02T16:00:00Z; {quote(text)} is not."
        ) from None


def from_lines(lines: Sequence[Line]) -> list[FeedMessage]:
    """What a table wants: records with the same order and parcel are one shipment."""
    parcels: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        parcels.setdefault(tuple(line[each] for each in _PARCEL), []).append(line)
    return [_shipment(together) for together in parcels.values()]


def _shipment(lines: Sequence[Line]) -> FeedMessage:
    first, rows = lines[0], [(each.number, each["order-item-id"]) for each in lines]
    try:
        arguments = _confirmation(lines)
    except UnreadableRecordError as problem:
        return wrong(first.number, problem, first["order-id"][:50], rows)
    message = {"message_id": first.number, "order_id": first["order-id"], "rows": [list(each) for each in rows]}
    return {**message, "action": "seller-confirm-shipment", "with": arguments}


def _confirmation(lines: Sequence[Line]) -> dict[str, Any]:
    first = lines[0]
    check_order_id(first.needs("order-id"))
    _check_date("ship-date", first.needs("ship-date"))
    arguments = _arguments(first["carrier-name"] or first["carrier-code"], first["tracking-number"])
    if len(lines) == 1 and not first["order-item-id"]:
        if first["quantity"]:
            raise UnreadableRecordError("quantity is of an item; the record names none in order-item-id.")
        return arguments
    return {**arguments, "items": [_unit(each) for each in lines]}


def _unit(line: Line) -> dict[str, Any]:
    if not line["order-item-id"]:
        raise UnreadableRecordError(f"Record {line.number} names the whole order, others of the parcel its items.")
    item: dict[str, Any] = {"id": line["order-item-id"]}
    if line["quantity"]:
        item["quantity"] = quantity("quantity", line["quantity"])
    return item
