"""The courier between real worlds and real receivers on 127.0.0.1. Waits are for events, never for time."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from standardwebhooks import Webhook

from marketplace_sandbox.api.spapi.notifications.order_change import render
from marketplace_sandbox.core.commands.notifications import Resend, Subscribe, Unsubscribe
from marketplace_sandbox.core.journal.journal import StoreSyncError
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.notifications.outbox import RETRY_DELAYS, Delivery
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.delivery import courier as couriers
from marketplace_sandbox.delivery.courier import Courier
from marketplace_sandbox.delivery.outbound_message import AttemptResult, OutboundMessage, Send
from marketplace_sandbox.delivery.signature import new_secret
from marketplace_sandbox.delivery.webhook_transport import WebhookTransport
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.worlds import START, place
from tests.delivery.receivers import Post, Reply, free_url, receiving
from tests.delivery.worlds import LONG, patient_world

SECRET = new_secret()


def subscribe(world: World, url: str) -> str:
    subscriber = world.execute(Subscribe(url=url, secret=SECRET)).subscriber
    assert subscriber is not None
    return subscriber.subscriber_id


def cancel(world: World) -> None:
    """One notice."""
    world.act(place(world, hold=False).order_id, "buyer-cancel")


def deliveries(world: World) -> list[Delivery]:
    return list(world.state.deliveries.values())


def statuses(world: World) -> list[str]:
    return [str(each.status) for each in deliveries(world)]


def codes(world: World) -> list[list[int | None]]:
    return [[attempt.code for attempt in each.attempts] for each in deliveries(world)]


@contextmanager
def courier_over(attempt: Send, sync: Callable[[], None] = lambda: None) -> Iterator[Courier]:
    """A courier whose messages are handed to a function, and whose store is synced by another."""

    @contextmanager
    def transport() -> Iterator[Send]:
        yield attempt

    courier = Courier(transport, render, sync=sync)
    yield courier
    courier.close()


def test_a_notice_arrives_signed_and_is_recorded(courier: Courier) -> None:
    world = patient_world()
    with receiving() as receiver:
        webhook_id = subscribe(world, receiver.url)
        cancel(world)
        courier.deliver(world, LONG)

    body = Webhook(SECRET).verify(receiver.posts[0].body, receiver.posts[0].headers)
    assert body["NotificationMetadata"]["SubscriptionId"] == webhook_id
    assert body["NotificationMetadata"]["NotificationId"] == deliveries(world)[0].delivery_id
    assert body["EventTime"] == "2026-03-02T16:00:00.000Z"
    assert statuses(world) == ["delivered"]
    assert [(a.at, a.code, a.error) for a in deliveries(world)[0].attempts] == [(START, 200, "")]
    assert not world.state.outgoing


def test_everything_outgoing_arrives_in_order(courier: Courier) -> None:
    world = patient_world()
    with receiving() as receiver:
        subscribe(world, receiver.url)
        subscribe(world, receiver.url)
        for _ in range(5):
            cancel(world)
        courier.deliver(world, LONG)

    assert receiver.ids == [each.delivery_id for each in deliveries(world)]
    assert len(set(receiver.ids)) == 10


def test_nothing_is_sent_before_it_was_synced() -> None:
    """All that is outgoing by then shares one sync; what comes meanwhile waits for the next."""
    world, log = patient_world(), list[str]()

    def attempt(message: OutboundMessage) -> AttemptResult:
        log.append(message.delivery_id)
        if len(log) == 2:
            cancel(world)
        return AttemptResult(200)

    subscribe(world, "http://127.0.0.1:1/")
    for _ in range(3):
        cancel(world)
    with courier_over(attempt, lambda: log.append("synced")) as courier:
        courier.deliver(world, LONG)
    ids = [each.delivery_id for each in deliveries(world)]
    assert log == ["synced", *ids[:3], "synced", ids[3]]


def test_what_cannot_be_synced_is_not_sent_and_is_later() -> None:
    world, sent, failure = patient_world(), list[str](), [StoreSyncError("The store cannot be synced", 0.0)]

    def attempt(message: OutboundMessage) -> AttemptResult:
        sent.append(message.delivery_id)
        return AttemptResult(200)

    def sync() -> None:
        if failure:
            raise failure.pop()

    subscribe(world, "http://127.0.0.1:1/")
    cancel(world)
    with courier_over(attempt, sync) as courier:
        courier.deliver(world, LONG)
        assert (sent, len(world.state.outgoing)) == ([], 1)
        courier.deliver(world, LONG)
    assert sent == [each.delivery_id for each in deliveries(world)]
    assert not world.state.outgoing


def test_nothing_outgoing_is_nothing_to_do(courier: Courier) -> None:
    world = patient_world()

    courier.wake(world)
    courier.deliver(world, LONG)

    assert not [each.name for each in threading.enumerate() if world.seller_id in each.name]


def test_waking_delivers_without_anybody_waiting(courier: Courier) -> None:
    world, arrived = patient_world(), threading.Event()

    def answer(_post: Post) -> Reply:
        arrived.set()
        return Reply()

    with receiving(answer) as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        courier.wake(world)
        assert arrived.wait(LONG)
        courier.deliver(world, LONG)

    assert statuses(world) == ["delivered"]


@pytest.mark.parametrize(("setting", "stamp"), [("wall", 1_700_000_000), ("virtual", int(START.timestamp()) + 31 * 60)])
def test_signatures_are_stamped_by_the_clock_that_was_chosen(setting: str, stamp: int) -> None:
    world = patient_world(signature_time=setting)
    courier = Courier(WebhookTransport().open, render, wall=lambda: 1_700_000_000.9)
    with receiving() as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        world.advance(START + timedelta(minutes=31))
        courier.deliver(world, LONG)
    courier.close()

    assert receiver.posts[0].headers["webhook-timestamp"] == str(stamp)


# A receiver that calls back


def test_a_receiver_sees_the_world_as_of_the_event(courier: Courier) -> None:
    world, seen = patient_world(), []

    def looks(post: Post) -> Reply:
        change = json.loads(post.body)["Payload"]["OrderChangeNotification"]
        seen.append((world.now(), world.order(change["AmazonOrderId"]).status.value, change["Summary"]["OrderStatus"]))
        return Reply()

    with receiving(looks) as receiver:
        subscribe(world, receiver.url)
        order = place(world)
        world.advance(START + timedelta(days=30), lambda: courier.deliver(world, LONG))

    canceled_at = order.ship_by_at + timedelta(days=7) if order.ship_by_at else None
    assert seen == [
        (START + timedelta(minutes=30), "Unshipped", "Unshipped"),
        (canceled_at, "Canceled", "Canceled"),
    ]


def test_a_receiver_may_act_and_what_it_causes_is_delivered_by_the_same_drain(courier: Courier) -> None:
    """The receiver cancels on request and has that delivered, which cannot happen before it has answered."""
    world = patient_world()
    changes = []

    def obeys(post: Post) -> Reply:
        change = json.loads(post.body)["Payload"]["OrderChangeNotification"]
        changes.append(change["OrderChangeTrigger"]["ChangeReason"])
        if change["OrderChangeType"] == "BuyerRequestedChange":
            world.act(change["AmazonOrderId"], "seller-cancel", {"reason": "buyer_canceled"})
            courier.deliver(world, LONG)
            assert statuses(world)[-1] == "pending"
        return Reply()

    with receiving(obeys) as receiver:
        order = place(world)
        world.advance(START + timedelta(minutes=30))
        subscribe(world, receiver.url)
        world.act(order.order_id, "buyer-request-cancellation")
        courier.deliver(world, LONG)

    assert changes == ["Buyer Requested Cancel", "Order Status Change"]
    assert codes(world) == [[200], [200]]


def test_a_receiver_of_a_post_that_nobody_waits_for_may_call_too(
    courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couriers, "GRACE_SECONDS", 0.05)
    world, answered = patient_world(), threading.Event()
    called: list[list[str]] = []

    def calls(_post: Post) -> Reply:
        if not called:
            cancel(world)
            courier.deliver(world, LONG)
            courier.deliver(world, LONG)
            called.append(statuses(world))
            answered.set()
        return Reply()

    with receiving(calls) as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        courier.wake(world)
        assert answered.wait(LONG)
        while world.state.outgoing:
            courier.deliver(world, LONG)

    assert called == [["pending", "pending"]]
    assert codes(world) == [[200], [200]]


def test_a_call_from_outside_waits_for_a_post_that_was_only_woken(courier: Courier) -> None:
    """The barrier: what another interface caused a moment ago has arrived when an advance by nothing returns."""
    world, under_way, go_on = patient_world(), threading.Event(), threading.Event()

    def slow(_post: Post) -> Reply:
        under_way.set()
        assert go_on.wait(LONG)
        return Reply()

    with receiving(slow) as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        courier.wake(world)
        assert under_way.wait(LONG)
        releasing = threading.Thread(target=go_on.set)
        releasing.start()
        world.advance(world.now(), lambda: courier.deliver(world, LONG))
        releasing.join()

    assert statuses(world) == ["delivered"]


def test_waiting_ends_when_its_time_is_over(courier: Courier) -> None:
    world, go_on = patient_world(), threading.Event()

    def slow(_post: Post) -> Reply:
        assert go_on.wait(LONG)
        return Reply()

    with receiving(slow) as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        courier.deliver(world, 0.05)
        assert statuses(world) == ["pending"]
        go_on.set()
        while world.state.outgoing:
            courier.deliver(world, LONG)

    assert codes(world) == [[200]]


def test_a_post_that_begins_at_once_is_not_taken_for_another_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drain that a call has started itself may be quicker than the call's own wait, which goes on all the same."""
    monkeypatch.setattr(couriers, "GRACE_SECONDS", 0.0)
    begun, waited_for = threading.Event(), threading.Event()

    def answer_late(_message: OutboundMessage) -> AttemptResult:
        begun.set()
        assert waited_for.wait(LONG)
        return AttemptResult(200)

    class Lock:
        """The courier's lock. Whoever else lets it go comes after the post has begun."""

        def __init__(self) -> None:
            self._lock, self._others = threading.RLock(), threading.current_thread()

        def __enter__(self) -> None:
            self._lock.acquire()

        def __exit__(self, *_: object) -> None:
            self._lock.release()
            if threading.current_thread() is self._others:
                assert begun.wait(LONG)

    world = patient_world()
    subscribe(world, "http://127.0.0.1:9/")
    cancel(world)
    with courier_over(answer_late) as courier:
        monkeypatch.setattr(courier, "_lock", Lock())
        waits = courier.deliver_in_steps(world, LONG)
        over, _ = next(waits)
        waited_for.set()
        over.result(LONG)
        assert list(waits) == []
        assert statuses(world) == ["delivered"]


# Sellers beside each other


def test_a_slow_receiver_delays_no_other_seller(courier: Courier) -> None:
    """A's receiver answers only once B's notice has arrived."""
    slow_world, other = patient_world(), patient_world("BSELLER")
    under_way, arrived = threading.Event(), threading.Event()

    def slow(_post: Post) -> Reply:
        under_way.set()
        assert arrived.wait(LONG)
        return Reply()

    def quick(_post: Post) -> Reply:
        arrived.set()
        return Reply()

    with receiving(slow) as slow_receiver, receiving(quick) as quick_receiver:
        subscribe(slow_world, slow_receiver.url)
        subscribe(other, quick_receiver.url)
        cancel(slow_world)
        courier.wake(slow_world)
        assert under_way.wait(LONG)
        cancel(other)
        courier.deliver(other, LONG)
        assert statuses(other) == ["delivered"]
        while slow_world.state.outgoing:
            courier.deliver(slow_world, LONG)

    assert codes(slow_world) == [[200]]


# Failure and retry


def test_a_refusing_port_is_a_failed_attempt(courier: Courier) -> None:
    world = patient_world()
    subscribe(world, free_url())
    cancel(world)

    courier.deliver(world, LONG)

    attempt = deliveries(world)[0].attempts[0]
    assert (attempt.code, attempt.error) == (None, "The connection was refused.")
    assert statuses(world) == ["failed"]
    assert deliveries(world)[0].next_at == START + timedelta(seconds=5)


def test_a_receiver_that_always_fails_is_tried_on_schedule_and_given_up(courier: Courier) -> None:
    world = patient_world()
    with receiving(lambda _: Reply(500)) as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        receipt = world.advance(START + timedelta(days=4), lambda: courier.deliver(world, LONG))

    seconds = [0, 5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    instants = [START + timedelta(seconds=sum(seconds[: n + 1])) for n in range(10)]
    assert [attempt.at for attempt in deliveries(world)[0].attempts] == instants
    assert codes(world) == [[500] * 10]
    assert statuses(world) == ["given_up"]
    assert [each.at for each in receipt.fired if each.what == "delivery-retry"] == instants[1:]
    assert len(RETRY_DELAYS) == 9
    assert len(set(receiver.ids)) == 1
    assert len({post.body for post in receiver.posts}) == 1
    assert len(receiver.posts) == 10


def test_a_receiver_that_recovers_gets_the_same_notification(courier: Courier) -> None:
    world, replies = patient_world(), [Reply(503), Reply(302, {"Location": "/"}), Reply(204)]
    with receiving(lambda _: replies.pop(0)) as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        world.advance(START + timedelta(days=1), lambda: courier.deliver(world, LONG))

    assert codes(world) == [[503, 302, 204]]
    assert statuses(world) == ["delivered"]
    assert len({(post.headers["webhook-id"], post.body) for post in receiver.posts}) == 1


def test_a_receiver_that_is_gone_gets_nothing_more(courier: Courier) -> None:
    """Not even what was outgoing already; that is given up without a post."""
    world = patient_world()
    with receiving(lambda _: Reply(410)) as receiver:
        webhook_id = subscribe(world, receiver.url)
        cancel(world)
        cancel(world)
        courier.deliver(world, LONG)
        cancel(world)
        world.advance(START + timedelta(days=4), lambda: courier.deliver(world, LONG))

    assert len(receiver.posts) == 1
    assert statuses(world) == ["given_up", "given_up"]
    assert deliveries(world)[1].attempts[0].error.startswith("Not sent:")
    assert not world.state.subscriptions.subscriber(webhook_id).active
    assert not world.state.outgoing


def test_a_webhook_deleted_while_it_is_posted_to_is_not_tried_again(courier: Courier) -> None:
    world = patient_world()

    def unsubscribes(_post: Post) -> Reply:
        world.execute(Unsubscribe(subscriber_id=webhook_id))
        return Reply(500)

    with receiving(unsubscribes) as receiver:
        webhook_id = subscribe(world, receiver.url)
        cancel(world)
        cancel(world)
        world.advance(START + timedelta(days=4), lambda: courier.deliver(world, LONG))

    assert len(receiver.posts) == 1
    assert statuses(world) == ["given_up", "given_up"]


def test_what_is_resent_keeps_its_id(courier: Courier) -> None:
    world = patient_world()
    with receiving() as receiver:
        subscribe(world, receiver.url)
        cancel(world)
        courier.deliver(world, LONG)
        world.execute(Resend(delivery_id=receiver.ids[0]))
        courier.deliver(world, LONG)

    assert receiver.ids[0] == receiver.ids[1]
    assert codes(world) == [[200, 200]]


# Nothing is lost


def test_what_was_outgoing_at_a_stop_is_sent_after_the_restart_under_the_same_id(courier: Courier) -> None:
    store = MemoryStore()
    before = World.open(Opening("ASELLER", START, 0.0, 0.0), store, lambda: 0.0)
    with receiving() as receiver:
        subscribe(before, receiver.url)
        cancel(before)
        cancel(before)
        after = World.restore(store.read("ASELLER"), store, lambda: 0.0)
        courier.wake(after)
        courier.deliver(after, LONG)

    assert receiver.ids == [each.delivery_id for each in deliveries(before)]
    assert statuses(after) == ["delivered", "delivered"]
    assert not World.restore(store.read("ASELLER"), store, lambda: 0.0).state.outgoing


def test_an_attempt_that_was_never_recorded_is_made_again() -> None:
    """As after a crash between a post and its report: at least once, under one id."""
    store, sent = MemoryStore(), []
    world = World.open(Opening("ASELLER", START, 0.0, 0.0), store, lambda: 0.0)
    subscribe(world, "http://127.0.0.1:1/")
    cancel(world)
    crashed = World.restore(store.read("ASELLER"), MemoryStore(), lambda: 0.0)

    def takes(message: OutboundMessage) -> AttemptResult:
        sent.append((message.delivery_id, message.body))
        return AttemptResult(200)

    with courier_over(takes) as courier:
        # the journal it writes to is not this world's, so nothing can be recorded
        courier.deliver(crashed, LONG)
        assert statuses(crashed) == ["pending"]
        courier.deliver(world, LONG)

    assert sent[0] == sent[1]
    assert statuses(world) == ["delivered"]


def test_an_error_of_ours_is_a_failed_attempt_and_the_next_delivery_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = patient_world()
    answers: list[AttemptResult | Exception] = [ZeroDivisionError("division by zero"), AttemptResult(200)]
    subscribe(world, "http://127.0.0.1:1/")
    cancel(world)
    cancel(world)

    def fails_once(_message: OutboundMessage) -> AttemptResult:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with courier_over(fails_once) as courier:
        courier.deliver(world, LONG)

    assert codes(world) == [[None], [200]]
    assert "division" not in deliveries(world)[0].attempts[0].error
    assert statuses(world) == ["failed", "delivered"]
    assert "could not be sent" in caplog.text


def test_a_transport_that_cannot_be_opened_loses_nothing(caplog: pytest.LogCaptureFixture) -> None:
    world, opened = patient_world(), []
    subscribe(world, "http://127.0.0.1:1/")
    cancel(world)

    @contextmanager
    def opens_at_the_second_try() -> Iterator[Send]:
        opened.append(True)
        if len(opened) == 1:
            raise OSError("too many open files")
        yield lambda _message: AttemptResult(200)

    courier = Courier(opens_at_the_second_try, render)
    courier.deliver(world, LONG)
    assert statuses(world) == ["pending"]
    courier.deliver(world, LONG)
    courier.close()

    assert statuses(world) == ["delivered"]
    assert "for now" in caplog.text


def test_a_reset_while_a_post_is_under_way_is_not_told_of_it() -> None:
    """After the reset the ids repeat; the delivery that then has the same id is still to be sent."""
    world, sent = patient_world(), []

    def story() -> None:
        subscribe(world, "http://127.0.0.1:1/")
        cancel(world)

    def resets(message: OutboundMessage) -> AttemptResult:
        sent.append(message.delivery_id)
        if len(sent) == 1:
            world.reset()
            story()
        return AttemptResult(200)

    story()
    with courier_over(resets) as courier:
        courier.deliver(world, LONG)

    assert sent[0] == sent[1]
    assert codes(world) == [[200]]
    assert len(sent) == 2


def test_a_transport_may_call_back_in_the_courier_s_own_thread() -> None:
    world, sent = patient_world(), []

    def calls(message: OutboundMessage) -> AttemptResult:
        sent.append(message.delivery_id)
        if len(sent) == 1:
            cancel(world)
        courier.deliver(world, LONG)
        return AttemptResult(200)

    subscribe(world, "http://127.0.0.1:1/")
    with courier_over(calls) as courier:
        cancel(world)
        courier.wake(world)
        while world.state.outgoing:
            courier.deliver(world, LONG)

    assert len(set(sent)) == 2


# Stopping


def test_closing_lets_the_post_under_way_end_and_begins_no_other() -> None:
    world, under_way, go_on = patient_world(), threading.Event(), threading.Event()

    def slow(_message: OutboundMessage) -> AttemptResult:
        under_way.set()
        assert go_on.wait(LONG)
        return AttemptResult(200)

    subscribe(world, "http://127.0.0.1:1/")
    cancel(world)
    cancel(world)
    with courier_over(slow) as courier:
        courier.wake(world)
        assert under_way.wait(LONG)
        courier.close(0)
        go_on.set()
        courier.close(LONG)
        courier.deliver(world, LONG)

    assert statuses(world) == ["delivered", "pending"]
    assert list(world.state.outgoing) == [deliveries(world)[1].delivery_id]


def test_many_wakes_from_many_threads_send_each_once(courier: Courier) -> None:
    world = patient_world()
    with receiving() as receiver:
        subscribe(world, receiver.url)

        def causes() -> None:
            for _ in range(10):
                cancel(world)
                courier.wake(world)

        threads = [threading.Thread(target=causes) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while world.state.outgoing:
            courier.deliver(world, LONG)

    assert sorted(receiver.ids) == sorted(each.delivery_id for each in deliveries(world))
    assert len(set(receiver.ids)) == 40
