"""The receiver keeps what verifies, refuses what does not, and answers while the test waits."""

import http.client
import json
import time
from urllib.parse import urlsplit

import pytest
import requests

from marketplace_sandbox.delivery.signature import new_secret, sign
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.receiver import Notification, Receiver

BODY = b'{"NotificationType": "ORDER_CHANGE", "Payload": {}}'


def signed(secret: str, at: float, body: bytes = BODY) -> dict[str, str]:
    stamp = int(at)
    return {
        "webhook-id": "1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": "v1,bm90IG91cnM= " + sign(secret, "1", stamp, body),
    }


def test_what_another_has_signed_is_rejected() -> None:
    receiver = Receiver()
    receiver.secret = new_secret()
    try:
        for headers, code in ((signed(receiver.secret, time.time()), 200), (signed(new_secret(), time.time()), 401)):
            assert requests.post(receiver.url, BODY, headers=headers, timeout=10).status_code == code
        assert [each.problem for each in receiver.received] == [""]
        assert [each.problem for each in receiver.rejected] == [
            "The signature is wrong: it was made with another secret or for another body."
        ]
    finally:
        receiver.close()


@pytest.mark.parametrize("body", [b"no json", b"[1]", b"\xff", b"[" * 100_000])
def test_what_is_no_notification_is_rejected(body: bytes) -> None:
    receiver = Receiver()
    receiver.secret = new_secret()
    try:
        headers = signed(receiver.secret, time.time(), body)
        assert requests.post(receiver.url, body, headers=headers, timeout=10).status_code == 401
        assert [each.problem for each in receiver.rejected] == ["The body is no JSON object."]
        assert not receiver.received
    finally:
        receiver.close()


def test_it_is_told_while_the_test_waits(marketplace: Marketplace) -> None:
    receiver = marketplace.webhook_receiver()
    only_requests = marketplace.webhook_receiver(["BuyerRequestedChange"])
    order, other = marketplace.place_orders(2)
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation()
    assert [each.change for each in receiver.of(order)] == ["OrderStatusChange", "BuyerRequestedChange"]
    assert [each.change for each in receiver.of(other.order_id)] == ["OrderStatusChange"]
    (told,) = only_requests.received
    assert (told.type, told.order_id, told.change) == ("ORDER_CHANGE", order.order_id, "BuyerRequestedChange")
    assert told.at == marketplace.clock.now
    assert json.loads(told.raw) == told.body
    assert told.headers["webhook-id"] == told.id == marketplace.deliveries[-1]["id"]


def test_a_handler_may_ask_the_marketplace_back(marketplace: Marketplace) -> None:
    seen = []

    def handler(notification: Notification) -> int:
        seen.append((marketplace.clock.now, marketplace.order(notification.order_id).status))
        return 200

    marketplace.webhook_receiver(answer=handler)
    order = marketplace.place_order()
    marketplace.clock.advance("2h")
    assert seen == [(order.last_updated_at, "Unshipped")]


def test_what_it_refuses_comes_again(marketplace: Marketplace) -> None:
    answers = iter([500, 503, 200])
    receiver = marketplace.webhook_receiver(answer=lambda _: next(answers))
    order = marketplace.place_order()
    marketplace.clock.advance("31m")
    assert len(receiver.received) == 2  # at once, and five seconds later
    marketplace.clock.advance("6m")
    assert len({each.id for each in receiver.of(order)}) == 1
    assert [each["status"] for each in marketplace.deliveries] == ["delivered"]


@pytest.mark.parametrize("length", ["-1", "many", "²", "9" * 5_000])
def test_a_post_of_no_length_is_answered(length: str) -> None:
    receiver = Receiver()
    receiver.secret = new_secret()
    connection = http.client.HTTPConnection(urlsplit(receiver.url).netloc, timeout=30)
    try:
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", length.encode("latin-1"))
        connection.endheaders()
        assert connection.getresponse().status == 413
    finally:
        connection.close()
        receiver.close()
