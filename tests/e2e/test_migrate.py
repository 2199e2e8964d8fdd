"""`migrate` on python-amazon-sp-api's client of Orders v0: what replaces each of its reads is run and compared."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from marketplace_sandbox.api.migration.fields import ONLY_LATEST, ONLY_V0, shared_fields
from tests.cli.terminal import Terminal
from tests.e2e.sandbox import START, US, Json, Sandbox

TABLES = {fact.name for fact in shared_fields()} | {*ONLY_V0, *ONLY_LATEST} | {"upper bound"}
"""The facts and fields in which the two generations may differ; the last is of a list as a whole."""

FORMS: dict[str, Json] = {
    "plain": {"hold": False, "items": [{"sku": "A", "quantity": 2, "price": 20, "tax": 1.65, "shipping": 4.5}]},
    "of two items": {"hold": False, "items": [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 3, "price": 5}]},
    "held": {},
    "of Amazon's": {"channel": "AFN", "hold": False},
}


def rehearsed(sandbox: Sandbox) -> Iterator[Json]:
    """What `migrate` says of the client's calls, having found every difference in the tables."""
    answer = Terminal(sandbox.url, sandbox.seller["seller_id"]).json("migrate", "--from", "v0")
    for call in answer["calls"]:
        assert call["disagreements"] == [], call
        assert {each["fact"] for each in call["fields"]} <= TABLES
        assert call["statuses"]["v0"] in (200, 204)
        yield call


def in_every_state(sandbox: Sandbox, order_id: str, form: str) -> Iterator[None]:
    """An order as it stands at first, asked to be canceled, and ended: shipped, canceled or left to its deadline."""
    yield
    if form == "of Amazon's":
        sandbox.act(order_id, "warehouse-starts")
        sandbox.act(order_id, "warehouse-ships")
        yield
        return
    sandbox.by("PT1H")
    sandbox.act(order_id, "buyer-request-cancellation", reason="late")
    yield
    if form == "plain":
        sandbox.act(order_id, "seller-cancel", reason="buyer_canceled")
    elif form == "of two items":
        sandbox.act(order_id, "seller-confirm-shipment", items=["A"])
        yield
        sandbox.act(order_id, "seller-confirm-shipment", items=["B"])
    else:
        sandbox.by("P30D")
    yield


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_every_read_of_an_order_agrees_in_every_state(sandbox: Sandbox, form: str) -> None:
    order_id = sandbox.place_order(**FORMS[form])
    client = sandbox.sp_orders()
    reads: dict[str, Callable[[str], Any]] = {
        "getOrder": client.get_order,
        "getOrderItems": client.get_order_items,
        "getOrderBuyerInfo": client.get_order_buyer_info,
        "getOrderAddress": client.get_order_address,
        "getOrderItemsBuyerInfo": client.get_order_items_buyer_info,
    }
    for times, _ in enumerate(in_every_state(sandbox, order_id, form), 1):
        for read in reads.values():
            read(order_id)
        found = {each["operation"]: each for each in rehearsed(sandbox)}
        assert found.keys() == reads.keys()
        for call in found.values():
            assert (call["verdict"], call["why"], call["times"]) == ("replaced", None, times), call
            assert [each["operation"] for each in call["replacements"]] == ["getOrder"]
            assert call["statuses"]["latest"] == [200]
        assert sum(each["compared"] for each in found["getOrder"]["fields"]) > 20
        assert sum(each["compared"] for each in found["getOrderItems"]["fields"]) > 5


@pytest.mark.slow
def test_lists_agree_page_by_page_and_filter_by_filter(sandbox: Sandbox) -> None:
    placed = [sandbox.place_order(**form) for form in FORMS.values() for _ in range(3)]
    sandbox.by("PT1H")
    sandbox.act(placed[0], "seller-cancel", reason="no_inventory")
    sandbox.act(placed[1], "seller-confirm-shipment")
    client = sandbox.sp_orders()
    queries: list[Json] = [
        {"CreatedAfter": START, "MaxResultsPerPage": 100},
        {"LastUpdatedAfter": START, "OrderStatuses": ["Unshipped", "PartiallyShipped"]},
        {"CreatedAfter": START, "OrderStatuses": ["Canceled"], "FulfillmentChannels": ["MFN"]},
        {"CreatedAfter": START, "PaymentMethods": ["Other"], "IsISPU": "false"},
        {"CreatedAfter": START, "LatestDeliveryDateAfter": "2026-03-03T00:00:00Z"},
        {"LastUpdatedAfter": START, "EasyShipShipmentStatuses": "Delivered"},
    ]
    for query in queries:
        client.get_orders(MarketplaceIds=[US], **query)
    found = list(rehearsed(sandbox))
    assert [each["verdict"] for each in found] == ["replaced"] * len(queries)
    assert {each["operation"] for call in found for each in call["replacements"]} == {"searchOrders"}
    assert found[0]["paging"]["v0_orders"] == found[0]["paging"]["latest_orders"] == len(placed)
    told = {each["name"]: each for call in found for each in call["parameters"]}
    assert {name for query in queries for name in query} <= told.keys()
    assert (told["OrderStatuses"]["kind"], told["IsISPU"]["kind"]) == ("recased", "filter of the client")


@pytest.mark.slow
def test_every_page_agrees_with_its_own(sandbox: Sandbox) -> None:
    sandbox.post("orders", {"count": 25, "hold": False})
    client = sandbox.sp_orders()
    answer = client.get_orders(MarketplaceIds=[US], CreatedAfter=START, MaxResultsPerPage=10)
    while token := answer.payload.get("NextToken"):
        answer = client.get_orders(MarketplaceIds=[US], NextToken=token)
        first, page = rehearsed(sandbox)
        assert (first["verdict"], page["verdict"], page["why"]) == ("replaced", "replaced", None)
        assert page["paging"]["v0_orders"] == page["paging"]["latest_orders"] == len(answer.payload["Orders"])
    assert page["times"] == 2


def test_what_has_no_counterpart_and_what_stays_is_said(sandbox: Sandbox) -> None:
    placed = [sandbox.place_order(**FORMS["plain"]) for _ in range(3)]
    client = sandbox.sp_orders()
    client.get_orders(MarketplaceIds=[US], AmazonOrderIds=placed)
    items = client.get_order_items(placed[0]).payload["OrderItems"]
    client.confirm_shipment(
        placed[0],
        marketplaceId=US,
        packageDetail={
            "packageReferenceId": "1",
            "carrierCode": "UPS",
            "trackingNumber": "1Z",
            "shipDate": START,
            "orderItems": [{"orderItemId": each["OrderItemId"], "quantity": 2} for each in items],
        },
    )
    by_ids, _, confirmed = rehearsed(sandbox)
    assert (by_ids["verdict"], by_ids["why"]) == ("no_counterpart", "There is no search by order ids.")
    assert "getOrder for each id" in by_ids["nearest"]
    assert [each["path"].rpartition("/")[2] for each in by_ids["replacements"]] == placed
    assert (confirmed["operation"], confirmed["verdict"]) == ("confirmShipment", "stays")
    shown = Terminal(sandbox.url, sandbox.seller["seller_id"]).run("migrate", "--from", "v0")
    assert "There is no search by order ids." in shown
