"""cancelOrder: refused while it is off, taken while it is on, and applied later by the state the order has then."""

from datetime import datetime
from typing import Any

import pytest

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.orders.order import Order, Status
from marketplace_sandbox.core.refusals import OvertakenError, UnknownOrderError
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.contract import Answer
from tests.api.shop import Seller, Shop

CODES = {
    "NO_INVENTORY": "no_inventory",
    "BUYER_CANCELLED": "buyer_canceled",
    "SHIPPING_ADDRESS_UNDELIVERABLE": "address_undeliverable",
    "CUSTOMER_EXCHANGE": "customer_exchange",
    "PRICING_ERROR": "pricing_error",
}
ID = "902-0000001-0000001"


@pytest.fixture
def seller(shop: Shop) -> Seller:
    """A seller who is offered cancelOrder."""
    return shop.open(settings={"cancel_order_api": True})


def cancel(seller: Seller, order_id: str, body: Any, **headers: str) -> Answer:
    sent = {"x-amz-access-token": seller.token} | headers
    return seller.shop.client("PUT", f"/orders/2026-01-01/orders/{order_id}/cancellation", body=body, headers=sent)


def reason(code: str = "NO_INVENTORY") -> dict[str, str]:
    return {"cancelReasonCode": code}


def now_as(seller: Seller, order: Order) -> Order:
    return seller.world.order(order.order_id)


def test_it_is_not_offered_by_default(shop: Shop) -> None:
    seller = shop.open()
    order = seller.place_order()
    before = seller.standing()
    for order_id in (order.order_id, "902-0000009-0000009"):
        answer = cancel(seller, order_id, reason())
        assert (answer.status, answer.error["code"]) == (403, "Unauthorized")
        assert answer.error["message"] == "Access to requested resource is denied."
        assert "cancel_order_api" in answer.error["details"]
    assert seller.standing() == before


@pytest.mark.parametrize(("code", "key"), CODES.items())
def test_it_is_taken_at_once_and_applied_five_seconds_later(seller: Seller, code: str, key: str) -> None:
    order = seller.place_order()
    answer = cancel(seller, order.order_id, reason(code))
    assert (answer.status, answer.body) == (202, {})
    assert answer.headers["x-amzn-ratelimit-limit"] == "50.0"
    assert now_as(seller, order) is order
    seller.pass_time(milliseconds=4999)
    assert now_as(seller, order) is order
    seller.pass_time(milliseconds=1)
    ended = now_as(seller, order)
    assert ended.status is Status.CANCELED
    assert ended.cancellation is not None
    assert (ended.cancellation.by, ended.cancellation.reason) == ("MERCHANT", key)
    assert ended.cancellation.at == datetime.fromisoformat("2026-03-02T16:00:05Z")


def test_the_cancellation_is_the_sellers_in_the_answer(seller: Seller) -> None:
    order = seller.place_order()
    cancel(seller, order.order_id, reason())
    seller.pass_time(seconds=5)
    path = f"/orders/2026-01-01/orders/{order.order_id}"
    (item,) = seller.get(path, includedData="CANCELLATION").body["order"]["orderItems"]
    assert item["cancellation"] == {
        "cancellationExecution": {"cancelledBy": "MERCHANT", "cancelReason": "No Inventory"}
    }


def test_the_state_when_it_is_applied_decides(seller: Seller) -> None:
    order = seller.place_order()
    cancel(seller, order.order_id, reason())
    seller.world.act(order.order_id, "seller-confirm-shipment")
    seller.pass_time(seconds=5)
    assert now_as(seller, order).status is Status.SHIPPED


def test_a_pending_order_that_is_released_in_time_is_canceled(seller: Seller) -> None:
    order = seller.place_order(hold=True)
    seller.pass_time(minutes=29, seconds=57)
    assert cancel(seller, order.order_id, reason()).status == 202
    seller.pass_time(seconds=5)
    assert now_as(seller, order).status is Status.CANCELED
    held = seller.place_order(hold=True)
    assert cancel(seller, held.order_id, reason()).status == 202
    seller.pass_time(seconds=5)
    assert now_as(seller, held).status is Status.PENDING


def test_ordering_it_twice_cancels_once(seller: Seller) -> None:
    order = seller.place_order()
    assert [cancel(seller, order.order_id, reason()).status for _ in range(2)] == [202, 202]
    seller.pass_time(minutes=1)
    notices = [each for each in seller.world.state.notices if each.order and each.order.order_id == order.order_id]
    assert len(notices) == 1
    assert cancel(seller, order.order_id, reason()).status == 202


def test_it_is_in_the_journal_and_folding_that_cancels_again(seller: Seller) -> None:
    order = seller.place_order()
    cancel(seller, order.order_id, reason())
    seller.pass_time(seconds=5)
    entries = seller.world.journal()
    (entry,) = [each for each in entries if each.kind == "cancellation-ordered"]
    assert entry.body == {"order_id": order.order_id, "reason": "no_inventory"}
    store = MemoryStore()
    store.replace(seller.world.seller_id, entries)
    again = World.restore(store.read(seller.world.seller_id), store, lambda: seller.shop.wall)
    assert again.order(order.order_id).cancellation == now_as(seller, order).cancellation


def test_what_settling_brings_about_is_delivered() -> None:
    shop = Shop()
    seller = shop.open(settings={"cancel_order_api": True, "cancel_order_delay": "PT0S"})
    order = seller.place_order()
    target = {"url": "http://127.0.0.1:9/", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    seller.world.execute(Subscribe.read(target))
    cancel(seller, order.order_id, reason())
    assert now_as(seller, order).status is Status.CANCELED
    assert shop.woken == [seller.world.seller_id]
    shop.client.app.close()


@pytest.mark.parametrize(
    ("order_id", "body", "status", "code", "message"),
    [
        ("TEST_CASE_400", reason(), 400, "InvalidInput",
         "OrderId: TEST_CASE_400 is invalid, should be in 3-7-7 format."),
        ("902-0000009-0000009", reason(), 404, "NotFound", "There is no order 902-0000009-0000009."),
        (ID, None, 400, "InvalidInput", "The request body is required."),
        (ID, b"{", 400, "InvalidInput", "The request body is not valid JSON at line 1, column 2."),
        (ID, [], 400, "InvalidInput", "The request body must be an object, got []."),
        (ID, {}, 400, "InvalidInput", "cancelReasonCode is required."),
        (ID, {"cancelReasonCode": 1}, 400, "InvalidInput", "cancelReasonCode must be"),
        (ID, reason("NO_INVENTRY"), 400, "InvalidInput",
         ("cancelReasonCode must be one of NO_INVENTORY, BUYER_CANCELLED, SHIPPING_ADDRESS_UNDELIVERABLE, "
          'CUSTOMER_EXCHANGE, PRICING_ERROR; got "NO_INVENTRY". The nearest is NO_INVENTORY.')),
        (ID, reason("GENERAL_ADJUSTMENT"), 400, "InvalidInput", "cancelReasonCode must be one of"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    seller: Seller, order_id: str, body: Any, status: int, code: str, message: str
) -> None:
    seller.place_order(id=ID)
    before = seller.standing()
    answer = cancel(seller, order_id, body)
    assert (answer.status, answer.error["code"]) == (status, code)
    assert answer.error["message"].startswith(message)
    assert seller.standing() == before


@pytest.mark.parametrize("raised", [UnknownOrderError(ID), OvertakenError("ANYBODY")])
def test_an_order_that_a_reset_takes_away_meanwhile_is_not_found(
    seller: Seller, monkeypatch: pytest.MonkeyPatch, raised: Exception
) -> None:
    seller.place_order(id=ID)

    def execute(*_: object) -> None:
        raise raised

    monkeypatch.setattr(seller.world, "execute", execute)
    answer = cancel(seller, ID, reason())
    assert (answer.status, answer.error["message"]) == (404, f"There is no order {ID}.")


def test_a_body_of_another_kind_is_refused(seller: Seller) -> None:
    seller.place_order(id=ID)
    before = seller.standing()
    answer = cancel(seller, ID, b"cancelReasonCode=NO_INVENTORY", **{"content-type": "text/plain"})
    assert (answer.status, answer.error["code"]) == (415, "UnsupportedMediaType")
    assert seller.standing() == before


def test_unknown_fields_are_let_pass(seller: Seller) -> None:
    seller.place_order(id=ID)
    assert cancel(seller, ID, reason() | {"MarketplaceIds": ["x"], "items": []}).status == 202
