"""Acceptance scenarios of the domain, by their numbers, through the public interfaces and real clients only."""

from collections.abc import Iterator

import pytest
import requests

from tests.e2e.clients_2026 import SpApi
from tests.e2e.sandbox import US, Json, Receiver, Sandbox, change, receiving

STANDARD: Json = {"items": [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]}


@pytest.fixture
def sandbox(shared_server: str) -> Iterator[Sandbox]:
    sandbox = Sandbox(shared_server)
    yield sandbox
    sandbox.close()


@pytest.fixture
def receiver(sandbox: Sandbox) -> Iterator[Receiver]:
    with receiving() as receiver:
        sandbox.post("webhooks", {"url": receiver.url})
        yield receiver


def requested(sandbox: Sandbox, **arguments: object) -> str:
    """The standard order with a request at 17:00; it is 18:00."""
    order_id = sandbox.place(**STANDARD)
    sandbox.to("2026-03-02T17:00:00Z")
    sandbox.act(order_id, "buyer-request-cancellation", **arguments)
    sandbox.to("2026-03-02T18:00:00Z")
    return order_id


def status(sandbox: Sandbox, order_id: str) -> str:
    answer: str = sandbox.sp_orders().get_order(order_id).payload["OrderStatus"]
    return answer


def updated(sandbox: Sandbox, order_id: str) -> str:
    answer: str = sandbox.sp_orders().get_order(order_id).payload["LastUpdateDate"]
    return answer


def flags(sandbox: Sandbox, order_id: str) -> list[str]:
    items = sandbox.sp_orders().get_order_items(order_id).payload["OrderItems"]
    return [item["BuyerRequestedCancel"]["IsBuyerRequestedCancel"] for item in items]


def rate(sandbox: Sandbox) -> tuple[int, int, str]:
    shown = sandbox.get("metrics")["cancellation_rate"]
    return shown["canceled"], shown["orders"], shown["status"]


def lints(receipt: Json) -> set[str]:
    return {each["code"] for each in receipt["lint"]}


def call(sandbox: Sandbox, method: str, path: str, **more: object) -> requests.Response:
    """A call made by hand, as the seller."""
    headers = {"x-amz-access-token": sandbox.token()}
    return sandbox.session.request(method, f"{sandbox.url}{path}", headers=headers, timeout=30, **more)  # type: ignore[arg-type]


def test_16_the_seller_cancels_on_request(sandbox: Sandbox, receiver: Receiver) -> None:
    order_id = requested(sandbox)
    receipt = sandbox.act(order_id, "seller-cancel", reason="buyer_canceled")
    assert status(sandbox, order_id) == "Canceled"
    assert [(mail["kind"], mail["to"]) for mail in receipt["mail"]] == [
        ("canceled_by_seller", "buyer"),
        ("cancellation_receipt", "seller"),
    ]
    assert change(receiver.bodies[-1])["OrderChangeType"] == "OrderStatusChange"
    assert rate(sandbox) == (0, 1, "GOOD")


def test_18_cancel_order_leads_to_the_same(sandbox: Sandbox) -> None:
    sandbox.put("settings", {"cancel_order_api": True})
    order_id = requested(sandbox)
    path = f"/orders/2026-01-01/orders/{order_id}/cancellation"
    answer = call(sandbox, "PUT", path, json={"cancelReasonCode": "BUYER_CANCELLED"})
    assert (answer.status_code, answer.json()) == (202, {})
    assert status(sandbox, order_id) == "Unshipped"
    sandbox.by("PT5S")
    client = SpApi(sandbox)
    order = client.get(order_id, "CANCELLATION", "FULFILLMENT")
    client.close()
    assert order["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
    assert {item["cancellation"]["cancellationExecution"]["cancelledBy"] for item in order["orderItems"]} == {
        "MERCHANT"
    }
    assert rate(sandbox) == (0, 1, "GOOD")


def test_19_another_reason_counts_although_the_buyer_asked(sandbox: Sandbox) -> None:
    order_id = requested(sandbox)
    assert "REASON_MISMATCH" in lints(sandbox.act(order_id, "seller-cancel", reason="no_inventory"))
    assert status(sandbox, order_id) == "Canceled"
    assert rate(sandbox) == (1, 1, "BAD")


def test_22_a_request_grows(sandbox: Sandbox, receiver: Receiver) -> None:
    order_id = sandbox.place(**STANDARD)
    sandbox.to("2026-03-02T17:00:00Z")
    sandbox.act(order_id, "buyer-request-cancellation", items=["A"])
    assert flags(sandbox, order_id) == ["true", "false"]
    sandbox.to("2026-03-02T17:05:00Z")
    sandbox.act(order_id, "buyer-request-cancellation", items=["A", "B"])
    assert flags(sandbox, order_id) == ["true", "true"]
    assert updated(sandbox, order_id) == "2026-03-02T17:05:00Z"
    assert [change(body)["OrderChangeType"] for body in receiver.bodies].count("BuyerRequestedChange") == 2


def test_23_the_same_request_again_is_the_first(sandbox: Sandbox, receiver: Receiver) -> None:
    order_id = sandbox.place(**STANDARD)
    sandbox.to("2026-03-02T17:00:00Z")
    sandbox.act(order_id, "buyer-request-cancellation")
    sandbox.to("2026-03-02T17:01:00Z")
    again = sandbox.act(order_id, "buyer-request-cancellation")
    assert (again["mail"], again["notifications"]) == ([], [])
    assert again["order"]["request"]["at"] == "2026-03-02T17:00:00Z"
    assert updated(sandbox, order_id) == "2026-03-02T17:00:00Z"
    assert [change(body)["OrderChangeType"] for body in receiver.bodies].count("BuyerRequestedChange") == 1


def test_28_a_shipped_order_is_asked_for_in_vain(sandbox: Sandbox) -> None:
    order_id = sandbox.place(**STANDARD)
    sandbox.by("PT1H")
    sandbox.act(order_id, "parcel-leaves")
    sandbox.act(order_id, "seller-confirm-shipment")
    assert sandbox.refused(order_id, "buyer-request-cancellation") == (409, "ALREADY_SHIPPED")
    assert flags(sandbox, order_id) == ["false", "false"]


@pytest.mark.parametrize(
    ("order_id", "code", "name"), [("123", 400, "InvalidInput"), ("902-0000000-0000009", 404, "NotFound")]
)
def test_53_cancel_order_needs_an_order(sandbox: Sandbox, order_id: str, code: int, name: str) -> None:
    sandbox.put("settings", {"cancel_order_api": True})
    path = f"/orders/2026-01-01/orders/{order_id}/cancellation"
    answer = call(sandbox, "PUT", path, json={"cancelReasonCode": "NO_INVENTORY"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (code, name)


def test_72_an_upper_bound_lies_two_minutes_back(sandbox: Sandbox) -> None:
    query = {
        "MarketplaceIds": US,
        "LastUpdatedAfter": "2026-03-01T00:00:00Z",
        "LastUpdatedBefore": "2026-03-02T15:59:00Z",
    }
    answer = call(sandbox, "GET", "/orders/v0/orders", params=query)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


@pytest.mark.parametrize(
    "bounds", [{}, {"CreatedAfter": "2026-03-01T00:00:00Z", "LastUpdatedAfter": "2026-03-01T00:00:00Z"}]
)
def test_73_a_list_has_one_lower_bound(sandbox: Sandbox, bounds: dict[str, str]) -> None:
    answer = call(sandbox, "GET", "/orders/v0/orders", params={"MarketplaceIds": US, **bounds})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


def shipped(sandbox: Sandbox) -> str:
    order_id = sandbox.place(**STANDARD)
    sandbox.by("PT1H")
    sandbox.act(order_id, "parcel-leaves")
    sandbox.act(order_id, "seller-confirm-shipment")
    return order_id


def test_87_nothing_is_refunded_before_the_shipment(sandbox: Sandbox) -> None:
    order_id = sandbox.place(**STANDARD)
    sandbox.by("PT1H")
    refused = sandbox.refused(order_id, "seller-refund", reason="customer_cancel")
    assert refused == (400, "SHIPMENT_NOT_CONFIRMED")


def test_88_a_refund_waits_two_hours_and_can_be_taken_back(sandbox: Sandbox) -> None:
    taken_back, released = shipped(sandbox), shipped(sandbox)
    sandbox.to("2026-03-04T10:00:00Z")
    for order_id in (taken_back, released):
        refund = sandbox.act(order_id, "seller-refund", items=["B"], reason="customer_cancel")["order"]["refunds"][0]
        assert (refund["state"], refund["release_at"]) == ("pending", "2026-03-04T12:00:00Z")
    sandbox.to("2026-03-04T11:59:59Z")
    [pending] = sandbox.get(f"orders/{taken_back}")["refunds"]
    sandbox.act(taken_back, "seller-cancel-refund", refund_id=pending["refund_id"])
    sandbox.to("2026-03-04T12:00:00Z")
    assert [each["state"] for each in sandbox.get(f"orders/{taken_back}")["refunds"]] == ["canceled"]
    assert [each["state"] for each in sandbox.get(f"orders/{released}")["refunds"]] == ["released"]
    [mail] = [mail for mail in sandbox.get("mail")["mail"] if mail["kind"] == "refund_released"]
    assert (mail["order_id"], mail["at"], mail["to"]) == (released, "2026-03-04T12:00:00Z", "buyer")


def test_93_amazon_answers_for_its_own_orders(sandbox: Sandbox) -> None:
    alone, asked, started = (sandbox.place(**STANDARD, channel="AFN", hold=False) for _ in range(3))
    sandbox.to("2026-03-02T16:14:59Z")
    assert sandbox.act(alone, "buyer-cancel")["order"]["status"] == "Canceled"
    sandbox.to("2026-03-02T16:15:00Z")
    assert sandbox.refused(asked, "buyer-cancel") == (409, "CANCEL_WINDOW_CLOSED")
    granted = sandbox.act(asked, "buyer-request-cancellation")["order"]
    assert granted["cancellation"]["by"] == "BUYER"
    assert status(sandbox, asked) == "Canceled"
    sandbox.act(started, "warehouse-starts")
    assert sandbox.act(started, "buyer-request-cancellation")["outcome"] == "request_declined_by_amazon"
    assert sandbox.refused(started, "seller-cancel", reason="no_inventory")[1] == "AMAZON_FULFILLED"
    assert not [mail for mail in sandbox.get("mail")["mail"] if mail["to"] == "seller"]


def test_95_one_of_forty_is_bad_and_one_of_forty_one_is_good(sandbox: Sandbox) -> None:
    orders = sandbox.post("orders", {"count": 40, "hold": False})["orders"]
    sandbox.act(orders[0]["order_id"], "seller-cancel", reason="no_inventory")
    assert rate(sandbox) == (1, 40, "BAD")
    sandbox.place(hold=False)
    assert rate(sandbox) == (1, 41, "GOOD")


def test_98_without_orders_there_is_no_rate(sandbox: Sandbox) -> None:
    assert rate(sandbox) == (0, 0, "NONE")


def test_99_what_the_seller_is_not_to_blame_for_does_not_count(sandbox: Sandbox) -> None:
    exempt, fraud = (sandbox.place(**STANDARD, hold=False) for _ in range(2))
    payment, alone = sandbox.place(payment="unverified"), sandbox.place()
    amazon = sandbox.place(channel="AFN")
    sandbox.act(alone, "buyer-cancel")
    sandbox.act(amazon, "buyer-cancel")
    sandbox.act(payment, "payment-failed")
    sandbox.by("PT1H")
    sandbox.act(exempt, "buyer-request-cancellation")
    sandbox.act(exempt, "seller-cancel", reason="buyer_canceled")
    sandbox.act(fraud, "fraud-detected")
    assert {status(sandbox, each) for each in (exempt, fraud, payment, alone, amazon)} == {"Canceled"}
    assert rate(sandbox)[0] == 0
