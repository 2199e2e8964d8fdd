"""How a delivery waits, goes twice, slows down and is given up; and that the journal gives the same again."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.notifications import (
    PostponeDelivery,
    RecordAttempt,
    Resend,
    Subscribe,
    Unsubscribe,
)
from marketplace_sandbox.core.notifications.outbox import DeliveryStatus
from marketplace_sandbox.core.refusals import UnknownSubscriberError
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import START, a_world, place, restored

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


def told(count: int = 1) -> tuple[World, list[str]]:
    """A world with a webhook and so many requests to tell of."""
    world = a_world()
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret=SECRET))
    orders = [place(world, hold=False) for _ in range(count)]
    for order in orders:
        for each in list(world.state.outgoing):
            world.execute(RecordAttempt(delivery_id=each, code=200))
        assert world.order(order.order_id)
    world.advance(timedelta(hours=1))
    for each in list(world.state.outgoing):
        world.execute(RecordAttempt(delivery_id=each, code=200))
    for order in orders:
        world.act(order.order_id, "buyer-request-cancellation")
    assert len(world.state.outgoing) == count
    return world, list(world.state.outgoing)


def attempted(world: World, delivery_id: str, code: int | None = 200, **more: Any) -> None:
    world.execute(RecordAttempt.read({"delivery_id": delivery_id, "code": code, **more}))


def test_a_postponed_delivery_goes_at_its_instant() -> None:
    world, (first,) = told()
    until = world.now() + timedelta(minutes=5)
    world.execute(PostponeDelivery.read({"delivery_id": first, "until": format_instant(until)}))
    assert not world.state.outgoing
    assert world.state.deliveries[first].next_at == until
    world.advance(until - timedelta(seconds=1))
    assert not world.state.outgoing
    world.advance(until)
    assert list(world.state.outgoing) == [first]
    assert list(restored(world).state.outgoing) == [first]


def test_a_delivery_that_waits_behind_others_goes_after_them_or_when_its_time_is_over() -> None:
    world, (first, second, third) = told(3)
    until = format_instant(world.now() + timedelta(minutes=5))
    world.execute(PostponeDelivery.read({"delivery_id": first, "behind": 2, "until": until}))
    attempted(world, second)
    assert list(world.state.outgoing) == [third]
    attempted(world, third, 500)
    assert list(world.state.outgoing) == [first]
    attempted(world, first)
    world.advance(timedelta(minutes=6))
    assert world.state.deliveries[first].status is DeliveryStatus.DELIVERED
    assert len(world.state.deliveries[first].attempts) == 1

    world, (first, second, _) = told(3)
    world.execute(PostponeDelivery.read({"delivery_id": first, "behind": 9, "until": until}))
    world.advance(timedelta(minutes=5))
    assert first in world.state.outgoing


def test_a_delivery_waits_for_something() -> None:
    world, (first,) = told()
    with pytest.raises(FieldError, match="until an instant, or behind"):
        world.execute(PostponeDelivery.read({"delivery_id": first}))
    assert first in world.state.outgoing


@pytest.mark.parametrize("second", [200, 500])
def test_a_repeated_delivery_goes_twice_and_stays_delivered(second: int) -> None:
    world, (first,) = told()
    attempted(world, first, 200, again=True)
    assert list(world.state.outgoing) == [first]
    attempted(world, first, second)
    delivery = world.state.deliveries[first]
    assert (delivery.status, len(delivery.attempts)) == (DeliveryStatus.DELIVERED, 2)
    assert restored(world).state.deliveries[first] == delivery or not world.state.outgoing


@pytest.mark.parametrize(
    ("code", "retry_after", "wait"),
    [
        (500, None, timedelta(seconds=5)),
        (429, None, timedelta(minutes=5)),
        (502, None, timedelta(minutes=5)),
        (504, None, timedelta(minutes=5)),
        (429, 600, timedelta(minutes=10)),
        (503, 60, timedelta(minutes=5)),
        (503, 1800, timedelta(minutes=30)),
        (429, 10**9, timedelta(days=1)),
    ],
)
def test_a_receiver_slows_the_sender_down(code: int, retry_after: int | None, wait: timedelta) -> None:
    world, (first, second) = told(2)
    now = world.now()
    attempted(world, first, code, retry_after=retry_after)
    assert world.state.deliveries[first].next_at == now + wait
    held = code != 500
    assert (second in world.state.outgoing) is not held
    assert world.state.deliveries[second].next_at == (now + wait if held else None)
    world.advance(now + wait)
    assert set(world.state.outgoing) == {first, second}


def test_what_comes_while_the_receiver_is_left_alone_waits_and_success_ends_it() -> None:
    world, (first,) = told()
    attempted(world, first, 429, retry_after=600)
    until = world.state.deliveries[first].next_at
    order = place(world, hold=False)
    assert not world.state.outgoing
    assert until is not None
    world.advance(until)
    attempted(world, first)
    for each in list(world.state.outgoing):
        attempted(world, each)
    world.act(order.order_id, "seller-confirm-shipment")
    assert len(world.state.outgoing) == 1


def test_resending_goes_at_once_and_needs_somebody() -> None:
    world, (first,) = told()
    attempted(world, first, 429, retry_after=600)
    world.execute(Resend(delivery_id=first))
    assert list(world.state.outgoing) == [first]
    world.execute(Unsubscribe(subscriber_id=world.state.deliveries[first].subscriber_id))
    with pytest.raises(UnknownSubscriberError):
        world.execute(Resend(delivery_id=first))


def test_the_journal_gives_waiting_deliveries_again() -> None:
    world, (first, second, third) = told(3)
    world.execute(PostponeDelivery.read({"delivery_id": first, "behind": 2}))
    attempted(world, second, 429, retry_after=30)
    again = restored(world)
    assert again.state.deliveries.keys() == world.state.deliveries.keys()
    for each in (first, second, third):
        mine, theirs = world.state.deliveries[each], again.state.deliveries[each]
        assert (mine.status, mine.attempts, mine.next_at) == (theirs.status, theirs.attempts, theirs.next_at)
    for one in (world, again):
        one.advance(timedelta(minutes=6))
        attempted(one, third)
        attempted(one, second)
    assert list(world.state.outgoing) == list(again.state.outgoing) == [first]
    assert world.now() > START
