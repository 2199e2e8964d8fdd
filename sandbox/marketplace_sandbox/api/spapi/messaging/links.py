"""The templates of an order as links, each with a description of its body. Knows no rule of what may be used."""

from collections.abc import Sequence
from typing import Any

from marketplace_sandbox.api.http.openapi import Document, Operation

Values = dict[str, Any]


def operation_of(document: Document, template: str) -> Operation:
    """The operation that sends a template."""
    return next(each for each in document.operations.values() if each.path.endswith(f"/messages/{template}"))


def actions_values(document: Document, order_id: str, marketplace_id: str, templates: Sequence[str]) -> Values:
    """All that may be used now."""
    base = f"{document.base_path}/orders/{order_id}"
    query = f"?marketplaceIds={marketplace_id}"
    links = [{"href": f"{base}/messages/{each}{query}", "name": each} for each in templates]
    return {
        "links": {"itself": {"href": f"{base}{query}"}, "actions": links},
        "parts": {"actions": [_action(document, link, query) for link in links]},
    }


def _action(document: Document, link: dict[str, str], query: str) -> Values:
    described = link["href"].replace(query, f"/schema{query}")
    shape = {"links": {"itself": {"href": described}}, "described": _body(document, link["name"])}
    return {
        "links": {"itself": link, "shape": {"href": described, "name": link["name"]}},
        "parts": {"shape": shape},
        "template": {"name": link["name"]},
    }


def _body(document: Document, template: str) -> Values:
    """The schema of a template's body, as our document has it; it takes a text or, without one, files."""
    operation = operation_of(document, template)
    said = document.tree["paths"][operation.path.removeprefix(document.base_path)]["post"]
    schema = document.resolve(said["requestBody"]["content"]["application/json"]["schema"])
    parts = {name: _plain(document, each) for name, each in schema["properties"].items()}
    return {"type": "object", "properties": parts, "required": ["text" if "text" in parts else "attachments"]}


def _plain(document: Document, schema: Values) -> Values:
    """A schema in full, without the words of ours that explain it."""
    found = {key: each for key, each in document.resolve(schema).items() if key != "description"}
    if "items" in found:
        found["items"] = _plain(document, found["items"])
    if "properties" in found:
        found["properties"] = {name: _plain(document, each) for name, each in found["properties"].items()}
    return found
