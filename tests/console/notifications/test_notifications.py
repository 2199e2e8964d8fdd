"""Notifications: who is told, every delivery with request, signature and attempts, resending, and what goes wrong."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from tests.console.conftest import Shop
from tests.delivery.receivers import Receiver, Reply, receiving

PAGE = "/notifications"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def told(shop: Shop, receiver: Receiver, **fields: str) -> str:
    """The secret of a webhook that was added on the page."""
    shown = shop.get(PAGE).press("Add webhook", url=receiver.url, **fields)
    (code,) = shown.tree.cssselect("[role=alert] code")
    return str(code.text_content())


def cancel_one(shop: Shop, **form: Any) -> str:
    """The id of an order that was canceled, of which subscribers are told."""
    order = shop.place_order(**form)
    shop.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    return order.order_id


def deliveries(shop: Shop) -> list[tuple[str, int]]:
    """The status and number of attempts of each, the oldest first, once all that is under way was attempted."""
    shop.world.advance(timedelta(0))
    shop.server.courier.deliver(shop.world, 30)
    return [(str(each.status), len(each.attempts)) for each in shop.world.state.deliveries.values()]


def test_without_subscribers_it_says_what_to_do(shop: Shop) -> None:
    shown = shop.get(PAGE)
    assert "No webhook is told of anything." in shown.main
    assert "nobody is told" in shown.main
    assert "deleteSubscription" in shown.main


def test_a_webhook_is_added_with_a_secret_that_is_shown_once(shop: Shop, receiver: Receiver) -> None:
    secret = told(shop, receiver)
    (webhook,) = shop.world.state.subscribers.values()
    assert (webhook.address, webhook.secret) == (receiver.url, secret)
    again = shop.get(PAGE)
    assert secret not in again.answer.raw.decode()
    assert "everything" in again.row(receiver.url).text_content()
    again.press("Remove", again.row(receiver.url))
    assert "No webhook is told of anything." in shop.get(PAGE).main


def test_a_webhook_may_be_told_of_some_things_alone(shop: Shop, receiver: Receiver) -> None:
    told(shop, receiver, notification_types="ORDER_CHANGE", order_change_types="BuyerRequestedChange")
    (webhook,) = shop.world.state.subscribers.values()
    assert webhook.notification_types == ("ORDER_CHANGE",)
    assert webhook.order_change_types == ("BuyerRequestedChange",)


@pytest.mark.parametrize("url", ["http://example.com/<b>x</b>", "nothing", ""])
def test_an_address_that_may_not_be_posted_to_is_refused_and_stays_in_the_form(shop: Shop, url: str) -> None:
    refused = shop.get(PAGE).press("Add webhook", url=url)
    assert refused.status == 400
    assert "Code: InvalidInput" in refused.alerts[0]
    assert refused.tree.get_element_by_id("url").value == url
    assert not shop.world.state.subscribers


def test_a_delivery_shows_what_is_sent_and_how_it_is_signed(shop: Shop, receiver: Receiver) -> None:
    secret = told(shop, receiver)
    order_id = cancel_one(shop, items=[{"title": "<script>alert(1)</script>"}])
    assert {status for status, _ in deliveries(shop)} == {"delivered"}
    shown = shop.get(f"{PAGE}?order_id={order_id}")
    delivery_id = list(shop.world.state.deliveries)[-1]
    assert order_id in shown.main
    detail = shown.follow("ORDER_CHANGE", shown.tree.get_element_by_id(f"delivery-{delivery_id}"))
    body = detail.tree.cssselect("pre")[0].text_content()
    assert json.loads(body) == json.loads(receiver.posts[-1].body)
    names = [each.text_content() for each in detail.tree.cssselect("dt")]
    assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= set(names)
    headers = {
        each.text_content(): each.getnext().text_content()
        for each in detail.tree.cssselect("dt")
        if each.text_content().startswith("webhook-")
    }
    Webhook(secret).verify(receiver.posts[-1].body.decode(), headers)
    assert "HTTP 200" in detail.main


def test_it_is_sent_again_under_the_same_id(shop: Shop, receiver: Receiver) -> None:
    told(shop, receiver)
    cancel_one(shop)
    before = deliveries(shop)
    shown = shop.get(PAGE)
    done = shown.press("Resend")
    assert "It was sent again and is delivered. The receiver answered 200." in done.alerts[0]
    assert sum(tries for _, tries in deliveries(shop)) == sum(tries for _, tries in before) + 1
    assert len(receiver.ids) - 1 == len(set(receiver.ids)) == len(before)
    stale = shown.press("Resend")
    assert stale.status == 409
    assert "DELIVERY_CHANGED" in stale.alerts[0]
    assert len(receiver.ids) == len(before) + 1


def test_what_failed_says_when_it_is_tried_again(shop: Shop, receiver: Receiver) -> None:
    told(shop, receiver)
    receiver.answer = lambda _: Reply(503)
    cancel_one(shop)
    assert ("failed", 1) in deliveries(shop)
    shown = shop.get(f"{PAGE}?status=failed")
    assert "again 2026-03-02 16:00:05 UTC" in shown.main
    assert "the last: 503" in shown.main
    assert "There is no such delivery." in shop.get(f"{PAGE}?status=given_up").main
    assert shop.get(f"{PAGE}?status=lost").status == 400


@pytest.mark.parametrize(
    ("button", "posts", "status"),
    [("Lose it", 0, "given_up"), ("Send it twice", 2, "delivered"), ("Send it late", 0, "pending")],
)
def test_the_next_one_goes_wrong(shop: Shop, receiver: Receiver, button: str, posts: int, status: str) -> None:
    told(shop, receiver)
    shown = shop.get(PAGE).press(button)
    assert "The next delivery meets this: " in shown.alerts[0]
    assert "0 of 1 were met" in shown.main
    cancel_one(shop)
    assert deliveries(shop)[0][0] == status
    assert len([each for each in receiver.ids if each == next(iter(shop.world.state.deliveries))]) == posts
    assert "1 of 1 were met" in shop.get(PAGE).main


def test_the_next_one_goes_wrong_only_as_it_can(shop: Shop) -> None:
    late = shop.get(PAGE).press("Send it late", by="soon")
    assert "soon" in late.alerts[0]
    assert "InvalidInput" in late.alerts[0]
    often = shop.get(PAGE).press("Send it twice", times="often")
    assert "InvalidInput" in often.alerts[0]
    token = shop.get(PAGE).tree.cssselect("input[name=csrf_token]")[0].value
    unknown = shop.browser.post(f"{PAGE}/next", {"csrf_token": token, "kind": "expired_token"})
    assert "is called" in unknown.alerts[0]
    assert "Standing" not in shop.get(PAGE).main


def test_a_fault_is_removed_once(shop: Shop) -> None:
    shown = shop.get(PAGE).press("Sign it wrong")
    assert "Standing" not in shown.press("Remove fault-1").main
    assert shown.press("Remove fault-1").status == 404


def test_a_delivery_that_there_is_not_is_told(shop: Shop) -> None:
    assert shop.get(f"{PAGE}/deliveries/nothing").status == 404
