"""Solicitations v1: who may be asked for a review when, and that nobody is asked twice."""

from datetime import timedelta

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.text.instants import parse_instant
from tests.api.contract import Answer
from tests.api.shop import US, Seller

REVIEW = "productReviewAndSellerFeedback"
OUTSIDE = (
    "You can\u2019t use this feature to request a review outside the 5-30 day range after the order delivery date."
)
NOT_AVAILABLE = "The requested solicitation is not available for this amazonOrderId."
NOW, SECOND = timedelta(0), timedelta(seconds=1)


@pytest.fixture
def order(seller: Seller) -> Order:
    order = seller.place_order()
    seller.world.act(order.order_id, "seller-confirm-shipment", {"carrier": "UPS"})
    return order


def ask(seller: Seller, order_id: str, marketplace_id: str = US) -> Answer:
    path = f"/solicitations/v1/orders/{order_id}/solicitations/{REVIEW}"
    query = {"marketplaceIds": marketplace_id} if marketplace_id else {}
    return seller.shop.client("POST", path, query, headers={"x-amz-access-token": seller.token})


def possible(seller: Seller, order: Order) -> list[str]:
    answer = seller.get(f"/solicitations/v1/orders/{order.order_id}", marketplaceIds=US)
    assert answer.headers["content-type"].startswith("application/hal+json")
    links = answer.body["_links"]["actions"]
    assert [each["_links"]["self"] for each in answer.body["_embedded"]["actions"]] == links
    return [each["href"] for each in links]


def wait_for_delivery(seller: Seller, order: Order, days: int, more: timedelta) -> None:
    """Until so long after the latest delivery that Orders v0 promised."""
    promised = parse_instant(seller.read(order)["LatestDeliveryDate"])
    seller.world.advance(promised + timedelta(days=days) + more)


@pytest.mark.parametrize(("days", "more"), [(5, NOW), (30, -SECOND)])
def test_a_buyer_is_asked_in_the_days_after_the_delivery(
    seller: Seller, order: Order, days: int, more: timedelta
) -> None:
    """5 to 30 days after the delivery date: the text of the refusal in docs#121."""
    wait_for_delivery(seller, order, days, more)
    assert possible(seller, order) == [
        f"/solicitations/v1/orders/{order.order_id}/solicitations/{REVIEW}?marketplaceIds={US}"
    ]
    answer = ask(seller, order.order_id)
    assert (answer.status, answer.body) == (201, {})
    assert seller.world.order(order.order_id).solicited_at == seller.world.now()
    assert seller.world.journal()[-1].kind == "review-solicited"


@pytest.mark.parametrize(("days", "more"), [(5, -SECOND), (30, NOW)])
def test_before_and_after_them_a_buyer_is_not(seller: Seller, order: Order, days: int, more: timedelta) -> None:
    """403 in the platform's words: docs#121."""
    wait_for_delivery(seller, order, days, more)
    assert possible(seller, order) == []
    version = seller.world.version
    answer = ask(seller, order.order_id)
    assert (answer.status, answer.error["code"], answer.error["message"]) == (403, "Unauthorized", OUTSIDE)
    assert "may be asked from" in answer.error["details"]
    assert seller.world.version == version


def test_nobody_is_asked_twice(seller: Seller, order: Order) -> None:
    """403 in the platform's words: models#19."""
    wait_for_delivery(seller, order, 6, NOW)
    ask(seller, order.order_id)
    assert possible(seller, order) == []
    answer = ask(seller, order.order_id)
    assert (answer.status, answer.error["code"], answer.error["message"]) == (403, "Unauthorized", NOT_AVAILABLE)
    assert "was asked at" in answer.error["details"]


def test_only_the_buyer_of_a_shipped_order_is_asked(seller: Seller) -> None:
    waiting, canceled = seller.place_order(), seller.place_order()
    seller.world.act(canceled.order_id, "buyer-cancel")
    for order in (waiting, canceled):
        assert possible(seller, order) == []
        answer = ask(seller, order.order_id)
        assert (answer.status, answer.error["message"]) == (403, NOT_AVAILABLE)


@pytest.mark.parametrize(
    ("marketplace_id", "words"),
    [("", "marketplaceId"), ("A1PA6795UKMFR9", "not of A1PA6795UKMFR9")],
)
def test_the_marketplace_of_the_order_is_named(seller: Seller, order: Order, marketplace_id: str, words: str) -> None:
    answer = ask(seller, order.order_id, marketplace_id)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert words in answer.error["message"]


def test_an_unknown_order_is_not_found(seller: Seller) -> None:
    answer = ask(seller, "902-9999999-9999999")
    assert (answer.status, answer.error["code"]) == (404, "NotFound")
