"""How much a seller may have: each bound holds at the number it names, and never for what is there already."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.feeds import CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    RecordAttempt,
    Resend,
    SendTestNotification,
    Subscribe,
    Unsubscribe,
)
from marketplace_sandbox.core.commands.orders import Act, PlaceOrders
from marketplace_sandbox.core.commands.reports import AcknowledgeReports, CreateReport, ScheduleReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.data.layers import Table
from marketplace_sandbox.core.data.log import Log
from marketplace_sandbox.core.data.timers import Timers
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.world.bounds import GROWS, SELLER_BOUNDS, BoundError
from marketplace_sandbox.core.world.world import World
from tests.core.simulation import simulate
from tests.core.worlds import a_world, later, place, restored

US = "ATVPDKIKX0DER"


def picture(world: World) -> Any:
    return world.version, len(world.orders), world.state.kept_files(world.now(), "")


def upload(world: World, content: bytes) -> str:
    document_id = world.execute(CreateFeedDocument(media_type="text/xml")).feed_document_id
    world.execute(UploadFeedDocument(document_id, content))
    return document_id


def test_a_seller_has_so_many_orders() -> None:
    world = a_world(most_orders=3)
    world.place_orders({"count": 3})
    before = picture(world)
    for form in ({}, {"count": 2}):
        with pytest.raises(BoundError, match=r"There may be 3 orders .* the setting most_orders says how many") as full:
            world.place_orders(form)
        assert full.value.field_path == "count"
    assert picture(world) == before
    world.execute(ConfigurePolicy({"most_orders": 4}))
    place(world)
    assert len(world.orders) == 4


def test_what_is_there_already_stays() -> None:
    world = a_world()
    world.place_orders({"count": 3})
    world.execute(ConfigurePolicy({"most_orders": 1, "most_entries": 1}))
    assert len(restored(world).orders) == 3
    later(world, days=30)
    assert {str(each.status) for each in world.orders.values()} == {"Canceled"}, "time goes on in a world that is full"
    with pytest.raises(BoundError, match="the setting most_entries"):
        world.act(next(iter(world.orders)), "buyer-message", {"text": "Where is it?"})
    world.execute(ConfigurePolicy({"most_entries": None}))
    world.act(next(iter(world.orders)), "buyer-message", {"text": "Where is it?"})


def test_a_seller_has_so_many_feed_files_and_bytes_in_them() -> None:
    world = a_world(most_feed_files=2, most_feed_bytes=10)
    upload(world, b"12345")
    document_id = upload(world, b"1234")
    before = picture(world)
    with pytest.raises(BoundError, match="There may be 2 feed files of the seller, and these would be 3"):
        world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"1"))
    assert picture(world) == before
    world.execute(ConfigurePolicy({"most_feed_files": 3}))
    with pytest.raises(BoundError, match="There may be 10 bytes in the seller's feed files, and these would be 11"):
        world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"12"))
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), document_id))
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"1"))


def test_what_is_kept_no_longer_makes_room() -> None:
    world = a_world(most_feed_files=1, feed_retention="P1D")
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"1"))
    with pytest.raises(BoundError):
        world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"1"))
    later(world, days=2)
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"1"))


def test_a_file_that_is_sent_again_counts_once() -> None:
    world = a_world(most_feed_files=1, most_feed_bytes=6)
    document_id = upload(world, b"12345")
    world.execute(UploadFeedDocument(document_id, b"123456"))
    assert world.state.kept_files(world.now(), "") == [6]


def test_files_are_counted_as_they_come_and_go() -> None:
    world = a_world(feed_retention="P1D")
    document_id = upload(world, b"12345")
    world.execute(UploadFeedDocument(document_id, b"123"))
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), document_id))
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"1"))
    assert world.state.feed_files_at_most == (2, 4)
    assert sum(world.state.kept_files(world.now(), "")) == 4
    later(world, days=1)
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"12"))
    assert world.state.feed_files_at_most == (1, 2)
    assert restored(world).state.feed_files_at_most == (1, 2)


def test_a_seller_has_so_many_webhooks_and_subscriptions() -> None:
    world = a_world(most_subscribers=1)
    subscribe = Subscribe(url="http://127.0.0.1:9/", secret="whsec_")
    subscriber = world.execute(subscribe).subscriber
    assert subscriber
    with pytest.raises(BoundError, match="There may be 1 webhook or subscription of the seller"):
        world.execute(subscribe)
    world.execute(Unsubscribe(subscriber.subscriber_id))
    world.execute(subscribe)


SHIPPING, ALL_ORDERS = "GET_ORDER_REPORT_DATA_SHIPPING", "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"


def lively() -> World:
    """A world with something of everything."""
    world = a_world()
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_x"))
    destination_id = world.execute(CreateDestination("q", arn="arn:aws:sqs:us-east-1:1:q")).destination_id
    world.execute(SendTestNotification(destination_id, "ORDER_CHANGE", "OrderStatusChange"))
    order = place(world)
    world.act(order.order_id, "buyer-message", {"text": "Where is it?"})
    later(world, minutes=31)
    world.act(order.order_id, "seller-message", {"kind": "out_of_stock"})
    world.act(order.order_id, "buyer-request-cancellation")
    world.execute(CreateReport(ALL_ORDERS, (US,)))
    world.execute(ScheduleReport(SHIPPING, (US,), "PT1H"))
    upload(world, b"<a/>")
    world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"<b/>"))
    later(world, minutes=31)
    return world


def bringing(world: World) -> dict[str, Command]:
    """For each setting a command that brings more of what it bounds."""
    message = Act(next(iter(world.orders)), "buyer-message", {"text": "And now?"}, "control")
    return dict.fromkeys((each.setting for each in SELLER_BOUNDS), message) | {
        "most_orders": PlaceOrders({}),
        "most_subscribers": Subscribe(url="http://127.0.0.1:8/", secret="whsec_y"),
        "most_destinations": CreateDestination("p", arn="arn:aws:sqs:us-east-1:1:p"),
        "most_reports": CreateReport(ALL_ORDERS, (US,)),
        "most_report_schedules": ScheduleReport("GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING", (US,), "PT1H"),
        "most_feed_documents": CreateFeedDocument(media_type="text/xml"),
    }


@pytest.mark.parametrize("bound", SELLER_BOUNDS, ids=lambda each: str(each.setting))
def test_each_bound_holds_at_the_number_it_names(bound: Any) -> None:
    """So do `most_order_events`, `most_notices`, `most_deliveries`, `most_mail`, `most_messages` and `most_timers`."""
    world = lively()
    command, count = bringing(world)[bound.setting], bound.count(world.state)
    assert count, "something of it is there"
    count += bound.setting == "most_entries"  # the setting itself is an entry
    world.execute(ConfigurePolicy({bound.setting: count}))
    before = world.version, bound.count(world.state)
    with pytest.raises(BoundError, match=f"There may be {count} .*; the setting {bound.setting} says how many"):
        world.execute(command)
    assert (world.version, bound.count(world.state)) == before
    world.execute(ConfigurePolicy({bound.setting: count + 2}))
    world.execute(command)


def test_a_file_that_comes_with_its_feed_is_a_document_too() -> None:
    world = a_world(most_feed_documents=1)
    feed = CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", (US,), content=b"<b/>")
    world.execute(feed)
    with pytest.raises(BoundError, match="There may be 1 feed document of the seller, and these would be 2"):
        world.execute(feed)


def test_a_delivery_is_not_sent_for_ever() -> None:
    world = a_world(most_attempts=2)
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_x"))
    place(world)
    later(world, minutes=31)
    (delivery_id,) = world.state.deliveries
    for _ in range(2):
        world.execute(RecordAttempt(delivery_id, 200, 1))
    with pytest.raises(BoundError, match="There may be 2 attempts of a delivery, and these would be 3"):
        world.execute(Resend(delivery_id))


def test_where_even_time_has_no_room_only_that_bound_can_be_set() -> None:
    world = lively()
    world.execute(ConfigurePolicy({"most_entries_with_time": world.version + 1}))
    refused: tuple[Callable[[], Any], ...] = (
        lambda: later(world, hours=1),
        lambda: world.execute(ConfigurePolicy({"listing_lag": "PT2M"})),
        lambda: world.execute(AcknowledgeReports(tuple(world.state.reports.all), acknowledged=True)),
    )
    for each in refused:
        with pytest.raises(BoundError, match="the setting most_entries_with_time says how many"):
            each()
    assert not world.advancing
    world.execute(ConfigurePolicy({"most_entries_with_time": None}))
    later(world, hours=1)


@pytest.mark.parametrize("setting", ["most_reports", "most_notices", "most_deliveries"])
def test_report_schedules_rest_in_a_world_that_is_full(setting: str) -> None:
    world = lively()
    known = len(world.state.reports.all)
    world.execute(ConfigurePolicy({setting: 1}))
    later(world, hours=10)
    assert len(world.state.reports.all) == known
    at = world.now()
    world.execute(ConfigurePolicy({setting: None}))
    later(world, hours=1)
    made = list(world.state.reports.all.values())[known:]
    assert [each.schedule_id for each in made] == list(world.state.reports.schedules)
    assert made[0].start < at - timedelta(hours=9), "it covers what was not told meanwhile"
    assert restored(world).state.reports.all.keys() == world.state.reports.all.keys()


def test_settings_that_change_again_and_again_leave_no_timers_behind() -> None:
    world = a_world()
    world.place_orders({"count": 10})
    for number in range(1_000):
        world.execute(ConfigurePolicy({"auto_cancel_after": f"P{1 + number % 7}D", "hold_period": f"PT{number}M"}))
    assert len(world.state.data.schedule.timers) < 2_000
    world.execute(ConfigurePolicy({"auto_cancel_after": "P7D"}))
    fired = world.advance(timedelta(days=30)).fired
    assert sorted(each.what for each in fired).count("auto-cancel") == 10, "each fires once"


def sizes(held: Any, seen: set[int]) -> dict[str, int]:
    """How much each thing of a world holds, by the name of the attribute that it is held by."""
    found: dict[str, int] = {}
    names = [*getattr(held, "__dict__", ()), *getattr(type(held), "__slots__", ())]
    for name in names:
        value = getattr(held, name, None)
        if id(value) in seen or value is None:
            continue
        seen.add(id(value))
        if hasattr(value, "__len__") and not isinstance(value, str | bytes | tuple):
            found[name] = len(value)
        elif type(value).__module__.startswith("marketplace_sandbox.core.") and not isinstance(value, World):
            found |= sizes(value, seen)
    return found


def test_all_that_grows_in_a_world_has_a_bound() -> None:
    names = {name for name, value in a_world().state.data.named() if isinstance(value, Table | Log | Timers)}
    assert names == GROWS.keys(), "say in GROWS of core/world/bounds.py which setting bounds it"
    assert set(GROWS.values()) <= POLICY.keys()


def test_nothing_grows_in_a_world_beside_its_data() -> None:
    fresh, grown = sizes(a_world().state, set()), set()
    for world in (lively(), *(simulate(seed, turns=150)[0] for seed in range(3))):
        data = {id(value) for _, value in world.state.data.named()}
        grown |= {name for name, count in sizes(world.state, data).items() if count > fresh.get(name, 0)}
    few = {"overrides", "_forms"}
    assert grown <= few, (
        "there are as many settings as keys, and few forms are remembered; all else belongs in the data"
    )
