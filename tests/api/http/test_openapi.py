"""Our documents: whole, fit for Connexion, and a judge of answers."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.connexion_parts import Specification
from marketplace_sandbox.api.http.openapi import Document, find, load
from marketplace_sandbox.api.http.routing import skeleton

DOCUMENTS = sorted(path.name for path in openapi_dir().glob("*.yaml"))
PLATFORM = (
    "orders-v0.yaml",
    "notifications-v1.yaml",
    "sellers-v1.yaml",
    "tokens-2021-03-01.yaml",
    "feeds-2021-06-30.yaml",
    "reports-2021-06-30.yaml",
    "messaging-v1.yaml",
)

Tree = dict[str, Any]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_connexion_takes_the_whole_document(name: str) -> None:
    tree = load(openapi_dir() / name).tree
    assert Specification.from_dict(tree).base_path == load(openapi_dir() / name).base_path
    assert Specification.from_dict(skeleton(load(openapi_dir() / name))).raw["paths"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_key_stands_twice(name: str) -> None:
    assert list(repeated(yaml.compose((openapi_dir() / name).read_text(), yaml.SafeLoader))) == []


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
        ({"type": "array", "maxItems": 1}, [1, 2], "x must have at most 1 entry, got 2."),
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
