"""What would have been accepted instead of a rejected call: its path, parameters, credentials, or another action."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.admission.request_log import LoggedCall
from marketplace_sandbox.api.http.openapi import METHODS, Document, load
from marketplace_sandbox.core.rules import table
from marketplace_sandbox.core.rules.stages import STAGES, stage_of
from marketplace_sandbox.core.text.quoting import nearest_path
from marketplace_sandbox.core.world.world import World

OURS = ("control.yaml", "health.yaml")
_ORDER_ID = re.compile(r"\b\d{3}-\d{7}-\d{7}\b")
MOST_ORDERS = 3

Tree = dict[str, Any]


@dataclass(frozen=True)
class Advice:
    """What to do instead, in a sentence, and the page that leads on: its name and address."""

    text: str
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Parameter:
    """What an operation takes by a name: where it stands, what it has to look like, and what it means."""

    name: str
    where: str
    required: bool
    form: str
    about: str


@dataclass(frozen=True)
class Taken:
    """What an operation takes: its method and path, parameters, and the fields of its body that it cannot do without.

    `documents` is the address of its document.
    """

    method: str
    path: str
    parameters: tuple[Parameter, ...]
    fields: tuple[str, ...]
    documents: str


def advise(call: LoggedCall, world: World) -> list[Advice]:
    """What would have been accepted, what keeps all else from working first."""
    return [*_by_notes(call), *_by_path(call), *_by_credentials(call), *_by_order(call, world)]


def takes(call: LoggedCall) -> Taken | None:
    """What the operation of a call takes; None for a call that met none."""
    for document in _documents():
        operation = document.operations.get(call.operation)
        if operation is None or not _is_at(operation.path, call.path):
            continue
        described, shared = _find(document, call.operation)
        parameters = [document.resolve(each) for each in (*shared, *described.get("parameters", ()))]
        return Taken(
            operation.method,
            operation.path.partition("#")[0],
            tuple(_parameter(document, each) for each in parameters if each["in"] in ("query", "path")),
            _fields(document, described),
            f"/docs/{document.stem}/",
        )
    return None


def _by_notes(call: LoggedCall) -> Iterator[Advice]:
    notes = " ".join(call.notes)
    if "met fault-" in notes:
        yield Advice("It went wrong on purpose: a fault stands for such calls.", "What goes wrong next", "/faults")
    elif "throttled" in notes or call.status == 429:
        yield Advice(
            "The same call, later: its bucket fills again by its rate.", "Buckets as they stand", "/faults#limits"
        )
    if "a fault has ended this token" in notes:
        yield Advice(
            "The same call with a new access token: a fault has ended this one.", "What goes wrong next", "/faults"
        )


def _by_path(call: LoggedCall) -> Iterator[Advice]:
    if call.operation:
        return
    served = {
        each.path.partition("#")[0]: each.method
        for one in _documents()
        for each in one.operations.values()
        if each.is_built
    }
    alike = [each for each in served if each.split("/")[1:3] == call.path.split("/")[1:3]]
    near = nearest_path(call.path, alike) or nearest_path(call.path, served)
    if near:
        yield Advice(f"The nearest path that is served: {served[near]} {near}", "API documents", "/docs")
    else:
        yield Advice("No path that is served is near to this one.", "API documents", "/docs")


def _by_credentials(call: LoggedCall) -> Iterator[Advice]:
    if (call.operation and call.status in (401, 403)) or (call.operation == "createAccessToken" and call.status == 400):
        yield Advice(
            "An access token of this seller's, fetched with the seller's own credentials and not yet expired.",
            "Credentials",
            "/#credentials",
        )


def _by_order(call: LoggedCall, world: World) -> Iterator[Advice]:
    """Where the orders that it names stand, and what may happen to each now."""
    named = dict.fromkeys(_ORDER_ID.findall(f"{call.path} {call.query} {call.body.to_text() or ''}"))
    for order_id in list(named)[:MOST_ORDERS]:
        order = world.orders.get(order_id)
        if order is None:
            latest = next(reversed(list(world.orders)), "")
            there_is = f" The latest there is: {latest}." if latest else " There is none yet."
            yield Advice(f"There is no order {order_id} of this seller.{there_is}", "Manage Orders", "/seller/orders")
            continue
        now, policy = world.now(), world.policy
        allowed = ", ".join(table.allowed_actions(order, now, policy)) or "nothing"
        about = STAGES[stage_of(order, now, policy)].about.rstrip(".")
        text = f"Order {order_id} is {order.status}: {about}. What would be accepted now: {allowed}."
        yield Advice(text, f"Order {order_id}", f"/seller/orders/{order_id}")


@lru_cache
def _documents() -> tuple[Document, ...]:
    """The documents of the platform's APIs."""
    return tuple(load(each) for each in sorted(openapi_dir().glob("*.yaml")) if each.name not in OURS)


def _is_at(template: str, path: str) -> bool:
    """Whether an operation's path begins as a call's does, for some names stand in several documents."""
    return template.split("/")[1:3] == path.split("/")[1:3] or template.partition("#")[0] == path


def _find(document: Document, operation_id: str) -> tuple[Tree, list[Tree]]:
    """What a document says of an operation, and the parameters of all at its path."""
    for item in document.tree["paths"].values():
        for method in METHODS:
            if method in item and item[method]["operationId"] == operation_id:
                return item[method], item.get("parameters", [])
    raise LookupError(operation_id)


def _parameter(document: Document, described: Tree) -> Parameter:
    schema = document.resolve(described["schema"])
    about = str(described.get("description") or schema.get("description") or "").replace("`", "").strip()
    return Parameter(
        described["name"], described["in"], bool(described.get("required")), _form(document, schema), about
    )


def _form(document: Document, schema: Tree) -> str:
    """What a value has to look like, in words."""
    if schema.get("type") == "array":
        return f"a list of {_form(document, document.resolve(schema['items']))}, separated by commas"
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    form = {"date-time": "an instant, such as 2026-03-02T16:00:00Z"}.get(schema.get("format", ""), "")
    form = form or {"integer": "a whole number", "boolean": "true or false"}.get(schema.get("type", ""), "text")
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f"{form} from {least} to {most}"
    return form


def _fields(document: Document, described: Tree) -> tuple[str, ...]:
    """The fields that a JSON body needs."""
    body = document.resolve(described.get("requestBody", {}))
    content: Tree = next(iter(body.get("content", {}).values()), {})
    return tuple(document.resolve(content.get("schema", {})).get("required", ()))
