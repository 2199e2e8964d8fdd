"""The core explored to a depth, and simulated at random: every step keeps every invariant."""

import pytest
from hypothesis import given, settings

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.journal.journal import Entry
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.core.actors import TURNS, Turn, in_one_jump, picture, play
from tests.core.explore import explore, explore_pairs
from tests.core.invariants import the_rate_is_a_fraction
from tests.core.simulation import check, simulate
from tests.core.worlds import a_world

# So many different states lie within so many moves; fewer would mean that moves have stopped working.
DEPTH, STATES = 4, 15_000
PAIR_DEPTH, PAIR_STATES = 3, 2_000


@pytest.mark.slow
def test_every_sequence_of_moves_keeps_the_invariants() -> None:
    assert explore(DEPTH) > STATES


@pytest.mark.slow
def test_two_orders_keep_the_invariants() -> None:
    assert explore_pairs(PAIR_DEPTH) > PAIR_STATES


@settings(max_examples=100)
@given(TURNS)
def test_the_journal_folds_to_the_same_world(turns: list[Turn]) -> None:
    world = a_world(buyer_withdrawal=True)
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_x"))
    play(world, turns, in_one_jump)
    the_rate_is_a_fraction(list(world.orders.values()), world.now())
    journal = world.journal()
    store = copy_of(journal, world.seller_id)
    again = World.restore(store.read(world.seller_id), store, real=lambda: 0.0)
    assert picture(again) == picture(world)
    assert again.version == world.version == len(journal)


def copy_of(journal: list[Entry], seller_id: str) -> MemoryStore:
    store = MemoryStore()
    for entry in journal:
        store.append(seller_id, entry)
    return store


@pytest.mark.parametrize("seed", range(8))
def test_a_busy_month_keeps_the_invariants(seed: int) -> None:
    world, fired = simulate(seed)
    check(world, fired)
    assert len({order.status for order in world.orders.values()}) >= 4


@pytest.mark.parametrize("seed", range(8))
def test_a_busy_month_of_single_items_keeps_the_invariants(seed: int) -> None:
    world, fired = simulate(seed, partial=True)
    check(world, fired)
    canceled = [order for order in world.orders.values() for item in order.items if item.canceled]
    assert len(canceled) > 2
    assert all(len(order.kept_items) >= 1 for order in canceled)


def test_the_same_seed_is_the_same_run() -> None:
    one, other = simulate(3, turns=120)[0], simulate(3, turns=120)[0]
    assert one.journal() == other.journal()
    assert picture(one) == picture(other)
