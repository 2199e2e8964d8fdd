"""Ways out: an advance of a million days is stopped in five ways, and a server ends whoever keeps it waiting."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.depth import depth
from tests.e2e.sandbox import Json, Sandbox, receiving
from tests.e2e.test_crash import Mortal, again, alive
from tests.server_process import SCRIPT
from tests.serving import clean_environment

START = "2026-03-02T16:00:00Z"
REPORT = {
    "reportType": "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING",
    "marketplaceIds": ["ATVPDKIKX0DER"],
    "period": "PT5M",
}
LIST_ORDERS = {
    "Version": "2013-09-01",
    "MarketplaceId.Id.1": "ATVPDKIKX0DER",
    "CreatedAfter": START,
    "SignatureVersion": "2",
    "SignatureMethod": "HmacSHA256",
    "Signature": "x",
    "Timestamp": "2026-03-02T16:00:00Z",
}
LONG = 60.0

pytestmark = pytest.mark.slow


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "worlds.db"


@pytest.fixture
def server(store: Path) -> Iterator[Mortal]:
    server = Mortal(store)
    yield server
    if server.process.poll() is None:
        server.process.kill()
    server.reap()


class Seller(Sandbox):
    """A seller with a report every five minutes, for ever."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        headers = {"x-amz-access-token": self.token()}
        schedules = f"{url}/reports/2021-06-30/schedules"
        assert self.session.post(schedules, json=REPORT, headers=headers, timeout=LONG).status_code == 201

    @property
    def seller_id(self) -> str:
        return str(self.seller["seller_id"])

    def ask(self, method: str, path: str, body: Any = None) -> requests.Response:
        """A call over a connection of its own, while an advance holds the other."""
        headers = {"X-Sandbox-Seller": self.seller_id}
        return requests.request(method, f"{self.url}/_sandbox/{path}", json=body, headers=headers, timeout=LONG)

    def is_on_its_way(self) -> bool:
        """Whether an advance has come some hours far."""
        return bool(self.ask("GET", "clock").json()["now"] > "2026-03-02T20:00:00Z")

    def last_written(self) -> str:
        """The instant of the last entry of the journal."""
        page: Json = {"next": ""}
        while page["next"] is not None:
            page = self.ask("GET", f"journal?limit=1000&cursor={page['next']}").json()
        return str(page["journal"][-1]["at"])

    def stands(self) -> str:
        """Where the world stands for good, which is at what was written last."""
        now = str(self.ask("POST", "clock/advance", {"by": "PT0S"}).json()["now"])
        assert now == self.ask("GET", "clock").json()["now"] == self.last_written()
        return now


@contextmanager
def advancing(seller: Seller) -> Iterator["Future[requests.Response]"]:
    """The seller's clock in the middle of a million days, and the answer that will come."""
    with ThreadPoolExecutor(1) as clients:
        answer = clients.submit(seller.call, "POST", "clock/advance", json={"by": "P1000000D"})
        while not seller.is_on_its_way():
            assert not answer.done(), answer.result().text
        yield answer
        answer.result(LONG)


def stand_again_at(store: Path, *sellers: Seller) -> list[str]:
    """Where a restart finds the worlds."""
    with alive(store) as server:
        for seller in sellers:
            again(seller, server.url)
        return [seller.stands() for seller in sellers]


def by_clock_stop(seller: Seller) -> None:
    told = subprocess.run(
        [SCRIPT, "clock", "stop", "--seller", seller.seller_id],
        env=clean_environment({"SANDBOX_URL": seller.url}), capture_output=True, text=True, check=True, timeout=LONG,
    ).stdout  # fmt: skip
    assert f"It is {seller.ask('GET', 'clock').json()['now']}; on the way" in told
    assert "Stopped" in told


STOPS: dict[str, Callable[[Seller], object]] = {
    "clock stop": by_clock_stop,
    "DELETE": lambda seller: seller.ask("DELETE", "clock/advance"),
    "reset": lambda seller: seller.ask("POST", "reset", {}),
}


def test_an_advance_of_a_million_days_is_stopped_from_outside(server: Mortal, store: Path) -> None:
    stood = {}
    for way, stop in list(STOPS.items()) * depth(1, 20):
        seller = Seller(server.url)
        with advancing(seller) as answer:
            stop(seller)
        told = answer.result().json()
        assert (answer.result().status_code, told["stopped"]) == (200, "asked"), way
        assert START < told["fired"][-1]["at"] <= told["now"] < "3000"
        stood[seller] = seller.stands()
        assert stood[seller] == (START if way == "reset" else told["now"])
        seller.close()
    server.process.kill()
    assert stand_again_at(store, *stood) == list(stood.values())


def test_an_advance_ends_with_its_seller(server: Mortal) -> None:
    seller = Seller(server.url)
    with advancing(seller) as answer:
        assert seller.ask("DELETE", f"sellers/{seller.seller_id}").status_code == 204
    assert (answer.result().status_code, answer.result().json()["stopped"]) == (200, "asked")
    assert seller.ask("GET", "clock").status_code == 404
    seller.close()


def test_an_advance_ends_when_its_client_leaves(server: Mortal, store: Path) -> None:
    seller = Seller(server.url)
    body = b'{"by":"P1000000D"}'
    head = (
        f"POST /_sandbox/clock/advance HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Sandbox-Seller: {seller.seller_id}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(head.encode() + body)
        while not seller.is_on_its_way():
            pass
        assert seller.ask("POST", "clock/advance", {"by": "PT0S"}).status_code == 409
    while seller.ask("POST", "clock/advance", {"by": "PT0S"}).status_code == 409:
        pass
    stands = seller.stands()
    assert START < stands < "3000"
    told = interrupt_in_terminal(seller, stands)
    stands = seller.stands()
    assert f"Interrupted.\nIt is {stands}; the clock stands.\n" in told
    server.process.kill()
    assert stand_again_at(store, seller) == [stands]
    seller.close()


def interrupt_in_terminal(seller: Seller, start: str) -> str:
    """What the command says at Ctrl-C."""
    command = [str(SCRIPT), "clock", "advance", "1000000d", "--seller", seller.seller_id]
    environment = clean_environment({"SANDBOX_URL": seller.url})
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        while seller.ask("GET", "clock").json()["now"] == start:
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate(timeout=LONG)
    assert process.returncode == 130
    return told


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_advance_ends_with_the_server(server: Mortal, store: Path, number: signal.Signals) -> None:
    seller = Seller(server.url)
    with advancing(seller) as answer:
        server.process.send_signal(number)
    assert server.process.wait(LONG) == 0
    (error,) = answer.result().json()["errors"]
    assert (answer.result().status_code, error["code"]) == (503, "ServiceUnavailable")
    [stands] = stand_again_at(store, seller)
    assert f"stopped at {stands}, the last instant written" in error["details"]
    seller.close()


def test_a_server_ends_whoever_keeps_it_waiting(server: Mortal, store: Path) -> None:
    """A receiver that never answers, faults that hold answers back: every call in flight gets the platform's 503."""
    seller = Sandbox(server.url)
    let_go, arrived = threading.Event(), threading.Semaphore(0)

    def hold(_: Json) -> int:
        arrived.release()
        let_go.wait(LONG)
        return 200

    order_id = seller.place_order(hold=False)
    token = {"x-amz-access-token": seller.token()}
    with receiving(hold) as receiver, ThreadPoolExecutor(4) as clients:
        seller.put("settings", {"webhook_timeout": "PT50S"})
        seller.post("webhooks", {"url": receiver.url})
        seller.post("faults", {"kind": "latency", "seconds": 50, "times": 2})
        keys = seller.seller["mws"]
        status = {"Action": "ListOrders", "AWSAccessKeyId": keys["access_key"], "SellerId": keys["seller_id"]}
        asked = {
            "action": clients.submit(
                seller.call, "POST", f"orders/{order_id}/actions/seller-cancel", json={"reason": "no_inventory"}
            ),
            "read": clients.submit(requests.get, f"{server.url}/orders/v0/orders/{order_id}", headers=token),
            "mws": clients.submit(requests.post, f"{server.url}/Orders/2013-09-01", data={**status, **LIST_ORDERS}),
        }
        assert arrived.acquire(timeout=LONG)
        while len(seller_requests(seller)) < 2:
            pass
        began = time.monotonic()
        server.process.terminate()
        server.process.wait(LONG)
        print(f"The server has ended after {time.monotonic() - began:.1f} s.")
        answers = {name: each.result(LONG) for name, each in asked.items()}
        let_go.set()
    assert {name: each.status_code for name, each in answers.items()} == dict.fromkeys(asked, 503)
    for name in ("action", "read"):
        assert answers[name].json()["errors"][0]["code"] == "ServiceUnavailable"
    assert answers["mws"].headers["content-type"] == "text/xml"
    assert "<Code>ServiceUnavailable</Code>" in answers["mws"].text
    assert server.process.returncode == 0
    with alive(store) as restarted:
        assert again(seller, restarted.url).get(f"orders/{order_id}")["status"] == "Canceled"
    seller.close()


def seller_requests(seller: Sandbox) -> list[Json]:
    """The platform's calls that the seller's client has made."""
    headers = {"X-Sandbox-Seller": str(seller.seller["seller_id"])}
    page = requests.get(f"{seller.url}/_sandbox/requests", headers=headers, timeout=LONG).json()
    return list(page["requests"])
