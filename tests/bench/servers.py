"""A server that is measured: a process of its own, pinned to one core, and our own with orders in it.

Knows nothing of how load is made, nor of other servers than ours.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import requests

from marketplace_sandbox.api.admission.credentials import DEFAULTS
from tests.bench.asks import Ask, Load, WrongAnswerError, get
from tests.bench.load import load
from tests.documents import ROOT
from tests.server_process import SCRIPT
from tests.serving import clean_environment

BENCH = ROOT / ".bench"
"""What is fetched and made for measuring; git does not know it."""

START = "2026-03-02T16:00:00Z"
ASKED = 300
START_SECONDS = 120
STOP_SECONDS = 60
ITEMS = "/orders/v0/orders/{}/orderItems"
MOST_AT_ONCE = 1_000
"""Orders of one call, all of which its answer shows."""

ORDERS = 10_000
THREE_ITEMS = [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}, {"sku": "C", "price": 7}]
"""With so many, getOrderItems answers about as much as others do."""


ALL_CORES = os.sched_getaffinity(0) if sys.platform == "linux" else None
"""What the whole run has, before servers get a core of their own."""


@cache
def own_core() -> int | None:
    """The core that servers are pinned to; load and receivers get the others, where there are any."""
    if sys.platform != "linux":
        return None
    first, *others = sorted(os.sched_getaffinity(0))
    if not others:
        return None
    os.sched_setaffinity(0, others)
    return first


def spawn(command: Sequence[str], *, core: int | None = None, **more: Any) -> subprocess.Popen[bytes]:
    """A process on one core, from its very beginning. Without one it runs where the load does."""
    env = {name: text for name, text in clean_environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    with begun_on({core} if core is not None else None):
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, env=env, cwd=ROOT,
            **{"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **more},
        )  # fmt: skip


@contextmanager
def begun_on(cores: set[int] | None) -> Iterator[None]:
    """Processes that are begun meanwhile have these cores; without any named, those that the load has."""
    if cores is None or sys.platform != "linux":
        yield
        return
    kept = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, kept)


@dataclass(frozen=True)
class Contender:
    """A server to be measured. `command` spawns it on a port; `first` tries for its first good answer.

    `prepare` fills it and answers what to ask. Both may raise `requests.ConnectionError` while nobody listens.
    """

    name: str
    command: Callable[[int], Sequence[str]]
    first: Callable[[str], requests.Response]
    prepare: Callable[[str], list[Ask]] = field(default=lambda _: [])


class Running:
    """A contender's process on a port of its own. `started` is how many seconds it took to its first good answer.

    What is not to be measured itself stands `beside` the load, not on the core of servers.
    """

    def __init__(self, contender: Contender, *, beside: bool = False) -> None:
        self.name = contender.name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        began = time.perf_counter()
        core = own_core()
        self._process = spawn(contender.command(self.port), core=None if beside else core)
        try:
            self.started = _first_answer(self._process, contender, self.url) - began
        except BaseException:
            self.close()
            raise

    @property
    def memory(self) -> float:
        """MB of memory that the process has now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def worked(self) -> float:
        """Seconds of processor time that the process has had, all its threads together."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def load(self, asks: Sequence[Ask], connections: int, seconds: float) -> Load:
        """The figures of one measurement. Raises WrongAnswerError."""
        before = self.worked
        found = load(self.port, asks, connections, seconds)
        worked = self.worked - before
        return replace(found, per_second_worked=found.count / worked) if worked else found

    def close(self) -> None:
        """End the process, which is given time to write down what it has."""
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def ours(*options: str, store: str = "memory", name: str = "marketplace-sandbox") -> Iterator[Running]:
    """Our server, its clocks frozen, in its default settings but for these options."""
    with Running(our_contender(*options, store=store, name=name)) as running:
        yield running


def our_contender(*options: str, store: str = "memory", name: str = "marketplace-sandbox") -> Contender:
    """Our server as one of those who are measured in turn. Its first good answer is getOrderItems of a new order."""
    return Contender(
        name,
        lambda port: [str(SCRIPT), "serve", "--port", str(port), "--store", store, "--start", START, *options],
        _first_of_ours if store == "memory" else lambda url: requests.get(f"{url}/health", timeout=5),
        lambda url: order_items(url, place(url, ORDERS, items=THREE_ITEMS)),
    )


def place(url: str, count: int, **form: Any) -> list[str]:
    """Orders are placed, released at once where nothing else is said; answers the ids of some of them."""
    found: list[str] = []
    for begin in range(0, count, MOST_AT_ONCE):
        body = {"count": min(MOST_AT_ONCE, count - begin), "hold": False, **form}
        placed = good(requests.post(f"{url}/_sandbox/orders", json=body, timeout=600))
        found += [each["order_id"] for each in placed.get("orders", [placed])]
    return found


def sp_api(url: str) -> dict[str, str]:
    """The headers of a client that has logged in."""
    form = {"grant_type": "refresh_token", **DEFAULTS["lwa"]}
    return {"x-amz-access-token": good(requests.post(f"{url}/auth/o2/token", data=form, timeout=30))["access_token"]}


def order_items(url: str, order_ids: Sequence[str]) -> list[Ask]:
    """The order items of a few hundred orders out of all of them."""
    headers = sp_api(url)
    chosen = order_ids[:: max(1, len(order_ids) // ASKED)][:ASKED]
    return [Ask(get(ITEMS.format(each), headers), each.encode()) for each in chosen]


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def good(answer: requests.Response) -> Any:
    """The JSON of an answer. A server that still starts says so by 503, and is to be asked again like one not there."""
    if answer.status_code == 503:
        raise requests.ConnectionError(answer.text[:300])
    if not answer.ok:
        raise WrongAnswerError(f"{answer.status_code} for {answer.url}: {answer.text[:300]}")
    return answer.json()


def _first_answer(process: subprocess.Popen[bytes], contender: Contender, url: str) -> float:
    ends = time.perf_counter() + START_SECONDS
    while time.perf_counter() < ends:
        if process.poll() is not None:
            raise WrongAnswerError(f"{contender.name} ended before it answered")
        try:
            answer = contender.first(url)
        except requests.ConnectionError:
            time.sleep(0.005)
            continue
        if answer.status_code == 503:  # it listens, and still starts
            time.sleep(0.005)
            continue
        if answer.status_code != 200:
            raise WrongAnswerError(
                f"the first answer of {contender.name} was {answer.status_code}: {answer.text[:300]}"
            )
        return time.perf_counter()
    raise WrongAnswerError(f"{contender.name} did not answer within {START_SECONDS} s")


def _first_of_ours(url: str) -> requests.Response:
    """A world has to have an order before there is an answer, so the first answer takes three requests."""
    (order_id,) = place(url, 1)
    return requests.get(url + ITEMS.format(order_id), headers=sp_api(url), timeout=5)
