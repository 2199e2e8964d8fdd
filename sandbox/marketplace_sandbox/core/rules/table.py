"""Who may do what, when, and what comes of it: the one table of the marketplace, and the step that applies it.

Rules for editors
-----------------

1. Everything that decides over an order stands in this file. Nothing else changes an order's state, refuses an action
   or says what follows; whoever wants to know what the marketplace does reads here, and what is printed as
   `docs/rules.md` and answered as `rules.json` is read off here.
2. A rule is a row: its outcome, its guards, the code of its source. The rows of an action are read from the top and
   the first whose guards all hold decides. So refusals stand in their order of precedence, the outcomes that go
   through below them, and the last row has no guard and catches what is left.
3. An outcome is a row, too: all that follows from it stands in it. An accepted one says what becomes of the order
   (a function of `transitions`), which code the published decision table has for it (`OURS` where it has none) and, if
   an ORDER_CHANGE tells of it, the reason given there. Forget one of these, and this module cannot be imported; the
   error says what to add.
4. No number stands here. Spans, counts and switches are those of `core/policy.py`, and a guard asks it for them by
   the order's marketplace.
5. A source is a code that `docs/sources.md` explains. A rule without one is a guess; `INPUT` is for checks of input.

To add a rule, write its row. Most need no more: the guards there are stand in `guards`, the ways an order changes in
`transitions`, and a new one of either is a function there with a sentence. `make docs` prints the rest anew.

Why a table
-----------

The marketplace has eleven states of an order, five actors and some thirty actions, and the questions people bring are
of the kind "what does a seller's cancellation meet once the parcel has left?". Written as methods the answer is spread
over whoever happens to be called. As rows it is one line, found by searching the action; the line below it is what
would be met next, and the order of the lines is the precedence. The same rows print the documents, answer `explain`
with every guard that was met on the way, and are tried cell by cell against the published table.

It is closed so that nothing can be half added. An outcome that was accepted and changed nothing would answer 200, send
its notification and its mail, and leave the order as it was: the worst kind of lie for a sandbox, since a client
cannot find it. So `completeness.check` looks at all rows when this module is imported and ends the program if one of
them leaves a question open.

Time acts through the same rows. `timers` derives from an order what falls due and when; nothing is ever unscheduled. A
timer that is not derived any more is simply not there when its instant comes, and one that fires meets its guards
like anybody else, which is why `auto-cancel` has refusals.

What looks like a rule but is none: which fields a dialect shows (`api/shared`), how a feed is read (`api/formats`), and
who is told of a change (`core/notifications`). They follow from the order and the outcome and decide nothing.

Actions with a colon are the kinds of one control action; those in TIMERS are done by time alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from marketplace_sandbox.core.data.values import maker, with_changes
from marketplace_sandbox.core.orders.actions import ARGUMENTS, MESSAGE_KINDS, Action
from marketplace_sandbox.core.orders.order import Channel, Order, Payment, RefundState, Status
from marketplace_sandbox.core.policy import Policy, auto_cancel_at
from marketplace_sandbox.core.rules import completeness
from marketplace_sandbox.core.rules import guards as g
from marketplace_sandbox.core.rules import transitions as t
from marketplace_sandbox.core.rules.outcomes import (
    REQUEST_CHANGE,
    STATUS_CHANGE,
    Outcome,
    accept,
    not_applicable,
    refuse,
)
from marketplace_sandbox.core.rules.rows import LintRow, Row
from marketplace_sandbox.core.rules.situation import Question, Situation

OURS = "-"
"""In place of a code: the published decision table has no cell with this outcome."""

_TO_BOTH = "canceled_by_seller cancellation_receipt"
_ITEMS_TO_BOTH = "items_canceled_by_seller items_cancellation_receipt"
_REQUESTED = "cancellation_requested request_submitted"

# fmt: off
# The buyer cancels
CANCELED_BY_BUYER = accept("canceled_by_buyer", "C-BUYER", t.cancel_by_buyer, "The buyer canceled alone; nothing was charged.",
    change=STATUS_CHANGE, mails="canceled_by_buyer")
CANCELED_BY_BUYER_AFTER_PARCEL = accept("canceled_by_buyer_after_parcel", "C-BUYER-P", t.cancel_by_buyer,
    "The buyer canceled alone; the platform cannot see that the parcel had left.",
    change=STATUS_CHANGE, mails="canceled_by_buyer", lints="PARCEL_LEFT_BEFORE_CANCEL")
CANCELED_BY_BUYER_AT_AMAZON = accept("canceled_by_buyer_at_amazon", "C-BUYER-F", t.cancel_by_buyer,
    "The buyer canceled an Amazon-fulfilled order alone.",
    change=STATUS_CHANGE, mails="canceled_by_buyer")
CANCELED_AT_AMAZON_ON_REQUEST = accept("canceled_at_amazon_on_request", "C-AMZ-F", t.grant_by_amazon, "Amazon granted the buyer's request.",
    change=STATUS_CHANGE, mails="amazon_decided_request")

# The buyer asks
REQUEST_OPENED = accept("request_opened", "R-NEW", t.open_request, "The buyer's request is open on all items.",
    change=REQUEST_CHANGE, mails=_REQUESTED)
REQUEST_OPENED_IN_PART = accept("request_opened_in_part", "R-PART", t.open_request, "The buyer's request is open on some items.",
    change=REQUEST_CHANGE, mails=_REQUESTED)
REQUEST_EXTENDED = accept("request_extended", "R-ADD", t.open_request, "Further items joined the open request.",
    change=REQUEST_CHANGE, mails=_REQUESTED)
REQUEST_REPEATED = accept("request_repeated", "R-DUP", t.change_nothing, "The same request is open already; nothing changed.")
REQUEST_WITHDRAWN = accept("request_withdrawn", "R-WDR", t.withdraw_request, "The buyer withdrew the request.",
    change=REQUEST_CHANGE, mails="request_withdrawn")
# The one answer "no" that is not a refusal: the request was taken, Amazon decided it, and the buyer is told by mail.
REQUEST_DECLINED_BY_AMAZON = accept("request_declined_by_amazon", "R-DEC-F", t.decline_by_amazon,
    "Amazon declined the request: the order is in the shipping process.", mails="amazon_decided_request")
REQUEST_SENT_AS_MESSAGE = accept("request_sent_as_message", OURS, t.request_by_message,
    "The buyer's official request reached the seller as a message, as it did before that process was changed.", message="buyer_request")
REQUEST_SENT_TO_AMAZON = accept("request_sent_to_amazon", OURS, t.ask_amazon, "Amazon was asked and will answer within its time.",
    mails="request_submitted")
BUYER_WROTE = accept("buyer_wrote", "M-UNOFF", t.ask_unofficially, "The message is stored; it is not an official request.", message="buyer_inquiry")
BUYER_WROTE_AFTER_CANCELLATION = accept("buyer_wrote_after_cancellation", "M-INFO", t.change_nothing, "The message is stored; the order is canceled.",
    message="buyer_inquiry")
BUYER_WROTE_TO_AMAZON = accept("buyer_wrote_to_amazon", "M-AMZ", t.change_nothing, "The message went to Amazon customer service.",
    message="customer_service")

# The seller cancels. Which reason counts: Buyer Canceled keeps a cancellation out of the Cancellation Rate while the
# buyer's official request is open on all items, and at no other time; every other reason counts (R39 to R43, K4, K5).
CANCELED_ON_REQUEST = accept("canceled_on_request", "C-EXEMPT", t.cancel_by_seller, "The seller canceled at the buyer's official request.",
    change=STATUS_CHANGE, mails=_TO_BOTH)
CANCELED_BY_SELLER = accept("canceled_by_seller", "C-IMPACT", t.cancel_by_seller, "The seller canceled for the seller's own reason.",
    change=STATUS_CHANGE, mails=_TO_BOTH, counts=True)
CANCELED_WITHOUT_REQUEST = accept("canceled_without_request", "C-IMPACT-B", t.cancel_by_seller,
    "The seller named the buyer, who had made no official request.",
    change=STATUS_CHANGE, mails=_TO_BOTH, lints="BUYER_CANCELED_WITHOUT_REQUEST", counts=True)
CANCELED_FOR_OTHER_REASON = accept("canceled_for_other_reason", "C-IMPACT-M", t.cancel_by_seller,
    "The seller named another reason although the buyer's request was open.",
    change=STATUS_CHANGE, mails=_TO_BOTH, lints="REASON_MISMATCH", counts=True)
CANCELED_BEYOND_REQUEST = accept("canceled_beyond_request", "C-IMPACT-P", t.cancel_by_seller,
    "The seller canceled the whole order while the buyer asked for some items only.",
    change=STATUS_CHANGE, mails=_TO_BOTH, lints="PARTIAL_REQUEST_FULL_CANCEL", counts=True)

# Single items, where partial_cancellation is on. A subscriber is told of no new status, since there is none: of the
# three kinds of change that ORDER_CHANGE has, a request's is what is left. What counts is an item nobody had asked for.
ITEMS_CANCELED_BY_BUYER = accept("items_canceled_by_buyer", OURS, t.cancel_items_by_buyer,
    "The buyer canceled some items alone; the others are kept.",
    change=REQUEST_CHANGE, mails="items_canceled_by_buyer")
ITEMS_CANCELED_ON_REQUEST = accept("items_canceled_on_request", OURS, t.cancel_items_by_seller,
    "The seller canceled items at the buyer's official request; the others are kept.",
    change=REQUEST_CHANGE, mails=_ITEMS_TO_BOTH)
ITEMS_CANCELED_FOR_OTHER_REASON = accept("items_canceled_for_other_reason", OURS, t.cancel_items_by_seller,
    "The seller canceled items that the buyer had asked for, and named another reason; the others are kept.",
    change=REQUEST_CHANGE, mails=_ITEMS_TO_BOTH, lints="REASON_MISMATCH")
ITEMS_CANCELED_WITHOUT_REQUEST = accept("items_canceled_without_request", OURS, t.cancel_items_by_seller,
    "The seller named the buyer, who had not asked for all of these items; the others are kept.",
    change=REQUEST_CHANGE, mails=_ITEMS_TO_BOTH, lints="BUYER_CANCELED_WITHOUT_REQUEST", counts=True)
ITEMS_CANCELED_BY_SELLER = accept("items_canceled_by_seller", OURS, t.cancel_items_by_seller,
    "The seller canceled some items for the seller's own reason; the others are kept.",
    change=REQUEST_CHANGE, mails=_ITEMS_TO_BOTH, counts=True)

# The seller ships
SHIPPED = accept("shipped", "S-ALL", t.confirm, "All items are confirmed; the buyer is charged.",
    change=STATUS_CHANGE, mails="shipment_confirmed")
SHIPPED_DESPITE_REQUEST = accept("shipped_despite_request", "S-ALL-R", t.confirm,
    "All items are confirmed while a request was open; the buyer must be advised.",
    change=STATUS_CHANGE, mails="shipment_confirmed", lints="SHIPPED_WITH_OPEN_REQUEST")
CONFIRMED_EARLY = accept("confirmed_early", "S-EARLY", t.confirm, "All items are confirmed although no parcel has left.",
    change=STATUS_CHANGE, mails="shipment_confirmed", lints="CONFIRMED_BEFORE_SHIPPED")
CONFIRMED_EARLY_DESPITE_REQUEST = accept("confirmed_early_despite_request", "S-EARLY-R", t.confirm,
    "All items are confirmed although no parcel has left and a request was open.",
    change=STATUS_CHANGE, mails="shipment_confirmed", lints="CONFIRMED_BEFORE_SHIPPED SHIPPED_WITH_OPEN_REQUEST")
SHIPPED_IN_PART = accept("shipped_in_part", "S-PART", t.confirm, "Some items are confirmed.",
    change=STATUS_CHANGE, mails="shipment_confirmed")
SHIPPED_IN_PART_DESPITE_REQUEST = accept("shipped_in_part_despite_request", "S-PART-R", t.confirm,
    "Some items are confirmed; the request stays open on the others.",
    change=STATUS_CHANGE, mails="shipment_confirmed", lints="SHIPPED_WITH_OPEN_REQUEST")
REST_SHIPPED = accept("rest_shipped", "S-REST", t.confirm, "The remaining items are confirmed.",
    change=STATUS_CHANGE, mails="shipment_confirmed")
REST_SHIPPED_DESPITE_REQUEST = accept("rest_shipped_despite_request", "S-REST-R", t.confirm,
    "The remaining items are confirmed while a request was open.",
    change=STATUS_CHANGE, mails="shipment_confirmed", lints="SHIPPED_WITH_OPEN_REQUEST")
TRACKING_EDITED = accept("tracking_edited", "S-EDIT", t.edit_tracking, "The shipment was confirmed already; its tracking data is replaced.")
ACKNOWLEDGED = accept("acknowledged", "ACK-OK", t.acknowledge, "The seller's own order id is linked.")
INVOICE_CONFIRMED = accept("invoice_confirmed", OURS, t.confirm_invoice, "The invoice of everything was sent to the buyer: the order is Shipped.",
    change=STATUS_CHANGE)
INVOICE_CONFIRMED_IN_PART = accept("invoice_confirmed_in_part", OURS, t.confirm_invoice,
    "The invoice of some units was sent to the buyer; the order waits for that of the others.")
SHIP_DATE_ESTIMATED = accept("ship_date_estimated", OURS, t.estimate_ship_date,
    "Each item has an estimated ship date; the order is to be shipped by the latest of them.")
SHIP_DATE_ESTIMATED_IN_PART = accept("ship_date_estimated_in_part", OURS, t.estimate_ship_date,
    "Some items have an estimated ship date; the order waits for those of the others.")

# The seller refunds and writes
REFUNDED_IN_FULL = accept("refunded_in_full", "RF-FULL", t.refund, "Everything still refundable is refunded once the refund is released.")
REFUNDED_IN_PART = accept("refunded_in_part", "RF-PART", t.refund, "The chosen amounts are refunded once the refund is released.")
REFUNDED_CONFIRMED_ITEMS = accept("refunded_confirmed_items", "RF-ITEMS", t.refund, "Confirmed items are refunded once the refund is released.")
REFUNDED_BY_FEED = accept("refunded_by_feed", "RF-FEED", t.refund, "The adjustment is paid at once.", mails="refund_released")
REFUND_CANCELED = accept("refund_canceled", OURS, t.cancel_refund, "The pending refund is taken back; the buyer was told nothing.")
REFUND_RELEASED = accept("refund_released", OURS, t.release_refund, "The refund is paid.", mails="refund_released")
INSTRUCTIONS_SENT = accept("instructions_sent", "M-REPLY", t.change_nothing, "The buyer was shown the way to an official request.",
    message="request_instructions")
REFERRED_TO_AMAZON = accept("referred_to_amazon", "M-CS", t.change_nothing,
    "The order is pending: the buyer was referred to Amazon customer service.", message="refer_to_amazon")
BUYER_ADVISED = accept("buyer_advised", "M-ADV", t.advise_buyer, "The buyer was advised to refuse the parcel or to return it.",
    message="advise_return")
BUYER_ADVISED_EARLY = accept("buyer_advised_early", "M-ADV-EARLY", t.change_nothing,
    "The advice went out before the shipment was confirmed, so the duty stays.", message="advise_return", lints="ADVICE_BEFORE_CONFIRM")
STOCK_OUT_APOLOGY = accept("stock_out_apology", OURS, t.change_nothing, "The buyer was told that the item is out of stock.",
    message="stock_out_apology", lints="STOCK_OUT_MESSAGE_NOT_PERMITTED")

# Amazon acts
CANCELED_UNCONFIRMED = accept("canceled_unconfirmed", "A-AUTO", t.cancel_unconfirmed, "Amazon canceled: the shipment was not confirmed in time.",
    change=STATUS_CHANGE, mails="canceled_unconfirmed", counts=True)
CANCELED_UNCONFIRMED_DESPITE_REQUEST = accept("canceled_unconfirmed_despite_request", "A-AUTO-R", t.cancel_unconfirmed,
    "Amazon canceled: neither the shipment nor the buyer's request was answered in time.",
    change=STATUS_CHANGE, mails="canceled_unconfirmed", lints="REQUEST_LEFT_UNANSWERED", counts=True)
CANCELED_FOR_FRAUD = accept("canceled_for_fraud", "A-FRAUD", t.cancel_for_fraud, "Amazon canceled: the buyer was judged fraudulent.",
    change=STATUS_CHANGE, mails="order_not_verified")
CANCELED_FOR_FRAUD_AT_AMAZON = accept("canceled_for_fraud_at_amazon", "A-FRAUD-F", t.cancel_for_fraud, "Amazon canceled its own order for fraud.",
    change=STATUS_CHANGE, mails="order_not_verified")
CANCELED_FOR_PAYMENT = accept("canceled_for_payment", "A-PAY", t.cancel_for_payment, "Amazon canceled: the payment could not be verified.",
    change=STATUS_CHANGE, mails="payment_failed")
CANCELED_FOR_PAYMENT_AT_AMAZON = accept("canceled_for_payment_at_amazon", "A-PAY-F", t.cancel_for_payment, "Amazon canceled its own unpaid order.",
    change=STATUS_CHANGE, mails="payment_failed")
SELLER_WARNED = accept("seller_warned", OURS, t.warn_seller, "The seller was warned that the order will be canceled.", mails="auto_cancel_warning")
AUTHORIZATION_STARTED = accept("authorization_started", "P-PEND", t.start_authorization,
    "The pre-order is Pending: it is released once its release date has come and its payment is verified.",
    change=STATUS_CHANGE)
AUTHORIZATION_REMEMBERED = accept("authorization_remembered", "P-WAIT", t.remember_authorization,
    "The payment is good; the order waits until its hold ends and, if it is a pre-order, for its release date.")
RELEASED = accept("released", "P-REL", t.release, "The seller may act on the order now.",
    change=STATUS_CHANGE, mails="order_released")
RELEASED_WITH_REQUEST = accept("released_with_request", "P-REL-R", t.release, "The seller may act on the order and its open request now.",
    change=STATUS_CHANGE, mails="order_released")
RELEASED_TO_AMAZON = accept("released_to_amazon", "P-REL-F", t.release, "The Amazon-fulfilled order is released.",
    change=STATUS_CHANGE)

# Parcels
PARCEL_LEFT = accept("parcel_left", "W-OK", t.send_parcel, "The parcel left; no interface shows it before the seller confirms.")
PARCEL_LEFT_DESPITE_REQUEST = accept("parcel_left_despite_request", "W-OK-R", t.send_parcel, "The parcel left while a request was open.",
    lints="PARCEL_LEFT_WITH_OPEN_REQUEST")
PARCEL_LEFT_LATE = accept("parcel_left_late", "W-LATE", t.send_parcel_late, "The parcel left after its shipment was confirmed.")
PARCEL_LEFT_UNSHIPPABLE = accept("parcel_left_unshippable", "W-LINT", t.send_parcel, "The parcel left although the order was not to be shipped.",
    lints="PARCEL_LEFT_NOT_SHIPPABLE")
WAREHOUSE_STARTED = accept("warehouse_started", "W-FBA", t.start_in_warehouse, "The warehouse began to pick the order.")
WAREHOUSE_SHIPPED = accept("warehouse_shipped", "W-FBA", t.ship_from_warehouse, "The warehouse shipped the order.",
    change=STATUS_CHANGE, mails="shipment_confirmed")

# Refusals
CANCEL_WINDOW_CLOSED = refuse("cancel_window_closed", "X-CLOSED", "CANCEL_WINDOW_CLOSED", 409,
    "The buyer's direct cancellation window is over; request the cancellation instead.")
SELLER_WINDOW_CLOSED = refuse("seller_window_closed", OURS, "CANCEL_WINDOW_CLOSED", 409,
    "The seller's cancellation window is over, which the setting seller_cancel_window opened; confirm the shipment, then refund.")
PARTIAL_CANCEL = refuse("partial_cancel_unsupported", "X-PARTIAL", "PARTIAL_CANCEL_UNSUPPORTED", 400,
    "Partial cancellation is not supported: an order is canceled as a whole; confirm the shipment, then refund those items.")
PARTIAL_QUANTITY = refuse("partial_quantity", OURS, "PARTIAL_CANCEL_UNSUPPORTED", 400,
    "An item is canceled with all of its units: name it without a quantity, or with all that it has.")
ITEM_CANCELED = refuse("item_canceled", OURS, "ALREADY_CANCELED", 409, "An item that is named is canceled already; name the others.")
ORDER_PENDING = refuse("order_pending", "X-PENDING", "ORDER_PENDING", 400, "A pending order is not the seller's to act on yet.")
SHIPPED_NOT_CONFIRMED = refuse("shipped_not_confirmed", "X-SHIPNC", "SHIPPED_NOT_CONFIRMED", 400,
    "The parcel has left: confirm the shipment first, then message the buyer.")
ALREADY_CONFIRMED = refuse("already_confirmed", "X-CONF", "ALREADY_CONFIRMED", 400, "The shipment is confirmed already: refund instead.")
PARTIALLY_SHIPPED = refuse("partially_shipped", "X-PSHIP", "PARTIALLY_SHIPPED", 400,
    "A part of the order is confirmed: confirm the rest, then refund what cannot ship.")
ALREADY_CANCELED = refuse("already_canceled", "X-CANC", "ALREADY_CANCELED", 409, "The order is canceled already.")
AMAZON_FULFILLED = refuse("amazon_fulfilled", "X-AFN", "AMAZON_FULFILLED", 400,
    "Amazon fulfills this order; the seller cannot act on it, Seller Support can be asked.")
SELLER_FULFILLED = refuse("seller_fulfilled", OURS, "SELLER_FULFILLED", 409,
    "No warehouse of Amazon's handles a seller-fulfilled order; parcel-leaves is its shipment.")
SHIPMENT_NOT_CONFIRMED = refuse("shipment_not_confirmed", "X-NCONF", "SHIPMENT_NOT_CONFIRMED", 400, "A refund needs a confirmed shipment.")
NO_OPEN_REQUEST = refuse("no_open_request", "X-NOREQ", "NO_OPEN_REQUEST", 404, "No request is open.")
ALREADY_SHIPPED = refuse("already_shipped", "X-BSHIP", "ALREADY_SHIPPED", 409,
    "The shipment is confirmed: the buyer contacts the seller and returns the items.")
NOT_A_RETAIL_ORDER = refuse("unfulfillable", "X-UNFUL", "UNFULFILLABLE", 409,
    "An unfulfillable order was not placed in the store and cannot be canceled here.")
SELLER_MUST_CANCEL = refuse("seller_must_cancel_self", "X-ASK", "SELLER_MUST_CANCEL_SELF", 400,
    "A seller may not ask the buyer to cancel; there is no unofficial request to answer.", lints="ASKED_BUYER_TO_CANCEL")
NO_PARCEL = refuse("no_parcel", "X-NOPARCEL", "NO_PARCEL", 400, "No parcel has left that the buyer could refuse.")
INVALID_REASON = refuse("invalid_reason", OURS, "INVALID_REASON", 400, "There is no such reason.")
INVALID_ITEM = refuse("invalid_item", OURS, "INVALID_ITEM", 400, "The order has no such item.")
AMBIGUOUS_ITEM = refuse("ambiguous_item", OURS, "INVALID_ITEM", 400,
    "Several items of the order have the SKU that is named; name each by its order item id.")
INVALID_QUANTITY = refuse("invalid_quantity", OURS, "INVALID_QUANTITY", 400, "More units were named than there are.")
INVALID_AMOUNT = refuse("invalid_amount", OURS, "INVALID_AMOUNT", 400,
    "A refund is more than nothing and at most what is left of each component.")
INVALID_TRACKING = refuse("invalid_tracking", OURS, "INVALID_TRACKING", 400,
    "The tracking number is none of that carrier's, which the setting tracking_checks has checked.")
NOTHING_LEFT = refuse("nothing_left_to_confirm", OURS, "NOTHING_LEFT_TO_CONFIRM", 400,
    "Everything is confirmed already; a call cannot confirm it again, a feed replaces the tracking data.")
NO_INVOICE_OWED = refuse("no_invoice_owed", OURS, "NO_INVOICE_OWED", 409,
    "No invoice of this order is waited for; orders that are placed with invoice wait for one.")
INVOICE_TOO_EARLY = refuse("invoice_too_early", OURS, "SHIPMENT_NOT_CONFIRMED", 400,
    "An invoice is confirmed once the whole order is shipped: confirm its shipment first.")
INVOICE_CONFIRMED_BEFORE = refuse("invoice_confirmed_before", OURS, "INVOICE_ALREADY_CONFIRMED", 409, "The invoice of this order is confirmed already.")
NOT_SOURCED_ON_DEMAND = refuse("not_sourced_on_demand", OURS, "NOT_SOURCED_ON_DEMAND", 409,
    "Only of a Sourcing on Demand order, placed with promise_response_due_date or is_estimated_ship_date_set, a ship date is estimated.")
SHIP_DATE_OF_SHIPPED = refuse("ship_date_of_shipped", OURS, "ALREADY_CONFIRMED", 400,
    "The shipment is confirmed already, so no ship date is estimated any more.")
INVALID_SHIP_DATE = refuse("invalid_ship_date", OURS, "INVALID_SHIP_DATE", 400, "An estimated ship date lies ahead.")
REFUND_UNKNOWN = refuse("refund_unknown", OURS, "REFUND_NOT_FOUND", 404, "The order has no such refund.")
REFUND_NOT_PENDING = refuse("refund_not_pending", OURS, "REFUND_NOT_PENDING", 409, "The refund is no longer pending.")
FEATURE_DISABLED = refuse("feature_disabled", OURS, "FEATURE_DISABLED", 404, "A withdrawal exists only with the setting buyer_withdrawal on.")

# Nothing to do
TIMER_NOT_ARMED = not_applicable("timer_not_armed", "NA-TIMER",
    "Only an unshipped seller-fulfilled order is canceled for lateness, and not before its deadline.")
ALREADY_RELEASED = not_applicable("already_released", "NA-REL", "The order waits for no payment.")
PAYMENT_SETTLED = not_applicable("payment_settled", "NA-PAY", "The payment was verified; Amazon bears what comes of it.")
TOO_LATE_FOR_FRAUD = not_applicable("too_late_for_fraud", "NA-FRAUD", "A confirmed order is not canceled for fraud any more.")
NOTHING_TO_SHIP = not_applicable("nothing_to_ship", "NA-SHIP", "The parcel has left already, or there is nothing to ship.")
ALREADY_ENDED = not_applicable("already_ended", "NA-DONE", "The order has ended already.")
WAREHOUSE_NOT_STARTED = not_applicable("warehouse_not_started", OURS, "The warehouse has not begun with the order.")
PREORDER_WAITS = not_applicable("preorder_waits", OURS, "The warehouse does not begin with a pre-order before its release date.")
# fmt: on

_ALL = [each for each in list(globals().values()) if isinstance(each, Outcome)]

OUTCOMES: dict[str, Outcome] = {each.name: each for each in _ALL}
"""Every outcome by its name."""

_SELLER_GUARDS = (
    Row(AMAZON_FULFILLED, g.fulfilled_by_amazon, "R28"),
    Row(ALREADY_CANCELED, g.canceled, "R1"),
    Row(ORDER_PENDING, g.pending, "K10"),
)
_MESSAGE_GUARDS = _SELLER_GUARDS[:2]
_AUTHORIZATION = (
    Row(ALREADY_RELEASED, g.fulfilled_by_amazon & g.warehouse_started, "FBA"),
    Row(ALREADY_RELEASED, ~g.pending, "EFFECTS"),
    Row(AUTHORIZATION_STARTED, g.fulfilled_by_amazon & g.awaits_release_date, "LIFE"),
    Row(AUTHORIZATION_REMEMBERED, g.fulfilled_by_amazon & g.before_release_date, "PRE-ORDERS"),
    Row(RELEASED_TO_AMAZON, g.fulfilled_by_amazon, "FBA"),
    Row(AUTHORIZATION_REMEMBERED, g.held, "LIFE"),
    Row(AUTHORIZATION_STARTED, g.awaits_release_date, "LIFE"),
    Row(AUTHORIZATION_REMEMBERED, g.before_release_date, "PRE-ORDERS"),
    Row(RELEASED_WITH_REQUEST, g.request_open, "R12"),
    Row(RELEASED, g.always, "LIFE"),
)
_PAYMENT_FAILURE = (
    Row(ALREADY_ENDED, g.canceled, "R1"),
    Row(PAYMENT_SETTLED, ~g.pending, "R46"),
    Row(PAYMENT_SETTLED, g.fulfilled_by_amazon & g.warehouse_started, "R46"),
    Row(CANCELED_FOR_PAYMENT_AT_AMAZON, g.fulfilled_by_amazon, "R46"),
    Row(CANCELED_FOR_PAYMENT, g.always, "R46"),
)
_WAREHOUSE_GUARDS = (
    Row(SELLER_FULFILLED, ~g.fulfilled_by_amazon, "R28"),
    Row(NOTHING_TO_SHIP, g.canceled, "FBA"),
    Row(NOTHING_TO_SHIP, g.unfulfillable, "FBA"),
    Row(NOTHING_TO_SHIP, g.all_confirmed, "FBA"),
)

TABLE: dict[str, tuple[Row, ...]] = {
    "buyer-cancel": (
        Row(ALREADY_CANCELED, g.canceled, "R1"),
        Row(NOT_A_RETAIL_ORDER, g.unfulfillable, "FBA"),
        Row(ALREADY_SHIPPED, g.any_confirmed, "R1"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(CANCEL_WINDOW_CLOSED, ~g.window_open, "R3"),
        Row(ITEM_CANCELED, g.names_canceled_item, "PARTIAL-CANCELLATION"),
        Row(PARTIAL_CANCEL, g.subset & g.fulfilled_by_amazon, "R34"),
        Row(PARTIAL_CANCEL, g.subset & ~g.single_items_may_be_canceled, "R34"),
        Row(PARTIAL_QUANTITY, g.cuts_an_item, "PARTIAL-CANCELLATION"),
        Row(INVALID_REASON, g.buyer_reason_unknown, "BUYER-REASONS"),
        Row(ITEMS_CANCELED_BY_BUYER, g.subset, "PARTIAL-CANCELLATION"),
        Row(CANCELED_BY_BUYER_AT_AMAZON, g.fulfilled_by_amazon, "R17"),
        Row(CANCELED_BY_BUYER_AFTER_PARCEL, g.parcel_left, "K19"),
        Row(CANCELED_BY_BUYER, g.always, "R2"),
    ),
    "buyer-request-cancellation": (
        Row(ALREADY_CANCELED, g.canceled, "R1"),
        Row(NOT_A_RETAIL_ORDER, g.unfulfillable, "FBA"),
        Row(ALREADY_SHIPPED, g.all_confirmed, "R1"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(INVALID_REASON, g.buyer_reason_unknown, "BUYER-REASONS"),
        Row(REQUEST_DECLINED_BY_AMAZON, g.fulfilled_by_amazon & g.warehouse_started, "R17"),
        Row(PARTIAL_CANCEL, g.fulfilled_by_amazon & g.subset, "R34"),
        Row(CANCELED_BY_BUYER_AT_AMAZON, g.fulfilled_by_amazon & g.window_open, "R11"),
        Row(REQUEST_REPEATED, g.fulfilled_by_amazon & g.amazon_was_asked, "K17"),
        Row(REQUEST_SENT_TO_AMAZON, g.fulfilled_by_amazon & g.amazon_takes_time, "TIMERS"),
        Row(CANCELED_AT_AMAZON_ON_REQUEST, g.fulfilled_by_amazon, "R28"),
        Row(ITEM_CANCELED, g.names_canceled_item, "PARTIAL-CANCELLATION"),
        Row(PARTIAL_CANCEL, g.cancels_directly & g.subset & ~g.single_items_may_be_canceled, "R34"),
        Row(PARTIAL_QUANTITY, g.cancels_directly & g.cuts_an_item, "PARTIAL-CANCELLATION"),
        Row(ITEMS_CANCELED_BY_BUYER, g.cancels_directly & g.subset, "PARTIAL-CANCELLATION"),
        Row(CANCELED_BY_BUYER_AFTER_PARCEL, g.cancels_directly & g.parcel_left, "K19"),
        Row(CANCELED_BY_BUYER, g.cancels_directly, "R11"),
        Row(ALREADY_SHIPPED, g.nothing_to_ask_for, "R1"),
        Row(REQUEST_SENT_AS_MESSAGE, g.requests_come_as_messages, "R22"),
        Row(REQUEST_REPEATED, g.asked_already, "K17"),
        Row(REQUEST_EXTENDED, g.request_open, "R52"),
        Row(REQUEST_OPENED_IN_PART, g.asks_for_part, "R15"),
        Row(REQUEST_OPENED, g.always, "R12"),
    ),
    "buyer-withdraw-request": (
        Row(FEATURE_DISABLED, ~g.withdrawal_enabled, "K6"),
        Row(ALREADY_CANCELED, g.canceled, "R1"),
        Row(NOT_A_RETAIL_ORDER, g.unfulfillable, "FBA"),
        Row(ALREADY_SHIPPED, g.request_closed_by_shipment & g.all_confirmed & g.parcel_left, "K6"),
        Row(NO_OPEN_REQUEST, ~g.request_open, "K6"),
        Row(REQUEST_WITHDRAWN, g.always, "K6"),
    ),
    "buyer-message": (
        Row(NOT_A_RETAIL_ORDER, g.unfulfillable, "FBA"),
        Row(BUYER_WROTE_TO_AMAZON, g.fulfilled_by_amazon, "FBA"),
        Row(BUYER_WROTE_AFTER_CANCELLATION, g.canceled, "R29"),
        Row(BUYER_WROTE, g.always, "R29"),
    ),
    "seller-cancel": (
        *_SELLER_GUARDS,
        Row(ALREADY_CONFIRMED, g.all_confirmed, "R8"),
        Row(PARTIALLY_SHIPPED, g.some_confirmed, "R34"),
        Row(SELLER_WINDOW_CLOSED, g.seller_window_over, "R16"),
        Row(SHIPPED_NOT_CONFIRMED, g.parcel_stops_cancellation, "R7"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(ITEM_CANCELED, g.names_canceled_item, "PARTIAL-CANCELLATION"),
        Row(PARTIAL_CANCEL, g.subset & ~g.single_items_may_be_canceled, "R34"),
        Row(PARTIAL_QUANTITY, g.cuts_an_item, "PARTIAL-CANCELLATION"),
        Row(INVALID_REASON, g.seller_reason_unknown, "SELLER-REASONS"),
        Row(ITEMS_CANCELED_ON_REQUEST, g.subset & g.request_on_named_items & g.names_the_buyer, "PARTIAL-CANCELLATION"),
        Row(ITEMS_CANCELED_ON_REQUEST, g.subset & g.request_on_named_items & g.any_reason_exempts, "K4"),
        Row(ITEMS_CANCELED_FOR_OTHER_REASON, g.subset & g.request_on_named_items, "PARTIAL-CANCELLATION"),
        Row(ITEMS_CANCELED_WITHOUT_REQUEST, g.subset & g.names_the_buyer, "PARTIAL-CANCELLATION"),
        Row(ITEMS_CANCELED_BY_SELLER, g.subset, "PARTIAL-CANCELLATION"),
        Row(CANCELED_ON_REQUEST, g.request_on_all_items & g.names_the_buyer, "R39"),
        Row(CANCELED_ON_REQUEST, g.request_on_all_items & g.any_reason_exempts, "K4"),
        Row(CANCELED_BEYOND_REQUEST, g.request_open & g.names_the_buyer, "K5"),
        Row(CANCELED_FOR_OTHER_REASON, g.request_open, "K4"),
        Row(CANCELED_WITHOUT_REQUEST, g.names_the_buyer, "R14"),
        Row(CANCELED_BY_SELLER, g.always, "R41"),
    ),
    "seller-acknowledge": (
        *_SELLER_GUARDS,
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(ACKNOWLEDGED, g.always, "SELLER-REASONS"),
    ),
    "seller-confirm-invoice": (
        *_SELLER_GUARDS,
        Row(NO_INVOICE_OWED, ~g.invoice_owed, "INVOICES"),
        Row(INVOICE_TOO_EARLY, ~g.all_confirmed, "INVOICES"),
        Row(INVOICE_CONFIRMED_BEFORE, ~g.invoice_unconfirmed, "INVOICES"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(ITEM_CANCELED, g.names_canceled_item, "PARTIAL-CANCELLATION"),
        Row(INVALID_QUANTITY, g.invoices_too_many, "INPUT"),
        Row(INVOICE_CONFIRMED, g.completes_invoice, "INVOICES"),
        Row(INVOICE_CONFIRMED_IN_PART, g.always, "INVOICES"),
    ),
    "seller-estimate-ship-date": (
        *_SELLER_GUARDS,
        Row(NOT_SOURCED_ON_DEMAND, ~g.sourced_on_demand, "SOURCING-ON-DEMAND"),
        Row(SHIP_DATE_OF_SHIPPED, g.all_confirmed, "SOURCING-ON-DEMAND"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(ITEM_CANCELED, g.names_canceled_item, "PARTIAL-CANCELLATION"),
        Row(SHIP_DATE_OF_SHIPPED, g.names_confirmed_item, "SOURCING-ON-DEMAND"),
        Row(INVALID_SHIP_DATE, g.ship_date_is_past, "SOURCING-ON-DEMAND"),
        Row(SHIP_DATE_ESTIMATED, g.dates_all_items, "SOURCING-ON-DEMAND"),
        Row(SHIP_DATE_ESTIMATED_IN_PART, g.always, "SOURCING-ON-DEMAND"),
    ),
    "seller-confirm-shipment": (
        *_SELLER_GUARDS,
        Row(NOTHING_LEFT, g.all_confirmed & g.by_api, "SEEN-SHIPMENTS"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(ITEM_CANCELED, g.names_canceled_item, "PARTIAL-CANCELLATION"),
        Row(INVALID_TRACKING, g.tracking_malformed, "TRACKING"),
        Row(TRACKING_EDITED, g.all_confirmed, "EFFECTS"),
        Row(INVALID_QUANTITY, g.confirms_too_many, "INPUT"),
        Row(TRACKING_EDITED, g.confirms_nothing_new, "EFFECTS"),
        Row(REST_SHIPPED_DESPITE_REQUEST, g.some_confirmed & g.completes_shipment & g.request_open, "R7"),
        Row(REST_SHIPPED, g.some_confirmed & g.completes_shipment, "LIFE"),
        Row(SHIPPED_DESPITE_REQUEST, g.completes_shipment & g.parcel_left & g.request_open, "R7"),
        Row(SHIPPED, g.completes_shipment & g.parcel_left, "LIFE"),
        Row(CONFIRMED_EARLY_DESPITE_REQUEST, g.completes_shipment & g.request_open, "R8"),
        Row(CONFIRMED_EARLY, g.completes_shipment, "R8"),
        Row(SHIPPED_IN_PART_DESPITE_REQUEST, g.request_open, "K8"),
        Row(SHIPPED_IN_PART, g.always, "K8"),
    ),
    "seller-refund": (
        *_SELLER_GUARDS,
        Row(SHIPMENT_NOT_CONFIRMED, ~g.any_confirmed, "R36"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(SHIPMENT_NOT_CONFIRMED, g.refunds_unconfirmed, "R36"),
        Row(INVALID_REASON, g.refund_reason_unknown, "REFUND-REASONS"),
        Row(INVALID_AMOUNT, g.refund_out_of_bounds, "REFUNDS"),
        Row(REFUNDED_CONFIRMED_ITEMS, g.some_confirmed, "REFUNDS"),
        Row(REFUNDED_BY_FEED, g.by_feed, "REFUNDS"),
        Row(REFUNDED_IN_FULL, g.refunds_everything, "R35"),
        Row(REFUNDED_IN_PART, g.always, "R35"),
    ),
    "seller-cancel-refund": (
        *_SELLER_GUARDS,
        Row(REFUND_UNKNOWN, g.refund_unknown, "REFUNDS"),
        Row(REFUND_NOT_PENDING, g.refund_not_pending, "REFUNDS"),
        Row(REFUND_CANCELED, g.always, "REFUNDS"),
    ),
    "seller-message:instructions": (
        *_MESSAGE_GUARDS,
        Row(REFERRED_TO_AMAZON, g.pending, "R31"),
        Row(INSTRUCTIONS_SENT, g.unofficial_request_waits, "R31"),
        Row(SELLER_MUST_CANCEL, g.always, "R10"),
    ),
    "seller-message:advise_return": (
        *_MESSAGE_GUARDS,
        Row(NO_PARCEL, ~g.parcel_left, "R7"),
        Row(BUYER_ADVISED_EARLY, ~g.any_confirmed, "R7"),
        Row(BUYER_ADVISED, g.always, "R7"),
    ),
    "seller-message:ask_to_cancel": (
        *_MESSAGE_GUARDS,
        Row(SELLER_MUST_CANCEL, g.always, "R10"),
    ),
    "seller-message:out_of_stock": (
        Row(AMAZON_FULFILLED, g.fulfilled_by_amazon, "R28"),
        Row(ORDER_PENDING, g.pending, "K10"),
        Row(STOCK_OUT_APOLOGY, g.always, "R20"),
    ),
    "parcel-leaves": (
        Row(NOTHING_TO_SHIP, g.fulfilled_by_amazon & g.canceled, "FBA"),
        Row(NOTHING_TO_SHIP, g.unfulfillable, "FBA"),
        Row(NOTHING_TO_SHIP, g.fulfilled_by_amazon & g.all_confirmed, "FBA"),
        Row(WAREHOUSE_SHIPPED, g.fulfilled_by_amazon & g.warehouse_started, "FBA"),
        Row(PREORDER_WAITS, g.fulfilled_by_amazon & g.before_release_date, "PRE-ORDERS"),
        Row(WAREHOUSE_STARTED, g.fulfilled_by_amazon, "FBA"),
        Row(INVALID_ITEM, g.item_unknown, "INPUT"),
        Row(AMBIGUOUS_ITEM, g.item_ambiguous, "ITEMS-OF-ONE-SKU"),
        Row(INVALID_QUANTITY, g.too_many_units, "INPUT"),
        Row(PARCEL_LEFT_UNSHIPPABLE, g.canceled, "EFFECTS"),
        Row(PARCEL_LEFT_UNSHIPPABLE, g.pending, "EFFECTS"),
        Row(NOTHING_TO_SHIP, g.left_already, "EFFECTS"),
        Row(PARCEL_LEFT_LATE, g.all_confirmed, "R8"),
        Row(PARCEL_LEFT_DESPITE_REQUEST, g.request_open, "R7"),
        Row(PARCEL_LEFT, g.always, "R7"),
    ),
    "warehouse-starts": (
        *_WAREHOUSE_GUARDS,
        Row(NOTHING_TO_SHIP, g.warehouse_started, "FBA"),
        Row(PREORDER_WAITS, g.before_release_date, "PRE-ORDERS"),
        Row(WAREHOUSE_STARTED, g.always, "FBA"),
    ),
    "warehouse-ships": (
        *_WAREHOUSE_GUARDS,
        Row(WAREHOUSE_NOT_STARTED, ~g.warehouse_started, "FBA"),
        Row(WAREHOUSE_SHIPPED, g.always, "FBA"),
    ),
    "payment-authorized": _AUTHORIZATION,
    "payment-failed": _PAYMENT_FAILURE,
    "fraud-detected": (
        Row(ALREADY_ENDED, g.canceled, "R1"),
        Row(TOO_LATE_FOR_FRAUD, g.any_confirmed, "R45"),
        Row(TOO_LATE_FOR_FRAUD, g.unfulfillable, "FBA"),
        Row(CANCELED_FOR_FRAUD_AT_AMAZON, g.fulfilled_by_amazon, "R45"),
        Row(CANCELED_FOR_FRAUD, g.always, "R45"),
    ),
    "hold-ends": _AUTHORIZATION,
    "preorder-released": _AUTHORIZATION,
    "payment-limit": _PAYMENT_FAILURE,
    "auto-cancel": (
        Row(TIMER_NOT_ARMED, g.fulfilled_by_amazon, "FBA"),
        Row(TIMER_NOT_ARMED, ~g.unshipped, "K8"),
        Row(TIMER_NOT_ARMED, g.before_auto_cancel, "R44"),
        Row(CANCELED_UNCONFIRMED_DESPITE_REQUEST, g.request_open, "R18"),
        Row(CANCELED_UNCONFIRMED, g.always, "R44"),
    ),
    "amazon-answers": (
        Row(ALREADY_ENDED, g.canceled, "FBA"),
        Row(REQUEST_DECLINED_BY_AMAZON, g.warehouse_started, "R17"),
        Row(CANCELED_AT_AMAZON_ON_REQUEST, g.always, "R28"),
    ),
    "auto-cancel-warning": (
        Row(TIMER_NOT_ARMED, ~g.unshipped, "TIMERS"),
        Row(SELLER_WARNED, g.always, "TIMERS"),
    ),
    "refund-released": (
        Row(REFUND_NOT_PENDING, g.refund_not_pending, "REFUNDS"),
        Row(REFUND_RELEASED, g.always, "REFUNDS"),
    ),
}
"""The rules of every action, in order of precedence."""

LINT_ROWS = (
    LintRow("seller-cancel", "PARCEL_LEFT_BEFORE_CANCEL", g.parcel_left),
    LintRow("buyer-cancel", "PARCEL_LEFT_BEFORE_CANCEL", g.parcel_left),
    LintRow("buyer-request-cancellation", "PARCEL_LEFT_BEFORE_CANCEL", g.parcel_left & g.cancels_directly),
    LintRow(
        "seller-confirm-shipment", "CONFIRMED_BEFORE_SHIPPED", ~g.parcel_left & ~g.request_open & g.confirms_unsent
    ),
)
"""Lints that depend on more than the outcome."""

TIMERS = (
    "hold-ends",
    "preorder-released",
    "payment-limit",
    "amazon-answers",
    "auto-cancel-warning",
    "auto-cancel",
    "refund-released",
)
"""What time alone does."""

WARNINGS = ("auto_cancel_first_warning", "auto_cancel_second_warning", "auto_cancel_last_warning")
"""The spans of the policy after which, from the ship-by instant on, the seller is warned of the automatic cancellation."""

_KINDS = {"seller-message": MESSAGE_KINDS}
ACTIONS = tuple(
    name for action in ARGUMENTS for name in ([f"{action}:{kind}" for kind in _KINDS.get(action, ())] or [action])
)
"""What people and carriers do, as TABLE names it."""

completeness.check(_ALL, TABLE, [*ACTIONS, *TIMERS])


@dataclass(frozen=True, slots=True)
class Step:
    """What came of an action: the order afterwards (the same one when refused), the outcome, the row that decided.

    `situation` is what the action met.
    """

    situation: Situation
    order: Order
    outcome: Outcome
    row: Row
    lints: tuple[str, ...]


_new_step = maker(Step)


def step(order: Order, action: Action, at: datetime, policy: Policy) -> Step:
    """Apply one action to one order at an instant. `last_updated_at` moves exactly when a dialect shows the change."""
    situation = Situation(order, action, at, policy)
    row = _first_row(rows_of(action), situation)
    outcome = row.then
    if outcome.becomes is None:
        return Step(situation, order, outcome, row, outcome.lints)
    after = outcome.becomes(situation, outcome.counts)
    if outcome.change:
        after = with_changes(after, last_updated_at=at)
    return _new_step(situation, after, outcome, row, (*outcome.lints, *_further_lints(situation, outcome)))


def _first_row(rows: Sequence[Row], situation: Situation) -> Row:
    """The first row that holds; the last one always does."""
    answers = situation.answers
    for row in rows:
        for question, expected in row.when.conditions:  # as the guard itself would, without a call for each row
            answer = answers.get(question)
            if answer is None:
                answer = question(situation)
                if question in g.OF_ORDER:
                    answers[question] = answer
            if answer is not expected:
                break
        else:
            return row
    return rows[-1]


def rows_of(action: Action) -> tuple[Row, ...]:
    """The rows an action meets, in order of precedence."""
    return TABLE[f"{action.name}:{action.kind}" if action.kind else action.name]


def _further_lints(situation: Situation, outcome: Outcome) -> Iterator[str]:
    for row in LINT_ROWS:
        applies = row.action == situation.action.name and row.lint not in outcome.lints and outcome.change
        if applies and row.when(situation):
            yield row.lint


def timers(order: Order, policy: Policy) -> list[tuple[datetime, Action]]:
    """What time alone will do to the order as it stands, each with its due instant. A dead timer is simply not here."""
    due: list[tuple[datetime, Action]] = []
    marketplace_id, status = order.marketplace_id, order.status
    if status is Status.PENDING_AVAILABILITY and order.release_at:
        released_at = max(order.release_at, _hold_ends(order, policy)) if order.hold else order.release_at
        due.append((released_at, _BY_TIME["preorder-released"]))
    if status is Status.PENDING and not order.warehouse_started:
        not_before = max(order.release_at or order.purchased_at, order.purchased_at)
        if order.payment is Payment.AUTHORIZED:
            hold_ends = max(_hold_ends(order, policy), not_before) if order.hold else not_before
            due.append((hold_ends, _BY_TIME["hold-ends"]))
        due.append((not_before + policy.span("payment_limit", marketplace_id), _BY_TIME["payment-limit"]))
    if order.amazon_asked_at and status is not Status.CANCELED:
        answered_at = order.amazon_asked_at + policy.span("fba_answer_delay", marketplace_id)
        due.append((answered_at, _BY_TIME["amazon-answers"]))
    if status is Status.UNSHIPPED and order.channel is Channel.MFN and order.ship_by_at:
        due.append((auto_cancel_at(order.ship_by_at, marketplace_id, policy), _BY_TIME["auto-cancel"]))
        if policy.is_on("auto_cancel_warnings") and order.warnings_sent < len(WARNINGS):
            wait = policy.span(WARNINGS[order.warnings_sent], marketplace_id)
            due.append((_later(order.ship_by_at, wait), _BY_TIME["auto-cancel-warning"]))
    due.extend(
        (refund.release_at, Action("refund-released", refund_id=refund.refund_id, origin="time"))
        for refund in order.refunds
        if refund.state is RefundState.PENDING and refund.release_at
    )
    return due


@lru_cache(maxsize=4096)
def _later(at: datetime, span: timedelta) -> datetime:
    """One value for all orders that are to be shipped by the same instant, which very many are."""
    return at + span


def _hold_ends(order: Order, policy: Policy) -> datetime:
    """Until when an order is held, if it is."""
    return order.purchased_at + policy.span("hold_period", order.marketplace_id)


_BY_TIME = {name: Action(name, origin="time") for name in TIMERS}
"""Each of those that are about no refund: one value for all orders."""


def let_time_pass(order: Order, until: datetime, policy: Policy) -> Order:
    """The order at a later instant, if nobody does anything: each timer has acted at its own."""
    for due, action in sorted(timers(order, policy), key=lambda each: each[0]):
        if due <= until:
            return let_time_pass(step(order, action, due, policy).order, until, policy)
    return order


_SPECIAL = ("seller-acknowledge", "seller-cancel", "seller-refund", "seller-cancel-refund", "seller-message")


@dataclass(frozen=True, slots=True)
class _Trial:
    """An action that is tried on an order, with its rows: the questions of each, and whether it accepts.

    What is allowed of an order asks some eighty rows, most of them about the same few facts of the order, and is asked
    for each view of each order; so the questions stand here as a loop wants them.
    """

    action: Action
    rows: tuple[tuple[tuple[tuple[Question, bool, bool], ...], bool], ...]

    @classmethod
    def of(cls, action: Action) -> "_Trial":
        """An action that names no items, by the rows of now.

        Of each question it says what is expected, and whether all such actions on an order share the answer.
        """
        shared = g.OF_ORDER | g.OF_ITEMS
        return cls(
            action,
            tuple(
                (
                    tuple((question, expected, question in shared) for question, expected in row.when.conditions),
                    row.then.accepted,
                )
                for row in rows_of(action)
            ),
        )

    def goes_through(self, shared: Situation) -> bool:
        """Whether the first row that holds is one that accepts; the last one always holds.

        The situation is that of any such action, for questions whose answers are shared.
        """
        answers, own = shared.answers, None
        for conditions, accepts in self.rows[:-1]:
            for question, expected, is_shared in conditions:
                answer = answers.get(question)
                if answer is None and is_shared:
                    answer = answers[question] = question(shared)
                elif answer is None:
                    own = own or Situation(shared.order, self.action, shared.at, shared.policy, answers)
                    answer = question(own)
                if answer is not expected:
                    break
            else:
                return accepts
        return self.rows[-1][1]


_TYPICAL = tuple(
    map(
        _Trial.of,
        (
            *(Action(name) for name in ARGUMENTS if name not in _SPECIAL),
            Action("seller-cancel", reason="general_adjustment"),
            Action("seller-refund", reason="general_adjustment"),
            *(Action("seller-message", kind=kind) for kind in MESSAGE_KINDS),
        ),
    )
)
"""Each action, but for an acknowledgement, as it is most likely to go through."""


def allowed_actions(order: Order, at: datetime, policy: Policy) -> list[str]:
    """The actions that would be accepted at an instant, in the order of ARGUMENTS."""
    refunds = [_Trial.of(Action("seller-cancel-refund", refund_id=each.refund_id)) for each in order.refunds]
    shared = Situation(order, _TYPICAL[0].action, at, policy)
    possible: set[str] = set()
    for trial in (*_TYPICAL, *refunds):
        name = trial.action.name
        if name not in possible and trial.goes_through(shared):
            possible.add(name)
    return [action for action in ARGUMENTS if action in possible]


def allows_alike(order: Order, one: datetime, other: datetime, policy: Policy) -> bool:
    """Whether nothing that is looked at in an order by the time says otherwise at one instant than at another.

    Then the same is allowed of it.
    """
    then, now = (Situation(order, _TYPICAL[0].action, at, policy, {}) for at in (one, other))
    return all(question(then) is question(now) for question in g.OF_TIME)
