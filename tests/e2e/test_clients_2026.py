"""Unmodified clients of Orders 2026-01-01 through a real socket, and Amazon's own client of v0: they see one world."""

from collections.abc import Iterator
from typing import Any

import pytest
import spapi
from sp_api.base import SellingApiBadRequestException, SellingApiForbiddenException, SellingApiNotFoundException

from tests.e2e.clients_2026 import Client, Official, SpApi, SpApiAsync, everything
from tests.e2e.sandbox import US, Json, Sandbox

ORDERS = 250
CA, DE = "A2EUQ1WTGCTBG2", "A1PA6795UKMFR9"
SINCE = "2026-03-02T15:00:00Z"
ALL_SETS = (
    "BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX",
    "PAYMENT", "FULFILLMENT_ORDERS",
)  # fmt: skip


@pytest.fixture
def sandbox(shared_server: str) -> Iterator[Sandbox]:
    sandbox = Sandbox(shared_server, marketplace_ids=[US, CA])
    yield sandbox
    sandbox.close()


@pytest.fixture(params=[SpApi, SpApiAsync, Official])
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Client]:
    """Each of the clients in turn."""
    made: Client = request.param(sandbox)
    yield made
    made.close()


@pytest.fixture
def official(sandbox: Sandbox) -> Iterator[Official]:
    made = Official(sandbox)
    yield made
    made.close()


def by_hand(sandbox: Sandbox, path: str, query: Any) -> Json:
    """An answer as it goes over the wire."""
    headers = {"x-amz-access-token": sandbox.token()}
    url = f"{sandbox.url}/orders/2026-01-01/orders{path}"
    answer = sandbox.session.get(url, params=query, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def shown(client: Client, order_id: str) -> tuple[str, list[Any]]:
    """The status, and what stands of a cancellation on each item."""
    order = client.get(order_id, "FULFILLMENT", "CANCELLATION")
    return order["fulfillment"]["fulfillmentStatus"], [each.get("cancellation") for each in order["orderItems"]]


# Lists


def test_250_orders_come_by_the_page_without_loss_or_repetition(sandbox: Sandbox, client: Client) -> None:
    placed = [each["order_id"] for each in sandbox.post("orders", {"count": ORDERS})["orders"]]
    sandbox.by("PT31M")
    query = {"lastUpdatedAfter": SINCE, "marketplaceIds": [US, CA], "includedData": ["FULFILLMENT", "CANCELLATION"]}
    orders = everything(client, **query)
    assert sorted(each["orderId"] for each in orders) == sorted(placed)
    assert {each["fulfillment"]["fulfillmentStatus"] for each in orders} == {"UNSHIPPED"}


def test_pages_may_be_small_and_filtered(sandbox: Sandbox, client: Client) -> None:
    placed = [each["order_id"] for each in sandbox.post("orders", {"count": 12, "hold": False})["orders"]]
    for order_id in placed[:5]:
        sandbox.act(order_id, "seller-cancel", reason="no_inventory")
    sandbox.by("PT5M")
    query: Json = {
        "createdAfter": SINCE,
        "createdBefore": "2026-03-02T16:03:00Z",
        "fulfillmentStatuses": ["CANCELLED", "SHIPPED"],
        "fulfilledBy": ["MERCHANT"],
        "maxResultsPerPage": 2,
    }
    assert sorted(each["orderId"] for each in everything(client, **query)) == sorted(placed[:5])
    page, token = client.search(**query | {"fulfilledBy": ["AMAZON"]})
    assert (page, token) == ([], None)


def test_changes_between_the_pages_lose_nothing(sandbox: Sandbox, client: Client) -> None:
    placed = {each["order_id"] for each in sandbox.post("orders", {"count": 9, "hold": False})["orders"]}
    query: Json = {"lastUpdatedAfter": SINCE, "maxResultsPerPage": 3, "includedData": ["FULFILLMENT"]}
    orders, token = client.search(**query)
    while token:
        sandbox.by("PT1M")
        untouched = min(placed - {each["orderId"] for each in orders})
        sandbox.act(untouched, "seller-cancel", reason="no_inventory")
        sandbox.place_order()
        more, token = client.search(**query, paginationToken=token)
        assert more[0]["orderId"] == untouched
        assert more[0]["fulfillment"]["fulfillmentStatus"] == "CANCELLED"
        orders += more
    assert sorted(each["orderId"] for each in orders) == sorted(placed)


# Orders


def a_full_order(sandbox: Sandbox) -> str:
    order_id = sandbox.place_order(
        hold=False,
        items=[{"sku": "A", "quantity": 2, "price": 20, "tax": 1.5}, {"sku": "B", "price": 5, "shipping": 2}],
        programs=["Prime", "Business"],
        seller_order_id="S-1",
        invoice=True,
    )
    sandbox.by("PT31M")
    sandbox.act(order_id, "buyer-request-cancellation", items=["A"], reason_text='too "late"\t& <more> 🙂')
    sandbox.act(order_id, "seller-confirm-shipment", items=["B"], carrier="UPS", tracking="1Z999")
    return order_id


def test_a_client_sees_all_that_is_sent(sandbox: Sandbox, client: Client) -> None:
    order_id = a_full_order(sandbox)
    sent = by_hand(sandbox, f"/{order_id}", {"includedData": ",".join(ALL_SETS)})["order"]
    assert {"buyer", "recipient", "proceeds", "payment", "tax", "fulfillment", "packages"} < set(sent)
    assert client.get(order_id, *ALL_SETS) == sent
    assert everything(client, createdAfter=SINCE, includedData=list(ALL_SETS)) == [sent]
    assert set(client.get(order_id, "BUYER")) - set(client.get(order_id)) == {"buyer"}


def test_lists_of_words_may_be_joined_or_repeated(sandbox: Sandbox) -> None:
    order_id = a_full_order(sandbox)
    wanted = by_hand(sandbox, f"/{order_id}", {"includedData": "BUYER,TAX,CANCELLATION"})
    assert {"buyer", "tax"} < set(wanted["order"])
    assert by_hand(sandbox, f"/{order_id}", [("includedData", "BUYER,TAX"), ("includedData", "CANCELLATION")]) == wanted
    repeated = [("createdAfter", SINCE), ("marketplaceIds", US), ("marketplaceIds", CA)]
    repeated += [("fulfillmentStatuses", "SHIPPED"), ("fulfillmentStatuses", "PARTIALLY_SHIPPED,CANCELLED")]
    (found,) = by_hand(sandbox, "", repeated)["orders"]
    assert found["orderId"] == order_id


# Cancellations


def test_a_buyers_request_is_seen_and_moves_the_update(sandbox: Sandbox, client: Client) -> None:
    order_id = sandbox.place_order(items=[{"sku": "A"}, {"sku": "B"}])
    sandbox.by("PT1H")
    before = client.get(order_id)["lastUpdatedTime"]
    sandbox.act(order_id, "buyer-request-cancellation", items=["B"], reason="late")
    request = {"requester": "BUYER", "cancelReason": "Item(s) would not arrive on time"}
    assert shown(client, order_id) == ("UNSHIPPED", [None, {"cancellationRequest": request}])
    assert client.get(order_id)["lastUpdatedTime"] == "2026-03-02T17:00:00Z" > before
    (listed,) = everything(client, lastUpdatedAfter="2026-03-02T17:00:00Z", includedData=["CANCELLATION"])
    assert listed["orderItems"][1]["cancellation"] == {"cancellationRequest": request}


def execution(by: str, reason: str) -> Json:
    return {"cancellationExecution": {"cancelledBy": by, "cancelReason": reason}}


def test_each_party_that_cancels_is_named(sandbox: Sandbox, client: Client) -> None:
    by_buyer, by_merchant = sandbox.place_order(), sandbox.place_order(hold=False)
    by_amazon = sandbox.place_order(hold=False)
    sandbox.act(by_buyer, "buyer-cancel", reason="mistake")
    sandbox.by("PT31M")
    sandbox.act(by_merchant, "buyer-request-cancellation", reason="cheaper")
    sandbox.act(by_merchant, "seller-cancel", reason="buyer_canceled")
    sandbox.by("P14D")
    request = {"cancellationRequest": {"requester": "BUYER", "cancelReason": "Found cheaper somewhere else"}}
    assert shown(client, by_buyer) == ("CANCELLED", [execution("BUYER", "Order created by mistake")])
    merchants = request | execution("MERCHANT", "Buyer requested cancellation")
    assert shown(client, by_merchant) == ("CANCELLED", [merchants])
    assert shown(client, by_amazon) == ("CANCELLED", [execution("AMAZON", "Shipment not confirmed in time")])


# Refusals


@pytest.mark.parametrize("make", [SpApi, SpApiAsync])
def test_sp_api_raises_what_it_has_for_each_refusal(sandbox: Sandbox, make: type) -> None:
    client = make(sandbox)
    with pytest.raises(SellingApiBadRequestException, match="3-7-7"):
        client.get("TEST_CASE_400")
    with pytest.raises(SellingApiNotFoundException, match="902-0000009-0000009"):
        client.get("902-0000009-0000009")
    with pytest.raises(SellingApiBadRequestException, match="Exactly one of createdAfter and lastUpdatedAfter"):
        client.search()
    with pytest.raises(SellingApiForbiddenException, match="not valid for region NA"):
        client.search(createdAfter=SINCE, marketplaceIds=[DE])
    client.close()


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda client: client.get("TEST_CASE_400"), 400),
        (lambda client: client.get("902-0000009-0000009"), 404),
        (lambda client: client.search(createdAfter=SINCE, lastUpdatedAfter=SINCE), 400),
        (lambda client: client.search(createdAfter=SINCE, marketplaceIds=[DE]), 403),
        (lambda client: client.v0.get_order("902-0000009-0000009"), 404),
    ],
)
def test_amazons_own_client_raises_with_the_status(official: Official, call: Any, status: int) -> None:
    with pytest.raises(spapi.ApiException) as raised:
        call(official)
    assert raised.value.status == status
    assert '{"errors":[{"code":"' in str(raised.value.body)


# Amazon's own client of v0


def test_amazons_own_client_pages_through_v0(sandbox: Sandbox, official: Official) -> None:
    placed = [each["order_id"] for each in sandbox.post("orders", {"count": ORDERS})["orders"]]
    sandbox.by("PT31M")
    payload = official.v0.get_orders([US], last_updated_after=SINCE).payload
    seen = list(payload.orders)
    while payload.next_token:
        payload = official.v0.get_orders([US], next_token=payload.next_token).payload
        seen += payload.orders
    assert sorted(each.amazon_order_id for each in seen) == sorted(placed)
    assert {each.order_status for each in seen} == {"Unshipped"}


def test_amazons_own_client_takes_every_status_and_item_in_both_versions(sandbox: Sandbox, official: Official) -> None:
    placed = [a_full_order(sandbox), *(sandbox.place_order(hold=False) for _ in range(3))]
    shipped, uninvoiced = sandbox.place_order(hold=False), sandbox.place_order(hold=False, invoice=True)
    placed += [shipped, uninvoiced, sandbox.place_order(), sandbox.place_order(release_at="2026-04-01T00:00:00Z")]
    placed += [sandbox.place_order(channel="AFN"), sandbox.place_order(channel="AFN", multi_channel=True)]
    sandbox.act(placed[1], "seller-cancel", reason="no_inventory")
    for order_id in (shipped, uninvoiced):
        sandbox.act(order_id, "seller-confirm-shipment")
    words = {
        official.v0.get_order(order_id).payload.order_status: official.get(order_id, *ALL_SETS)["fulfillment"]
        for order_id in placed
    }
    assert {old: new["fulfillmentStatus"] for old, new in words.items()} == {
        "PartiallyShipped": "PARTIALLY_SHIPPED",
        "Canceled": "CANCELLED",
        "Unshipped": "UNSHIPPED",
        "Shipped": "SHIPPED",
        "InvoiceUnconfirmed": "SHIPPED",
        "Pending": "PENDING",
        "PendingAvailability": "PENDING_AVAILABILITY",
        "Unfulfillable": "UNFULFILLABLE",
    }
    asked, other = official.v0.get_order_items(placed[0]).payload.order_items
    assert asked.buyer_requested_cancel.is_buyer_requested_cancel == "true"
    assert asked.buyer_requested_cancel.buyer_cancel_reason == 'too "late"\t& <more> 🙂'
    assert other.buyer_requested_cancel.is_buyer_requested_cancel == "false"


def test_amazons_own_client_reads_a_canceled_order_of_nought_units_in_both_versions(
    sandbox: Sandbox, official: Official
) -> None:
    """Source V13: the quantity is nought, and there is no price."""
    order_id = sandbox.place_order(items=[{"sku": "A", "quantity": 2, "price": 20}], hold=False)
    sandbox.act(order_id, "seller-cancel", reason="no_inventory")
    (item,) = official.v0.get_order_items(order_id).payload.order_items
    assert (item.quantity_ordered, item.item_price) == (0, None)
    assert official.v0.get_order(order_id).payload.order_total is None
    order = official.get(order_id, *ALL_SETS)
    (item,) = order["orderItems"]
    assert (item["quantityOrdered"], "price" in item["product"], "proceeds" in order) == (0, False, False)
    assert item["cancellation"]["cancellationExecution"]["cancelledBy"] == "MERCHANT"


def test_amazons_own_client_reads_buyer_and_address_of_v0(sandbox: Sandbox, official: Official) -> None:
    order_id = sandbox.place_order(hold=False)
    assert official.v0.get_order_buyer_info(order_id).payload.buyer_email.endswith("@marketplace.amazon.com")
    address = official.v0.get_order_address(order_id).payload.shipping_address
    assert (address.city, address.country_code) == ("Springfield", "US")
    assert official.v0.get_order_items_buyer_info(order_id).payload.amazon_order_id == order_id


# cancelOrder, which no published client has


def test_an_ordered_cancellation_is_seen_once_it_is_applied(sandbox: Sandbox, client: Client) -> None:
    sandbox.put("settings", {"cancel_order_api": True})
    order_id = sandbox.place_order(hold=False)
    url = f"{sandbox.url}/orders/2026-01-01/orders/{order_id}/cancellation"
    headers = {"x-amz-access-token": sandbox.token()}
    answer = sandbox.session.put(url, json={"cancelReasonCode": "PRICING_ERROR"}, headers=headers, timeout=60)
    assert (answer.status_code, answer.json()) == (202, {})
    assert shown(client, order_id) == ("UNSHIPPED", [None])
    fired = sandbox.by("PT5S")["fired"]
    assert [(each["what"], each["order_id"]) for each in fired] == [("cancel-order", order_id)]
    assert shown(client, order_id) == ("CANCELLED", [execution("MERCHANT", "Pricing Error")])
