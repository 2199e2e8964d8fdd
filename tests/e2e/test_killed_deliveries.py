"""The server is killed while notices are on their way: none is lost, none changes, and the world is the same.

Each chunk is one world that lives through ten kills, its clock standing in one and running in the next.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.depth import depth
from tests.e2e.sandbox import Json, Receiver, Sandbox, change, receiving
from tests.e2e.test_crash import Mortal, again, alive

CHUNKS, KILLS = depth(test=2, soak=10), 10

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(CHUNKS))
def test_every_notice_arrives_under_one_id_however_often_the_server_is_killed(tmp_path: Path, seed: int) -> None:
    store, chance = tmp_path / "worlds.db", random.Random(seed)
    with receiving() as receiver:
        with alive(store) as server:
            sandbox = Sandbox(server.url, rate=seed % 2)
            sandbox.post("webhooks", {"url": receiver.url})
        for _ in range(KILLS):
            live_and_die(store, sandbox, receiver, chance)
        with alive(store) as server:
            again(sandbox, server.url)
            sandbox.put("clock", {"rate": 0})
            sandbox.by("P5D")
            delivered = list(every(sandbox, "deliveries"))
            before = picture(sandbox)
        with alive(store) as server:
            assert picture(again(sandbox, server.url)) == before
    sandbox.close()
    check_arrivals(receiver, delivered)


def live_and_die(store: Path, sandbox: Sandbox, receiver: Receiver, chance: random.Random) -> None:
    """The server comes back, things happen, and it dies as a notice is taken or a random moment later."""
    server = Mortal(store)
    again(sandbox, server.url)
    fatal = len(receiver.bodies) + chance.randrange(1, 6)
    dying: list[threading.Timer] = []

    def answer(_body: Json) -> int:
        if len(receiver.bodies) >= fatal and not dying:
            dying.append(threading.Timer(chance.choice((0.0, chance.uniform(0.0, 0.05))), server.kill))
            dying[0].start()
        return chance.choice((200, 200, 200, 503))

    receiver.answer = answer
    with suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):  # perhaps in mid-answer
        while True:
            a_busy_hour(sandbox, chance)
    dying[0].join()
    receiver.answer = lambda _body: 200


def a_busy_hour(sandbox: Sandbox, chance: random.Random) -> None:
    order_id = sandbox.place_order(hold=chance.random() < 0.5)
    sandbox.by("PT1H")
    sandbox.act(order_id, "buyer-request-cancellation", reason="late")
    sandbox.act(order_id, *chance.choice((("seller-confirm-shipment",), ("parcel-leaves",))))


def every(sandbox: Sandbox, plural: str) -> Iterator[Json]:
    """All entries of a list, page by page."""
    cursor: dict[str, str] = {}
    while True:
        page = sandbox.get(plural, limit=1000, **cursor)
        yield from page[plural]
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def picture(sandbox: Sandbox) -> dict[str, object]:
    """All there is to see of a world."""
    lists = {plural: list(every(sandbox, plural)) for plural in ("orders", "mail", "deliveries")}
    return lists | {"clock": sandbox.get("clock"), "metrics": sandbox.get("metrics")}


def check_arrivals(receiver: Receiver, delivered: list[Json]) -> None:
    assert {each["status"] for each in delivered} == {"delivered"}
    assert len(delivered) >= KILLS
    bodies: dict[str, set[bytes]] = {}
    for body, raw in zip(receiver.bodies, receiver.raw, strict=True):
        bodies.setdefault(body["NotificationMetadata"]["NotificationId"], set()).add(raw)
    assert bodies.keys() == {each["id"] for each in delivered}
    assert {len(each) for each in bodies.values()} == {1}, "a notice changed from one attempt to the next"
    by_id = {body["NotificationMetadata"]["NotificationId"]: body for body in receiver.bodies}
    facts = Counter(fact_of(body) for body in by_id.values())
    assert set(facts.values()) == {1}, "one fact came under two ids"


def fact_of(body: Json) -> tuple[str, str, str, str]:
    content = change(body)
    trigger = content["OrderChangeTrigger"]
    return content["AmazonOrderId"], content["OrderChangeType"], trigger["TimeOfOrderChange"], trigger["ChangeReason"]
