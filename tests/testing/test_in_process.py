"""A server in a thread of the tests' own process: the same marketplace, in reach of a debugger, in nobody's way."""

import gc
import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from mws import Orders as MwsOrders
from sp_api.api import Orders

from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.testing import InProcessServer, Marketplace, MarketplaceError, Notification
from marketplace_sandbox.testing.server import NotReadyError
from marketplace_sandbox.testing.shared_server import start_shared_server
from tests.testing.suites import run_suite


@pytest.fixture(scope="module")
def server() -> Iterator[InProcessServer]:
    with InProcessServer(start="2026-03-02T16:00:00Z") as server:
        yield server


def test_clients_and_receivers_meet_the_same_marketplace(
    server: InProcessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through real clients; a function of the server's that is patched is the one that runs."""
    execute, ran = World.execute, []

    def noted(*arguments: Any, **more: Any) -> Any:
        ran.append(threading.current_thread())
        return execute(*arguments, **more)

    monkeypatch.setattr(World, "execute", noted)
    with Marketplace.opened(server.url) as marketplace:
        receiver = marketplace.webhook_receiver(["BuyerRequestedChange"])
        order = marketplace.place_order()
        marketplace.clock.advance("31m")
        order.buyer.requests_cancellation()
        with Orders(**marketplace.client_kwargs("python-amazon-sp-api")) as client:
            (item,) = client.get_order_items(order.order_id).payload["OrderItems"]
        by_mws = MwsOrders(**marketplace.client_kwargs("mws")).get_order([order.order_id]).parsed
        assert item["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] == "true"
        assert by_mws.Orders.Order.OrderStatus == "Unshipped"
        assert [each.verified for each in receiver.of(order)] == [True]
    assert server.pid == os.getpid()
    assert ran
    assert threading.current_thread() not in ran


@pytest.mark.parametrize("instant", ["2001-01-01", "2090-01-01"])
def test_where_the_tests_stand_still_the_server_lives_on(server: InProcessServer, instant: str) -> None:
    """By whoever freezes the process: a token given out in real time is good, and calls bear their real instant."""
    freezegun = pytest.importorskip("freezegun")
    with Marketplace.opened(server.url) as marketplace:
        order = marketplace.place_order()
        with Orders(**marketplace.client_kwargs("python-amazon-sp-api")) as client:
            client.get_order(order.order_id)
            with freezegun.freeze_time(instant):
                assert datetime.now(UTC).year == int(instant[:4])
                client.get_order_items(order.order_id)
                marketplace.clock.advance("31m")
        today = time.clock_gettime(time.CLOCK_REALTIME) // 1
        calls = marketplace._control.get("requests")["requests"]
        made = [datetime.fromisoformat(each["wall_at"]).timestamp() for each in calls]
    assert len(made) == 3  # with the token
    assert all(today - 60 < each < today + 1 for each in made)


def test_it_does_so_on_pythons_own_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no uvloop, as on Windows: connections would seem to have idled for years."""
    freezegun = pytest.importorskip("freezegun")
    monkeypatch.setitem(sys.modules, "uvloop", None)
    with InProcessServer(start="2026-03-02T16:00:00Z") as server:
        for instant in ("2001-01-01", "2090-01-01"):
            with freezegun.freeze_time(instant), Marketplace.opened(server.url) as marketplace:
                assert marketplace.orders == []


def test_a_marketplace_that_freezes_its_process_has_its_deliveries_in_time(server: InProcessServer) -> None:
    with Marketplace.opened(server.url, freeze=True) as marketplace:
        answers, told = iter([500, 204]), []

        def answer(notification: Notification) -> int:
            told.append((datetime.now(UTC) - notification.at).total_seconds())
            return next(answers)

        receiver = marketplace.webhook_receiver(answer=answer)
        marketplace.place_order()
        marketplace.clock.advance("1h")
        assert told == [0, 5]
        assert datetime.now(UTC) == marketplace.clock.now
        assert [each.verified for each in receiver.received] == [True, True]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": "2026-13-01"}, "start is an instant such as 2026-03-02T16:00:00Z; '2026-13-01' is not."),
        ({"start": "2026-03-02T16:00"}, "start is an instant"),
        ({"auth": "Strict"}, "did you mean 'strict'?"),
    ],
    ids=str,
)
def test_what_it_cannot_begin_with_is_said_and_never_left_open(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(NotReadyError, match=re.escape(said)):
        InProcessServer(**wrong)


def test_it_changes_nothing_of_the_process_and_ends_with_its_block() -> None:
    def state() -> tuple[object, ...]:
        files = resource.getrlimit(resource.RLIMIT_NOFILE)
        return gc.isenabled(), gc.get_freeze_count(), files, sorted(each.name for each in threading.enumerate())

    resource = pytest.importorskip("resource")
    before = state()
    with InProcessServer() as server, Marketplace.opened(server.url) as marketplace:
        assert marketplace.orders == []
    server.close()
    assert state() == before
    assert not server.runs
    with pytest.raises(MarketplaceError, match="does not answer"):
        Marketplace.opened(server.url)


def test_a_fork_of_the_process_has_none_and_ends_none(server: InProcessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getpid", lambda: server.pid + 1)
    assert not server.runs
    server.close()
    monkeypatch.undo()
    assert server.runs


def test_another_word_than_yes_or_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANDBOX_IN_PROCESS", "perhaps")
    with pytest.raises(MarketplaceError, match="SANDBOX_IN_PROCESS: 'perhaps' is not a valid boolean"):
        start_shared_server()


SUITE = """
import os
import unittest
import pytest
from marketplace_sandbox.testing import MarketplaceMixin, with_marketplace
from marketplace_sandbox.testing import cases

@pytest.mark.marketplace(freeze=True)
def test_fixture(marketplace, request):
    order = marketplace.place_order()
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation()
    (server,) = [each for each in request.config.stash._storage.values() if hasattr(each, "queues")]
    assert server.pid == os.getpid()

def test_queue(marketplace):
    queue = marketplace.queue()
    marketplace.place_order()
    marketplace.clock.advance("31m")
    assert [each.change for each in queue.messages()] == ["OrderStatusChange"]

@with_marketplace()
def test_decorator(marketplace):
    assert marketplace.orders == []
    assert cases._servers[0].pid == os.getpid()

class TestMixin(MarketplaceMixin, unittest.TestCase):
    def test_mixin(self):
        self.assertEqual(self.marketplace.orders, [])
        self.assertEqual(cases._servers[0].pid, os.getpid())
"""


@pytest.mark.slow
def test_a_suite_serves_in_its_own_process_where_it_is_asked_to(tmp_path: Path) -> None:
    """Its warnings are errors, and concern nothing of the server's."""
    done = run_suite(tmp_path, SUITE, "-W", "error", "--marketplace-in-process", SANDBOX_IN_PROCESS="yes")
    assert done.counts == {"passed": 4}, done.output
