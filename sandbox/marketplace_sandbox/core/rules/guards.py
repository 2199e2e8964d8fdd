"""The questions that rules ask before they say yes: each is a guard, and a row of the table names its guards.

A guard is made from a function of a situation and called like one. `~guard` must not hold, `one & other` must both
hold; the table is written with these, so a misspelt name is an error of the type checker and of the import. The name
of the function is what the documents print, with spaces for underscores. Guards read an instant, never a clock. An
`order_guard` looks at the order, the instant and the policy alone, so it is asked once for all actions; only a
`timed_guard` looks at the instant, so an order is allowed the same for as long as these say the same.
"""

from dataclasses import dataclass

from marketplace_sandbox.core.orders.carriers import is_tracking_malformed
from marketplace_sandbox.core.orders.order import Channel, RefundState, RequestState, Status
from marketplace_sandbox.core.orders.reasons import BUYER_REASONS, REFUND_REASONS, SELLER_REASONS
from marketplace_sandbox.core.orders.refunds import in_bounds, refundable_of
from marketplace_sandbox.core.policy import auto_cancel_at, requests_are_messages
from marketplace_sandbox.core.rules.situation import Question, Situation


@dataclass(frozen=True, slots=True)
class Guard:
    """Questions with the answers expected of them; all of them must come as expected. Without any it always holds."""

    conditions: tuple[tuple[Question, bool], ...] = ()

    def __call__(self, situation: Situation) -> bool:
        """Whether it holds."""
        # What is allowed of an order asks some fifty rows, most of them about the same few facts of the order.
        answers = situation.answers
        for question, expected in self.conditions:
            answer = answers.get(question)
            if answer is None:
                answer = question(situation)
                if question in OF_ORDER:
                    answers[question] = answer
            if answer is not expected:
                return False
        return True

    def __and__(self, other: "Guard") -> "Guard":
        return Guard(self.conditions + other.conditions)

    def __invert__(self) -> "Guard":
        """The opposite, of one question only: "not both" would read like "neither" in a row."""
        if len(self.conditions) != 1:
            raise TypeError(f"Only one condition can be turned round; {self.words} are {len(self.conditions)}.")
        [(question, expected)] = self.conditions
        return Guard(((question, not expected),))

    def __bool__(self) -> bool:
        raise TypeError("A guard is neither true nor false by itself: call it with a situation, join guards by `&`.")

    @property
    def words(self) -> tuple[str, ...]:
        """The conditions as people read them."""
        return tuple(
            f"{'' if expected else 'not '}{question.__name__.replace('_', ' ')}"
            for question, expected in self.conditions
        )


always = Guard()
"""The guard of a last row, which catches whatever is left."""


def guard(question: Question) -> Guard:
    """A function of a situation as a guard."""
    return Guard(((question, True),))


OF_ORDER: set[Question] = set()
"""What is asked about the order alone."""


def order_guard(question: Question) -> Guard:
    """The same of a function that does not look at the action: its answer holds for every action on the order then."""
    OF_ORDER.add(question)
    return guard(question)


OF_TIME: set[Question] = set()
"""What is asked about the order, and may be answered otherwise later though nothing has happened to it."""


def timed_guard(question: Question) -> Guard:
    """The same of a function that looks at the instant, too."""
    OF_TIME.add(question)
    return order_guard(question)


OF_ITEMS: set[Question] = set()
"""What is asked about the order and the items that the action names."""


def items_guard(question: Question) -> Guard:
    """The same of a function that looks at nothing else of the action: alike for all that name no items."""
    OF_ITEMS.add(question)
    return guard(question)


# The order's stage


@order_guard
def canceled(s: Situation) -> bool:
    """The order has ended."""
    return s.order.status is Status.CANCELED


@order_guard
def unfulfillable(s: Situation) -> bool:
    """The order was placed elsewhere and Amazon could not fulfill it."""
    return s.order.status is Status.UNFULFILLABLE


@order_guard
def fulfilled_by_amazon(s: Situation) -> bool:
    """Amazon ships the order."""
    return s.order.channel is Channel.AFN


@order_guard
def pending(s: Situation) -> bool:
    """The seller may not act on the order yet."""
    return s.order.status in (Status.PENDING, Status.PENDING_AVAILABILITY)


@order_guard
def awaits_release_date(s: Situation) -> bool:
    """The order is a pre-order that has not become Pending yet."""
    return s.order.status is Status.PENDING_AVAILABILITY


@timed_guard
def before_release_date(s: Situation) -> bool:
    """The order is a pre-order, and the day it is released lies ahead, whatever is known of its payment."""
    return s.order.release_at is not None and s.at < s.order.release_at


@order_guard
def unshipped(s: Situation) -> bool:
    """The order is the seller's to ship, and nothing of it is confirmed."""
    return s.order.status is Status.UNSHIPPED


@order_guard
def some_confirmed(s: Situation) -> bool:
    """The shipment of a part is confirmed."""
    return s.order.status is Status.PARTIALLY_SHIPPED


@order_guard
def all_confirmed(s: Situation) -> bool:
    """The shipment of everything is confirmed."""
    return s.order.status in (Status.SHIPPED, Status.INVOICE_UNCONFIRMED)


@order_guard
def any_confirmed(s: Situation) -> bool:
    """The shipment of something is confirmed."""
    return some_confirmed(s) or all_confirmed(s)


@order_guard
def parcel_left(s: Situation) -> bool:
    """A parcel is on its way, which the platform cannot see."""
    return s.order.parcel_left


@order_guard
def warehouse_started(s: Situation) -> bool:
    """Amazon's warehouse has begun with the order."""
    return s.order.warehouse_started


@order_guard
def amazon_takes_time(s: Situation) -> bool:
    """Amazon answers a request on its own order later than at once."""
    return bool(s.span("fba_answer_delay"))


@order_guard
def amazon_was_asked(s: Situation) -> bool:
    """A request on Amazon's own order waits for its answer."""
    return s.order.amazon_asked_at is not None


# Windows. All are half-open: their end is outside (K11).


@timed_guard
def window_open(s: Situation) -> bool:
    """The buyer may still cancel alone."""
    if fulfilled_by_amazon(s):
        return not s.order.warehouse_started and s.age_below("fba_cancel_window")
    return s.age_below("buyer_cancel_window")


@timed_guard
def cancels_directly(s: Situation) -> bool:
    """What the buyer asks for is a direct cancellation: the window is open and nothing is confirmed."""
    return window_open(s) and not any_confirmed(s)


@timed_guard
def held(s: Situation) -> bool:
    """The order is still kept Pending, however good its payment."""
    return s.order.hold and s.age_below("hold_period")


@timed_guard
def before_auto_cancel(s: Situation) -> bool:
    """The time to confirm the shipment is not over, or never ends."""
    ship_by = s.order.ship_by_at
    return ship_by is None or s.at < auto_cancel_at(ship_by, s.order.marketplace_id, s.policy)


@timed_guard
def seller_window_over(s: Situation) -> bool:
    """The literal reading of one sentence (R16), off by default, forbids the seller to cancel by now."""
    return bool(s.span("seller_cancel_window")) and not s.age_below("seller_cancel_window")


# The buyer's request


@order_guard
def request_open(s: Situation) -> bool:
    """An official request waits for the seller."""
    return any(item.request_open for item in s.order.items)


@order_guard
def request_on_all_items(s: Situation) -> bool:
    """The buyer asked officially to cancel everything."""
    return s.order.legacy_request or all(item.request_open for item in s.order.kept_items)


@timed_guard
def requests_come_as_messages(s: Situation) -> bool:
    """An official request reaches the seller as a message, as it did before that changed."""
    return requests_are_messages(s.at, s.order.marketplace_id, s.policy)


@order_guard
def request_closed_by_shipment(s: Situation) -> bool:
    """A request was open when the shipment was confirmed."""
    return any(i.request and i.request.state is RequestState.CLOSED_BY_SHIPMENT for i in s.order.items)


@guard
def asked_already(s: Situation) -> bool:
    """Every item asked for now has an open request."""
    return all(item.request_open for item in s.askable)


@guard
def nothing_to_ask_for(s: Situation) -> bool:
    """All the items asked for are confirmed."""
    return not s.askable


@guard
def asks_for_part(s: Situation) -> bool:
    """The request is for less than the whole order."""
    return any_confirmed(s) or subset(s)


@order_guard
def withdrawal_enabled(s: Situation) -> bool:
    """Buyers may withdraw their requests."""
    return s.policy.is_on("buyer_withdrawal")


@order_guard
def unofficial_request_waits(s: Situation) -> bool:
    """The buyer asked by message only, and the seller can still point out the official way."""
    return s.order.unofficial_request and unshipped(s) and not s.order.parcel_left and not request_open(s)


# What the action names


@items_guard
def item_unknown(s: Situation) -> bool:
    """The action names an item that the order does not have."""
    return any(not s.items_of(ref) for ref in s.refs)


@items_guard
def item_ambiguous(s: Situation) -> bool:
    """The action names items by a SKU that several items of the order have."""
    return any(len(s.items_of(ref)) > 1 for ref in s.refs)


@items_guard
def subset(s: Situation) -> bool:
    """The action names less than all that is kept of the order."""
    return any(s.units_by_item.get(i.order_item_id, 0) < i.quantity for i in s.order.kept_items)


@order_guard
def single_items_may_be_canceled(s: Situation) -> bool:
    """The marketplace lets single items be canceled."""
    return bool(s.policy.value("partial_cancellation", s.order.marketplace_id))


@items_guard
def names_canceled_item(s: Situation) -> bool:
    """The action names an item that was canceled by itself."""
    return any(item is not None and item.canceled is not None for item in map(s.find, s.refs))


@items_guard
def cuts_an_item(s: Situation) -> bool:
    """The action names an item with fewer units than it has."""
    return any(0 < s.units_by_item.get(i.order_item_id, 0) < i.quantity for i in s.order.kept_items)


@items_guard
def request_on_named_items(s: Situation) -> bool:
    """The buyer asked officially to cancel each item that the action names."""
    return all(i.request_open for i in s.order.items if i.order_item_id in s.units_by_item)


@items_guard
def too_many_units(s: Situation) -> bool:
    """The action names more units than an item has."""
    return any(s.units_by_item.get(i.order_item_id, 0) > i.quantity for i in s.order.items)


@items_guard
def confirms_too_many(s: Situation) -> bool:
    """The action confirms more units than an item still has unconfirmed."""
    named = ((i, s.units_by_item.get(i.order_item_id, 0)) for i in s.order.items)
    return any(count > i.quantity_unconfirmed > 0 for i, count in named)


@items_guard
def confirms_nothing_new(s: Situation) -> bool:
    """All that the action confirms is confirmed already."""
    return not s.confirming


@guard
def tracking_malformed(s: Situation) -> bool:
    """The tracking number is none of the carrier's, and that is checked."""
    return s.policy.is_on("tracking_checks") and is_tracking_malformed(s.action.carrier, s.action.tracking)


@items_guard
def completes_shipment(s: Situation) -> bool:
    """The action confirms all that is unconfirmed."""
    return sum(s.confirming.values()) == s.order.quantity_unconfirmed


@items_guard
def confirms_unsent(s: Situation) -> bool:
    """The action confirms a part of which no parcel has left."""
    return any(not i.parcel_left for i in s.order.items if i.order_item_id in s.confirming)


@items_guard
def left_already(s: Situation) -> bool:
    """All that the action sends has left."""
    return not s.leaving


@guard
def buyer_reason_unknown(s: Situation) -> bool:
    """Buyers cannot pick this reason."""
    return s.action.reason is not None and s.action.reason not in BUYER_REASONS


@guard
def seller_reason_unknown(s: Situation) -> bool:
    """Sellers cannot pick this reason, or not here."""
    reason = SELLER_REASONS.get(s.action.reason or "")
    newer = reason is not None and (reason.newer or (reason.newer_in_feeds and by_feed(s)))
    return reason is None or (newer and not s.policy.is_on("newer_cancel_reasons"))


@guard
def names_the_buyer(s: Situation) -> bool:
    """The seller's reason is that the buyer canceled."""
    return s.action.reason == "buyer_canceled"


@order_guard
def any_reason_exempts(s: Situation) -> bool:
    """While a request is open, whatever reason the seller names keeps the cancellation out of the rate."""
    return not s.policy.is_on("exempt_requires_reason")


@order_guard
def parcel_stops_cancellation(s: Situation) -> bool:
    """A parcel has left and is a fact that the seller is bound by; otherwise it only earns a lint."""
    return s.order.parcel_left and s.policy.value("physical_facts") == "strict"


@guard
def by_feed(s: Situation) -> bool:
    """The action came in a feed."""
    return s.action.origin == "feed"


@guard
def by_api(s: Situation) -> bool:
    """The action came by a call of the Selling Partner API."""
    return s.action.origin == "api"


# Invoices, and goods that are procured on demand


@order_guard
def invoice_owed(s: Situation) -> bool:
    """The seller owes the buyer an invoice, and the marketplace its confirmation."""
    return s.order.invoice


@order_guard
def invoice_unconfirmed(s: Situation) -> bool:
    """Everything is shipped, and the invoice is not confirmed."""
    return s.order.status is Status.INVOICE_UNCONFIRMED


@items_guard
def invoices_too_many(s: Situation) -> bool:
    """The action confirms the invoice of more units than wait for one."""
    left = {item.order_item_id: item.quantity_uninvoiced for item in s.order.items}
    return any(count > left.get(item_id, 0) for item_id, count in s.invoicing.items())


@items_guard
def completes_invoice(s: Situation) -> bool:
    """The action confirms the invoice of all that waits for one."""
    return sum(s.invoicing.values()) == sum(item.quantity_uninvoiced for item in s.order.items)


@order_guard
def sourced_on_demand(s: Situation) -> bool:
    """The goods are procured once they are ordered, so the seller says then when they ship."""
    return s.order.sourced_on_demand


@items_guard
def names_confirmed_item(s: Situation) -> bool:
    """The action names an item all of whose units are confirmed."""
    named = (each for each in s.order.items if each.order_item_id in s.units_by_item)
    return any(not each.quantity_unconfirmed for each in named)


@guard
def ship_date_is_past(s: Situation) -> bool:
    """The date that the action tells is not ahead."""
    return s.action.ship_date is not None and s.action.ship_date <= s.at


@guard
def dates_all_items(s: Situation) -> bool:
    """After the action each item that is kept has an estimated ship date."""
    return not s.without_ship_date


# Refunds


@guard
def refund_reason_unknown(s: Situation) -> bool:
    """Refunds have no such reason."""
    return s.action.reason not in REFUND_REASONS


@guard
def refunds_unconfirmed(s: Situation) -> bool:
    """An amount is asked for an item of which nothing is confirmed."""
    return any(item is not None and not item.quantity_confirmed for item in map(s.find, s.refs))


@guard
def refund_out_of_bounds(s: Situation) -> bool:
    """The refund is nothing, or more than is left to refund."""
    return not in_bounds(s.refunding, refundable_of(s.order), s.order.marketplace_id)


@guard
def refunds_everything(s: Situation) -> bool:
    """The refund names neither items nor amounts."""
    return s.action.items is None and s.action.amounts is None


@guard
def refund_unknown(s: Situation) -> bool:
    """The order has no such refund."""
    return all(each.refund_id != s.action.refund_id for each in s.order.refunds)


@guard
def refund_not_pending(s: Situation) -> bool:
    """The refund is paid or taken back, or there is none."""
    states = {each.refund_id: each.state for each in s.order.refunds}
    return states.get(s.action.refund_id) is not RefundState.PENDING
