"""An order that owes an invoice is Shipped once the seller has confirmed that it was sent. Source: INVOICES."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.views.explain import explain
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import a_world, later, place, restored

CONFIRM = "seller-confirm-invoice"


def shipped(world: World, **form: Any) -> Order:
    order = place(world, hold=False, invoice=True, **form)
    later(world, hours=1)
    world.act(order.order_id, "seller-confirm-shipment")
    return world.order(order.order_id)


def refusal(world: World, order: Order, **arguments: Any) -> tuple[str, int]:
    before = world.order(order.order_id), world.version
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, CONFIRM, arguments)
    assert world.order(order.order_id) is before[0]
    return refused.value.code, refused.value.http


def test_it_ends_the_wait_for_the_invoice_and_subscribers_are_told_of_the_new_status() -> None:
    world = a_world()
    order = shipped(world)
    assert order.status is Status.INVOICE_UNCONFIRMED
    later(world, minutes=5)
    receipt = world.act(order.order_id, CONFIRM)
    (notice,) = receipt.notices
    assert (receipt.outcome and receipt.outcome.name, notice.change, notice.at) == (
        "invoice_confirmed",
        "OrderStatusChange",
        world.now(),
    )
    after = world.order(order.order_id)
    assert (after.status, after.last_updated_at) == (Status.SHIPPED, world.now())
    assert after.details.electronic_invoice_status == "Accepted"
    assert restored(world).order(order.order_id).status is Status.SHIPPED


def test_it_may_come_item_by_item_and_unit_by_unit() -> None:
    world = a_world()
    order = shipped(world)
    for items in (["A"], [{"sku": "B", "quantity": 1}]):
        receipt = world.act(order.order_id, CONFIRM, {"items": items})
        assert receipt.outcome
        assert receipt.outcome.name == "invoice_confirmed_in_part"
        assert receipt.notices == []
        assert world.order(order.order_id).status is Status.INVOICE_UNCONFIRMED
    assert [each.quantity_invoiced for each in world.order(order.order_id).items] == [1, 1]
    assert refusal(world, order, items=["A"]) == ("INVALID_QUANTITY", 400)
    assert refusal(world, order, items=[{"sku": "B", "quantity": 2}]) == ("INVALID_QUANTITY", 400)
    world.act(order.order_id, CONFIRM)
    assert world.order(order.order_id).status is Status.SHIPPED
    assert [each.quantity_invoiced for each in world.order(order.order_id).items] == [1, 2]


def test_an_item_that_was_canceled_by_itself_needs_none() -> None:
    world = a_world()
    world.execute(ConfigurePolicy({"partial_cancellation": True}))
    order = place(world, hold=False, invoice=True)
    later(world, hours=1)
    world.act(order.order_id, "seller-cancel", {"items": ["B"], "reason": "no_inventory"})
    world.act(order.order_id, "seller-confirm-shipment")
    assert refusal(world, order, items=["B"]) == ("ALREADY_CANCELED", 409)
    world.act(order.order_id, CONFIRM, {"items": ["A"]})
    assert world.order(order.order_id).status is Status.SHIPPED


def test_what_owes_none_or_is_not_shipped_or_is_done_is_refused() -> None:
    world = a_world()
    plain = place(world, hold=False)
    unshipped = place(world, hold=False, invoice=True)
    pending = place(world, invoice=True)
    amazons = place(world, channel="AFN", invoice=True)
    canceled = place(world, hold=False, invoice=True)
    world.act(canceled.order_id, "buyer-cancel")
    assert refusal(world, plain) == ("NO_INVOICE_OWED", 409)
    assert refusal(world, unshipped) == ("SHIPMENT_NOT_CONFIRMED", 400)
    assert refusal(world, pending) == ("ORDER_PENDING", 400)
    assert refusal(world, amazons) == ("AMAZON_FULFILLED", 400)
    assert refusal(world, canceled) == ("ALREADY_CANCELED", 409)
    world.act(unshipped.order_id, "seller-confirm-shipment", {"items": ["A"]})
    assert refusal(world, unshipped) == ("SHIPMENT_NOT_CONFIRMED", 400)
    world.act(unshipped.order_id, "seller-confirm-shipment")
    assert refusal(world, unshipped, items=["C"]) == ("INVALID_ITEM", 400)
    assert refusal(world, unshipped, items=[{"sku": "A", "quantity": 2}]) == ("INVALID_QUANTITY", 400)
    world.act(unshipped.order_id, CONFIRM)
    assert refusal(world, unshipped) == ("INVOICE_ALREADY_CONFIRMED", 409)


def test_it_is_allowed_while_an_invoice_is_waited_for_and_the_shipment_stays_final() -> None:
    world = a_world()
    order = shipped(world)
    assert CONFIRM in explain(world, order.order_id)["allowed"]
    world.act(order.order_id, CONFIRM)
    assert CONFIRM not in explain(world, order.order_id)["allowed"]
    with pytest.raises(RefusedError) as refused:
        world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert refused.value.code == "ALREADY_CONFIRMED"
