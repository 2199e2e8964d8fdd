"""What worlds cost: to fork, to open again, to be advanced, to be filled, and to be kept in memory."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from tests.bench.effort import Effort
from tests.bench.figures import Figure, middle
from tests.bench.inside import inside
from tests.bench.long_world import long_world
from tests.bench.servers import BENCH, START, Contender, Running, good, ours
from tests.server_process import SCRIPT

TEN_YEARS = {"by": "P3650D"}
MANY = 100_000


def fork(effort: Effort) -> list[Figure]:
    """A fork of a small world and of a large one, from now, in the process."""
    figures = []
    for count, most in ((1_000, 0.5), (MANY, 2)):
        orders = count if count == 1_000 else effort.count(count)
        took = [inside("fork", orders)["ms"] for _ in range(effort.rounds)]
        figures.append(Figure(f"fork of {orders:,} orders", middle(took), "ms", at_most=effort.goal(most)))
    return figures


def open_long_world(effort: Effort) -> list[Figure]:
    """From spawn to the first good answer about a long world, less what an empty store takes; and its fold."""
    kept, count = long_world(effort.count(MANY)), effort.count(MANY)
    with tempfile.TemporaryDirectory(dir=BENCH) as folder:
        path = Path(folder) / "long.db"
        shutil.copy(kept, path)
        folds = [inside("fold", 0, str(kept)) for _ in range(effort.rounds)]
        order_id = _last_order(path)
        with Running(_opening(path, order_id)):  # its end leaves what the next start opens it from
            pass
        long, empty = [], []
        for number in range(effort.rounds):
            with Running(_opening(path, order_id)) as running:
                long.append(running.started)
            with Running(_opening(Path(folder) / f"empty-{number}.db", "")) as running:
                empty.append(running.started)
    less = middle(long) - middle(empty)
    what = f"of {count:,} orders placed one by one"
    return [
        Figure(f"open a world {what}, from spawn", middle(long), "s"),
        Figure("the same, an empty store", middle(empty), "s"),
        Figure(f"open a world {what}, less a cold start", less, "s", at_most=effort.goal(1)),
        Figure(
            "fold of it, no checkpoint",
            middle(each["orders/s"] for each in folds),
            "orders/s",
            at_least=effort.goal(10_000),
        ),
    ]


def advance(effort: Effort) -> list[Figure]:
    """One call that lets ten years pass over 10,000 open orders, each with two timers."""
    count, took = effort.count(10_000), []
    for _ in range(effort.rounds):
        with ours() as running:
            good(requests.post(f"{running.url}/_sandbox/orders", json={"count": count}, timeout=600))
            began = time.perf_counter()
            receipt = good(requests.post(f"{running.url}/_sandbox/clock/advance", json=TEN_YEARS, timeout=600))
            took.append(time.perf_counter() - began)
            assert len(receipt["fired"]) >= 2 * count, len(receipt["fired"])
    figure = Figure(f"advance ten years over {count:,} open orders", middle(took), "s", at_most=effort.goal(1))
    return [figure]


def place(effort: Effort) -> list[Figure]:
    """100,000 orders in one call, answered once all of them are durable, and the memory of the server then."""
    count, took, weight = effort.count(MANY), [], []
    for _ in range(effort.rounds):
        with _stored() as running:
            began = time.perf_counter()
            good(requests.post(f"{running.url}/_sandbox/orders", json={"count": count}, timeout=600))
            took.append(time.perf_counter() - began)
            weight.append(running.memory)
    return [
        Figure(f"place {count:,} orders in one call", middle(took), "s", at_most=effort.goal(8)),
        Figure(f"memory for {count:,} orders", middle(weight), "MB", at_most=effort.goal(300)),
    ]


@contextmanager
def _stored() -> Iterator[Running]:
    """Our server with a store on the disk that this checkout is on."""
    BENCH.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BENCH) as folder, ours(store=f"sqlite:////{_plain(folder)}/a.db") as running:
        yield running


def _opening(path: Path, order_id: str) -> Contender:
    asked = f"/_sandbox/orders/{order_id}" if order_id else "/_sandbox/orders?limit=1"
    return Contender(
        "marketplace-sandbox",
        lambda port: [
            str(SCRIPT), "serve", "--port", str(port), "--store", f"sqlite:////{_plain(path)}", "--start", START,
        ],
        lambda url: requests.get(url + asked, timeout=60),
    )  # fmt: skip


def _last_order(path: Path) -> str:
    """The order that was placed last: the first answer about it needs the whole journal."""
    with Running(_opening(path, "")) as running:
        newest = good(requests.get(f"{running.url}/_sandbox/journal?limit=1", timeout=600))
        assert newest["journal"][0]["kind"] == "opened"
        cursor, last = "", ""
        while True:
            page = good(
                requests.get(f"{running.url}/_sandbox/orders", params={"limit": "1000", "cursor": cursor}, timeout=600)
            )
            last = page["orders"][-1]["order_id"]
            if not page["next"]:
                return last
            cursor = page["next"]


def _plain(path: Path | str) -> str:
    return str(Path(path).resolve()).lstrip("/")
