"""Runs a read of Orders v0 and what replaces it inside the server, by the real operations, and compares the answers.

What is called is checked by the documents as if a client had sent it. It is not counted, meets no fault, and is in no
log. Both see the world at one moment, whatever its clock does meanwhile.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol, cast
from urllib.parse import unquote

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.admission.access import Caller
from marketplace_sandbox.api.admission.credentials import Resource
from marketplace_sandbox.api.field_mapping.projections import Projection
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.http.openapi import Document, Operation, load
from marketplace_sandbox.api.http.validation import read_path, read_query
from marketplace_sandbox.api.migration.comparison import (
    Comparison,
    Difference,
    FieldResult,
    Place,
    compare_order,
    included_data,
    order_id_of,
)
from marketplace_sandbox.api.migration.requests import Replacement, Request, first_page_of, replace_read
from marketplace_sandbox.api.shared.order_lists import ListPosition, OrderLists
from marketplace_sandbox.api.shared.pagination import PageTokenError
from marketplace_sandbox.api.spapi.orders_2026 import query as latest_query
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.core.world.world import World

Json = dict[str, Any]

ELEMENTS = ("buyerInfo", "shippingAddress", "buyerTaxInformation")
_PATHS = ("", "/{orderId}", "/{orderId}/buyerInfo", "/{orderId}/address", "/{orderId}/orderItems",
          "/{orderId}/orderItems/buyerInfo")  # fmt: skip
EVERY_RIGHT = tuple(Resource("GET", f"/orders/v0/orders{each}", ELEMENTS) for each in _PATHS)
"""What restricted data tokens for every read of v0 would show."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is done to compare one read.

    One page of getOrders is looked for in `most_pages` of searchOrders, where a client filters what comes; `pause` is
    called after each order and each page, so that others have their turn.
    """

    most_pages: int
    pause: Callable[[], None] = lambda: None


WHOLE = Effort(50)


class HasOrderLists(Protocol):
    """The operations of either generation."""

    order_lists: OrderLists


class WorldAtInstant:
    """A world whose clock stands at an instant, good for reading only. `itself` is the world."""

    def __init__(self, world: World, at: datetime) -> None:
        self.itself = world
        self._at = at

    def now(self) -> datetime:
        """The instant."""
        return self._at

    def __getattr__(self, name: str) -> Any:
        return getattr(self.itself, name)


def world_at(world: World, at: datetime) -> World:
    """The world with its clock at an instant."""
    return cast(World, WorldAtInstant(world, at))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered inside the server."""

    status: int
    body: Any

    @property
    def problem(self) -> str:
        """What a refusal says; nothing of any other answer."""
        return "" if self.status < 400 else str(self.body["errors"][0]["message"])


class Generation:
    """The operations of one document, called as a client would."""

    def __init__(self, document: str, operations: HasOrderLists) -> None:
        self.document: Document = load(openapi_dir() / document)
        self.operations = operations

    def find(self, method: str, path: str) -> tuple[Operation, Mapping[str, str]] | None:
        """The operation of a path, and what stands in it; None where there is none."""
        for operation in self.document.operations.values():
            values = operation.path_values(path) if operation.method == method else None
            if values is not None:
                return operation, values
        return None

    def read_call(self, method: str, path: str, query_string: str) -> Call:
        """A call by the document. Raises ApiError for what does not fit it, LookupError where there is no operation."""
        found = self.find(method, path)
        if found is None:
            raise LookupError(path)
        operation, values = found
        return Call(
            operation.operation_id, method, path, read_path(operation, values), read_query(operation, query_string),
            None, {}, "", operation.extensions,
        )  # fmt: skip

    def perform(self, call: Call, caller: Caller) -> Answer:
        """What a call is answered."""
        try:
            reply: Reply = getattr(self.operations, call.operation_id)(call, caller)
        except ApiError as refusal:
            return Answer(refusal.status, {"errors": [refusal.to_json()]})
        body = json.loads(reply.body) if isinstance(reply.body, bytes) else reply.body
        return Answer(reply.status, body)


@dataclass(slots=True)
class Rehearsal:
    """A read of v0, what replaces it, and what came of comparing their answers.

    `plan` is the published usage plan of what replaces it. `why` is why not all was compared, or nothing, and
    `is_cut` that there were too many pages. `untold` counts the orders of which a filter of the client cannot say
    whether they pass.
    """

    call: Call
    replacement: Replacement
    v0: Answer
    requests: list[Request] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    included: list[str] = field(default_factory=list)
    comparison: Comparison = field(default_factory=Comparison)
    plan: Json | None = None
    why: str = ""
    is_cut: bool = False
    untold: int = 0
    v0_orders: int = 0
    latest_orders: int = 0

    @property
    def paging(self) -> Json | None:
        """How the pages of the two differ; None of what has no pages, or was refused."""
        if self.v0.status != HTTPStatus.OK:
            return None
        if self.call.operation_id == "getOrders":
            pages = {"v0": 1, "latest": len(self.answers)}
            admitted = {"v0_orders": self.v0_orders, "latest_orders": self.latest_orders, "untold": self.untold}
            return {"pages": pages, **admitted}
        if "NextToken" in self.call.query or "NextToken" in (self.v0.body.get("payload") or {}):
            return {"pages": {"v0": None, "latest": 1}, "v0_orders": 1, "latest_orders": 1, "untold": 0}
        return None


class Rehearsals:
    """Rehearses reads of v0, with the operations of both generations."""

    def __init__(self, v0: HasOrderLists, latest: HasOrderLists) -> None:
        self.v0 = Generation("orders-v0.yaml", v0)
        self.latest = Generation("orders-2026-01-01.yaml", latest)

    def rehearse(self, world: World, path: str, query_string: str) -> Rehearsal:
        """A read of v0 as if every restricted data token had been fetched for it. Raises ApiError, LookupError."""
        call = self.v0.read_call("GET", path, query_string)
        at = world_at(world, world.now())
        return self.compare(call, Caller(at, EVERY_RIGHT), None)

    def compare(self, call: Call, caller: Caller, answered: Answer | None, effort: Effort = WHOLE) -> Rehearsal:
        """A read and what replaces it, by a caller in a world at an instant; `answered` is what v0 has answered."""
        v0 = answered or self.v0.perform(call, caller)
        first_page, problem = self._first_page(call, caller.world)
        regions = {MARKETPLACES[each].region for each in caller.world.marketplace_ids}
        rehearsal = Rehearsal(call, replace_read(call, regions, first_page), v0)
        found = projections_of_v0(call.operation_id, v0.body) if v0.status == HTTPStatus.OK else []
        rehearsal.v0_orders = len(found)
        rehearsal.included = included_data(call.operation_id, found, rehearsal.replacement.data_sets)
        if problem or v0.status != HTTPStatus.OK:
            rehearsal.requests = list(rehearsal.replacement.requests(rehearsal.included))
            rehearsal.plan = next(map(self._plan_of, rehearsal.requests), None)
            rehearsal.why = problem or f"v0 refuses it in this world: {v0.problem}"
            return rehearsal
        if v0.body.get("payload") == {}:
            rehearsal.why = "v0 answers an unknown order with an empty payload, 2026-01-01 with 404."
        if rehearsal.replacement.order_ids is None:
            orders = self._run_search(rehearsal, caller, found, effort)
        else:
            orders = self._run_reads(rehearsal, caller)
        if orders is not None:
            _compare_lists(rehearsal, found, orders)
            for each in found:
                if order_id_of(each) in orders:
                    new = orders[order_id_of(each)]
                    personal = _sees_all(call, caller)
                    compare_order(rehearsal.comparison, call.operation_id, each, new, personal=personal)
                    effort.pause()
        return rehearsal

    def _first_page(self, call: Call, world: World) -> tuple[Mapping[str, Any] | None, str]:
        """What the list of a NextToken began with; or why that cannot be known."""
        if call.operation_id != "getOrders" or "NextToken" not in call.query:
            return None, ""
        try:
            position = self._position(call, world)
        except PageTokenError:
            return {}, "Its NextToken was not issued in this world: replay the call that began the list."
        # a further page may have another size than the first one
        size = {name: value for name, value in call.query.items() if name == "MaxResultsPerPage"}
        return {**first_page_of(position.filter), **size}, ""

    def _position(self, call: Call, world: World) -> ListPosition:
        return self.v0.operations.order_lists.position_of(world, call.query["NextToken"])

    def _run_reads(self, rehearsal: Rehearsal, caller: Caller) -> dict[str, Projection]:
        """Reads an order that is known by its id, or each of several."""
        orders: dict[str, Projection] = {}
        for request in rehearsal.replacement.requests(rehearsal.included):
            answer = self._perform(rehearsal, request, caller.world)
            if answer.status == HTTPStatus.OK:
                order = projection_of_latest(answer.body["order"])
                orders[order_id_of(order)] = order
        return orders

    def _run_search(
        self, rehearsal: Rehearsal, caller: Caller, found: Sequence[Projection], effort: Effort
    ) -> dict[str, Projection] | None:
        """Searches, page after page until all is there that the page of v0 has; None where that is refused."""
        orders: dict[str, Projection] = {}
        wanted = {order_id_of(each) for each in found}
        more_in_v0 = "NextToken" in rehearsal.v0.body["payload"]
        filters = bool(rehearsal.replacement.client_filters)
        token = self._first_token(rehearsal, caller.world)
        while True:
            (request,) = rehearsal.replacement.requests(rehearsal.included, token)
            answer = self._perform(rehearsal, request, caller.world)
            if answer.status != HTTPStatus.OK:
                _note_refused_search(rehearsal, found)
                return None
            orders |= {each["orderId"]: projection_of_latest(each) for each in answer.body["orders"]}
            token = answer.body.get("pagination", {}).get("nextToken", "")
            if not filters or not token or (more_in_v0 and wanted <= orders.keys()):
                break
            if len(rehearsal.answers) == effort.most_pages:
                rehearsal.is_cut = True
                rehearsal.why = (
                    f"What comes after {write_count(effort.most_pages, 'pages')} of searchOrders was not compared."
                )
                break
            effort.pause()
        if not filters and bool(token) != more_in_v0:
            rehearsal.comparison.disagree("further page", Place(None), more_in_v0, bool(token))
        _compare_bounds(rehearsal)
        return orders

    def _first_token(self, rehearsal: Rehearsal, world: World) -> str:
        """The token that 2026-01-01 would have given at the end of the page before; none for the first page."""
        if "NextToken" not in rehearsal.call.query:
            return ""
        position = self._position(rehearsal.call, world)
        (request,) = rehearsal.replacement.requests(rehearsal.included)
        asked = latest_query.read(self.latest.read_call("GET", request.path, request.query_string).query)
        return self.latest.operations.order_lists.token_of(world, replace(position, filter=asked))

    def _plan_of(self, request: Request) -> Json | None:
        """The published usage plan of a call of 2026-01-01 that is not made."""
        found = self.latest.find("GET", unquote(request.path))
        return found[0].extensions.get("x-usage-plan") if found else None

    def _perform(self, rehearsal: Rehearsal, request: Request, world: World) -> Answer:
        """Makes a call of 2026-01-01, which takes an ordinary access token."""
        call = self.latest.read_call("GET", unquote(request.path), request.query_string)
        answer = self.latest.perform(call, Caller(world))
        rehearsal.plan = call.extensions.get("x-usage-plan")
        rehearsal.requests.append(request)
        rehearsal.answers.append(answer)
        return answer


# What the answers have


def projections_of_v0(operation: str, body: Json) -> list[Projection]:
    """The orders of an answer of v0, those parts of them that the operation is about in their place in the order."""
    payload = body.get("payload") or {}
    if operation == "getOrders":
        return [Projection(each, {}) for each in payload["Orders"]]
    if not payload:
        return []
    order = {"AmazonOrderId": payload["AmazonOrderId"]}
    rest = {name: value for name, value in payload.items() if name not in ("AmazonOrderId", "NextToken")}
    if operation == "getOrderBuyerInfo":
        return [Projection(order | ({"BuyerInfo": rest} if rest else {}), {})]
    if operation == "getOrderItems":
        return [Projection(order, {each["OrderItemId"]: each for each in payload["OrderItems"]})]
    if operation == "getOrderItemsBuyerInfo":
        items = {}
        for each in payload["OrderItems"]:
            order_item_id = each["OrderItemId"]
            wishes = {name: value for name, value in each.items() if name != "OrderItemId"}
            items[order_item_id] = {"OrderItemId": order_item_id, "BuyerInfo": wishes}
        return [Projection(order, items)]
    return [Projection(order | rest, {})]


def projection_of_latest(order: Json) -> Projection:
    """An order of 2026-01-01, with its items."""
    return Projection(order, {each["orderItemId"]: each for each in order["orderItems"]})


# What is compared


def _compare_lists(rehearsal: Rehearsal, found: Sequence[Projection], orders: Mapping[str, Projection]) -> None:
    """Which orders either has, once the filters of the client are applied, and in which sequence."""
    said = {order_id: rehearsal.replacement.admits(each.order) for order_id, each in orders.items()}
    admitted = [order_id for order_id, passes in said.items() if passes]
    wanted = [order_id_of(each) for each in found]
    rehearsal.untold = sum(passes is None for passes in said.values())
    rehearsal.latest_orders = len(admitted)
    for order_id in wanted:
        if said.get(order_id, None if rehearsal.is_cut else False) is False:
            rehearsal.comparison.disagree("is listed", Place(order_id), True, False)
    for order_id in set(admitted) & _ids_of_page(rehearsal, list(orders), wanted) - set(wanted):
        rehearsal.comparison.disagree("is listed", Place(order_id), False, True)
    both = [each for each in wanted if each in admitted]
    in_order = [each for each in admitted if each in both]
    if rehearsal.replacement.order_ids is None and both != in_order:
        rehearsal.comparison.disagree("sequence", Place(None), both[:10], in_order[:10])


def _ids_of_page(rehearsal: Rehearsal, listed: Sequence[str], wanted: Sequence[str]) -> set[str]:
    """The orders of 2026-01-01 that would be on this page of v0, were they listed; others are on further pages."""
    more_in_v0 = "NextToken" in (rehearsal.v0.body.get("payload") or {})
    if rehearsal.replacement.order_ids is not None:  # all of them are read, whichever page they would be on
        return set() if more_in_v0 or "NextToken" in rehearsal.call.query else set(listed)
    if not more_in_v0:
        return set(listed)
    last = max((listed.index(each) for each in wanted if each in listed), default=-1)
    return set(listed[: last + 1])


def _sees_all(call: Call, caller: Caller) -> bool:
    """Whether the token of a read of v0 was good for all personal data that the read may have."""
    if call.operation_id in ("getOrderBuyerInfo", "getOrderAddress", "getOrderItemsBuyerInfo"):
        return caller.sees(call)
    return all(caller.sees(call, each) for each in ELEMENTS)


def _compare_bounds(rehearsal: Rehearsal) -> None:
    """The upper bound in force, which a poller takes as its next watermark."""
    payload, first = rehearsal.v0.body["payload"], rehearsal.answers[0].body
    for old, new in (("CreatedBefore", "createdBefore"), ("LastUpdatedBefore", "lastUpdatedBefore")):
        if payload.get(old) != first.get(new):
            rehearsal.comparison.disagree(old, Place(None), payload.get(old), first.get(new))
        elif old in payload:
            kinds, values = {Difference.RENAMED}, [Place(None).to_json(payload[old], first[new])]
            note = "The upper bound in force, which a poller takes as its next watermark."
            rehearsal.comparison.fields[old] = FieldResult("upper bound", old, new, note, kinds, 1, values)


def _note_refused_search(rehearsal: Rehearsal, found: Sequence[Projection]) -> None:
    """A search that is refused where v0 was not: of marketplaces of another region, where v0 lists nothing."""
    answer = rehearsal.answers[-1]
    if answer.status == HTTPStatus.FORBIDDEN and not found:
        rehearsal.why = f"v0 lists nothing, 2026-01-01 refuses it: {answer.problem}"
    else:
        rehearsal.comparison.disagree("status", Place(None), rehearsal.v0.status, answer.status)
