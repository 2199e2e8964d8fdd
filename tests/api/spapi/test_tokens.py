"""Restricted data tokens: what can be asked for, and what is refused naming what would do."""

from typing import Any

import pytest

from marketplace_sandbox.api.admission.credentials import Resource
from tests.api.shop import RESTRICTED, Seller

ORDERS = "/orders/v0/orders"


def ask(seller: Seller, *resources: Any) -> Any:
    return seller.post(RESTRICTED, {"restrictedResources": list(resources), "targetApplication": "amzn1.sp.app"})


@pytest.mark.parametrize(
    "resource",
    [
        {"method": "GET", "path": ORDERS, "dataElements": ["buyerInfo", "shippingAddress", "buyerTaxInformation"]},
        {"method": "GET", "path": f"{ORDERS}/{{orderId}}", "dataElements": ["buyerInfo"]},
        {"method": "GET", "path": f"{ORDERS}/902-0000001-0000001/orderItems", "dataElements": ["buyerInfo"]},
        {"method": "GET", "path": f"{ORDERS}/{{orderId}}/address"},
        {"method": "GET", "path": f"{ORDERS}/{{orderId}}/buyerInfo", "dataElements": []},
        {"method": "GET", "path": "/mfn/v0/shipments/{shipmentId}"},
    ],
)
def test_a_token_is_issued_for_what_was_asked(seller: Seller, resource: dict[str, Any]) -> None:
    answer = ask(seller, resource)
    assert answer.status == 200
    assert sorted(answer.body) == ["expiresIn", "restrictedDataToken"]
    assert answer.body["expiresIn"] == 3600
    token = seller.shop.credentials.read(answer.body["restrictedDataToken"])
    assert token is not None
    assert token.seller_id == seller.world.seller_id
    assert token.resources == (Resource("GET", resource["path"], tuple(resource.get("dataElements", ()))),)
    assert answer.headers["x-amzn-ratelimit-limit"] == "50.0"


def test_one_token_takes_fifty_resources_and_no_more(seller: Seller) -> None:
    one = {"method": "GET", "path": f"{ORDERS}/{{orderId}}/address"}
    assert ask(seller, *[one] * 50).status == 200
    answer = ask(seller, *[one] * 51)
    assert answer.status == 400
    assert answer.error["message"] == "restrictedResources must have at most 50 entries, got 51."


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ({"method": "PATCH", "path": ORDERS}, "restrictedResources[0].method must be one of GET, PUT, POST, DELETE"),
        (
            {"method": "GET", "path": ORDERS, "dataElements": ["buyerInf"]},
            (
                "restrictedResources[0].dataElements[0] must be one of buyerInfo, shippingAddress, "
                'buyerTaxInformation; got "buyerInf". The nearest is buyerInfo.'
            ),
        ),
        ({"method": "GET", "path": ORDERS}, "restrictedResources[0].dataElements must name the elements"),
        ({"method": "GET", "path": f"{ORDERS}/{{orderId}}/orderItems"}, ".dataElements must name the elements"),
        ({"method": "GET", "path": "orders/v0/orders"}, "restrictedResources[0].path is a path from the root"),
        ({"method": "GET", "path": f"{ORDERS}?CreatedAfter=x"}, "restrictedResources[0].path is a path from the root"),
        (
            {"method": "GET", "path": f"{ORDERS}/{{orderId}}/adress"},
            (
                f"restrictedResources[0] names GET {ORDERS}/{{orderId}}/adress, which Orders v0 does not have; "
                f"did you mean {ORDERS}/{{orderId}}/address?"
            ),
        ),
        (
            {"method": "get", "path": ORDERS},
            'restrictedResources[0].method must be one of GET, PUT, POST, DELETE; got "get". The nearest is GET.',
        ),
        ({"method": "DELETE", "path": ORDERS}, f"names DELETE {ORDERS}, which Orders v0 does not have."),
        (
            {"method": "GET", "path": "/orders/2026-01-01/orders"},
            f"names GET /orders/2026-01-01/orders, which is not restricted; the nearest that is: GET {ORDERS}.",
        ),
        ({"method": "GET", "path": "/feeds/2021-06-30/feeds"}, "GET /feeds/2021-06-30/feeds, which is not restricted"),
        ({"method": "GET", "path": "/nope"}, "restrictedResources[0] names GET /nope, which is not restricted."),
        (
            {"method": "DELETE", "path": "/reports/2021-06-30/documents/amzn1.spdoc.1"},
            "not restricted; the nearest that is: GET /reports/2021-06-30/documents/{reportDocumentId}.",
        ),
    ],
)
def test_what_cannot_be_asked_for_is_refused(seller: Seller, resource: dict[str, Any], said: str) -> None:
    before = seller.standing()
    answer = ask(seller, resource)
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert said in answer.error["message"]
    assert seller.standing() == before


@pytest.mark.parametrize("path", [f"{ORDERS}/{{orderId}}/orderItems", f"{ORDERS}/902-0000001-0000001/orderItems"])
@pytest.mark.parametrize("elements", [["shippingAddress"], ["buyerInfo", "shippingAddress"], "shippingAddress"])
def test_items_have_no_address_to_give_access_to(seller: Seller, path: str, elements: Any) -> None:
    """The words and the code of Amazon-SP-API-CSharp#155, with its empty details."""
    answer = ask(seller, {"method": "GET", "path": path, "dataElements": elements})
    assert answer.status == 400
    assert answer.error == {
        "code": "InvalidInput",
        "message": "Application does not have access to one or more requested data elements: [shippingAddress]",
        "details": "",
    }


def test_one_word_is_taken_for_a_list_of_it(seller: Seller) -> None:
    """Captures: dataElements given as one word was taken (seen once)."""
    order = seller.place_order()
    answer = ask(seller, {"method": "GET", "path": f"{ORDERS}/{{orderId}}", "dataElements": "shippingAddress"})
    assert answer.status == 200
    token = answer.body["restrictedDataToken"]
    assert seller.read(order, token=token)["ShippingAddress"]["Name"]
    assert ask(seller, {"method": "GET", "path": f"{ORDERS}/{{orderId}}", "dataElements": "address"}).status == 400


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"restrictedResources": []}, "Resource not provided."),
        ({}, "Resource not provided."),
        (
            {"restrictedResources": [{"path": ORDERS}]},
            "Resource not provided. restrictedResources[0].method is required.",
        ),
        (
            {"restrictedResources": [{"method": "", "path": ORDERS}]},
            "Resource not provided. restrictedResources[0].method is required.",
        ),
        (
            {"restrictedResources": [{"method": "GET"}]},
            "Resource not provided. restrictedResources[0].path is required.",
        ),
    ],
)
def test_what_is_missing_is_refused_in_the_platforms_words(seller: Seller, body: Any, details: str) -> None:
    answer = seller.post(RESTRICTED, body)
    assert answer.status == 400
    assert answer.error == {
        "code": "InvalidRequest",
        "message": "Request is missing or has invalid parameters",
        "details": details,
    }
    assert answer.headers["x-amzn-ratelimit-limit"] == "50.0"
