"""What the domain promises from a request to its rate, through the public interfaces and real clients only."""

import io
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests
from sp_api.api import Feeds

from tests.e2e.clients_2026 import SpApi
from tests.e2e.clients_reports import Clients
from tests.e2e.sandbox import US, Json, Receiver, Sandbox, change

STANDARD: Json = {"items": [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]}


def requested(sandbox: Sandbox, **arguments: object) -> str:
    """The standard order with a request at 17:00; it is 18:00."""
    order_id = sandbox.place_order(**STANDARD)
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


def test_the_seller_cancels_on_request(sandbox: Sandbox, receiver: Receiver) -> None:
    order_id = requested(sandbox)
    receipt = sandbox.act(order_id, "seller-cancel", reason="buyer_canceled")
    assert status(sandbox, order_id) == "Canceled"
    assert [(mail["kind"], mail["to"]) for mail in receipt["mail"]] == [
        ("canceled_by_seller", "buyer"),
        ("cancellation_receipt", "seller"),
    ]
    assert change(receiver.bodies[-1])["OrderChangeType"] == "OrderStatusChange"
    assert rate(sandbox) == (0, 1, "GOOD")


def test_cancel_order_leads_to_the_same(sandbox: Sandbox) -> None:
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


def test_another_reason_counts_although_the_buyer_asked(sandbox: Sandbox) -> None:
    order_id = requested(sandbox)
    assert "REASON_MISMATCH" in lints(sandbox.act(order_id, "seller-cancel", reason="no_inventory"))
    assert status(sandbox, order_id) == "Canceled"
    assert rate(sandbox) == (1, 1, "BAD")


def test_a_request_grows(sandbox: Sandbox, receiver: Receiver) -> None:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.to("2026-03-02T17:00:00Z")
    sandbox.act(order_id, "buyer-request-cancellation", items=["A"])
    assert flags(sandbox, order_id) == ["true", "false"]
    sandbox.to("2026-03-02T17:05:00Z")
    sandbox.act(order_id, "buyer-request-cancellation", items=["A", "B"])
    assert flags(sandbox, order_id) == ["true", "true"]
    assert updated(sandbox, order_id) == "2026-03-02T17:05:00Z"
    assert [change(body)["OrderChangeType"] for body in receiver.bodies].count("BuyerRequestedChange") == 2


def test_the_same_request_again_is_the_first(sandbox: Sandbox, receiver: Receiver) -> None:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.to("2026-03-02T17:00:00Z")
    sandbox.act(order_id, "buyer-request-cancellation")
    sandbox.to("2026-03-02T17:01:00Z")
    again = sandbox.act(order_id, "buyer-request-cancellation")
    assert (again["mail"], again["notifications"]) == ([], [])
    assert again["order"]["request"]["at"] == "2026-03-02T17:00:00Z"
    assert updated(sandbox, order_id) == "2026-03-02T17:00:00Z"
    assert [change(body)["OrderChangeType"] for body in receiver.bodies].count("BuyerRequestedChange") == 1


def test_a_shipped_order_is_asked_for_in_vain(sandbox: Sandbox) -> None:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.by("PT1H")
    sandbox.act(order_id, "parcel-leaves")
    sandbox.act(order_id, "seller-confirm-shipment")
    assert sandbox.refused(order_id, "buyer-request-cancellation") == (409, "ALREADY_SHIPPED")
    assert flags(sandbox, order_id) == ["false", "false"]


@pytest.mark.parametrize(
    ("order_id", "code", "name"), [("123", 400, "InvalidInput"), ("902-0000000-0000009", 404, "NotFound")]
)
def test_cancel_order_needs_an_order(sandbox: Sandbox, order_id: str, code: int, name: str) -> None:
    sandbox.put("settings", {"cancel_order_api": True})
    path = f"/orders/2026-01-01/orders/{order_id}/cancellation"
    answer = call(sandbox, "PUT", path, json={"cancelReasonCode": "NO_INVENTORY"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (code, name)


def test_an_upper_bound_lies_two_minutes_back(sandbox: Sandbox) -> None:
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
def test_a_list_has_one_lower_bound(sandbox: Sandbox, bounds: dict[str, str]) -> None:
    answer = call(sandbox, "GET", "/orders/v0/orders", params={"MarketplaceIds": US, **bounds})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "InvalidInput")


def shipped(sandbox: Sandbox) -> str:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.by("PT1H")
    sandbox.act(order_id, "parcel-leaves")
    sandbox.act(order_id, "seller-confirm-shipment")
    return order_id


def test_nothing_is_refunded_before_the_shipment(sandbox: Sandbox) -> None:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.by("PT1H")
    refused = sandbox.refused(order_id, "seller-refund", reason="customer_cancel")
    assert refused == (400, "SHIPMENT_NOT_CONFIRMED")


def test_a_refund_waits_two_hours_and_can_be_taken_back(sandbox: Sandbox) -> None:
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


def test_amazon_answers_for_its_own_orders(sandbox: Sandbox) -> None:
    alone, asked, started = (sandbox.place_order(**STANDARD, channel="AFN", hold=False) for _ in range(3))
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


def test_one_of_forty_is_bad_and_one_of_forty_one_is_good(sandbox: Sandbox) -> None:
    orders = sandbox.post("orders", {"count": 40, "hold": False})["orders"]
    sandbox.act(orders[0]["order_id"], "seller-cancel", reason="no_inventory")
    assert rate(sandbox) == (1, 40, "BAD")
    sandbox.place_order(hold=False)
    assert rate(sandbox) == (1, 41, "GOOD")


def test_without_orders_there_is_no_rate(sandbox: Sandbox) -> None:
    assert rate(sandbox) == (0, 0, "NONE")


def test_what_the_seller_is_not_to_blame_for_does_not_count(sandbox: Sandbox) -> None:
    exempt, fraud = (sandbox.place_order(**STANDARD, hold=False) for _ in range(2))
    payment, alone = sandbox.place_order(payment="unverified"), sandbox.place_order()
    amazon = sandbox.place_order(channel="AFN")
    sandbox.act(alone, "buyer-cancel")
    sandbox.act(amazon, "buyer-cancel")
    sandbox.act(payment, "payment-failed")
    sandbox.by("PT1H")
    sandbox.act(exempt, "buyer-request-cancellation")
    sandbox.act(exempt, "seller-cancel", reason="buyer_canceled")
    sandbox.act(fraud, "fraud-detected")
    assert {status(sandbox, each) for each in (exempt, fraud, payment, alone, amazon)} == {"Canceled"}
    assert rate(sandbox)[0] == 0


# Feeds

ACKNOWLEDGEMENT, ADJUSTMENT = "POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_PAYMENT_ADJUSTMENT_DATA"
FLAT = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"


class Feeding:
    """A seller who works by feed, through python-amazon-sp-api."""

    def __init__(self, clients: Clients) -> None:
        self.sandbox = clients.sandbox
        self.feeds = clients.new(Feeds)

    def submit(self, kind: str, file: str) -> str:
        media_type = "text/tab-separated-values" if "FLAT" in kind else "text/xml"
        _, made = self.feeds.submit_feed(kind, io.BytesIO(file.encode()), content_type=f"{media_type}; charset=UTF-8")
        feed_id: str = made.payload["feedId"]
        return feed_id

    def done(self, kind: str, file: str) -> tuple[str, str]:
        """The status a feed ends in, and its processing report."""
        feed_id = self.submit(kind, file)
        self.sandbox.by("PT2M")
        ended = self.feeds.get_feed(feed_id).payload
        return ended["processingStatus"], self.feeds.get_feed_document(ended["resultFeedDocumentId"])


@pytest.fixture
def feeding(sandbox: Sandbox) -> Iterator[Feeding]:
    with ExitStack() as closing:
        yield Feeding(Clients(sandbox, closing))


def envelope(subject: str, *messages: str) -> str:
    wrapped = "".join(
        f"<Message><MessageID>{number}</MessageID><{subject}>{message}</{subject}></Message>"
        for number, message in enumerate(messages, 1)
    )
    header = "<Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>M</MerchantIdentifier></Header>"
    return f"<AmazonEnvelope>{header}<MessageType>{subject}</MessageType>{wrapped}</AmazonEnvelope>"


def canceling(order_id: str, *items: tuple[str, str]) -> str:
    rows = "".join(
        f"<Item><AmazonOrderItemCode>{item_id}</AmazonOrderItemCode><CancelReason>{reason}</CancelReason></Item>"
        for item_id, reason in items
    )
    return f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Failure</StatusCode>{rows}"


def refunding(order_id: str, item_id: str, amount: str) -> str:
    component = f'<Component><Type>Principal</Type><Amount currency="USD">{amount}</Amount></Component>'
    return (
        f"<AmazonOrderID>{order_id}</AmazonOrderID><AdjustedItem><AmazonOrderItemCode>{item_id}</AmazonOrderItemCode>"
        f"<AdjustmentReason>CustomerCancel</AdjustmentReason>"
        f"<ItemPriceAdjustments>{component}</ItemPriceAdjustments></AdjustedItem>"
    )


def item_ids(sandbox: Sandbox, order_id: str) -> list[str]:
    return [item["order_item_id"] for item in sandbox.get(f"orders/{order_id}")["items"]]


def test_a_feed_cancels_on_request(feeding: Feeding) -> None:
    order_id = requested(feeding.sandbox)
    items = [(each, "BuyerCanceled") for each in item_ids(feeding.sandbox, order_id)]
    ended, report = feeding.done(ACKNOWLEDGEMENT, envelope("OrderAcknowledgement", canceling(order_id, *items)))
    assert ended == "DONE"
    assert "<MessagesSuccessful>1</MessagesSuccessful>" in report
    assert status(feeding.sandbox, order_id) == "Canceled"
    assert rate(feeding.sandbox) == (0, 1, "GOOD")


def test_a_part_of_an_order_is_not_canceled(feeding: Feeding) -> None:
    order_id = requested(feeding.sandbox, items=["A"])
    item = item_ids(feeding.sandbox, order_id)[0]
    file = envelope("OrderAcknowledgement", canceling(order_id, (item, "BuyerCanceled")))
    ended, report = feeding.done(ACKNOWLEDGEMENT, file)
    assert ended == "DONE"
    assert "<MessagesWithError>1</MessagesWithError>" in report
    assert order_id in report
    assert status(feeding.sandbox, order_id) == "Unshipped"
    assert feeding.sandbox.get(f"orders/{order_id}")["request"]["state"] == "open"


def test_one_bad_message_leaves_the_others_alone(feeding: Feeding) -> None:
    sandbox = feeding.sandbox
    good, canceled = (sandbox.place_order(**STANDARD, hold=False) for _ in range(2))
    sandbox.act(canceled, "seller-cancel", reason="no_inventory")
    before = updated(sandbox, canceled)
    messages = [
        canceling(order_id, *((each, "NoInventory") for each in ids))
        for order_id, ids in (
            (good, item_ids(sandbox, good)),
            (canceled, item_ids(sandbox, canceled)),
            ("902-0000000-0000009", ["70000000000011"]),
        )
    ]
    ended, report = feeding.done(ACKNOWLEDGEMENT, envelope("OrderAcknowledgement", *messages))
    assert ended == "DONE"
    assert "<MessagesSuccessful>1</MessagesSuccessful>" in report
    assert "<MessagesWithError>2</MessagesWithError>" in report
    assert status(sandbox, good) == "Canceled"
    assert updated(sandbox, canceled) == before


@pytest.mark.parametrize(("rows", "end"), [(2, "Canceled"), (1, "Unshipped")])
def test_a_table_names_every_item(feeding: Feeding, rows: int, end: str) -> None:
    order_id = requested(feeding.sandbox)
    lines = ["order-id\tcancellation-reason-code\tamazon-order-item-code"]
    lines += [f"{order_id}\tBuyerCanceled\t{each}" for each in item_ids(feeding.sandbox, order_id)[:rows]]
    _, report = feeding.done(FLAT, "TemplateType=OrderCancellation\tVersion=1.0/1.0.3\n" + "\n".join(lines))
    assert status(feeding.sandbox, order_id) == end
    assert (order_id in report) is (rows == 1)


def test_what_is_no_xml_is_fatal(feeding: Feeding) -> None:
    order_id = requested(feeding.sandbox)
    ended, report = feeding.done(ACKNOWLEDGEMENT, f"<AmazonEnvelope><Message>{order_id}")
    assert ended == "FATAL"
    assert "<ResultMessageCode>5001</ResultMessageCode>" in report
    assert status(feeding.sandbox, order_id) == "Unshipped"


def test_a_feed_is_taken_back_only_from_the_queue(feeding: Feeding) -> None:
    order_id = requested(feeding.sandbox)
    items = [(each, "BuyerCanceled") for each in item_ids(feeding.sandbox, order_id)]
    file = envelope("OrderAcknowledgement", canceling(order_id, *items))
    taken_back = feeding.submit(ACKNOWLEDGEMENT, file)
    feeding.feeds.cancel_feed(taken_back)
    assert feeding.feeds.get_feed(taken_back).payload["processingStatus"] == "CANCELLED"
    feeding.sandbox.by("PT10M")
    assert status(feeding.sandbox, order_id) == "Unshipped"
    begun = feeding.submit(ACKNOWLEDGEMENT, file)
    feeding.sandbox.by("PT31S")
    assert feeding.feeds.get_feed(begun).payload["processingStatus"] == "IN_PROGRESS"
    answer = call(feeding.sandbox, "DELETE", f"/feeds/2021-06-30/feeds/{begun}")
    assert answer.status_code == 400
    assert "IN_PROGRESS" in answer.json()["errors"][0]["message"]


def test_an_acknowledgement_links_the_sellers_own_number(feeding: Feeding, receiver: Receiver) -> None:
    order_id = feeding.sandbox.place_order(**STANDARD)
    feeding.sandbox.by("PT1H")
    told = len(receiver.bodies)
    linked = f"<AmazonOrderID>{order_id}</AmazonOrderID><MerchantOrderID>MINE-1</MerchantOrderID>"
    file = envelope("OrderAcknowledgement", f"{linked}<StatusCode>Success</StatusCode>")
    assert feeding.done(ACKNOWLEDGEMENT, file)[0] == "DONE"
    order = feeding.sandbox.sp_orders().get_order(order_id).payload
    assert (order["SellerOrderId"], order["OrderStatus"]) == ("MINE-1", "Unshipped")
    assert len([body for body in receiver.bodies[told:] if "Payload" in body]) == 0


def test_an_adjustment_is_paid_at_once(feeding: Feeding) -> None:
    sandbox = feeding.sandbox
    order_id = shipped(sandbox)
    file = envelope("OrderAdjustment", refunding(order_id, item_ids(sandbox, order_id)[1], "30.00"))
    ended, report = feeding.done(ADJUSTMENT, file)
    assert (ended, "<MessagesSuccessful>1" in report) == ("DONE", True)
    [refund] = sandbox.get(f"orders/{order_id}")["refunds"]
    assert refund["state"] == "released"
    refused = sandbox.refused(order_id, "seller-cancel-refund", refund_id=refund["refund_id"])
    assert refused[1] == "REFUND_NOT_PENDING"


def test_of_a_partly_shipped_order_only_what_is_confirmed_is_refunded(feeding: Feeding) -> None:
    sandbox = feeding.sandbox
    order_id = sandbox.place_order(**STANDARD)
    sandbox.by("PT1H")
    sandbox.act(order_id, "seller-confirm-shipment", items=["A"])
    confirmed, waiting = item_ids(sandbox, order_id)
    file = envelope("OrderAdjustment", refunding(order_id, confirmed, "5.00"), refunding(order_id, waiting, "5.00"))
    _, report = feeding.done(ADJUSTMENT, file)
    assert "<MessagesSuccessful>1</MessagesSuccessful>" in report
    assert "SHIPMENT_NOT_CONFIRMED" in report
    assert len(sandbox.get(f"orders/{order_id}")["refunds"]) == 1


def test_an_adjustment_before_the_confirmation_is_refused(feeding: Feeding) -> None:
    sandbox = feeding.sandbox
    order_id = sandbox.place_order(**STANDARD)
    sandbox.by("PT1H")
    file = envelope("OrderAdjustment", refunding(order_id, item_ids(sandbox, order_id)[0], "5.00"))
    ended, report = feeding.done(ADJUSTMENT, file)
    assert ended == "DONE"
    assert "SHIPMENT_NOT_CONFIRMED" in report
    assert sandbox.get(f"orders/{order_id}")["refunds"] == []
