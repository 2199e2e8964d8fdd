"""Buyer-Seller messages as records: what was written, its label, and the seller's reply clock. Sends nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Order, Status

INQUIRY = "Inquiry from Amazon customer"
"""The label of a buyer's own message, by which it is told from an official request."""

REQUEST_SUBJECT = "Order cancellation request from Amazon customer"
"""The subject of an official request in the days when those were messages."""


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One kind of message: the published decision table's code of it, to whom it goes, its label, and its text.

    The text is what it says unless whoever writes has words of their own.
    """

    code: str
    to: str
    label: str = ""
    text: str = ""


KINDS = {
    "buyer_inquiry": MessageKind("MSG-1", "seller", INQUIRY),
    "buyer_request": MessageKind("MSG-5", "seller", REQUEST_SUBJECT),
    "customer_service": MessageKind("-", "amazon", INQUIRY),
    "request_instructions": MessageKind("MSG-2", "buyer", text="To cancel, please use Your Account > Your Orders > Request Cancellation, so that we can accept it."),
    "refer_to_amazon": MessageKind("MSG-2", "buyer", text="Your order is still being verified. Amazon customer service can cancel it for you."),
    "advise_return": MessageKind("MSG-3", "buyer", text="Your parcel is on its way. Please refuse it at the door, or start a return under Your Orders."),
    "stock_out_apology": MessageKind("MSG-4", "buyer", text="We are sorry: the item is out of stock and we had to cancel your order."),
}  # fmt: skip
"""Every kind of message that an outcome may leave behind, by its name."""


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
    name: str, action: Action, order: Order, at: datetime, message_id: str, reply_by: datetime
) -> BuyerSellerMessage:
    """The message of a kind. A buyer's wants an answer while the order stands."""
    kind = KINDS[name]
    text = action.why_asked if name == "buyer_request" else action.text or kind.text
    answer = reply_by if kind.to == "seller" and order.status is not Status.CANCELED else None
    return BuyerSellerMessage(message_id, order.order_id, thread_of(order), name, kind.to, at, kind.label, text, answer)


def thread_of(order: Order) -> str:
    """The id of an order's conversation, the same for every message in it."""
    return f"{order.order_id}-T"


def late_replies(messages: Sequence[BuyerSellerMessage], now: datetime) -> int:
    """How many buyer's messages had no answer before their time was over; the end itself is late."""
    answers = [(each.order_id, each.at) for each in messages if each.to == "buyer"]
    return sum(1 for each in messages if each.reply_by and each.reply_by <= now and not is_answered(each, answers))


def is_answered(message: BuyerSellerMessage, answers: Sequence[tuple[str, datetime]]) -> bool:
    """Whether a buyer's message had an answer in time, of those to buyers by their order and instant."""
    reply_by = message.reply_by
    return any(
        order_id == message.order_id and message.at <= at and reply_by and at < reply_by for order_id, at in answers
    )
