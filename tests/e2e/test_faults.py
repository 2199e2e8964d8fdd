"""What goes wrong on the way, through real sockets and with real clients, unmodified."""

import http.client
import socket
from typing import Any
from urllib.parse import urlsplit

import mws
import pytest
import requests
from sp_api.base import SellingApiException, SellingApiForbiddenException, SellingApiRequestThrottledException
from sp_api.base.exceptions import SellingApiServerException, SellingApiTemporarilyUnavailableException

from tests.e2e.sandbox import US, Sandbox
from tests.serving import serving

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"
EVER = "2000-01-01T00:00:00Z"
SHIPMENT = {"packageReferenceId": "1", "carrierCode": "UPS", "trackingNumber": "1Z", "shipDate": "2026-03-02T16:00:00Z"}


def fault(sandbox: Sandbox, kind: str, **more: Any) -> None:
    sandbox.post("faults", {"kind": kind, **more})


def called(sandbox: Sandbox, patience: float = 30) -> requests.Response:
    """A call of the seller's client on a connection of its own."""
    headers = {"x-amz-access-token": sandbox.token()}
    return requests.get(sandbox.url + PARTICIPATIONS, headers=headers, timeout=patience)


def listed(sandbox: Sandbox) -> list[str]:
    answer = sandbox.sp_orders().get_orders(MarketplaceIds=[US], CreatedAfter=EVER)
    return [each["AmazonOrderId"] for each in answer.payload["Orders"]]


def test_a_connection_is_reset(sandbox: Sandbox) -> None:
    fault(sandbox, "reset", operation="getMarketplaceParticipations")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        called(sandbox)
    assert called(sandbox).status_code == 200


def test_a_call_may_have_taken_effect_before_its_connection_was_reset(sandbox: Sandbox) -> None:
    confirmed = {}
    for performed in (False, True):
        order_id = sandbox.place_order(hold=False)
        items = sandbox.get(f"orders/{order_id}")["items"]
        parcel = [{"orderItemId": each["order_item_id"], "quantity": each["quantity"]} for each in items]
        fault(sandbox, "reset", operation="confirmShipment", performed=performed)
        with pytest.raises(requests.ConnectionError):
            requests.post(
                f"{sandbox.url}/orders/v0/orders/{order_id}/shipmentConfirmation",
                json={"marketplaceId": US, "packageDetail": {**SHIPMENT, "orderItems": parcel}},
                headers={"x-amz-access-token": sandbox.token()},
                timeout=30,
            )
        confirmed[performed] = sandbox.get(f"orders/{order_id}")["status"]
    assert confirmed == {False: "Unshipped", True: "Shipped"}
    last = sandbox.get("requests")["requests"][-1]
    assert (last["status"], last["notes"]) == (0, ["met fault-2: reset, the call was performed, nothing was answered"])


def test_an_answer_that_never_comes_ends_with_the_clients_patience(sandbox: Sandbox) -> None:
    fault(sandbox, "timeout", operation="getMarketplaceParticipations")
    with pytest.raises(requests.Timeout):
        called(sandbox, patience=0.2)
    assert called(sandbox).status_code == 200


def test_an_answer_that_never_comes_is_bounded(sandbox: Sandbox) -> None:
    fault(sandbox, "timeout", operation="getMarketplaceParticipations", seconds=0.1)
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        called(sandbox)


def test_a_late_answer_holds_nobody_else_up(sandbox: Sandbox) -> None:
    """Hundreds of late answers, more than there are threads, wait while another seller is served."""
    other = Sandbox(sandbox.url)
    token, count = sandbox.token(), 300
    fault(sandbox, "latency", operation="getMarketplaceParticipations", seconds=300, times=None)
    parts = urlsplit(sandbox.url)
    request = f"GET {PARTICIPATIONS} HTTP/1.1\r\nHost: {parts.netloc}\r\nx-amz-access-token: {token}\r\n\r\n"
    waiting = [socket.create_connection((parts.hostname or "", parts.port or 0)) for _ in range(count)]
    try:
        for each in waiting:
            each.sendall(request.encode())
        while sandbox.get("faults")["faults"][0]["met"] < count:
            pass
        assert called(other).status_code == 200
        assert other.place_order()
    finally:
        for each in waiting:
            each.close()
        other.close()


def test_half_an_answer_comes(sandbox: Sandbox) -> None:
    fault(sandbox, "truncated", operation="getMarketplaceParticipations")
    parts = urlsplit(sandbox.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    connection.request("GET", PARTICIPATIONS, headers={"x-amz-access-token": sandbox.token()})
    answer = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    connection.close()
    whole = called(sandbox).content
    assert whole.startswith(cut.value.partial)
    assert (answer.status, len(cut.value.partial)) == (200, len(whole) // 2)


@pytest.mark.parametrize(
    ("wanted", "raised"),
    [
        ({"kind": "throttled"}, SellingApiRequestThrottledException),
        ({"kind": "status", "status": 503}, SellingApiTemporarilyUnavailableException),
        ({"kind": "status", "status": 500}, SellingApiServerException),
        ({"kind": "revoked_token"}, SellingApiForbiddenException),
    ],
)
def test_python_amazon_sp_api_knows_what_it_is_told(
    sandbox: Sandbox, wanted: dict[str, Any], raised: type[SellingApiException]
) -> None:
    fault(sandbox, **wanted)
    with pytest.raises(raised):
        listed(sandbox)


def test_python_amazon_sp_api_takes_what_it_cannot_read_for_an_empty_answer(sandbox: Sandbox) -> None:
    sandbox.place_order(hold=False)
    fault(sandbox, "malformed")
    answer = sandbox.sp_orders().get_orders(MarketplaceIds=[US], CreatedAfter=EVER)
    assert (answer.payload, answer.errors) == ({}, None)
    assert len(listed(sandbox)) == 1


def test_the_mws_client_knows_what_it_is_told(sandbox: Sandbox) -> None:
    client = sandbox.mws_orders()

    def listing() -> Any:
        return client.list_orders(marketplaceids=[US], created_after=EVER).parsed

    fault(sandbox, "throttled", operation="ListOrders")
    with pytest.raises(mws.MWSError, match="RequestThrottled"):
        listing()
    for kind in ("truncated", "reset"):
        fault(sandbox, kind, operation="ListOrders")
        with pytest.raises(requests.RequestException):
            listing()
    fault(sandbox, "malformed", operation="ListOrders")
    assert isinstance(listing(), bytes), "the client hands on what it cannot read"
    assert not isinstance(listing(), bytes)


def test_nothing_is_complained_of_in_the_log() -> None:
    with serving() as server:
        sandbox = Sandbox(server.url)
        for kind in ("reset", "truncated"):
            fault(sandbox, kind)
            with pytest.raises(requests.RequestException):
                called(sandbox)
        sandbox.close()
        assert "rror" not in server.log.read_text()
