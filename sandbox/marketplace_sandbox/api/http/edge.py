"""The way in: one ASGI app out of documents, their operations and the plain routes of a Flask app.

Connexion routes and has the requests checked; whatever goes wrong leaves in the platform's shape.
Knows nothing of orders, sellers or tokens.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import flask
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException as StarletteRefusal
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http import swagger_ui, views
from marketplace_sandbox.api.http.bridge import Answer, Bridge, respond
from marketplace_sandbox.api.http.calls import Call, Reply
from marketplace_sandbox.api.http.complaints import shown
from marketplace_sandbox.api.http.errors import ApiError, by_status, too_large, wrong_method
from marketplace_sandbox.api.http.openapi import Document, find, load
from marketplace_sandbox.api.http.redaction import redacted_text
from marketplace_sandbox.api.http.routing import Problem, route
from marketplace_sandbox.api.http.validation import EXCHANGE, ClientGoneError, Exchange, Validator

__all__ = ["Api", "BodyLimits", "Call", "Exchange", "Reply", "build_app"]

logger = logging.getLogger("marketplace_sandbox.api")

REQUEST_ID_HEADER = b"x-amzn-RequestId"


Dialect = Callable[[Exchange, ApiError], Answer | None]
"""A refusal in the shape of paths that are no API's; None for any other path."""


@dataclass(frozen=True)
class Api:
    """One served document: its file name, an object with a method per operationId or a tuple of several, and whether
    its GETs are pure reads of published state, fit for the event loop. An operation without a method is a 501.
    """

    document: str
    operations: object
    inline: bool = False


@dataclass(frozen=True)
class BodyLimits:
    """What a request may weigh: bytes of body, levels of JSON."""

    body_bytes: int = 10 * 1024 * 1024
    json_levels: int = 64


def build_app(
    apis: Sequence[Api],
    *,
    flask_app: flask.Flask,
    public: str = "",
    limits: BodyLimits = BodyLimits(),
    request_ids: Callable[[], str] = lambda: str(uuid4()),
    fallback: views.Fallback | None = None,
    observe: Callable[[Exchange], None] | None = None,
    dialect: Dialect | None = None,
) -> "Edge":
    """The whole server as an ASGI app. Plain routes are added to `flask_app` before.

    `public` is the base URL clients reach us by. `fallback` is asked in a Flask request for paths and
    methods nobody serves; None from it means refuse. `observe` sees every exchange once it is answered,
    on the event loop, so it must be quick. `dialect` is asked how a refusal looks that no API has seen.
    """
    served = [(load(openapi_dir() / api.document), api) for api in apis]
    swagger_ui.add_to(flask_app, public)
    documents = [document for document, _ in served]
    for document, api in served:
        views.add(flask_app, document, api.operations)
    views.shape_errors(flask_app, documents, fallback)
    bridge = Bridge(flask_app.wsgi_app)
    routed = route([_validator(document, api, limits) for document, api in served], bridge)
    return Edge(routed, bridge, documents, limits, request_ids, observe, dialect)


class Edge:
    """The outermost layer: limits, request ids, and the shape of everything that went wrong."""

    def __init__(
        self,
        routed: ASGIApp,
        bridge: Bridge,
        documents: Sequence[Document],
        limits: BodyLimits,
        request_ids: Callable[[], str],
        observe: Callable[[Exchange], None] | None,
        dialect: Dialect | None,
    ) -> None:
        self.routed = routed
        self.bridge = bridge
        self.documents = documents
        self.limits = limits
        self.request_ids = request_ids
        self.observe = observe
        self.dialect = dialect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close"})

    def close(self) -> None:
        """Lets the threads go. The app may be served again afterwards."""
        self.bridge.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = scope[EXCHANGE] = _exchange(scope, self.request_ids())
        scope["app"] = self  # Starlette's router raises its refusals only when it sees an app
        tagged = _tagged(send, exchange)
        try:
            self._weigh(exchange)
            await self.routed(scope, self._bounded(receive), tagged)
        except ClientGoneError:
            return
        except Exception as problem:
            if exchange.status:
                raise
            await respond(self._refusal(problem, exchange), tagged)
        if self.observe is not None:
            self.observe(exchange)

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def _weigh(self, exchange: Exchange) -> None:
        length = exchange.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.limits.body_bytes:
            raise too_large(self.limits.body_bytes)

    def _bounded(self, receive: Receive) -> Receive:
        """The same messages, until they are more than the limit: chunks come without a length."""
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self.limits.body_bytes:
                raise too_large(self.limits.body_bytes)
            return message

        return bounded

    def _refusal(self, problem: Exception, exchange: Exchange) -> Answer:
        if isinstance(problem, StarletteRefusal) and problem.status_code == 405:
            methods = _methods(self.documents, exchange.url_path)
            if exchange.method == "OPTIONS":
                allow = ", ".join(sorted(methods)).encode()
                return Answer(204, [(b"Allow", allow)], b"")
            return _answer(wrong_method(exchange.method, exchange.url_path, methods), exchange)
        error = self._error(problem, exchange)
        shaped = self.dialect(exchange, error) if self.dialect else None
        return shaped or _answer(error, exchange)

    def _error(self, problem: Exception, exchange: Exchange) -> ApiError:
        if isinstance(problem, ApiError):
            return problem
        if isinstance(problem, Problem) and problem.status == 415:
            return self._wrong_media_type(exchange)
        if isinstance(problem, Problem):
            return by_status(problem.status)
        if isinstance(problem, StarletteRefusal):
            return by_status(problem.status_code)
        logger.error("%s %s failed", exchange.method, redacted_text(exchange.url_path), exc_info=problem)
        return by_status(500)

    def _wrong_media_type(self, exchange: Exchange) -> ApiError:
        got = exchange.headers.get("content-type", "")
        taken = {
            media
            for operation in find(self.documents, exchange.url_path)
            if operation.method == exchange.method
            for media in operation.bodies
        }
        message = f"Content-Type must be {' or '.join(sorted(taken))}, got {shown(got)}."
        return ApiError(415, by_status(415).code, message)


def _exchange(scope: Scope, request_id: str) -> Exchange:
    return Exchange(
        request_id=request_id,
        method=scope["method"],
        url_path=scope["path"],
        query_string=scope["query_string"].decode("latin-1"),
        headers=Headers(scope=scope),
    )


def _tagged(send: Send, exchange: Exchange) -> Send:
    """Notes the answer's status and adds the request's id to it."""

    async def tagged(message: Message) -> None:
        if message["type"] == "http.response.start":
            exchange.status = message["status"]
            message["headers"].append((REQUEST_ID_HEADER, exchange.request_id.encode()))
        await send(message)

    return tagged


def _answer(error: ApiError, exchange: Exchange) -> Answer:
    body = error.body()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    headers += [(name.encode(), text.encode()) for name, text in error.headers.items()]
    return Answer(error.status, headers, b"" if exchange.method == "HEAD" else body)


def _methods(documents: Iterable[Document], path: str) -> set[str]:
    methods = {operation.method for operation in find(documents, path)}
    return methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())


def _validator(document: Document, api: Api, limits: BodyLimits) -> Validator:
    built = frozenset(views.built(document, api.operations))
    return Validator(document, built, api.inline, limits.json_levels)
