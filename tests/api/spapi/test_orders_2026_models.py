"""Orders 2026-01-01 against the platform's published models: real answers of every kind."""

import json
import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from marketplace_sandbox.core.rules.stages import STAGES, Stage
from tests.api.contract import Answer
from tests.api.shop import EVER, Seller, Shop
from tests.api.spapi.test_orders_2026_agreement import reach

MODELS = os.environ.get("SPAPI_MODELS", "")
CURRENT = "orders_2026-01-01.json"
WITHDRAWN = "orders_2026-01-01.at-c5f589c-with-cancelOrder.json"
ORDERS = "/orders/2026-01-01/orders"
SETS = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,FULFILLMENT_ORDERS"

pytestmark = pytest.mark.skipif(not MODELS, reason="SPAPI_MODELS names no directory with Amazon's published models")


def model(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(MODELS) / name).read_text())
    return found


@lru_cache
def checks(definition: str) -> jsonschema_rs.Draft4Validator:
    """A definition of the model, closed: a field that it does not name is a departure too."""
    definitions = model(CURRENT)["definitions"]
    for each in definitions.values():
        if "properties" in each:
            each["additionalProperties"] = False
    schema = {"$ref": f"#/definitions/{definition}", "definitions": definitions}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)


def problems(definition: str, body: Any) -> list[str]:
    """How a body departs from a definition of the model."""
    return [str(each) for each in checks(definition).iter_errors(body)]


def test_a_departure_is_noticed() -> None:
    assert problems("GetOrderResponse", {"order": {}})
    assert problems("SearchOrdersResponse", {"orders": [], "more": 1})
    assert problems("ErrorList", {"errors": [{"code": "x"}]})


@pytest.mark.parametrize("stage", STAGES.values(), ids=list(STAGES))
def test_an_order_of_every_stage_is_one_of_the_models(shop: Shop, stage: Stage) -> None:
    seller = shop.open(settings={"buyer_withdrawal": True})
    order = reach(seller, stage)
    for sets in ("", SETS):
        answer = seller.get(f"{ORDERS}/{order.order_id}", includedData=sets)
        assert not problems("GetOrderResponse", answer.body)


def requested(seller: Seller) -> str:
    order = seller.place_order(items=[{"sku": "A", "tax": 1}, {"sku": "B"}], programs=["Prime"], seller_order_id="S-1")
    seller.pass_time(minutes=31)
    seller.world.act(order.order_id, "buyer-request-cancellation", {"items": ["A"]})
    seller.world.act(order.order_id, "seller-confirm-shipment", {"items": ["B"]})
    return order.order_id


def ended(**form: Any) -> Callable[[Seller], str]:
    def make(seller: Seller) -> str:
        order = seller.place_order(**form)
        seller.pass_time(days=40)
        return order.order_id

    return make


@pytest.mark.parametrize(
    "make",
    [
        requested,
        ended(),
        ended(channel="AFN", multi_channel=True),
        ended(invoice=True, hold=True, payment="unverified"),
        lambda seller: seller.place_order(hold=True).order_id,
        lambda seller: seller.place_order(hold=True, release_at="2026-04-01T00:00:00Z").order_id,
    ],
)
@pytest.mark.parametrize("sets", ["", SETS])
def test_every_order_is_one_of_the_models(seller: Seller, make: Callable[[Seller], str], sets: str) -> None:
    order_id = make(seller)
    seller.place_order()
    one = seller.get(f"{ORDERS}/{order_id}", includedData=sets)
    page = seller.get(ORDERS, createdAfter=EVER, includedData=sets, maxResultsPerPage=1)
    last = seller.get(ORDERS, createdAfter=EVER, paginationToken=page.body["pagination"]["nextToken"])
    assert not problems("GetOrderResponse", one.body)
    assert not problems("SearchOrdersResponse", page.body)
    assert not problems("SearchOrdersResponse", last.body)


def put(seller: Seller, body: Any) -> Answer:
    headers = {"x-amz-access-token": seller.token}
    return seller.shop.client("PUT", f"{ORDERS}/902-0000009-0000009/cancellation", body=body, headers=headers)


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda seller: seller.get(ORDERS), 400),
        (lambda seller: seller.get(ORDERS, createdAfter="TEST_CASE_400"), 400),
        (lambda seller: seller.get(ORDERS, createdAfter=EVER, marketplaceIds="A1PA6795UKMFR9"), 403),
        (lambda seller: seller.get(ORDERS, createdAfter=EVER, token="Atza|x"), 403),
        (lambda seller: seller.get(f"{ORDERS}/TEST_CASE_400"), 400),
        (lambda seller: seller.get(f"{ORDERS}/902-0000009-0000009"), 404),
        (lambda seller: put(seller, {"cancelReasonCode": "NO_INVENTORY"}), 403),
        (lambda seller: put(seller, {}), 400),
    ],
)
def test_every_refusal_is_one_of_the_models(strict_shop: Shop, call: Callable[[Seller], Answer], status: int) -> None:
    answer = call(strict_shop.open())
    assert answer.status == status
    assert not problems("ErrorList", answer.body)
