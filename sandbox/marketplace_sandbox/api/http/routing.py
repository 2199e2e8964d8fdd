"""Connexion, cut down to what is needed: routing by our documents and the place where requests are checked.

Knows how Connexion is put together, and nothing of what is checked or served.
"""

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

from starlette.types import ASGIApp

from marketplace_sandbox.api.http.openapi import Document
from marketplace_sandbox.api.http.validation import Validator

LATE = ("httpx", "requests", "starlette.testclient")


@contextmanager
def _importing_connexion() -> Iterator[None]:
    """Keeps from Connexion what it imports at start, in 0.4 s, for features that are off here, and keeps
    its warnings to itself. Who does use those features gets the real modules then.
    """
    placed = {name: _stand_in(name) for name in LATE if name not in sys.modules}
    sys.modules.update(placed)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        for name in placed:
            del sys.modules[name]


def _stand_in(name: str) -> ModuleType:
    def late(attribute: str) -> Any:
        if attribute.startswith("__"):  # what Python itself looks for while it imports
            raise AttributeError(attribute)
        return getattr(import_module(name), attribute)

    def test_client(*args: Any, **kwargs: Any) -> Any:  # the one name taken out of its module at once
        return late("TestClient")(*args, **kwargs)

    module = ModuleType(name)
    vars(module).update({"__getattr__": late, "TestClient": test_client})
    return module


with _importing_connexion():
    from connexion.exceptions import ProblemException as Problem
    from connexion.middleware.request_validation import RequestValidationMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.resolver import Resolver
    from connexion.spec import OpenAPISpecification, Specification

__all__ = ["Problem", "Specification", "route", "skeleton"]


class _Known(OpenAPISpecification):  # type: ignore[misc]  # Connexion publishes no types
    """A skeleton. It is of our own making and a test has it checked; at each start that would take longest of all."""

    @classmethod
    def _validate_spec(cls, spec: Any) -> None:
        """Nothing is left to check."""


def route(validators: Sequence[Validator], app: ASGIApp) -> ASGIApp:
    """An ASGI app that finds each request's operation, has it checked, and passes all requests on to `app`.

    Every document needs a base path of its own, since Connexion would serve only the first of two;
    ValueError for such a pair.
    """
    bases = [one.document.base_path for one in validators]
    if shared := sorted({base for base in bases if bases.count(base) > 1}):
        raise ValueError(f"More than one document has the base path {shared[0] or '/'}.")
    checking = RequestValidationMiddleware(app)
    routing = RoutingMiddleware(checking)

    def beneath(one: Validator) -> int:
        return sum(base.startswith(f"{one.document.base_path}/") for base in bases)

    # Starlette takes the first that fits, so what others lie beneath comes after them
    for one in sorted(validators, key=beneath):
        for layer in (checking, routing):
            layer.add_api(
                _Known(skeleton(one.document)),
                resolver=Resolver(lambda name: name),
                uri_parser_class=lambda *_: None,
                validator_map=one.map(),
            )
    _refuse_slashes(routing)
    routed: ASGIApp = routing
    return routed


def skeleton(document: Document) -> dict[str, Any]:
    """What Connexion acts on of a document: paths, path parameters and media types.

    The whole would do as well, but copying and resolving it at each start takes long. A test has the whole
    documents checked, and their skeletons.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in document.operations.values():
        path = operation.path.removeprefix(document.base_path)
        said: dict[str, Any] = {
            "operationId": operation.operation_id,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in operation.path_parameters
            ],
            "responses": {"default": {"description": "Any answer."}},
        }
        if operation.bodies:
            content = {media: {"schema": {"title": media}} for media in operation.bodies}
            said["requestBody"] = {"required": operation.body_required, "content": content}
        paths.setdefault(path, {})[operation.method.lower()] = said
    return {
        "openapi": "3.0.3",
        "info": {"title": document.title, "version": "1"},
        "servers": [{"url": document.base_path or "/"}],
        "paths": paths,
    }


def _refuse_slashes(routing: RoutingMiddleware) -> None:
    # Starlette would redirect a path with a slash too many, to a URL made from the Host header
    routing.router.redirect_slashes = False
    for mounted in routing.router.routes:
        mounted.app.redirect_slashes = False
