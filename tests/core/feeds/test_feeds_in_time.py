"""The laws of time and of the journal, for sellers who act by feeds: random histories, cut up at random."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox.core.commands.base import write_value
from marketplace_sandbox.core.commands.feeds import CancelFeed, CreateFeed
from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.feeds.feeds import FeedNotInQueueError
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.world.world import World
from tests.core.actors import TURNS, Turn, in_one_jump, in_pieces, picture, take_turn
from tests.core.worlds import a_world, restored

SELLERS = ("seller-cancel", "seller-confirm-shipment", "seller-refund")
STUCK = (timedelta(0), timedelta(seconds=45), timedelta(hours=1))
TYPES = ("POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_PAYMENT_ADJUSTMENT_DATA")


@dataclass(frozen=True)
class File:
    """How feeds are sent: file and type, for how long they are stuck, how many come at once, what is taken back."""

    digest: str
    feed_type: str
    stuck: str
    count: int
    taken_back: tuple[int, ...]


FILES = st.lists(
    st.builds(
        File,
        digest=st.sampled_from(["", "one file", "another"]),
        feed_type=st.sampled_from(TYPES),
        stuck=st.sampled_from(["", "", "PT45S", "PT1H"]),
        count=st.integers(1, 3),
        taken_back=st.lists(st.integers(0, 5), max_size=2).map(tuple),
    ),
    min_size=14,
    max_size=14,
)


def history(turns: list[Turn], files: list[File], jump: Callable[[World, Turn], list[Receipt]]) -> World:
    """What the seller does he does by feeds, for two orders at a time; all others act as they do."""
    world = a_world(buyer_withdrawal=True, early_adjustment="hold")
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_x"))
    for turn, file in zip(turns, files, strict=False):
        jump(world, turn)
        take_back(world, file)
        if turn.act and turn.act[0] in SELLERS and world.orders:
            for _ in range(file.count):
                world.execute(CreateFeed.read(feed_of(world, turn, file)))
        else:
            take_turn(world, turn)
    return world


def take_back(world: World, file: File) -> None:
    """Cancels some of the latest feeds, if it is still time to."""
    latest = world.state.feeds.latest_first()
    for each in file.taken_back:
        if each < len(latest):
            with suppress(FeedNotInQueueError):
                world.execute(CancelFeed(feed_id=latest[each].feed_id))


def feed_of(world: World, turn: Turn, file: File) -> dict[str, Any]:
    orders, (action, arguments) = list(world.orders), turn.act or ("", {})
    messages = [
        {"message_id": str(1 + number), "order_id": order_id, "action": action, "with": arguments}
        for number, order_id in enumerate((orders[turn.order % len(orders)], orders[-1]))
    ]
    body = {"feed_type": file.feed_type, "marketplace_ids": ["ATVPDKIKX0DER"], "stuck": file.stuck or None}
    return {**body, "media_type": "text/xml", "content": write_value(b""), "digest": file.digest, "messages": messages}


@settings(max_examples=60)
@given(TURNS, FILES)
def test_a_jump_equals_its_pieces(turns: list[Turn], files: list[File]) -> None:
    whole, cut = history(turns, files, in_one_jump), history(turns, files, in_pieces)
    assert picture(whole) == picture(cut)
    assert whole.state.feeds.all == cut.state.feeds.all


@settings(max_examples=60)
@given(TURNS, FILES)
def test_a_world_is_its_journal(turns: list[Turn], files: list[File]) -> None:
    world = history(turns, files, in_one_jump)
    again = restored(world)
    assert picture(again) == picture(world)
    assert again.state.feeds.all == world.state.feeds.all


@settings(max_examples=60)
@given(TURNS, FILES)
def test_feeds_of_a_type_run_one_after_another_and_none_waits_for_nothing(turns: list[Turn], files: list[File]) -> None:
    world = history(turns, files, in_one_jump)
    world.advance(timedelta(hours=3))
    queued = world.policy.span("feed_queue_time")
    for kind in TYPES:
        ran = sorted(
            (each.started_at, each.ended_at, each.created_at)
            for each in world.state.feeds.all.values()
            if each.kind.name == kind and each.started_at and each.ended_at
        )
        free = world.opening.start
        for started_at, ended_at, created_at in ran:
            assert free <= started_at < ended_at
            assert started_at in (free, *(created_at + queued + stuck for stuck in STUCK))
            free = ended_at
    ends = [each.finished_job.job_id for each in world.state.notices if each.finished_job]
    assert sorted(ends) == sorted(world.state.feeds.all), "each comes to one end"
