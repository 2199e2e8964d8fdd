"""Each assertion passes when it should, fails when it should, and then shows what came nearest."""

import re

import pytest
import requests

from marketplace_sandbox.testing.control import MarketplaceError
from marketplace_sandbox.testing.marketplace import Marketplace
from marketplace_sandbox.testing.orders import Order

US = "ATVPDKIKX0DER"


def call(marketplace: Marketplace, path: str) -> int:
    """A call of a client's, made by hand."""
    form = {"grant_type": "refresh_token", **marketplace.credentials["lwa"]}
    token = requests.post(f"{marketplace.url}/auth/o2/token", data=form, timeout=30).json()["access_token"]
    answer = requests.get(f"{marketplace.url}{path}", headers={"x-amz-access-token": token}, timeout=30)
    return answer.status_code


def test_who_canceled_and_why(marketplace: Marketplace, requested_order: Order) -> None:
    order = requested_order
    marketplace.assert_not_canceled(order)
    order.seller.cancels("buyer_canceled")
    marketplace.assert_canceled(order)
    marketplace.assert_canceled(order.order_id, by="MERCHANT", reason="buyer_canceled")
    with pytest.raises(AssertionError, match=r"was canceled by MERCHANT \(buyer_canceled\).*canceled by BUYER was exp"):
        marketplace.assert_canceled(order, by="BUYER")
    with pytest.raises(AssertionError, match="canceled for no_inventory was expected"):
        marketplace.assert_canceled(order, reason="no_inventory")
    with pytest.raises(AssertionError, match="was canceled by MERCHANT"):
        marketplace.assert_not_canceled(order)
    with pytest.raises(MarketplaceError, match="no by 'Seller'; there are 'BUYER', 'MERCHANT' and 'AMAZON'"):
        marketplace.assert_canceled(order, by="Seller")  # type: ignore[arg-type]  # that is what is tried


def test_a_shipped_order_explains_why_it_is_not_canceled(marketplace: Marketplace, requested_order: Order) -> None:
    order = requested_order
    call(marketplace, f"/orders/v0/orders/{order.order_id}/orderItems")
    order.seller.confirms_shipment()
    with pytest.raises(AssertionError) as failure:
        marketplace.assert_canceled(order, by="MERCHANT")
    said = str(failure.value)
    assert said.startswith(f"Order {order.order_id} is Shipped, not canceled by MERCHANT.")
    assert re.search(r"16:31:00Z  buyer-request-cancellation \(by test\): .*\[BuyerRequestedChange\]", said)
    assert "SHIPPED_WITH_OPEN_REQUEST: The shipment was confirmed while the buyer's request was open" in said
    assert re.search(r"What the client did:\n(?:.*\n)?.*getOrderItems → 200  GET /orders/v0/orders/", said)
    marketplace.assert_shipped(order)
    with pytest.raises(AssertionError, match="is Pending, not Shipped"):
        marketplace.assert_shipped(marketplace.place_order())


def test_what_was_told(marketplace: Marketplace) -> None:
    order = marketplace.place_order()
    marketplace.assert_not_notified(order)
    with pytest.raises(
        AssertionError, match=r"(?s)A change of order .* was not notified.*Notified of this order: nothing"
    ):
        marketplace.assert_notified(order)
    marketplace.clock.advance("31m")
    receiver = marketplace.webhook_receiver()
    order.buyer.requests_cancellation()
    marketplace.assert_notified(order, change="BuyerRequestedChange", to=receiver, times=1)
    marketplace.assert_notified(order, times=2)
    marketplace.assert_not_notified(order, change="OrderStatusChange", to=receiver)
    with pytest.raises(AssertionError, match=r"OrderStatusChange of order .* was notified"):
        marketplace.assert_not_notified(order, change="OrderStatusChange")
    with pytest.raises(AssertionError, match="was not notified 3 times but 2"):
        marketplace.assert_notified(order, times=3)
    with pytest.raises(MarketplaceError, match="did you mean 'BuyerRequestedChange'"):
        marketplace.assert_notified(order, change="BuyerRequest")  # type: ignore[arg-type]  # that is what is tried


def test_what_a_receiver_missed_is_explained(marketplace: Marketplace) -> None:
    order = marketplace.place_order()
    marketplace.clock.advance("31m")
    failing, foreign = marketplace.webhook_receiver(answer=500), marketplace.webhook_receiver()
    foreign.secret = "whsec_" + "A" * 43 + "="
    order.buyer.requests_cancellation()
    assert not foreign.received
    with pytest.raises(AssertionError) as failure:
        marketplace.assert_notified(order, to=foreign)
    said = str(failure.value)
    assert "BuyerRequestedChange at 2026-03-02T16:31:00Z" in said
    assert "The receiver rejected a post: The signature is wrong: it was made with another secret" in said
    assert re.search(r"Delivery \S+ is failed \(HTTP 401\)", said)
    assert failing.received


def test_old_orders_were_told_to_nobody(marketplace: Marketplace) -> None:
    order = marketplace.place_order(purchased_at="2026-03-01T16:00:00Z")
    assert order.status == "Unshipped"
    marketplace.assert_not_notified(order)


def test_what_must_not_ship(marketplace: Marketplace, requested_order: Order) -> None:
    order = requested_order
    marketplace.assert_not_shipped(order)
    assert order.lint == []
    order.seller.confirms_shipment()
    with pytest.raises(AssertionError, match=r"(?s)was confirmed\.\nWhat happened.*SHIPPED_WITH_OPEN_REQUEST"):
        marketplace.assert_not_shipped(order)
    assert "SHIPPED_WITH_OPEN_REQUEST" in order.lint


def test_a_misspelt_reason_is_told(marketplace: Marketplace) -> None:
    order = marketplace.place_order(hold=False)
    order.seller.cancels("no_inventory")
    marketplace.assert_canceled(order, reason="no_inventory")
    with pytest.raises(MarketplaceError, match="no reason 'no_inventry'; did you mean 'no_inventory'"):
        marketplace.assert_canceled(order, reason="no_inventry")  # type: ignore[arg-type]  # that is what is tried


def test_what_counts_in_the_rate(marketplace: Marketplace, requested_order: Order) -> None:
    order = marketplace.place_order(hold=False)
    marketplace.assert_does_not_count_in_rate(order)
    with pytest.raises(AssertionError, match=r"is Unshipped, not canceled.*\nIt should count"):
        marketplace.assert_counts_in_rate(order)
    order.seller.cancels("no_inventory")
    marketplace.assert_counts_in_rate(order)
    with pytest.raises(AssertionError, match=r"no_inventory\).*which counts in the rate"):
        marketplace.assert_does_not_count_in_rate(order)
    other = requested_order
    other.seller.cancels("buyer_canceled")
    marketplace.assert_does_not_count_in_rate(other)


def test_what_the_client_called(marketplace: Marketplace) -> None:
    order, other = marketplace.place_orders(2, hold=False)
    with pytest.raises(AssertionError, match="The client has called nothing"):
        marketplace.assert_client_called("getOrder")
    assert call(marketplace, f"/orders/v0/orders/{order.order_id}") == 200
    marketplace.assert_client_called("getOrder", order=order, times=1)
    marketplace.assert_client_called("getOrder", order=other, times=0)
    with pytest.raises(
        AssertionError, match=rf"(?s)getOrder for order {other.order_id}\.\nWhat happened to it:.*What the client did:"
    ):
        marketplace.assert_client_called("getOrder", order=other)
    with pytest.raises(MarketplaceError, match="no operation 'getOrdersItems'; did you mean 'getOrderItems'"):
        marketplace.assert_client_called("getOrdersItems", times=0)
    with pytest.raises(AssertionError, match="called getOrder once, and not twice"):
        marketplace.assert_client_called("getOrder", times=2)
    marketplace.assert_client_did_not_call("getOrder", order=other)
    marketplace.assert_client_did_not_call("confirmShipment")
    with pytest.raises(AssertionError, match=rf"called getOrder for order {order.order_id} once, and should not have"):
        marketplace.assert_client_did_not_call("getOrder", order=order)
    with pytest.raises(MarketplaceError, match="did you mean 'confirmShipment'"):
        marketplace.assert_client_did_not_call("confirmShipmnt")
    recorded = marketplace.recorded_requests[-1]
    assert (recorded.operation, recorded.status, recorded.method) == ("getOrder", 200, "GET")
    assert recorded.concerns(order.order_id)
    assert recorded.at == marketplace.clock.now
