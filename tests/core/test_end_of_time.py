"""The end of time: no way forward leads beyond it, and whatever was taken can be read again."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox.core.clock import LAST, MILLISECOND
from marketplace_sandbox.core.commands.feeds import CreateFeed, CreateFeedDocument, UploadFeedDocument
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    PostponeDelivery,
    RecordAttempt,
    Subscribe,
)
from marketplace_sandbox.core.commands.orders import CancelLater
from marketplace_sandbox.core.commands.reports import CreateReport, ScheduleReport
from marketplace_sandbox.core.faults.fault_rules import FaultRule
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.refusals import EndOfTimeError, NothingDueError, RefusalError
from marketplace_sandbox.core.text.instants import EARLIEST
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.delivery.injection import inject
from tests.core.actors import TURNS, Turn
from tests.core.worlds import a_world, place, restored
from tests.depth import depth

LATE = datetime(8999, 12, 31, 23, 59, tzinfo=UTC)
HOOK = Subscribe("http://127.0.0.1:9/", "whsec_x")
US = ("ATVPDKIKX0DER",)


def ended(**form: Any) -> World:
    """A world a minute before the end, with an order."""
    world = a_world(start=LATE)
    world.execute(HOOK)
    place(world, **form)
    return world


def whole(world: World) -> None:
    """Its journal gives the same world, and no instant of it is one that cannot be read."""
    again = restored(world)
    assert (again.version, again.now()) == (world.version, world.now())
    assert [each.status for each in again.orders.values()] == [each.status for each in world.orders.values()]
    assert all(EARLIEST <= entry.at <= LAST for entry in world.journal())


def test_what_would_fall_due_after_the_end_never_does() -> None:
    world = ended()
    assert world.next_timer() is None
    with pytest.raises(NothingDueError):
        world.next_due_at()
    world.advance(LAST)
    assert world.now() == LAST
    assert world.settle().fired == []
    whole(world)


@pytest.mark.parametrize(
    "to", [timedelta(minutes=1), timedelta(days=400), LAST + MILLISECOND, datetime(9000, 1, 3, tzinfo=UTC)], ids=str
)
def test_no_advance_leads_beyond_the_end(to: timedelta | datetime) -> None:
    world = ended()
    before = world.journal()
    with pytest.raises(EndOfTimeError, match="9000-01-01"):
        world.advance(to)
    assert world.now() == LATE
    assert world.journal() == before


@pytest.mark.parametrize("rate", [1.0, 1_000_000.0])
def test_a_clock_that_runs_stands_at_the_end_and_everything_goes_on(rate: float) -> None:
    seconds = [0.0]
    world = a_world(lambda: seconds[0], rate, start=LATE)
    place(world)
    seconds[0] = 1e9
    assert world.now() == LAST
    world.settle()
    order = place(world)
    world.act(order.order_id, "buyer-cancel")
    whole(world)


def delivery(world: World) -> str:
    """The id of a delivery, of an order that its buyer has canceled."""
    world.act(place(world).order_id, "buyer-cancel")
    return next(iter(world.state.outgoing))


def fail_a_delivery(world: World) -> None:
    world.execute(RecordAttempt(delivery(world), 503, retry_after=86_400.0))


def delay_a_delivery(world: World) -> None:
    found = world.state.deliveries[delivery(world)]
    rule = FaultRule("f", "delay", 1, 0, {}, {"by": "P3650D"})
    postponement = inject(rule, found, world.now()).postponement
    assert postponement is not None
    world.execute(postponement)


def send_a_feed(world: World) -> None:
    document_id = world.execute(CreateFeedDocument("text/xml")).feed_document_id
    world.execute(UploadFeedDocument(document_id, b"<a/>"))
    world.execute(CreateFeed("POST_ORDER_FULFILLMENT_DATA", US, document_id, stuck=timedelta(days=3650)))


WAYS: tuple[Callable[[World], object], ...] = (
    lambda world: place(world, handling_days=60),
    lambda world: place(world, release_at="8999-12-31T23:59:59.999Z"),
    lambda world: place(world, payment="unverified"),
    lambda world: place(world, ship_by_at="8999-12-31T23:59:59Z"),
    lambda world: place(world, hold=False, marketplace="A1VC38T7YXB528"),
    lambda world: world.execute(CancelLater(place(world).order_id, "no_inventory")),
    lambda world: world.execute(ScheduleReport("GET_ORDER_REPORT_DATA_SHIPPING", US, "P1M")),
    lambda world: world.execute(CreateReport("GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL", US)),
    lambda world: world.execute(CreateDestination("q", arn="arn:aws:sqs:us-east-1:1:q")),
    fail_a_delivery,
    delay_a_delivery,
    send_a_feed,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    "left", [timedelta(0), timedelta(seconds=1), timedelta(minutes=31), timedelta(days=20)], ids=str
)
def test_whatever_is_done_close_to_the_end_can_be_read_again(way: Callable[[World], object], left: timedelta) -> None:
    world = a_world(start=LAST - left)
    world.execute(HOOK)
    way(world)
    for _ in range(depth(test=6, soak=400)):
        if world.next_timer() is not None:
            world.advance(world.next_due_at())
    whole(world)
    world.advance(LAST)
    whole(world)


def test_a_pause_of_less_than_a_millisecond_is_kept_as_the_journal_can_say_it() -> None:
    world = a_world()
    world.execute(HOOK)
    refused = delivery(world)
    world.execute(RecordAttempt(refused, 503, retry_after=3600.0001234))
    at = world.next_due_at()
    assert at.microsecond % 1000 == 0
    world.advance(at)
    assert [each.delivery_id for each in restored(world).state.deliveries.values() if each.next_at is None] == [refused]


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (PostponeDelivery("d", LAST + timedelta(days=1)), "until"),
        (RecordAttempt("d", latency_ms=-1), "latency_ms"),
        (RecordAttempt("d", retry_after=-1.0), "retry_after"),
        (Subscribe("http://127.0.0.1:9/", notification_types=("NEVER_HEARD_OF",)), "notification_types[0]"),
    ],
    ids=str,
)
def test_what_could_not_be_read_again_is_not_written(command: Any, field: str) -> None:
    world = a_world()
    world.execute(HOOK)
    if hasattr(command, "delivery_id"):
        command = replace(command, delivery_id=delivery(world))
    before: list[Entry] = world.journal()
    with pytest.raises(FieldError) as wrong:
        world.execute(command)
    assert wrong.value.field_path == field
    assert world.journal() == before


@given(TURNS, st.integers(0, 40 * 86_400))
@settings(max_examples=depth(test=25, soak=5000))
def test_random_histories_close_to_the_end_can_be_read_again(turns: list[Turn], left: int) -> None:
    world = a_world(start=LAST - timedelta(seconds=left))
    world.execute(HOOK)
    for turn in turns:
        play_until_the_end(world, turn)
    world.advance(LAST)
    whole(world)


def play_until_the_end(world: World, turn: Turn) -> None:
    with suppress(EndOfTimeError):
        world.advance(timedelta(seconds=turn.seconds))
    orders = list(world.orders)
    with suppress(RefusalError, FieldError):
        if turn.act is None or not orders:
            place(world, **turn.form)
        else:
            world.act(orders[turn.order % len(orders)], *turn.act)
