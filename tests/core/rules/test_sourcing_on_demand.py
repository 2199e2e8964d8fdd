"""A seller who procures goods once they are ordered says when they ship. Source: SOURCING-ON-DEMAND."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.views.explain import explain
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import START, a_world, later, place, restored

ESTIMATE = "seller-estimate-ship-date"
DUE = "2026-03-05T15:00:00Z"
NEXT_WEEK, LATER = START + timedelta(days=8), START + timedelta(days=20)


def sourced(world: World, **form: Any) -> Order:
    return place(world, **{"hold": False, "promise_response_due_date": DUE, **form})


def estimate(world: World, order: Order, at: Any, *items: str) -> str:
    arguments = {"ship_date": format_instant(at)} | ({"items": list(items)} if items else {})
    receipt = world.act(order.order_id, ESTIMATE, arguments)
    assert receipt.notices == []
    assert receipt.outcome
    return receipt.outcome.name


def refusal(world: World, order: Order, **arguments: Any) -> tuple[str, int]:
    before = world.order(order.order_id)
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, ESTIMATE, {"ship_date": format_instant(NEXT_WEEK), **arguments})
    assert world.order(order.order_id) is before
    return refused.value.code, refused.value.http


def test_the_date_is_the_one_to_ship_by_and_the_automatic_cancellation_waits_for_it() -> None:
    world = a_world()
    order = sourced(world)
    assert estimate(world, order, NEXT_WEEK) == "ship_date_estimated"
    after = world.order(order.order_id)
    assert (after.ship_by_at, after.details.is_estimated_ship_date_set) == (NEXT_WEEK, True)
    assert restored(world).order(order.order_id).ship_by_at == NEXT_WEEK
    world.advance(NEXT_WEEK + timedelta(days=7) - timedelta(seconds=1))
    assert world.order(order.order_id).status is Status.UNSHIPPED
    later(world, seconds=1)
    assert world.order(order.order_id).status is Status.CANCELED


def test_it_is_set_once_each_item_has_a_date_and_the_latest_counts() -> None:
    world = a_world()
    order = sourced(world)
    by = order.ship_by_at
    assert estimate(world, order, LATER, "A") == "ship_date_estimated_in_part"
    assert world.order(order.order_id).ship_by_at == by
    assert world.order(order.order_id).details.is_estimated_ship_date_set is None
    assert estimate(world, order, NEXT_WEEK, "B") == "ship_date_estimated"
    assert world.order(order.order_id).ship_by_at == LATER
    assert estimate(world, order, NEXT_WEEK, "A") == "ship_date_estimated"
    assert world.order(order.order_id).ship_by_at == NEXT_WEEK


def test_an_item_that_was_canceled_by_itself_is_not_waited_for() -> None:
    world = a_world()
    world.execute(ConfigurePolicy({"partial_cancellation": True}))
    order = sourced(world)
    world.act(order.order_id, "seller-cancel", {"items": ["B"], "reason": "no_inventory"})
    assert refusal(world, order, items=["B"]) == ("ALREADY_CANCELED", 409)
    assert estimate(world, order, NEXT_WEEK, "A") == "ship_date_estimated"


def test_warnings_of_the_automatic_cancellation_begin_again_with_the_new_date() -> None:
    world = a_world()
    world.execute(ConfigurePolicy({"auto_cancel_warnings": True}))
    order = sourced(world, ship_by_at=format_instant(START + timedelta(hours=1)))
    later(world, days=6)
    assert world.order(order.order_id).warnings_sent > 0
    estimate(world, order, LATER)
    assert world.order(order.order_id).warnings_sent == 0


def test_a_date_that_is_not_ahead_or_no_date_is_refused() -> None:
    world = a_world()
    order = sourced(world)
    later(world, hours=1)
    for at in (START, world.now()):
        assert refusal(world, order, ship_date=format_instant(at)) == ("INVALID_SHIP_DATE", 400)
    assert estimate(world, order, world.now() + timedelta(seconds=1)) == "ship_date_estimated"
    with pytest.raises(FieldError, match="ship_date is required"):
        world.act(order.order_id, ESTIMATE)
    with pytest.raises(FieldError, match="'soon' is not"):
        world.act(order.order_id, ESTIMATE, {"ship_date": "soon"})


def test_of_other_orders_and_of_what_is_shipped_none_is_estimated() -> None:
    world = a_world()
    assert refusal(world, place(world, hold=False)) == ("NOT_SOURCED_ON_DEMAND", 409)
    assert refusal(world, sourced(world, channel="AFN")) == ("AMAZON_FULFILLED", 400)
    assert refusal(world, sourced(world, hold=True)) == ("ORDER_PENDING", 400)
    canceled = sourced(world)
    world.act(canceled.order_id, "buyer-cancel")
    assert refusal(world, canceled) == ("ALREADY_CANCELED", 409)
    order = sourced(world, is_estimated_ship_date_set=False, promise_response_due_date=None)
    assert refusal(world, order, items=["C"]) == ("INVALID_ITEM", 400)
    assert refusal(world, order, items=[{"sku": "A", "quantity": 2}]) == ("INVALID_QUANTITY", 400)
    world.act(order.order_id, "seller-confirm-shipment", {"items": ["A"]})
    assert refusal(world, order, items=["A"]) == ("ALREADY_CONFIRMED", 400)
    assert estimate(world, order, NEXT_WEEK, "B") == "ship_date_estimated_in_part"
    world.act(order.order_id, "seller-confirm-shipment")
    assert refusal(world, order) == ("ALREADY_CONFIRMED", 400)


def test_explain_tries_it_with_a_date_that_lies_ahead() -> None:
    world = a_world()
    order = sourced(world)
    answer = explain(world, order.order_id, ESTIMATE)
    assert answer["action"]["outcome"] == "ship_date_estimated"
    assert ESTIMATE in answer["allowed"]
    assert ESTIMATE not in explain(world, place(world, hold=False).order_id)["allowed"]
