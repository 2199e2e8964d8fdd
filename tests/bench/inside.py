"""What is measured in the core itself, each in a process of its own: `python -m tests.bench.inside NAME NUMBER`.

A process for each figure, so that none has the memory of another, on the core that servers are on. Time is processor
time where nothing else is said: it says more than a wall clock on a machine that does other things beside.
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from marketplace_sandbox.core.commands.feeds import CreateFeed
from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.orders import PlaceOrders
from marketplace_sandbox.core.world.bounds import Totals
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.bench.servers import own_core, spawn

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
AT_ONCE = 1_000
FORKS = 30
TEN_YEARS = timedelta(days=3650)
RAISED = {
    "most_orders": 10_000_000,
    **dict.fromkeys(("most_order_events", "most_notices", "most_mail", "most_timers"), 100_000_000),
    "most_entries": 100_000_000,
    "advance_timers": 1_000_000_000,
}
"""Limits that growth is measured beyond."""

Found = dict[str, float]


def inside(name: str, number: int, *more: str) -> Found:
    """The figures of one function below, by its name. Raises AssertionError with what the process said."""
    command = [sys.executable, "-m", "tests.bench.inside", name, str(number), *more]
    process = spawn(command, core=own_core(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said, errors = process.communicate()
    assert process.returncode == 0, errors.decode().strip().rpartition("\n")[2]
    found: Found = json.loads(said)
    return found


def fork(count: int, *_more: str) -> Found:
    """Milliseconds of wall time for a fork of a world of so many orders, from now."""
    known, world = _world(count)
    times = []
    for _ in range(FORKS):
        began = time.perf_counter()
        child = known.fork(world.seller_id)
        times.append((time.perf_counter() - began) * 1_000)
        assert len(child.orders) == count
        known.remove(child.seller_id)
    return {"ms": sorted(times)[len(times) // 2]}


def place(count: int, *_more: str) -> Found:
    """Seconds to place so many orders a thousand at a time, and MB of memory that they take."""
    known = _sellers()
    empty, began = _memory(), time.process_time()
    _fill(known.get(None), count)
    return {"seconds": time.process_time() - began, "MB": _memory() - empty}


def advance(count: int, *_more: str) -> Found:
    """Seconds to advance ten years over so many open orders, which have twice as many timers."""
    _, world = _world(count)
    began = time.process_time()
    receipt = world.advance(TEN_YEARS)
    took = time.process_time() - began
    assert len(receipt.fired) >= 2 * count, receipt.fired[:3]
    return {"seconds": took}


def sellers(count: int, *_more: str) -> Found:
    """Seconds to open so many sellers with one order each, and MB of memory that they take."""
    known = _sellers()
    empty, began = _memory(), time.process_time()
    for _ in range(count):
        known.open(start=START).execute(PlaceOrders({}))
    return {"seconds": time.process_time() - began, "MB": _memory() - empty}


def journal(count: int, *_more: str) -> Found:
    """Seconds for so many entries about one order to be taken and to be folded again, and MB that the world takes."""
    known = _sellers()
    empty = _memory()
    world = known.get(None)
    (order,) = world.place_orders({})
    began = time.process_time()
    for number in range(count):
        world.act(order.order_id, "buyer-message", {"text": f"Where is it? {number}"})
    took, weight = time.process_time() - began, _memory() - empty
    return {"seconds": took, "MB": weight, **_fold(world)}


def deliveries(count: int, *_more: str) -> Found:
    """Seconds for so many orders to be released with a subscriber to be told of each, told or not."""
    _, world = _world(count)
    world.execute(Subscribe(url="http://127.0.0.1:9/", secret="whsec_"))
    began = time.process_time()
    receipt = world.advance(timedelta(minutes=31))
    assert len(receipt.deliveries) == count, len(receipt.deliveries)
    return {"seconds": time.process_time() - began}


def feeds(count: int, *_more: str) -> Found:
    """Seconds for so many feeds, each with a file of its own, to be submitted and processed one after another."""
    world = _sellers().get(None)
    began = time.process_time()
    for number in range(count):
        world.execute(CreateFeed("POST_ORDER_ACKNOWLEDGEMENT_DATA", ("ATVPDKIKX0DER",), content=b"%d" % number))
    world.advance(timedelta(minutes=2 * count))
    took = time.process_time() - began
    assert all(each.ended_at for each in world.state.feeds.all.values()), "all are done"
    return {"seconds": took}


def fold(_number: int, path: str) -> Found:
    """Orders a second of folding a kept world from its journal, no checkpoint being looked at."""
    from marketplace_sandbox.store import open_store

    store = open_store(f"sqlite:///{path}")
    (seller_id,) = [each for each in store.worlds() if len(list(store.read(each))) > 1]
    entries = list(store.read(seller_id))
    gc.collect()
    gc.freeze()
    began = time.process_time()
    world = World.restore(entries, MemoryStore())
    took = time.process_time() - began
    store.close()
    return {"seconds": took, "orders/s": len(world.orders) / took, "entries/s": len(entries) / took}


def _fold(world: World) -> Found:
    entries = world.journal()
    began = time.process_time()
    again = World.restore(entries, MemoryStore())
    took = time.process_time() - began
    assert again.version == world.version
    return {"fold seconds": took}


def _sellers() -> Sellers:
    raised = Totals(sellers=1_000_000, orders=100_000_000)
    return Sellers(MemoryStore(), Defaults(start=START, rate=0, policy=RAISED), totals=raised)


def _world(count: int) -> tuple[Sellers, World]:
    known = _sellers()
    world = known.get(None)
    _fill(world, count)
    gc.collect()
    gc.freeze()  # as a server does with what stands
    return known, world


def _fill(world: World, count: int) -> None:
    for begin in range(0, count, AT_ONCE):
        world.place_orders({"count": min(AT_ONCE, count - begin)})


def _memory() -> float:
    """MB that the process has in memory."""
    gc.collect()
    resident = Path("/proc/self/statm").read_text().split()[1]
    return int(resident) * 4_096 / 1024**2


MEASURED: dict[str, Callable[..., Found]] = {
    each.__name__: each for each in (fork, place, advance, sellers, journal, deliveries, feeds, fold)
}


def main(name: str, number: str, *more: Any) -> None:
    """Measures and prints JSON."""
    print(json.dumps(MEASURED[name](int(number), *more)))


if __name__ == "__main__":
    main(*sys.argv[1:])
