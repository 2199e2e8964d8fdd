"""A stranger's project: the wheel in an empty environment, a test of a dozen lines, and a failure that explains itself.

From nothing to green is timed once by hand and written down in docs/pytest.md; no timing decides this test.
"""

import re
from pathlib import Path

import pytest

from tests.test_package import archives, installed, run, wheel
from tests.testing.suites import ran

__all__ = ["archives", "wheel"]  # pytest finds fixtures by their names

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


def test_a_strangers_suite_is_green_and_red_for_good_reasons(wheel: Path, tmp_path: Path) -> None:
    programs = installed(wheel, tmp_path / "venv")
    run(programs / "python", "-m", "pip", "install", "--quiet", "pytest", "python-amazon-sp-api", cwd=tmp_path)
    project = tmp_path / "project"
    project.mkdir()
    done = ran(project, SUITE, "-W", "error", python=str(programs / "python"))
    assert (done.counts["passed"], done.counts["failed"]) == (1, 1), done.output
    assert re.search(r"AssertionError: Order \S+ is Shipped, not canceled by MERCHANT\.", done.output)
    assert re.search(r"seller-confirm-shipment \(by client\): ", done.output)
    assert "SHIPPED_WITH_OPEN_REQUEST: The shipment was confirmed while the buyer's request was open" in done.output
    assert re.search(r"confirmShipment → 204  POST /orders/v0/orders/\S+/shipmentConfirmation", done.output)
    (replay,) = re.findall(r"Replay it: marketplace-sandbox (play \S+\.yaml)", done.output)
    played = run(programs / "marketplace-sandbox", *replay.split(), cwd=project)
    preload, _ = run(programs / "marketplace-sandbox", "wiring", "node", cwd=project).splitlines()
    assert Path(preload).is_relative_to(tmp_path)
    assert Path(preload).is_file()
    assert "seller-confirm-shipment" in played
    assert "Passed" in played
