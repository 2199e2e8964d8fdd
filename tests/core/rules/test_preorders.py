"""A pre-order waits until its release date, whatever is known of its payment. Source: PRE-ORDERS, LIFE."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.policy import auto_cancel_at, ship_by
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.views.explain import explain
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.world.world import World
from tests.core.actors import TURNS, Turn, in_one_jump, play
from tests.core.worlds import START, a_world, later, place, restored

RELEASE = START + timedelta(days=20)
SECOND = timedelta(seconds=1)
WAITS = (Status.PENDING_AVAILABILITY, Status.PENDING)
EARLY = [timedelta(minutes=10), timedelta(days=1), timedelta(days=19), timedelta(days=20) - SECOND]


def preorder(world: World, **form: Any) -> Order:
    return place(world, **{"release_at": format_instant(RELEASE), **form})


def now_of(world: World, order: Order) -> Order:
    return world.order(order.order_id)


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("after", EARLY, ids=str)
@pytest.mark.parametrize("form", [{}, {"hold": False}, {"channel": "AFN"}], ids=str)
def test_a_payment_that_is_verified_early_does_not_release_it(
    form: dict[str, Any], after: timedelta, times: int
) -> None:
    world = a_world()
    order = preorder(world, payment="unverified", **form)
    world.advance(START + after)
    for _ in range(times):
        world.act(order.order_id, "payment-authorized")
        assert now_of(world, order).status in WAITS
        assert now_of(world, order).payment == "authorized"
    world.advance(RELEASE - SECOND)
    assert now_of(world, order).status in WAITS
    world.advance(RELEASE)
    released = now_of(world, order)
    assert (released.status, released.released_at) == (Status.UNSHIPPED, RELEASE)
    assert restored(world).order(order.order_id).released_at == RELEASE


@pytest.mark.parametrize("payment", ["authorized", "unverified"])
def test_its_days_to_ship_begin_with_its_release_and_so_does_the_time_to_its_automatic_cancellation(
    payment: str,
) -> None:
    world = a_world()
    order = preorder(world, payment=payment)
    due = ship_by(RELEASE, order.handling_days, order.marketplace_id)
    assert now_of(world, order).ship_by_at == due
    world.advance(START + timedelta(days=1))
    world.act(order.order_id, "payment-authorized")
    world.act(order.order_id, "payment-authorized")
    assert now_of(world, order).ship_by_at == due
    ends = auto_cancel_at(due, order.marketplace_id, world.policy)
    world.advance(ends - SECOND)
    assert now_of(world, order).status is Status.UNSHIPPED
    assert now_of(world, order).ship_by_at == due
    world.advance(ends)
    canceled = now_of(world, order)
    assert canceled.cancellation is not None
    assert (canceled.cancellation.reason, canceled.cancellation.at) == ("auto_unconfirmed_7d", ends)


@pytest.mark.parametrize("form", [{}, {"channel": "AFN"}])
def test_where_the_payment_is_unverified_its_release_date_makes_it_pending_and_the_payment_releases_it(
    form: dict[str, Any],
) -> None:
    world = a_world()
    order = preorder(world, payment="unverified", **form)
    world.advance(RELEASE)
    assert now_of(world, order).status is Status.PENDING
    later(world, days=3)
    assert now_of(world, order).status is Status.PENDING
    world.act(order.order_id, "payment-authorized")
    assert now_of(world, order).status is Status.UNSHIPPED
    assert now_of(world, order).released_at == world.now()


def told(world: World) -> list[tuple[str, str, str]]:
    return [
        (format_instant(each.at), each.change, str(each.order.status)) for each in world.state.notices if each.order
    ]


def test_who_subscribed_is_told_of_each_status_at_its_instant() -> None:
    world = a_world()
    preorder(world, payment="unverified")
    world.advance(START + timedelta(days=2))
    world.act(next(iter(world.orders)), "payment-authorized")
    world.act(next(iter(world.orders)), "payment-authorized")
    world.advance(RELEASE)
    early, release = format_instant(START + timedelta(days=2)), format_instant(RELEASE)
    change = "OrderStatusChange"
    assert told(world) == [(early, change, "Pending"), (release, change, "Unshipped")]


def test_where_nothing_was_said_of_the_payment_it_is_told_twice_at_the_release() -> None:
    world = a_world()
    preorder(world)
    world.advance(RELEASE)
    release = format_instant(RELEASE)
    assert told(world) == [
        (release, "OrderStatusChange", "Pending"),
        (release, "OrderStatusChange", "Unshipped"),
    ]


@pytest.mark.parametrize("days", [1, 19])
def test_the_seller_can_do_nothing_before_the_release_and_everything_from_then_on(days: int) -> None:
    world = a_world()
    order = preorder(world, payment="unverified")
    world.advance(START + timedelta(days=days))
    world.act(order.order_id, "payment-authorized")
    for action, arguments in (("seller-cancel", {"reason": "no_inventory"}), ("seller-confirm-shipment", {})):
        with pytest.raises(RefusedError) as refused:
            world.act(order.order_id, action, arguments)
        assert refused.value.code == "ORDER_PENDING"
    world.advance(RELEASE)
    world.act(order.order_id, "seller-confirm-shipment", {})
    assert now_of(world, order).status is Status.SHIPPED


@pytest.mark.parametrize("action", ["warehouse-starts", "parcel-leaves"])
def test_the_warehouse_does_not_begin_with_it_before_its_release(action: str) -> None:
    world = a_world()
    order = preorder(world, channel="AFN")
    world.advance(RELEASE - SECOND)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, action)
    assert refused.value.outcome == "preorder_waits"
    world.advance(RELEASE)
    world.act(order.order_id, action)
    assert now_of(world, order).warehouse_started


def test_explain_says_when_it_is_released_and_why_a_payment_does_not_release_it() -> None:
    world = a_world()
    order = preorder(world, payment="unverified")
    world.advance(START + timedelta(days=2))
    world.act(order.order_id, "payment-authorized")
    answer = explain(world, order.order_id, "payment-authorized")
    assert answer["status"] == "Pending"
    assert "pre-order's release ahead" in answer["about"]
    assert {"at": format_instant(RELEASE), "what": "hold-ends"} in answer["changes"]
    assert not any(each["what"] == "auto-cancel" for each in answer["changes"])
    assert "seller-cancel" not in answer["allowed"]
    assert answer["action"]["outcome"] == "authorization_remembered"
    assert "release date" in answer["action"]["meaning"]
    world.advance(RELEASE - SECOND)
    at_release = explain(world, order.order_id, "payment-authorized")["action"]
    assert (at_release["outcome"], at_release["a_second_later"]) == ("authorization_remembered", "already_released")


def test_it_is_in_no_rate_before_its_release_and_counts_once_canceled_after_it() -> None:
    world = a_world(rate_window_days=365)
    order = preorder(world)
    world.advance(RELEASE - SECOND)
    rate = cancellation_rate(world.orders.values(), world.now(), world.policy)
    assert (rate.canceled, rate.orders) == (0, 0)
    world.advance(RELEASE)
    rate = cancellation_rate(world.orders.values(), world.now(), world.policy)
    assert (rate.canceled, rate.orders) == (0, 1)
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    rate = cancellation_rate(world.orders.values(), world.now(), world.policy)
    assert (rate.canceled, rate.orders) == (1, 1)


def test_a_ship_by_before_the_release_is_refused_and_names_the_earliest() -> None:
    world = a_world()
    with pytest.raises(FieldError, match=f"the earliest is {format_instant(RELEASE)}") as refused:
        preorder(world, ship_by_at=format_instant(RELEASE - SECOND))
    assert refused.value.field_path == "ship_by_at"
    assert not world.orders
    assert preorder(world, ship_by_at=format_instant(RELEASE)).ship_by_at == RELEASE
    past = format_instant(START - timedelta(days=1))
    assert place(world, release_at=past, ship_by_at=past).ship_by_at == START - timedelta(days=1)


FORMS = st.fixed_dictionaries(
    {"release_at": st.integers(1, 40 * 86_400).map(lambda seconds: format_instant(START + seconds * SECOND))},
    optional={
        "payment": st.sampled_from(["authorized", "unverified"]),
        "hold": st.booleans(),
        "channel": st.sampled_from(["MFN", "AFN"]),
        "handling_days": st.integers(0, 3),
        "marketplace": st.just("A1VC38T7YXB528"),
        "invoice": st.booleans(),
    },
)


@settings(max_examples=150, deadline=None)
@given(st.lists(FORMS, min_size=1, max_size=4), TURNS)
def test_over_any_history_none_goes_on_or_is_canceled_for_lateness_before_its_release(
    forms: list[dict[str, Any]], turns: list[Turn]
) -> None:
    world = a_world(buyer_withdrawal=True)
    placed = [place(world, **form) for form in forms]
    play(world, [replace(turn, act=turn.act or ("payment-authorized", {})) for turn in turns], in_one_jump)
    for order in placed:
        assert order.release_at is not None
        for version in world.state.versions_of(order.order_id):
            assert version.order.ship_by_at is None or version.order.ship_by_at >= order.release_at
            if version.at < order.release_at:
                assert version.order.status in (*WAITS, Status.CANCELED)
                assert version.order.released_at is None
                assert not version.order.warehouse_started
            ended = version.order.cancellation
            if ended is not None and ended.reason == "auto_unconfirmed_7d":
                assert ended.at >= order.release_at + timedelta(days=7)
