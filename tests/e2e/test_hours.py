"""The hours that decide, through the public interfaces: half an hour, ship-by plus seven days, jumps, receivers."""

import threading

import pytest
import requests

from tests.e2e.sandbox import US, Json, Receiver, Sandbox, change, receiving

STANDARD: Json = {"items": [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]}
DEADLINE = "2026-03-12T07:59:59Z"


def read(sandbox: Sandbox, order_id: str) -> Json:
    order: Json = sandbox.sp_orders().get_order(order_id).payload
    return order


@pytest.mark.parametrize("instant", ["2026-03-02T16:29:59Z", "2026-03-02T16:29:59.999Z"])
def test_before_thirty_minutes_the_buyer_cancels_alone(sandbox: Sandbox, receiver: Receiver, instant: str) -> None:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.to(instant)
    receipt = sandbox.act(order_id, "buyer-cancel")
    order = read(sandbox, order_id)
    assert (order["OrderStatus"], order["LastUpdateDate"]) == ("Canceled", "2026-03-02T16:29:59Z")
    assert receipt["order"]["cancellation"]["by"] == "BUYER"
    assert [mail["kind"] for mail in sandbox.get("mail")["mail"]] == ["canceled_by_buyer"]
    [body] = receiver.bodies
    told = change(body)
    assert (told["OrderChangeType"], told["Summary"]["OrderStatus"]) == ("OrderStatusChange", "Canceled")
    assert told["OrderChangeTrigger"]["TimeOfOrderChange"].startswith(instant.removesuffix("Z"))
    assert sandbox.get("metrics")["cancellation_rate"] == {
        "canceled": 0,
        "orders": 0,
        "rate": None,
        "status": "NONE",
        "by_cause": {},
    }


@pytest.mark.parametrize("instant", ["2026-03-02T16:30:00Z", "2026-03-02T16:30:01Z"])
def test_from_thirty_minutes_on_the_buyer_only_asks(sandbox: Sandbox, receiver: Receiver, instant: str) -> None:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.to(instant)
    assert sandbox.refused(order_id, "buyer-cancel") == (409, "CANCEL_WINDOW_CLOSED")
    sandbox.act(order_id, "buyer-request-cancellation", reason="mistake")
    order = read(sandbox, order_id)
    assert (order["OrderStatus"], order["LastUpdateDate"]) == ("Unshipped", instant)
    items = sandbox.sp_orders().get_order_items(order_id).payload["OrderItems"]
    assert [item["BuyerRequestedCancel"] for item in items] == [
        {"IsBuyerRequestedCancel": "true", "BuyerCancelReason": "Order created by mistake"}
    ] * 2
    kinds = [mail["kind"] for mail in sandbox.get("mail")["mail"]]
    assert kinds == ["order_released", "cancellation_requested", "request_submitted"]
    released, asked = map(change, receiver.bodies)
    assert released["OrderChangeTrigger"]["TimeOfOrderChange"] == "2026-03-02T16:30:00.000Z"
    assert asked["OrderChangeType"] == "BuyerRequestedChange"
    assert asked["OrderChangeTrigger"]["TimeOfOrderChange"] == instant.replace("Z", ".000Z")
    assert [item["IsBuyerRequestedCancel"] for item in asked["Summary"]["OrderItems"]] == [True, True]


def test_a_shipment_confirmed_a_second_before_the_deadline_is_in_time(sandbox: Sandbox) -> None:
    order_id = sandbox.place_order(**STANDARD)
    sandbox.to("2026-03-12T07:59:58Z")
    sandbox.act(order_id, "seller-confirm-shipment")
    sandbox.by("P30D")
    assert read(sandbox, order_id)["OrderStatus"] == "Shipped"


def test_at_the_deadline_amazon_has_canceled(sandbox: Sandbox, receiver: Receiver) -> None:
    order_id = sandbox.place_order(**STANDARD)
    receipt = sandbox.to(DEADLINE)
    assert receipt["fired"][-1] == {"at": DEADLINE, "what": "auto-cancel", "order_id": order_id}
    assert sandbox.refused(order_id, "seller-confirm-shipment") == (409, "ALREADY_CANCELED")
    order = read(sandbox, order_id)
    assert (order["OrderStatus"], order["LastUpdateDate"]) == ("Canceled", DEADLINE)
    view = sandbox.get(f"orders/{order_id}")
    assert view["cancellation"] == {
        "by": "AMAZON",
        "reason": "auto_unconfirmed_7d",
        "at": DEADLINE,
        "counts_in_rate": True,
    }
    assert change(receiver.bodies[-1])["Summary"]["OrderStatus"] == "Canceled"
    assert sandbox.get("metrics")["cancellation_rate"]["status"] == "BAD"


def test_a_jump_equals_minute_steps_and_the_receiver_sees_the_instant(shared_server: str) -> None:
    jumped, stepped = Sandbox(shared_server), Sandbox(shared_server)
    seen = {jumped: observed(jumped, ["PT45M"]), stepped: observed(stepped, ["PT1M"] * 45)}
    assert seen[jumped] == seen[stepped]
    assert len(seen[jumped]) == 50
    for said, order, now in seen[jumped]:
        assert said == order == now
    pictures = [placed_pictures(sandbox) for sandbox in (jumped, stepped)]
    assert pictures[0] == pictures[1]
    jumped.close()
    stepped.close()


def observed(sandbox: Sandbox, spans: list[str]) -> list[tuple[str, str, str]]:
    """What a receiver that calls getOrder back sees: the event's instant, the order's last update, the world's now."""
    token = sandbox.token()
    seen: list[tuple[str, str, str]] = []

    def call_back(body: Json) -> int:
        told = change(body)
        url = f"{sandbox.url}/orders/v0/orders/{told['AmazonOrderId']}"
        order = requests.get(url, headers={"x-amz-access-token": token}, timeout=30).json()["payload"]
        headers = {"X-Sandbox-Seller": sandbox.seller["seller_id"]}
        now = requests.get(f"{sandbox.url}/_sandbox/clock", headers=headers, timeout=30).json()["now"]
        seen.append(
            (told["OrderChangeTrigger"]["TimeOfOrderChange"].replace(".000Z", "Z"), order["LastUpdateDate"], now)
        )
        return 200

    with receiving(call_back) as receiver:
        sandbox.post("webhooks", {"url": receiver.url})
        for _ in range(5):
            sandbox.post("orders", {"count": 10})
            sandbox.by("PT1M")
        for span in spans:
            sandbox.by(span)
    return seen


def placed_pictures(sandbox: Sandbox) -> list[tuple[str, str, str]]:
    orders = sandbox.get("orders", limit=100)["orders"]
    return [(order["status"], order["last_updated_at"], order["purchased_at"]) for order in orders]


def test_a_receiver_may_act_from_its_handler(sandbox: Sandbox) -> None:
    def cancel_what_is_asked(body: Json) -> int:
        told = change(body)
        if told["OrderChangeType"] == "BuyerRequestedChange":
            sandbox.act(told["AmazonOrderId"], "seller-cancel", reason="buyer_canceled")
        return 200

    with receiving(cancel_what_is_asked) as receiver:
        sandbox.post("webhooks", {"url": receiver.url})
        order_id = sandbox.place_order(hold=False)
        sandbox.by("PT31M")
        sandbox.act(order_id, "buyer-request-cancellation")
        sandbox.by("PT0S")
        assert [change(body)["Summary"]["OrderStatus"] for body in receiver.bodies] == ["Unshipped", "Canceled"]
    assert read(sandbox, order_id)["OrderStatus"] == "Canceled"
    assert sandbox.get("metrics")["cancellation_rate"]["canceled"] == 0


def test_a_slow_receiver_of_one_seller_delays_nobody_else(shared_server: str) -> None:
    slow, other = Sandbox(shared_server), Sandbox(shared_server)
    order_id = other.place_order(hold=False)
    called, release = threading.Event(), threading.Event()

    def wait(_body: Json) -> int:
        called.set()
        assert release.wait(60)
        return 200

    with receiving(wait) as receiver:
        slow.put("settings", {"webhook_timeout": "PT50S"})
        slow.post("webhooks", {"url": receiver.url})
        slow.place_order()
        held = threading.Thread(target=slow.by, args=("PT31M",))
        held.start()
        try:
            assert called.wait(30)
            client = other.sp_orders()
            # All this happens while the other seller's receiver has not answered: it is released only afterwards.
            for _ in range(20):
                assert client.get_order_items(order_id).payload["OrderItems"]
            assert client.get_orders(MarketplaceIds=[US], CreatedAfter="2026-03-02T16:00:00Z").payload["Orders"]
            other.act(order_id, "buyer-cancel")
            assert held.is_alive()
        finally:
            release.set()
            held.join()
    slow.close()
    other.close()
