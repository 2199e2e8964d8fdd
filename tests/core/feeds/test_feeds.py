"""Feeds on the world's clock: documents, how far feeds come, and what becomes of each of their messages."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from marketplace_sandbox.core.commands.feeds import CancelFeed, CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.feeds.feeds import DocumentUsedError, FeedNotInQueueError, UnknownFeedError
from marketplace_sandbox.core.feeds.values import Feed
from marketplace_sandbox.core.notifications.outbox import FEED_PROCESSING_FINISHED
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.views.metrics import cancellation_rate
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import START, a_world, later, place, restored

US = "ATVPDKIKX0DER"
ACKNOWLEDGE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
ADJUST = "POST_PAYMENT_ADJUSTMENT_DATA"
WORKED_OFF = timedelta(seconds=90)
Json = dict[str, Any]


def upload(world: World, content: bytes = b"a file") -> str:
    document_id = world.execute(CreateFeedDocument(media_type="text/xml")).feed_document_id
    world.execute(UploadFeedDocument(document_id, content))
    return document_id


def send(world: World, *messages: Json, feed_type: str = ACKNOWLEDGE, **body: Any) -> Feed:
    wanted = {"feed_type": feed_type, "marketplace_ids": [US], "document_id": upload(world), "messages": list(messages)}
    return world.state.feeds.find(world.execute(CreateFeed.read({**wanted, **body})).feed_id)


def worked_off(world: World, *messages: Json, **body: Any) -> Feed:
    feed = send(world, *messages, **body)
    world.advance(WORKED_OFF)
    return world.state.feeds.find(feed.feed_id)


def message(number: int, order: Order | str, action: str = "seller-cancel", **arguments: Any) -> Json:
    order_id = order if isinstance(order, str) else order.order_id
    if action == "seller-cancel":
        arguments = {"reason": "no_inventory", **arguments}
    return {"message_id": str(number), "order_id": order_id, "action": action, "with": arguments}


def refund(number: int, order: Order, position: int = 0, amount: str = "5.00", **more: Any) -> Json:
    item_id = order.items[position].order_item_id
    arguments = {"amounts": [{"id": item_id, "amount": amount}], "reason": "general_adjustment"}
    return {**message(number, order, "seller-refund", **arguments), "item_id": item_id, **more}


def codes(feed: Feed) -> list[tuple[str, str, bool]]:
    return [(each.message_id, each.code, each.warning) for each in feed.results]


def counts(feed: Feed) -> tuple[int, int, int]:
    return feed.processed, feed.error_count, feed.warning_count


@pytest.mark.parametrize(
    ("after", "status"),
    [(0, "IN_QUEUE"), (29.999, "IN_QUEUE"), (30, "IN_PROGRESS"), (89.999, "IN_PROGRESS"), (90, "DONE")],
)
def test_a_feed_waits_is_worked_on_and_done(after: float, status: str) -> None:
    world = a_world()
    order = place(world, hold=False)
    feed = send(world, message(1, order))
    world.advance(timedelta(seconds=after))
    assert world.state.feeds.find(feed.feed_id).status == status
    assert world.order(order.order_id).status == ("Canceled" if status == "DONE" else "Unshipped")


def test_its_length_follows_the_settings_and_a_stuck_one_waits_longer() -> None:
    world = a_world(feed_queue_time="PT0S", feed_processing_time="PT2H")
    quick, stuck = send(world), send(world, stuck="PT6H")
    later(world, hours=2)
    feeds = world.state.feeds
    done, waiting = feeds.find(quick.feed_id), feeds.find(stuck.feed_id)
    assert (done.status, done.started_at, done.ended_at) == ("DONE", START, START + timedelta(hours=2))
    assert waiting.status == "IN_QUEUE"
    later(world, hours=5, minutes=59)
    assert feeds.find(stuck.feed_id).status == "IN_PROGRESS"
    later(world, minutes=1)
    assert feeds.find(stuck.feed_id).status == "DONE"


def test_every_message_is_judged_alone_and_by_how_things_stand_then() -> None:
    world = a_world()
    good, canceled = place(world, hold=False), place(world, hold=False)
    feed = send(world, message(1, good), message(2, canceled), message(3, "902-0000001-0000001"))
    world.act(canceled.order_id, "buyer-cancel")
    world.advance(WORKED_OFF)
    feed = world.state.feeds.find(feed.feed_id)
    assert (feed.status, counts(feed)) == ("DONE", (3, 2, 0))
    assert codes(feed) == [("2", "ALREADY_CANCELED", False), ("3", "UNKNOWN_ORDER", False)]
    assert world.order(good.order_id).status == "Canceled"
    ended = world.order(canceled.order_id).cancellation
    assert ended is not None
    assert ended.by == "BUYER"


def test_messages_are_taken_in_their_order() -> None:
    world = a_world()
    order = place(world, hold=False)
    shipped = message(1, order, "seller-confirm-shipment", carrier="UPS", tracking="1Z")
    feed = worked_off(world, shipped, message(2, order))
    assert codes(feed) == [("2", "ALREADY_CONFIRMED", False)]
    assert world.order(order.order_id).status == "Shipped"


def test_a_message_for_a_part_is_refused_and_the_rest_goes_through() -> None:
    world = a_world()
    part, whole = place(world, hold=False), place(world, hold=False)
    feed = worked_off(world, message(1, part, items=[part.items[0].order_item_id]), message(2, whole))
    assert codes(feed) == [("1", "PARTIAL_CANCEL_UNSUPPORTED", False)]
    assert [world.order(each.order_id).status for each in (part, whole)] == ["Unshipped", "Canceled"]


def test_what_could_not_be_read_is_passed_on() -> None:
    world = a_world()
    unread = {"message_id": "1", "order_id": "x", "code": "25441", "text": "No order has such an id."}
    heading = {"message_id": "0", "code": "90061", "text": "There is a column too many.", "remark": True}
    feed = worked_off(world, heading, unread)
    assert codes(feed) == [("0", "90061", True), ("1", "25441", False)]
    assert counts(feed) == (1, 1, 0)


def test_arguments_that_cannot_be_read_are_refused() -> None:
    world = a_world()
    order = place(world, hold=False)
    feed = worked_off(world, message(1, order, items=[{"id": order.items[0].order_item_id, "quantity": 0}]))
    assert codes(feed) == [("1", "INVALID_FIELD", False)]
    assert world.order(order.order_id).status == "Unshipped"


@pytest.mark.parametrize(
    ("how", "code"), [({"fatal": {"code": "5000", "text": "No XML."}}, "5000"), ({"fate": "fatal"}, "")]
)
def test_a_fatal_feed_does_nothing(how: Json, code: str) -> None:
    world = a_world()
    order = place(world, hold=False)
    feed = worked_off(world, message(1, order), **how)
    assert (feed.status, feed.results, bool(feed.document_id)) == ("FATAL", (), True)
    assert (feed.fatal[0] if feed.fatal else "") == code
    assert world.order(order.order_id).status == "Unshipped"


def test_only_what_waits_can_be_canceled() -> None:
    world = a_world()
    order, other = place(world, hold=False), place(world, hold=False)
    waiting, begun = send(world, message(1, order)), send(world, message(1, other))
    world.execute(CancelFeed(feed_id=waiting.feed_id))
    world.advance(timedelta(seconds=30))
    with pytest.raises(FeedNotInQueueError, match="IN_PROGRESS"):
        world.execute(CancelFeed(feed_id=begun.feed_id))
    with pytest.raises(UnknownFeedError):
        world.execute(CancelFeed(feed_id="1"))
    world.advance(timedelta(hours=1))
    statuses = [world.state.feeds.find(each.feed_id).status for each in (waiting, begun)]
    assert statuses == ["CANCELLED", "DONE"]
    assert [world.order(each.order_id).status for each in (order, other)] == ["Unshipped", "Canceled"]


def test_feeds_of_a_type_run_one_after_another_in_their_order() -> None:
    world = a_world()
    first, second, third = send(world), send(world), send(world)
    other = send(world, feed_type=ADJUST)
    world.advance(timedelta(seconds=89))

    def states() -> list[str]:
        return [str(world.state.feeds.find(each.feed_id).status) for each in (first, second, third, other)]

    assert states() == ["IN_PROGRESS", "IN_QUEUE", "IN_QUEUE", "IN_PROGRESS"]
    receipt = world.advance(timedelta(seconds=1))
    assert states() == ["DONE", "IN_PROGRESS", "IN_QUEUE", "DONE"]
    assert [each.what for each in receipt.fired] == ["feed-finish", "feed-start", "feed-finish"]
    world.execute(CancelFeed(feed_id=third.feed_id))
    world.advance(timedelta(minutes=5))
    assert states() == ["DONE", "DONE", "CANCELLED", "DONE"]
    ended = world.state.feeds.find(second.feed_id)
    assert (ended.started_at, ended.ended_at) == (later_by(world, 90), later_by(world, 150))
    assert restored(world).state.feeds.all == world.state.feeds.all


def later_by(world: World, seconds: int) -> datetime:
    return world.opening.start + timedelta(seconds=seconds)


def test_a_feed_that_is_stuck_holds_up_no_other() -> None:
    world = a_world()
    stuck, second = send(world, stuck="PT1H"), send(world)
    world.advance(timedelta(minutes=2))
    assert str(world.state.feeds.find(stuck.feed_id).status) == "IN_QUEUE"
    assert str(world.state.feeds.find(second.feed_id).status) == "DONE"
    world.advance(timedelta(hours=1))
    assert str(world.state.feeds.find(stuck.feed_id).status) == "DONE"


def test_each_end_is_told() -> None:
    world = a_world()
    done, fatal, unwanted = send(world), send(world, fate="fatal"), send(world)
    world.execute(CancelFeed(feed_id=unwanted.feed_id))
    world.advance(2 * WORKED_OFF)
    finished_job = [
        each.finished_job for each in world.state.notices if each.notification_type == FEED_PROCESSING_FINISHED
    ]
    said = {each.job_id: (each.job_type, each.status, bool(each.document_id)) for each in finished_job if each}
    assert said == {
        unwanted.feed_id: (ACKNOWLEDGE, "CANCELLED", False),
        done.feed_id: (ACKNOWLEDGE, "DONE", True),
        fatal.feed_id: (ACKNOWLEDGE, "FATAL", True),
    }


@pytest.mark.parametrize(("reason", "counted"), [("buyer_canceled", 0), ("no_inventory", 1)])
def test_the_reason_decides_whether_a_requested_cancellation_counts(reason: str, counted: int) -> None:
    world = a_world()
    order = place(world, hold=False)
    later(world, hours=1)
    world.act(order.order_id, "buyer-request-cancellation")
    worked_off(world, message(1, order, reason=reason))
    assert cancellation_rate(world.orders.values(), world.now(), world.policy).canceled == counted


def test_an_acknowledgement_links_the_sellers_id_by_which_the_order_is_found_from_then_on() -> None:
    world = a_world()
    order = place(world, hold=False)
    notices = len(world.state.notices)
    worked_off(world, message(1, order, "seller-acknowledge", seller_order_id="M-1"))
    after = world.order(order.order_id)
    assert (after.seller_order_id, after.status, after.last_updated_at) == ("M-1", "Unshipped", order.last_updated_at)
    assert [each.notification_type for each in world.state.notices[notices:]] == [FEED_PROCESSING_FINISHED]
    by_own_id = {"message_id": "1", "seller_order_id": "M-1", "action": "seller-confirm-shipment"}
    strange = {**by_own_id, "message_id": "2", "seller_order_id": "M-2"}
    assert codes(worked_off(world, by_own_id, strange)) == [("2", "UNKNOWN_ORDER", False)]
    assert world.order(order.order_id).status == "Shipped"


def test_a_file_names_items_by_their_ids() -> None:
    world = a_world()
    order = place(world, hold=False)
    by_sku, unknown = message(1, order, items=[{"id": "A"}]), message(2, order, items=[{"id": "C"}])
    feed = worked_off(world, by_sku, unknown)
    assert codes(feed) == [("1", "INVALID_ITEM", False), ("2", "INVALID_ITEM", False)]
    assert "'A' is the SKU of an item, not its id" in feed.results[0].text
    assert world.order(order.order_id).status == "Unshipped"


def test_one_id_of_the_sellers_for_several_items_names_none_of_them() -> None:
    """Source: ITEMS-OF-ONE-SKU (a seller who links his SKU as his id of an item links it to both)."""
    world = a_world()
    order = place(world, hold=False, items=[{"sku": "MUG", "quantity": 2}, {"sku": "MUG"}, {"sku": "CUP"}])
    first, second, third = (each.order_item_id for each in order.items)
    links = [{"id": each, "seller_item_id": own} for each, own in ((first, "MUG"), (second, "MUG"), (third, "CUP"))]
    both = message(2, order, "seller-confirm-shipment", items=[{"seller_item_id": "CUP"}, {"seller_item_id": "MUG"}])
    refunds = message(3, order, "seller-refund", reason="other", amounts=[{"seller_item_id": "MUG", "amount": "1.00"}])
    feed = worked_off(world, message(1, order, "seller-acknowledge", seller_item_ids=links), both, refunds)
    assert codes(feed) == [("2", "INVALID_ITEM", False), ("3", "INVALID_ITEM", False)]
    both_ids = f"bear the seller's id 'MUG', '{first}' and '{second}'; name each of them by its order item id."
    assert {each.text for each in feed.results} == {f"2 items of order {order.order_id} {both_ids}"}
    assert world.order(order.order_id).quantity_confirmed == 0
    alone = message(1, order, "seller-confirm-shipment", items=[{"seller_item_id": "CUP"}, {"id": second}])
    assert codes(worked_off(world, alone)) == []
    assert [each.quantity_confirmed for each in world.order(order.order_id).items] == [0, 1, 1]


# Doing nothing twice


def refunded(world: World, order: Order) -> Decimal:
    return sum((each.amount for one in world.order(order.order_id).refunds for each in one.amounts), Decimal(0))


def test_the_same_file_does_not_act_twice() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment")
    one = worked_off(world, refund(1, order), feed_type=ADJUST, digest="abc")
    again = worked_off(world, refund(1, order), feed_type=ADJUST, digest="abc")
    assert (codes(one), codes(again)) == ([], [("1", "ALREADY_PROCESSED", True)])
    assert counts(again) == (1, 0, 1)
    assert refunded(world, order) == 5
    worked_off(world, refund(1, order), feed_type=ADJUST, digest="another file")
    assert refunded(world, order) == 10


def test_what_was_refused_is_tried_again_when_the_file_comes_again() -> None:
    world = a_world()
    order = place(world, hold=False)
    assert codes(worked_off(world, refund(1, order), digest="abc")) == [("1", "SHIPMENT_NOT_CONFIRMED", False)]
    world.act(order.order_id, "seller-confirm-shipment")
    assert codes(worked_off(world, refund(1, order), digest="abc")) == []
    assert refunded(world, order) == 5


# Adjustments


def test_a_refund_by_feed_is_paid_at_once_and_cannot_be_taken_back() -> None:
    world = a_world()
    order = place(world, hold=False)
    assert codes(worked_off(world, refund(1, order))) == [("1", "SHIPMENT_NOT_CONFIRMED", False)]
    world.act(order.order_id, "seller-confirm-shipment")
    worked_off(world, refund(1, order))
    (paid,) = world.order(order.order_id).refunds
    assert paid.state == "released"
    feed = worked_off(world, message(1, order, "seller-cancel-refund", refund_id=paid.refund_id))
    assert codes(feed) == [("1", "REFUND_NOT_PENDING", False)]
    assert [each.kind for each in world.state.mail].count("refund_released") == 1


@pytest.mark.parametrize("amount", ["20.01", "0.00", "-1.00"])
def test_a_refund_stays_within_what_is_left(amount: str) -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment")
    feed = worked_off(world, refund(1, order, amount=amount), refund(2, order, amount="20.00"), refund(3, order))
    assert codes(feed) == [("1", "INVALID_AMOUNT", False), ("3", "INVALID_AMOUNT", False)]
    assert refunded(world, order) == 20


def test_a_refund_is_in_the_orders_currency() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment")
    feed = worked_off(world, refund(1, order, currency="EUR"), refund(2, order, currency="USD"))
    assert codes(feed) == [("1", "INVALID_CURRENCY", False)]
    assert refunded(world, order) == 5


def test_of_a_part_shipped_order_only_what_is_confirmed_is_refunded() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.act(order.order_id, "seller-confirm-shipment", {"items": ["A"]})
    feed = worked_off(world, refund(1, order), refund(1, order, position=1))
    assert [(each.message_id, each.rows, each.code) for each in feed.results] == [
        ("1", (("1", order.items[1].order_item_id),), "SHIPMENT_NOT_CONFIRMED")
    ]
    assert refunded(world, order) == 5


def test_an_early_adjustment_may_wait_for_the_confirmation() -> None:
    world = a_world(early_adjustment="hold")
    order = place(world, hold=False)
    feed = worked_off(world, refund(1, order), refund(2, order, position=1), digest="abc")
    assert (codes(feed), counts(feed)) == ([("1", "ADJUSTMENT_HELD", True), ("2", "ADJUSTMENT_HELD", True)], (2, 0, 2))
    assert codes(worked_off(world, refund(1, order), digest="abc")) == [("1", "ALREADY_PROCESSED", True)]
    assert refunded(world, order) == 0
    receipt = world.act(order.order_id, "seller-confirm-shipment", {"items": ["A"]})
    assert [each.what for each in receipt.fired] == ["held-adjustment"]
    assert refunded(world, order) == 5, "the other item still waits"
    world.act(order.order_id, "seller-confirm-shipment")
    assert refunded(world, order) == 10
    assert world.order(order.order_id).refunds[-1].state == "released"
    later(world, days=1)
    assert refunded(restored(world), order) == 10


def test_what_waits_for_a_canceled_order_is_forgotten() -> None:
    world = a_world(early_adjustment="hold")
    order = place(world, hold=False)
    worked_off(world, refund(1, order))
    world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    later(world, days=1)
    assert world.order(order.order_id).refunds == ()


def test_an_adjustment_that_is_wrong_in_itself_does_not_wait() -> None:
    world = a_world(early_adjustment="hold")
    order = place(world, hold=False)
    worked_off(world, refund(1, order, amount="20.01"))
    world.act(order.order_id, "seller-confirm-shipment")
    assert refunded(world, order) == 0
    assert world.state.order_events[-1].outcome == "invalid_amount"


# Documents


def test_a_document_is_good_for_one_feed() -> None:
    world = a_world()
    feed = send(world)
    with pytest.raises(DocumentUsedError, match=feed.feed_id):
        send(world, document_id=feed.input_id)
    with pytest.raises(DocumentUsedError):
        world.execute(UploadFeedDocument(feed.input_id, b""))
    assert len(world.state.feeds.all) == 1


def test_a_document_may_be_sent_again_before_it_is_used() -> None:
    world = a_world()
    document_id = upload(world, b"one")
    world.execute(UploadFeedDocument(document_id, b"two"))
    assert world.state.feeds.document(document_id).content == b"two"


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        (
            {"feed_type": "POST_ORDER_ACKNOWLEDGMENT_DATA"},
            "feed_type",
            f"There is no feed_type 'POST_ORDER_ACKNOWLEDGMENT_DATA'; did you mean '{ACKNOWLEDGE}'?",
        ),
        (
            {"marketplace_ids": ["ATVPDKIKX0DEX"]},
            "marketplace_ids[0]",
            f"There is no marketplace 'ATVPDKIKX0DEX' in marketplace_ids; did you mean '{US}'?",
        ),
        ({"marketplace_ids": []}, "marketplace_ids", "marketplace_ids has at least one entry; this one has 0."),
        ({"document_id": "empty"}, "document_id", "document_id amzn1.tortuga.4."),
    ],
)
def test_what_cannot_be_sent_changes_nothing(body: Json, field: str, told: str) -> None:
    world = a_world()
    if "document_id" in body:
        empty = world.execute(CreateFeedDocument(media_type="text/xml")).feed_document_id
        body = {"document_id": empty}
    with pytest.raises(FieldError) as bad:
        send(world, **body)
    assert (bad.value.field_path, dict(world.state.feeds.all)) == (field, {})
    assert str(bad.value).startswith(told)


def test_an_unknown_document_is_refused() -> None:
    with pytest.raises(UnknownFeedError, match="amzn1"):
        send(a_world(), document_id="amzn1.tortuga.4.x")


def test_a_file_may_come_with_the_call() -> None:
    world = a_world()
    command = CreateFeed(ACKNOWLEDGE, (US,), media_type="text/xml", content=b"abc")
    feed = world.state.feeds.find(world.execute(command).feed_id)
    document = world.state.feeds.document(feed.input_id)
    assert (document.content, document.media_type, document.feed_id) == (b"abc", "text/xml", feed.feed_id)


@pytest.mark.parametrize(("days", "kept"), [(89, True), (90, False)])
def test_files_are_kept_for_ninety_days(days: int, kept: bool) -> None:
    world = a_world()
    feed = worked_off(world, message(1, "902-0000001-0000001"))
    world.advance(feed.created_at + timedelta(days=days))
    feeds = world.state.feeds
    assert bool(feeds.of_result(feed.document_id, world.now())) is kept
    assert (feeds.content_of(feed.input_id, world.now()) is not None) is kept
    send(world)
    assert bool(feeds.of_result(feed.document_id, world.now())) is kept
    assert (world.state.feeds.document(feed.input_id).content is not None) is kept
    old = world.state.feeds.find(feed.feed_id)
    assert (bool(old.messages), bool(old.results)) == (kept, kept)


def test_a_jump_equals_its_pieces_and_a_world_its_journal() -> None:
    whole, cut = a_world(), a_world()
    for world in (whole, cut):
        order = place(world, hold=False)
        send(world, message(1, order))
        send(world, message(1, order), digest="x")
        send(world, stuck="PT10M")
    later(whole, minutes=20)
    for _ in range(120):
        later(cut, seconds=10)
    assert whole.state.feeds.all == cut.state.feeds.all
    assert [each.notice_id for each in whole.state.notices] == [each.notice_id for each in cut.state.notices]
    assert restored(whole).state.feeds.all == whole.state.feeds.all
    assert restored(whole).state.feeds.documents == whole.state.feeds.documents
