"""Every time limit of the policy, a second before, at and after its end, wherever a clock or calendar is awkward.

The length stands here a second time on purpose: changing a number of the policy fails its own tests and no others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.messaging.buyer_seller import late_replies
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import a_world, place

US, JP, IN = "ATVPDKIKX0DER", "A1VC38T7YXB528", "A21TJRUUN4KGV"
SECOND = timedelta(seconds=1)
STARTS = {
    "plain": datetime(2026, 3, 2, 16, tzinfo=UTC),
    "spring forward": datetime(2026, 3, 8, 9, 45, tzinfo=UTC),
    "fall back": datetime(2026, 11, 1, 8, 45, tzinfo=UTC),
    "leap day": datetime(2028, 2, 28, 23, 50, tzinfo=UTC),
    "year's end": datetime(2026, 12, 31, 23, 55, tzinfo=UTC),
}

Probe = Callable[[World, Order], bool]


@dataclass(frozen=True)
class Limit:
    """One limit: how long it is, how the world comes to feel it, and whether it is over."""

    key: str
    length: timedelta
    over: Probe
    marketplace: str = US
    form: dict[str, Any] | None = None
    acts: tuple[tuple[str, dict[str, Any]], ...] = ()


def buyer_may_not(world: World, order: Order) -> bool:
    try:
        world.act(order.order_id, "buyer-cancel")
    except RefusedError as refused:
        return refused.code == "CANCEL_WINDOW_CLOSED"
    return False


def status_is(status: str) -> Probe:
    return lambda world, order: world.order(order.order_id).status == status


def released(world: World, order: Order) -> bool:
    return world.order(order.order_id).refunds[0].state == "released"


def replied_late(world: World, _order: Order) -> bool:
    return late_replies(world.state.messages, world.now()) == 1


def left_the_window(world: World, order: Order) -> bool:
    return cancellation_rate([order], world.now(), world.policy, order.marketplace_id).orders == 0


EARLY: dict[str, Any] = {"hold": False}
SHIPPED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("parcel-leaves", {}),
    ("seller-confirm-shipment", {}),
    ("seller-refund", {"reason": "customer_return"}),
)
IMPACT: tuple[tuple[str, dict[str, Any]], ...] = (("seller-cancel", {"reason": "no_inventory"}),)
LIMITS = (
    Limit("buyer_cancel_window", timedelta(minutes=30), buyer_may_not, US, EARLY),
    Limit("buyer_cancel_window", timedelta(minutes=5), buyer_may_not, JP, EARLY),
    Limit("fba_cancel_window", timedelta(minutes=15), buyer_may_not, US, {"channel": "AFN"}),
    Limit("hold_period", timedelta(minutes=30), status_is("Unshipped")),
    Limit("hold_period", timedelta(minutes=5), status_is("Unshipped"), JP),
    Limit("payment_limit", timedelta(days=21), status_is("Canceled"), US, {"payment": "unverified"}),
    Limit("auto_cancel_after", timedelta(days=7), status_is("Canceled"), US, {**EARLY, "ship_by_at": "start"}),
    Limit("auto_cancel_after", timedelta(days=7), status_is("Canceled"), JP, {**EARLY, "ship_by_at": "start"}),
    Limit("message_reply", timedelta(hours=24), replied_late, US, EARLY, (("buyer-message", {"text": "cancel"}),)),
    Limit("refund_hold", timedelta(hours=2), released, US, EARLY, SHIPPED),
    Limit("rate_window_days", timedelta(days=7), left_the_window, US, EARLY, IMPACT),
    Limit("rate_window_days", timedelta(days=30), left_the_window, IN, EARLY, IMPACT),
)
# Limits that no order feels: they bound a request or a receiver, and are tested where those are.
ELSEWHERE = {
    "before_parameter_margin",
    "solicitation_after",
    "solicitation_until",
    "listing_lag",
    "webhook_timeout",
    "delivery_after",
    "seller_cancel_window",
    "auto_cancel_first_warning",
    "auto_cancel_second_warning",
    "auto_cancel_last_warning",
    "fba_answer_delay",
    "cancel_order_delay",
    "document_link_life",
    "report_queue_time",
    "report_processing_time",
    "report_repeat_after",
    "report_retention",
    "feed_queue_time",
    "feed_processing_time",
    "feed_retention",
}


def name(limit: Limit) -> str:
    return f"{limit.key}-{limit.marketplace}"


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("limit", LIMITS, ids=name)
@pytest.mark.parametrize(("offset", "over"), [(-SECOND, False), (0 * SECOND, True), (SECOND, True)])
def test_a_limit_ends_where_it_says(limit: Limit, start: str, offset: timedelta, over: bool) -> None:
    world = a_world(start=STARTS[start])
    world.state.marketplace_ids = (limit.marketplace,)
    form = dict(limit.form or {})
    if form.get("ship_by_at") == "start":
        form["ship_by_at"] = STARTS[start].isoformat()
    order = place(world, marketplace=limit.marketplace, **form)
    for action, arguments in limit.acts:
        world.act(order.order_id, action, arguments)
    order = world.order(order.order_id)
    world.advance(STARTS[start] + limit.length + offset)
    assert limit.over(world, order) is over


def test_every_span_of_the_policy_is_tried_somewhere() -> None:
    spans = {key for key, entry in POLICY.items() if entry.kind == "span"}
    assert spans - ELSEWHERE == {limit.key for limit in LIMITS} - {"rate_window_days"}


@pytest.mark.parametrize(
    ("placed", "zone_offset_hours", "last_day"),
    [
        ("2026-03-02T16:00:00Z", -8, date(2026, 3, 4)),  # Monday, to Wednesday
        ("2026-03-03T07:59:59Z", -8, date(2026, 3, 4)),  # still Monday in Seattle
        ("2026-03-03T08:00:00Z", -8, date(2026, 3, 5)),  # Tuesday there
        ("2026-03-06T20:00:00Z", -7, date(2026, 3, 10)),  # Friday, over the weekend the clocks change
        ("2026-03-07T20:00:00Z", -7, date(2026, 3, 10)),  # Saturday counts for nothing
        ("2026-10-30T20:00:00Z", -8, date(2026, 11, 3)),  # Friday before the clocks go back
        ("2028-02-28T20:00:00Z", -8, date(2028, 3, 1)),  # over a leap day
    ],
)
def test_the_ship_by_instant_ends_a_local_business_day(placed: str, zone_offset_hours: int, last_day: date) -> None:
    world = a_world(start=datetime.fromisoformat(placed))
    order = place(world, hold=False)
    local_end = datetime(last_day.year, last_day.month, last_day.day, 23, 59, 59, tzinfo=UTC)
    assert order.ship_by_at == local_end - timedelta(hours=zone_offset_hours)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("elapsed", "2026-03-12T07:59:59+00:00"),
        ("calendar", "2026-03-12T06:59:59+00:00"),  # the same local time, an hour earlier since the clocks went forward
        ("business", "2026-03-14T06:59:59+00:00"),
    ],
)
def test_seven_days_may_be_counted_in_three_ways(mode: str, expected: str) -> None:
    world = a_world(auto_cancel_mode=mode)
    order = place(world)
    deadline = datetime.fromisoformat(expected)
    world.advance(deadline - SECOND)
    assert world.order(order.order_id).status == "Unshipped"
    world.advance(deadline)
    assert world.order(order.order_id).status == "Canceled"


def test_a_changed_setting_moves_the_deadlines_of_orders_that_stand() -> None:
    world = a_world()
    order = place(world)
    world.execute(ConfigurePolicy({"auto_cancel_after": "P1D", "hold_period": "PT10M"}))
    world.advance(STARTS["plain"] + timedelta(minutes=10))
    assert world.order(order.order_id).status == "Unshipped"
    world.advance(datetime(2026, 3, 6, 7, 59, 59, tzinfo=UTC))
    assert world.order(order.order_id).status == "Canceled"
    world.execute(ConfigurePolicy({"auto_cancel_after": None}))
    assert "auto_cancel_after" not in world.policy.overrides
