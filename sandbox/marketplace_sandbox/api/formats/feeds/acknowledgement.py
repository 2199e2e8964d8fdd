"""Order acknowledgements: Success links the seller's own order id, Failure cancels. The flat file cancels only."""

from collections.abc import Sequence
from typing import Any

from marketplace_sandbox.api.formats.feeds.envelope import Children, Node
from marketplace_sandbox.api.formats.feeds.reading import (
    NEWER_CANCEL_REASONS,
    MessageJson,
    Record,
    UnreadableRecordError,
    check_order_id,
    read_choice,
    read_quantity,
    read_short_text,
    reason_of_order,
    unreadable_message,
)
from marketplace_sandbox.core.quoting import quote

COLUMNS = ("order-id", "cancellation-reason-code", "amazon-order-item-code", "merchant-order-id")
REQUIRED = ("order-id",)
FLAT_REASONS = (
    "BuyerCanceled", "CustomerExchange", "CustomerReturn", "GeneralAdjustment", "MerchandiseNotReceived", "NoInventory",
    "ShippingAddressUndeliverable", *NEWER_CANCEL_REASONS,
)  # fmt: skip
"""The reasons that the table of cancellations knows, fewer than the XML does."""


def from_xml(node: Node, message_id: str) -> list[MessageJson]:
    """What one OrderAcknowledgement wants. Raises UnreadableRecordError."""
    children = Children(node, "AmazonOrderID", "MerchantOrderID", "StatusCode", "Item")
    order_id = check_order_id(children.needs("AmazonOrderID"))
    status = read_choice("StatusCode", children.needs("StatusCode"), ("Success", "Failure"))
    items = [_item(each) for each in children.all("Item")]
    message: MessageJson = {"message_id": message_id, "order_id": order_id}
    if status == "Success":
        own = read_short_text("MerchantOrderID", children.text("MerchantOrderID"))
        links = [{"id": item["id"], "seller_item_id": own_id} for item, _, own_id in items if own_id]
        arguments: dict[str, Any] = {"seller_order_id": own} if own else {}
        arguments |= {"seller_item_ids": links} if links else {}
        return [{**message, "action": "seller-acknowledge", "with": arguments}]
    arguments = {"reason": reason_of_order(reason for _, reason, _ in items)}
    if items:
        arguments["items"] = [item for item, _, _ in items]
    return [{**message, "action": "seller-cancel", "with": arguments}]


def _item(node: Node) -> tuple[dict[str, Any], str, str]:
    """An item, the reason it is canceled for, and the seller's own id of it; the last two may be empty."""
    children = Children(node, "AmazonOrderItemCode", "MerchantOrderItemID", "CancelReason", "Quantity")
    item: dict[str, Any] = {"id": children.needs("AmazonOrderItemCode")}
    if children.text("Quantity"):
        item["quantity"] = read_quantity("Quantity", children.text("Quantity"))
    return (
        item,
        children.text("CancelReason"),
        read_short_text("MerchantOrderItemID", children.text("MerchantOrderItemID")),
    )


def from_records(records: Sequence[Record]) -> list[MessageJson]:
    """What a table wants: the records of one order are one cancellation."""
    orders: dict[str, list[Record]] = {}
    for record in records:
        orders.setdefault(record["order-id"], []).append(record)
    return [_order_message(order_id, together) for order_id, together in orders.items()]


def _order_message(order_id: str, records: Sequence[Record]) -> MessageJson:
    number, rows = records[0].number, [(each.number, each["amazon-order-item-code"]) for each in records]
    try:
        arguments = _cancellation(records)
    except UnreadableRecordError as problem:
        return unreadable_message(number, problem, order_id[:50], rows)
    message = {"message_id": number, "order_id": order_id, "rows": [list(each) for each in rows]}
    return {**message, "action": "seller-cancel", "with": arguments}


def _cancellation(records: Sequence[Record]) -> dict[str, Any]:
    check_order_id(records[0].needs("order-id"))
    for each in records:
        reason, item = each["cancellation-reason-code"], each["amazon-order-item-code"]
        if bool(reason) != bool(item):
            there, missing = sorted(("cancellation-reason-code", "amazon-order-item-code"), key=lambda n: not each[n])
            raise UnreadableRecordError(
                f"{there} is {quote(each[there])} and {missing} is empty; there are both or neither."
            )
        if not item and len(records) > 1:
            raise UnreadableRecordError(f"Record {each.number} names the whole order, others of the order its items.")
    reason = reason_of_order((each["cancellation-reason-code"] for each in records), FLAT_REASONS)
    arguments: dict[str, Any] = {"reason": reason}
    if records[0]["amazon-order-item-code"]:
        arguments["items"] = [{"id": each["amazon-order-item-code"]} for each in records]
    return arguments
