"""`diff` names exactly what changed, over random histories, against a comparison of everything that was shown then."""

import json
import random
from itertools import islice, pairwise
from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.past.difference import tell_difference
from marketplace_sandbox.core.past.moment import Moment
from marketplace_sandbox.core.views.projections import order_json
from marketplace_sandbox.core.world.world import World
from tests.core.histories import Seen, compare, live, see
from tests.core.worlds import a_world, later, place
from tests.depth import depth

HISTORIES, TURNS, LOOKS = depth(60, 1000), 24, 4
GROUPS = 10


def as_seen(world: World, seen: Seen) -> Any:
    return world.as_of(Moment(seen.version, seen.at))


@pytest.mark.parametrize("group", range(GROUPS))
def test_the_difference_of_two_moments_is_what_a_comparison_of_all_that_they_showed_finds(group: int) -> None:
    changed = 0
    for seed in range(group, HISTORIES, GROUPS):
        chance = random.Random(seed)
        lives = live(seed, TURNS)
        looks = sorted(chance.sample(range(TURNS + 1), LOOKS))
        seen: list[Seen] = []
        world = next(lives)
        for turn in range(TURNS + 1):
            if turn in looks:
                seen.append(see(world))
            world = next(lives, world)
        for before, after in [(seen[0], seen[-1]), *pairwise(seen), (seen[-1], seen[0])]:
            told = tell_difference(as_seen(world, before), as_seen(world, after))
            assert json.loads(json.dumps(told)) == compare(before, after), f"seed {seed}"
            changed += sum(each["change"] == "changed" for each in told["orders"])
    assert changed > HISTORIES // GROUPS, "the histories change orders"


def test_the_difference_of_two_worlds_is_what_a_comparison_of_all_that_they_show_finds() -> None:
    """Worlds of one seller and seed, so that they have the same ids and other orders behind them."""
    for seed in range(depth(10, 200)):
        one, other = ([*live(each, TURNS)][-1] for each in (seed, seed + 1))
        before, after = see(one), see(other)
        told = tell_difference(as_seen(one, before), as_seen(other, after))
        assert json.loads(json.dumps(told)) == compare(before, after)


def test_a_moment_differs_from_itself_in_nothing() -> None:
    [world] = islice(live(5, 40), 40, 41)
    past = as_seen(world, see(world))
    told = tell_difference(past, as_seen(world, see(world)))
    assert [told[name] for name in ("orders", "notifications", "mail", "messages", "deliveries")] == [[]] * 5


def test_an_order_that_both_moments_share_differs_in_all_that_time_changes() -> None:
    """Both look at the very same value: what is left out there must not depend on the instant."""
    world = a_world()
    order = place(world, hold=False)
    later(world, days=30)
    order = world.order(order.order_id)
    views = [order_json(order, world.now(), world.policy)]
    moments = [world.find_moment(world.now())]
    later(world, days=1)
    assert world.order(order.order_id) is order, "nothing happens to it any more"
    views.append(order_json(order, world.now(), world.policy))
    moments.append(world.find_moment(world.now()))
    pasts = [world.as_of(each) for each in moments]
    shared: Order = pasts[0].state.orders[order.order_id]
    pasts[1].state.orders[order.order_id] = shared
    expected = {name: [view, views[1][name]] for name, view in views[0].items() if view != views[1][name]}
    [told] = tell_difference(*pasts)["orders"] or [{"fields": {}}]
    assert told["fields"] == expected
