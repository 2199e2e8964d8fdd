"""A world of 100,000 orders that came one by one and lived through their hold, in a SQLite store, made once and kept.

Every order is placed by a command of its own through the world's door, twenty at an instant, and half an hour later
Amazon releases it; so its journal is as long and as mixed as one that was lived. It is kept in .bench/ for as long as
rules and entries are the same. `python -m tests.bench.long_world COUNT PATH` makes one.
"""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from marketplace_sandbox.core.journal.journal import FORMAT
from marketplace_sandbox.core.rules.version import RULES
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.memory import MemoryStore
from tests.bench.servers import BENCH

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
AT_AN_INSTANT = 20
STEP = timedelta(seconds=30)
HOLD = timedelta(minutes=31)


def long_world(count: int) -> Path:
    """The file of the store, which is made if it is not there."""
    path = BENCH / f"world-of-{count}-rules-{RULES}-entries-{FORMAT}.db"
    if not path.exists():
        print(f"Making a world of {count:,} orders, which is kept as {path.name} ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "tests.bench.long_world", str(count), str(path)], check=True)
    return path


def _make(count: int, path: Path) -> None:
    sellers = Sellers(MemoryStore(), Defaults(start=START, rate=0))
    world = sellers.get(None)
    for number in range(count):
        world.place_orders({})
        if number % AT_AN_INSTANT == AT_AN_INSTANT - 1:
            world.advance(STEP)
    world.advance(HOLD)
    assert {str(each.status) for each in world.orders.values()} == {"Unshipped"}, "everyone's hold is over"
    path.parent.mkdir(exist_ok=True)
    beside = path.with_suffix(".making")
    store = open_store(f"sqlite:///{beside.resolve().relative_to('/')}".replace("sqlite:///", "sqlite:////"))
    store.replace(world.seller_id, world.journal())
    store.close()
    beside.rename(path)


if __name__ == "__main__":
    _make(int(sys.argv[1]), Path(sys.argv[2]))
