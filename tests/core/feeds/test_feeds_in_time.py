"""The laws of time and of the journal, for sellers who act by feeds: random histories, cut up at random."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.core.receipt import Receipt
from sandbox.core.world import World
from tests.core.actors import TURNS, Turn, in_one_jump, in_pieces, picture, take_turn
from tests.core.worlds import a_world, restored

SELLERS = ("seller-cancel", "seller-confirm-shipment", "seller-refund")
DIGESTS = st.lists(st.sampled_from(["", "one file", "another"]), min_size=14, max_size=14)


def history(turns: list[Turn], digests: list[str], jump: Callable[[World, Turn], list[Receipt]]) -> World:
    """What the seller does he does by feed, for two orders at a time; all others act as they do."""
    world = a_world(buyer_withdrawal=True, early_adjustment="hold")
    world.happen("subscribed", {"url": "http://127.0.0.1:9/", "secret": "whsec_x"})
    for turn, digest in zip(turns, digests, strict=False):
        jump(world, turn)
        if turn.act and turn.act[0] in SELLERS and world.orders:
            world.happen("feed-created", feed_of(world, turn, digest))
        else:
            take_turn(world, turn)
    return world


def feed_of(world: World, turn: Turn, digest: str) -> dict[str, Any]:
    orders, (action, arguments) = list(world.orders), turn.act or ("", {})
    messages = [
        {"message_id": str(1 + number), "order_id": order_id, "action": action, "with": arguments}
        for number, order_id in enumerate((orders[turn.order % len(orders)], orders[-1]))
    ]
    body = {"feed_type": "POST_ORDER_ACKNOWLEDGEMENT_DATA", "marketplace_ids": ["ATVPDKIKX0DER"]}
    return {**body, "media_type": "text/xml", "content": "", "digest": digest, "messages": messages}


@settings(max_examples=60)
@given(TURNS, DIGESTS)
def test_a_jump_equals_its_pieces(turns: list[Turn], digests: list[str]) -> None:
    whole, cut = history(turns, digests, in_one_jump), history(turns, digests, in_pieces)
    assert picture(whole) == picture(cut)
    assert whole.state.feeds.all == cut.state.feeds.all


@settings(max_examples=60)
@given(TURNS, DIGESTS)
def test_a_world_is_its_journal(turns: list[Turn], digests: list[str]) -> None:
    world = history(turns, digests, in_one_jump)
    again = restored(world)
    assert picture(again) == picture(world)
    assert again.state.feeds.all == world.state.feeds.all
