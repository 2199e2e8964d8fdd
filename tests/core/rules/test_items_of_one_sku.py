"""Items of one order that have the same SKU: named by ids, by the SKU not at all. Source: ITEMS-OF-ONE-SKU."""

from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.refusals import RefusedError
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import a_world, later, place, restored

REQUEST, CONFIRM, REFUND = "buyer-request-cancellation", "seller-confirm-shipment", "seller-refund"
MUGS = [
    {"id": "11", "sku": "MUG", "quantity": 2, "price": 20},
    {"id": "12", "sku": "MUG", "price": 18},
    {"id": "13", "sku": "CUP"},
]
BOTH = "'MUG' is the SKU of 2 items, '11' and '12'; name each of them by its order item id."


def mugs(**settings: Any) -> tuple[World, Order]:
    """An unshipped order of two mugs, one more of the same SKU and a cup, the buyer's window over."""
    world = a_world(**settings)
    order = place(world, hold=False, items=MUGS)
    later(world, hours=1)
    return world, order


def refused(world: World, order: Order, action: str, arguments: dict[str, Any]) -> RefusedError:
    """The refusal, which must have changed nothing."""
    before, version = world.order(order.order_id), world.version
    with pytest.raises(RefusedError) as problem:
        world.act(order.order_id, action, arguments)
    assert world.order(order.order_id) is before
    assert world.version == version
    return problem.value


@pytest.mark.parametrize("name", ["MUG", {"sku": "MUG"}, {"sku": "MUG", "quantity": 3}, {"id": "MUG", "quantity": 1}])
@pytest.mark.parametrize(
    ("action", "more"),
    [
        (REQUEST, {}),
        ("seller-cancel", {"reason": "no_inventory"}),
        (CONFIRM, {}),
        ("parcel-leaves", {}),
    ],
)
def test_by_their_sku_nobody_knows_which_is_meant(name: Any, action: str, more: dict[str, Any]) -> None:
    world, order = mugs(partial_cancellation=True)
    problem = refused(world, order, action, {"items": ["CUP", name], **more})
    assert (problem.code, problem.outcome, problem.http) == ("INVALID_ITEM", "ambiguous_item", 400)
    assert str(problem).endswith(BOTH)
    assert "Its items are 11 (MUG), 12 (MUG), 13 (CUP)." in problem.details


def test_neither_in_the_buyers_window_nor_in_refunds_nor_as_somebody_links_ids_of_his_own() -> None:
    world = a_world()
    order = place(world, hold=False, items=MUGS)
    assert refused(world, order, "buyer-cancel", {"items": ["MUG"]}).outcome == "ambiguous_item"
    link = {"seller_item_ids": [{"sku": "MUG", "seller_item_id": "M-1"}]}
    assert refused(world, order, "seller-acknowledge", link).outcome == "ambiguous_item"
    world.act(order.order_id, CONFIRM)
    for named in ({"items": ["MUG"]}, {"amounts": [{"sku": "MUG", "amount": "1.00"}]}):
        assert str(refused(world, order, REFUND, {**named, "reason": "other"})).endswith(BOTH)


def test_neither_for_an_invoice_nor_for_an_estimated_ship_date_by_hand() -> None:
    world = a_world()
    order = place(world, hold=False, items=MUGS, promise_response_due_date="2026-03-05T15:00:00Z")
    date = {"ship_date": "2026-03-09T00:00:00Z"}
    assert str(refused(world, order, "seller-estimate-ship-date", {"items": ["MUG"], **date})).endswith(BOTH)
    order = place(world, hold=False, items=MUGS, invoice=True)
    world.act(order.order_id, CONFIRM)
    assert str(refused(world, order, "seller-confirm-invoice", {"items": ["MUG"]})).endswith(BOTH)
    world.act(order.order_id, "seller-confirm-invoice", {"items": ["12", {"id": "11", "quantity": 1}]})
    for pick, told in (("12", "12 (MUG) 1 were named; it has 1, 0"), ("11", "11 (MUG) 2 were named; it has 2, 1")):
        problem = refused(world, order, "seller-confirm-invoice", {"items": ["13", pick]})
        assert str(problem).endswith(f"Of item {told} of them left to confirm.")


def test_that_there_is_no_such_item_is_said_before_that_there_are_several() -> None:
    world, order = mugs()
    assert refused(world, order, CONFIRM, {"items": ["MUG", "PLATE"]}).outcome == "invalid_item"


def test_an_id_that_is_the_sku_of_others_means_the_item_of_that_id() -> None:
    world = a_world()
    items = [{"id": "A", "sku": "B"}, {"id": "1", "sku": "A"}, {"id": "2", "sku": "A"}]
    order = place(world, hold=False, items=items)
    world.act(order.order_id, CONFIRM, {"items": ["A"]})
    assert [each.quantity_confirmed for each in world.order(order.order_id).items] == [1, 0, 0]


@pytest.mark.parametrize(
    ("picks", "told"),
    [
        ([{"id": "12", "quantity": 2}], "Of item 12 (MUG) 2 were named; it has 1, 1 of them left to confirm."),
        (
            [{"id": "11"}, {"id": "12"}, {"id": "12"}],
            "Of item 12 (MUG) 2 were named; it has 1, 1 of them left to confirm.",
        ),
        ([{"id": "11", "quantity": 3}], "Of item 11 (MUG) 3 were named; it has 2, 2 of them left to confirm."),
    ],
)
def test_units_are_those_of_one_item_and_no_sum_over_the_sku(picks: list[dict[str, Any]], told: str) -> None:
    world, order = mugs()
    problem = refused(world, order, CONFIRM, {"items": picks})
    assert problem.code == "INVALID_QUANTITY"
    assert str(problem).endswith(told)


def test_what_is_left_to_confirm_is_told_of_the_item_that_was_named() -> None:
    world, order = mugs()
    world.act(order.order_id, CONFIRM, {"items": [{"id": "11", "quantity": 1}]})
    problem = refused(world, order, CONFIRM, {"items": [{"id": "11", "quantity": 2}]})
    assert str(problem).endswith("Of item 11 (MUG) 2 were named; it has 2, 1 of them left to confirm.")


def test_each_is_asked_for_sent_and_refunded_by_itself() -> None:
    world, order = mugs()
    receipt = world.act(order.order_id, REQUEST, {"items": ["12"], "reason": "mistake"})
    assert "Items: 1 × MUG (Mug, item 12)." in receipt.mail[0].body
    world.act(order.order_id, "parcel-leaves", {"items": ["11"]})
    receipt = world.act(order.order_id, CONFIRM, {"items": [{"id": "11", "quantity": 2}, "13"], "carrier": "UPS"})
    assert receipt.mail[0].body == "2 × MUG (Mug, item 11), 1 × CUP (Cup) is on its way. Carrier: UPS."
    after = world.order(order.order_id)
    told = [(each.quantity_confirmed, each.parcel_left, each.cancellation_requested) for each in after.items]
    assert told == [(2, True, False), (0, False, True), (1, False, False)]
    assert (after.status, after.shipments[0].items) == (Status.PARTIALLY_SHIPPED, (("11", 2), ("13", 1)))
    assert refused(world, order, REFUND, {"items": ["12"], "reason": "other"}).code == "SHIPMENT_NOT_CONFIRMED"
    world.act(order.order_id, REFUND, {"amounts": [{"id": "11", "amount": "5.00"}], "reason": "other"})
    (paid,) = world.order(order.order_id).refunds
    assert [(each.order_item_id, each.amount) for each in paid.amounts] == [("11", Decimal("5.00"))]
    assert restored(world).order(order.order_id).items == world.order(order.order_id).items


def test_one_is_canceled_and_the_other_kept_where_single_items_may_be() -> None:
    world, order = mugs(partial_cancellation=True)
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory", "items": ["11"]})
    after = world.order(order.order_id)
    assert [each.order_item_id for each in after.kept_items] == ["12", "13"]
    # whichever of the two is left, its SKU goes on to be that of both
    assert refused(world, order, CONFIRM, {"items": ["MUG"]}).outcome == "ambiguous_item"
    assert refused(world, order, CONFIRM, {"items": ["11"]}).outcome == "item_canceled"
    world.act(order.order_id, CONFIRM)
    assert world.order(order.order_id).status is Status.SHIPPED
