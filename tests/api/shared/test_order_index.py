"""The index of orders: the same as sorting all of them each time, at the cost of what has changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace_sandbox.api.shared import order_index
from marketplace_sandbox.api.shared.order_index import SortedOrders, by_purchase, by_update, index_of
from marketplace_sandbox.api.shared.order_lists import OrderFilter, OrderLists
from marketplace_sandbox.api.shared.pagination import PageTokens
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.rules.table import allowed_actions
from marketplace_sandbox.core.world.world import World
from tests.api.mws.client import new_world

EVER = datetime(2000, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
FILTERS = (
    OrderFilter(),
    OrderFilter(statuses=("Unshipped",)),
    OrderFilter(statuses=("Canceled", "Pending")),
    OrderFilter(payment_methods=("Other",)),
    OrderFilter(marketplace_ids=("A1F83G8C2ARO7P",)),
)

Step = tuple[str, int]
steps = st.lists(st.tuples(st.sampled_from(["place", "cancel", "ask", "wait", "look", "reset"]), st.integers(0, 6)))


def take(world: World, step: Step) -> None:
    """One thing that changes orders, or their number."""
    what, number = step
    ids = list(world.orders)
    if what == "place":
        world.place_orders(
            {"count": number + 1, "hold": number % 2 == 0, "purchased_at": f"2026-03-0{1 + number % 2}T00:00:00Z"}
        )
    elif what == "wait":
        world.advance(HOUR * number)
    elif what == "reset":
        world.reset()
    elif ids and what in ("cancel", "ask"):
        order = world.orders[ids[number % len(ids)]]
        action = "buyer-cancel" if what == "cancel" else "buyer-request-cancellation"
        if action in allowed_actions(order, world.now(), world.policy):
            world.act(order.order_id, action)


def sorted_plainly(world: World, order_filter: OrderFilter, key: Any) -> list[Order]:
    return sorted(filter(order_filter.admits, world.orders.values()), key=key)


@given(steps, st.integers(1, 4))
def test_an_index_is_as_if_all_were_sorted_each_time(taken: list[Step], size: int) -> None:
    """By every filter and both dates, whenever it is looked at; and what was looked at before stays as it was."""
    world = new_world()
    before: list[tuple[SortedOrders, list[Order]]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_index, "CHUNK", size)
        for step in [*taken, ("look", 0)]:
            take(world, step)
            if step[0] != "look":
                continue
            for each in FILTERS:
                moment = index_of(world.state, each).now(world.version)
                assert list(moment.by_purchase) == sorted_plainly(world, each, by_purchase)
                assert list(moment.by_update) == sorted_plainly(world, each, by_update)
                before.append((moment.by_update, list(moment.by_update)))
            assert all(list(found) == then for found, then in before)


@given(steps, st.integers(1, 3))
def test_an_index_as_of_a_version_is_what_the_orders_were(taken: list[Step], size: int) -> None:
    world = new_world()
    world.place_orders({"count": 5})
    version = world.version
    then = sorted(world.orders_as_of(version), key=by_purchase)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_index, "CHUNK", size)
        for step in taken:
            if step[0] != "reset":
                take(world, step)
        assert list(index_of(world.state, OrderFilter()).as_of(version).by_purchase) == then


@given(st.lists(st.integers(0, 30), unique=True), st.integers(-1, 31), st.integers(-1, 31), st.booleans())
def test_a_part_of_a_list_is_what_lies_between(numbers: list[int], first: int, last: int, after: bool) -> None:
    world = new_world()
    for number in numbers:
        world.place_orders({"id": f"902-0000000-{number:07d}"})
    (at,) = {each.purchased_at for each in world.orders.values()} or {EVER}
    bounds = [(at, f"902-0000000-{number:07d}" if number >= 0 else "") for number in (first, last)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_index, "CHUNK", 3)
        found = SortedOrders(world.orders.values(), by_purchase).between(*bounds, after=after)
        wanted = [n for n in sorted(numbers) if (first < n if after else first <= n) and n <= last]
        assert [int(each.order_id[-7:]) for each in found] == wanted


def test_one_change_among_many_orders_looks_at_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page after it asks for the places of a few orders, not of two thousand."""
    world, lists = new_world(), OrderLists(PageTokens(b"key"), "test")
    world.place_orders({"count": 2_000, "hold": False})
    order_filter = OrderFilter(updated_after=EVER, page_size=10)
    asked: list[str] = []

    def count(order: Order) -> tuple[datetime, str]:
        asked.append(order.order_id)
        return order.last_updated_at, order.order_id

    monkeypatch.setattr(order_index, "by_update", count)
    lists.first_page(world, order_filter)
    assert len(asked) >= 2_000
    world.advance(HOUR)
    world.act(next(iter(world.orders)), "buyer-request-cancellation")
    asked.clear()
    page = lists.first_page(world, order_filter)
    assert len(page.orders) == 10
    assert 0 < len(asked) < 100
    asked.clear()
    world.place_orders({"hold": False})
    assert page.token
    assert len(lists.next_page(world, page.token).orders) == 10
    assert len(asked) < 100
