"""Tokens 2021-03-01: restricted data tokens, which show personal data on the paths they were asked for.

Knows which reads of orders have personal data, and that a report's document is named in full. Shows none itself.
"""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.admission.access import RATE_LIMIT, Access, Caller, invalid
from marketplace_sandbox.api.admission.credentials import TOKEN_SECONDS, Resource
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.http.openapi import find, load
from marketplace_sandbox.api.spapi.tokens.schemas import RestrictedDataTokenSchema, RestrictedResourceSchema
from marketplace_sandbox.core.reports.reports import UnknownReportError
from marketplace_sandbox.core.text.quoting import nearest_path, quote
from marketplace_sandbox.core.world.world import World

ORDERS = "/orders/v0"
DOCUMENTS = "/reports/2021-06-30/documents/"
NEED_ELEMENTS = ("getOrders", "getOrder", "getOrderItems")
"""Reads that show personal data only by the element."""

NOT_SHOWN: Mapping[str, tuple[str, ...]] = {"getOrderItems": ("shippingAddress",)}
"""Elements that a read does not have, and that nobody has access to there."""

ELSEWHERE = ("/mfn/v0/shipments", "/vendor/directFulfillment/", "/fba/outbound/brazil/v0/shipments")
"""Where restricted operations stand that the sandbox has not. A program may ask for them together with those it has, so
they are taken: shipments of the seller's own, of vendors and of Brazil, from the published list and the model's text.
"""


class Tokens:
    """The operations of the document."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._orders = load(openapi_dir() / "orders-v0.yaml")

    def createRestrictedDataToken(self, call: Call, caller: Caller) -> Reply:
        body: dict[str, Any] = call.body
        requested: list[dict[str, Any]] = RestrictedResourceSchema(many=True).load(body.get("restrictedResources", []))
        if not requested:
            raise _missing()
        world = caller.world
        resources = [
            self._resource(f"restrictedResources[{index}]", each, world) for index, each in enumerate(requested)
        ]
        token = self._access.credentials.restricted_token(caller.world.opening.holder, resources, caller.application)
        body = RestrictedDataTokenSchema().dump({"token": token, "seconds": TOKEN_SECONDS})
        return Reply(body=body, headers=RATE_LIMIT)

    def _resource(self, field: str, requested: dict[str, Any], world: World) -> Resource:
        for name in ("method", "path"):
            if not requested[name]:
                raise _missing(f" {field}.{name} is required.")
        method, path = requested["method"], requested["path"]
        if not path.startswith("/") or "?" in path or any(each.isspace() for each in path):
            raise invalid(f"{field}.path is a path from the root without a query, such as {ORDERS}/orders.", field)
        if path.startswith(ORDERS):
            self._check_read(field, method, path, requested["elements"])
        elif path.startswith(DOCUMENTS) and method == "GET":
            _check_document(field, path.removeprefix(DOCUMENTS), world)
        elif not path.startswith(ELSEWHERE):
            raise invalid(f"{field} names {method} {path[:200]}, which is not restricted{self._hint(path)}", field)
        return Resource(method, path, tuple(requested["elements"]))

    def _hint(self, path: str) -> str:
        reads = [each.path for each in self._orders.operations.values() if each.method == "GET"]
        near = nearest_path(path, [*reads, f"{DOCUMENTS}{{reportDocumentId}}"])
        return f"; the nearest that is: GET {near}." if near else "."

    def _check_read(self, field: str, method: str, path: str, elements: list[str]) -> None:
        """Refuses what is no operation of Orders v0, and reads without the elements they need."""
        known = [each for each in find([self._orders], path) if each.method == method]
        if not known:
            paths = [each.path for each in self._orders.operations.values() if each.method == method]
            near = nearest_path(path, paths)
            meant = f"; did you mean {near}?" if near else "."
            raise invalid(f"{field} names {method} {path[:200]}, which Orders v0 does not have{meant}", field)
        if known[0].operation_id in NEED_ELEMENTS and not elements:
            raise invalid(f"{field}.dataElements must name the elements to show for {known[0].path}.", field)
        if refused := [each for each in elements if each in NOT_SHOWN.get(known[0].operation_id, ())]:
            named = ", ".join(dict.fromkeys(refused))
            raise invalid(f"Application does not have access to one or more requested data elements: [{named}]")


def _missing(what: str = "") -> ApiError:
    """The platform's words for a request that names no resource, or none in full."""
    message = "Request is missing or has invalid parameters"
    return ApiError(400, "InvalidRequest", message, f"Resource not provided.{what}", RATE_LIMIT)


def _check_document(field: str, document_id: str, world: World) -> None:
    """Refuses what is no document of this seller's; a name in braces is none."""
    try:
        world.state.reports.of_document(document_id, world.now())
    except UnknownReportError:
        found = f"Invalid or unsupported document ID found: {quote(document_id)} in {field}.path"
        raise invalid(f"{found} is no document of the seller's reports.", field) from None
