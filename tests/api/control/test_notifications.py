"""Webhooks and deliveries."""

from typing import Any

import pytest

from marketplace_sandbox.core.commands.notifications import CreateDestination, Subscribe
from tests.api.control.driving import MADE_SECRET, Driver

URL = "http://127.0.0.1:9000/hook"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def canceled(driver: Driver) -> str:
    order_id: str = driver.post("orders", {"hold": False}).body["order_id"]
    driver.post(f"orders/{order_id}/actions/seller-cancel", {"reason": "no_inventory"})
    return order_id


def test_a_missing_secret_is_made_and_shown_once(driver: Driver) -> None:
    answer = driver.post("webhooks", {"url": URL})
    assert answer.status == 201
    assert answer.body["secret"] == MADE_SECRET
    (listed,) = driver.get("webhooks").body["webhooks"]
    assert listed == {name: value for name, value in answer.body.items() if name != "secret"}
    assert driver.world.state.subscribers[listed["id"]].secret == MADE_SECRET


def test_a_given_secret_is_kept_and_never_shown(driver: Driver) -> None:
    answer = driver.post("webhooks", {"url": URL, "secret": SECRET})
    assert "secret" not in answer.body
    assert driver.world.state.subscribers[answer.body["id"]].secret == SECRET


def test_a_webhook_may_want_some_changes_only(driver: Driver) -> None:
    body = {"url": URL, "notification_types": ["ORDER_CHANGE"], "order_change_types": ["BuyerRequestedChange"]}
    answer = driver.post("webhooks", body)
    assert answer.body["order_change_types"] == ["BuyerRequestedChange"]
    canceled(driver)
    assert driver.courier.sent == []


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({}, "url", "url is required"),
        ({"url": "http://example.com/"}, "url", "is not on loopback"),
        ({"url": ""}, "url", "at least one character"),
        ({"url": URL + "x" * 2000}, "url", "at most 2000 characters"),
        ({"url": URL, "secrt": SECRET}, "secrt", "did you mean 'secret'"),
        ({"url": URL, "secret": "whsec_" + "QUJD" * 8 + "QR=="}, "secret", "base64"),
        ({"url": URL, "secret": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "secret", "whsec_"),
        ({"url": URL, "secret": "whsec_"}, "secret", "whsec_"),
        ({"url": URL, "secret": "whsec_???"}, "secret", "whsec_"),
        ({"url": URL, "secret": "whsec_ä"}, "secret", "whsec_"),
        ({"url": URL, "secret": "whsec_" + "QUJD" * 30}, "secret", "64 bytes"),
        ({"url": URL, "notification_types": ["ORDER_CHANG"]}, "notification_types[0]", "ORDER_CHANGE"),
        ({"url": URL, "order_change_types": ["OrderStatusChanged"]}, "order_change_types[0]", "nearest is OrderStatus"),
        ({"url": URL, "order_change_types": "OrderStatusChange"}, "order_change_types", "must be a list"),
    ],
)
def test_a_bad_webhook_names_its_field(driver: Driver, body: Any, field: str, words: str) -> None:
    answer = driver.refused("POST", "webhooks", body)
    assert (answer.status, answer.error["details"]) == (400, field)
    assert words in answer.error["message"]
    assert "???" not in answer.error["message"]


def test_a_removed_webhook_is_gone_and_its_deliveries_given_up(driver: Driver) -> None:
    webhook_id = driver.post("webhooks", {"url": URL}).body["id"]
    driver.courier.codes = [500]
    canceled(driver)
    assert driver.delete(f"webhooks/{webhook_id}").status == 204
    assert driver.get("webhooks").body == {"webhooks": [], "next": None}
    (delivery,) = driver.get("deliveries").body["deliveries"]
    assert (delivery["status"], delivery["webhook_id"]) == ("given_up", webhook_id)
    assert driver.refused("DELETE", f"webhooks/{webhook_id}").status == 404
    resent = driver.refused("POST", f"deliveries/{delivery['id']}/resend")
    assert (resent.status, resent.error["code"]) == (404, "NotFound")


def test_subscriptions_say_whether_anything_comes_of_them(driver: Driver) -> None:
    """Every type of the platform is taken by name; of those that are not sent here the list says so."""
    arn = "arn:aws:sqs:us-east-1:123456789012:changes"
    destination = driver.world.execute(CreateDestination.read({"name": "queue", "arn": arn})).destination_id
    for name in ("ORDER_CHANGE", "FEE_PROMOTION"):
        subscription = {"destination_id": destination, "notification_types": [name], "order_change_types": []}
        driver.world.execute(Subscribe.read({**subscription, "payload_version": "1.0"}))
    driver.post("webhooks", {"url": URL})
    listed = driver.get("subscriptions").body["subscriptions"]
    assert [(each["notification_type"], each["sent"]) for each in listed] == [
        ("ORDER_CHANGE", True),
        ("FEE_PROMOTION", False),
    ]
    assert {each["destination_id"] for each in listed} == {destination}
    assert len(driver.get("webhooks").body["webhooks"]) == 1
    page = driver.get("subscriptions?limit=1").body
    assert driver.get(f"subscriptions?cursor={page['next']}").body["subscriptions"] == listed[1:]


def test_deliveries_have_every_attempt(driver: Driver) -> None:
    driver.post("webhooks", {"url": URL})
    driver.courier.codes = [503]
    first, second = canceled(driver), canceled(driver)
    failed = driver.get("deliveries?status=failed").body["deliveries"]
    assert [(each["order_id"], each["http_code"], each["next_at"]) for each in failed] == [
        (first, 503, "2026-03-02T16:00:05Z")
    ]
    driver.post("clock/advance", {"by": "PT5S"})
    (delivery,) = driver.get(f"deliveries?order_id={first}").body["deliveries"]
    assert delivery["status"] == "delivered"
    assert [(each["at"], each["http_code"]) for each in delivery["attempts"]] == [
        ("2026-03-02T16:00:00Z", 503),
        ("2026-03-02T16:00:05Z", 200),
    ]
    assert len(driver.get(f"deliveries?order_id={second}").body["deliveries"]) == 1


def test_a_notification_can_be_sent_again(driver: Driver) -> None:
    driver.post("webhooks", {"url": URL})
    canceled(driver)
    (delivery,) = driver.get("deliveries").body["deliveries"]
    again = driver.post(f"deliveries/{delivery['id']}/resend").body
    assert (again["id"], again["status"], len(again["attempts"])) == (delivery["id"], "delivered", 2)
    assert driver.refused("POST", "deliveries/none/resend").status == 404
