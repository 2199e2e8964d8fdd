"""Order acknowledgements: Success links the seller's own order id, Failure cancels. The flat file cancels only."""

from collections.abc import Sequence
from typing import Any

from marketplace_sandbox.api.formats.feeds.envelope import Node, Parts
from marketplace_sandbox.api.formats.feeds.reading import (
    NEWER_CANCEL_REASONS,
    FeedMessage,
    Line,
    UnreadableRecordError,
    check_order_id,
    choice,
    one_reason,
    quantity,
    short,
    wrong,
)
from marketplace_sandbox.core.quoting import quote

COLUMNS = ("order-id", "cancellation-reason-code", "amazon-order-item-code", "merchant-order-id")
REQUIRED = ("order-id",)
FLAT_REASONS = (
    "BuyerCanceled", "CustomerExchange", "CustomerReturn", "GeneralAdjustment", "MerchandiseNotReceived", "NoInventory",
    "ShippingAddressUndeliverable", *NEWER_CANCEL_REASONS,
)  # fmt: skip
"""The reasons that the table of cancellations knows, fewer than the XML does."""


def from_xml(node: Node, message_id: str) -> list[FeedMessage]:
    """What one OrderAcknowledgement wants. Raises UnreadableRecordError."""
    parts = Parts(node, "AmazonOrderID", "MerchantOrderID", "StatusCode", "Item")
    order_id = check_order_id(parts.needs("AmazonOrderID"))
    status = choice("StatusCode", parts.needs("StatusCode"), ("Success", "Failure"))
    items = [_item(each) for each in parts.all("Item")]
    message: FeedMessage = {"message_id": message_id, "order_id": order_id}
    if status == "Success":
        own = short("MerchantOrderID", parts.text("MerchantOrderID"))
        links = [{"id": item["id"], "seller_item_id": own_id} for item, _, own_id in items if own_id]
        given = {"seller_order_id": own, "seller_item_ids": links}
        return [
            {**message, "action": "seller-acknowledge", "with": {name: each for name, each in given.items() if each}}
        ]
    arguments: dict[str, Any] = {"reason": one_reason(reason for _, reason, _ in items)}
    if items:
        arguments["items"] = [item for item, _, _ in items]
    return [{**message, "action": "seller-cancel", "with": arguments}]


def _item(node: Node) -> tuple[dict[str, Any], str, str]:
    """An item, the reason it is canceled for, and the seller's own id of it; the last two may be empty."""
    parts = Parts(node, "AmazonOrderItemCode", "MerchantOrderItemID", "CancelReason", "Quantity")
    item: dict[str, Any] = {"id": parts.needs("AmazonOrderItemCode")}
    if parts.text("Quantity"):
        item["quantity"] = quantity("Quantity", parts.text("Quantity"))
    return item, parts.text("CancelReason"), short("MerchantOrderItemID", parts.text("MerchantOrderItemID"))


def from_lines(lines: Sequence[Line]) -> list[FeedMessage]:
    """What a table wants: the records of one order are one cancellation."""
    orders: dict[str, list[Line]] = {}
    for line in lines:
        orders.setdefault(line["order-id"], []).append(line)
    return [_order(order_id, together) for order_id, together in orders.items()]


def _order(order_id: str, lines: Sequence[Line]) -> FeedMessage:
    number, rows = lines[0].number, [(each.number, each["amazon-order-item-code"]) for each in lines]
    try:
        arguments = _cancellation(lines)
    except UnreadableRecordError as problem:
        return wrong(number, problem, order_id[:50], rows)
    message = {"message_id": number, "order_id": order_id, "rows": [list(each) for each in rows]}
    return {**message, "action": "seller-cancel", "with": arguments}


def _cancellation(lines: Sequence[Line]) -> dict[str, Any]:
    check_order_id(lines[0].needs("order-id"))
    for each in lines:
        reason, item = each["cancellation-reason-code"], each["amazon-order-item-code"]
        if bool(reason) != bool(item):
            there, missing = sorted(("cancellation-reason-code", "amazon-order-item-code"), key=lambda n: not each[n])
            raise UnreadableRecordError(
                f"{there} is {quote(each[there])} and {missing} is empty; there are both or neither."
            )
        if not item and len(lines) > 1:
            raise UnreadableRecordError(f"Record {each.number} names the whole order, others of the order its items.")
    words = [each["cancellation-reason-code"] for each in lines]
    arguments: dict[str, Any] = {"reason": one_reason(words, FLAT_REASONS)}
    if lines[0]["amazon-order-item-code"]:
        arguments["items"] = [{"id": each["amazon-order-item-code"]} for each in lines]
    return arguments
