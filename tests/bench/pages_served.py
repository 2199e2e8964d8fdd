"""Pages of a world of 100,000 orders, and what a page that is open costs a client that is busy."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests

from tests.bench.asks import Ask, Load, get
from tests.bench.effort import Effort
from tests.bench.figures import Figure, middle
from tests.bench.servers import good, order_items, ours, place

ONE, FEW = 1, 8
CHANGES_SECONDS = 0.5
LISTS = {
    "Manage Orders, newest first": "/seller/orders?tab=unshipped",
    "Manage Orders, in the middle of them": "/seller/orders?tab=unshipped&page=2000",
    "Manage Orders, by ship date": "/seller/orders?tab=unshipped&sort=ship-by",
    "Manage Orders, a search": "/seller/orders?tab=unshipped&q=902-1",
}
"""What is looked at, each by whoever pages through it alone."""


def pages(effort: Effort) -> list[Figure]:
    """How long a page takes, the world unchanged; and reads of a client beside an open page, to those without one."""
    with ours("--no-lane") as running:
        order_ids = place(running.url, effort.count(100_000))
        figures = []
        for what, path in LISTS.items():
            asks = [Ask(get(path, {}), b"not Amazon")]
            running.load(asks, ONE, 1)
            found = [running.load(asks, ONE, effort.seconds).p50 for _ in range(effort.rounds)]
            figures.append(Figure(f"{what}, median", middle(found), "ms", at_most=effort.goal(100)))
        asks = order_items(running.url, order_ids)
        running.load(asks, FEW, effort.warm_up)
        alone: list[Load] = []
        beside: list[Load] = []
        for _ in range(effort.rounds):
            with _orders_placed(running.url):
                alone.append(running.load(asks, FEW, effort.seconds))
                with _open_page(running.url):
                    beside.append(running.load(asks, FEW, effort.seconds))
        (rate, worked), (rate_alone, worked_alone) = (
            [middle(getattr(each, name) for each in several) for name in ("rate", "per_second_worked")]
            for several in (beside, alone)
        )
        by_work = worked / worked_alone if worked_alone else None
        what = "getOrderItems with a live page open : without"
        return [*figures, Figure(what, rate / rate_alone, at_least=effort.goal(0.95), per_second_worked=by_work)]


@contextmanager
def _orders_placed(url: str) -> Iterator[None]:
    """Something happens in the world twice a second, page or no page."""
    over = threading.Event()

    def place_on() -> None:
        while not over.wait(CHANGES_SECONDS):
            good(requests.post(f"{url}/_sandbox/orders", json={"hold": False}, timeout=60))

    with _beside(place_on, over):
        yield


@contextmanager
def _open_page(url: str) -> Iterator[None]:
    """What a browser does that has Manage Orders open: it follows, and asks for the list at each event."""
    over = threading.Event()
    asked = {"Accept": "text/html", "HX-Request": "true", "HX-Target": "order-list"}

    def follow() -> None:
        with requests.get(f"{url}/console/events", stream=True, timeout=60) as stream:
            for line in stream.iter_lines(chunk_size=1):
                if over.is_set():
                    return
                if line.startswith(b"data: "):
                    requests.get(f"{url}/seller/orders", headers=asked, timeout=60).raise_for_status()

    with _beside(follow, over):
        time.sleep(CHANGES_SECONDS)
        yield


@contextmanager
def _beside(work: Callable[[], None], over: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5)
