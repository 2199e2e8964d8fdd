"""From Orders v0 to 2026-01-01: the poller at every step of its move, in every scenario, before and after the end.

Every step draws the picture that the control API draws. What still reads Orders v0 is refused from the end on, with a
sentence that names the guide, and what has moved goes on.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from sp_api.base import SellingApiForbiddenException

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.testing import Marketplace
from tests.e2e.example_readers import READERS, STEPS, Picture, environment, imported
from tests.serving import Server, clean_environment, serving
from tools.pages.migration_steps import changed_lines

SINCE = "2020-01-01T00:00:00Z"
FIXTURES = sorted(path.stem for path in fixtures_dir().glob("*.yaml") if "orders_v0_reads_end" not in path.read_text())
"""Every scenario but those that come past the end by themselves."""
READS_V0 = STEPS[:2]
"""The steps that still read Orders v0."""

SENTENCE = "The reads of Orders v0 ended at {}; docs/migration.md says which calls of Orders 2026-01-01 answer instead."

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def steps(server: Server) -> Iterator[dict[str, Any]]:
    told = environment(server.url, {"client_id": "", "client_secret": "", "refresh_token": ""})
    with imported(STEPS, told) as modules:
        yield modules


class Pollers:
    """One poller of a step for each marketplace that a seller sells in, as his programs have them."""

    def __init__(self, module: Any, marketplace: Marketplace) -> None:
        self._pollers = []
        for each in marketplace.marketplace_ids:
            with pytest.MonkeyPatch.context() as patch:
                for name, value in environment(marketplace.url, marketplace.credentials["lwa"], each).items():
                    patch.setenv(name, value)
                self._pollers.append(module.Poller(SINCE))

    def poll(self) -> Picture:
        """What all of them know after one more poll each."""
        for each in self._pollers:
            each.poll()
        return self.picture

    @property
    def picture(self) -> Picture:
        """What all of them know."""
        return {order_id: stands for each in self._pollers for order_id, stands in each.picture.items()}


def known(marketplace: Marketplace) -> Picture:
    """The same picture as the control API draws it, but for the one status that 2026-01-01 has not."""
    found = {}
    for order in marketplace.orders:
        view = order.view
        status = "Shipped" if view["status"] == "InvoiceUnconfirmed" else view["status"]
        found[order.order_id] = status, (view["request"] or {}).get("state") not in (None, "withdrawn")
    return found


@pytest.mark.parametrize("fixture", FIXTURES)
def test_every_step_draws_the_same_picture_until_the_end_and_what_has_moved_goes_on(
    server: Server, steps: dict[str, Any], fixture: str
) -> None:
    with Marketplace.played(server.url, fixture) as marketplace:
        pollers = {name: Pollers(steps[name], marketplace) for name in STEPS}
        for _ in ("at the scenario's end", "some days later, by what has changed"):
            picture = known(marketplace)
            assert picture
            assert {name: each.poll() for name, each in pollers.items()} == dict.fromkeys(STEPS, picture)
            marketplace.clock.advance("4d")
        last = {name: pollers[name].picture for name in READS_V0}
        now = marketplace.settings(orders_v0_reads_end=marketplace.clock.now)["orders_v0_reads_end"]
        for name in READS_V0:
            with pytest.raises(SellingApiForbiddenException) as refused:
                pollers[name].poll()
            assert SENTENCE.format(now) in str(refused.value)
        assert {name: pollers[name].picture for name in READS_V0} == last
        picture = known(marketplace)
        moved = [name for name in STEPS if name not in READS_V0]
        assert {name: pollers[name].poll() for name in moved} == dict.fromkeys(moved, picture)


def test_each_step_leaves_less_of_orders_v0(server: Server, steps: dict[str, Any]) -> None:
    """How often each operation is called by one poll of each step: eleven orders, and never a second page."""
    called = {}
    for name in STEPS:
        with Marketplace.played(server.url, "demo") as marketplace:
            assert len(Pollers(steps[name], marketplace).poll()) == 11
            calls = Counter((each.path.split("/")[2], each.operation) for each in marketplace.recorded_requests)
            called[name] = {key: number for key, number in calls.items() if key[1] != "createAccessToken"}
    assert called == {
        "poll_orders_v0": {("v0", "getOrders"): 1, ("v0", "getOrderItems"): 11},
        "step_1_list": {("2026-01-01", "searchOrders"): 1, ("v0", "getOrderItems"): 11},
        "step_2_items": {("2026-01-01", "searchOrders"): 1, ("2026-01-01", "getOrder"): 11},
        "step_3_one_call": {("2026-01-01", "searchOrders"): 1},
        "poll_orders_2026": {("2026-01-01", "searchOrders"): 1},
    }


def test_each_step_keeps_more_of_the_program_before_than_it_changes() -> None:
    for old, new in pairwise(f"{name}.py" for name in STEPS):
        added = [line for line in changed_lines(old, new) if line.startswith("+")]
        program = (READERS / new).read_text().splitlines()
        assert 0 < len(added) < len(program) / 2, new


def test_the_pollers_as_programs_before_and_after_the_end(server: Server) -> None:
    """The one of Orders v0 fails after it, in words that its user sees, and so does the step that still needs it."""
    with Marketplace.opened(server.url, settings={"orders_v0_reads_end": "2026-03-02"}) as marketplace:
        order = marketplace.place_order(hold=False)
        told = environment(marketplace.url, marketplace.credentials["lwa"])
        for name in READS_V0:
            command = [sys.executable, str(READERS / f"{name}.py")]
            done = subprocess.run(
                command, env=clean_environment(told), capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 1
            assert SENTENCE.format("2026-03-02T00:00:00Z") in done.stderr.splitlines()[-1]
        for name in STEPS:
            if name not in READS_V0:
                assert read_first_line(name, told) == f"{order.order_id} Unshipped"


def read_first_line(name: str, told: dict[str, str]) -> str:
    """What a program prints first, which then would sleep and poll again."""
    command = [sys.executable, "-u", str(READERS / f"{name}.py")]
    with subprocess.Popen(command, env=clean_environment(told), stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout
            return program.stdout.readline().strip()
        finally:
            program.kill()
