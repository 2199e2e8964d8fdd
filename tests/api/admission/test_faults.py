"""Calls that go wrong on purpose, in every dialect's own words, and accounted for."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from marketplace_sandbox.api.admission.credentials import Resource
from marketplace_sandbox.core.jobs import JobStatus
from marketplace_sandbox.server.composition import Server
from tests.api.admission.server_seller import US, ServerSeller, ids, mws_error, new_server
from tests.api.contract import Answer

NAMESPACE_2009 = "http://mws.amazonaws.com/doc/2009-01-01/"
ORDERS = "https://mws.amazonservices.com/Orders/2013-09-01"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = new_server()
    yield made
    made.close()


@pytest.fixture
def seller(server: Server) -> ServerSeller:
    return ServerSeller(server)


def statuses(seller: ServerSeller, calls: int) -> list[int]:
    return [seller.orders().status for _ in range(calls)]


def test_faults_are_met_in_their_order_and_accounted_for(seller: ServerSeller) -> None:
    seller.fault("status", status=503, times=3, operation="getOrders")
    seller.fault("status", status=500, skip=1)
    assert statuses(seller, 2) == [503, 503]
    assert seller.accounts() == ["2 of 3 were met", "0 of 1 were met"]
    assert statuses(seller, 4) == [503, 200, 500, 200]
    assert seller.accounts() == ["3 of 3 were met", "1 of 1 were met"]


def test_a_fault_stands_for_ever_until_it_is_taken_away(seller: ServerSeller) -> None:
    fault_id = seller.fault("status", status=500, times=None)
    assert statuses(seller, 3) == [500] * 3
    assert seller.control("DELETE", f"faults/{fault_id}").status == 204
    assert statuses(seller, 1) == [200]


def test_another_seller_notices_nothing(server: Server, seller: ServerSeller) -> None:
    seller.fault("status", status=500, times=None)
    assert statuses(ServerSeller(server), 1) == [200]


def test_a_reset_forgets_faults(seller: ServerSeller) -> None:
    seller.fault("status", status=500, times=None)
    assert seller.control("POST", "reset", {}).status == 200
    assert statuses(seller, 1) == [200]


def test_a_fault_keeps_to_its_operation_its_document_and_its_order(seller: ServerSeller) -> None:
    order, other = seller.place_order(), seller.place_order()
    seller.fault("status", status=500, times=None, operation="getOrder", api="orders-2026-01-01")
    seller.fault("status", status=503, times=None, order_id=order.order_id)
    in_2026 = f"/orders/2026-01-01/orders/{other.order_id}"
    found = [seller.read(order).status, seller.read(other).status, seller.get(in_2026).status, seller.orders().status]
    assert found == [503, 200, 500, 200]
    assert mws_error(seller.mws("ListOrderItems", AmazonOrderId=order.order_id))[0] == 503
    assert seller.mws("ListOrderItems", AmazonOrderId=other.order_id).status == 200


def test_a_refusal_has_the_usual_words_or_those_given(seller: ServerSeller) -> None:
    seller.fault("status", status=500)
    seller.fault(
        "status", status=400, code="InvalidInput", message="No.", details="why", headers={"x-amzn-ErrorType": "Odd"}
    )
    usual = seller.orders()
    assert usual.error["code"] == "InternalFailure"
    assert "x-amzn-ratelimit-limit" not in usual.headers
    given = seller.orders()
    assert given.error == {"code": "InvalidInput", "message": "No.", "details": "why"}
    assert given.headers["x-amzn-errortype"] == "Odd"


def test_mws_is_refused_in_its_own_words(seller: ServerSeller) -> None:
    seller.fault("status", status=500, operation="ListOrders")
    seller.fault("status", status=401, code="AccessDenied", message="No.", operation="ListOrders")
    seller.fault("throttled", operation="ListOrders")
    assert mws_error(seller.list_orders())[:3] == (500, ORDERS, "InternalError")
    assert mws_error(seller.list_orders()) == (401, ORDERS, "AccessDenied", "No.")
    throttled = seller.list_orders()
    assert mws_error(throttled) == (503, NAMESPACE_2009, "RequestThrottled", "Request is throttled")
    assert not [name for name in throttled.headers if name.startswith("x-mws-quota")]
    assert seller.list_orders().status == 200


def test_a_body_of_something_else_is_not_in_the_platforms_shape(seller: ServerSeller) -> None:
    seller.fault("status", status=503, body="<html>Service Unavailable</html>")
    answer = seller.get("/sellers/v1/marketplaceParticipations", documented=False)
    assert (answer.status, answer.raw) == (503, b"<html>Service Unavailable</html>")
    assert answer.headers["content-type"].startswith("text/html")
    assert int(answer.headers["content-length"]) == len(answer.raw)


def test_what_is_malformed_comes_whole_and_cannot_be_read(seller: ServerSeller) -> None:
    seller.place_order()
    whole = seller.orders()
    seller.fault("malformed")
    seller.fault("malformed", body="oops")
    halved = seller.get("/orders/v0/orders", documented=False, MarketplaceIds=US, CreatedAfter="2000-01-01")
    assert (halved.status, halved.headers["content-type"]) == (200, "application/json")
    assert int(halved.headers["content-length"]) == len(halved.raw)
    assert whole.raw.startswith(halved.raw)
    with pytest.raises(json.JSONDecodeError):
        halved.body  # noqa: B018  (reading it is the test)
    garbled = seller.get("/sellers/v1/marketplaceParticipations", documented=False)
    assert (garbled.raw, garbled.headers["content-type"]) == (b"oops", "application/json")
    seller.fault("malformed", body="<oops")
    assert seller.list_orders().headers["content-type"] == "text/xml"


def test_a_throttled_call_has_no_rate(seller: ServerSeller) -> None:
    seller.fault("throttled")
    answer = seller.orders()
    assert (answer.status, answer.error["code"]) == (429, "QuotaExceeded")
    assert "x-amzn-ratelimit-limit" not in answer.headers
    assert seller.orders().headers["x-amzn-ratelimit-limit"] == "50.0"
    seller.fault("throttled", headers={"x-amzn-RateLimit-Limit": "10"}, times=2)
    assert seller.orders().headers["x-amzn-ratelimit-limit"] == "10"
    assert seller.list_orders().status == 503


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("expired_token", "The access token you provided has expired."),
        ("revoked_token", "The access token you provided is revoked, malformed or invalid."),
    ],
)
def test_a_token_stays_ended_until_another_is_fetched(seller: ServerSeller, kind: str, details: str) -> None:
    seller.fault(kind)
    for _ in range(3):
        answer = seller.orders()
        assert (answer.status, answer.error["details"]) == (403, details)
    seller.token = seller.log_in().body["access_token"]
    assert seller.orders().status == 200
    assert seller.accounts() == ["1 of 1 were met"]


def test_taking_faults_away_makes_tokens_good_again(seller: ServerSeller) -> None:
    seller.fault("expired_token")
    assert statuses(seller, 2) == [403, 403]
    assert seller.control("DELETE", "faults").status == 204
    assert statuses(seller, 1) == [200]


def test_a_restricted_token_expires_once(seller: ServerSeller) -> None:
    order = seller.place_order()
    path = f"/orders/v0/orders/{order.order_id}/address"
    restricted = seller.server.credentials.restricted_token(seller.seller_id, [Resource("GET", path)])
    seller.fault("expired_token", operation="getOrderAddress")
    assert [seller.get(path, restricted).status for _ in range(2)] == [403, 200]
    assert seller.orders().status == 200


def test_a_login_is_refused_in_oauths_words(seller: ServerSeller) -> None:
    seller.fault("status", status=400, code="invalid_grant", message="Revoked", operation="createAccessToken")
    seller.fault("status", status=503, operation="createAccessToken")
    refused = seller.log_in()
    assert (refused.status, refused.body) == (400, {"error": "invalid_grant", "error_description": "Revoked"})
    failed = seller.log_in()
    assert (failed.status, failed.body["error"]) == (503, "server_error")
    assert seller.log_in().status == 200


def test_a_login_goes_wrong_only_if_it_is_named(seller: ServerSeller) -> None:
    seller.fault("status", status=503)
    assert [seller.log_in().status, seller.orders().status] == [200, 503]


def test_a_stale_list_does_not_show_what_came_later(seller: ServerSeller) -> None:
    first = seller.place_order().order_id
    seller.pass_time(minutes=10)
    seller.place_order()
    seller.world.act(first, "buyer-cancel")
    for read in (seller.orders, seller.search, seller.list_orders):
        seller.fault("stale_read", by="PT5M")
        assert ids(read()) == [first]
        assert len(ids(read())) == 2


def test_a_stale_read_shows_an_order_as_it_stood(seller: ServerSeller) -> None:
    order = seller.place_order()
    seller.pass_time(minutes=10)
    seller.world.act(order.order_id, "seller-cancel", {"reason": "no_inventory"})
    seller.fault("stale_read", by="PT5M")
    assert seller.read(order).payload["OrderStatus"] == "Unshipped"
    assert seller.read(order).payload["OrderStatus"] == "Canceled"
    seller.fault("stale_read", by="PT30M", operation="getOrder")
    missing = seller.read(order)
    assert (missing.status, missing.error["code"]) == (404, "NotFound")


def test_one_order_may_be_out_of_date_alone(seller: ServerSeller) -> None:
    first, second = seller.place_order().order_id, seller.place_order().order_id
    seller.fault("stale_read", by="PT1H", order_id=first, times=None)
    seller.pass_time(minutes=10)
    assert ids(seller.orders()) == [second]
    assert ids(seller.list_orders()) == [second]


def test_a_write_is_never_stale(seller: ServerSeller) -> None:
    order = seller.place_order()
    seller.fault("stale_read", by="PT1H", times=None)
    parcel = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "trackingNumber": "1Z",
        "shipDate": "2026-03-02T16:00:00Z",
    }
    items = [{"orderItemId": each.order_item_id, "quantity": each.quantity} for each in order.items]
    body = {"marketplaceId": US, "packageDetail": {**parcel, "orderItems": items}}
    path = f"/orders/v0/orders/{order.order_id}/shipmentConfirmation"
    assert seller.client("POST", path, body=body, headers={"x-amz-access-token": seller.token}).status == 204
    assert seller.accounts() == ["0 were met"]


def test_a_list_pages_on_from_a_stale_page_without_loss(seller: ServerSeller) -> None:
    old = [seller.place_order().order_id for _ in range(3)]
    seller.pass_time(minutes=10)
    seller.place_order()
    seller.fault("stale_read", by="PT5M")
    page = seller.orders(MaxResultsPerPage="2")
    rest = seller.orders(NextToken=page.payload["NextToken"])
    assert sorted(ids(page) + ids(rest)) == sorted(old)


def test_a_partial_page_is_short_and_what_follows_is_not(seller: ServerSeller) -> None:
    placed = sorted(seller.place_order().order_id for _ in range(6))
    for read in (seller.orders, seller.search):
        seller.fault("partial_page", keep=2)
        assert len(ids(read())) == 2
        assert len(ids(read())) == 6
    seller.fault("partial_page")
    page = seller.orders()
    rest = seller.orders(NextToken=page.payload["NextToken"])
    assert [len(ids(page)), len(ids(rest))] == [1, 5]
    assert sorted(ids(page) + ids(rest)) == placed


def test_the_request_log_says_what_was_met(seller: ServerSeller) -> None:
    seller.fault("throttled")
    seller.fault("status", status=503, operation="ListOrders")
    seller.orders()
    seller.list_orders()
    assert [each[0] for each in seller.notes()] == ["met fault-1: throttled", "met fault-2: status"]


REPORTS = "/reports/2021-06-30/reports"
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"


def test_a_report_is_given_up(seller: ServerSeller) -> None:
    seller.fault("report_fatal")

    def ask(**more: Any) -> Answer:
        body = {"reportType": UNSHIPPED, "marketplaceIds": [US], **more}
        return seller.client("POST", REPORTS, body=body, headers={"x-amz-access-token": seller.token})

    assert ask(reportType="GET_FLAT_FILE_ORDERS_THERE_NEVER_WERE").status == 400
    assert seller.accounts() == ["0 of 1 were met"], "nothing was begun"
    made = [ask().body["reportId"] for _ in range(2)]
    seller.pass_time(hours=1)
    found = [seller.get(f"{REPORTS}/{each}").body["processingStatus"] for each in made]
    assert (found[0], found[1] != "FATAL") == ("FATAL", True)
    assert seller.accounts() == ["1 of 1 were met"]


def test_a_report_of_mws_is_given_up(seller: ServerSeller) -> None:
    seller.fault("report_fatal")
    known = {"Version": "2009-01-01", "ReportType": "_GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_"}
    assert seller.mws("RequestReport", **known).status == 200
    seller.pass_time(hours=1)
    listed = seller.mws("GetReportRequestList", Version="2009-01-01")
    assert b"_DONE_NO_DATA_" not in listed.raw
    assert etree.fromstring(listed.raw).findtext(".//{*}ReportProcessingStatus") == "_CANCELLED_"
    report = next(iter(seller.world.state.reports.all.values()))
    assert report.status is JobStatus.FATAL


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("feed_fatal", "_POST_ORDER_FULFILLMENT_DATA_", "POST_ORDER_FULFILLMENT_DATA"),
        ("feed_stuck", "POST_FLAT_FILE_FULFILLMENT_DATA", "POST_FLAT_FILE_FULFILLMENT_DATA"),
        ("report_fatal", "_GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_", UNSHIPPED),
    ],
)
def test_a_type_may_be_named_as_mws_names_it(seller: ServerSeller, kind: str, given: str, kept: str) -> None:
    answer = seller.control("POST", "faults", {"kind": kind, "type": given})
    assert (answer.status, answer.body["type"]) == (201, kept)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "status"}, "status", "status is required"),
    ({"kind": "status", "status": 200}, "status", "from 400 to 599"),
    ({"kind": "status", "status": 503, "operation": "getOrdes"}, "operation", "did you mean 'getOrders'"),
    ({"kind": "status", "status": 503, "operation": "ListOrder"}, "operation", "did you mean 'ListOrders'"),
    (
        {"kind": "status", "status": 503, "operation": "getOrder", "api": "orders"},
        "api",
        "there are 'orders-v0' and 'orders-2026-01-01'",
    ),
    ({"kind": "status", "status": 503, "operation": "getOrders", "api": "sellers-v1"}, "api", "'orders-v0'"),
    ({"kind": "status", "status": 503, "headers": {"Content-Length": "1"}}, "headers.Content-Length", "no header"),
    ({"kind": "status", "status": 503, "headers": {"X": "a\r\nb"}}, "headers.X", "printable"),
    ({"kind": "expired_token", "operation": "ListOrders"}, "operation", "no operation 'ListOrders'"),
    ({"kind": "partial_page", "operation": "getOrder"}, "operation", "did you mean 'getOrders'"),
    ({"kind": "stale_read", "operation": "confirmShipment", "by": "PT1M"}, "operation", "no operation"),
    ({"kind": "stale_read"}, "by", "by is required by a fault stale_read"),
    ({"kind": "latency", "seconds": 0}, "seconds", "more than 0"),
    ({"kind": "latency", "seconds": 301}, "seconds", "at most 300"),
    ({"kind": "timeout", "performed": 1}, "performed", "true or false"),
    ({"kind": "throttled", "subscriber": "x"}, "subscriber", "subscriber' of a fault throttled; there are"),
    ({"kind": "partial_page", "keep": 0}, "keep", "from 1"),
    ({"kind": "report_fatal", "type": "_GET_FLAT_FILE_ORDERS_"}, "type", "did you mean '_GET_FLAT_FILE_ORDERS_DATA_'"),
    ({"kind": "report_fatal", "type": "POST_ORDER_FULFILLMENT_DATA"}, "type", "report_fatal goes wrong with no type"),
    ({"kind": "report_fatal", "type": "GET_ORDER_REPORT_DATA_TAX"}, "type", "'GET_FLAT_FILE_ORDER_REPORT_DATA_TAX'"),
    ({"kind": "feed_stuck", "type": "_POST_ORDER_FULFILMENT_DATA_"}, "type", "'_POST_ORDER_FULFILLMENT_DATA_'"),
]


@pytest.mark.parametrize(("wanted", "field", "words"), BAD)
def test_a_fault_that_will_not_do_is_refused(seller: ServerSeller, wanted: Any, field: str, words: str) -> None:
    good = {"kind": "throttled"}
    answer = seller.control("POST", "faults", {"faults": [good, wanted]})
    assert (answer.status, answer.error["details"]) == (400, f"faults[1].{field}")
    assert words in answer.error["message"]
    assert seller.accounts() == []
