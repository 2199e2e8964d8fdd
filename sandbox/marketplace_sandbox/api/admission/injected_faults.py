"""What a fault makes of a call, the same in every dialect: a world seen wrongly, an answer gone wrong on its way.

Refusals are worded by whoever knows the dialect. Runs within a Flask request.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, cast

import flask

from marketplace_sandbox.api.admission.injected_answers import Disturbance, disturb
from marketplace_sandbox.api.http.bridge import SENDER, UNANSWERED
from marketplace_sandbox.core.faults.kinds import FaultRule
from marketplace_sandbox.core.instants import parse_span
from marketplace_sandbox.core.order import Order
from marketplace_sandbox.core.world import World

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"


class NotPerformedError(Exception):
    """The call ends here: whatever is answered now will not be sent."""


class Seen:
    """A world as a faulty read sees it: with these orders as of this version, or with short pages; else as it is.

    Good for reading only.
    """

    def __init__(self, world: World, **seen: Any) -> None:
        self._world = world
        vars(self).update(seen)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)


def seen(world: World, fault: FaultRule) -> World:
    """The world as the operation is to see it."""
    if fault.kind == "partial_page":
        return cast(World, Seen(world, longest_page=fault.arguments["keep"]))
    if fault.kind == "stale_read":
        return _stale(world, parse_span(fault.arguments["by"]), fault.selects.get("order_id", ""))
    return world


def _stale(world: World, by: timedelta, order_id: str) -> World:
    """The orders, or just one of them, as they stood a while ago. A version goes with all orders only."""
    at = world.now() - by
    state = world.state
    if order_id:
        then = dict(world.orders)
        old = state.order_at(order_id, at) if order_id in then else None
        then = _replaced(then, order_id, old)
        return cast(World, Seen(world, orders=then))
    known = {each: state.order_at(each, at) for each in list(world.orders)}
    orders = {each: order for each, order in known.items() if order is not None}
    versions = (each.version for values in list(state.history.values()) for each in values if each.at <= at)
    return cast(World, Seen(world, orders=orders, version=max(versions, default=1)))


def _replaced(orders: Mapping[str, Order], order_id: str, old: Order | None) -> dict[str, Order]:
    both = {each: old if each == order_id else order for each, order in orders.items()}
    return {each: order for each, order in both.items() if order is not None}


def spoil(fault: FaultRule) -> None:
    """Have the answer go wrong on its way, if the fault is of that kind. Raises NotPerformedError to end the call."""
    how = _disturbance(fault)
    if how is None:
        return
    environ = flask.request.environ
    environ[SENDER] = partial(disturb, how)
    if how.silent:
        environ[UNANSWERED] = True
        if not fault.arguments["performed"]:
            raise NotPerformedError


def _disturbance(fault: FaultRule) -> Disturbance | None:
    given = fault.arguments
    if fault.kind == "latency":
        return Disturbance(seconds=given["seconds"])
    if fault.kind == "timeout":
        return Disturbance(seconds=given["seconds"], silent=True)
    if fault.kind == "reset":
        return Disturbance(silent=True)
    if fault.kind == "truncated":
        return Disturbance(cut=True)
    if fault.kind == "malformed":
        # It says to be what was asked for, and is not: the content type is the operation's own.
        return Disturbance(body=given["body"].encode()) if "body" in given else Disturbance(halved=True)
    if fault.kind == "status" and "body" in given:
        return _with_body(given)
    return None


def _with_body(given: Mapping[str, Any]) -> Disturbance:
    body: str = given["body"]
    named = {name.lower(): text for name, text in given.get("headers", {}).items()}
    guessed = HTML if body.lstrip().startswith("<") else TEXT
    return Disturbance(body=body.encode(), media=named.get("content-type", guessed))


def told(fault: FaultRule) -> str:
    """What the request log says of a call that met a fault."""
    silent = fault.kind in ("timeout", "reset")
    ends = ", nothing was answered" if silent else ""
    performed = ", the call was performed" if silent and fault.arguments["performed"] else ""
    return f"met {fault.fault_id}: {fault.kind}{performed}{ends}"


def note(text: str) -> None:
    """Leaves a remark on the call for the request log."""
    flask.g.setdefault("notes", []).append(text)
