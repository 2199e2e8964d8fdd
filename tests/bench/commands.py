"""What clients do to worlds: durable commands, notices that are posted, and isolated tests through the plugin."""

import sys
import tempfile
import time
from contextlib import ExitStack

import requests

from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.server import Server
from tests.bench.asks import Ask, post
from tests.bench.effort import Effort
from tests.bench.figures import Figure, middle, percentile
from tests.bench.isolation import isolated_test
from tests.bench.servers import ALL_CORES, BENCH, Contender, Running, begun_on, good, ours, own_core, place

CLIENTS = 16
NOTICES = 4_000


def durable(effort: Effort) -> list[Figure]:
    """`buyer-message` by 16 clients at once on a SQLite store: each is answered once it would survive a cut."""
    with ExitStack() as until_the_end:
        running = _stored(until_the_end)
        body = b'{"text":"Where is it?"}'
        asks = [
            Ask(post(f"/_sandbox/orders/{each}/actions/buyer-message", {}, body), b"outcome")
            for each in place(running.url, 300)
        ]
        running.load(asks, CLIENTS, min(effort.warm_up, 4))
        several = [running.load(asks, CLIENTS, effort.seconds) for _ in range(effort.rounds)]
    rate, generator = middle(each.rate for each in several), middle(each.generator for each in several)
    worked = middle(each.per_second_worked for each in several)
    what = f"durable commands, {CLIENTS} clients, SQLite"
    return [
        Figure(what, rate, "commands/s", 1_000, generator=generator, per_second_worked=worked),
        Figure("the same, p99", middle(each.p99 for each in several), "ms"),
    ]


def webhooks(effort: Effort) -> list[Figure]:
    """Orders are released all at one instant; each is told to a receiver, and what it answered is in the journal."""
    count, rates, by_work = effort.count(NOTICES), [], []
    for _ in range(effort.rounds):
        with ExitStack() as until_the_end:
            running = _stored(until_the_end)
            receiver = until_the_end.enter_context(Running(_receiver(), beside=True))
            good(requests.post(f"{running.url}/_sandbox/webhooks", json={"url": f"{receiver.url}/told"}, timeout=30))
            place(running.url, count, hold=True)
            began, worked = time.perf_counter(), running.worked
            receipt = good(requests.post(f"{running.url}/_sandbox/clock/advance", json={"by": "PT31M"}, timeout=600))
            took = time.perf_counter() - began
            delivered = [each for each in receipt["deliveries"] if each["status"] == "delivered"]
            assert delivered, receipt["deliveries"][:3]
            rates.append(len(delivered) / took)
            by_work.append(len(delivered) / (running.worked - worked))
    what = f"webhooks to a local receiver, {count:,} outcomes journalled"
    return [Figure(what, middle(rates), "posts/s", 800, per_second_worked=middle(by_work))]


def plugin(effort: Effort) -> list[Figure]:
    """A fresh seller with one order, and a whole isolated test of which there are a thousand on two workers."""
    tests = effort.count(1_000)
    core, times = own_core(), []
    with begun_on(None if core is None else {core}):
        server = Server()
    try:
        for _ in range(tests):
            began = time.perf_counter()
            marketplace = Marketplace.opened(server.url)
            marketplace.place_order()
            times.append((time.perf_counter() - began) * 1_000)
            marketplace.close()
    finally:
        server.close()
    with begun_on(ALL_CORES):  # two workers and their servers share all there is, as a suite does
        whole = [isolated_test(tests) for _ in range(effort.rounds)]
    return [
        Figure("fresh seller with one order through the plugin, median", percentile(times, 50), "ms"),
        Figure("fresh seller with one order through the plugin, p95", percentile(times, 95), "ms", at_most=2),
        Figure("an isolated test, two workers", middle(each.test for each in whole), "ms", at_most=effort.goal(6)),
        Figure("the same without pytest's own", middle(each.marketplace for each in whole), "ms"),
    ]


def _stored(until_the_end: ExitStack) -> Running:
    BENCH.mkdir(exist_ok=True)
    folder = until_the_end.enter_context(tempfile.TemporaryDirectory(dir=BENCH))
    return until_the_end.enter_context(ours(store=f"sqlite:////{folder.lstrip('/')}/a.db"))


def _receiver() -> Contender:
    return Contender(
        "receiver",
        lambda port: [sys.executable, "-m", "tests.bench.raw_responder", str(port), "16"],
        lambda url: requests.get(url, timeout=5),
    )
