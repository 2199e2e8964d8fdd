"""Amazon's published models as a judge of answers: the folder that SPAPI_MODELS names, or nobody without it.

Some are in a checkout of all of them alone, which SANDBOX_MODELS names.

A model is closed before it judges: a field that it does not name is a departure, too.
"""

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs

FOLDER, CHECKOUT = os.environ.get("SPAPI_MODELS", ""), os.environ.get("SANDBOX_MODELS", "")
MODELS = {
    "feeds-2021-06-30.yaml": ("feeds_2021-06-30.json",),
    "messaging-v1.yaml": ("messaging.json",),
    "notifications-v1.yaml": ("notifications.json",),
    "orders-2026-01-01.yaml": ("orders_2026-01-01.json", "orders_2026-01-01.at-c5f589c-with-cancelOrder.json"),
    "orders-v0.yaml": ("ordersV0.json",),
    "reports-2021-06-30.yaml": ("reports_2021-06-30.json",),
    "sellers-v1.yaml": ("sellers.json",),
    "solicitations-v1.yaml": ("solicitations.json",),
    "tokens-2021-03-01.yaml": ("tokens_2021-03-01.json",),
}
"""Our documents, and the models that the same answers have to fit; a later one has what was withdrawn."""

IN_CHECKOUT = {"solicitations.json": "models/solicitations-api-model"}
"""The models that stand in a checkout alone, with where they stand there."""

AS_SENT = {"IsReplacementOrder"}
"""Fields that the platform sends as text where its model says boolean; so do we."""

Tree = dict[str, Any]


SINCE = dict.fromkeys(
    [
        ("OrderFulfillment", "promiseCalculationInputs"),
        ("AssociatedOrderItem", "asin"),
        ("AssociatedOrderItem", "purchasePrice"),
    ],
    "the client amzn-sp-api 1.13.0 of October 2026",
)
"""Fields of Orders 2026-01-01 that the platform has and the model does not have yet, with their source."""


def models_of(document: str) -> tuple[str, ...]:
    """The models that a document of ours is held to; none without the folder they stand in."""
    return tuple(each for each in MODELS.get(document, ()) if (CHECKOUT if each in IN_CHECKOUT else FOLDER))


def departures(document: str, method: str, path: str, status: int, body: Any) -> list[str]:
    """How an answer departs from Amazon's model of the operation; nothing where there is no model of it."""
    for model in models_of(document):
        schema = _schema(model, method, path, status)
        if schema is not None:
            return [str(each) for each in _check(model, schema).iter_errors(body)]
    return []


def operation_of(document: str, method: str, path: str) -> Tree | None:
    """What Amazon's model says of an operation, with what it `produces`; None where there is none."""
    for model in models_of(document):
        for pattern, operation in _operations(model, method):
            if pattern.fullmatch(path):
                return {"produces": read_model(model).get("produces", []), **operation}
    return None


def _schema(model: str, method: str, path: str, status: int) -> str | None:
    """The schema of an answer, as JSON; None where the model has no such answer."""
    for pattern, operation in _operations(model, method):
        if pattern.fullmatch(path):
            response = operation["responses"].get(str(status), {})
            return json.dumps(response["schema"]) if "schema" in response else None
    return None


@lru_cache
def read_model(model: str) -> Tree:
    """A model, closed, with the fields that it does not have yet."""
    folder = Path(CHECKOUT) / IN_CHECKOUT[model] if model in IN_CHECKOUT else Path(FOLDER)
    tree: Tree = json.loads((folder / model).read_text())
    for name, field in SINCE:
        if name in tree["definitions"] and "2026-01-01" in model:
            tree["definitions"][name]["properties"].setdefault(field, {})
    for each in _objects(tree["definitions"]):
        each.setdefault("additionalProperties", False)
    return tree


def _objects(node: Any) -> Iterator[Tree]:
    """Every schema with properties, but for parts of one that is several at once."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict) and "allOf" not in node:
            if node["properties"].keys() & AS_SENT:
                node["properties"] = {
                    name: {} if name in AS_SENT else inner for name, inner in node["properties"].items()
                }
            yield node
        for name, inner in node.items():
            if name != "allOf":
                yield from _objects(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _objects(inner)


@lru_cache
def _operations(model: str, method: str) -> list[tuple[re.Pattern[str], Tree]]:
    paths = read_model(model)["paths"]
    base = read_model(model).get("basePath", "").rstrip("/")
    found = [(f"{base}{path}", item[method.lower()]) for path, item in paths.items() if method.lower() in item]
    # A path without parameters is meant before one with them.
    return [(_pattern(path), operation) for path, operation in sorted(found, key=lambda each: each[0].count("{"))]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", path)))


@lru_cache
def _check(model: str, schema: str) -> jsonschema_rs.Draft4Validator:
    """A compiled schema. Parts of an allOf stay open, or none could be joined with another."""
    definitions = read_model(model)["definitions"]
    joined = {
        reference.rpartition("/")[2]
        for each in definitions.values()
        for reference in re.findall(r'"\$ref": "([^"]+)"', json.dumps(each.get("allOf", [])))
    }
    opened = {name: _open(each) if name in joined else each for name, each in definitions.items()}
    return jsonschema_rs.Draft4Validator({**json.loads(schema), "definitions": opened}, validate_formats=True)


def _open(schema: Tree) -> Tree:
    return {name: each for name, each in schema.items() if name != "additionalProperties"}
