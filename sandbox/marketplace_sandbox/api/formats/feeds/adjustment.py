"""Payment adjustments: amounts given back for items of a shipped order, as XML and as a table.

Each item is a refund of its own, since each has a reason of its own. What these orders were never charged for, such as
gift wrap, cannot be given back; fees that are kept are taken off the component they belong to.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from marketplace_sandbox.api.formats.feeds.envelope import Children, Node
from marketplace_sandbox.api.formats.feeds.reading import (
    Record,
    SchemaError,
    UnreadableRecordError,
    check_amount,
    check_order_id,
    read_choice,
    read_quantity,
    read_refund_reason,
    unreadable_message,
)
from marketplace_sandbox.core.feeds.values import FeedMessage, Row
from marketplace_sandbox.core.orders.actions import OWN, Action, Amount

COLUMNS = (
    "order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj", "item-tax-adj",
    "shipping-price-adj", "shipping-tax-adj", "gift-wrap-price-adj", "gift-wrap-tax-adj", "item-promotion-adj",
    "item-promotion-id", "ship-promotion-adj", "ship-promotion-id", "quantity-cancelled",
)  # fmt: skip
REQUIRED = ("order-id", "order-item-id", "adjustment-reason-code", "currency")

_BUYER_PAID = {"Principal": "price", "Tax": "tax", "Shipping": "shipping"}
_SELLER_KEEPS = {"RestockingFee": "price", "ReturnShipping": "price", "RestockingFeeTax": "tax"}
_NEVER_CHARGED = (
    "ShippingTax", "GiftWrap", "GiftWrapTax", "Surcharge", "Goodwill", "ExportCharge", "COD", "CODTax", "Other",
    "FreeReplacementReturnShipping",
)  # fmt: skip
_CELLS = {
    "item-price-adj": "Principal",
    "item-tax-adj": "Tax",
    "shipping-price-adj": "Shipping",
    "shipping-tax-adj": "ShippingTax",
    "gift-wrap-price-adj": "GiftWrap",
    "gift-wrap-tax-adj": "GiftWrapTax",
}
_PROMOTIONS = ("item-promotion-adj", "ship-promotion-adj")

Component = tuple[str, str]
"""A component's type on the wire, and an amount as text."""


def from_xml(node: Node, message_id: str, number: str) -> list[FeedMessage]:
    """What one OrderAdjustment wants, item by item. Raises UnreadableRecordError."""
    children = Children(node, "AmazonOrderID", "MerchantOrderID", "ActionType", "CODCollectionMethod", "AdjustedItem")
    order = order_of(children)
    action = children.text("ActionType")
    if action and read_choice("ActionType", action, ("Refund", "Cancel")) == "Cancel":
        raise UnreadableRecordError(
            "The item data is invalid: an adjustment cannot cancel an order; "
            "send an OrderAcknowledgement with the StatusCode Failure instead."
        )
    items = children.all("AdjustedItem")
    if not items:
        raise SchemaError("OrderAdjustment needs AdjustedItem.")
    return [_item_message(each, message_id, order, number) for each in items]


def order_of(children: Children) -> tuple[str, str]:
    """Which order a message is about: the platform's id of it, or else the seller's own; the other one is empty.

    Raises UnreadableRecordError.
    """
    if children.text("AmazonOrderID"):
        return check_order_id(children.text("AmazonOrderID")), ""
    if children.text("MerchantOrderID"):
        return "", children.text("MerchantOrderID")
    raise SchemaError("The message needs AmazonOrderID or MerchantOrderID.")


def item_of(children: Children) -> tuple[str, str]:
    """Which item is meant, and what it is named by: the platform's id of it, or the seller's own.

    Raises UnreadableRecordError.
    """
    if children.text("AmazonOrderItemCode"):
        return children.text("AmazonOrderItemCode"), "id"
    if children.text("MerchantOrderItemID"):
        return children.text("MerchantOrderItemID"), OWN
    raise SchemaError("Item needs AmazonOrderItemCode or MerchantOrderItemID.")


def _item_message(node: Node, message_id: str, order: tuple[str, str], number: str) -> FeedMessage:
    children = Children(
        node, "AmazonOrderItemCode", "MerchantOrderItemID", "MerchantAdjustmentItemID", "AdjustmentReason",
        "ItemPriceAdjustments", "PromotionAdjustments", "DirectPaymentAdjustments", "QuantityCancelled", "Quantity",
    )  # fmt: skip
    units = [
        read_quantity(name, children.text(name)) for name in ("QuantityCancelled", "Quantity") if children.text(name)
    ]
    if children.all("PromotionAdjustments"):
        raise UnreadableRecordError("The order has no promotion that PromotionAdjustments could be about.")
    components, currencies = _components(children.all("ItemPriceAdjustments"))
    reason = read_refund_reason(children.needs("AdjustmentReason"))
    (ref, named_by), currency = item_of(children), _only(currencies)
    return FeedMessage(
        message_id,
        *order,
        action=_refund(ref, named_by, reason, components),
        currency=currency,
        rows=((number, ref if named_by == "id" else ""),),
        quantities=tuple([(ref, each) for each in units]),
    )


def _components(nodes: Iterable[Node]) -> tuple[list[Component], list[str]]:
    found: list[Component] = []
    currencies: list[str] = []
    for node in nodes:
        for each in Children(node, "Component").all("Component"):
            children = Children(each, "Type", "Amount")
            kind = read_choice(
                "component Type", children.needs("Type"), (*_BUYER_PAID, *_SELLER_KEEPS, *_NEVER_CHARGED)
            )
            found.append((kind, check_amount(f"Amount of {kind}", children.needs("Amount"))))
            currencies.append(children.all("Amount")[0].get("currency", ""))
    return found, currencies


def _only(currencies: Sequence[str]) -> str:
    named = sorted({each for each in currencies if each})
    if len(named) > 1:
        raise UnreadableRecordError(f"The amounts of an item are in one currency; these are in {' and '.join(named)}.")
    return named[0] if named else ""


def _refund(ref: str, named_by: str, reason: str, components: Sequence[Component]) -> Action:
    sums: dict[str, Decimal] = {}
    for kind, text in components:
        if kind in _NEVER_CHARGED and Decimal(text):
            raise UnreadableRecordError(f"The order was not charged for {kind}, so none of it can be given back.")
        if kind in _SELLER_KEEPS and Decimal(text) > 0:
            raise UnreadableRecordError(f"{kind} is kept, so its amount is negative; {text} is not.")
        if kind in _BUYER_PAID or kind in _SELLER_KEEPS:
            part = _BUYER_PAID.get(kind) or _SELLER_KEEPS[kind]
            sums[part] = sums.get(part, Decimal(0)) + Decimal(text)
    amounts = tuple([Amount(ref, part, total, named_by) for part, total in sums.items() if total])
    if not amounts:
        raise UnreadableRecordError(f"No amount of item {ref} is to be given back; name one that is not zero.")
    return Action("seller-refund", reason=reason, amounts=amounts, origin="feed")


def from_records(records: Sequence[Record]) -> list[FeedMessage]:
    """What a table wants, record by record."""
    return [_record_message(each) for each in records]


def _record_message(record: Record) -> FeedMessage:
    rows = ((record.number, record["order-item-id"]),)
    try:
        return _adjustment(record, rows)
    except UnreadableRecordError as problem:
        return unreadable_message(record.number, problem, record["order-id"][:50], rows)


def _adjustment(record: Record, rows: tuple[Row, ...]) -> FeedMessage:
    order_id = check_order_id(record.needs("order-id"))
    item_id, reason = record.needs("order-item-id"), read_refund_reason(record.needs("adjustment-reason-code"))
    units = record["quantity-cancelled"]
    canceled = () if units in ("", "0") else ((item_id, read_quantity("quantity-cancelled", units)),)
    for each in _PROMOTIONS:
        if record[each] and Decimal(check_amount(each, record[each])):
            raise UnreadableRecordError(f"The order has no promotion that {each} could be about.")
    components = [(kind, check_amount(cell, record[cell])) for cell, kind in _CELLS.items() if record[cell]]
    currency = record.needs("currency")
    action = _refund(item_id, "id", reason, components)
    return FeedMessage(record.number, order_id, action=action, currency=currency, rows=rows, quantities=canceled)
