"""Many sellers whose receivers never answer, and the others, who do not notice: a whole server on a real socket."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import requests

from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.http.test_edge import listening
from tests.depth import depth
from tests.e2e.sandbox import Json, Receiver, Sandbox, receiving

WAITING, THREADS = depth(12, 280), depth(4, 256)
LONG = 60.0


@pytest.fixture
def server() -> Iterator[Server]:
    server = compose(Options(threads=THREADS))
    server.start()
    yield server
    server.close()


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    with listening(server.app) as port:
        yield f"http://127.0.0.1:{port}"


def open_waiting(url: str, receiver: Receiver) -> Sandbox:
    """A seller with an order, and a webhook that holds what it is sent."""
    seller = Sandbox(url)
    seller.put("settings", {"webhook_timeout": "PT50S"})
    seller.post("webhooks", {"url": receiver.url})
    seller.place_order()
    return seller


@pytest.mark.slow
def test_receivers_that_never_answer_make_nobody_else_wait(server: Server, url: str) -> None:
    """More sellers wait than there are threads. All that others ask is answered before a receiver is let go."""
    let_go, arrived = threading.Event(), threading.Semaphore(0)

    def hold(_: Json) -> int:
        arrived.release()
        assert let_go.wait(LONG)
        return 200

    with receiving(hold) as receiver, ThreadPoolExecutor(WAITING) as clients:
        sellers = [open_waiting(url, receiver) for _ in range(WAITING)]
        other = Sandbox(url)
        advances: list[Future[Json]] = [clients.submit(each.by, "PT31M") for each in sellers]
        try:
            for _ in sellers:
                assert arrived.acquire(timeout=LONG)
            busy = [each for each in threading.enumerate() if each.name.startswith("request-")]
            assert len(busy) <= THREADS < WAITING
            for _ in range(5):
                assert requests.get(f"{url}/health", timeout=LONG).json()["status"] == "ok"
                order_id = other.place_order(hold=False)
                other.act(order_id, "seller-cancel", reason="no_inventory")
                other.by("PT1H")
                assert other.sp_orders().get_order(order_id).payload["OrderStatus"] == "Canceled"
                assert sellers[0].get("clock")["now"] == "2026-03-02T16:30:00Z"
            assert not any(each.done() for each in advances)
        finally:
            let_go.set()
        for each in advances:
            receipt = each.result()
            assert receipt["now"] == "2026-03-02T16:31:00Z"
            assert [delivery["status"] for delivery in receipt["deliveries"]] == ["delivered"]
    for seller in (*sellers, other):
        seller.close()
