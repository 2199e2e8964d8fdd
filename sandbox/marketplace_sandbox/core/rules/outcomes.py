"""What can come of an action: every outcome with its words, its error and what follows from it. Knows no order.

An outcome is accepted, refused (with an error code and an HTTP status) or not applicable. `change` is the
ORDER_CHANGE it makes, `mails` and `lints` what is recorded, `counts` whether it counts in the Cancellation Rate.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Whether an action goes through."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"


STATUS_CHANGE = "OrderStatusChange"
REQUEST_CHANGE = "BuyerRequestedChange"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome. `meaning` is a sentence for people; a refusal's says what to do instead."""

    name: str
    verdict: Verdict
    meaning: str
    change: str = ""
    mails: tuple[str, ...] = ()
    lints: tuple[str, ...] = ()
    counts: bool = False
    error: str = ""
    http: int = 200

    @property
    def accepted(self) -> bool:
        """Whether the action went through."""
        return self.verdict is Verdict.ACCEPTED


OUTCOMES: dict[str, Outcome] = {}
"""Every outcome by its name."""


def _accepted(
    name: str, meaning: str, change: str = "", mails: str = "", lints: str = "", counts: bool = False
) -> Outcome:
    outcome = Outcome(name, Verdict.ACCEPTED, meaning, change, tuple(mails.split()), tuple(lints.split()), counts)
    return OUTCOMES.setdefault(name, outcome)


def _refused(name: str, error: str, http: int, meaning: str, lints: str = "") -> Outcome:
    outcome = Outcome(name, Verdict.REFUSED, meaning, lints=tuple(lints.split()), error=error, http=http)
    return OUTCOMES.setdefault(name, outcome)


def _not_applicable(name: str, meaning: str) -> Outcome:
    return OUTCOMES.setdefault(name, Outcome(name, Verdict.NOT_APPLICABLE, meaning, error="NOT_APPLICABLE", http=409))


_SELLER_CANCELS = "canceled_by_seller cancellation_receipt"
_ASKED = "cancellation_requested request_submitted"

# The buyer cancels
CANCELED_BY_BUYER = _accepted(
    "canceled_by_buyer", "The buyer canceled alone; nothing was charged.", STATUS_CHANGE, "canceled_by_buyer"
)
CANCELED_BY_BUYER_AFTER_PARCEL = _accepted(
    "canceled_by_buyer_after_parcel", "The buyer canceled alone; the platform cannot see that the parcel had left.",
    STATUS_CHANGE, "canceled_by_buyer", "PARCEL_LEFT_BEFORE_CANCEL")  # fmt: skip
CANCELED_BY_BUYER_AT_AMAZON = _accepted(
    "canceled_by_buyer_at_amazon", "The buyer canceled an Amazon-fulfilled order alone.", STATUS_CHANGE, "canceled_by_buyer")  # fmt: skip
CANCELED_AT_AMAZON_ON_REQUEST = _accepted(
    "canceled_at_amazon_on_request", "Amazon granted the buyer's request.", STATUS_CHANGE, "amazon_decided_request")  # fmt: skip

# The buyer asks
REQUEST_OPENED = _accepted("request_opened", "The buyer's request is open on all items.", REQUEST_CHANGE, _ASKED)
REQUEST_OPENED_IN_PART = _accepted(
    "request_opened_in_part", "The buyer's request is open on some items.", REQUEST_CHANGE, _ASKED
)
REQUEST_EXTENDED = _accepted("request_extended", "Further items joined the open request.", REQUEST_CHANGE, _ASKED)
REQUEST_REPEATED = _accepted("request_repeated", "The same request is open already; nothing changed.")
REQUEST_WITHDRAWN = _accepted(
    "request_withdrawn", "The buyer withdrew the request.", REQUEST_CHANGE, "request_withdrawn"
)
# The one answer "no" that is not a refusal: the request was taken, Amazon decided it, and the buyer is told by mail.
REQUEST_DECLINED_BY_AMAZON = _accepted(
    "request_declined_by_amazon", "Amazon declined the request: the order is in the shipping process.", mails="amazon_decided_request")  # fmt: skip
REQUEST_SENT_AS_MESSAGE = _accepted(
    "request_sent_as_message",
    "The buyer's official request reached the seller as a message, as it did before 23 May 2022.",
)
REQUEST_SENT_TO_AMAZON = _accepted(
    "request_sent_to_amazon", "Amazon was asked and will answer within its time.", mails="request_submitted"
)
BUYER_WROTE = _accepted("buyer_wrote", "The message is stored; it is not an official request.")
BUYER_WROTE_AFTER_CANCELLATION = _accepted(
    "buyer_wrote_after_cancellation", "The message is stored; the order is canceled."
)
BUYER_WROTE_TO_AMAZON = _accepted("buyer_wrote_to_amazon", "The message went to Amazon customer service.")

# The seller cancels
CANCELED_ON_REQUEST = _accepted(
    "canceled_on_request", "The seller canceled at the buyer's official request.", STATUS_CHANGE, _SELLER_CANCELS
)
CANCELED_BY_SELLER = _accepted(
    "canceled_by_seller",
    "The seller canceled for the seller's own reason.",
    STATUS_CHANGE,
    _SELLER_CANCELS,
    counts=True,
)
CANCELED_WITHOUT_REQUEST = _accepted(
    "canceled_without_request", "The seller named the buyer, who had made no official request.",
    STATUS_CHANGE, _SELLER_CANCELS, "BUYER_CANCELED_WITHOUT_REQUEST", counts=True)  # fmt: skip
CANCELED_FOR_OTHER_REASON = _accepted(
    "canceled_for_other_reason", "The seller named another reason although the buyer's request was open.",
    STATUS_CHANGE, _SELLER_CANCELS, "REASON_MISMATCH", counts=True)  # fmt: skip
CANCELED_BEYOND_REQUEST = _accepted(
    "canceled_beyond_request", "The seller canceled the whole order while the buyer asked for some items only.",
    STATUS_CHANGE, _SELLER_CANCELS, "PARTIAL_REQUEST_FULL_CANCEL", counts=True)  # fmt: skip

# The seller ships
SHIPPED = _accepted("shipped", "All items are confirmed; the buyer is charged.", STATUS_CHANGE, "shipment_confirmed")
SHIPPED_DESPITE_REQUEST = _accepted(
    "shipped_despite_request", "All items are confirmed while a request was open; the buyer must be advised.",
    STATUS_CHANGE, "shipment_confirmed", "SHIPPED_WITH_OPEN_REQUEST")  # fmt: skip
CONFIRMED_EARLY = _accepted(
    "confirmed_early", "All items are confirmed although no parcel has left.", STATUS_CHANGE, "shipment_confirmed",
    "CONFIRMED_BEFORE_SHIPPED")  # fmt: skip
CONFIRMED_EARLY_DESPITE_REQUEST = _accepted(
    "confirmed_early_despite_request", "All items are confirmed although no parcel has left and a request was open.",
    STATUS_CHANGE, "shipment_confirmed", "CONFIRMED_BEFORE_SHIPPED SHIPPED_WITH_OPEN_REQUEST")  # fmt: skip
SHIPPED_IN_PART = _accepted("shipped_in_part", "Some items are confirmed.", STATUS_CHANGE, "shipment_confirmed")
SHIPPED_IN_PART_DESPITE_REQUEST = _accepted(
    "shipped_in_part_despite_request", "Some items are confirmed; the request stays open on the others.",
    STATUS_CHANGE, "shipment_confirmed", "SHIPPED_WITH_OPEN_REQUEST")  # fmt: skip
REST_SHIPPED = _accepted("rest_shipped", "The remaining items are confirmed.", STATUS_CHANGE, "shipment_confirmed")
REST_SHIPPED_DESPITE_REQUEST = _accepted(
    "rest_shipped_despite_request", "The remaining items are confirmed while a request was open.",
    STATUS_CHANGE, "shipment_confirmed", "SHIPPED_WITH_OPEN_REQUEST")  # fmt: skip
TRACKING_EDITED = _accepted("tracking_edited", "The shipment was confirmed already; its tracking data is replaced.")
ACKNOWLEDGED = _accepted("acknowledged", "The seller's own order id is linked.")

# The seller refunds and writes
REFUNDED_IN_FULL = _accepted("refunded_in_full", "Everything still refundable is refunded once the refund is released.")
REFUNDED_IN_PART = _accepted("refunded_in_part", "The chosen amounts are refunded once the refund is released.")
REFUNDED_CONFIRMED_ITEMS = _accepted(
    "refunded_confirmed_items", "Confirmed items are refunded once the refund is released."
)
REFUNDED_BY_FEED = _accepted("refunded_by_feed", "The adjustment is paid at once.", mails="refund_released")
REFUND_CANCELED = _accepted("refund_canceled", "The pending refund is taken back; the buyer was told nothing.")
REFUND_RELEASED = _accepted("refund_released", "The refund is paid.", mails="refund_released")
INSTRUCTIONS_SENT = _accepted("instructions_sent", "The buyer was shown the way to an official request.")
REFERRED_TO_AMAZON = _accepted(
    "referred_to_amazon", "The order is pending: the buyer was referred to Amazon customer service."
)
BUYER_ADVISED = _accepted("buyer_advised", "The buyer was advised to refuse the parcel or to return it.")
BUYER_ADVISED_EARLY = _accepted(
    "buyer_advised_early", "The advice went out before the shipment was confirmed, so the duty stays.", lints="ADVICE_BEFORE_CONFIRM")  # fmt: skip
STOCK_OUT_APOLOGY = _accepted(
    "stock_out_apology", "The buyer was told that the item is out of stock.", lints="STOCK_OUT_MESSAGE_NOT_PERMITTED")  # fmt: skip

# Amazon acts
CANCELED_UNCONFIRMED = _accepted(
    "canceled_unconfirmed", "Amazon canceled: the shipment was not confirmed in time.", STATUS_CHANGE, "canceled_unconfirmed", counts=True)  # fmt: skip
CANCELED_UNCONFIRMED_DESPITE_REQUEST = _accepted(
    "canceled_unconfirmed_despite_request", "Amazon canceled: neither the shipment nor the buyer's request was answered in time.",
    STATUS_CHANGE, "canceled_unconfirmed", "REQUEST_LEFT_UNANSWERED", counts=True)  # fmt: skip
CANCELED_FOR_FRAUD = _accepted(
    "canceled_for_fraud", "Amazon canceled: the buyer was judged fraudulent.", STATUS_CHANGE, "order_not_verified"
)
CANCELED_FOR_FRAUD_AT_AMAZON = _accepted(
    "canceled_for_fraud_at_amazon", "Amazon canceled its own order for fraud.", STATUS_CHANGE, "order_not_verified"
)
CANCELED_FOR_PAYMENT = _accepted(
    "canceled_for_payment", "Amazon canceled: the payment could not be verified.", STATUS_CHANGE, "payment_failed"
)
CANCELED_FOR_PAYMENT_AT_AMAZON = _accepted(
    "canceled_for_payment_at_amazon", "Amazon canceled its own unpaid order.", STATUS_CHANGE, "payment_failed"
)
SELLER_WARNED = _accepted(
    "seller_warned", "The seller was warned that the order will be canceled.", mails="auto_cancel_warning"
)
AUTHORIZATION_STARTED = _accepted(
    "authorization_started", "The pre-order is released; its payment is being verified.", STATUS_CHANGE
)
AUTHORIZATION_REMEMBERED = _accepted(
    "authorization_remembered", "The payment is good; the order stays Pending until its hold ends."
)
RELEASED = _accepted("released", "The seller may act on the order now.", STATUS_CHANGE, "order_released")
RELEASED_WITH_REQUEST = _accepted(
    "released_with_request",
    "The seller may act on the order and its open request now.",
    STATUS_CHANGE,
    "order_released",
)
RELEASED_TO_AMAZON = _accepted("released_to_amazon", "The Amazon-fulfilled order is released.", STATUS_CHANGE)

# Parcels
PARCEL_LEFT = _accepted("parcel_left", "The parcel left; no interface shows it before the seller confirms.")
PARCEL_LEFT_DESPITE_REQUEST = _accepted(
    "parcel_left_despite_request", "The parcel left while a request was open.", lints="PARCEL_LEFT_WITH_OPEN_REQUEST")  # fmt: skip
PARCEL_LEFT_LATE = _accepted("parcel_left_late", "The parcel left after its shipment was confirmed.")
PARCEL_LEFT_UNSHIPPABLE = _accepted(
    "parcel_left_unshippable", "The parcel left although the order was not to be shipped.", lints="PARCEL_LEFT_NOT_SHIPPABLE")  # fmt: skip
WAREHOUSE_STARTED = _accepted("warehouse_started", "The warehouse began to pick the order.")
WAREHOUSE_SHIPPED = _accepted(
    "warehouse_shipped", "The warehouse shipped the order.", STATUS_CHANGE, "shipment_confirmed"
)

# Refusals
CANCEL_WINDOW_CLOSED = _refused(
    "cancel_window_closed",
    "CANCEL_WINDOW_CLOSED",
    409,
    "The buyer's direct cancellation window is over; request the cancellation instead.",
)
PARTIAL_CANCEL = _refused(
    "partial_cancel_unsupported",
    "PARTIAL_CANCEL_UNSUPPORTED",
    400,
    "A part of an order cannot be canceled; confirm the shipment, then refund those items.",
)
ORDER_PENDING = _refused("order_pending", "ORDER_PENDING", 400, "A pending order is not the seller's to act on yet.")
SHIPPED_NOT_CONFIRMED = _refused(
    "shipped_not_confirmed",
    "SHIPPED_NOT_CONFIRMED",
    400,
    "The parcel has left: confirm the shipment first, then message the buyer.",
)
ALREADY_CONFIRMED = _refused(
    "already_confirmed", "ALREADY_CONFIRMED", 400, "The shipment is confirmed already: refund instead."
)
PARTIALLY_SHIPPED = _refused(
    "partially_shipped",
    "PARTIALLY_SHIPPED",
    400,
    "A part of the order is confirmed: confirm the rest, then refund what cannot ship.",
)
ALREADY_CANCELED = _refused("already_canceled", "ALREADY_CANCELED", 409, "The order is canceled already.")
AMAZON_FULFILLED = _refused(
    "amazon_fulfilled",
    "AMAZON_FULFILLED",
    400,
    "Amazon fulfils this order; the seller cannot act on it, Seller Support can be asked.",
)
SELLER_FULFILLED = _refused(
    "seller_fulfilled",
    "SELLER_FULFILLED",
    409,
    "No warehouse of Amazon's handles a seller-fulfilled order; parcel-leaves is its shipment.",
)
SHIPMENT_NOT_CONFIRMED = _refused(
    "shipment_not_confirmed", "SHIPMENT_NOT_CONFIRMED", 400, "A refund needs a confirmed shipment."
)
NO_OPEN_REQUEST = _refused("no_open_request", "NO_OPEN_REQUEST", 404, "No request is open.")
ALREADY_SHIPPED = _refused(
    "already_shipped",
    "ALREADY_SHIPPED",
    409,
    "The shipment is confirmed: the buyer contacts the seller and returns the items.",
)
NOT_A_RETAIL_ORDER = _refused(
    "unfulfillable",
    "UNFULFILLABLE",
    409,
    "An unfulfillable order was not placed in the store and cannot be canceled here.",
)
SELLER_MUST_CANCEL = _refused(
    "seller_must_cancel_self",
    "SELLER_MUST_CANCEL_SELF",
    400,
    "A seller may not ask the buyer to cancel; there is no unofficial request to answer.",
    lints="ASKED_BUYER_TO_CANCEL",
)
NO_PARCEL = _refused("no_parcel", "NO_PARCEL", 400, "No parcel has left that the buyer could refuse.")
INVALID_REASON = _refused("invalid_reason", "INVALID_REASON", 400, "There is no such reason.")
INVALID_ITEM = _refused("invalid_item", "INVALID_ITEM", 400, "The order has no such item.")
INVALID_QUANTITY = _refused("invalid_quantity", "INVALID_QUANTITY", 400, "More units were named than there are.")
INVALID_AMOUNT = _refused(
    "invalid_amount", "INVALID_AMOUNT", 400, "A refund is more than nothing and at most what is left of each component."
)
REFUND_UNKNOWN = _refused("refund_unknown", "REFUND_NOT_FOUND", 404, "The order has no such refund.")
REFUND_NOT_PENDING = _refused("refund_not_pending", "REFUND_NOT_PENDING", 409, "The refund is no longer pending.")
FEATURE_DISABLED = _refused(
    "feature_disabled", "FEATURE_DISABLED", 404, "A withdrawal exists only with the setting buyer_withdrawal on."
)

# Nothing to do
TIMER_NOT_ARMED = _not_applicable(
    "timer_not_armed", "Only an unshipped seller-fulfilled order is canceled for lateness, and not before its deadline."
)
ALREADY_RELEASED = _not_applicable("already_released", "The order waits for no payment.")
PAYMENT_SETTLED = _not_applicable("payment_settled", "The payment was verified; Amazon bears what comes of it.")
TOO_LATE_FOR_FRAUD = _not_applicable("too_late_for_fraud", "A confirmed order is not canceled for fraud any more.")
NOTHING_TO_SHIP = _not_applicable("nothing_to_ship", "The parcel has left already, or there is nothing to ship.")
ALREADY_ENDED = _not_applicable("already_ended", "The order has ended already.")
WAREHOUSE_NOT_STARTED = _not_applicable("warehouse_not_started", "The warehouse has not begun with the order.")
