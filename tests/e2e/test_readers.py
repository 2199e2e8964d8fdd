"""Two poll loops, a queue consumer and a webhook receiver end with the same picture, whatever happens on the way."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import pytest

from tests.e2e.example_readers import Picture, environment, imported
from tests.e2e.sandbox import Json, Sandbox
from tests.serving import serving

MODULES = ("poll_orders_v0", "poll_orders_2026", "consume_queue", "receive_webhooks")

pytestmark = pytest.mark.slow


@contextmanager
def receiving(server: Any) -> Iterator[Any]:
    """A receiver at work in a thread of its own."""
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def live(sandbox: Sandbox) -> Iterator[None]:
    """Twelve orders and everything that can become of them, each change at an instant of its own."""
    orders = []
    for _ in range(12):
        orders.append(sandbox.place_order(items=[{"sku": "A"}, {"sku": "B", "quantity": 2}]))
        sandbox.by("PT7S")
        yield
    sandbox.act(orders[0], "buyer-cancel")
    sandbox.by("PT1H")
    yield
    moves: list[tuple[int, str, Json]] = [
        (1, "buyer-request-cancellation", {"reason": "late"}),
        (2, "buyer-request-cancellation", {"items": ["A"]}),
        (3, "seller-confirm-shipment", {}),
        (1, "seller-cancel", {"reason": "buyer_canceled"}),
        (4, "seller-cancel", {"reason": "no_inventory"}),
        (2, "seller-confirm-shipment", {"items": ["B"]}),
        (5, "fraud-detected", {}),
        (6, "buyer-request-cancellation", {}),
        (6, "seller-confirm-shipment", {}),
        (7, "buyer-request-cancellation", {"reason_text": "better price"}),
        (2, "seller-confirm-shipment", {"items": ["A"]}),
    ]
    for number, action, arguments in moves:
        sandbox.act(orders[number], action, **arguments)
        sandbox.by("PT3S")
        yield
    sandbox.by("P12D")  # the rest is canceled by Amazon
    yield


def known(sandbox: Sandbox) -> Picture:
    """The same picture as the control API draws it."""
    shown = sandbox.get("orders", limit=100)["orders"]
    return {each["order_id"]: (each["status"], each["request"] is not None) for each in shown}


def test_four_readers_end_with_the_same_picture() -> None:
    with serving("--sqs") as server, ExitStack() as in_the_end:
        sandbox = in_the_end.enter_context(closing(Sandbox(server.url)))
        assert server.queues
        told = environment(sandbox.url, sandbox.seller["lwa"]) | {"AWS_ENDPOINT_URL_SQS": server.queues}
        with imported(MODULES, told) as modules:
            polls = [modules[name].Poller("2026-01-01T00:00:00Z") for name in ("poll_orders_v0", "poll_orders_2026")]
            consumer = modules["consume_queue"].Consumer()
            in_the_end.callback(consumer.close)
            consumer.subscribe()
            consumer.subscribe()  # done before is done
            with receiving(modules["receive_webhooks"].Receiver(0)) as receiver:
                url = f"http://127.0.0.1:{receiver.server_port}/"
                receiver.secret = sandbox.post("webhooks", {"url": url})["secret"]
                disturb(sandbox)
                for _ in live(sandbox):
                    for poll in polls:
                        poll.poll()
                    consumer.drain()
                sandbox.by("PT1H")  # what was held back comes
                for poll in polls:
                    poll.poll()
                consumer.drain()
    pictures = [poll.picture for poll in polls] + [consumer.picture, receiver.picture]
    assert all(picture == pictures[0] for picture in pictures), pictures
    check(pictures[0], polls[1].canceled_by, consumer.repeated, receiver.repeated)


def disturb(sandbox: Sandbox) -> None:
    """Every notification comes twice, and many after those that follow them."""
    wanted = [
        {"kind": "reorder", "behind": 3, "within": "PT30M", "skip": 2, "times": 9},
        {"kind": "delay", "by": "PT20S", "times": 12},
        {"kind": "duplicate", "times": None},
    ]
    sandbox.post("faults", {"faults": wanted})


def check(picture: Picture, canceled_by: dict[str, str], *repeated: int) -> None:
    assert sorted(status for status, _ in picture.values()) == ["Canceled"] * 9 + ["Shipped"] * 3
    assert sum(asked for _, asked in picture.values()) == 4
    assert sorted(canceled_by.values()) == ["AMAZON"] * 6 + ["BUYER"] + ["MERCHANT"] * 2
    assert all(count > 20 for count in repeated)
