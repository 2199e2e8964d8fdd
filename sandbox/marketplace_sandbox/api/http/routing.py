"""Connexion's routing and request validation, by our documents, as one station.

Knows how Connexion is put together, and nothing of what is checked or served.
"""

from collections.abc import Sequence
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.connexion_parts import (
    OpenAPISpecification,
    RequestValidationMiddleware,
    Resolver,
    RoutingMiddleware,
)
from marketplace_sandbox.api.http.exchange import EXCHANGE, Api, Exchange
from marketplace_sandbox.api.http.openapi import Document, load
from marketplace_sandbox.api.http.validation import Validator


class _TrustedSpecification(OpenAPISpecification):  # type: ignore[misc]  # Connexion publishes no types
    """A skeleton. It is of our own making and a test has it checked; at each start that would take longest of all."""

    @classmethod
    def _validate_spec(cls, spec: Any) -> None:
        """Nothing is left to check."""


class ApiRouter:
    """Finds each request's operation and checks it. `documents` are those of the APIs, and `paths` all that they have.

    Every document needs a base path of its own, since Connexion would serve only the first of two; ValueError for such
    a pair. `json_levels` is how deep the JSON of a body may be nested.
    """

    def __init__(self, apis: Sequence[Api], json_levels: int = 64) -> None:
        validators = [Validator(load(openapi_dir() / api.document), api, json_levels) for api in apis]
        self.documents = [each.document for each in validators]
        self.paths = [each.path for document in self.documents for each in document.operations.values()]
        self._lists = {path for path in self.paths if "{" not in path}
        self._routing = _connexion(validators)

    async def route_and_validate(self, exchange: Exchange) -> None:
        """Has Connexion find the operation, and its parameters and body checked by the document.

        What no document has passes on unchecked. A path without a name in it may end in a slash, as on the platform.
        """
        scope = exchange.scope
        if exchange.url_path.removesuffix("/") in self._lists:
            exchange.url_path = scope["path"] = exchange.url_path.removesuffix("/")
            scope["raw_path"] = scope["path"].encode("ascii")
        scope[EXCHANGE] = exchange
        scope["app"] = self  # Starlette's router raises its refusals only when it sees an app
        await self._routing(scope, exchange.receive, exchange.send)


async def _arrive(_scope: Scope, _receive: Receive, _send: Send) -> None:
    """Where Connexion's middlewares lead: back to the list of stations."""


def _connexion(validators: Sequence[Validator]) -> ASGIApp:
    bases = [each.document.base_path for each in validators]
    if shared := sorted({base for base in bases if bases.count(base) > 1}):
        raise ValueError(f"More than one document has the base path {shared[0] or '/'}.")
    validation = RequestValidationMiddleware(_arrive)
    routing = RoutingMiddleware(validation)

    def count_beneath(validator: Validator) -> int:
        return sum(base.startswith(f"{validator.document.base_path}/") for base in bases)

    # Starlette takes the first that fits, so what others lie beneath comes after them
    for each in sorted(validators, key=count_beneath):
        for middleware in (validation, routing):
            middleware.add_api(
                _TrustedSpecification(skeleton(each.document)),
                resolver=Resolver(lambda name: name),
                uri_parser_class=lambda *_: None,
                validator_map=each.validator_map(),
            )
    # Starlette would redirect a path with a slash too many, to a URL made from the Host header
    routing.router.redirect_slashes = False
    for mounted in routing.router.routes:
        mounted.app.redirect_slashes = False
    app: ASGIApp = routing
    return app


def skeleton(document: Document) -> dict[str, Any]:
    """What Connexion acts on of a document: paths, path parameters and media types.

    The whole would do as well, but copying and resolving it at each start takes long. A test has the whole
    documents checked, and their skeletons.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in document.operations.values():
        path = operation.path.removeprefix(document.base_path)
        described: dict[str, Any] = {
            "operationId": operation.operation_id,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in operation.path_parameters
            ],
            "responses": {"default": {"description": "Any answer."}},
        }
        if operation.bodies:
            content = {media: {"schema": {"title": media}} for media in operation.bodies}
            described["requestBody"] = {"required": operation.body_required, "content": content}
        paths.setdefault(path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.0.3",
        "info": {"title": document.title, "version": "1"},
        "servers": [{"url": document.base_path or "/"}],
        "paths": paths,
    }
