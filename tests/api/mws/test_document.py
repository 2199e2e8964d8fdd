"""Every element of every answer stands in the document, under the parent it has there."""

import pytest
from lxml import etree

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.api.mws.order_xml import item_element, order_element
from marketplace_sandbox.api.mws.orders import openapi_path
from marketplace_sandbox.core.world.sellers import Sellers
from marketplace_sandbox.scenario import library
from marketplace_sandbox.scenario.player import play
from marketplace_sandbox.store.memory import MemoryStore
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


@pytest.mark.parametrize("name", library.scenario_names(fixtures_dir()))
def test_whatever_an_order_may_say_is_documented(name: str) -> None:
    schemas = load(openapi_path()).tree["components"]["schemas"]
    known = {each: set(schemas[each]["properties"]) for each in ("Order", "OrderItem", "Address")}
    world = play(library.read_named(fixtures_dir(), name), Sellers(MemoryStore())).world
    for order in world.orders.values():
        element = order_element(order, world.policy.span("delivery_after", order.marketplace_id))
        assert {etree.QName(each).localname for each in element} <= known["Order"]
        for address in (each for each in element if etree.QName(each).localname == "ShippingAddress"):
            assert {etree.QName(each).localname for each in address} <= known["Address"]
        for item in order.items:
            written = item_element(order, item, world.policy)
            assert {etree.QName(each).localname for each in written} <= known["OrderItem"]


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
