"""Forks and rewinds in a test's hand, and in a stranger's suite: made once, fresh for each test."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace_sandbox.testing import Marketplace, RefusedError
from tests.testing.suites import run_suite


@pytest.fixture
def world(shared_server: str) -> Iterator[Marketplace]:
    with Marketplace.opened(shared_server) as opened:
        yield opened


def test_a_fork_goes_on_by_itself_and_is_closed_once(world: Marketplace) -> None:
    order = world.place_order()
    began = world.version
    with world.fork() as fork:
        assert fork.seller_id != world.seller_id
        assert [each.order_id for each in fork.orders] == [order.order_id]
        assert fork.began == began
        fork.clock.advance("31m")
        fork.order(order.order_id).seller.cancels("no_inventory")
        assert fork.order(order.order_id).status == "Canceled"
        assert [each["change"] for each in fork.diff()["orders"]] == ["changed"]
    assert world.order(order.order_id).status == "Pending"
    assert world.version == began
    fork.close()
    with pytest.raises(RefusedError):
        _ = fork.orders


def test_a_fork_stands_at_an_instant_or_a_version(world: Marketplace) -> None:
    start = world.clock.now
    world.place_order()
    version = world.version
    world.clock.advance("2h")
    world.place_order()
    for fork in (world.fork(version=version), world.fork(at=start), world.fork(at="2026-03-02T16:00:00Z")):
        assert (len(fork.orders), fork.clock.now) == (1, start)
    with pytest.raises(RefusedError, match="leave out at or version"):
        world.fork(version=1, at=start)


def test_receivers_hear_of_nothing_twice_unless_a_fork_delivers(world: Marketplace) -> None:
    receiver = world.webhook_receiver(answer=503)
    world.place_order(hold=False).buyer.requests_cancellation()
    tried = len(receiver.received)
    receiver.answer = 200
    with world.fork() as silent, world.fork(deliver=True) as fork:
        for each in (silent, fork):
            each.clock.advance("1h")
        assert [each["held"] for each in silent.deliveries] == [True]
        assert [each["status"] for each in fork.deliveries] == ["delivered"]
    assert len(receiver.received) == tried + 1


def test_a_rewound_marketplace_stands_where_it_did(world: Marketplace) -> None:
    order = world.place_order()
    version = world.version
    credentials = world.credentials
    world.clock.advance("31m")
    order.seller.cancels("no_inventory")
    kept = world.rewind(version=version)
    assert (world.order(order.order_id).status, world.version) == ("Pending", version)
    assert world.credentials == credentials
    assert kept != world.seller_id
    assert world.diff(other=kept)["orders"][0]["fields"]["status"] == ["Pending", "Canceled"]
    assert world.rewind(at=world.clock.now)
    with pytest.raises(RefusedError, match="exactly one"):
        world.rewind()


def test_a_frozen_process_goes_back_with_the_world(shared_server: str) -> None:
    pytest.importorskip("freezegun")
    with Marketplace.opened(shared_server, freeze=True) as world:
        world.clock.advance("1d")
        assert dt.datetime.now(dt.UTC) == world.clock.now
        world.rewind(version=1)
        assert dt.datetime.now(dt.UTC) == world.clock.now


SUITE = """
import pytest
from marketplace_sandbox.testing import Marketplace

MADE = []


@pytest.fixture(scope="session")
def stocked(open_marketplace):
    MADE.append(1)
    base = open_marketplace(settings={"hold_period": "PT10M"})
    base.place_orders(20)
    base.clock.advance("11m")
    return base


@pytest.fixture
def marketplace(stocked):
    with stocked.fork() as fork:
        yield fork


@pytest.mark.parametrize("number", range(5))
def test_each_has_it_fresh(marketplace, number):
    assert isinstance(marketplace, Marketplace)
    assert [each.status for each in marketplace.orders] == ["Unshipped"] * 20
    marketplace.orders[number].seller.cancels("no_inventory")
    assert len(MADE) == 1


def test_one_that_fails(marketplace):
    marketplace.orders[0].seller.cancels("no_inventory")
    assert marketplace.orders[0].status == "Shipped"
"""


@pytest.mark.slow
def test_what_is_made_once_is_fresh_in_each_test_and_a_failure_tells_of_the_fork(tmp_path: Path) -> None:
    done = run_suite(tmp_path, SUITE)
    assert (done.counts["passed"], done.counts["failed"]) == (5, 1), done.output
    assert "Replay it: marketplace-sandbox play" in done.output


@pytest.mark.slow
def test_a_word_that_is_none_is_named(tmp_path: Path) -> None:
    done = run_suite(tmp_path, "def test_it(open_marketplace):\n    open_marketplace(setings={})\n")
    assert "open_marketplace has no 'setings'" in done.output
    assert "settings" in done.output
