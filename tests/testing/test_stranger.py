"""Strangers' projects, with the wheel in an environment of their own: a test of a dozen lines, a failure that explains
itself, and folders of theirs that are called as ours are.

From nothing to green is timed once by hand and written down in docs/pytest.md; no timing decides this test.
"""

import re
from pathlib import Path

import pytest

from tests.packaging import install, run
from tests.testing.suites import run_pytest, run_suite

pytestmark = pytest.mark.slow

SUITE = """
from sp_api.api import Orders


def poll(client, ship_anyway=False):
    \"\"\"What the stranger wrote: cancels at the buyer's wish, or forgets to look.\"\"\"
    for order in client.get_orders(LastUpdatedAfter="2026-03-02T16:00:00Z").payload["Orders"]:
        order_id = order["AmazonOrderId"]
        items = client.get_order_items(order_id).payload["OrderItems"]
        wanted = [each for each in items if each["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] == "true"]
        if wanted and not ship_anyway:
            yield order_id
        else:
            detail = {"packageReferenceId": "1", "carrierCode": "UPS", "trackingNumber": "1Z",
                      "shippingMethod": "Ground", "shipDate": "2026-03-02T17:00:00Z",
                      "orderItems": [{"orderItemId": each["OrderItemId"], "quantity": 1} for each in items]}
            client.confirm_shipment(order_id, marketplaceId="ATVPDKIKX0DER", packageDetail=detail)


def test_the_buyers_request_is_seen(marketplace):
    order = marketplace.place_order(items=[{"sku": "MUG-BLUE"}])
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation(reason="cheaper")
    marketplace.clock.advance("29m")
    with Orders(**marketplace.client_kwargs("python-amazon-sp-api")) as client:
        assert list(poll(client)) == [order.order_id]
    order.seller.cancels("buyer_canceled")
    marketplace.assert_canceled(order, by="MERCHANT")
    marketplace.assert_does_not_count_in_rate(order)
    marketplace.assert_client_called("getOrderItems", order=order)


def test_shipped_anyway(marketplace):
    order = marketplace.place_order(items=[{"sku": "MUG-BLUE"}])
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation(reason="cheaper")
    marketplace.clock.advance("29m")
    with Orders(**marketplace.client_kwargs("python-amazon-sp-api")) as client:
        assert list(poll(client, ship_anyway=True)) == []
    marketplace.assert_canceled(order, by="MERCHANT")
"""


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel, pytest and a client."""
    return install(wheel, tmp_path_factory.mktemp("stranger") / "venv", "pytest", "python-amazon-sp-api")


def test_a_strangers_suite_is_green_and_red_for_good_reasons(programs: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    done = run_suite(project, SUITE, "-W", "error", python=str(programs / "python"))
    assert (done.counts["passed"], done.counts["failed"]) == (1, 1), done.output
    assert re.search(r"AssertionError: Order \S+ is Shipped, not canceled by MERCHANT\.", done.output)
    assert re.search(r"seller-confirm-shipment \(by client\): ", done.output)
    assert "SHIPPED_WITH_OPEN_REQUEST: The shipment was confirmed while the buyer's request was open" in done.output
    assert re.search(r"confirmShipment → 204  POST /orders/v0/orders/\S+/shipmentConfirmation", done.output)
    (replay,) = re.findall(r"Replay it: marketplace-sandbox (play \S+\.yaml)", done.output)
    played = run(programs / "marketplace-sandbox", *replay.split(), cwd=project)
    preload, _ = run(programs / "marketplace-sandbox", "wiring", "node", cwd=project).splitlines()
    assert Path(preload).is_relative_to(programs.parent)
    assert Path(preload).is_file()
    assert "seller-confirm-shipment" in played
    assert "Passed" in played


NAMESAKES = {
    "sandbox/shop.py": "PRICE = 20",
    "tools/money.py": "def cents(price): return 100 * price",
    "tests/__init__.py": "",
    "tests/conftest.py": """
import pytest

@pytest.fixture
def title():
    return "A mug of ours"
""",
    "tests/serving.py": "WHERE = 'ours'",
    "tests/test_namesakes.py": """
from marketplace_sandbox.testing import Marketplace
from sandbox.shop import PRICE
from tests.serving import WHERE
from tools.money import cents


def test_unrelated():
    assert (cents(PRICE), WHERE) == (2000, "ours")


def test_of_the_marketplace(marketplace, title):
    assert isinstance(marketplace, Marketplace)
    order = marketplace.place_order(items=[{"sku": "MUG", "title": title, "price": PRICE}])
    marketplace.clock.advance("31m")
    assert (order.status, order.items[0]["title"]) == ("Unshipped", title)
""",
}
"""A project whose packages are called as folders of ours are."""


@pytest.mark.parametrize("packages", [("sandbox", "tools"), ()], ids=["regular", "namespace"])
def test_a_project_may_have_a_sandbox_of_its_own(programs: Path, tmp_path: Path, packages: tuple[str, ...]) -> None:
    for name, code in NAMESAKES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(code)
    for each in packages:
        (tmp_path / each / "__init__.py").write_text("")
    done = run_pytest(tmp_path, "-W", "error", python=str(programs / "python"))
    assert done.counts == {"passed": 2}, done.output
