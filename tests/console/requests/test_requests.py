"""Requests: what the client called, by outcome and text, why a call was rejected and what would have been accepted."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api.contract import Answer, Client
from tests.console.browsing import HOST
from tests.console.conftest import Shop

PAGE = "/requests"
MARKETPLACE = "ATVPDKIKX0DER"
LISTING = {"MarketplaceIds": MARKETPLACE, "LastUpdatedAfter": "2026-03-01T00:00:00Z"}


def call(shop: Shop, path: str, query: dict[str, str] | None = None, **more: Any) -> Answer:
    """A call of the seller's own client."""
    credentials = shop.browser.server.credentials.issue(shop.world.opening.holder)["lwa"]
    client = Client(shop.server.app, ())
    form = urlencode({"grant_type": "refresh_token", **credentials}).encode()
    headers = {"host": HOST, "content-type": "application/x-www-form-urlencoded"}
    token = client("POST", "/auth/o2/token", body=form, headers=headers, documented=False).body["access_token"]
    headers = {"host": HOST, "x-amz-access-token": token, **more.pop("headers", {})}
    return client(more.pop("method", "GET"), path, query, headers=headers, documented=False, **more)


def details(shop: Shop, path: str, query: dict[str, str] | None = None, **more: Any) -> str:
    """What the page of a call says that was just made."""
    call(shop, path, query, **more)
    number = shop.server.console.app().extensions["sandbox.parts"].requests.calls(shop.world.seller_id)[-1].number
    return shop.get(f"{PAGE}/{number}").main


def test_without_calls_it_says_where_to_point_a_client(shop: Shop) -> None:
    shown = shop.get(PAGE)
    assert "Your client has not called yet." in shown.main
    assert shop.server.options.url in shown.main


def test_calls_stand_with_the_latest_first_and_pages_are_no_calls(shop: Shop) -> None:
    call(shop, "/orders/v0/orders", LISTING)
    call(shop, "/orders/v0/orders", {"MarketplaceIds": MARKETPLACE, "CreatedAfter": "<b>x</b>"})
    shown = shop.get(PAGE)
    assert shown.main.index("CreatedAfter") < shown.main.index("LastUpdatedAfter")
    assert "4 requests" in shown.main
    assert "InvalidInput" in shown.row("<b>x</b>").text_content().replace("%3Cb%3Ex%3C%2Fb%3E", "<b>x</b>")


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("outcome=rejected", "404", "LastUpdatedAfter"),
        ("outcome=answered", "LastUpdatedAfter", "NotFound"),
        ("q=0000009", "NotFound", "LastUpdatedAfter"),
        ("q=lastupdated", "LastUpdatedAfter", "NotFound"),
        ("q=nothing", "No request on record is like that.", "getOrder"),
    ],
)
def test_they_are_filtered(shop: Shop, query: str, there: str, gone: str) -> None:
    call(shop, "/orders/v0/orders", LISTING)
    call(shop, "/orders/v0/orders/902-0000000-0000009")
    shown = shop.get(f"{PAGE}?{query}")
    assert there in shown.main
    assert gone not in shown.main


def test_an_outcome_that_there_is_not_is_refused(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}?outcome=rejectd")
    assert shown.status == 400
    assert "outcome is one of rejected, answered" in shown.text


def test_a_wrong_parameter_is_explained_by_all_that_there_are(shop: Shop) -> None:
    told = details(shop, "/orders/v0/orders", {"MarketplaceIds": MARKETPLACE})
    assert "CreatedAfter or LastUpdatedAfter must be specified." in told
    assert "Only orders updated at or after this instant." in told


def test_an_act_out_of_season_is_explained_by_what_the_order_allows(shop: Shop) -> None:
    order = shop.place_order()
    shop.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    parcel = {
        "packageReferenceId": "1", "carrierCode": "UPS", "trackingNumber": "1Z", "shipDate": "2026-03-02T16:00:00Z",
        "orderItems": [{"orderItemId": order.items[0].order_item_id, "quantity": 1}],
    }  # fmt: skip
    told = details(
        shop,
        f"/orders/v0/orders/{order.order_id}/shipmentConfirmation",
        method="POST",
        body={"marketplaceId": MARKETPLACE, "packageDetail": parcel},
    )
    assert "Why it was rejected" in told
    assert f"Order {order.order_id} is Canceled: " in told
    assert "What would be accepted now: " in told
    assert "with a body that has marketplaceId, packageDetail" in told


def test_an_order_that_there_is_not_is_said_beside_the_latest(shop: Shop) -> None:
    order = shop.place_order()
    told = details(shop, "/orders/v0/orders/902-0000000-0000009")
    assert "There is no order 902-0000000-0000009 of this seller." in told
    assert f"The latest there is: {order.order_id}" in told


def test_a_path_that_is_not_served_is_explained_by_the_nearest(shop: Shop) -> None:
    assert "The nearest path that is served: GET /orders/v0/orders" in details(shop, "/orders/v0/ordrs")


def test_what_failed_on_purpose_says_so(shop: Shop) -> None:
    faults = [{"kind": "status", "status": 503, "operation": "getOrders"}, {"kind": "expired_token"}]
    shop.server.faults.add(shop.world.seller_id, faults, shop.world.now())
    assert "It went wrong on purpose" in details(shop, "/orders/v0/orders", LISTING)
    told = details(shop, "/orders/v0/orders", LISTING)
    assert "An access token of this seller's" in told


def test_mws_is_explained_in_its_words(shop: Shop) -> None:
    keys = shop.server.credentials.issue(shop.world.opening.holder)["mws"]
    query = {"Action": "ListOrders", "Version": "2013-09-01", "AWSAccessKeyId": keys["access_key"], "SellerId": "A1"}
    told = details(shop, "/Orders/2013-09-01", query)
    assert "ListOrders" in told
    assert "Code: no answer" not in told
    assert "MarketplaceId" in told
    assert keys["secret_key"] not in told


def test_an_accepted_call_shows_what_it_was_answered_and_no_secret(shop: Shop) -> None:
    told = details(shop, "/orders/v0/orders", LISTING)
    assert "Why it was rejected" not in told
    assert '"payload"' in told
    login = shop.get(f"{PAGE}/0").main
    assert "createAccessToken" in login
    secrets = shop.server.credentials.issue(shop.world.opening.holder)["lwa"]
    assert secrets["refresh_token"] not in login
    assert secrets["client_secret"] not in login


def test_a_call_that_is_not_on_record_is_told(shop: Shop) -> None:
    shown = shop.get(f"{PAGE}/7")
    assert shown.status == 404
    assert "There is no call 7 on record; none is." in shown.text


def test_the_doctor_tells_what_looks_wrong(shop: Shop) -> None:
    call(shop, "/orders/v0/orders", LISTING)
    assert "Nothing looks wrong with the client by its calls." in shop.get(PAGE).main
    shop.world.advance(timedelta(days=1))
    for _ in range(2):
        call(shop, "/orders/v0/orders", {"MarketplaceIds": "A1PA6795UKMFR9", "CreatedAfter": "2026-03-01T00:00:00Z"})
    shown = shop.get(PAGE)
    assert "What looks wrong with the client" in shown.main
    assert "The client asks for orders of A1PA6795UKMFR9 (DE), where this seller does not sell" in shown.main


def test_a_list_that_follows_is_the_list_alone(shop: Shop) -> None:
    call(shop, "/orders/v0/orders", {"MarketplaceIds": "A1PA6795UKMFR9", "CreatedAfter": "2026-03-01T00:00:00Z"})
    part = shop.browser.send("GET", PAGE, headers={"hx-request": "true", "hx-target": "calls"}).raw.decode()
    assert "getOrders" in part
    assert "<html" not in part
    assert "looks wrong" not in part
