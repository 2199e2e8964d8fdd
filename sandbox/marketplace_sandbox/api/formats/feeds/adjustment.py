"""Payment adjustments: amounts given back for items of a shipped order, as XML and as a table.

Each item is a refund of its own, since each has a reason of its own. What these orders were never charged for, such as
gift wrap, cannot be given back; fees that are kept are taken off the component they belong to.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from marketplace_sandbox.api.formats.feeds.envelope import Node, Parts
from marketplace_sandbox.api.formats.feeds.reading import (
    FeedMessage,
    Line,
    UnreadableRecordError,
    amount,
    check_order_id,
    choice,
    quantity,
    refund_reason,
    wrong,
)

COLUMNS = (
    "order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj", "item-tax-adj",
    "shipping-price-adj", "shipping-tax-adj", "gift-wrap-price-adj", "gift-wrap-tax-adj", "item-promotion-adj",
    "item-promotion-id", "ship-promotion-adj", "ship-promotion-id", "quantity-cancelled",
)  # fmt: skip
REQUIRED = ("order-id", "order-item-id", "adjustment-reason-code", "currency")

_CHARGED = {"Principal": "price", "Tax": "tax", "Shipping": "shipping"}
_KEPT = {"RestockingFee": "price", "ReturnShipping": "price", "RestockingFeeTax": "tax"}
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


def from_xml(node: Node, message_id: str) -> list[FeedMessage]:
    """What one OrderAdjustment wants, item by item. Raises UnreadableRecordError."""
    parts = Parts(node, "AmazonOrderID", "MerchantOrderID", "ActionType", "CODCollectionMethod", "AdjustedItem")
    order = order_of(parts)
    if parts.text("ActionType"):
        _check_action(parts.text("ActionType"))
    items = parts.all("AdjustedItem")
    if not items:
        raise UnreadableRecordError("OrderAdjustment needs AdjustedItem.")
    return [{"message_id": message_id, **order, **_item(each)} for each in items]


def order_of(parts: Parts) -> FeedMessage:
    """Which order a message is about: the platform's id of it, or the seller's own. Raises UnreadableRecordError."""
    if parts.text("AmazonOrderID"):
        return {"order_id": check_order_id(parts.text("AmazonOrderID"))}
    if parts.text("MerchantOrderID"):
        return {"seller_order_id": parts.text("MerchantOrderID")}
    raise UnreadableRecordError("The message needs AmazonOrderID or MerchantOrderID.")


def item_of(parts: Parts) -> dict[str, str]:
    """Which item is meant: by the platform's id of it, or by the seller's own. Raises UnreadableRecordError."""
    if parts.text("AmazonOrderItemCode"):
        return {"id": parts.text("AmazonOrderItemCode")}
    if parts.text("MerchantOrderItemID"):
        return {"seller_item_id": parts.text("MerchantOrderItemID")}
    raise UnreadableRecordError("Item needs AmazonOrderItemCode or MerchantOrderItemID.")


def _check_action(action: str) -> None:
    if choice("ActionType", action, ("Refund", "Cancel")) == "Cancel":
        instead = "send an OrderAcknowledgement with the StatusCode Failure"
        raise UnreadableRecordError(
            f"The item data is invalid: an adjustment cannot cancel an order; {instead} instead."
        )


def _item(node: Node) -> FeedMessage:
    parts = Parts(
        node, "AmazonOrderItemCode", "MerchantOrderItemID", "MerchantAdjustmentItemID", "AdjustmentReason",
        "ItemPriceAdjustments", "PromotionAdjustments", "DirectPaymentAdjustments", "QuantityCancelled", "Quantity",
    )  # fmt: skip
    units = [quantity(name, parts.text(name)) for name in ("QuantityCancelled", "Quantity") if parts.text(name)]
    if parts.all("PromotionAdjustments"):
        raise UnreadableRecordError("The order has no promotion that PromotionAdjustments could be about.")
    components, currencies = _components(parts.all("ItemPriceAdjustments"))
    reason = refund_reason(parts.needs("AdjustmentReason"))
    item = item_of(parts)
    (reference,) = item.values()
    wanted = _refund(item, reason, components, _only(currencies))
    return {**wanted, "quantities": [[reference, each] for each in units]}


def _components(nodes: Iterable[Node]) -> tuple[list[Component], list[str]]:
    found: list[Component] = []
    currencies: list[str] = []
    for node in nodes:
        for each in Parts(node, "Component").all("Component"):
            parts = Parts(each, "Type", "Amount")
            kind = choice("component Type", parts.needs("Type"), (*_CHARGED, *_KEPT, *_NEVER_CHARGED))
            found.append((kind, amount(f"Amount of {kind}", parts.needs("Amount"))))
            currencies.append(parts.all("Amount")[0].get("currency", ""))
    return found, currencies


def _only(currencies: Sequence[str]) -> str:
    named = sorted({each for each in currencies if each})
    if len(named) > 1:
        raise UnreadableRecordError(f"The amounts of an item are in one currency; these are in {' and '.join(named)}.")
    return named[0] if named else ""


def _refund(item: Mapping[str, str], reason: str, components: Sequence[Component], currency: str) -> FeedMessage:
    sums: dict[str, Decimal] = {}
    for kind, text in components:
        if kind in _NEVER_CHARGED and Decimal(text):
            raise UnreadableRecordError(f"The order was not charged for {kind}, so none of it can be given back.")
        if kind in _KEPT and Decimal(text) > 0:
            raise UnreadableRecordError(f"{kind} is kept, so its amount is negative; {text} is not.")
        if kind in _CHARGED or kind in _KEPT:
            part = _CHARGED.get(kind) or _KEPT[kind]
            sums[part] = sums.get(part, Decimal(0)) + Decimal(text)
    amounts = [{**item, "component": part, "amount": str(total)} for part, total in sums.items() if total]
    if not amounts:
        (reference,) = item.values()
        raise UnreadableRecordError(f"No amount of item {reference} is to be given back; name one that is not zero.")
    arguments = {"reason": reason, "amounts": amounts}
    return {"action": "seller-refund", "with": arguments, "currency": currency, "item_id": item.get("id", "")}


def from_lines(lines: Sequence[Line]) -> list[FeedMessage]:
    """What a table wants, record by record."""
    return [_record(each) for each in lines]


def _record(line: Line) -> FeedMessage:
    rows = [(line.number, line["order-item-id"])]
    try:
        order_id = check_order_id(line.needs("order-id"))
        wanted = _adjustment(line)
    except UnreadableRecordError as problem:
        return wrong(line.number, problem, line["order-id"][:50], rows)
    return {"message_id": line.number, "order_id": order_id, "rows": [list(each) for each in rows], **wanted}


def _adjustment(line: Line) -> FeedMessage:
    item_id, reason = line.needs("order-item-id"), refund_reason(line.needs("adjustment-reason-code"))
    units = line["quantity-cancelled"]
    canceled = [] if units in ("", "0") else [[item_id, quantity("quantity-cancelled", units)]]
    for each in _PROMOTIONS:
        if line[each] and Decimal(amount(each, line[each])):
            raise UnreadableRecordError(f"The order has no promotion that {each} could be about.")
    components = [(kind, amount(cell, line[cell])) for cell, kind in _CELLS.items() if line[cell]]
    return {**_refund({"id": item_id}, reason, components, line.needs("currency")), "quantities": canceled}
