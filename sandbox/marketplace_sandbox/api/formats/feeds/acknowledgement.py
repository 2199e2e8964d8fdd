"""Order acknowledgements: Success links the seller's own order id, Failure cancels. The flat file cancels only."""

from collections.abc import Sequence

from marketplace_sandbox.api.formats.feeds.envelope import Children, Node
from marketplace_sandbox.api.formats.feeds.reading import (
    NEWER_CANCEL_REASONS,
    Record,
    UnreadableRecordError,
    check_order_id,
    read_choice,
    read_quantity,
    read_short_text,
    reason_of_order,
    unreadable_message,
)
from marketplace_sandbox.core.feeds.values import FeedMessage
from marketplace_sandbox.core.orders.actions import Action, Link, Pick
from marketplace_sandbox.core.text.quoting import quote

COLUMNS = ("order-id", "cancellation-reason-code", "amazon-order-item-code", "merchant-order-id")
REQUIRED = ("order-id",)
FLAT_REASONS = (
    "BuyerCanceled", "CustomerExchange", "CustomerReturn", "GeneralAdjustment", "MerchandiseNotReceived", "NoInventory",
    "ShippingAddressUndeliverable", *NEWER_CANCEL_REASONS,
)  # fmt: skip
"""The reasons that the table of cancellations knows, fewer than the XML does."""


def from_xml(node: Node, message_id: str, number: str) -> list[FeedMessage]:
    """What one OrderAcknowledgement wants. Raises UnreadableRecordError."""
    children = Children(node, "AmazonOrderID", "MerchantOrderID", "StatusCode", "Item")
    order_id = check_order_id(children.needs("AmazonOrderID"))
    status = read_choice("StatusCode", children.needs("StatusCode"), ("Success", "Failure"))
    items = [_item(each) for each in children.all("Item")]
    if status == "Success":
        own = read_short_text("MerchantOrderID", children.text("MerchantOrderID"))
        links = tuple([Link(item.ref, own_id, "id") for item, _, own_id in items if own_id])
        action = Action("seller-acknowledge", seller_order_id=own, seller_item_ids=links, origin="feed")
    else:
        reason = reason_of_order([reason for _, reason, _ in items])
        picks = tuple([item for item, _, _ in items]) or None
        action = Action("seller-cancel", picks, reason, origin="feed")
    return [FeedMessage(message_id, order_id, action=action, rows=((number, ""),))]


def _item(node: Node) -> tuple[Pick, str, str]:
    """An item, the reason it is canceled for, and the seller's own id of it; the last two may be empty."""
    children = Children(node, "AmazonOrderItemCode", "MerchantOrderItemID", "CancelReason", "Quantity")
    order_item_id, quantity = children.needs("AmazonOrderItemCode"), children.text("Quantity")
    return (
        Pick(order_item_id, read_quantity("Quantity", quantity) if quantity else None, "id"),
        children.text("CancelReason"),
        read_short_text("MerchantOrderItemID", children.text("MerchantOrderItemID")),
    )


def from_records(records: Sequence[Record]) -> list[FeedMessage]:
    """What a table wants: the records of one order are one cancellation."""
    orders: dict[str, list[Record]] = {}
    for record in records:
        orders.setdefault(record["order-id"], []).append(record)
    return [_order_message(order_id, together) for order_id, together in orders.items()]


def _order_message(order_id: str, records: Sequence[Record]) -> FeedMessage:
    number, rows = records[0].number, [(each.number, each["amazon-order-item-code"]) for each in records]
    try:
        action = _cancellation(records)
    except UnreadableRecordError as problem:
        return unreadable_message(number, problem, order_id[:50], rows)
    return FeedMessage(number, order_id, action=action, rows=tuple(rows))


def _cancellation(records: Sequence[Record]) -> Action:
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
    items = tuple(Pick(each["amazon-order-item-code"], None, "id") for each in records)
    return Action("seller-cancel", items if items[0].ref else None, reason, origin="feed")
