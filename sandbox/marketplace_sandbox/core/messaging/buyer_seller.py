"""Buyer-Seller messages as records: what was written, its label, and the seller's reply clock. Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.actions import Action
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.reasons import BUYER_REASONS

INQUIRY = "Inquiry from Amazon customer"
"""The label of a buyer's own message, by which it is told from an official request."""

REQUEST_SUBJECT = "Order cancellation request from Amazon customer"
"""The subject of an official request in the days when those were messages."""

TEXTS = {
    "request_instructions": "To cancel, please use Your Account > Your Orders > Request Cancellation, so that we can accept it.",
    "refer_to_amazon": "Your order is still being verified. Amazon customer service can cancel it for you.",
    "advise_return": "Your parcel is on its way. Please refuse it at the door, or start a return under Your Orders.",
    "stock_out_apology": "We are sorry: the item is out of stock and we had to cancel your order.",
}
"""What a seller's message says, by its kind, unless the seller writes other words."""

_KIND_OF_OUTCOME = {
    "instructions_sent": "request_instructions",
    "referred_to_amazon": "refer_to_amazon",
    "buyer_advised": "advise_return",
    "buyer_advised_early": "advise_return",
    "stock_out_apology": "stock_out_apology",
}


@dataclass(frozen=True, slots=True)
class BuyerSellerMessage:
    """One message of an order's thread. `reply_by` is set on a buyer's, `to` is buyer, seller or amazon."""

    message_id: str
    order_id: str
    thread_id: str
    kind: str
    to: str
    at: datetime
    label: str
    text: str
    reply_by: datetime | None = None


def message_of(
    outcome: str, command: Action, order: Order, at: datetime, message_id: str, reply_by: datetime
) -> BuyerSellerMessage | None:
    """The message an outcome leaves behind, or None."""
    thread = thread_of(order)
    if outcome == "buyer_wrote_to_amazon":
        return BuyerSellerMessage(
            message_id, order.order_id, thread, "customer_service", "amazon", at, INQUIRY, command.text
        )
    if outcome == "request_sent_as_message":
        words = BUYER_REASONS.get(command.reason or "", "") if command.reason_text is None else command.reason_text
        return BuyerSellerMessage(
            message_id, order.order_id, thread, "buyer_request", "seller", at, REQUEST_SUBJECT, words, reply_by
        )
    if outcome in ("buyer_wrote", "buyer_wrote_after_cancellation"):
        answer = reply_by if outcome == "buyer_wrote" else None
        return BuyerSellerMessage(
            message_id, order.order_id, thread, "buyer_inquiry", "seller", at, INQUIRY, command.text, answer
        )
    kind = _KIND_OF_OUTCOME.get(outcome)
    text = command.text or TEXTS.get(kind or "", "")
    return BuyerSellerMessage(message_id, order.order_id, thread, kind, "buyer", at, "", text) if kind else None


def thread_of(order: Order) -> str:
    """The id of an order's conversation, the same for every message in it."""
    return f"{order.order_id}-T"


def late_replies(messages: Sequence[BuyerSellerMessage], now: datetime) -> int:
    """How many buyer's messages had no answer before their time was over; the end itself is late."""
    answers = [(each.order_id, each.at) for each in messages if each.to == "buyer"]
    return sum(1 for each in messages if each.reply_by and each.reply_by <= now and not _answered(each, answers))


def _answered(message: BuyerSellerMessage, answers: Sequence[tuple[str, datetime]]) -> bool:
    reply_by = message.reply_by
    return any(
        order_id == message.order_id and message.at <= at and reply_by and at < reply_by for order_id, at in answers
    )
