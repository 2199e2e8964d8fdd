"""Our documents: whole, fit for Connexion, and saying what the platform's own models say."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.connexion_parts import Specification
from marketplace_sandbox.api.http.openapi import LOADER, Document, find, load
from marketplace_sandbox.api.http.routing import skeleton

DOCUMENTS = sorted(path.name for path in openapi_dir().glob("*.yaml"))
PLATFORM = {
    "orders-v0.yaml": "ordersV0.json",
    "notifications-v1.yaml": "notifications.json",
    "sellers-v1.yaml": "sellers.json",
    "tokens-2021-03-01.yaml": "tokens_2021-03-01.json",
    "feeds-2021-06-30.yaml": "feeds_2021-06-30.json",
    "reports-2021-06-30.yaml": "reports_2021-06-30.json",
    "messaging-v1.yaml": "messaging.json",
}

IN_TEXT = "the platform gives these values or limits in its text only; we refuse what is not among them"
AS_SENT = "the platform sends a text where its model says boolean"
NOT_BUILT = "we do not have this operation and say so"
BEST_EFFORT = "the platform may leave this header out, and it is of no use on a failure"
IN_SAMPLE = "a sample of the model shows how what is missing is refused; the handler does it"
MESSAGING = (
    "getMessagingActionsForOrder",
    "GetAttributes",
    "createUnexpectedProblem",
    "createConfirmOrderDetails",
    "createConfirmDeliveryDetails",
    "createConfirmServiceDetails",
    "confirmCustomizationDetails",
    "createLegalDisclosure",
    "CreateWarranty",
    "createDigitalAccessKey",
    "sendInvoice",
)
# Where our documents depart from the platform's models on purpose, and why.
DEVIATIONS: dict[str, dict[str, str]] = {
    "orders-v0.yaml": {
        "getOrders query MarketplaceIds required": "a NextToken may come alone; the handler checks",
        "getOrders query OrderStatuses[] enum": IN_TEXT,
        "getOrders query FulfillmentChannels[] enum": IN_TEXT,
        "getOrders query PaymentMethods[] enum": IN_TEXT,
        "getOrders query EasyShipShipmentStatuses[] enum": IN_TEXT,
        "getOrders query ElectronicInvoiceStatuses[] enum": IN_TEXT,
        "getOrders query MaxResultsPerPage minimum": IN_TEXT,
        "getOrders query MaxResultsPerPage maximum": IN_TEXT,
        "getOrders 200.payload.Orders[].IsReplacementOrder type": AS_SENT,
        "getOrder 200.payload.IsReplacementOrder type": AS_SENT,
        "updateShipmentStatus 501": NOT_BUILT,
        "getOrderRegulatedInfo 501": NOT_BUILT,
        "updateVerificationStatus 501": NOT_BUILT,
    },
    "notifications-v1.yaml": {
        "sendTestNotification 400": BEST_EFFORT,
        "sendTestNotification 404": BEST_EFFORT,
    },
    "sellers-v1.yaml": {
        "getAccount 501": NOT_BUILT,
        "getMarketplaceParticipations 413": BEST_EFFORT,
        "getMarketplaceParticipations 415": BEST_EFFORT,
        "getMarketplaceParticipations 429": BEST_EFFORT,
        "getMarketplaceParticipations 500": BEST_EFFORT,
        "getMarketplaceParticipations 503": BEST_EFFORT,
    },
    "feeds-2021-06-30.yaml": {},
    "reports-2021-06-30.yaml": {},
    "messaging-v1.yaml": {
        f"{each} query marketplaceIds required": "its refusal has words of its own; the handler checks"
        for each in MESSAGING
    },
    "tokens-2021-03-01.yaml": {
        "createRestrictedDataToken body.restrictedResources needed": IN_SAMPLE,
        "createRestrictedDataToken body.restrictedResources[].method needed": IN_SAMPLE,
        "createRestrictedDataToken body.restrictedResources[].path needed": IN_SAMPLE,
        "createRestrictedDataToken body.restrictedResources[].method enum": IN_SAMPLE,
        "createRestrictedDataToken body.restrictedResources maxItems": IN_TEXT,
        "createRestrictedDataToken body.restrictedResources[].dataElements[] enum": IN_TEXT,
    },
}

Facts = dict[str, Any]
Tree = dict[str, Any]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_connexion_takes_the_whole_document(name: str) -> None:
    tree = load(openapi_dir() / name).tree
    assert Specification.from_dict(tree).base_path == load(openapi_dir() / name).base_path
    assert Specification.from_dict(skeleton(load(openapi_dir() / name))).raw["paths"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_key_stands_twice(name: str) -> None:
    assert list(repeated(yaml.compose((openapi_dir() / name).read_text(), LOADER))) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_reference_leads_somewhere_and_every_schema_compiles(name: str) -> None:
    document = load(openapi_dir() / name)
    for reference in references(document.tree):
        assert document.resolve({"$ref": reference})
    for operation in document.operations.values():
        for check in (operation.query_check, operation.path_check, *operation.bodies.values()):
            assert check.validator


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_component_is_idle(name: str) -> None:
    tree = load(openapi_dir() / name).tree
    used = set(references(tree))
    for kind, parts in tree.get("components", {}).items():
        if kind != "securitySchemes":
            assert {f"#/components/{kind}/{part}" for part in parts} <= used


@pytest.mark.parametrize("name", PLATFORM)
def test_unknown_fields_of_clients_are_let_pass(name: str) -> None:
    assert "additionalProperties" not in (openapi_dir() / name).read_text()


@pytest.mark.parametrize("name", PLATFORM)
def test_document_says_what_the_platform_says(name: str) -> None:
    folder = os.environ.get("SPAPI_MODELS")
    if not folder:
        pytest.skip("SPAPI_MODELS does not name a folder with the platform's models")
    ours = facts(load(openapi_dir() / name).tree)
    theirs = facts(json.loads((Path(folder) / PLATFORM[name]).read_text()))
    differing = {key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
    assert len(theirs) > 20
    assert differing == set(DEVIATIONS[name])


def test_facts_of_both_dialects_compare() -> None:
    schema = {"type": "array", "items": {"type": "string"}, "maxItems": 2}
    said = {"operationId": "get", "responses": {"200": {"description": "", "headers": {"h": {}}}}}
    old = said | {"parameters": [{"name": "a", "in": "query"} | schema]}
    new = said | {"parameters": [{"name": "a", "in": "query", "schema": schema}]}
    one = facts({"swagger": "2.0", "paths": {"/x/y": {"get": old}}})
    other = facts({"openapi": "3.0.3", "servers": [{"url": "/x"}], "paths": {"/y": {"get": new}}})
    assert one == other
    assert one["get query a maxItems"] == 2


def test_operations_are_found_by_path() -> None:
    documents = [load(openapi_dir() / name) for name in PLATFORM]
    found = find(documents, "/orders/v0/orders/902-1/regulatedInfo")
    assert {one.method: one.operation_id for one in found} == {
        "GET": "getOrderRegulatedInfo",
        "PATCH": "updateVerificationStatus",
    }
    assert not find(documents, "/orders/v0/orders/902-1/regulatedInfo/")


ORDER = {
    "AmazonOrderId": "902-1",
    "PurchaseDate": "2026-03-02T16:00:00Z",
    "LastUpdateDate": "2026-03-02T16:00:00Z",
    "OrderStatus": "Canceled",
}


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, {"payload": ORDER}, ""),
        (200, {"payload": ORDER | {"OrderStatus": "Cancelled"}}, "The nearest is Canceled."),
        (200, {"payload": ORDER | {"IsPrime": "true"}}, "payload.IsPrime must be true or false"),
        (200, {"payload": {}}, "payload.AmazonOrderId is required."),
        (200, {"payload": ORDER | {"CancelReason": "x"}}, 'payload has no field "CancelReason".'),
        (404, {"errors": [{"code": "NotFound", "message": "No."}]}, ""),
        (404, {"payload": ORDER}, "errors is required."),
        (418, {}, "getOrder documents 200, 400"),
    ],
)
def test_responses_are_compared_with_the_document(status: int, body: Any, problem: str) -> None:
    document = load(openapi_dir() / "orders-v0.yaml")
    found = document.response_problem("getOrder", status, body, strict=True)
    assert problem in found
    assert bool(problem) == bool(found)


def test_fields_beyond_the_document_pass_unless_strict() -> None:
    document = load(openapi_dir() / "orders-v0.yaml")
    assert not document.response_problem("getOrder", 200, {"payload": ORDER, "more": 1})
    assert document.response_problem("confirmShipment", 204, {}).endswith("no body with status 204.")
    assert not document.response_problem("confirmShipment", 204, None)


def test_null_is_let_pass_where_the_document_says_so() -> None:
    schema = {
        "type": "object",
        "properties": {
            "nullable": {"type": "string", "enum": ["a"], "nullable": True},
            "either": {"oneOf": [{"type": "integer"}, {"type": "string"}], "nullable": True},
        },
    }
    document = document_with(schema)
    assert not document.response_problem("get", 200, {"nullable": None, "either": None})
    assert document.response_problem("get", 200, {"nullable": "b"}) == ('nullable must be one of a; got "b".')


@pytest.mark.parametrize(
    ("schema", "value", "sentence"),
    [
        ({"type": "string", "minLength": 2}, "a", "x must have at least 2 characters, got 1."),
        ({"type": "string", "pattern": "^a$"}, "b", 'x must match ^a$, got "b".'),
        ({"type": "string", "format": "date-time"}, "b", 'x must be a date-time, got "b".'),
        ({"type": "number", "multipleOf": 2}, 3, "x must be a multiple of 2, got 3."),
        ({"type": "array", "maxItems": 1}, [1, 2], "x must have at most 1 entries, got 2."),
        ({"type": "array", "uniqueItems": True}, [1, 1], "x is not acceptable, got [1, 1]."),
        ({"type": "array", "items": {"type": "null"}}, ["a" * 99], f'x[0] must be null, got "{"a" * 79}…'),
        (
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            True,
            "x must be a string or an integer, got true.",
        ),
        (
            {"oneOf": [{"type": "string"}, {"type": "object", "required": ["id"]}]},
            {},
            "x.id is required.",
        ),
        (
            {"type": "object", "properties": {"rate": {}}, "additionalProperties": False},
            {"ratte": 1},
            'x has no field "ratte". The nearest is rate.',
        ),
        (
            {"type": "string", "enum": [f"V{number}" for number in range(20)]},
            "v7",
            'x does not know the value "v7". The nearest is V7.',
        ),
    ],
)
def test_complaints_name_field_value_and_what_would_do(schema: Tree, value: Any, sentence: str) -> None:
    document = document_with({"type": "object", "properties": {"x": schema}})
    assert document.response_problem("get", 200, {"x": value}).startswith(sentence)


def document_with(schema: Tree) -> Document:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
    said = {"operationId": "get", "responses": {"200": {"description": "", "content": content}}}
    components = {"schemas": {"A": schema}}
    return Document("x.yaml", {"paths": {"/x": {"get": said}}, "components": components})


def repeated(node: yaml.Node | None) -> Iterator[str]:
    """Keys that a mapping has more than once; reading the text, the last would win in silence."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        yield from (key for key in set(keys) if keys.count(key) > 1)
        for _, inner in node.value:
            yield from repeated(inner)
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            yield from repeated(inner)


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for inner in node.values():
            yield from references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from references(inner)


def facts(tree: Tree) -> Facts:
    """What a document states, flat: Swagger 2.0 and OpenAPI 3.0 give the same for the same API."""
    base = tree.get("servers", [{"url": ""}])[0]["url"]
    found: Facts = {}
    for path, item in tree["paths"].items():
        for method in ("get", "put", "post", "patch", "delete"):
            if method in item:
                said = dict(item[method])
                said["parameters"] = item.get("parameters", []) + said.get("parameters", [])
                found |= operation_facts(tree, f"{method} {base}{path}", said)
    return found


def operation_facts(tree: Tree, address: str, said: Tree) -> Facts:
    name = said["operationId"]
    found: Facts = {f"{name} address": address, f"{name} deprecated": said.get("deprecated", False)}
    for one in (resolved(tree, one) for one in said["parameters"]):
        if one["in"] == "body":
            found |= body_facts(tree, name, one["required"], one["schema"])
            continue
        key = f"{name} {one['in']} {one['name']}"
        found[f"{key} required"] = one.get("required", False)
        found |= schema_facts(tree, key, one.get("schema", one))
    if "requestBody" in said:
        (content,) = said["requestBody"]["content"].values()
        found |= body_facts(tree, name, said["requestBody"]["required"], content["schema"])
    for status, response in said["responses"].items():
        found |= response_facts(tree, f"{name} {status}", resolved(tree, response))
    return found


def body_facts(tree: Tree, name: str, required: bool, schema: Tree) -> Facts:
    return {f"{name} body required": required} | schema_facts(tree, f"{name} body", schema)


def response_facts(tree: Tree, key: str, response: Tree) -> Facts:
    found: Facts = {key: sorted(response["headers"])}
    content = response.get("content", {}).values()
    schema = next(iter(content))["schema"] if content else response.get("schema")
    if schema:
        schema = resolved(tree, schema)
        status = key.rsplit(maxsplit=1)[-1]
        if status == "501":
            return found
        if status >= "400":  # theirs allow a payload beside the errors
            return found | schema_facts(tree, f"{key}.errors", schema["properties"]["errors"])
        found |= schema_facts(tree, key, schema)
    return found


def schema_facts(tree: Tree, key: str, schema: Tree) -> Facts:
    schema = joined(tree, resolved(tree, schema))
    kinds = ("type", "format", "enum", "pattern", "minimum", "maximum", "maxItems", "minItems")
    found = {f"{key} {kind}": schema[kind] for kind in kinds if kind in schema}
    if "items" in schema:
        found |= schema_facts(tree, f"{key}[]", schema["items"])
    for name, inner in schema.get("properties", {}).items():
        found[f"{key}.{name} needed"] = name in schema.get("required", ())
        found |= schema_facts(tree, f"{key}.{name}", inner)
    return found


def joined(tree: Tree, schema: Tree) -> Tree:
    """A schema that is several at once as one object."""
    if "allOf" not in schema:
        return schema
    parts = [joined(tree, resolved(tree, part)) for part in schema["allOf"]]
    properties = {name: inner for part in parts for name, inner in part.get("properties", {}).items()}
    required = [name for part in parts for name in part.get("required", ())]
    return {"type": "object", "properties": properties, "required": required}


def resolved(tree: Tree, node: Tree) -> Tree:
    return Document("any", tree).resolve(node)
