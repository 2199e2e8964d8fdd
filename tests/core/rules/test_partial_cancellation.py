"""Single items are canceled, each whole, where the setting is on. Source: PARTIAL-CANCELLATION, R34."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.views.metrics import CancellationRate, cancellation_rate
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import a_world, later, place, restored

REQUEST = "buyer-request-cancellation"
BUYER_CANCELED = {"reason": "buyer_canceled"}
NO_INVENTORY = {"reason": "no_inventory"}


def unshipped(**form: Any) -> tuple[World, Order]:
    """An order of one A and two B, its hold and the buyer's window over."""
    world = a_world(partial_cancellation=True, buyer_withdrawal=True)
    order = place(world, **form)
    later(world, hours=1)
    return world, order


def rate(world: World) -> CancellationRate:
    return cancellation_rate(world.orders.values(), world.now(), world.policy)


def refused(world: World, order: Order, action: str, arguments: dict[str, Any]) -> RefusedError:
    """The refusal, which must have changed nothing."""
    before, version = world.order(order.order_id), world.version
    with pytest.raises(RefusedError) as problem:
        world.act(order.order_id, action, arguments)
    assert world.order(order.order_id) is before
    assert world.version == version
    return problem.value


def test_the_setting_lets_the_seller_cancel_an_item_and_is_off_as_it_comes() -> None:
    world = a_world()
    order = place(world, hold=False)
    later(world, hours=1)
    assert refused(world, order, "seller-cancel", {**NO_INVENTORY, "items": ["A"]}).code == "PARTIAL_CANCEL_UNSUPPORTED"


def test_the_rest_of_the_order_goes_on_and_is_shipped() -> None:
    world, order = unshipped()
    receipt = world.act(order.order_id, "seller-cancel", {**NO_INVENTORY, "items": ["A"]})
    assert receipt.outcome is not None
    assert receipt.outcome.name == "items_canceled_by_seller"
    after = world.order(order.order_id)
    assert (after.status, after.cancellation, after.total) == (Status.UNSHIPPED, None, Decimal(30))
    assert [item.sku for item in after.kept_items] == ["B"]
    assert (after.quantity_unconfirmed, after.last_updated_at) == (2, world.now())
    world.act(order.order_id, "parcel-leaves")
    world.act(order.order_id, "seller-confirm-shipment", {"carrier": "UPS", "tracking": "1Z"})
    shipped = world.order(order.order_id)
    assert (shipped.status, shipped.quantity_confirmed) == (Status.SHIPPED, 2)
    assert [units for _, units in shipped.shipments[0].items] == [2]
    world.act(order.order_id, "seller-refund", {"reason": "general_adjustment"})
    assert sum(each.amount for each in world.order(order.order_id).refunds[0].amounts) == 30
    assert restored(world).order(order.order_id).items == world.order(order.order_id).items


def test_who_subscribed_is_told_of_no_new_status_and_both_are_told_by_mail() -> None:
    world, order = unshipped()
    receipt = world.act(order.order_id, "seller-cancel", {**NO_INVENTORY, "items": ["A"]})
    [notice] = receipt.notices
    assert (notice.change, notice.outcome) == ("BuyerRequestedChange", "items_canceled_by_seller")
    assert [(each.kind, each.to) for each in receipt.mail] == [
        ("items_canceled_by_seller", "buyer"),
        ("items_cancellation_receipt", "seller"),
    ]
    assert "1 × A" in receipt.mail[0].body
    assert "B" not in receipt.mail[0].body.split(" was canceled")[0]
    assert "It counts in your Cancellation Rate." in receipt.mail[1].body


def test_all_items_one_after_the_other_end_the_order_and_it_counts_once() -> None:
    world, order = unshipped()
    world.act(order.order_id, "seller-cancel", {**NO_INVENTORY, "items": ["A"]})
    first = world.now()
    later(world, days=1)
    receipt = world.act(order.order_id, "seller-cancel", {**NO_INVENTORY, "items": ["B"]})
    assert [notice.change for notice in receipt.notices] == ["OrderStatusChange"]
    ended = world.order(order.order_id)
    assert ended.status is Status.CANCELED
    assert ended.cancellation is not None
    assert ended.cancellation.counts_in_rate
    assert ended.counted_cancellation is not None
    assert ended.counted_cancellation.at == first
    assert (rate(world).canceled, rate(world).orders, rate(world).by_cause) == (1, 1, {"no_inventory": 1})


@pytest.mark.parametrize(
    ("asked", "named", "reason", "outcome", "counted"),
    [
        (["A"], ["A"], "buyer_canceled", "items_canceled_on_request", 0),
        (["A"], ["A"], "no_inventory", "items_canceled_for_other_reason", 0),
        ([], ["A"], "buyer_canceled", "items_canceled_without_request", 1),
        ([], ["A"], "no_inventory", "items_canceled_by_seller", 1),
        (["B"], ["A"], "buyer_canceled", "items_canceled_without_request", 1),
        (["A", "C"], ["A", "B"], "buyer_canceled", "items_canceled_without_request", 1),
    ],
)
def test_it_counts_only_if_an_item_was_canceled_that_nobody_had_asked_for(
    asked: list[str], named: list[str], reason: str, outcome: str, counted: int
) -> None:
    items = [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}, {"sku": "C", "price": 5}]
    world, order = unshipped(items=items)
    if asked:
        world.act(order.order_id, REQUEST, {"items": asked, "reason": "mistake"})
    receipt = world.act(order.order_id, "seller-cancel", {"reason": reason, "items": named})
    assert receipt.outcome is not None
    assert receipt.outcome.name == outcome
    assert (rate(world).canceled, rate(world).orders) == (counted, 1)


def test_a_request_that_was_withdrawn_is_none() -> None:
    world, order = unshipped()
    world.act(order.order_id, REQUEST, {"items": ["A"]})
    world.act(order.order_id, "buyer-withdraw-request")
    world.act(order.order_id, "seller-cancel", {**BUYER_CANCELED, "items": ["A"]})
    assert rate(world).canceled == 1


def test_the_rest_is_canceled_on_request_without_counting_and_the_wish_stays_visible() -> None:
    world, order = unshipped()
    world.act(order.order_id, REQUEST, {"reason": "mistake"})
    world.act(order.order_id, "seller-cancel", {**BUYER_CANCELED, "items": ["A"]})
    kept = world.order(order.order_id)
    assert [(item.request_open, item.cancellation_requested) for item in kept.items] == [(False, True), (True, True)]
    receipt = world.act(order.order_id, "seller-cancel", BUYER_CANCELED)
    assert receipt.outcome is not None
    assert receipt.outcome.name == "canceled_on_request"
    assert (rate(world).canceled, rate(world).orders) == (0, 1)


def test_the_rest_is_canceled_for_lateness_and_that_counts() -> None:
    world, order = unshipped()
    world.act(order.order_id, REQUEST, {"items": ["A"]})
    world.act(order.order_id, "seller-cancel", {**BUYER_CANCELED, "items": ["A"]})
    assert rate(world).canceled == 0
    later(world, days=12)
    ended = world.order(order.order_id)
    assert ended.cancellation is not None
    assert (ended.cancellation.by, ended.cancellation.reason) == ("AMAZON", "auto_unconfirmed_7d")
    assert ended.items[0].canceled is not None
    assert ended.items[0].canceled.by == "MERCHANT"
    assert rate(world).canceled == 1


@pytest.mark.parametrize("action", ["buyer-cancel", REQUEST])
def test_the_buyer_cancels_an_item_alone_in_time_and_after_that_asks(action: str) -> None:
    world = a_world(partial_cancellation=True)
    order = place(world)
    receipt = world.act(order.order_id, action, {"items": ["B"], "reason": "mistake"})
    assert receipt.outcome is not None
    assert receipt.outcome.name == "items_canceled_by_buyer"
    assert [each.kind for each in receipt.mail] == ["items_canceled_by_buyer"]
    canceled = world.order(order.order_id).items[1].canceled
    assert canceled is not None
    assert (canceled.by, canceled.reason, canceled.counts_in_rate) == ("BUYER", "mistake", False)
    assert world.order(order.order_id).status is Status.PENDING
    later(world, hours=1)
    assert world.order(order.order_id).status is Status.UNSHIPPED
    assert rate(world).canceled == 0
    assert refused(world, order, "buyer-cancel", {"items": ["A"]}).code == "CANCEL_WINDOW_CLOSED"
    world.act(order.order_id, REQUEST)
    assert [item.request_open for item in world.order(order.order_id).items] == [True, False]


def test_the_last_items_by_the_buyer_end_the_order() -> None:
    world = a_world(partial_cancellation=True)
    order = place(world)
    world.act(order.order_id, "buyer-cancel", {"items": ["B"]})
    receipt = world.act(order.order_id, "buyer-cancel", {"items": ["A"]})
    assert receipt.outcome is not None
    assert receipt.outcome.name == "canceled_by_buyer"
    assert world.order(order.order_id).status is Status.CANCELED


@pytest.mark.parametrize(
    ("action", "arguments", "outcome", "words"),
    [
        ("seller-cancel", {**NO_INVENTORY, "items": ["X"]}, "invalid_item", "no such item"),
        ("seller-cancel", {**NO_INVENTORY, "items": [{"sku": "B", "quantity": 1}]}, "partial_quantity", "all of its"),
        ("seller-cancel", {**NO_INVENTORY, "items": [{"sku": "B", "quantity": 3}]}, "invalid_quantity", "More units"),
        ("seller-cancel", {"reason": "nonsense", "items": ["A"]}, "invalid_reason", "reason"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_a_sentence(
    action: str, arguments: dict[str, Any], outcome: str, words: str
) -> None:
    world, order = unshipped()
    problem = refused(world, order, action, arguments)
    assert problem.outcome == outcome
    assert words in str(problem)


@pytest.mark.parametrize("action", ["buyer-cancel", REQUEST])
def test_in_time_the_buyer_cancels_no_single_units_either(action: str) -> None:
    world = a_world(partial_cancellation=True)
    order = place(world)
    assert refused(world, order, action, {"items": [{"sku": "B", "quantity": 1}]}).outcome == "partial_quantity"
    amazons = place(world, channel="AFN")
    assert refused(world, amazons, action, {"items": ["A"]}).outcome == "partial_cancel_unsupported"


@pytest.mark.parametrize("action", ["seller-cancel", "seller-confirm-shipment", REQUEST])
def test_a_canceled_item_is_canceled(action: str) -> None:
    world, order = unshipped()
    world.act(order.order_id, "seller-cancel", {**NO_INVENTORY, "items": ["A"]})
    arguments = {**(NO_INVENTORY if action == "seller-cancel" else {}), "items": ["A"]}
    assert refused(world, order, action, arguments).outcome == "item_canceled"


def test_nothing_is_canceled_singly_once_something_is_shipped() -> None:
    world, order = unshipped()
    world.act(order.order_id, "parcel-leaves", {"items": ["A"]})
    cancel = {**NO_INVENTORY, "items": ["B"]}
    assert refused(world, order, "seller-cancel", cancel).code == "SHIPPED_NOT_CONFIRMED"
    world.act(order.order_id, "seller-confirm-shipment", {"items": ["A"]})
    assert refused(world, order, "seller-cancel", cancel).code == "PARTIALLY_SHIPPED"
    world.act(order.order_id, "seller-confirm-shipment")
    assert refused(world, order, "seller-cancel", cancel).code == "ALREADY_CONFIRMED"


def test_the_first_that_counts_puts_the_order_into_the_window() -> None:
    world, order = unshipped(handling_days=20)
    world.act(order.order_id, "seller-cancel", {**NO_INVENTORY, "items": ["A"]})
    world.advance(timedelta(days=6))
    assert rate(world).canceled == 1
    world.advance(timedelta(days=2))
    world.act(order.order_id, "seller-cancel", NO_INVENTORY)
    assert rate(world).canceled == 0
