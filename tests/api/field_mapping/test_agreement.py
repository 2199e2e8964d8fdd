"""One state, many dialects: none disagrees with another or with the world, in histories of every kind."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.api.field_mapping import FACTS
from marketplace_sandbox.api.field_mapping.readings import PARTIES
from marketplace_sandbox.core.order import Cancellation, Order, Party, Status
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.world import World
from tests.api.field_mapping.agreement import compared, mismatches
from tests.core.simulation import simulate
from tests.core.worlds import START, a_world, place

HISTORIES, CHUNKS = 500, 10


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_dialect_disagrees_in_random_histories(chunk: int) -> None:
    each = HISTORIES // CHUNKS
    found = [line for seed in range(chunk * each, (chunk + 1) * each) for line in mismatches(seed)]
    assert len(found) > 100 * each
    assert [line for line in found if line] == []


def test_the_histories_reach_every_way_an_order_is_canceled() -> None:
    reached = {line.outcome for seed in range(HISTORIES) for line in simulate(seed, 25)[0].state.order_events}
    assert {party for outcome, party in PARTIES.items() if outcome in reached} == set(Party)
    assert reached >= PARTIES.keys()
    assert reached >= {"request_opened", "request_opened_in_part", "request_withdrawn", "request_repeated"}


def test_every_cancellation_has_its_party() -> None:
    ends = {name for name in OUTCOMES if name.startswith("canceled_")}
    assert ends == PARTIES.keys()


def lies(world: World, order: Order) -> Iterator[tuple[str, Order]]:
    """Orders that differ from the one given in one fact each, by the fact's name."""
    item = order.items[0]
    assert item.request is not None
    yield "order id", replace(order, order_id="902-9999999-9999999")
    yield "seller's own number", replace(order, seller_order_id="mine")
    yield "marketplace", replace(order, marketplace_id="A2EUQ1WTGCTBG2")
    yield "sold at", replace(order, multi_channel=True)
    yield "status", replace(order, status=Status.SHIPPED)
    yield "purchased at", replace(order, purchased_at=START + timedelta(seconds=1))
    yield "last updated at", replace(order, last_updated_at=world.now() + timedelta(seconds=1))
    yield "ship by", replace(order, ship_by_at=START)
    yield "units unshipped", order.with_items([replace(item, quantity_confirmed=1)])
    yield "quantity ordered", order.with_items([replace(item, quantity=9)])
    yield "sku", order.with_items([replace(item, sku="else")])
    yield "total", order.with_items([replace(item, price=item.price + 1)])
    yield "buyer asks to cancel", order.with_items([replace(item, request=None)])
    yield "buyer's reason", order.with_items([replace(item, request=replace(item.request, text="else"))])
    ended = Cancellation(Party.AMAZON, "fraud", world.now(), counts_in_rate=False)
    yield "who canceled", replace(order, cancellation=ended)
    yield "why it was canceled", replace(order, cancellation=ended)


def test_a_lie_about_any_fact_is_found() -> None:
    world = a_world()
    order = place(world, hold=False)
    world.advance(timedelta(hours=1))
    world.act(order.order_id, "buyer-request-cancellation", {"reason": "late"})
    order = world.order(order.order_id)
    told = dict[str, Any]()
    for fact, lie in lies(world, order):
        told[fact] = {line.fact for line in compared(0, world, lie, order) if line}
        assert fact in told[fact]
    untold = {fact.name for fact in FACTS} - told.keys()
    assert untold == {"who ships", "units shipped", "item id", "quantity shipped"}
