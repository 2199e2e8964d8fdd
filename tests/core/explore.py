"""The core explored breadth first: every sequence of moves from every kind of fresh order, to a depth.

A move is an action of anybody or a passage of time; time fires what is due on its way. States are told apart by all
that an order holds and by the instant, so equal states reached by different ways are looked at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.orders.actions import Action, read_action
from marketplace_sandbox.core.orders.form import Form
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules import table
from tests.core.actors import ACTS, FORMS, INVOICE_ACTS, ids_and_skus, name_apart
from tests.core.invariants import POLICY, Taken, check, the_rate_is_a_fraction
from tests.core.worlds import MARKETPLACE_IDS, STANDARD, START

PASSAGES = (timedelta(minutes=10), timedelta(minutes=30), timedelta(days=1), timedelta(days=11))


@dataclass(frozen=True)
class Moment:
    """One state: an order and the world's instant."""

    order: Order
    now: datetime

    def key(self) -> tuple[Any, ...]:
        """All that tells it from another state; `Order` compares by identity, so its fields are listed."""
        order = self.order
        return (
            self.now,
            order.order_id,
            order.status,
            order.payment,
            order.items,
            order.last_updated_at,
            order.ship_by_at,
            order.released_at,
            order.warehouse_started,
            order.unofficial_request,
            order.legacy_request,
            order.warnings_sent,
            order.amazon_asked_at,
            order.cancellation,
            order.refunds,
            order.shipments,
            order.duties,
        )


@cache
def moves_with(items: tuple[tuple[str, str], ...]) -> tuple[Action, ...]:
    """Every action on an order with these items, of ids and SKUs; by their ids each where they have the same SKU."""
    skus = [sku for _, sku in items]
    turns = range(max(map(skus.count, skus)))
    named = (
        (action, name_apart(items, arguments, turn)) for action, arguments in (*ACTS, *INVOICE_ACTS) for turn in turns
    )
    return tuple(dict.fromkeys(read_action(action, arguments) for action, arguments in named))


def fresh_orders() -> list[Order]:
    """One fresh order of every kind of form."""
    ids = Ids(1, "AEXPLORED")
    forms = [Form({**STANDARD, **form}, START, POLICY, ids, MARKETPLACE_IDS) for form in FORMS]
    return [form.read(number) for number, form in enumerate(forms)]


def moves(moment: Moment) -> Iterator[Moment]:
    """Every state one move away, with every invariant checked on the way."""
    for command in moves_with(ids_and_skus(moment.order)):
        step = table.step(moment.order, command, moment.now, POLICY)
        check(Taken(moment.order, command, moment.now, step))
        if step.order is not moment.order:
            yield Moment(step.order, moment.now)
    for refund in moment.order.refunds:
        command = Action("seller-cancel-refund", refund_id=refund.refund_id)
        step = table.step(moment.order, command, moment.now, POLICY)
        check(Taken(moment.order, command, moment.now, step))
        if step.order is not moment.order:
            yield Moment(step.order, moment.now)
    for span in PASSAGES:
        yield let_pass(moment, moment.now + span)


def let_pass(moment: Moment, until: datetime) -> Moment:
    """The state when the instant has come, each timer having fired at its own."""
    order, now = moment.order, moment.now
    while due := sorted((d for d in table.timers(order, POLICY) if d[0] <= until), key=lambda each: each[0]):
        instant, command = due[0]
        now = max(now, instant)
        step = table.step(order, command, now, POLICY)
        check(Taken(order, command, now, step))
        assert step.outcome.accepted, f"{command.name} was derived for {order.status} and then not taken"
        order = step.order
    return Moment(order, until)


def explore(depth: int, most: int | None = None) -> int:
    """How many different states there are within so many moves; AssertionError where an invariant fails."""
    frontier = [Moment(order, START) for order in fresh_orders()]
    seen = {moment.key() for moment in frontier}
    for _ in range(depth):
        following = []
        for moment in frontier:
            for reached in moves(moment):
                key = reached.key()
                if key in seen:
                    continue
                seen.add(key)
                following.append(reached)
                the_rate_is_a_fraction([reached.order], reached.now)
                if most is not None and len(seen) >= most:
                    return len(seen)
        frontier = following
    return len(seen)


def explore_pairs(depth: int) -> int:
    """The same for two orders of one seller that share the clock: no move on one touches the other."""
    first, second = fresh_orders()[0], fresh_orders()[1]
    frontier = [(first, second, START)]
    seen = {(Moment(first, START).key(), Moment(second, START).key())}
    for _ in range(depth):
        following = []
        for one, other, now in frontier:
            for pair in _pair_moves(one, other, now):
                key = (Moment(pair[0], pair[2]).key(), Moment(pair[1], pair[2]).key())
                if key not in seen:
                    seen.add(key)
                    following.append(pair)
                    the_rate_is_a_fraction(pair[:2], pair[2])
        frontier = following
    return len(seen)


def _pair_moves(one: Order, other: Order, now: datetime) -> Iterator[tuple[Order, Order, datetime]]:
    for reached in moves(Moment(one, now)):
        yield reached.order, let_pass(Moment(other, now), reached.now).order, reached.now
    for reached in moves(Moment(other, now)):
        if reached.now == now:
            yield one, reached.order, now
