"""Mail to buyer and seller as records: which kinds there are, to whom they go and what they say. Sends nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.order import Order, Refund
from marketplace_sandbox.core.policy import Policy, auto_cancel_at
from marketplace_sandbox.core.reasons import REFUND_REASONS, SELLER_REASONS
from marketplace_sandbox.core.span_words import in_words


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `to` is buyer or seller, `address` the relay address it would go to, `cause_id` the event behind it.

    `locale` is that of the marketplace; the words are English all the same.
    """

    mail_id: str
    cause_id: str
    kind: str
    to: str
    address: str
    at: datetime
    order_id: str
    marketplace_id: str
    locale: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class MailKind:
    """One kind of mail: the published decision table's code of it, its recipients and its words.

    Words may have the placeholders of `_facts`.
    """

    code: str
    recipients: tuple[str, ...]
    subject: str
    body: str


KINDS = {
    "canceled_by_buyer": MailKind("E01", ("buyer",), "Your order {order} is canceled", "You canceled {items} at {now}. Nothing is charged."),
    "cancellation_requested": MailKind("E02", ("seller",),
        "The buyer of order {order} asks to cancel",
        "Items: {items}. Reason: {reason}. Asked at {now}; ship by {ship_by}. Canceling with the reason Buyer Canceled does "
        "not affect your Cancellation Rate. Find it under Manage Orders, Unshipped, Buyer-Requested Cancel.",
    ),
    "request_submitted": MailKind("E03", ("buyer",),
        "Your request to cancel order {order}",
        "Your request to cancel {items} is passed on. Reason: {reason}. A cancellation is not guaranteed.",
    ),
    "canceled_by_seller": MailKind("E04", ("buyer",), "Your order {order} was canceled by the seller", "{items} was canceled at {now}: {cause}. Nothing is charged."
    ),
    "cancellation_receipt": MailKind("E05", ("seller",), "You canceled order {order}", "Reason: {cause}. {rate} Canceled at {now}."
    ),
    "shipment_confirmed": MailKind("E06", ("buyer",), "Your order {order} has shipped", "{items} is on its way. Carrier: {carrier}."),
    "order_released": MailKind("E07", ("seller",), "Sold, ship now: order {order}", "{items}. Ship by {ship_by}."),
    "refund_released": MailKind("E08", ("buyer",), "Refund for order {order}", "Refunded at {now}: {refund}."),
    "canceled_unconfirmed": MailKind("E09", ("buyer", "seller"),
        "Order {order} was canceled",
        "Its shipment was not confirmed within {confirmation_time} after {ship_by}. The buyer is not charged, even if a parcel was sent; "
        "the cancellation counts in the seller's Cancellation Rate.",
    ),
    "auto_cancel_warning": MailKind("E10", ("seller",), "Order {order} will be canceled", "Its shipment is not confirmed; ship by {ship_by}. Unconfirmed orders are canceled {confirmation_time} later, this one at {deadline}, and that counts."),
    "payment_failed": MailKind("E11", ("buyer",), "Payment for order {order}", "The payment could not be verified; please order again."),
    "order_not_verified": MailKind("E12", ("buyer",), "Your order {order} is canceled", "We could not complete your order. Nothing is charged."),
    "amazon_decided_request": MailKind("E13", ("buyer",), "Your request to cancel order {order}", "{decision}"),
    "request_withdrawn": MailKind("E14", ("seller",), "The buyer of order {order} wants it after all", "The request for {items} is withdrawn."),
}  # fmt: skip
"""Every kind of mail by its name."""


def write_mails(
    kinds: Sequence[str], order: Order, at: datetime, policy: Policy, seller_id: str, cause_id: str, ids: Iterator[str]
) -> list[Mail]:
    """The mails of some kinds about an order as it stands after the change."""
    if not kinds:
        return []
    facts, locale = _facts(order, at, policy), MARKETPLACES[order.marketplace_id].locale
    mails: list[Mail] = []
    for kind in kinds:
        words = KINDS[kind]
        subject, body = words.subject.format_map(facts), words.body.format_map(facts)
        for to in words.recipients:
            address = order.buyer.email if to == "buyer" else f"{seller_id.lower()}@sellers.example"
            about = order.order_id, order.marketplace_id
            mails.append(Mail(next(ids), cause_id, kind, to, address, at, *about, locale, subject, body))
    return mails


def _facts(order: Order, at: datetime, policy: Policy) -> dict[str, str]:
    request = order.first_request
    ended = order.cancellation
    released = [refund for refund in order.refunds if refund.amounts]
    counts = "counts" if ended and ended.counts_in_rate else "does not count"
    granted = "Your order is canceled." if ended else "The order is in the shipping process and cannot be canceled."
    return {
        "order": order.order_id,
        "now": format_instant(at),
        "items": ", ".join(f"{item.quantity} × {item.sku} ({item.title})" for item in order.items),
        "reason": (request.text if request else "") or "none given",
        "ship_by": format_instant(order.ship_by_at) if order.ship_by_at else "no date",
        "confirmation_time": _confirmation_time(policy, order.marketplace_id),
        "deadline": format_instant(auto_cancel_at(order.ship_by_at, order.marketplace_id, policy))
        if order.ship_by_at
        else "no date",
        "cause": SELLER_REASONS[ended.reason].label if ended and ended.reason in SELLER_REASONS else "",
        "rate": f"It {counts} in your Cancellation Rate.",
        "carrier": order.shipments[-1].carrier if order.shipments and order.shipments[-1].carrier else "not named",
        "refund": _refund_words(released[-1]) if released else "",
        "decision": granted,
    }


def _confirmation_time(policy: Policy, marketplace_id: str) -> str:
    """How long after the ship-by instant a shipment may be confirmed, and which days are counted."""
    words, mode = in_words(policy.span("auto_cancel_after", marketplace_id)), policy.value("auto_cancel_mode")
    return words if mode == "elapsed" else words.replace(" day", f" {mode} day")


def _refund_words(refund: Refund) -> str:
    reason = REFUND_REASONS[refund.reason]
    cause = f", {reason.cause}" if reason.cause else ""
    parts = ", ".join(f"{each.amount} ({each.component})" for each in refund.amounts)
    return f"{parts}. Reason: {reason.label}{cause}"
