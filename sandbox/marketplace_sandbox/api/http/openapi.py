"""Our OpenAPI documents: what they say of each operation, and checks compiled from their schemas.

Knows OpenAPI 3.0 and the folder the documents lie in. Knows nothing of who answers the operations.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs

from marketplace_sandbox.api.http.document_cache import load_tree
from marketplace_sandbox.api.http.validation_errors import CheckedInput, Mistake, describe

METHODS = ("get", "put", "post", "delete", "patch")
NOT_BUILT = "x-not-built"
"""What marks an operation of a document that has no method: the one fact that README, Swagger UI and tests go by."""

PLACEHOLDER = re.compile(r"\{([^}]*)\}")

Tree = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Check:
    """A JSON Schema, compiled when it is first needed. `formats` are left to handlers by default."""

    schema: Tree
    formats: bool = False

    @cached_property
    def validator(self) -> jsonschema_rs.Draft4Validator:
        return jsonschema_rs.Draft4Validator(self.schema, validate_formats=self.formats)

    def mistake(self, value: object, whole: str, indices: bool = True) -> Mistake | None:
        """What is wrong with a value, None when nothing is. `whole` is what to call all of it."""
        if self.validator.is_valid(value):
            return None
        return describe(self.validator.iter_errors(value), CheckedInput(self.schema, whole, indices))


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation: `path` is the whole template from the root, `method` in capitals.

    `header_names` are the request headers that the document declares, in small letters.
    `query` maps each declared query parameter to its schema; `bodies` each media type to the check of its schema;
    `refusal_media` is what refusals are written in. One that is not `is_built` has `x-not-built: true` in the document
    and answers 501. `extensions` are the fields beyond OpenAPI, by names that begin with `x-`.
    """

    operation_id: str
    method: str
    path: str
    path_parameters: tuple[str, ...]
    header_names: tuple[str, ...]
    query: Mapping[str, Tree]
    query_check: Check
    path_check: Check
    bodies: Mapping[str, Check]
    body_required: bool
    responses: Mapping[str, Tree]
    refusal_media: str
    extensions: Tree
    is_built: bool

    @cached_property
    def takes_no_query(self) -> bool:
        """Whether a call without a query string is complete: nothing is required, and nothing has a default."""
        return self.query_check.validator.is_valid({}) and not any("default" in each for each in self.query.values())

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = PLACEHOLDER.split(self.path)
        literal = [re.escape(part) if at % 2 == 0 else "([^/]+)" for at, part in enumerate(parts)]
        return re.compile("".join(literal))

    def path_values(self, path: str) -> Mapping[str, str] | None:
        """What stands in a decoded path for the names of the template; None for another path."""
        found = self.pattern.fullmatch(path)
        return dict(zip(PLACEHOLDER.findall(self.path), found.groups(), strict=True)) if found else None


@dataclass(frozen=True, eq=False)
class Document:
    """One document by its file name. `tree` is the YAML as it stands; nobody changes it."""

    name: str
    tree: Tree = field(repr=False)

    @property
    def stem(self) -> str:
        return self.name.rsplit(".", 1)[0]

    @property
    def title(self) -> str:
        return str(self.tree["info"]["title"])

    @property
    def base_path(self) -> str:
        """Where the paths begin, without a slash at the end."""
        servers = self.tree.get("servers") or [{"url": "/"}]
        url: str = servers[0]["url"]
        return urlsplit(url).path.rstrip("/")

    @cached_property
    def operations(self) -> Mapping[str, Operation]:
        """Every operation by its operationId."""
        found = (
            self._operation(path, method, item)
            for path, item in self.tree["paths"].items()
            for method in METHODS
            if method in item
        )
        return {operation.operation_id: operation for operation in found}

    @cached_property
    def not_built(self) -> tuple[str, ...]:
        """The operations that answer 501, by their operationIds."""
        return tuple(name for name, each in self.operations.items() if not each.is_built)

    def response_problem(self, operation_id: str, status: int, body: object, *, strict: bool = False) -> str:
        """How an answer departs from the document, or an empty text. None is an answer without a body.

        With `strict`, fields the document does not name are a problem too.
        """
        responses = self.operations[operation_id].responses
        if str(status) not in responses:
            return f"{operation_id} documents {', '.join(responses)}, not {status}."
        content = self.resolve(responses[str(status)]).get("content", {})
        if not content:
            return "" if body is None else f"{operation_id} has no body with status {status}."
        key = (operation_id, str(status), strict)
        if key not in self._response_checks:
            self._response_checks[key] = self._response_check(*key)
        mistake = self._response_checks[key].mistake(body, "The body")
        return mistake.text if mistake else ""

    def resolve(self, node: Tree) -> Tree:
        """What a node with a `$ref` into this document stands for; any other node is itself."""
        while "$ref" in node:
            found: Any = self.tree
            for step in node["$ref"].removeprefix("#/").split("/"):
                found = found[step.replace("~1", "/").replace("~0", "~")]
            node = found
        return node

    @cached_property
    def _response_checks(self) -> dict[tuple[str, str, bool], Check]:
        return {}

    def _response_check(self, operation_id: str, status: str, strict: bool) -> Check:
        response = self.resolve(self.operations[operation_id].responses[status])
        schema = next(iter(response["content"].values()))["schema"]
        return Check(self._schema(schema, closed=strict), formats=True)

    def _operation(self, path: str, method: str, item: Tree) -> Operation:
        described = item[method]
        parameters = [self.resolve(one) for one in [*item.get("parameters", []), *described.get("parameters", [])]]
        in_query = {one["name"]: one for one in parameters if one["in"] == "query"}
        in_path = {one["name"]: one for one in parameters if one["in"] == "path"}
        body = self.resolve(described.get("requestBody", {}))
        refusal = self.resolve(described["responses"].get("400", {}))
        return Operation(
            operation_id=described["operationId"],
            method=method.upper(),
            path=self.base_path + path,
            path_parameters=tuple(in_path),
            header_names=tuple(one["name"].lower() for one in parameters if one["in"] == "header"),
            query={name: self.resolve(one["schema"]) for name, one in in_query.items()},
            query_check=self._parameters_check(in_query),
            path_check=self._parameters_check(in_path),
            bodies={
                media: Check(self._schema(content.get("schema", {})))
                for media, content in body.get("content", {}).items()
            },
            body_required=body.get("required", False),
            responses=described["responses"],
            refusal_media=next(iter(refusal.get("content", {})), "application/json"),
            extensions={name: value for name, value in described.items() if name.startswith("x-")},
            is_built=described.get(NOT_BUILT) is not True,
        )

    def _parameters_check(self, parameters: Mapping[str, Tree]) -> Check:
        required = [name for name, one in parameters.items() if one.get("required")]
        schema = {
            "type": "object",
            "properties": {name: one["schema"] for name, one in parameters.items()},
            **({"required": required} if required else {}),
        }
        return Check(self._schema(schema))

    def _schema(self, schema: Tree, closed: bool = False) -> Tree:
        components = {"schemas": self._closed_schemas if closed else self._schemas}
        return {"allOf": [_json_schema(schema, closed)], "components": components}

    @cached_property
    def _schemas(self) -> Tree:
        return self._components(closed=False)

    @cached_property
    def _closed_schemas(self) -> Tree:
        return self._components(closed=True)

    def _components(self, closed: bool) -> Tree:
        schemas = self.tree.get("components", {}).get("schemas", {})
        return {name: _json_schema(schema, closed) for name, schema in schemas.items()}


@lru_cache
def load(path: Path) -> Document:
    """A document from its file, read once per process."""
    return Document(path.name, load_tree(path))


def find(documents: Iterable[Document], path: str) -> list[Operation]:
    """The operations that a decoded path reaches, whatever their methods."""
    return [
        operation
        for document in documents
        for operation in document.operations.values()
        if operation.pattern.fullmatch(path)
    ]


def _json_schema(schema: Any, closed: bool) -> Any:
    """OpenAPI 3.0's dialect as JSON Schema draft 4, which has no `nullable`."""
    if isinstance(schema, list):
        return [_json_schema(one, closed) for one in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: _json_schema(value, closed) for key, value in schema.items()}
    if plain.get("nullable") is True:
        plain = _or_null(plain)
    if closed and isinstance(plain.get("properties"), dict) and plain.get("type") == "object":
        plain.setdefault("additionalProperties", False)
    return plain


def _or_null(schema: Tree) -> Tree:
    if "type" not in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    widened = schema | {"type": [schema["type"], "null"]}
    return widened | {"enum": [*schema["enum"], None]} if "enum" in schema else widened
