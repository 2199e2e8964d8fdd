"""A seller's busy weeks at random, the same for the same seed: many orders, every actor, time in leaps.

`python -m tests.core.simulation SEED` plays one seed again and prints what came of it.
"""

import random
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.orders import PlaceOrders
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.receipt import FiredTimer
from marketplace_sandbox.core.refusals import RefusalError
from marketplace_sandbox.core.world.world import World
from tests.core.actors import ACTS, FORMS, ITEMS_OF_ONE_SKU, PARTIAL_ACTS, answer, ids_and_skus, name_apart
from tests.core.invariants import the_rate_is_a_fraction, visible
from tests.core.worlds import STANDARD, a_world

TURNS = 400
LEAPS = (0, 1, 59, 600, 1799, 1800, 7200, 86_400, 3 * 86_400, 8 * 86_400)


def simulate(
    seed: int, turns: int = TURNS, *, partial: bool = False, forms: Sequence[dict[str, Any]] = FORMS
) -> tuple[World, list[FiredTimer]]:
    """One run: the world and every timer that fired, in order. With `partial` single items are canceled, too."""
    chance = random.Random(seed)
    world = a_world(buyer_withdrawal=True, auto_cancel_warnings=bool(seed % 2), partial_cancellation=partial)
    acts = (*ACTS, *PARTIAL_ACTS, *PARTIAL_ACTS) if partial else ACTS
    forms = (*forms, ITEMS_OF_ONE_SKU) if partial else forms
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_x"))
    fired: list[FiredTimer] = []
    for _ in range(turns):
        if chance.random() < 0.4:
            leap = timedelta(seconds=chance.choice(LEAPS))
            fired += world.advance(leap, lambda: answer(world)).fired
        elif chance.random() < 0.3 or not world.orders:
            world.execute(PlaceOrders({**STANDARD, **chance.choice(forms)}))
        else:
            act_at_random(world, chance, acts)
    return world, fired


def act_at_random(world: World, chance: random.Random, acts: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """Somebody does something to one of the latest orders; a refusal must have left no trace."""
    order_id = chance.choice(list(world.orders)[-12:])
    action, arguments = chance.choice(acts)
    before, version = world.order(order_id), world.version
    try:
        world.act(order_id, action, name_apart(ids_and_skus(before), arguments, version))
    except RefusalError:
        assert world.order(order_id) is before
        assert world.version == version


def check(world: World, fired: list[FiredTimer]) -> None:
    """Every invariant that can be read off a whole run. AssertionError where one fails."""
    changes = {order_id: changed_instants(world, order_id) for order_id in world.orders}
    nothing: dict[str, list[datetime]] = {order_id: [] for order_id in world.orders}
    told = nothing | told_instants(world)
    assert told == changes
    check_timers(world, fired)
    the_rate_is_a_fraction(list(world.orders.values()), world.now())


def changed_instants(world: World, order_id: str) -> list[datetime]:
    """When something visible changed, by the order's versions; each must bear that instant."""
    versions = list(world.state.versions_of(order_id))[::-1]
    instants = []
    for before, after in pairwise(versions):
        assert after.order.last_updated_at >= before.order.last_updated_at
        if visible(before.order) != visible(after.order):
            assert after.order.last_updated_at == after.at
            instants.append(after.at)
        else:
            assert after.order.last_updated_at == before.order.last_updated_at
    return instants


def told_instants(world: World) -> dict[str, list[datetime]]:
    told: dict[str, list[datetime]] = {}
    for notice in world.state.notices:
        told.setdefault(notice.order_id, []).append(notice.at)
    return told


def check_timers(world: World, fired: list[FiredTimer]) -> None:
    """What a timer brought about bears the timer's own instant, and timers fire in order."""
    assert [each.at for each in fired] == sorted(each.at for each in fired)
    happened = {(each.at, each.order_id, each.action) for each in world.state.order_events}
    for each in fired:
        if each.what != "delivery-retry":
            assert (each.at, each.order_id, each.what) in happened
    for mail in world.state.mail:
        assert any(line.at == mail.at and line.order_id == mail.order_id for line in world.state.order_events)


def summary(orders: list[Order]) -> str:
    """How the orders ended."""
    return ", ".join(f"{count} {status}" for status, count in sorted(Counter(o.status for o in orders).items()))


if __name__ == "__main__":
    played, timers = simulate(int(sys.argv[1]))
    check(played, timers)
    print(
        f"seed {sys.argv[1]}: {len(played.orders)} orders ({summary(list(played.orders.values()))}), every check held"
    )
