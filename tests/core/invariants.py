"""What must hold after every step, whoever took it: each invariant is one function that raises AssertionError."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace_sandbox.core.orders.actions import Action
from marketplace_sandbox.core.orders.order import Channel, Order, Status
from marketplace_sandbox.core.orders.refunds import refundable_of
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.outcomes import REQUEST_CHANGE, STATUS_CHANGE
from marketplace_sandbox.core.rules.table import Step
from marketplace_sandbox.core.views.metrics import cancellation_rate

POLICY = Policy().with_settings({"buyer_withdrawal": True})
CLOSED = (Status.CANCELED, Status.UNFULFILLABLE)
SHIPPED = (Status.SHIPPED, Status.INVOICE_UNCONFIRMED)


@dataclass(frozen=True)
class Taken:
    """One step: the order before, the command, the instant, and what came of it."""

    before: Order
    command: Action
    at: datetime
    step: Step

    @property
    def after(self) -> Order:
        return self.step.order


def visible(order: Order) -> tuple[Any, ...]:
    """What the dialects show of an order and a subscriber is told about."""
    items = tuple((i.quantity_confirmed, i.cancellation_requested, i.cancel_reason, i.canceled) for i in order.items)
    return order.status, items


def terminal_states_absorb(taken: Taken) -> None:
    if taken.before.status in CLOSED:
        assert taken.after.status is taken.before.status
        assert taken.after.cancellation is taken.before.cancellation
    if taken.before.status in SHIPPED:
        invoiced = taken.step.outcome.name == "invoice_confirmed"
        assert taken.after.status is (Status.SHIPPED if invoiced else taken.before.status)


def a_refusal_changes_nothing(taken: Taken) -> None:
    if not taken.step.outcome.accepted:
        assert taken.after is taken.before


def last_updated_moves_with_what_is_visible(taken: Taken) -> None:
    assert taken.after.last_updated_at >= taken.before.last_updated_at
    changed = visible(taken.before) != visible(taken.after)
    expected = taken.at if changed else taken.before.last_updated_at
    assert taken.after.last_updated_at == expected


def every_change_is_told_once(taken: Taken) -> None:
    status, items = visible(taken.before)
    status_after, items_after = visible(taken.after)
    shipped = [each[0] for each in items] != [each[0] for each in items_after]
    asked = [each[1:] for each in items] != [each[1:] for each in items_after]
    expected = STATUS_CHANGE if status is not status_after or shipped else REQUEST_CHANGE if asked else ""
    assert taken.step.outcome.change == expected


def quantities_are_conserved(taken: Taken) -> None:
    for before, after in zip(taken.before.items, taken.after.items, strict=True):
        assert after.quantity == before.quantity
        assert before.quantity_confirmed <= after.quantity_confirmed <= after.quantity
        assert before.quantity_departed <= after.quantity_departed <= after.quantity
    assert taken.after.quantity_confirmed + taken.after.quantity_unconfirmed == sum(
        i.quantity for i in taken.after.kept_items
    )


def an_order_waits_for_its_invoice_and_no_longer(taken: Taken) -> None:
    """Shipped and yet to be invoiced is InvoiceUnconfirmed, of orders that owe one. Source: INVOICES."""
    order = taken.after
    if order.status in SHIPPED and order.channel is Channel.MFN:
        waits = order.invoice and any(each.quantity_uninvoiced for each in order.items)
        assert order.status is (Status.INVOICE_UNCONFIRMED if waits else Status.SHIPPED)
    assert all(0 <= each.quantity_invoiced <= each.quantity for each in order.items)


def no_timer_on_a_closed_order(taken: Taken) -> None:
    if taken.after.status in CLOSED:
        assert not table.timers(taken.after, POLICY)


def a_due_timer_never_stays(taken: Taken) -> None:
    """What time does takes its own cause away, or an advance would never end."""
    if taken.command.name in table.TIMERS and taken.step.outcome.accepted:
        keys = [(c.name, c.refund_id) for due, c in table.timers(taken.after, POLICY) if due <= taken.at]
        assert (taken.command.name, taken.command.refund_id) not in keys


def a_cancellation_says_who_and_why(taken: Taken) -> None:
    ended = taken.after.cancellation
    assert (ended is not None) == (taken.after.status is Status.CANCELED)
    if ended and taken.before.cancellation is None:
        assert ended.at == taken.at
        assert ended.reason
        counts = taken.step.outcome.counts and taken.after.channel is Channel.MFN
        assert ended.counts_in_rate == (counts or taken.before.counted_cancellation is not None)
        assert not taken.after.open_items


def refunds_stay_within_what_was_charged(taken: Taken) -> None:
    assert all(left >= 0 for left in refundable_of(taken.after).values())


def no_preorder_goes_on_before_its_release_date(taken: Taken) -> None:
    """It waits or is canceled, and never for lateness; no ship-by lies before its release. Source: PRE-ORDERS."""
    order = taken.after
    if order.release_at is None or order.release_at <= order.purchased_at:
        return
    assert order.ship_by_at is None or order.ship_by_at >= order.release_at
    if taken.at < order.release_at:
        assert order.status in (Status.PENDING_AVAILABILITY, Status.PENDING, Status.CANCELED)
        assert order.released_at is None
        assert not order.warehouse_started
        assert order.cancellation is None or order.cancellation.reason != "auto_unconfirmed_7d"


INVARIANTS: tuple[Callable[[Taken], None], ...] = (
    terminal_states_absorb,
    a_refusal_changes_nothing,
    last_updated_moves_with_what_is_visible,
    every_change_is_told_once,
    quantities_are_conserved,
    an_order_waits_for_its_invoice_and_no_longer,
    no_timer_on_a_closed_order,
    a_due_timer_never_stays,
    a_cancellation_says_who_and_why,
    refunds_stay_within_what_was_charged,
    no_preorder_goes_on_before_its_release_date,
)


def the_rate_is_a_fraction(orders: Sequence[Order], now: datetime) -> None:
    """The numerator never exceeds the denominator, which is there whenever the numerator is."""
    rate = cancellation_rate(orders, now, POLICY)
    assert 0 <= rate.canceled <= rate.orders
    assert sum(rate.by_cause.values()) == rate.canceled


def check(taken: Taken) -> None:
    """All of them."""
    for invariant in INVARIANTS:
        invariant(taken)
