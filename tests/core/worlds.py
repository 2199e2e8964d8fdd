"""Worlds for tests of the core: frozen at a known instant, kept in memory, with every actor a line away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
MARKETPLACE_IDS = ("ATVPDKIKX0DER", "A1VC38T7YXB528")
STANDARD: dict[str, Any] = {"items": [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]}


def a_world(
    real: Callable[[], float] = lambda: 0.0, rate: float = 0.0, start: datetime = START, **policy: Any
) -> World:
    """A fresh world whose clock stands, or runs at a rate on the real clock given. Keywords are settings."""
    opening = Opening("ATESTSELLER", start, real(), rate, seed=7, marketplace_ids=MARKETPLACE_IDS, policy=policy)
    return World.open(opening, MemoryStore(), real)


def place(world: World, **form: Any) -> Order:
    """The standard order, with whatever the test says otherwise."""
    return world.place_orders({**STANDARD, **form})[0]


def later(world: World, **span: float) -> None:
    """Let time pass."""
    world.advance(world.now() + timedelta(**span))


def restored(world: World) -> World:
    """The same world folded from its journal, its clock standing."""
    store = MemoryStore()
    store.replace(world.seller_id, world.journal())
    return World.restore(store.read(world.seller_id), store, lambda: 0.0)
