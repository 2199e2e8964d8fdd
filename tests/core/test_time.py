"""The clock, and the advance law: a jump equals any way of cutting it up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings

from marketplace_sandbox.core.clock import LAST, Anchor, Clock
from marketplace_sandbox.core.commands.notifications import RecordAttempt, Subscribe, Unsubscribe
from marketplace_sandbox.core.refusals import ClockBusyError, EndOfTimeError, NothingDueError, TimeGoesForwardError
from marketplace_sandbox.core.world.world import World
from tests.core.actors import TURNS, Turn, answer, in_one_jump, in_pieces, picture, play
from tests.core.worlds import START, a_world, later, place


class Real:
    """A real clock in the test's hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_clock_runs_at_its_rate() -> None:
    real = Real()
    clock = Clock(START, 60, real)
    real.seconds += 2
    assert clock.now() == START + timedelta(minutes=2)
    clock.restore(Anchor(clock.now(), real.seconds, 1))
    real.seconds += 2
    assert clock.now() == START + timedelta(minutes=2, seconds=2)


def test_a_frozen_clock_stands() -> None:
    real = Real()
    clock = Clock(START, 0, real)
    real.seconds += 1e9
    assert clock.now() == START


def test_a_clock_never_goes_back() -> None:
    real = Real()
    clock = Clock(START, 1, real)
    real.seconds += 10
    before = clock.now()
    real.seconds -= 10
    assert clock.now() == before
    clock.restore(Anchor(START, real.seconds, 0))
    assert clock.now() == before


def test_all_that_a_command_brings_about_happens_by_one_reading_of_the_clock() -> None:
    """What was due before it, the command, and what it makes due at once, though each reading takes an hour here."""
    real = Real()
    world = a_world(real, rate=1)
    order = place(world)
    world.clock.restore(Anchor(START, real.seconds, 1))
    read_at: list[datetime] = []

    def an_hour_later() -> float:
        real.seconds += 3600
        read_at.append(START + timedelta(seconds=real.seconds - 1000))
        return real.seconds

    world.clock._real = an_hour_later
    receipt = world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    assert read_at == [START + timedelta(hours=1)]
    assert world.state.schedule.next_due() is None
    events = [(event.at, event.action) for event in world.state.order_events]
    hold = START + world.policy.span("hold_period")
    assert events == [(START, "order-placed"), (hold, "hold-ends"), (read_at[0], "seller-cancel")]
    assert [each.at for each in receipt.mail] == read_at * len(receipt.mail)


@pytest.mark.parametrize("swapped_at", [1, 2])
def test_a_line_that_changes_while_it_is_read_is_read_whole(swapped_at: int) -> None:
    """At sixty an hour has run; then the clock runs on from there at one, between two steps of a reader."""
    calls = 0

    def real() -> float:
        nonlocal calls
        calls += 1
        if calls == 1 + swapped_at:
            clock.restore(Anchor(START + timedelta(hours=60), 4600.0, 1))
        return 1000.0 if calls == 1 else 4600.0

    clock = Clock(START, 60, real)
    assert [clock.now(), clock.now()] == [START + timedelta(hours=60)] * 2


def test_a_clock_that_is_pinned_while_it_is_read_stands_where_it_is_pinned() -> None:
    pinned_at = START + timedelta(days=1)
    read: list[float] = []

    def real() -> float:
        if read:
            clock.pin(pinned_at)
        read.append(1000.0)
        return 1000.0

    clock = Clock(START, 1, real)
    assert clock.now() == pinned_at


def test_a_clock_is_rounded_down_to_a_millisecond() -> None:
    assert Clock(datetime(2026, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), 0).now().microsecond == 999_000


def test_a_pinned_clock_stands_whatever_its_rate() -> None:
    real = Real()
    clock = Clock(START, 1, real)
    clock.pin(START + timedelta(days=1))
    real.seconds += 5
    assert clock.now() == START + timedelta(days=1)
    assert clock.real_until(START + timedelta(days=2)) is None


def test_real_time_until_an_instant() -> None:
    real = Real()
    assert Clock(START, 60, real).real_until(START + timedelta(minutes=3)) == 3
    assert Clock(START, 0, real).real_until(START + timedelta(minutes=3)) is None


@settings(max_examples=60)
@given(TURNS)
def test_a_jump_equals_any_partition_of_it(turns: list[Turn]) -> None:
    one, other = subscribed_world(), subscribed_world()
    whole = play(one, turns, in_one_jump)
    pieces = play(other, turns, in_pieces)
    assert whole == pieces
    assert picture(one) == picture(other)


@settings(max_examples=60)
@given(TURNS)
def test_every_timer_bears_its_own_instant(turns: list[Turn]) -> None:
    world = subscribed_world()
    script = play(world, turns, in_one_jump)
    instants = [fired.at for fired in script.fired]
    assert instants == sorted(instants)
    for notice in world.state.notices:
        assert notice.order is not None
        assert notice.order.last_updated_at == notice.at


def test_a_jump_equals_minute_steps_for_fifty_orders() -> None:
    jump, steps = a_world(), a_world()
    for world in (jump, steps):
        for number in range(50):
            place(world, handling_days=number % 3)
            later(world, minutes=1)
    target = jump.now() + timedelta(hours=3)
    jump.advance(target)
    while steps.now() < target:
        later(steps, minutes=1)
    assert picture(jump) == picture(steps)


def subscribed_world() -> World:
    world = a_world(buyer_withdrawal=True)
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_x"))
    return world


def test_time_goes_forward_only() -> None:
    world = a_world()
    later(world, hours=1)
    version = world.version
    with pytest.raises(TimeGoesForwardError, match="2026-03-02T17:00:00Z"):
        world.advance(START)
    assert world.version == version


def test_a_second_advance_is_refused_and_the_world_stands_at_the_instant() -> None:
    world = a_world()
    order = place(world)
    seen: list[Any] = []

    def between() -> None:
        with pytest.raises(ClockBusyError):
            world.advance(world.now())
        seen.append((world.now(), world.order(order.order_id).status))

    world.advance(START + timedelta(hours=1), between)
    assert seen == [(START, "Pending"), (START + timedelta(minutes=30), "Unshipped")]


def test_an_action_during_an_advance_happens_at_the_instant() -> None:
    world = a_world()
    order = place(world)

    def between() -> None:
        if world.order(order.order_id).status == "Unshipped" and not world.order(order.order_id).open_items:
            world.act(order.order_id, "buyer-request-cancellation")

    world.advance(START + timedelta(hours=5), between)
    request = world.order(order.order_id).items[0].request
    assert request is not None
    assert request.at == START + timedelta(minutes=30)


def test_an_advance_until_the_next_timer() -> None:
    world = a_world()
    with pytest.raises(NothingDueError):
        world.next_due_at()
    place(world)
    assert world.next_due_at() == START + timedelta(minutes=30)


def test_a_running_clock_lets_due_things_happen_at_their_own_instants() -> None:
    real = Real()
    world = a_world(real=real, rate=1.0)
    order = place(world)
    real.seconds += 3600
    assert world.behind()
    [fired] = world.settle().fired
    assert fired.at == START + timedelta(minutes=30)
    assert world.order(order.order_id).last_updated_at == fired.at
    assert not world.behind()


def test_retries_follow_the_schedule_in_virtual_time() -> None:
    world = subscribed_world()
    place(world)
    instants = []

    def refuse() -> None:
        for delivery_id in list(world.state.outgoing):
            instants.append(world.now())
            world.execute(RecordAttempt(delivery_id=delivery_id, code=500))

    world.advance(START + timedelta(days=6), refuse)
    waits = [(b - a).total_seconds() for a, b in pairwise(instants)]
    hour = 3600
    assert waits == [5, 300, 1800, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour]
    [delivery] = world.state.deliveries.values()
    assert delivery.status == "given_up"
    answer(world)
    assert len(delivery.attempts) == 10


def test_a_late_report_does_not_revive_a_delivery_that_was_given_up() -> None:
    world = subscribed_world()
    place(world)
    later(world, minutes=30)
    [delivery_id] = world.state.outgoing
    [subscriber_id] = world.state.subscribers
    world.execute(Unsubscribe(subscriber_id=subscriber_id))
    world.execute(RecordAttempt(delivery_id=delivery_id, code=500))
    assert world.state.deliveries[delivery_id].status == "given_up"
    assert world.state.deliveries[delivery_id].next_at is None


def test_a_final_attempt_ends_a_delivery_without_a_code() -> None:
    world = subscribed_world()
    place(world)
    later(world, minutes=30)
    [delivery_id] = world.state.outgoing
    world.execute(RecordAttempt(delivery_id=delivery_id, code=None, final=True, error="Not sent."))
    [delivery] = world.state.deliveries.values()
    assert (delivery.status, delivery.attempts[0].code) == ("given_up", None)


def test_a_running_clock_stands_still_at_the_end_of_the_calendar() -> None:
    real = Real()
    world = a_world(real=real, rate=1_000_000.0)
    real.seconds += 1e12
    assert world.now() == LAST
    place(world)
    world.advance(timedelta(0))
    with pytest.raises(EndOfTimeError):
        world.advance(timedelta(milliseconds=1))
    store = world._store
    again = World.restore(store.read(world.seller_id), store, real)
    assert again.now() == LAST
    assert len(again.orders) == 1


def test_an_action_at_the_end_of_an_advance_never_bears_an_earlier_instant() -> None:
    world = a_world()
    placed = []

    class Unpinning(Clock):
        """The world's clock, with somebody placing an order in the moment before it runs on."""

        def unpin(self) -> None:
            placed.extend(world.place_orders({}))
            super().unpin()

    world.clock.__class__ = Unpinning
    world.advance(timedelta(minutes=10))
    assert [order.purchased_at for order in placed] == [START + timedelta(minutes=10)]
    instants = [entry.at for entry in world.journal()]
    assert instants == sorted(instants)
