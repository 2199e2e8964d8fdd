"""A server that is killed while it writes a world down, or ended, or whose checkpoint is gone, answers as it did."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.sandbox import Sandbox
from tests.e2e.test_crash import Mortal, again

pytestmark = pytest.mark.slow

UNFINISHED = "SELECT 1 FROM checkpoints WHERE head IS NULL"
WHOLE = "SELECT max(version) FROM checkpoints WHERE head IS NOT NULL"


def ask(store: Path, question: str) -> list[tuple[Any, ...]]:
    """What the tables say, by a reader beside the server; nothing while there are no such tables."""
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=10)) as beside:
        if not beside.execute("SELECT 1 FROM sqlite_master WHERE name = 'pages'").fetchall():
            return []
        return beside.execute(question).fetchall()


def answers(sandbox: Sandbox, some: list[str]) -> list[Any]:
    """Reads of the world as a whole, and of some of its orders."""
    whole = [sandbox.get(path) for path in ("clock", "metrics", "mail", "settings", "journal")]
    return [*whole, *(sandbox.get(f"orders/{each}{path}") for each in some for path in ("", "/explain"))]


def test_killed_while_a_checkpoint_is_written_ended_and_without_it_the_world_is_the_same(tmp_path: Path) -> None:
    store = tmp_path / "worlds.db"
    server = Mortal(store)
    sandbox = Sandbox(server.url)
    orders, before = grow_until_unfinished(store, sandbox)
    server.kill()
    assert ask(store, UNFINISHED) == [(1,)]

    server = Mortal(store)
    assert answers(again(sandbox, server.url), orders) == before
    server.process.send_signal(signal.SIGTERM)
    server.reap()
    assert ask(store, "SELECT count(head), count(*) FROM checkpoints") == [(1, 1)]
    assert ask(store, "SELECT count(*) FROM pages WHERE checkpoint NOT IN (SELECT number FROM checkpoints)") == [(0,)]

    server = Mortal(store)
    assert answers(again(sandbox, server.url), orders) == before
    later = sandbox.place_order()
    after = answers(sandbox, orders)
    server.kill()
    server = Mortal(store)
    assert answers(again(sandbox, server.url), orders) == after
    assert sandbox.get(f"orders/{later}")["order_id"] == later
    server.process.send_signal(signal.SIGTERM)
    server.reap()

    with closing(sqlite3.connect(store)) as file:
        file.execute("DROP TABLE pages")
        file.commit()
    server = Mortal(store)
    assert answers(again(sandbox, server.url), orders) == after
    server.kill()
    sandbox.close()


def grow_until_unfinished(store: Path, sandbox: Sandbox) -> tuple[list[str], list[Any]]:
    """A seller with so many orders that a checkpoint is just being written; some of them, and what is answered."""
    for times in (2, 4, 8, 16):
        for _ in range(times):
            sandbox.post("orders", {"count": 1000})
        orders = [each["order_id"] for each in sandbox.get("orders", limit=5)["orders"]]
        before = answers(sandbox, orders)
        version = sandbox.get("journal", limit=1000)["journal"][-1]["version"]
        while ask(store, WHOLE) != [(version,)]:
            if ask(store, UNFINISHED):
                return orders, before
    raise AssertionError("every checkpoint was there before it was seen")
