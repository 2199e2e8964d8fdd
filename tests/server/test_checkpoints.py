"""Worlds are written down in the background and at the end, idle ones leave memory, and no answer is another for it."""

import logging
import random
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.checkpoints.checkpoint import CheckpointVersion
from marketplace_sandbox.core.checkpoints.fingerprint import fingerprint
from marketplace_sandbox.core.commands.notifications import RecordAttempt
from marketplace_sandbox.core.journal.journal import Checkpoint, CheckpointError, CheckpointLabel, PutPage
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Defaults, Sellers
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server import checkpoints as module
from marketplace_sandbox.server.checkpoints import Checkpoints
from marketplace_sandbox.server.composition import Options, Server, compose
from marketplace_sandbox.store import open_store
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.admission.server_seller import EVER, START, US
from tests.api.contract import Client
from tests.core.checkpoints.test_checkpoint import is_away, live
from tests.depth import depth


def serve(path: Path, **more: Any) -> Server:
    return compose(Options(store=f"sqlite:///{path}", start=START, rate=0.0, **more))


def end(server: Server) -> None:
    """It is no longer served, and lets go of its threads."""
    server.close()
    server.app.on_shutdown()


def settle(server: Server) -> None:
    """What is outgoing has been delivered, and what came of entries is kept, as the server's threads see to it."""
    for world in server.sellers:
        for delivery_id in list(world.state.outgoing):
            world.execute(RecordAttempt(delivery_id, 200))
    server.sellers.keep_results()


Read = tuple[str, str, dict[str, str]]


def reads(server: Server) -> Iterator[Read]:
    """Every kind of read there is, of every order."""
    world = server.sellers.get(DEFAULT_SELLER)
    control = ("clock", "orders?limit=1000", "mail", "messages", "metrics", "deliveries", "journal", "webhooks")
    for path in (*control, "subscriptions", "settings", "sellers", "export", f"sellers/{DEFAULT_SELLER}", "migration"):
        yield "GET", f"/_sandbox/{path}", {"host": "127.0.0.1:8585"}
    token = {"x-amz-access-token": server.credentials.access_token(DEFAULT_SELLER)}
    lists = (
        f"/orders/v0/orders?MarketplaceIds={US}&CreatedAfter={EVER}&MaxResultsPerPage=100",
        f"/orders/v0/orders?MarketplaceIds={US}&LastUpdatedAfter={EVER}&MaxResultsPerPage=100",
        f"/orders/2026-01-01/orders?createdAfter={EVER}&maxResultsPerPage=100",
        "/notifications/v1/destinations",
        "/reports/2021-06-30/reports?pageSize=100&reportTypes=GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
        "/reports/2021-06-30/schedules?reportTypes=GET_ORDER_REPORT_DATA_SHIPPING",
        "/feeds/2021-06-30/feeds?pageSize=100&feedTypes=POST_ORDER_ACKNOWLEDGEMENT_DATA",
        "/sellers/v1/marketplaceParticipations",
    )
    for path in lists:
        yield "GET", path, token
    for report_id in world.state.reports.all:
        yield "GET", f"/reports/2021-06-30/reports/{report_id}", token
    for feed_id in world.state.feeds.all:
        yield "GET", f"/feeds/2021-06-30/feeds/{feed_id}", token
    for order_id in list(world.orders):
        for path in ("", "/orderItems", "/buyerInfo", "/address", "/orderItems/buyerInfo", "/regulatedInfo"):
            yield "GET", f"/orders/v0/orders/{order_id}{path}", token
        yield "GET", f"/orders/2026-01-01/orders/{order_id}", token
        for path in ("", "/explain", "/compare"):
            yield "GET", f"/_sandbox/orders/{order_id}{path}", {"host": "127.0.0.1:8585"}
    key = server.credentials.issue(DEFAULT_SELLER)["mws"]["access_key"]
    mws = f"Version=2013-09-01&AWSAccessKeyId={key}&SellerId={DEFAULT_SELLER}&MarketplaceId.Id.1={US}"
    yield "GET", f"/Orders/2013-09-01?Action=ListOrders&{mws}&CreatedAfter={EVER}", {}


def answers(server: Server) -> dict[str, tuple[int, bytes]]:
    """The bytes of all of them. What tells one request or one server's keys from another's is left out."""
    client = Client(server.app, ())
    found = {}
    for method, path, headers in reads(server):
        url, _, query = path.partition("?")
        named = dict(each.split("=", 1) for each in query.split("&")) if query else {}
        answer = client(method, url, named, headers=headers, documented=False)
        found[path] = answer.status, without_request_ids(answer.raw)
    return found


def without_request_ids(raw: bytes) -> bytes:
    head, found, rest = raw.partition(b"<RequestId>")
    return head + rest.partition(b"</RequestId>")[2] if found else raw


Way = Callable[[Path], None]


def nothing(_: Path) -> None:
    """It stands as it was written."""


def deleted(path: Path) -> None:
    with_store(path, lambda store: store.drop_checkpoints(DEFAULT_SELLER))


def damaged(path: Path) -> None:
    def damage(store: Any) -> None:
        found: Checkpoint | None = store.checkpoint(DEFAULT_SELLER, fingerprint())
        assert found is not None
        chance = random.Random(len(found.pages))
        number = chance.randrange(len(found.pages))
        pages = [*found.pages[:number], b"damaged", *found.pages[number + 1 :]]

        def write(put: PutPage) -> bytes:
            for page in pages:
                put(page)
            return found.head

        store.keep_checkpoint(DEFAULT_SELLER, CheckpointLabel(found.version, fingerprint()), write)

    with_store(path, damage)


def with_store(path: Path, do: Callable[[Any], None]) -> None:
    store = open_store(f"sqlite:///{path}")
    do(store)
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(depth(test=3, soak=1000)))
def test_every_read_has_the_same_bytes_however_the_world_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    path, chance = tmp_path / "worlds.db", random.Random(seed)
    server = serve(path)
    live(server.sellers.get(DEFAULT_SELLER), chance, chance.choice((20, 60)))
    settle(server)
    before = answers(server)
    monkeypatch.setattr(module, "LEAST", 1)
    end(server)
    for way, away in ((nothing, True), (deleted, False), (nothing, True), (damaged, False)):
        way(path)
        server = serve(path)
        assert is_away(server.sellers.get(DEFAULT_SELLER)) is away
        assert answers(server) == before, way.__name__
        server.sellers.get(DEFAULT_SELLER)._kept = CheckpointVersion()  # write it again
        end(server)
    assert len([each for each in caplog.messages if "passed over" in each]) == 1


# When a world is written down


class Counting(MemoryStore):
    """A store that lasts, as it says, and counts what is written; with a failure of its own, if it has one."""

    failing = ""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[int] = []

    @property
    def is_lasting(self) -> bool:
        return True

    def keep_checkpoint(self, world_id: str, label: CheckpointLabel, write: Callable[[PutPage], bytes]) -> None:
        if self.failing:
            raise CheckpointError(self.failing)
        super().keep_checkpoint(world_id, label, write)
        self.written.append(label.version)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("marketplace_sandbox.core.world.world.time.monotonic", made)
    monkeypatch.setattr(module, "LEAST", 20)
    return made


def looked_at(store: MemoryStore, clock: Clock, idle_seconds: float | None = None) -> tuple[World, Checkpoints]:
    sellers = Sellers(store, Defaults(START, 0.0), lambda: 0.0)
    world = sellers.get(None)
    looking = Checkpoints(lambda: sellers, store, idle_seconds, clock)
    looking._give_way = lambda: None  # type: ignore[method-assign]  # tests do not wait
    return world, looking


def test_what_is_written_stays_in_proportion_to_what_was_done(clock: Clock) -> None:
    """A look after every order: what all checkpoints had in them is at most twice what the last one could have."""
    store = Counting()
    world, looking = looked_at(store, clock)
    for _ in range(600):
        world.place_orders({})
        looking.look()
    assert 4 <= len(store.written) <= 8
    assert sum(store.written) <= 2 * world.version
    assert store.written[-1] >= world.version / 2 - 20


def test_a_quiet_world_is_written_down_sooner(clock: Clock) -> None:
    store = Counting()
    world, looking = looked_at(store, clock)
    for _ in range(100):
        world.place_orders({})
    looking.look()
    assert store.written == [101]
    for _ in range(15):
        world.place_orders({})
    looking.look()
    assert store.written == [101]
    clock.now += module.QUIET_SECONDS
    looking.look()
    assert store.written == [101, 116]
    world.place_orders({})
    looking.look()
    assert store.written == [101, 116], "for a single entry nothing is written"


def test_that_it_cannot_be_written_is_told_once_and_tried_later(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    store = Counting()
    world, looking = looked_at(store, clock)
    store.failing = "The store is full."
    for _ in range(60):
        world.place_orders({})
        looking.look()
        clock.now += 10
    told = [each for each in caplog.records if each.name == module.logger.name]
    assert [each.levelno for each in told] == [logging.WARNING]
    assert "The store is full" in told[0].getMessage()
    store.failing = ""
    clock.now += module.TRY_AGAIN_SECONDS
    looking.look()
    assert store.written == [61]


def test_a_value_that_cannot_be_written_is_told_and_hurts_nobody(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    store = Counting()
    world, looking = looked_at(store, clock)
    world.place_orders({"count": 50})
    world.state.lints.append(object())  # type: ignore[arg-type]  # what is not read back is not written
    looking.look()
    assert store.written == []
    assert f"the world of {DEFAULT_SELLER} cannot be written down" in caplog.text


def test_an_idle_world_leaves_memory_and_comes_back_with_the_next_call(clock: Clock) -> None:
    store = MemoryStore()
    world, looking = looked_at(store, clock, idle_seconds=600)
    order = world.place_orders({})[0]
    world.note_kept(world.version)
    clock.now += 599
    looking.look()
    assert not is_away(world)
    clock.now += 1
    looking.look()
    assert is_away(world)
    assert world.order(order.order_id).order_id == order.order_id
    looking.look()
    assert not is_away(world), "it has been used just now"
    clock.now += 600
    looking.look()
    assert is_away(world), "nothing has changed, so nothing need be written"


def test_no_world_leaves_where_that_is_not_wanted(clock: Clock) -> None:
    world, looking = looked_at(MemoryStore(), clock)
    clock.now += 1e9
    looking.look()
    assert not is_away(world)


# In a server


def test_calls_find_a_seller_whose_world_has_left(tmp_path: Path) -> None:
    server = serve(tmp_path / "worlds.db")
    world = server.sellers.open("AWAY", start=START)
    (order,) = world.place_orders({"hold": False})
    settle(server)
    client = Client(server.app, ())
    token = {"x-amz-access-token": server.credentials.access_token("AWAY")}
    ours = {"host": "127.0.0.1:8585", "x-sandbox-seller": "AWAY"}
    calls: list[tuple[str, str, dict[str, str], Any]] = [
        ("GET", f"/orders/v0/orders/{order.order_id}/orderItems", token, None),
        ("GET", f"/_sandbox/orders/{order.order_id}", ours, None),
        ("POST", "/_sandbox/orders", ours, {}),
        ("POST", "/_sandbox/clock/advance", ours, {"by": "PT1H"}),
        ("GET", f"/_sandbox/orders?asOf={2}", ours, None),
    ]
    for method, path, headers, body in calls:
        let_leave(server, world)
        url, _, query = path.partition("?")
        named = dict([query.split("=")]) if query else {}
        answer = client(method, url, named, body, headers, documented=False)
        assert answer.status in {200, 201}, (path, answer.raw)
        assert not is_away(world)
        assert server.sellers.get("AWAY") is world
    let_leave(server, world)
    (shown,) = [
        each
        for each in client("GET", "/_sandbox/sellers", headers=ours, documented=False).body["sellers"]
        if each["seller_id"] == "AWAY"
    ]
    assert shown["orders"] == 2
    assert is_away(world), "to be listed it need not come back"
    end(server)


def let_leave(server: Server, world: World) -> None:
    settle(server)
    server.checkpoints._let_leave(world)
    assert is_away(world)


def test_a_world_that_does_not_come_back_is_told_as_one_that_does_not_open(tmp_path: Path) -> None:
    path = tmp_path / "worlds.db"
    server = serve(path)
    world = server.sellers.open("AWAY", start=START)
    world.place_orders({})
    let_leave(server, world)
    server.store.drop_checkpoints("AWAY")
    with sqlite3.connect(path) as beside:
        beside.execute("UPDATE journal SET body = 'nothing' WHERE kind = 'placed'")
    client = Client(server.app, ())
    answer = client(
        "GET", "/_sandbox/orders", headers={"host": "127.0.0.1:8585", "x-sandbox-seller": "AWAY"}, documented=False
    )
    assert answer.status == 503
    assert b"cannot be read" in answer.raw
    end(server)


def test_the_end_writes_down_what_pays_and_the_next_start_opens_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST", 20)
    path = tmp_path / "worlds.db"
    server = serve(path)
    server.start()
    server.sellers.get(None).place_orders({"count": 100})
    server.sellers.open("SMALL", start=START)
    end(server)
    again = serve(path)
    assert [is_away(each) for each in again.sellers] == [True, False]
    assert again.sellers.get(None).order_count == 100
    end(again)


def test_a_world_that_has_come_back_is_not_written_down_for_a_single_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST", 20)
    path = tmp_path / "worlds.db"
    server = serve(path)
    server.sellers.get(None).place_orders({"count": 100})
    end(server)
    again = serve(path)
    world = again.sellers.get(None)
    assert is_away(world)
    world.place_orders({})
    again.checkpoints.look()
    assert world.checkpoint_version == world.version - 1
    world.place_orders({"count": 150})
    again.checkpoints.look()
    assert world.checkpoint_version == world.version
    end(again)


def test_what_stops_in_the_middle_of_a_checkpoint_leaves_the_world_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST", 20)
    monkeypatch.setattr(module, "END_SECONDS", -1.0)
    path = tmp_path / "worlds.db"
    server = serve(path)
    server.sellers.get(None).place_orders({"count": 100})
    settle(server)
    before = answers(server)
    end(server)
    again = serve(path)
    assert not is_away(again.sellers.get(None))
    assert answers(again) == before
    end(again)


def test_a_store_in_memory_has_nothing_written_at_the_end() -> None:
    server = compose(Options(start=START))
    server.sellers.get(None).place_orders({"count": 100})
    server.sellers.get(None).advance(timedelta(days=1))
    end(server)
    assert server.store.checkpoint(DEFAULT_SELLER, fingerprint()) is None


def test_a_fork_and_a_rewound_world_are_not_written_down_for_what_they_have_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is copied: the checkpoint of what was left is good for them, until much has come of them."""
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    sellers = Sellers(store, Defaults(START, 0.0))
    written: list[str] = []
    keep = store.keep_checkpoint

    def note_and_keep(world_id: str, *rest: Any) -> None:
        written.append(world_id)
        keep(world_id, *rest)

    monkeypatch.setattr(store, "keep_checkpoint", note_and_keep)
    checkpoints = Checkpoints(lambda: sellers, store, None)
    world = sellers.get(DEFAULT_SELLER)
    world.place_orders({"count": module.LEAST})
    checkpoints.look()
    assert written == [DEFAULT_SELLER]
    fork, *_ = (sellers.fork(DEFAULT_SELLER) for _ in range(3))
    sellers.fork(fork.seller_id)
    world.place_orders({})
    sellers.rewind(DEFAULT_SELLER, 2)
    checkpoints.look()
    assert written == [DEFAULT_SELLER]
    restarted = Sellers(store, Defaults(START, 0.0))
    Checkpoints(lambda: restarted, store, None).look()
    assert written == [DEFAULT_SELLER]
    fork.place_orders({"count": 2 * module.LEAST})
    checkpoints.look()
    assert written == [DEFAULT_SELLER, fork.seller_id]
    store.close()


def test_the_checkpoint_of_a_branch_that_is_skipped_is_not_taken_for_one(clock: Clock) -> None:
    """The fork is written down itself; where it is rewound to, a branch begins that leaves what the fork has left."""
    store = Counting()
    world, looking = looked_at(store, clock)
    world.place_orders({"count": 50})
    fork = looking._worlds().fork(DEFAULT_SELLER)  # type: ignore[attr-defined]  # all sellers
    looking._write(fork, lambda: None)
    assert fork.checkpoint_version == 2
    other = looking._worlds().fork(fork.seller_id)  # type: ignore[attr-defined]
    assert store.checkpoint(other.seller_id, fingerprint()) is None
    assert other.checkpoint_version == 0
    looking._write(world, lambda: None)
    assert store.checkpoint(other.seller_id, fingerprint()) is not None
