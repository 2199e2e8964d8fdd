"""Marketplaces beside the fixture `marketplace`: several sellers, longer lives, a decorator, and a unittest mixin."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from marketplace_sandbox.testing import Beginning, Marketplace, MarketplaceError, Server, with_marketplace
from tests.serving import clean_environment
from tests.testing.suites import run_suite

pytestmark = pytest.mark.slow

SCOPED = """
import pytest

pytestmark = pytest.mark.marketplace(start="2026-05-01T08:00:00Z", settings={"hold_period": "PT10M"})
SEEN = {}

def test_two_sellers(marketplace, second_marketplace):
    assert marketplace.url == second_marketplace.url
    assert marketplace.seller_id != second_marketplace.seller_id
    order = marketplace.place_order()
    assert second_marketplace.orders == []
    assert second_marketplace.clock.now.month == 5

def test_as_many_as_one_wants(marketplace_factory):
    several = [marketplace_factory(start=f"2026-0{month}-01T08:00:00Z") for month in range(1, 4)]
    assert [each.clock.now.month for each in several] == [1, 2, 3]
    SEEN["several"] = several

def test_they_have_ended_with_their_test():
    from marketplace_sandbox.testing import RefusedError
    for each in SEEN["several"]:
        with pytest.raises(RefusedError):
            each.place_order()

def test_of_a_module(module_marketplace, session_marketplace):
    assert module_marketplace.clock.now.month == 5
    assert session_marketplace.clock.now.month == 3
    module_marketplace.place_order()
    session_marketplace.place_order()

def test_of_a_module_is_the_same(module_marketplace, session_marketplace):
    assert len(module_marketplace.orders) == len(session_marketplace.orders) == 1
"""

OTHER = """
import pytest

@pytest.mark.marketplace(freeze=True, default_seller=True)
def test_one_of_them_is_the_default_seller(marketplace, second_marketplace):
    assert marketplace.seller_id == "ASANDBOXSELLER"
    assert second_marketplace.seller_id != "ASANDBOXSELLER"

def test_of_another_module(module_marketplace, session_marketplace):
    assert module_marketplace.orders == []
    assert len(session_marketplace.orders) == 1
"""


def test_sellers_beside_the_first_and_longer_scopes(tmp_path: Path) -> None:
    (tmp_path / "test_store.py").write_text(OTHER)
    done = run_suite(tmp_path, SCOPED)
    assert done.counts == {"passed": 7}, done.output


FAILING = """
import pytest

def test_factory(marketplace_factory):
    marketplace_factory().place_order(id="902-0000001-0000001")
    assert False

def test_module(module_marketplace):
    module_marketplace.place_order(id="902-0000002-0000002")
    assert False

def test_misspelt(marketplace_factory):
    marketplace_factory(stat="2026-01-01T00:00:00Z")
"""


def test_their_failures_tell_the_story_too(tmp_path: Path) -> None:
    done = run_suite(tmp_path, FAILING)
    assert done.counts == {"failed": 3}, done.output
    assert "Order 902-0000001-0000001 is Pending. What happened to it:" in done.output
    assert "Order 902-0000002-0000002 is Pending. What happened to it:" in done.output
    assert "marketplace_factory has no 'stat'; did you mean 'start'?" in done.output


UNITTEST = """
import unittest
from marketplace_sandbox.testing import MarketplaceMixin

class TestShop(MarketplaceMixin, unittest.TestCase):
    beginning = {"start": "2026-05-01T08:00:00Z", "settings": {"hold_period": "PT10M"}}

    def test_it_begins_as_it_says(self):
        order = self.marketplace.place_order()
        self.assertEqual(self.marketplace.clock.now.month, 5)
        self.marketplace.clock.advance("11m")
        self.assertEqual(order.status, "Unshipped")

    def test_each_has_its_own(self):
        self.assertEqual(self.marketplace.orders, [])

    def test_a_failure_tells_the_story(self):
        self.marketplace.place_order(id="902-0000003-0000003")
        self.assertTrue(self.marketplace.orders == [])

class TestAsync(MarketplaceMixin, unittest.IsolatedAsyncioTestCase):
    async def test_async(self):
        self.assertEqual(self.marketplace.orders, [])

if __name__ == "__main__":
    unittest.main()
"""


@pytest.mark.parametrize("runner", ["unittest", "pytest"])
def test_a_mixin_for_unittest(tmp_path: Path, runner: str) -> None:
    (tmp_path / "test_shop.py").write_text(UNITTEST)
    done = subprocess.run(
        [sys.executable, "-m", runner, "test_shop.py"],
        cwd=tmp_path, env=clean_environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert re.search(r"Ran 4 tests|1 failed, 3 passed", said), said
    assert "Order 902-0000003-0000003 is Pending. What happened to it:" in said


def test_a_decorator_gives_a_marketplace_at_each_call() -> None:
    seen: list[Marketplace] = []

    @with_marketplace(start="2026-05-01T08:00:00Z")
    def place(number: int, *, marketplace: Marketplace) -> int:
        seen.append(marketplace)
        marketplace.place_orders(number)
        return len(marketplace.orders) + marketplace.clock.now.month

    @with_marketplace()
    def fail(*, marketplace: Marketplace) -> None:
        marketplace.place_order(id="902-0000004-0000004")
        raise ValueError("no")

    assert [place(1), place(2)] == [6, 7]
    assert len({each.seller_id for each in seen}) == 2
    with pytest.raises(ValueError, match="no") as failure:
        fail()
    assert "Order 902-0000004-0000004 is Pending" in failure.value.__notes__[0]


@with_marketplace()
def test_a_decorated_test_needs_no_fixture(tmp_path: Path, marketplace: Marketplace) -> None:
    assert tmp_path.is_dir()
    assert marketplace.orders == []


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        ({"stat": ""}, "with_marketplace has no 'stat'; did you mean 'start'"),
        ({"freeze": True, "rate": 1.0}, "leave one of freeze and rate out"),
        ({"scenario": "demo", "default_seller": True}, "scenario and default_seller do not go together"),
    ],
)
def test_a_wrong_beginning_is_told_where_it_is_written(beginning: Beginning, said: str) -> None:
    with pytest.raises(MarketplaceError, match=said):
        with_marketplace(**beginning)


def test_a_server_ends_with_its_block() -> None:
    with Server() as server:
        assert server.runs
        with Marketplace.opened(server.url) as marketplace:
            assert marketplace.orders == []
    assert not server.runs
