"""How much a seller may have: each bound holds at the number it names, and never for what is there already."""

from typing import Any

import pytest

from marketplace_sandbox.core.bounds import BoundError
from marketplace_sandbox.core.commands.feeds import CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.commands.notifications import Subscribe, Unsubscribe
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.world import World
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


def test_a_seller_has_so_many_webhooks_and_subscriptions() -> None:
    world = a_world(most_subscribers=1)
    subscribe = Subscribe(url="http://127.0.0.1:9/", secret="whsec_")
    subscriber = world.execute(subscribe).subscriber
    assert subscriber
    with pytest.raises(BoundError, match="There may be 1 webhooks and subscriptions of the seller"):
        world.execute(subscribe)
    world.execute(Unsubscribe(subscriber.subscriber_id))
    world.execute(subscribe)
