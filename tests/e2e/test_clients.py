"""Unmodified clients through a real socket: python-amazon-sp-api and mws see one world, field by field."""

from typing import Any

import pytest

from tests.e2e.sandbox import US, Json, Sandbox

ORDERS = 250


def sp_listed(sandbox: Sandbox, **query: Any) -> list[Json]:
    client = sandbox.sp_orders()
    answer = client.get_orders(MarketplaceIds=[US], **query)
    orders: list[Json] = list(answer.payload["Orders"])
    while token := answer.payload.get("NextToken"):
        answer = client.get_orders(MarketplaceIds=[US], NextToken=token)
        orders += answer.payload["Orders"]
    return orders


def mws_listed(sandbox: Sandbox, **query: Any) -> list[Any]:
    client = sandbox.mws_orders()
    answer = client.list_orders(marketplaceids=[US], **query).parsed
    orders = as_list(answer.Orders.get("Order", []))
    while token := answer.get("NextToken"):
        answer = client.list_orders(next_token=str(token)).parsed
        orders += as_list(answer.Orders.get("Order", []))
    return orders


def as_list(found: Any) -> list[Any]:
    """The client answers one element bare and several as a list."""
    return list(found) if isinstance(found, list) else [found]


def plain(found: Any) -> Any:
    """What the MWS client parsed, as dictionaries and text."""
    if isinstance(found, list):
        return [plain(each) for each in found]
    if hasattr(found, "items"):
        inner = {name: plain(each) for name, each in found.items() if name != "value"}
        return inner or str(found.get("value", ""))
    return found


SAME_IN_AN_ORDER = (
    "AmazonOrderId",
    "PurchaseDate",
    "LastUpdateDate",
    "OrderStatus",
    "FulfillmentChannel",
    "SalesChannel",
    "ShipServiceLevel",
    "ShipmentServiceLevelCategory",
    "MarketplaceId",
    "OrderType",
    "EarliestShipDate",
    "LatestShipDate",
    "LatestDeliveryDate",
    "NumberOfItemsShipped",
    "NumberOfItemsUnshipped",
    "PaymentMethod",
)
SAME_IN_AN_ITEM = (
    "ASIN",
    "SellerSKU",
    "OrderItemId",
    "Title",
    "QuantityOrdered",
    "QuantityShipped",
    "ItemPrice",
    "ItemTax",
)


def compared(order: Json, names: tuple[str, ...]) -> Json:
    """Fields by name, in the spelling both dialects share: text, dates to the second."""
    return {name: spelt(order[name]) for name in names if name in order}


def spelt(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: spelt(each) for name, each in sorted(value.items())}
    text = str(value)
    return text.replace(".000Z", "Z") if text.endswith("Z") else text


def test_both_clients_page_through_250_orders_without_loss_or_repetition(sandbox: Sandbox) -> None:
    placed = [each["order_id"] for each in sandbox.post("orders", {"count": ORDERS})["orders"]]
    sandbox.by("PT31M")
    by_sp = [order["AmazonOrderId"] for order in sp_listed(sandbox, LastUpdatedAfter="2026-03-02T16:30:00Z")]
    by_mws = [str(o.AmazonOrderId) for o in mws_listed(sandbox, lastupdatedafter="2026-03-02T16:30:00Z")]
    assert sorted(by_sp) == sorted(placed)
    assert by_mws == by_sp


def test_a_page_token_of_a_delivery_filter_is_short_and_good(sandbox: Sandbox) -> None:
    sandbox.post("orders", {"count": 120, "hold": False})
    client = sandbox.sp_orders()
    query = {"CreatedAfter": "2026-03-02T15:00:00Z", "LatestDeliveryDateAfter": "2026-03-03T00:00:00Z"}
    first = client.get_orders(MarketplaceIds=[US], **query).payload
    assert (len(first["Orders"]), len(first["NextToken"]) < 1_000) == (100, True)
    assert len(client.get_orders(MarketplaceIds=[US], NextToken=first["NextToken"]).payload["Orders"]) == 20
    late = client.get_orders(MarketplaceIds=[US], **{**query, "LatestDeliveryDateAfter": "2026-03-20T00:00:00Z"})
    assert late.payload["Orders"] == []


def test_changes_between_the_pages_lose_nothing(sandbox: Sandbox) -> None:
    placed = {each["order_id"] for each in sandbox.post("orders", {"count": 30, "hold": False})["orders"]}
    client = sandbox.sp_orders()
    answer = client.get_orders(MarketplaceIds=[US], LastUpdatedAfter="2026-03-02T16:00:00Z", MaxResultsPerPage=10)
    seen = [order["AmazonOrderId"] for order in answer.payload["Orders"]]
    while token := answer.payload.get("NextToken"):
        sandbox.by("PT1M")
        sandbox.act(seen[0], "buyer-message", text="hello")
        untouched = sorted(placed - set(seen))
        sandbox.act(untouched[0], "seller-cancel", reason="no_inventory")
        sandbox.place_order()
        answer = client.get_orders(MarketplaceIds=[US], NextToken=token)
        seen += [order["AmazonOrderId"] for order in answer.payload["Orders"]]
        canceled = [order for order in answer.payload["Orders"] if order["AmazonOrderId"] == untouched[0]]
        assert all(order["OrderStatus"] == "Canceled" for order in canceled)
    assert sorted(seen) == sorted(placed)


def test_both_clients_see_the_request_and_the_cancellation_alike(sandbox: Sandbox) -> None:
    order_id = sandbox.place_order(
        items=[{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15, "tax": 1.25}]
    )
    for step in (
        lambda: None,
        lambda: sandbox.by("PT1H"),
        lambda: sandbox.act(order_id, "buyer-request-cancellation", items=["B"], reason_text='too "late"\t& <more> 🙂'),
        lambda: sandbox.act(order_id, "seller-cancel", reason="buyer_canceled"),
    ):
        step()
        agree(sandbox, order_id)
    order = sandbox.sp_orders().get_order(order_id).payload
    assert order["OrderStatus"] == "Canceled"
    items = sandbox.sp_orders().get_order_items(order_id).payload["OrderItems"]
    asked = {item["SellerSKU"]: item["BuyerRequestedCancel"] for item in items}
    assert asked["A"] == {"IsBuyerRequestedCancel": "false", "BuyerCancelReason": ""}
    assert asked["B"] == {"IsBuyerRequestedCancel": "true", "BuyerCancelReason": 'too "late"\t& <more> 🙂'}


@pytest.mark.parametrize("channel", ["MFN", "AFN"])
def test_both_clients_read_a_canceled_order_of_nought_units(sandbox: Sandbox, channel: str) -> None:
    """Source V13. In MWS, whose clients of today are schema-free, as in v0."""
    order_id = sandbox.place_order(items=[{"sku": "A", "quantity": 2, "price": 20, "tax": 1}], channel=channel)
    sandbox.act(order_id, "buyer-cancel")
    order = sandbox.sp_orders().get_order(order_id).payload
    assert (order["OrderStatus"], order.get("OrderTotal")) == ("Canceled", None)
    (item,) = sandbox.sp_orders().get_order_items(order_id).payload["OrderItems"]
    assert (item["QuantityOrdered"], item.get("ItemPrice")) == (0, None)
    by_mws = plain(sandbox.mws_orders().get_order([order_id]).parsed.Orders.Order)
    assert (by_mws["OrderStatus"], by_mws.get("OrderTotal")) == ("Canceled", None)
    by_mws = plain(sandbox.mws_orders().list_order_items(order_id).parsed.OrderItems.OrderItem)
    assert (by_mws["QuantityOrdered"], by_mws.get("ItemPrice")) == ("0", None)
    assert [each["quantity"] for each in sandbox.get(f"orders/{order_id}")["items"]] == [2]


def unit_prices(sandbox: Sandbox, order_id: str) -> list[float]:
    """What one unit of each item costs, as a program has it that never met a canceled order."""
    items = sandbox.sp_orders().get_order_items(order_id).payload["OrderItems"]
    return [float(each.get("ItemPrice", {}).get("Amount", "0")) / each["QuantityOrdered"] for each in items]


def test_a_program_that_divides_by_the_quantity_fails_as_it_would_in_production(sandbox: Sandbox) -> None:
    """Source V13: clients divide by that 0, and it has to be possible to rehearse it."""
    order_id = sandbox.place_order(items=[{"sku": "A", "quantity": 2, "price": 20}], hold=False)
    assert unit_prices(sandbox, order_id) == [20.0]
    sandbox.act(order_id, "seller-cancel", reason="no_inventory")
    with pytest.raises(ZeroDivisionError):
        unit_prices(sandbox, order_id)


def agree(sandbox: Sandbox, order_id: str) -> None:
    by_sp = sandbox.sp_orders().get_order(order_id).payload
    by_mws = plain(sandbox.mws_orders().get_order([order_id]).parsed.Orders.Order)
    assert compared(by_sp, SAME_IN_AN_ORDER) == compared(by_mws, SAME_IN_AN_ORDER)
    assert "OrderStatus" in by_mws
    sp_items = sandbox.sp_orders().get_order_items(order_id).payload["OrderItems"]
    mws_items = plain(as_list(sandbox.mws_orders().list_order_items(order_id).parsed.OrderItems.OrderItem))
    assert len(sp_items) == len(mws_items)
    for one, other in zip(sp_items, mws_items, strict=True):
        assert compared(one, SAME_IN_AN_ITEM) == compared(other, SAME_IN_AN_ITEM)
        asked, said = one["BuyerRequestedCancel"], other["BuyerRequestedCancel"]
        assert asked["IsBuyerRequestedCancel"] == said["IsBuyerRequestedCancel"]
        assert asked["BuyerCancelReason"] == (said.get("BuyerCancelReason") or "")


def test_an_order_of_another_seller_is_unknown(shared_server: str, sandbox: Sandbox) -> None:
    other = Sandbox(shared_server)
    order_id = other.place_order()
    other.close()
    assert mws_listed(sandbox, created_after="2026-03-02T16:00:00Z") == []
    with pytest.raises(Exception, match=order_id):
        sandbox.sp_orders().get_order(order_id)
