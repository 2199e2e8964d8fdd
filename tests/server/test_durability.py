"""An answer of a server on a file never comes before the sync that covers what it tells of; many share one."""

import asyncio
import errno
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.server.composition import Options, Server, compose
from marketplace_sandbox.store import sqlite
from tests.delivery.worlds import LONG

HOST = [(b"host", b"127.0.0.1:8585")]


class Disk:
    """What a file is synced by. Held, it waits; broken, it fails."""

    def __init__(self) -> None:
        self.syncs = 0
        self.free = threading.Event()
        self.free.set()
        self.is_broken = False

    def sync(self, _file: int) -> None:
        assert self.free.wait(LONG)
        if self.is_broken:
            raise OSError(errno.EIO, "Input/output error")
        self.syncs += 1


@dataclass
class Answered:
    """An answer, and how many of the store's changes were synced when it was sent."""

    status: int
    body: Any
    synced: int


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(sqlite, "_sync_file", disk.sync)
    return disk


@pytest.fixture
def server(tmp_path: Path, disk: Disk) -> Iterator[Server]:
    with closing(compose(Options(store=f"sqlite:///{tmp_path}/worlds.db"))) as server:
        yield server
        disk.free.set()


@pytest.fixture
def order(server: Server) -> Order:
    (order,) = server.sellers.get(None).place_orders({"hold": False})
    server.store.sync()
    return order


async def ask(server: Server, method: str, path: str, body: object = None) -> Answered:
    sent: list[dict[str, Any]] = []
    synced: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"" if body is None else json.dumps(body).encode()}

    async def send(message: dict[str, Any]) -> None:
        synced.append(server.store.synced)
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "root_path": "", "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8585), "headers": [*HOST, (b"content-type", b"application/json")],
    }  # fmt: skip
    await server.app(scope, receive, send)  # type: ignore[arg-type]  # messages are dictionaries
    return Answered(sent[0]["status"], json.loads(sent[1]["body"]), synced[0])


async def write(server: Server, order: Order) -> Answered:
    return await ask(server, "POST", f"/_sandbox/orders/{order.order_id}/actions/buyer-message", {"text": "hello"})


async def until(reached: Callable[[], bool]) -> None:
    """Lets others have their turn until something is reached."""
    async with asyncio.timeout(LONG):
        while not reached():  # noqa: ASYNC110  (threads bring it about, which set no event of the loop)
            await asyncio.sleep(0)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def world_of(server: Server) -> World:
    return server.sellers.get(None)


def test_answers_wait_for_their_sync_and_share_it(server: Server, order: Order, disk: Disk) -> None:
    """While none of twelve commands is answered, the loop serves others; and two syncs are enough for all of them."""

    async def hold() -> None:
        before, syncs, version = server.store.changes, disk.syncs, world_of(server).version
        disk.free.clear()
        commands = [asyncio.create_task(write(server, order)) for _ in range(12)]
        await until(lambda: world_of(server).version == version + 12)
        read = asyncio.create_task(ask(server, "GET", f"/_sandbox/orders/{order.order_id}"))
        refused = asyncio.create_task(ask(server, "GET", "/_sandbox/orders/nobody"))
        assert (await ask(server, "GET", "/health/live")).status == 200
        assert not [each for each in (*commands, read, refused) if each.done()]
        disk.free.set()
        answers = await asyncio.gather(*commands, read, refused)
        assert [each.status for each in answers] == [200] * 13 + [404]
        assert min(each.synced for each in answers[:12]) > before
        # a read shows all twelve, so it is told when all of them are synced
        assert [each.synced for each in answers[12:]] == [before + 12] * 2
        assert disk.syncs - syncs <= 2

    run(hold())


def test_no_answer_is_sent_before_what_it_tells_of_is_synced(server: Server, order: Order) -> None:
    async def many() -> None:
        for _ in range(8):
            before = server.store.changes
            answers = await asyncio.gather(*(write(server, order) for _ in range(4)))
            assert [each.status for each in answers] == [200] * 4
            assert max(each.synced for each in answers) == before + 4
            assert min(each.synced for each in answers) > before

    run(many())


def test_a_sync_that_fails_is_told_and_goes_on(server: Server, order: Order, disk: Disk, tmp_path: Path) -> None:
    """The command is refused of which it is not sure that it stays; what comes then changes nothing; reads go on."""

    async def fail() -> None:
        disk.is_broken = True
        refused = await write(server, order)
        assert (refused.status, refused.body["errors"][0]["details"]) == (503, "store not synced")
        assert "may be lost in a power cut" in refused.body["errors"][0]["message"]
        version = world_of(server).version
        assert (await write(server, order)).body["errors"][0]["details"] == "store not synced"
        assert world_of(server).version == version
        assert (await ask(server, "GET", f"/_sandbox/orders/{order.order_id}")).status == 200
        assert (await ask(server, "GET", "/health")).status == 503
        disk.is_broken = False
        assert (await ask(server, "GET", "/health")).status == 200
        assert (await write(server, order)).status == 200
        assert world_of(server).version == version + 1

    run(fail())
    journal = world_of(server).journal()
    server.close()
    with closing(compose(Options(store=f"sqlite:///{tmp_path}/worlds.db"))) as again:
        assert world_of(again).journal() == journal


def test_in_memory_nothing_is_waited_for(disk: Disk) -> None:
    disk.free.clear()
    with closing(compose(Options())) as server:
        (order,) = world_of(server).place_orders({"hold": False})

        async def answer() -> None:
            assert (await write(server, order)).status == 200

        run(answer())
    assert disk.syncs == 0
