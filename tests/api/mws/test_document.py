"""Every element of every answer stands in the document, under the parent it has there."""

import pytest
from lxml import etree

from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.api.mws.orders import openapi_path
from tests.api.mws.client import Client
from tests.api.mws.documented import Documented

problems = Documented(load(openapi_path())).problems


@pytest.fixture
def busy(client: Client) -> Client:
    """A world with orders in several statuses."""
    place, act = client.world.place_orders, client.world.act
    place({"id": "902-0000000-0000001"})
    place({"id": "902-0000000-0000002", "hold": False, "programs": ["Prime"], "channel": "AFN"})
    many = [{"sku": f"S{n}"} for n in range(60)]
    place({"id": "902-0000000-0000003", "hold": False, "items": many, "seller_order_id": "S-3"})
    place({"id": "902-0000000-0000004", "hold": False, "marketplace": "ATVPDKIKX0DER"})
    act("902-0000000-0000004", "seller-cancel", {"reason": "no_inventory"})
    place({"id": "902-0000000-0000005", "release_at": "2026-04-01T00:00:00Z"})
    return client


def test_every_answer_is_as_documented(busy: Client) -> None:
    ever = {"CreatedAfter": "2026-03-01", "MarketplaceId__Id__1": "ATVPDKIKX0DER"}
    page = busy.get("ListOrders", **ever, MaxResultsPerPage="2")
    items = busy.get("ListOrderItems", AmazonOrderId="902-0000000-0000003")
    pending = busy.get("ListOrderItems", AmazonOrderId="902-0000000-0000001")
    updated = {"LastUpdatedAfter": "2026-03-01", "MarketplaceId__Id__1": "ATVPDKIKX0DER"}
    replies = [
        page,
        busy.get("ListOrders", **updated),
        busy.get("ListOrdersByNextToken", NextToken=page.text("NextToken")),
        busy.get("GetOrder", AmazonOrderId__Id__1="902-0000000-0000005"),
        busy.get("GetOrder", AmazonOrderId__Id__1="902-9999999-9999999"),
        items,
        pending,
        busy.get("ListOrderItemsByNextToken", NextToken=items.text("NextToken")),
        busy.get("GetServiceStatus"),
        busy.get("ListOrders"),
        busy.get("Nonsense"),
    ]
    assert [problem for reply in replies for problem in problems(reply.root)] == []


def test_a_departure_would_be_found(busy: Client) -> None:
    reply = busy.get("GetOrder", AmazonOrderId__Id__1="902-0000000-0000001")
    (order,) = (each for each in reply.root.iter() if each.tag.endswith("}Order"))
    order.remove(order[0])
    order[0].text = "Strange"
    etree.SubElement(order, f"{order.tag[:-5]}Surprise")
    order.extend([etree.SubElement(order, order[2].tag)])
    told = problems(reply.root)
    assert "GetOrderResponse/GetOrderResult/Orders/Order/OrderType is 'Strange'" in told
    assert "GetOrderResponse/GetOrderResult/Orders/Order has an undocumented Surprise" in told
    assert "GetOrderResponse/GetOrderResult/Orders/Order repeats AmazonOrderId" in told
