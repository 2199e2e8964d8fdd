"""Ship dates of Sourcing on Demand orders by feed, in Japan alone. Source: SOURCING-ON-DEMAND."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.api.mws.order_xml import order_element
from marketplace_sandbox.core.orders.order import Order
from tests.api.formats.feeds.filing import ESTIMATE, XML, create, envelope, outcome, ship_date, uploaded
from tests.api.shop import Seller, Shop

JP, AU = "A1VC38T7YXB528", "A39IBJ37TRP1C6"
DUE = "2026-03-05T15:00:00Z"
UNKNOWN = "902-0000001-0000001"
TWO = [{"sku": "A", "price": 2000}, {"sku": "B", "quantity": 2, "price": 1500}]


@pytest.fixture
def seller(shop: Shop) -> Seller:
    """A seller in Japan and Australia."""
    return shop.open(marketplace_ids=(JP, AU))


def sourced(seller: Seller, **form: Any) -> Order:
    return seller.place_order(**{"promise_response_due_date": DUE, **form})


def in_v0(seller: Seller, order: Order) -> Any:
    return seller.get(f"/orders/v0/orders/{order.order_id}").payload


def in_mws(seller: Seller, order: Order) -> dict[str, str]:
    node = order_element(seller.world.order(order.order_id), timedelta(days=3))
    return {each.tag: each.text or "" for each in node}


def test_the_order_says_that_its_date_is_set_and_ships_by_it(seller: Seller) -> None:
    order = sourced(seller)
    shown = in_v0(seller, order)
    assert shown["OrderType"] == "SourcingOnDemandOrder"
    assert shown["PromiseResponseDueDate"] == DUE
    assert "IsEstimatedShipDateSet" not in shown
    came = outcome(seller, ESTIMATE, envelope(ESTIMATE, ship_date(order)))
    assert (came.status, came.counts, came.codes) == ("DONE", (1, 1, 0, 0), [])
    shown = in_v0(seller, order)
    assert (shown["IsEstimatedShipDateSet"], shown["LatestShipDate"]) == (True, "2026-03-09T08:00:00Z")
    assert shown["OrderStatus"] == "Unshipped"
    told = in_mws(seller, order)
    assert told["OrderType"] == "SourcingOnDemandOrder"
    assert told["IsEstimatedShipDateSet"] == "true"
    assert told["LatestShipDate"] == "2026-03-09T08:00:00Z"


def test_each_sku_has_a_message_of_its_own(seller: Seller) -> None:
    order = sourced(seller, items=TWO)
    first = outcome(seller, ESTIMATE, envelope(ESTIMATE, ship_date(order, "A", "2026-03-12T00:00:00+09:00")))
    assert first.codes == []
    assert "IsEstimatedShipDateSet" not in in_v0(seller, order)
    second = outcome(seller, ESTIMATE, envelope(ESTIMATE, ship_date(order, "B", "2026-03-10T00:00:00")))
    assert second.codes == []
    assert in_v0(seller, order)["LatestShipDate"] == "2026-03-11T15:00:00Z"


def test_each_message_stands_alone_and_the_report_says_why(seller: Seller) -> None:
    good, plain, shipped, canceled = sourced(seller), seller.place_order(), sourced(seller), sourced(seller)
    seller.world.act(shipped.order_id, "seller-confirm-shipment")
    seller.world.act(canceled.order_id, "buyer-cancel")
    bodies = [
        ship_date(plain), ship_date(shipped), ship_date(canceled), ship_date(UNKNOWN), ship_date(good, "SKU-2"),
        ship_date(good, at="2026-03-02T16:00:00Z"), ship_date(good),
    ]  # fmt: skip
    came = outcome(seller, ESTIMATE, envelope(ESTIMATE, *bodies))
    assert (came.status, came.counts) == ("DONE", (7, 1, 6, 0))
    assert [(number, code, text.partition(":")[0]) for number, code, _, text in came.listed] == [
        ("1", "18028", "NOT_SOURCED_ON_DEMAND"),
        ("2", "18021", "ALREADY_CONFIRMED"),
        ("3", "18021", "ALREADY_CANCELED"),
        ("4", "18028", "UNKNOWN_ORDER"),
        ("5", "18028", "INVALID_ITEM"),
        ("6", "18028", "INVALID_SHIP_DATE"),
    ]
    assert in_v0(seller, good)["IsEstimatedShipDateSet"] is True


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda _order: "", "5000", "OrderSourcingOnDemand needs AmazonOrderID."),
        (lambda _order: ship_date("12"), "25441", "'12' is no order id"),
        (lambda order: ship_date(order, ""), "5000", "OrderSourcingOnDemand needs SKU."),
        (lambda order: ship_date(order, "S" * 101), "5000", "SKU has at most 100 characters"),
        (lambda order: ship_date(order, at=""), "5000", "OrderSourcingOnDemand needs EstimatedShipDate."),
        (lambda order: ship_date(order, at="2026-03-09"), "5000", "EstimatedShipDate is a date with a time"),
        (lambda order: ship_date(order, at="2026-02-30T00:00:00Z"), "5000", "EstimatedShipDate is ISO 8601"),
        (lambda order: ship_date(order, at="9999-01-01T00:00:00Z"), "5000", "EstimatedShipDate is ISO 8601"),
        (lambda order: ship_date(order) + "<SKU>B</SKU>", "5000", "the sequence is AmazonOrderID, SKU"),
        (lambda order: ship_date(order) + "<Note/>", "5000", "has no element 'Note'"),
    ],
)
def test_what_is_against_the_schema_is_refused_and_changes_nothing(
    seller: Seller, make: Any, code: str, said: str
) -> None:
    order = sourced(seller)
    by = in_v0(seller, order)["LatestShipDate"]
    came = outcome(seller, ESTIMATE, envelope(ESTIMATE, make(order)))
    assert (came.status, came.counts, came.codes) == ("DONE", (1, 0, 1, 0), [("1", code)])
    assert said in came.text
    assert in_v0(seller, order)["LatestShipDate"] == by


def test_elsewhere_there_is_no_such_feed(seller: Seller) -> None:
    document_id = uploaded(seller, envelope(ESTIMATE, ship_date(sourced(seller))), XML)
    answer = create(seller, ESTIMATE, document_id, marketplaceIds=[AU])
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert answer.error["message"] == f"{ESTIMATE} is known in JP ({JP}) alone; marketplaceIds names {AU}."
    assert seller.world.state.feeds.all == {}
    assert create(seller, ESTIMATE, document_id, marketplaceIds=[AU, JP]).status == 202
