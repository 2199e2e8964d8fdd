"""How long a poll takes under the published plans: the number that is computed is the one that clients live through."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest

from marketplace_sandbox.api.admission.poll_time import PollTime, show_poll, time_poll
from marketplace_sandbox.api.admission.rate_limits import RateLimiter, ThrottledError
from marketplace_sandbox.api.admission.usage_plans import Plan
from marketplace_sandbox.server.composition import Server
from tests.api.admission.server_seller import EVER, US, ServerSeller, new_server

LIST, READ, SEARCH = Plan("getOrders", 0.0167, 20), Plan("getOrder", 0.5, 30), Plan("searchOrders", 0.0056, 20)
PLANS = [LIST, READ, SEARCH, Plan("confirm", 2, 10), Plan("status", 5, 15), Plan("sixth", 1 / 6, 2), Plan("b", 0.3, 1)]
MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = new_server()
    yield made
    made.close()


def test_a_burst_takes_no_time_and_may_come_again_once_it_has_filled() -> None:
    assert time_poll([(READ, 30)]) == PollTime(timedelta(0), timedelta(seconds=60), "getOrder")
    assert time_poll([(READ, 31)]) == PollTime(timedelta(seconds=2), timedelta(seconds=62), "getOrder")


def test_a_bucket_fills_while_another_is_waited_for() -> None:
    """A list, and the items of forty orders: beyond the burst of thirty, one in two seconds."""
    assert time_poll([(LIST, 1), (READ, 40)]).takes == timedelta(seconds=20)
    assert time_poll([(READ, 40), (READ, 30)]).takes == timedelta(seconds=80)
    # five minutes for the lists, in which the bucket of the reads is full again
    assert time_poll([(READ, 30), (LIST, 25), (READ, 30)]).takes == time_poll([(LIST, 25)]).takes


def test_what_shares_a_bucket_is_counted_together() -> None:
    shared = Plan("lists", 1, 2)
    assert time_poll([(shared, 2), (shared, 2)]) == time_poll([(shared, 4)])


def test_a_poll_of_any_size_is_timed_at_once() -> None:
    """As many calls as a recording may say there were."""
    assert time_poll([(READ, 10**9)]).takes == timedelta(seconds=2 * (10**9 - 30))
    assert time_poll([(SEARCH, 10**9)] * 5000).takes == timedelta.max


def test_what_has_no_plan_costs_nothing() -> None:
    assert time_poll([(None, 1000)]) == time_poll([]) == PollTime(timedelta(0), timedelta(0), "")


@pytest.mark.parametrize("seed", range(40))
def test_the_limiter_lets_each_call_through_at_the_computed_millisecond_and_not_before(
    server: Server, seed: int
) -> None:
    """Random polls of random plans, by the limiter that throttles clients."""
    draw = random.Random(seed)
    calls = [(draw.choice(PLANS), draw.randint(1, 40)) for _ in range(draw.randint(1, 12))]
    world = ServerSeller(server, limits="published").world
    began = draw.uniform(1.7e9, 1.8e9) // 0.001 * 0.001
    now = [began]
    limiter = RateLimiter(lambda: now[0])
    one_by_one = [plan for plan, count in calls for _ in range(count)]
    earlier = timedelta(0)
    for number, plan in enumerate(one_by_one, 1):
        instant = time_poll([(each, 1) for each in one_by_one[:number]]).takes
        if instant > earlier:
            now[0] = began + (instant - MILLISECOND).total_seconds()
            with pytest.raises(ThrottledError):
                limiter.spend(world, "", plan)
        now[0] = began + instant.total_seconds()
        limiter.spend(world, "", plan)
        earlier = instant
    assert time_poll(calls).takes == earlier


@pytest.mark.parametrize(
    ("poll", "operations"),
    [
        ([("v0", 22), ("items", 35)], ["getOrders", "getOrderItems"]),
        ([("search", 22)], ["searchOrders"]),
        ([("items", 31), ("search", 21), ("items", 31)], ["getOrderItems", "searchOrders"]),
    ],
)
def test_a_client_of_a_world_that_stands_needs_exactly_that_long(
    server: Server, poll: Sequence[tuple[str, int]], operations: list[str]
) -> None:
    """Through HTTP, `limits` published_virtual: refused a millisecond before each computed instant, answered at it."""
    seller = ServerSeller(server, limits="published_virtual")
    order_id = seller.place_order().order_id
    began = seller.world.now()
    call = {
        "v0": lambda: seller.get("/orders/v0/orders", MarketplaceIds=US, CreatedAfter=EVER).status,
        "items": lambda: seller.get(f"/orders/v0/orders/{order_id}/orderItems").status,
        "search": lambda: seller.search().status,
    }
    names = {"v0": "getOrders", "items": "getOrderItems", "search": "searchOrders"}
    found = {name: server.operations.find_named(operation)[0] for name, operation in names.items()}
    one_by_one = [name for name, count in poll for _ in range(count)]
    instants = [timedelta(0)] + [
        time_poll([(found[each].plan, 1) for each in one_by_one[:number]]).takes
        for number in range(1, len(one_by_one) + 1)
    ]
    for name, (earlier, instant) in zip(one_by_one, pairwise(instants), strict=True):
        if instant > earlier:
            if instant - earlier > MILLISECOND:
                seller.world.advance(began + instant - MILLISECOND)
            assert call[name]() == 429
            seller.world.advance(began + instant)
        assert call[name]() == 200
    shown = show_poll([(found[name], count) for name, count in poll])
    assert [each["operation"] for each in shown["operations"]] == operations
    assert time_poll([(found[name].plan, count) for name, count in poll]).takes == seller.world.now() - began


def test_the_comparison_is_shown_with_the_plans_it_rests_on(server: Server) -> None:
    """Twenty-one pages: a minute in v0, three in 2026-01-01. sp-api.md 1.1 and 2.1 have the plans."""
    list_orders, search = (server.operations.find_named(name)[0] for name in ("getOrders", "searchOrders"))
    assert show_poll([(list_orders, 21)]) == {
        "calls": 21,
        "operations": [{"operation": "getOrders", "calls": 21, "rate": 0.0167, "burst": 20}],
        "takes": "PT59.881S",
        "every": "PT20M57.486S",
        "bound_by": "getOrders",
    }
    assert show_poll([(search, 21)])["takes"] == "PT2M58.572S"
    assert show_poll([])["bound_by"] is None
