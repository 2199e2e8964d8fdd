"""ORDER_CHANGE on the wire: the published shape, and what stands in it at each turn of an order's life."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from marketplace_sandbox.api.spapi.notifications.order_change import render
from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.notifications.outbox import Attempt, Delivery
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.worlds import a_world, later, place

MODELS = os.environ.get("SPAPI_MODELS", "")


def subscribed(**policy: Any) -> World:
    world = a_world(buyer_withdrawal=True, **policy)
    world.execute(Subscribe(url="http://127.0.0.1:9000/", secret="whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"))
    return world


def last(world: World) -> dict[str, Any]:
    """The newest notification."""
    newest = list(world.state.deliveries.values())[-1]
    body: dict[str, Any] = json.loads(render(world, newest))
    return body


def change(world: World) -> dict[str, Any]:
    return last(world)["Payload"]["OrderChangeNotification"]


def summary(world: World) -> dict[str, Any]:
    return change(world)["Summary"]


def test_a_request_is_told_in_exactly_these_words() -> None:
    world = subscribed()
    order = place(world, programs=["Prime"], ship_to={"postal_code": "97201"}, hold=False)
    later(world, minutes=40, milliseconds=7)
    world.act(order.order_id, "buyer-request-cancellation", {"items": ["B"], "reason": "late"})
    delivery = list(world.state.deliveries.values())[-1]

    assert last(world) == {
        "NotificationVersion": "1.0",
        "NotificationType": "ORDER_CHANGE",
        "PayloadVersion": "1.0",
        "EventTime": "2026-03-02T16:40:00.007Z",
        "Payload": {
            "OrderChangeNotification": {
                "NotificationLevel": "OrderLevel",
                "SellerId": "ATESTSELLER",
                "AmazonOrderId": order.order_id,
                "OrderChangeType": "BuyerRequestedChange",
                "OrderChangeTrigger": {
                    "TimeOfOrderChange": "2026-03-02T16:40:00.007Z",
                    "ChangeReason": "Buyer Requested Cancel",
                },
                "Summary": {
                    "MarketplaceId": "ATVPDKIKX0DER",
                    "OrderStatus": "Unshipped",
                    "PurchaseDate": "2026-03-02T16:00:00.000Z",
                    "DestinationPostalCode": "97201",
                    "FulfillmentType": "MFN",
                    "OrderType": "StandardOrder",
                    "NumberOfItemsShipped": 0,
                    "NumberOfItemsUnshipped": 3,
                    "EarliestDeliveryDate": "2026-03-05T08:00:00.000Z",
                    "LatestDeliveryDate": "2026-03-08T07:59:59.000Z",
                    "EarliestShipDate": "2026-03-02T08:00:00.000Z",
                    "LatestShipDate": "2026-03-05T07:59:59.000Z",
                    "OrderPrograms": ["Prime"],
                    "ShippingPrograms": [],
                    "OrderItems": [
                        {
                            "OrderItemId": order.items[0].order_item_id,
                            "SellerSKU": "A",
                            "SupplySourceId": None,
                            "OrderItemStatus": "Unshipped",
                            "Quantity": 1,
                            "QuantityShipped": 0,
                            "IsBuyerRequestedCancel": False,
                        },
                        {
                            "OrderItemId": order.items[1].order_item_id,
                            "SellerSKU": "B",
                            "SupplySourceId": None,
                            "OrderItemStatus": "Unshipped",
                            "Quantity": 2,
                            "QuantityShipped": 0,
                            "IsBuyerRequestedCancel": True,
                        },
                    ],
                },
            }
        },
        "NotificationMetadata": {
            "ApplicationId": "amzn1.sellerapps.app.marketplace-sandbox",
            "SubscriptionId": delivery.subscriber_id,
            "PublishTime": "2026-03-02T16:40:00.007Z",
            "NotificationId": delivery.delivery_id,
        },
    }


def test_a_canceled_order_keeps_the_flag_and_shows_no_address() -> None:
    world = subscribed()
    order = place(world, hold=False)
    later(world, minutes=31)
    world.act(order.order_id, "buyer-request-cancellation")
    world.act(order.order_id, "seller-cancel", {"reason": "buyer_canceled"})

    assert change(world)["OrderChangeType"] == "OrderStatusChange"
    assert change(world)["OrderChangeTrigger"]["ChangeReason"] == "Order Status Change"
    assert summary(world)["OrderStatus"] == "Canceled"
    assert summary(world)["DestinationPostalCode"] is None
    assert (summary(world)["NumberOfItemsShipped"], summary(world)["NumberOfItemsUnshipped"]) == (0, 0)
    assert [item["IsBuyerRequestedCancel"] for item in summary(world)["OrderItems"]] == [True, True]
    assert all("OrderItemStatus" not in item for item in summary(world)["OrderItems"])


def test_a_withdrawal_takes_the_flag_back() -> None:
    world = subscribed()
    order = place(world, hold=False)
    later(world, minutes=31)
    world.act(order.order_id, "buyer-request-cancellation")
    world.act(order.order_id, "buyer-withdraw-request")

    assert change(world)["OrderChangeType"] == "BuyerRequestedChange"
    assert [item["IsBuyerRequestedCancel"] for item in summary(world)["OrderItems"]] == [False, False]


def test_a_part_shipment_is_told_item_by_item() -> None:
    world = subscribed()
    order = place(world, hold=False)
    world.act(order.order_id, "parcel-leaves")
    world.act(order.order_id, "seller-confirm-shipment", {"items": ["A", {"sku": "B", "quantity": 1}]})

    assert summary(world)["OrderStatus"] == "PartiallyShipped"
    assert (summary(world)["NumberOfItemsShipped"], summary(world)["NumberOfItemsUnshipped"]) == (2, 1)
    told = [(item["OrderItemStatus"], item["QuantityShipped"]) for item in summary(world)["OrderItems"]]
    assert told == [("Shipped", 1), ("Unshipped", 1)]


def test_a_shipped_order_tells_its_delivery_dates() -> None:
    """Source V7: Amazon's sample of a reader parses them, and fails without."""
    world = subscribed()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment")

    assert summary(world)["OrderStatus"] == "Shipped"
    assert summary(world)["EarliestDeliveryDate"] == "2026-03-05T08:00:00.000Z"
    assert summary(world)["LatestDeliveryDate"] == "2026-03-08T07:59:59.000Z"


def test_an_amazon_fulfilled_order_has_one_ship_date_and_promises_no_delivery() -> None:
    """Source V16: both ship dates, equal, at the end of a local day."""
    world = subscribed()
    place(world, channel="AFN")
    later(world, minutes=40)

    assert summary(world)["FulfillmentType"] == "AFN"
    assert summary(world)["EarliestShipDate"] == summary(world)["LatestShipDate"] == "2026-03-05T07:59:59.000Z"
    assert not {"EarliestDeliveryDate", "LatestDeliveryDate"} & summary(world).keys()


def test_a_preorder_is_told_as_one() -> None:
    world = subscribed()
    place(world, release_at="2026-03-04T00:00:00Z")
    later(world, days=3)

    assert summary(world)["OrderType"] == "Preorder"
    assert summary(world)["EarliestShipDate"] == "2026-03-03T08:00:00.000Z"


def test_every_attempt_has_the_same_bytes() -> None:
    """Whatever time, the order and the settings have done since, and after a restart."""
    world = subscribed()
    order = place(world)
    later(world, minutes=30)
    delivery = next(iter(world.state.deliveries.values()))
    first = render(world, delivery)
    world.execute(ConfigurePolicy({"delivery_after": "P9D", "omit_when_false": True, "signature_time": "virtual"}))
    later(world, days=1)
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    restarted = World.restore(world.journal(), MemoryStore(), lambda: 0.0)

    assert render(world, delivery.after(Attempt(world.now(), 500, 1))) == first
    assert render(restarted, restarted.state.deliveries[delivery.delivery_id]) == first


@pytest.mark.parametrize("outcome", [each.name for each in OUTCOMES.values() if each.change])
def test_a_change_has_one_reason_whoever_brought_it_about(outcome: str) -> None:
    """Source SEEN-ORDER-CHANGE: ChangeReason is `Order Status Change` with OrderStatusChange."""
    world = subscribed()
    place(world)
    later(world, minutes=31)
    (made, *_) = world.state.deliveries.values()
    notice = replace(made.notice, outcome=outcome, change=OUTCOMES[outcome].change)
    told = json.loads(render(world, replace(made, notice=notice)))["Payload"]["OrderChangeNotification"]
    words = {"OrderStatusChange": "Order Status Change", "BuyerRequestedChange": "Buyer Requested Cancel"}
    assert told["OrderChangeTrigger"]["ChangeReason"] == words[told["OrderChangeType"]]


def test_where_to_ship_from_and_when_an_item_is_delivered_are_told_where_the_order_says_so() -> None:
    """Source: the published schema; that the scheduled delivery is an item's is ours (SEEN-ORDER-CHANGE)."""
    world = subscribed()
    dates = {
        "scheduled_delivery_start_date": "2026-03-05T09:00:00Z",
        "scheduled_delivery_end_date": "2026-03-05T12:00:00Z",
    }
    instruction = {"fulfillment_supply_source_id": "11111111-2222-3333-4444-555555555555"}
    order = place(world, hold=False, items=[{"sku": "A", **dates}, {"sku": "B"}], fulfillment_instruction=instruction)
    world.act(order.order_id, "seller-confirm-shipment")
    scheduled, plain = summary(world)["OrderItems"]
    assert scheduled["SupplySourceId"] == plain["SupplySourceId"] == instruction["fulfillment_supply_source_id"]
    assert scheduled["ItemEarliestDeliveryDate"] == "2026-03-05T09:00:00.000Z"
    assert scheduled["ItemLatestDeliveryDate"] == "2026-03-05T12:00:00.000Z"
    assert not {"ItemEarliestDeliveryDate", "ItemLatestDeliveryDate"} & plain.keys()


def told_of() -> Iterator[tuple[World, Delivery]]:
    """A notification of each outcome, and of orders of every kind."""
    world = subscribed()
    for form in ({}, {"channel": "AFN"}, {"release_at": "2026-03-04T00:00:00Z"}, {"programs": ["IBA", "Business"]}):
        place(world, **form)
    asked = place(world, hold=False)
    later(world, minutes=31)
    world.act(asked.order_id, "buyer-request-cancellation")
    later(world, days=14)
    made = list(world.state.deliveries.values())
    yield from ((world, delivery) for delivery in made)
    for outcome in OUTCOMES.values():
        if outcome.change:
            notice = replace(made[0].notice, outcome=outcome.name, change=outcome.change)
            yield world, replace(made[0], notice=notice)


@pytest.mark.skipif(not MODELS, reason="SPAPI_MODELS names no directory with Amazon's published models")
def test_every_notification_is_as_amazon_published_it() -> None:
    model = json.loads((Path(MODELS) / "OrderChangeNotification.json").read_text())
    published = jsonschema_rs.Draft7Validator(model)
    told = [json.loads(render(world, delivery)) for world, delivery in told_of()]

    assert len(told) > len([each for each in OUTCOMES.values() if each.change])
    assert [error.message for body in told for error in published.iter_errors(body)] == []
    wrong = json.loads(
        json.dumps(told[0]).replace('"IsBuyerRequestedCancel": false', '"IsBuyerRequestedCancel": "false"')
    )
    assert not published.is_valid(wrong)


@pytest.mark.skipif(not MODELS, reason="SPAPI_MODELS names no directory with Amazon's published models")
def test_no_name_is_used_that_amazon_has_not_published() -> None:
    model = json.loads((Path(MODELS) / "OrderChangeNotification.json").read_text())

    unknown = {name for world, delivery in told_of() for name in strangers(json.loads(render(world, delivery)), model)}

    assert unknown == set()


def strangers(body: Any, model: dict[str, Any]) -> Iterator[str]:
    """Names in a body that the model does not have."""
    if isinstance(body, list):
        for each in body:
            yield from strangers(each, model["items"])
    elif isinstance(body, dict):
        for name, value in body.items():
            if name not in model["properties"]:
                yield name
            else:
                yield from strangers(value, model["properties"][name])
