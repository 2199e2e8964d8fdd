"""Every element of every answer stands in the document, under the parent it has there."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from lxml import etree

from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.api.mws.orders import document
from tests.api.mws.client import Client, Reply

DOCUMENT = load(document())
Schema = dict[str, Any]


def complaints(node: etree._Element, schema: Schema, where: str) -> Iterator[str]:
    """What of an element's content the document does not allow."""
    schema = DOCUMENT.resolve(schema)
    if schema.get("type") == "array":
        schema = {"repeated": True, **_listed(schema)}
    properties = schema.get("properties")
    if properties is None:
        yield from _wrong_text(node.text or "", schema, where)
        return
    names = [etree.QName(child).localname for child in node]
    yield from (f"{where} lacks {name}" for name in schema.get("required", []) if name not in names)
    for child, name in zip(node, names, strict=True):
        if name not in properties:
            yield f"{where} has an undocumented {name}"
        elif names.count(name) > 1 and "repeated" not in schema:
            yield f"{where} repeats {name}"
        else:
            yield from complaints(child, properties[name], f"{where}/{name}")


def _listed(schema: Schema) -> Schema:
    """A wrapped array as the object that its wrapper element is."""
    items = DOCUMENT.resolve(schema["items"])
    return {"properties": {items["xml"]["name"]: items}}


def _wrong_text(text: str, schema: Mapping[str, Any], where: str) -> Iterator[str]:
    for part in schema.get("allOf", [schema]):
        kind = DOCUMENT.resolve(part)
        patterns = {"boolean": "true|false", "integer": "[0-9]+"}
        wanted = kind.get("pattern") or patterns.get(kind["type"], ".*")
        if kind.get("format") == "date-time":
            wanted = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"
        if not re.fullmatch(wanted, text, re.DOTALL) or text not in kind.get("enum", [text]):
            yield f"{where} is {text!r}"


def problems(reply: Reply) -> list[str]:
    """How an answer departs from the document."""
    name = etree.QName(reply.root).localname
    schema = DOCUMENT.tree["components"]["schemas"][name]
    return list(complaints(reply.root, schema, name))


@pytest.fixture
def busy(client: Client) -> Client:
    """A world with orders in several statuses."""
    place, act = client.world.place, client.world.act
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
    assert [problem for reply in replies for problem in problems(reply)] == []


def test_a_departure_would_be_found(busy: Client) -> None:
    reply = busy.get("GetOrder", AmazonOrderId__Id__1="902-0000000-0000001")
    (order,) = (each for each in reply.root.iter() if each.tag.endswith("}Order"))
    order.remove(order[0])
    order[0].text = "Strange"
    etree.SubElement(order, f"{order.tag[:-5]}Surprise")
    order.extend([etree.SubElement(order, order[2].tag)])
    told = problems(reply)
    assert "GetOrderResponse/GetOrderResult/Orders/Order/OrderType is 'Strange'" in told
    assert "GetOrderResponse/GetOrderResult/Orders/Order has an undocumented Surprise" in told
    assert "GetOrderResponse/GetOrderResult/Orders/Order repeats AmazonOrderId" in told
