"""A killed server has lost nothing it answered for, and never stands before an instant a receiver has seen."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.e2e.sandbox import Json, Sandbox, change, receiving
from tests.server_process import start_server
from tests.serving import clean_environment

ROUNDS = 4

pytestmark = pytest.mark.slow


class Mortal:
    """A server on a SQLite file that can be killed in the middle of anything."""

    def __init__(self, store: Path) -> None:
        command = ["serve", "--port", "0", "--store", f"sqlite:///{store}"]
        self.process = start_server(command, env=clean_environment(), errors=subprocess.DEVNULL)
        assert self.process.stdout
        line = self.process.stdout.readline()
        self.url = line.removeprefix("Listening on ").strip()
        assert self.url.startswith("http")

    def kill(self) -> None:
        """No goodbye."""
        self.process.kill()
        self.reap()

    def reap(self) -> None:
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@contextmanager
def alive(store: Path) -> Iterator[Mortal]:
    server = Mortal(store)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
        server.reap()


def again(sandbox: Sandbox, url: str) -> Sandbox:
    """The same seller at a server that has come back."""
    sandbox.url = url
    return sandbox


def test_what_was_answered_with_2xx_is_there_after_a_kill(tmp_path: Path) -> None:
    store = tmp_path / "worlds.db"
    server = Mortal(store)
    sandbox = Sandbox(server.url)
    known: dict[str, Json] = {}
    for number in range(ROUNDS):
        for _ in range(5 + number):
            order_id = sandbox.place_order(hold=False)
            known[order_id] = sandbox.act(order_id, "seller-cancel", reason="no_inventory")["order"]
        now = sandbox.by("PT1H")["now"]
        server.kill()
        server = Mortal(store)
        again(sandbox, server.url)
        assert sandbox.get("clock")["now"] == now
        for order_id, order in known.items():
            after = sandbox.get(f"orders/{order_id}")
            assert after["cancellation"] == order["cancellation"]
            assert after["items"] == order["items"]
    server.kill()
    sandbox.close()


def test_a_kill_in_the_middle_of_an_advance_loses_nothing(tmp_path: Path) -> None:
    store = tmp_path / "worlds.db"
    for number in range(ROUNDS):
        with alive(store) as server:
            sandbox = Sandbox(server.url, rate=number % 2)
            seen = killed_while_told(server, sandbox, after=2 + number)
        with alive(store) as server:
            again(sandbox, server.url)
            check_after(sandbox, seen)
        sandbox.close()


def killed_while_told(server: Mortal, sandbox: Sandbox, after: int) -> list[Json]:
    """Ten orders are released one after the other; the server dies while its receiver holds the `after`-th notice."""
    seen: list[Json] = []
    dead = threading.Event()

    def hold(body: Json) -> int:
        seen.append(body)
        if len(seen) == after:
            server.kill()
            dead.set()
        return 200

    with receiving(hold) as receiver:
        sandbox.post("webhooks", {"url": receiver.url})
        for _ in range(10):
            sandbox.place_order()
            sandbox.by("PT1M")
        with pytest.raises(requests.ConnectionError):
            sandbox.by("PT2H")
        assert dead.wait(30)
    return seen


def check_after(sandbox: Sandbox, seen: list[Json]) -> None:
    last = change(seen[-1])["OrderChangeTrigger"]["TimeOfOrderChange"].replace(".000Z", "Z")
    assert sandbox.get("clock")["now"] >= last
    for body in seen:
        told = change(body)
        order = sandbox.get(f"orders/{told['AmazonOrderId']}")
        assert order["status"] == "Unshipped"
    told_of = {body["NotificationMetadata"]["NotificationId"] for body in seen}
    kept = {delivery["id"]: delivery for delivery in sandbox.get("deliveries", limit=100)["deliveries"]}
    assert told_of <= set(kept)
    unsettled = [each for each in told_of if kept[each]["status"] != "delivered"]
    assert unsettled == [seen[-1]["NotificationMetadata"]["NotificationId"]]
