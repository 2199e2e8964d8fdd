"""What an API's document states, flat and by place, so that two of them can be held side by side.

Swagger 2.0, which Amazon's models are written in, and OpenAPI 3.0, which ours are, give the same facts for the same
API. Knows neither where documents lie nor which of them belong together.
"""

from collections.abc import Mapping
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete")
NOT_BUILT = "501"
KEYWORDS = ("type", "format", "enum", "pattern", "minimum", "maximum", "maxItems", "minItems")
"""The keywords of a schema that say what a client has to send or may get."""

Tree = dict[str, Any]
Facts = dict[str, Mapping[str, Any]]
"""What is said, by keyword, of each place, such as `getOrders query CreatedAfter` or `getOrder 200.payload.IsPrime`."""


def read_facts(tree: Tree) -> Facts:
    """The facts of a document. Raises KeyError, TypeError or AttributeError for what is no document."""
    base = tree["servers"][0]["url"] if "servers" in tree else tree.get("basePath", "")
    facts: Facts = {}
    for path, item in tree["paths"].items():
        for method in METHODS:
            if method in item:
                described = dict(item[method])
                described["parameters"] = item.get("parameters", []) + described.get("parameters", [])
                facts |= _read_operation(tree, f"{method} {base.rstrip('/')}{path}", described)
    return facts


def read_fields(tree: Tree, schema: Tree, place: str = "") -> set[str]:
    """The places of all fields of a schema, in whatever combination it has them."""
    return set(_read_schema(tree, place, schema)) - {place}


def resolve(tree: Tree, node: Tree) -> Tree:
    """What a node with a `$ref` into its document stands for; any other node is itself.

    Raises ValueError where references go round in a circle.
    """
    passed: list[str] = []
    while "$ref" in node:
        if node["$ref"] in passed:
            raise ValueError(f"{node['$ref']} stands for nothing but itself")
        passed.append(node["$ref"])
        found: Any = tree
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        node = found
    return node


def _read_operation(tree: Tree, address: str, described: Tree) -> Facts:
    name = described["operationId"]
    if not isinstance(name, str):
        raise TypeError(f"an operationId is text, and {name!r} is none")
    facts: Facts = {name: {"address": address, "deprecated": described.get("deprecated", False)}}
    for one in (resolve(tree, each) for each in described["parameters"]):
        if one["in"] == "body":
            facts |= _read_schema(tree, f"{name} body", one["schema"], {"required": one.get("required", False)})
            continue
        said = {"required": one.get("required", False)}
        facts |= _read_schema(tree, f"{name} {one['in']} {one['name']}", one.get("schema", one), said)
    if "requestBody" in described:
        (content,) = described["requestBody"]["content"].values()
        said = {"required": described["requestBody"].get("required", False)}
        facts |= _read_schema(tree, f"{name} body", content["schema"], said)
    for status, response in described["responses"].items():
        if status == NOT_BUILT and described.get("x-not-built"):
            continue  # ours alone: that we do not answer it yet
        facts |= _read_response(tree, f"{name} {status}", status, resolve(tree, response))
    return facts


def _read_response(tree: Tree, place: str, status: str, response: Tree) -> Facts:
    facts: Facts = {place: {"headers": sorted(response.get("headers", {}))}}
    content = list(response.get("content", {}).values())
    schema = content[0]["schema"] if content else response.get("schema")
    if schema is None:
        return facts
    if status >= "400":  # Amazon's models allow a payload beside the errors, which there never is
        errors = _join(tree, resolve(tree, schema))["properties"]["errors"]
        return facts | _read_schema(tree, f"{place}.errors", errors)
    return facts | _read_schema(tree, place, schema, facts[place])


def _read_schema(
    tree: Tree, place: str, schema: Tree, said: Mapping[str, Any] | None = None, within: tuple[str, ...] = ()
) -> Facts:
    """The facts of a schema and of all beneath it. `within` are the references on the way, for a schema of itself."""
    reference = schema.get("$ref")
    if reference in within:
        return {place: dict(said or {})}
    inside = (*within, reference) if reference else within
    schema = _join(tree, resolve(tree, schema))
    facts: Facts = {place: dict(said or {}) | {word: schema[word] for word in KEYWORDS if word in schema}}
    for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        beneath = _read_schema(tree, place, each, None, inside)
        facts |= {name: fact for name, fact in beneath.items() if name not in facts}
    if "items" in schema:
        facts |= _read_schema(tree, f"{place}[]", schema["items"], None, inside)
    for name, inner in schema.get("properties", {}).items():
        needed = {"needed": name in schema.get("required", ())}
        facts |= _read_schema(tree, f"{place}.{name}", inner, needed, inside)
    return facts


def _join(tree: Tree, schema: Tree) -> Tree:
    """A schema that is several at once as one object."""
    if "allOf" not in schema:
        return schema
    parts = [_join(tree, resolve(tree, part)) for part in schema["allOf"]]
    properties = {name: inner for part in parts for name, inner in part.get("properties", {}).items()}
    required = [name for part in parts for name in part.get("required", ())]
    return {"type": "object", "properties": properties, "required": required}
