"""The end of the reads of Orders v0: which they are, from which instant on, and what goes on.

Which end and when: sp-api.md 1.1, "deprecated: true in the model … removal planned 2027-03-27 … The write operations
are not deprecated". What ended versions answer: 403 Unauthorized (SEEN-ENDS in docs/sources.md).
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING
from marketplace_sandbox.api.admission.access import INVALID, MISSING
from marketplace_sandbox.api.http.openapi import METHODS, load
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.admission.server_seller import START, ServerSeller, new_server
from tests.api.contract import Client
from tests.api.models import FOLDER
from tests.api.shop import EVER, US, Shop

END = START + timedelta(hours=1)
AT_END = "2026-03-02T17:00:00Z"
SENTENCE = (
    "Access to requested resource is denied. The reads of Orders v0 ended at 2026-03-02T17:00:00Z; docs/migration.md "
    "says which calls of Orders 2026-01-01 answer instead."
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = new_server()
    yield made
    made.close()


@pytest.fixture
def seller(server: Server) -> ServerSeller:
    """One whose reads end an hour from now."""
    return ServerSeller(server, orders_v0_reads_end=AT_END)


def reads(order_id: str) -> dict[str, str]:
    """The paths of every read that ends, by operation."""
    one = f"/orders/v0/orders/{order_id}"
    return {
        "getOrders": "/orders/v0/orders",
        "getOrder": one,
        "getOrderBuyerInfo": f"{one}/buyerInfo",
        "getOrderAddress": f"{one}/address",
        "getOrderItems": f"{one}/orderItems",
        "getOrderItemsBuyerInfo": f"{one}/orderItems/buyerInfo",
    }


def test_the_reads_that_end_are_those_the_documents_mark_as_deprecated() -> None:
    trees = [load(openapi_dir() / "orders-v0.yaml").tree]
    if FOLDER:
        trees.append(json.loads((Path(FOLDER) / "ordersV0.json").read_text()))
    for tree in trees:
        operations = [item[method] for item in tree["paths"].values() for method in METHODS if method in item]
        assert [each["operationId"] for each in operations if each.get("deprecated")] == list(ORDERS_V0_ENDING)


@pytest.mark.parametrize("operation", ORDERS_V0_ENDING)
def test_a_read_is_answered_a_millisecond_before_the_end_and_refused_at_it(
    seller: ServerSeller, operation: str
) -> None:
    path = reads(seller.place_order().order_id)[operation]
    query: dict[str, Any] = {"MarketplaceIds": US, "CreatedAfter": EVER} if operation == "getOrders" else {}
    seller.world.advance(END - timedelta(milliseconds=1))
    assert seller.get(path, **query).status == 200
    seller.world.advance(END)
    for _ in ("at the end", "and for ever"):
        answer = seller.get(path, **query)
        assert answer.status == 403
        assert answer.body == {"errors": [{"code": "Unauthorized", "message": SENTENCE, "details": ""}]}
        seller.pass_time(days=400)


def going_on(order: Order, fetched: Order) -> dict[str, tuple[str, str, Any]]:
    """The method, path and body of every operation of Orders v0 that does not end."""
    one = f"/orders/v0/orders/{order.order_id}"
    parcel = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z",
        "shipDate": "2026-03-02T16:30:00Z",
        "orderItems": [{"orderItemId": order.items[0].order_item_id, "quantity": 1}],
    }
    review = {"externalReviewerId": "R1", "status": "Approved"}
    pickup = {"marketplaceId": US, "shipmentStatus": "ReadyForPickup"}
    return {
        "getOrderRegulatedInfo": ("GET", f"{one}/regulatedInfo", None),
        "updateVerificationStatus": ("PATCH", f"{one}/regulatedInfo", {"regulatedOrderVerificationStatus": review}),
        "confirmShipment": ("POST", f"{one}/shipmentConfirmation", {"marketplaceId": US, "packageDetail": parcel}),
        "updateShipmentStatus": ("POST", f"/orders/v0/orders/{fetched.order_id}/shipment", pickup),
    }


def test_writes_and_what_is_not_deprecated_go_on(seller: ServerSeller) -> None:
    order = seller.place_order(has_regulated_items=True)
    fetched = seller.place_order(is_ispu=True)
    seller.world.advance(END)
    calls, headers = going_on(order, fetched), {"x-amz-access-token": seller.token}
    tree = load(openapi_dir() / "orders-v0.yaml").tree
    every = [item[method]["operationId"] for item in tree["paths"].values() for method in METHODS if method in item]
    assert sorted([*calls, *ORDERS_V0_ENDING]) == sorted(every)
    regulated = calls["getOrderRegulatedInfo"][1]
    resource = {"restrictedResources": [{"method": "GET", "path": regulated}]}
    told = seller.client("POST", "/tokens/2021-03-01/restrictedDataToken", body=resource, headers=headers).body
    restricted = {"x-amz-access-token": told["restrictedDataToken"]}
    statuses = {}
    for name, (method, path, body) in calls.items():
        sent = restricted if name == "getOrderRegulatedInfo" else headers
        statuses[name] = seller.client(method, path, body=body, headers=sent).status
    assert statuses == {
        "getOrderRegulatedInfo": 200,
        "updateVerificationStatus": 204,
        "confirmShipment": 204,
        "updateShipmentStatus": 204,
    }
    assert seller.world.order(order.order_id).status == "Shipped"


def test_orders_2026_and_mws_go_on(seller: ServerSeller) -> None:
    order = seller.place_order()
    seller.world.advance(END)
    assert seller.search().status == 200
    assert seller.get(f"/orders/2026-01-01/orders/{order.order_id}").status == 200, "getOrder has a name of v0's"
    assert seller.list_orders().status == 200
    assert seller.mws("GetOrder", **{"AmazonOrderId.Id.1": order.order_id}).status == 200


def test_another_seller_is_not_concerned(server: Server, seller: ServerSeller) -> None:
    other = ServerSeller(server)
    seller.world.advance(END)
    other.world.advance(END)
    assert (seller.orders().status, other.orders().status) == (403, 200)


@pytest.mark.parametrize("operation", ORDERS_V0_ENDING)
def test_who_is_not_known_is_told_that_first(operation: str) -> None:
    """captures, "Missing or bad token is answered (403) before anything else of the request is looked at"."""
    strict = compose(Options(auth="strict"))
    try:
        seller = ServerSeller(strict, orders_v0_reads_end="2026-03-02")
        call = Client(strict.app, ())
        path = reads("902-0000001-0000001")[operation]
        told = {}
        for token in (None, "garbage", seller.token):
            headers = {} if token is None else {"x-amz-access-token": token}
            told[token] = call("GET", path, headers=headers, documented=False).error
    finally:
        strict.close()
    assert [told[None]["details"], told["garbage"]["details"]] == [MISSING, INVALID]
    assert "ended at 2026-03-02T00:00:00Z" in told[seller.token]["message"]


def test_it_is_said_before_anything_of_the_call_is_judged(seller: ServerSeller) -> None:
    """Neither the parameters nor the order are looked at: a version that has ended knows neither."""
    seller.world.advance(END)
    assert seller.get("/orders/v0/orders", documented=False).error["message"] == SENTENCE
    assert seller.get("/orders/v0/orders/902-9999999-9999999").error["message"] == SENTENCE
    assert seller.get("/orders/v0/orders/", documented=False).error["message"] == SENTENCE


def test_it_costs_nothing_and_meets_no_fault(seller: ServerSeller) -> None:
    seller.world.execute(ConfigurePolicy({"limits": "published_virtual"}))
    seller.fault("status", operation="getOrders", status=500, times=1)
    seller.world.advance(END)
    assert [seller.orders().status for _ in range(25)] == [403] * 25
    assert "0 of 1" in seller.accounts()[0]


def test_the_request_log_says_why(seller: ServerSeller) -> None:
    seller.world.advance(END)
    seller.orders()
    (call,) = seller.control("GET", "requests").body["requests"]
    assert (call["operation"], call["status"]) == ("getOrders", 403)
    assert call["notes"] == ["the reads of Orders v0 ended at 2026-03-02T17:00:00Z (orders_v0_reads_end)"]


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("2026-03-10", "2026-03-10T00:00:00Z"),
        ("2026-03-10T00:00:00Z", "2026-03-10T00:00:00Z"),
        ("2026-03-10T08:30:00.250+09:00", "2026-03-09T23:30:00.250Z"),
    ],
)
def test_a_date_is_midnight_utc(seller: ServerSeller, said: str, means: str) -> None:
    answer = seller.control("PUT", "settings", {"orders_v0_reads_end": said})
    assert answer.body["orders_v0_reads_end"] == means
    instant = datetime.fromisoformat(means)
    seller.world.advance(instant - timedelta(milliseconds=1))
    assert seller.orders().status == 200
    seller.world.advance(instant)
    assert seller.orders().status == 403


@pytest.mark.parametrize(
    "said",
    [
        *("", "tomorrow", "2026-3-10", "2026-02-30", "10.03.2026", "2026-03-10 00:00"),
        *("2026-03-10T00:00:00", "2026-03-10T25:00:00Z", "1066-10-14", "9999-12-31"),
        *(20260310, True, {"at": "2026-03-10"}, ["2026-03-10"]),
    ],
)
def test_anything_else_is_refused_with_the_form_and_changes_nothing(seller: ServerSeller, said: Any) -> None:
    answer = seller.control("PUT", "settings", {"orders_v0_reads_end": said})
    assert (answer.status, answer.error["details"]) == (400, "orders_v0_reads_end")
    form = "orders_v0_reads_end is a date such as 2027-03-27, which begins at midnight UTC, or an instant such as "
    assert answer.error["message"].startswith(f"{form}2027-03-27T00:00:00Z; ")
    assert seller.control("GET", "settings").body["orders_v0_reads_end"] == AT_END


def test_null_takes_the_end_back(server: Server) -> None:
    seller = ServerSeller(server)
    assert seller.control("GET", "settings").body["orders_v0_reads_end"] is None
    seller.control("PUT", "settings", {"orders_v0_reads_end": "2026-03-01"})
    assert seller.orders().status == 403
    answer = seller.control("PUT", "settings", {"orders_v0_reads_end": None})
    assert answer.body["orders_v0_reads_end"] is None
    assert seller.orders().status == 200


def test_an_advance_passes_over_the_end(seller: ServerSeller) -> None:
    order = seller.place_order()
    seller.control("POST", "clock/advance", {"by": "P20D"})
    assert seller.world.order(order.order_id).status == "Canceled", "time went on as ever"
    assert seller.orders().status == 403


def test_a_running_clock_passes_over_the_end_by_itself() -> None:
    """Also where something of before is due and has not happened yet: the hold of an order that ends before."""
    shop = Shop()
    seller = shop.open({"orders_v0_reads_end": AT_END}, rate=60)
    seller.place_order(hold=True)
    shop.wall += 59
    assert seller.get("/orders/v0/orders", MarketplaceIds=US, CreatedAfter=EVER).status == 200
    shop = Shop()
    seller = shop.open({"orders_v0_reads_end": AT_END}, rate=60)
    order = seller.place_order(hold=True)
    shop.wall += 60
    assert seller.world.behind()
    assert seller.get("/orders/v0/orders", MarketplaceIds=US, CreatedAfter=EVER).status == 403
    assert seller.get(f"/orders/2026-01-01/orders/{order.order_id}").status == 200


def test_a_scenario_lives_through_the_end(server: Server) -> None:
    """By its own time: it ends after the reads have."""
    form = {
        "about": "The day after.",
        "start": "2026-03-09T16:00:00Z",
        "settings": {"orders_v0_reads_end": "2026-03-10"},
        "orders": [{"id": "902-0000001-0000001"}],
        "script": [{"at": "+1d"}],
    }
    played = server.scenarios.play(form)
    assert played["passed"]
    seller = ServerSeller(server)
    token = server.credentials.access_token(played["seller_id"])
    assert seller.get("/orders/v0/orders", token, MarketplaceIds=US, CreatedAfter=EVER).status == 403


def test_the_end_is_in_the_journal(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/sandbox.db"
    first = compose(Options(store=store, start=datetime(2026, 3, 2, tzinfo=UTC), rate=0))
    seller = ServerSeller(first, orders_v0_reads_end="2026-03-03")
    seller.world.advance(timedelta(days=2))
    first.close()
    again = compose(Options(store=store))
    try:
        token = again.credentials.access_token(seller.seller_id)
        kept = ServerSeller(again).get("/orders/v0/orders", token, MarketplaceIds=US, CreatedAfter=EVER)
        assert kept.status == 403
    finally:
        again.close()
