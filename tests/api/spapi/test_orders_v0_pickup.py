"""updateShipmentStatus: what a report about a pickup in a store does, and what is refused without a trace."""

from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.views.explain import explain
from marketplace_sandbox.core.views.projections import order_json
from tests.api.contract import Answer
from tests.api.shop import US, Seller

ITEMS = [{"id": "71", "sku": "MUG-BLUE", "quantity": 3}, {"id": "72", "sku": "MUG-RED"}]


@pytest.fixture
def order(seller: Seller) -> Order:
    return seller.place_order(is_ispu=True, items=ITEMS)


def report(seller: Seller, order: Order, status: str, items: Any = None, marketplace_id: str = US) -> Answer:
    sent = {"marketplaceId": marketplace_id, "shipmentStatus": status}
    more = {} if items is None else {"orderItems": items}
    return seller.post(f"/orders/v0/orders/{order.order_id}/shipment", sent | more)


def stands(seller: Seller, order: Order) -> tuple[str, str | None]:
    """The status of the order as Orders v0 has it, and what the control API says of its pickup."""
    now = seller.world.order(order.order_id)
    view = order_json(now, seller.world.now(), seller.world.policy)
    return seller.read(order)["OrderStatus"], view["pickup_status"]


def test_an_order_is_ready_then_picked_up(seller: Seller, order: Order) -> None:
    assert stands(seller, order) == ("Unshipped", None)
    answer = report(seller, order, "ReadyForPickup")
    assert (answer.status, answer.raw, answer.headers["x-amzn-ratelimit-limit"]) == (204, b"", "50.0")
    assert stands(seller, order) == ("Unshipped", "ReadyForPickup")
    assert report(seller, order, "PickedUp").status == 204
    assert stands(seller, order) == ("Shipped", "PickedUp")
    assert [each.change for each in seller.world.state.notices] == ["OrderStatusChange"]
    assert [entry.kind for entry in seller.world.journal()[-2:]] == ["shipment-status-updated"] * 2


def test_some_units_may_be_picked_up_and_the_rest_later(seller: Seller, order: Order) -> None:
    assert report(seller, order, "PickedUp", [{"orderItemId": "71", "quantity": 1}]).status == 204
    assert stands(seller, order) == ("PartiallyShipped", "PickedUp")
    assert [each["QuantityShipped"] for each in seller.items(order)] == [1, 0]
    assert report(seller, order, "PickedUp", []).status == 204
    assert stands(seller, order) == ("Shipped", "PickedUp")


def test_a_refusal_at_the_counter_leaves_the_order_to_the_seller(seller: Seller, order: Order) -> None:
    report(seller, order, "ReadyForPickup")
    assert report(seller, order, "RefusedPickup").status == 204
    assert stands(seller, order) == ("Unshipped", "RefusedPickup")
    seller.world.act(order.order_id, "seller-cancel", {"reason": "customer_return"})
    assert stands(seller, order) == ("Canceled", "RefusedPickup")
    history = explain(seller.world, order.order_id)["history"]
    assert [each["meaning"] for each in history if each["action"] == "update-shipment-status"] == [
        "The seller reported of its pickup in the store."
    ] * 2


def test_every_dialect_says_that_it_is_for_pickup(seller: Seller, order: Order) -> None:
    """v0's IsISPU and the program IN_STORE_PICK_UP of 2026-01-01: both models of August 2026."""
    plain = seller.place_order()
    for each, expected in ((order, True), (plain, False)):
        assert seller.read(each)["IsISPU"] is expected
        newer = seller.get(f"/orders/2026-01-01/orders/{each.order_id}").body["order"]
        assert ("IN_STORE_PICK_UP" in newer.get("programs", [])) is expected


@pytest.mark.parametrize(
    ("status", "message"),
    [
        ("RefusedPickup", "Unsupported ShipmentStatus passed"),
        ("ReadyForPickup", "Invalid Request Parameters"),
        ("PickedUp", "Invalid Request Parameters"),
    ],
)
def test_an_order_that_is_sent_takes_no_report(seller: Seller, status: str, message: str) -> None:
    """The two messages as a seller in Japan was answered for an order that was not for pickup: docs#1873."""
    plain = seller.place_order()
    version = seller.world.version
    answer = report(seller, plain, status)
    assert (answer.status, answer.error["code"], answer.error["message"]) == (400, "InvalidInput", message)
    assert "is not for pickup in a store" in answer.error["details"]
    assert seller.world.version == version


@pytest.mark.parametrize(
    ("items", "marketplace_id", "message", "details"),
    [
        (None, "1", "Marketplace ID is not defined", "1001"),
        (None, "A1PA6795UKMFR9", "Invalid Request Parameters", "marketplaceId: order 9"),
        ([{"orderItemId": "73"}], US, "OrderItemId is invalid", "orderItems[0].orderItemId"),
        ([{"quantity": 1}], US, "OrderItemId is invalid", "orderItems[0].orderItemId"),
        ([{"orderItemId": "71", "quantity": 0}], US, "orderItems[0].quantity must be", "orderItems[0].quantity"),
        (
            [{"orderItemId": "71", "quantity": 10**30}],
            US,
            "orderItems[0].quantity is at most",
            "orderItems[0].quantity",
        ),
        ([{"orderItemId": "71", "quantity": 4}], US, "seller-confirm-shipment was refused", "QUANTITY"),
    ],
)
def test_what_does_not_fit_the_order_is_refused(
    seller: Seller, order: Order, items: Any, marketplace_id: str, message: str, details: str
) -> None:
    """An unknown marketplace in the words of the model's sample."""
    version = seller.world.version
    answer = report(seller, order, "PickedUp", items, marketplace_id)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert message in answer.error["message"]
    assert details in answer.error["details"]
    assert seller.world.version == version


def test_what_was_picked_up_is_not_ready_again(seller: Seller, order: Order) -> None:
    report(seller, order, "PickedUp")
    for status in ("ReadyForPickup", "PickedUp", "RefusedPickup"):
        answer = report(seller, order, status)
        assert answer.status == 400
        assert "has been picked up already" in answer.error["details"]
    assert stands(seller, order) == ("Shipped", "PickedUp")


def test_a_pending_or_canceled_order_takes_no_report(seller: Seller) -> None:
    pending = seller.place_order(is_ispu=True, hold=True)
    assert "ORDER_PENDING" in report(seller, pending, "ReadyForPickup").error["details"]
    seller.world.act(pending.order_id, "buyer-cancel")
    assert "CANCELED" in report(seller, pending, "ReadyForPickup").error["details"]
    assert (
        seller.post(
            "/orders/v0/orders/902-9999999-9999999/shipment", {"marketplaceId": US, "shipmentStatus": "PickedUp"}
        ).status
        == 404
    )


def test_a_status_that_there_is_not_is_refused_by_the_document(seller: Seller, order: Order) -> None:
    answer = report(seller, order, "Fetched")
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert "shipmentStatus" in answer.error["message"]
