"""A world written out as a scenario leads to the same world when it is played."""

import random
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.core.commands.base import Command, write_value
from marketplace_sandbox.core.commands.feeds import CancelFeed, CreateFeed
from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.orders import (
    CancelLater,
    PlaceOrders,
    SolicitReview,
    UpdateShipmentStatus,
    UpdateVerification,
    WriteToBuyer,
)
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import PickupStatus, Status
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.views.projections import order_json
from marketplace_sandbox.core.world.bounds import BoundError, Totals
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.scenario import library, writing
from marketplace_sandbox.scenario.export import export
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.scenario.scenario import read_json, read_yaml
from marketplace_sandbox.scenario.seller_steps import SELLER_STEPS
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.actors import ACTS, ITEMS_OF_ONE_SKU, PARTIAL_ACTS
from tests.core.simulation import act_at_random, simulate
from tests.core.worlds import STANDARD, a_world

START = datetime(2026, 3, 2, 16, tzinfo=UTC)


def opened(**options: Any) -> World:
    return Sellers(MemoryStore()).open("AEXPORTED", start=START, **options)


def views(world: World) -> dict[str, Any]:
    return {each.order_id: order_json(each, world.now(), world.policy) for each in world.orders.values()}


def again(world: World) -> World:
    """The world of the export, through JSON and through YAML; both have to lead to it."""
    document = read_json(export(world))
    assert read_yaml("".join(writing.to_yaml(writing.to_json(document)))) == document
    played = play(document, Sellers(MemoryStore()), world.seller_id)
    assert played.passed, played.failures
    return played.world


def lived() -> World:
    world = opened(policy={"buyer_withdrawal": True})
    world.execute(ConfigurePolicy({"handling_days": 5}))
    first, second, third = world.place_orders({"count": 3, "items": [{"sku": "MUG", "quantity": 2}, {}], "hold": False})
    world.advance(timedelta(hours=1), lambda: None)
    world.act(first.order_id, "buyer-request-cancellation", {"reason": "mistake", "items": [{"sku": "MUG"}]})
    world.act(second.order_id, "seller-cancel", {"reason": "no_inventory"}, origin="feed")
    world.execute(ConfigurePolicy({"handling_days": 1, "buyer_withdrawal": None}))
    world.advance(timedelta(hours=1), lambda: None)
    world.place_orders({"channel": "AFN", "buyer": {"name": "Ada Young"}})
    world.place_orders({"purchased_at": "2026-03-01T09:00:00Z"})
    item = third.items[0].order_item_id
    world.act(third.order_id, "seller-confirm-shipment", {"items": [item], "carrier": "UPS"})
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_bWFkZQ=="))
    world.advance(timedelta(days=10), lambda: None)
    return world


def test_the_world_comes_back() -> None:
    world = lived()
    back = again(world)
    assert views(back) == views(world)
    assert (back.now(), back.policy) == (world.now(), world.policy)


@pytest.mark.parametrize("seed", range(6))
def test_weeks_at_random_come_back(seed: int) -> None:
    world, _ = simulate(seed, 120)
    back = again(world)
    assert views(back) == views(world)
    assert [each.at for each in back.state.notices] == [each.at for each in world.state.notices]


WEEKS_FORMS: tuple[dict[str, Any], ...] = (
    {"is_ispu": True},
    {"is_ispu": True, "hold": False, "items": [{"sku": "A", "quantity": 2}, {"sku": "B"}]},
    {"is_ispu": True, **ITEMS_OF_ONE_SKU},
    {"has_regulated_items": True, "hold": False},
    {"hold": False},
)


def weeks_of_reports(seed: int) -> World:
    """A seller's weeks in which orders are picked up, reviewed and asked about, at random and the same for a seed."""
    chance = random.Random(seed)
    world = a_world(partial_cancellation=bool(seed % 2))
    for _ in range(60):
        if chance.random() < 0.35:
            world.advance(timedelta(seconds=chance.choice((59, 1800, 86_400, 3 * 86_400, 11 * 86_400))), lambda: None)
        elif chance.random() < 0.3 or not world.orders:
            world.execute(PlaceOrders({**STANDARD, **chance.choice(WEEKS_FORMS)}))
        elif chance.random() < 0.4:
            act_at_random(world, chance, (*ACTS, *PARTIAL_ACTS))
        else:
            with suppress(RefusalError):
                world.execute(told_at_random(world, chance))
    return world


def told_at_random(world: World, chance: random.Random) -> Command:
    """What a seller tells the platform of an order, or asks of it."""
    order = world.order(chance.choice(list(world.orders)[-8:]))
    kind = chance.randrange(3)
    if kind == 0:
        units = ({"id": chance.choice(order.items).order_item_id, "quantity": 1},)
        return UpdateShipmentStatus(order.order_id, chance.choice(list(PickupStatus)), chance.choice(((), units)))
    if kind == 1:
        verdict = chance.choice(({"status": "Approved"}, {"status": "Rejected", "rejection_reason_id": "REASON-1"}, {}))
        return UpdateVerification.read({"order_id": order.order_id, "reviewer_id": "R-1", **verdict})
    shipped = [each.order_id for each in world.orders.values() if each.status is Status.SHIPPED]
    return SolicitReview(chance.choice(shipped or [order.order_id]))


SEEDS = range(8)


@pytest.mark.parametrize("seed", SEEDS)
def test_weeks_of_pickups_reviews_and_solicitations_come_back(seed: int) -> None:
    """Order by order and field by field; whom notices and mails went to, and when, too."""
    world = weeks_of_reports(seed)
    back = again(world)
    assert views(back) == views(world)
    assert {each: asdict(order) for each, order in back.orders.items()} == {
        each: asdict(order) for each, order in world.orders.items()
    }
    for told in ("notices", "mail"):
        lines = [[(each.at, each.order_id) for each in getattr(of.state, told)] for of in (back, world)]
        assert lines[0] == lines[1]


def test_those_weeks_have_everything_that_is_to_come_back() -> None:
    worlds = [weeks_of_reports(seed) for seed in SEEDS]
    happened = {line.outcome for world in worlds for line in world.state.order_events}
    assert happened >= {"pickup_reported", "verification_reported", "review_solicited"}
    versions = (each for world in worlds for each in world.state.versions)
    assert {each.order.pickup for each in versions} == {None, *PickupStatus}
    steps = {name for world in worlds for step in export(world)["script"] for name in step}
    assert steps >= set(SELLER_STEPS)


@pytest.mark.parametrize(
    "name", ["gift", "business-buyers", "easy-ship", "replacement", "points-and-imports", "two-items-of-one-sku"]
)
def test_all_that_an_order_says_comes_back(name: str) -> None:
    world = play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world
    copy = again(world)
    for order in world.orders.values():
        twin = copy.order(order.order_id)
        assert (twin.details, twin.buyer, twin.ship_to, twin.items) == (
            order.details, order.buyer, order.ship_to, order.items,
        )  # fmt: skip


def test_items_of_one_sku_come_back_each_with_its_own_fate() -> None:
    world = opened(policy={"partial_cancellation": True})
    items = [{"sku": "MUG", "title": "Blue mug", "asin": "B0MUG", "quantity": 2}, {"sku": "MUG", "price": 18}, {}]
    sent, part, linked = world.place_orders({"count": 3, "items": items, "hold": False})
    world.advance(timedelta(hours=1), lambda: None)
    (one, other), own = ([each.order_item_id for each in order.items[:2]] for order in (sent, part)), "M-2"
    world.act(sent.order_id, "buyer-request-cancellation", {"items": [one[1]], "reason": "mistake"})
    world.act(sent.order_id, "seller-confirm-shipment", {"items": [{"id": one[0], "quantity": 1}], "carrier": "UPS"})
    world.act(sent.order_id, "seller-refund", {"amounts": [{"id": one[0], "amount": "3.00"}], "reason": "other"})
    world.act(part.order_id, "seller-cancel", {"items": [other[0]], "reason": "no_inventory"})
    second = linked.items[1].order_item_id
    world.act(linked.order_id, "seller-acknowledge", {"seller_item_ids": [{"id": second, "seller_item_id": own}]})
    sent_by_own_id = {"items": [{"seller_item_id": own}], "carrier": "UPS"}
    confirmation = {"message_id": "1", "order_id": linked.order_id, "action": "seller-confirm-shipment"}
    feed = {"feed_type": "POST_ORDER_FULFILLMENT_DATA", "marketplace_ids": ["ATVPDKIKX0DER"], "media_type": "text/xml"}
    messages = [{**confirmation, "with": sent_by_own_id}]
    world.execute(CreateFeed.read({**feed, "content": write_value(b""), "digest": "d", "messages": messages}))
    world.advance(timedelta(hours=1), lambda: None)
    back = again(world)
    assert views(back) == views(world)
    assert [each.items for each in back.orders.values()] == [each.items for each in world.orders.values()]
    assert [[item.quantity_confirmed for item in each.items] for each in back.orders.values()] == [
        [1, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
    ]


def test_ordered_cancellations_come_back() -> None:
    world = opened(policy={"cancel_order_delay": "PT5M"})
    first, second, third = world.place_orders({"count": 3, "hold": False})
    for order in (first, second):
        world.execute(CancelLater(order_id=order.order_id, reason="no_inventory"))
    world.execute(CancelLater(order_id=first.order_id, reason="pricing_error"))
    world.act(second.order_id, "seller-confirm-shipment", {})
    world.act(third.order_id, "seller-cancel", {"reason": "no_inventory"}, origin="api")
    world.advance(timedelta(hours=1), lambda: None)
    assert [str(each.status) for each in world.orders.values()] == ["Canceled", "Shipped", "Canceled"]
    assert views(again(world)) == views(world)


def test_a_world_without_orders_is_a_scenario_too() -> None:
    world = opened(marketplace_ids=["A1PA6795UKMFR9"], seed=7)
    assert export(world) == {
        "about": "The world of AEXPORTED as it stood at 2026-03-02T16:00:00Z.",
        "start": "2026-03-02T16:00:00Z",
        "seed": 7,
        "seller": {"marketplace_ids": ["A1PA6795UKMFR9"]},
        "until": "2026-03-02T16:00:00Z",
    }
    assert again(world).marketplace_ids == ("A1PA6795UKMFR9",)


def test_a_running_clock_keeps_its_rate() -> None:
    world = Sellers(MemoryStore(), real=START.timestamp).open(start=START, rate=60)
    world.place_orders({})
    assert export(world)["rate"] == 60


def test_a_refused_action_left_nothing_to_export() -> None:
    world = opened()
    (order,) = world.place_orders({})
    with pytest.raises(Exception, match="Pending"):
        world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert "script" not in export(world)


def test_too_large_a_world_is_refused() -> None:
    world = opened()
    order, *_ = world.place_orders({"count": 3})
    world.advance(timedelta(hours=1))
    with pytest.raises(BoundError, match="may be 2 orders and steps of a world that is exported, and these would be 3"):
        export(world, Totals(export_entries=2))
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    with pytest.raises(BoundError, match="these would be 4; `--max-export-entries` says how many"):
        export(world, Totals(export_entries=3))
    assert export(world, Totals(export_entries=4))


def test_a_world_of_thousands_of_orders_reads_back() -> None:
    world = opened()
    world.place_orders({"count": 2_500})
    exported = export(world)
    written = "".join(writing.to_yaml(exported))
    assert len(exported["orders"]) == 2_500
    assert written.count("\n") < 2 * 2_500 + 20
    assert read_yaml(written) == read_json(exported)


def test_the_advice_a_seller_wrote_by_the_api_comes_back() -> None:
    world = opened()
    (order,) = world.place_orders({})
    world.advance(timedelta(hours=1))
    for action in ("parcel-leaves", "buyer-request-cancellation", "seller-confirm-shipment"):
        world.act(order.order_id, action)
    for text in ("Please refuse the parcel.", "It is a pity."):
        world.execute(WriteToBuyer(order_id=order.order_id, template="unexpectedProblem", text=text))
    assert world.order(order.order_id).duties == ()
    assert views(again(world)) == views(world)


def cancellation(number: int, order_id: str, reason: str = "no_inventory") -> dict[str, Any]:
    return {"message_id": str(number), "order_id": order_id, "action": "seller-cancel", "with": {"reason": reason}}


def test_what_feeds_did_comes_back() -> None:
    world = opened(policy={"early_adjustment": "hold"})
    canceled, late, linked, held, other = world.place_orders({"count": 5, "hold": False})
    own = {
        "message_id": "4",
        "order_id": linked.order_id,
        "action": "seller-acknowledge",
        "with": {"seller_order_id": "M"},
    }
    shipped = {
        "message_id": "5",
        "seller_order_id": "M",
        "action": "seller-confirm-shipment",
        "with": {"carrier": "UPS"},
    }
    amounts = [{"id": held.items[0].order_item_id, "amount": "1.00"}]
    refund = {"action": "seller-refund", "with": {"reason": "other", "amounts": amounts}}
    messages = [
        cancellation(1, canceled.order_id),
        cancellation(2, late.order_id, "because"),
        cancellation(3, "902-0000000-0000000"),
        own,
        shipped,
        {"message_id": "6", "order_id": held.order_id, **refund},
    ]
    feed = {"marketplace_ids": ["ATVPDKIKX0DER"], "media_type": "text/xml", "content": write_value(b""), "digest": "d"}
    feed |= {"feed_type": "POST_ORDER_ACKNOWLEDGEMENT_DATA"}
    for _ in range(2):
        world.execute(CreateFeed.read({**feed, "messages": messages}))
    unwanted = world.execute(CreateFeed.read({**feed, "messages": [cancellation(1, other.order_id)]}))
    world.execute(CancelFeed(feed_id=unwanted.feed_id))
    world.advance(timedelta(hours=1), lambda: None)
    world.act(held.order_id, "seller-confirm-shipment", {})
    world.advance(timedelta(hours=3), lambda: None)
    statuses = [str(each.status) for each in world.orders.values()]
    assert statuses == ["Canceled", "Unshipped", "Shipped", "Shipped", "Unshipped"]
    back = again(world)
    refunds = [[each.amounts for each in view.refunds] for view in back.orders.values()]
    assert refunds == [[each.amounts for each in order.refunds] for order in world.orders.values()]
    assert [str(each.status) for each in back.orders.values()] == statuses
    assert back.order(linked.order_id).seller_order_id == "M"


def test_what_a_feed_did_by_ids_that_are_others_since_comes_back() -> None:
    """One message adjusts an item twice, by the seller's ids of order and item; the second is too much. Then another
    order has the one and another item the other.
    """
    world = opened()
    order, other = world.place_orders({"count": 2, "hold": False})
    item = order.items[0].order_item_id
    links = {"seller_order_id": "M", "seller_item_ids": [{"id": item, "seller_item_id": "L"}]}
    world.act(order.order_id, "seller-acknowledge", links)
    world.act(order.order_id, "seller-confirm-shipment", {})
    messages = [
        {
            "message_id": "1",
            "seller_order_id": "M",
            "action": "seller-refund",
            "with": {"reason": "other", "amounts": [{"seller_item_id": "L", "amount": amount}]},
        }
        for amount in ("1.00", "1000.00")
    ]
    feed = {"feed_type": "POST_PAYMENT_ADJUSTMENT_DATA", "marketplace_ids": ["ATVPDKIKX0DER"], "digest": "d"}
    world.execute(
        CreateFeed.read({**feed, "media_type": "text/xml", "content": write_value(b""), "messages": messages})
    )
    world.advance(timedelta(hours=1), lambda: None)
    relinked = {"seller_order_id": "N", "seller_item_ids": [{"id": item, "seller_item_id": "K"}]}
    world.act(order.order_id, "seller-acknowledge", relinked)
    world.act(other.order_id, "seller-acknowledge", {"seller_order_id": "M"})
    world.advance(timedelta(hours=3), lambda: None)
    back = again(world)
    refunds = [[each.amounts for each in view.refunds] for view in back.orders.values()]
    assert refunds == [[each.amounts for each in view.refunds] for view in world.orders.values()]
    assert [len(each) for each in refunds] == [1, 0]
