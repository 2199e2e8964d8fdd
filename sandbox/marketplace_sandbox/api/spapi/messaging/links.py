"""The templates of an order as HAL has links, each with a description of its body. Knows no rule of their use."""

from collections.abc import Sequence
from typing import Any

from marketplace_sandbox.api.http.openapi import Document

Json = dict[str, Any]


def actions_json(document: Document, order_id: str, marketplace_id: str, templates: Sequence[str]) -> Json:
    """All templates that may be used now, as getMessagingActionsForOrder answers them."""
    base = f"{document.base_path}/orders/{order_id}"
    query = f"?marketplaceIds={marketplace_id}"
    links, actions = [], []
    for name in templates:
        link = {"href": f"{base}/messages/{name}{query}", "name": name}
        schema_href = f"{base}/messages/{name}/schema{query}"
        schema = {"_links": {"self": {"href": schema_href}}, "payload": _body_schema(document, name)}
        links.append(link)
        actions.append(
            {
                "_links": {"self": link, "schema": {"href": schema_href, "name": name}},
                "_embedded": {"schema": schema},
                "payload": {"name": name},
            }
        )
    return {
        "_links": {"self": {"href": f"{base}{query}"}, "actions": links},
        "_embedded": {"actions": actions},
    }


def _body_schema(document: Document, template: str) -> Json:
    """The schema of a template's body, as our document has it; it takes a text or, without one, files."""
    operation = next(each for each in document.operations.values() if each.path.endswith(f"/messages/{template}"))
    described = document.tree["paths"][operation.path.removeprefix(document.base_path)]["post"]
    schema = document.resolve(described["requestBody"]["content"]["application/json"]["schema"])
    properties = {name: _without_refs(document, each) for name, each in schema["properties"].items()}
    required = "text" if "text" in properties else "attachments"
    return {"type": "object", "properties": properties, "required": [required]}


def _without_refs(document: Document, schema: Json) -> Json:
    """A schema in full, without the words of ours that explain it."""
    found = {key: each for key, each in document.resolve(schema).items() if key != "description"}
    if "items" in found:
        found["items"] = _without_refs(document, found["items"])
    if "properties" in found:
        found["properties"] = {name: _without_refs(document, each) for name, each in found["properties"].items()}
    return found
