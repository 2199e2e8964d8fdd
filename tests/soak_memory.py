"""`make soak`: a server's memory over a million requests, 10,000 sellers, 100,000 orders; flat where nothing is kept.

`python -m tests.soak_memory 0.01` does a hundredth of it, `--requests`, `--sellers` and `--orders` say numbers of their
own. Each part is done in ten steps. The first steps fill what is kept to be answered sooner, all of which has a bound;
from the middle on, memory may grow by no more than `SLACK`, or the run ends with 1.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import requests

from tests.bench.asks import Ask, get
from tests.bench.own_load import look
from tests.bench.servers import ITEMS, Running, good, order_items, our_contender, place, sp_api

REQUESTS, SELLERS, ORDERS = 1_000_000, 10_000, 100_000
STEPS = 10
CONNECTIONS = 8
SLACK = 0.05
"""How much of the memory at the middle may be added by the end: pools of the interpreter are not quite still."""
LEAST_SLACK = 8.0
"""MB that may be added however little there is."""
GONE_BYTES = 1_000
"""What may stay of a seller who is gone: the id, so that old credentials stay refused (`--max-former-sellers`)."""


class Part:
    """One thing done again and again, and the memory of the server after each step."""

    def __init__(self, name: str, running: Running) -> None:
        self.name = name
        self._running = running
        self.after: list[float] = []
        self.kept = 0.0
        """MB that the second half is known to keep."""

    def note(self) -> None:
        """Takes down what the server has now."""
        self.after.append(self._running.memory)

    @property
    def grown(self) -> float:
        """MB that have come from the middle to the end, less what is known to be kept."""
        return self.after[-1] - self.after[len(self.after) // 2] - self.kept

    @property
    def is_flat(self) -> bool:
        """Whether no more has come than may."""
        return self.grown <= max(LEAST_SLACK, SLACK * self.after[len(self.after) // 2])

    def __str__(self) -> str:
        shown = " ".join(f"{each:,.0f}" for each in self.after)
        verdict = "flat" if self.is_flat else "NOT FLAT"
        return f"{self.name}: MB after each step {shown}; {self.grown:+.1f} MB in the second half: {verdict}"


def reads(running: Running, count: int, orders: int) -> Part:
    """Reads in every dialect, and calls that are refused; nothing of them is kept but the latest in the request log."""
    asks = every_read(running.url, place(running.url, orders))
    part = Part(f"{count:,} requests about {orders:,} orders", running)
    done = 0
    for step in range(STEPS):
        while done < count * (step + 1) // STEPS:
            found = running.load(asks, CONNECTIONS, 1)
            done += round(found.rate)
        part.note()
    return part


def every_read(url: str, order_ids: Sequence[str]) -> list[Ask]:
    """Calls whose answers are of the two hundreds, as wrk wants them; each of every order of a few hundred."""
    headers, asks = sp_api(url), order_items(url, order_ids)
    chosen = order_ids[:: max(1, len(order_ids) // 100)][:100]
    for each in chosen:
        asks += [
            Ask(get(f"/orders/v0/orders/{each}", headers), each.encode()),
            Ask(get(f"/orders/2026-01-01/orders/{each}", headers), each.encode()),
            Ask(get(f"/_sandbox/orders/{each}", {}), each.encode()),
        ]
    since = "MarketplaceIds=ATVPDKIKX0DER&CreatedAfter=2026-01-01T00:00:00Z"
    sizes = [
        Ask(get(f"/orders/v0/orders?{since}&MaxResultsPerPage={size}", headers), b"Orders") for size in range(1, 21)
    ]
    return [*asks, *sizes]


def refusals(running: Running, count: int) -> Part:
    """Calls that come to nothing, each another: unknown orders, tokens, paths and sellers."""
    part = Part(f"{count:,} refusals, each of another", running)
    session = requests.Session()
    for step in range(STEPS):
        for number in range(count * step // STEPS, count * (step + 1) // STEPS):
            kinds: tuple[tuple[str, dict[str, str]], ...] = (
                (ITEMS.format(f"902-{number:07d}-0000000"), {"x-amz-access-token": f"Atza|{number}"}),
                (f"/nowhere/{number}", {}),
                ("/_sandbox/orders", {"X-Sandbox-Seller": f"NOBODY{number}"}),
            )
            path, headers = kinds[number % len(kinds)]
            assert session.get(running.url + path, headers=headers, timeout=60).status_code >= 400
        part.note()
    return part


def passing_sellers(running: Running, count: int) -> Part:
    """Sellers who come, place an order and go, one after another."""
    part = Part(f"{count:,} sellers who come and go", running)
    session = requests.Session()
    for _step in range(STEPS):
        for _ in range(count // STEPS):
            _leave(session, running.url, _come(session, running.url))
        part.note()
    part.kept = (count - count // 2) * GONE_BYTES / 1024**2
    return part


def many_sellers(running: Running, count: int) -> Part:
    """All of them at once, gone again, and that several times: later ones take the place of the first."""
    part = Part(f"{count:,} sellers at once, time and again", running)
    session = requests.Session()
    for _ in range(4):
        standing = [_come(session, running.url) for _ in range(count)]
        part.note()
        for each in standing:
            _leave(session, running.url, each)
    part.kept = count * GONE_BYTES / 1024**2
    return part


def _come(session: requests.Session, url: str) -> str:
    seller_id: str = good(session.post(f"{url}/_sandbox/sellers", json={"rate": 0}, timeout=60))["seller_id"]
    good(session.post(f"{url}/_sandbox/orders", json={}, headers={"X-Sandbox-Seller": seller_id}, timeout=60))
    return seller_id


def _leave(session: requests.Session, url: str, seller_id: str) -> None:
    session.delete(f"{url}/_sandbox/sellers/{seller_id}", timeout=60).raise_for_status()


@contextmanager
def _served() -> Iterator[Running]:
    """A server with a store on the disk, as most have."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Running(our_contender("--max-sellers", "20000", store=f"sqlite:////{folder.lstrip('/')}/a.db")) as running,
    ):
        yield running


def main(arguments: Sequence[str]) -> int:
    """Does all parts and prints; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_memory", description=__doc__)
    parser.add_argument("share", type=float, nargs="?", default=1)
    parser.add_argument("--requests", type=int)
    parser.add_argument("--sellers", type=int)
    parser.add_argument("--orders", type=int)
    asked = parser.parse_args(arguments)
    count, sellers, orders = (
        given or max(STEPS, int(asked.share * whole))
        for given, whole in ((asked.requests, REQUESTS), (asked.sellers, SELLERS), (asked.orders, ORDERS))
    )
    parts: tuple[Callable[[Running], Part], ...] = (
        lambda running: reads(running, count, orders),
        lambda running: refusals(running, max(STEPS, count // 20)),
        lambda running: passing_sellers(running, sellers),
        lambda running: many_sellers(running, sellers),
    )
    flat = True
    for each in parts:
        with _served() as running:
            part = each(running)
            look(running.port, [Ask(get("/health", {}), b"ok")])
        print(f"memory over {part}", flush=True)
        flat = flat and part.is_flat
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
