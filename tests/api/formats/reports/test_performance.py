"""The seller performance report: the Cancellation Rate of whole days, as V2 writes it and as V1 does."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from lxml import etree

from marketplace_sandbox.core.orders.order import Order
from tests.api.formats.reports.reading import V1, V2, made, text
from tests.api.shop import US, Seller

MODELS = os.environ.get("SPAPI_MODELS", "")
NEXT_DAY = "2026-03-03T00:00:00Z"
Json = dict[str, Any]


def cancel(seller: Seller, order: Order, action: str = "seller-cancel", **arguments: str) -> None:
    seller.world.act(order.order_id, action, arguments or {"reason": "no_inventory"})


def read(seller: Seller) -> Json:
    """The performance report of the next day."""
    if seller.world.now() < datetime.fromisoformat(NEXT_DAY):
        seller.world.advance(datetime.fromisoformat(NEXT_DAY))
    found: Json = json.loads(text(seller, made(seller, V2)))
    return found


def rate(seller: Seller) -> Json:
    (metrics,) = read(seller)["performanceMetrics"]
    assert metrics["marketplaceId"] == US
    found: Json = metrics["preFulfillmentCancellationRate"]
    return found


def test_one_of_forty_is_bad_and_one_of_forty_one_good(seller: Seller) -> None:
    orders = [seller.place_order() for _ in range(40)]
    cancel(seller, orders[0])
    assert rate(seller) == {
        "reportingDateRange": {"reportingDateFrom": "2026-02-24T00:00Z", "reportingDateTo": "2026-03-02T23:59Z"},
        "orderCount": 40,
        "cancellationCount": 1,
        "status": "BAD",
        "rate": 0.025,
        "targetValue": 0.025,
        "targetCondition": "LESS_THAN",
    }
    assert read(seller)["accountStatuses"] == [{"marketplaceId": US, "status": "AT_RISK"}]
    seller.place_order(purchased_at="2026-03-02T18:00:00Z")
    better = rate(seller)
    assert (better["orderCount"], better["cancellationCount"], better["status"]) == (41, 1, "GOOD")
    assert better["rate"] == 1 / 41


def test_today_is_in_no_report(seller: Seller) -> None:
    cancel(seller, seller.place_order())
    done = json.loads(text(seller, made(seller, V2)))
    (metrics,) = done["performanceMetrics"]
    assert metrics["preFulfillmentCancellationRate"]["orderCount"] == 0
    assert rate(seller)["orderCount"] == 1


def test_without_orders_there_is_no_rate(seller: Seller) -> None:
    found = rate(seller)
    assert (found["status"], found["rate"], found["orderCount"], found["cancellationCount"]) == ("NONE", 0, 0, 0)


def test_what_is_not_the_sellers_fault_is_not_counted(seller: Seller) -> None:
    """Cancellations that are exempt, for fraud or payment, the buyer's own and Amazon's do not count."""
    exempt, fraud, direct = (seller.place_order(hold=True) for _ in range(3))
    amazons = seller.place_order(channel="AFN")
    unpaid = seller.place_order(hold=True, payment="unverified")
    cancel(seller, direct, "buyer-cancel", reason="mistake")
    seller.world.act(fraud.order_id, "fraud-detected")
    seller.world.act(unpaid.order_id, "payment-failed")
    seller.world.act(amazons.order_id, "buyer-cancel")
    seller.pass_time(minutes=31)
    seller.world.act(exempt.order_id, "buyer-request-cancellation")
    cancel(seller, exempt, reason="buyer_canceled")
    assert {each.status for each in seller.world.orders.values()} == {"Canceled"}
    found = rate(seller)
    assert (found["cancellationCount"], found["orderCount"], found["status"]) == (0, 1, "GOOD")


def test_v1_is_the_same_as_xml(seller: Seller) -> None:
    orders = [seller.place_order() for _ in range(40)]
    cancel(seller, orders[0])
    seller.world.advance(datetime.fromisoformat(NEXT_DAY))
    root = etree.fromstring(text(seller, made(seller, V1)).encode())
    assert root.tag == "sellerPerformanceReports"
    metrics = "sellerPerformanceReport/customerExperienceMetrics"
    assert root.findtext(f"{metrics}/preFulfillmentCancellation/count") == "1"
    assert root.findtext(f"{metrics}/preFulfillmentCancellation/rate") == "0.025000"
    assert root.findtext(f"{metrics}/timeFrame/start") == "2026-02-24T00:00:00Z"
    assert root.findtext(f"{metrics}/timeFrame/end") == "2026-03-02T23:59:59Z"


def test_each_marketplace_has_metrics_of_its_own(seller: Seller) -> None:
    cancel(seller, seller.place_order())
    seller.world.advance(datetime.fromisoformat(NEXT_DAY))
    both = json.loads(text(seller, made(seller, V2, marketplaceIds=[US, "A2EUQ1WTGCTBG2"])))
    counts = {
        each["marketplaceId"]: each["preFulfillmentCancellationRate"]["cancellationCount"]
        for each in both["performanceMetrics"]
    }
    assert counts == {US: 1, "A2EUQ1WTGCTBG2": 0}


@pytest.mark.skipif(not MODELS, reason="SPAPI_MODELS names no directory with Amazon's published models")
def test_v2_is_as_the_published_schema_says(seller: Seller) -> None:
    schema = json.loads((Path(MODELS) / "accountHealthReport-2020-11-18.json").read_text())
    cancel(seller, seller.place_order())
    check = jsonschema_rs.validator_for(schema)
    assert [str(each) for each in check.iter_errors(read(seller))] == []
    assert list(check.iter_errors({"accountStatuses": []}))
