"""The Flask side: a view for each operation, and the platform's shape for what Flask refuses.

Knows Flask and the documents' paths. Knows nothing of how a request got here or what operations do.
"""

import logging
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException as FlaskRefusal
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from marketplace_sandbox.api.http.bridge import CALL
from marketplace_sandbox.api.http.calls import Call, Reply, encode
from marketplace_sandbox.api.http.errors import ApiError, by_status, unknown_path, wrong_method
from marketplace_sandbox.api.http.openapi import NOT_BUILT, PLACEHOLDER, Document

logger = logging.getLogger("marketplace_sandbox.api")


class NotBuiltError(ValueError):
    """A document and the methods that answer its operations differ in what is built."""


Method = Callable[[Call], Reply]
Fallback = Callable[[], ResponseReturnValue | None]


def built(document: Document, operations: object) -> dict[str, Method]:
    """The operations there are methods for, of one object or of several in a tuple.

    Raises ValueError for an operation that two of them have.
    """
    holders = operations if isinstance(operations, tuple) else (operations,)
    methods: dict[str, Method] = {}
    for name in document.operations:
        found = [getattr(each, name) for each in holders if hasattr(each, name)]
        if len(found) > 1:
            raise ValueError(f"{name} of {document.name} has two methods, {found[0]} and {found[1]}; one has to go.")
        if found:
            methods[name] = found[0]
    return methods


def check_built(document: Document, operations: object) -> None:
    """Holds a document to what is built of it. Raises NotBuiltError naming the file and the mend."""
    methods, file = built(document, operations), f"openapi/{document.name}"
    for name, operation in document.operations.items():
        if name in methods and not operation.is_built:
            raise NotBuiltError(
                f"{name} is built, by {methods[name].__qualname__}, but {file} still has {NOT_BUILT} at it: "
                "take that line out, then run `make docs`."
            )
        if name not in methods and operation.is_built:
            raise NotBuiltError(
                f"{name} of {file} has no method: write one, or mark it with `{NOT_BUILT}: true` and run `make docs`."
            )


def add(flask_app: flask.Flask, document: Document, operations: object) -> None:
    """Adds the route of each operation there is a method for."""
    for name, method in built(document, operations).items():
        operation = document.operations[name]
        flask_app.add_url_rule(
            PLACEHOLDER.sub(lambda found: f"<{found[1].replace('-', '_')}>", operation.path),
            endpoint=f"{document.stem}:{name}",
            view_func=_view(method),
            methods=[operation.method],
        )


def _view(method: Method) -> Callable[..., flask.Response]:
    def view(**_: str) -> flask.Response:
        call: Call | None = flask.request.environ.get(CALL)
        if call is None:  # Flask takes a path that Connexion does not, such as one with two slashes
            raise unknown_path(flask.request.path, ())
        return _response(method(call))

    return view


def _response(reply: Reply) -> flask.Response:
    if reply.body is None:
        empty = flask.Response(status=reply.status, headers=reply.headers)
        empty.headers.remove("Content-Type")
        return empty
    body = reply.body if isinstance(reply.body, bytes) else encode(reply.body)
    kind = reply.headers.get("Content-Type", "application/json")
    return flask.Response(body, reply.status, reply.headers, content_type=kind)


def shape_errors(flask_app: flask.Flask, documents: Sequence[Document], fallback: Fallback | None) -> None:
    """Gives what Flask refuses, and what fails beneath it, the platform's shape."""

    def refused(problem: FlaskRefusal) -> ResponseReturnValue:
        if flask.request.routing_exception is problem:
            answer = fallback() if fallback else None
            return _error_response(_unserved(problem, documents)) if answer is None else answer
        if problem.response is not None:
            return problem.get_response()
        return _error_response(by_status(problem.code or 500))

    def failed(problem: Exception) -> flask.Response:
        request = flask.request
        logger.error("%s %s failed", request.method, request.path, exc_info=problem)
        return _error_response(by_status(500))

    flask_app.url_map.merge_slashes = False  # two slashes are another path, not a redirect
    flask_app.after_request(_without_host)
    flask_app.register_error_handler(ApiError, _error_response)
    flask_app.register_error_handler(FlaskRefusal, refused)
    flask_app.register_error_handler(Exception, failed)


def _without_host(response: flask.Response) -> flask.Response:
    """Flask's redirects to a path with a slash are whole URLs, made from a Host header not to be trusted."""
    redirect = flask.request.routing_exception
    if isinstance(redirect, RequestRedirect):
        target = urlsplit(redirect.new_url)
        response.location = target.path + (f"?{target.query}" if target.query else "")
        response.set_data(b"")
    return response


def _unserved(problem: FlaskRefusal, documents: Sequence[Document]) -> ApiError:
    request = flask.request
    if isinstance(problem, MethodNotAllowed):
        return wrong_method(request.method, request.path, problem.valid_methods or ())
    if isinstance(problem, NotFound):
        known = (one.path for document in documents for one in document.operations.values())
        return unknown_path(request.path, known)
    return by_status(problem.code or 500)


def _error_response(error: ApiError) -> flask.Response:
    return flask.Response(error.body(), error.status, error.headers, content_type="application/json")
