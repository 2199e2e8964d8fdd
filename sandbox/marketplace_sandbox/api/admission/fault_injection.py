"""Carries out faults of calls: the stations of the SP-API, and what a fault makes of a call in every dialect.

A fault may have the world seen wrongly, the answer go wrong on its way, or the call refused; refusals are worded by
whoever knows the dialect. Without faults it costs next to nothing. Knows no operation.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Protocol, cast

from marketplace_sandbox.api.admission.credentials import ACCESS
from marketplace_sandbox.api.admission.injected_answers import FaultyAnswer, send_faulty
from marketplace_sandbox.api.admission.usage_plans import OperationIndex
from marketplace_sandbox.api.http.errors import DENIED, ApiError, by_status, too_many_requests
from marketplace_sandbox.api.http.exchange import Call, Exchange, Sender
from marketplace_sandbox.api.http.flask_side import RunInThread, running_inline
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.faults.kinds import FaultRule
from marketplace_sandbox.core.text.instants import parse_span
from marketplace_sandbox.core.world.world import World

LOGIN = "createAccessToken"
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"

EXPIRED = "The access token you provided has expired."
REVOKED = "The access token you provided is revoked, malformed or invalid."
_TOKENS = {"expired_token": EXPIRED, "revoked_token": REVOKED}


class NotPerformedError(Exception):
    """The call ends here: whatever is answered now will not be sent."""


class FaultInjection:
    """The faults of all APIs that take access tokens, and of the login."""

    def __init__(self, faults: FaultRules, operations: OperationIndex) -> None:
        self.faults = faults
        self._operations = operations

    def refuse_ended_token(self, exchange: Exchange, _: Call) -> None:
        """Refuses a token that a fault has ended before. Raises ApiError 403."""
        caller = exchange.caller
        kind = self.faults.token_ended_by(exchange.seller_id, caller.token) if caller.token else None
        if kind is not None:
            exchange.notes.append("a fault has ended this token before")
            raise ApiError(403, "Unauthorized", DENIED, _TOKENS[kind])

    def leave_event_loop(self, exchange: Exchange, _: Call) -> None:
        """Sends a read on to a thread while a fault may have it wait, before anything is counted of it.

        Raises RunInThread.
        """
        if self.faults.has_rules_for_calls(exchange.seller_id) and running_inline():
            raise RunInThread

    def inject(self, exchange: Exchange, call: Call) -> None:
        """Has the call go wrong as the first fault that matches it says. Raises ApiError."""
        if not self.faults.has_rules_for_calls(exchange.seller_id):
            return
        caller = exchange.caller
        operation = self._operations.find(call.operation_id, call.url_path)
        if operation is None:
            return
        order_id = call.path.get("orderId") or call.path.get("amazonOrderId") or ""
        fault = self.faults.match_call(exchange.seller_id, operation.operation_id, operation.api, order_id)
        if fault is None:
            return
        try:
            inject_answer(fault, exchange)
        except NotPerformedError:
            raise by_status(503) from None
        if fault.kind in _TOKENS:
            if caller.token.startswith(ACCESS):  # only a client that has its tokens from here can fetch another one
                self.faults.end_token(exchange.seller_id, caller.token, fault.kind)
            raise ApiError(403, "Unauthorized", DENIED, _TOKENS[fault.kind])
        arguments = fault.arguments
        if fault.kind == "throttled":
            raise too_many_requests(arguments.get("headers"))
        if fault.kind == "status":
            usual = by_status(arguments["status"])
            code, message = arguments.get("code", usual.code), arguments.get("message", usual.message)
            details, headers = arguments.get("details", ""), arguments.get("headers")
            raise ApiError(arguments["status"], code, message, details, headers)
        exchange.caller = replace(caller, world=faulty_view(caller.world, fault))

    def refuse_login(self, exchange: Exchange) -> tuple[int, str, str] | None:
        """The status, error and description by which a login is refused; None to go on.

        It goes wrong only if it is named: clients log in when they like, and a fault is meant for what they are for.
        """
        fault = self.faults.match_call(exchange.seller_id, LOGIN, "lwa", named=True)
        if fault is None:
            return None
        try:
            inject_answer(fault, exchange)
        except NotPerformedError:
            return 503, "server_error", "nothing is answered"
        arguments = fault.arguments
        if fault.kind != "status":
            return None
        error, description = ("invalid_request", "server_error")[arguments["status"] >= 500], "The login was refused"
        return arguments["status"], arguments.get("code", error), arguments.get("message", description)

    def renew_token(self, seller_id: str, token: str) -> None:
        """A token is given out: it is good, whatever had ended it before."""
        self.faults.renew_token(seller_id, token)


# What a fault makes of a call, the same in every dialect


class FaultyView:
    """A world as a faulty read sees it: with these orders as of this version, or with short pages; else as it is.

    Good for reading only.
    """

    def __init__(self, world: World, **differences: Any) -> None:
        self._world = world
        vars(self).update(differences)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)


def faulty_view(world: World, fault: FaultRule) -> World:
    """The world as the operation is to see it."""
    if fault.kind == "partial_page":
        return cast(World, FaultyView(world, longest_page=fault.arguments["keep"]))
    if fault.kind == "stale_read":
        return _stale(world, parse_span(fault.arguments["by"]), fault.selects.get("order_id", ""))
    return world


def _stale(world: World, by: timedelta, order_id: str) -> World:
    """The orders, or just one of them, as they stood a while ago. A version goes with all orders only."""
    at = world.now() - by
    state = world.state
    if order_id:
        orders = dict(world.orders)
        if order_id in orders and (old := state.order_at(order_id, at)) is not None:
            orders[order_id] = old
        else:
            orders.pop(order_id, None)
        return cast(World, FaultyView(world, orders=orders))
    known = {each: state.order_at(each, at) for each in list(world.orders)}
    orders = {each: order for each, order in known.items() if order is not None}
    versions = (each.version for each in state.versions if each.at <= at)
    return cast(World, FaultyView(world, orders=orders, version=max(versions, default=1)))


class HasAnswer(Protocol):
    """What has an answer on its way, in any dialect."""

    notes: list[str]
    sender: Sender | None
    unanswered: bool


def inject_answer(fault: FaultRule, into: HasAnswer) -> None:
    """Note the fault for the request log, and have the answer go wrong on its way, if the fault is of that kind.

    Raises NotPerformedError to end the call.
    """
    silent = fault.kind in ("timeout", "reset")
    performed = silent and fault.arguments["performed"]
    what_came = f"{', the call was performed' if performed else ''}{', nothing was answered' if silent else ''}"
    into.notes.append(f"met {fault.fault_id}: {fault.kind}{what_came}")
    faulty = _faulty_answer(fault)
    if faulty is None:
        return
    into.sender = partial(send_faulty, faulty)
    if silent:
        into.unanswered = True
        if not performed:
            raise NotPerformedError


def _faulty_answer(fault: FaultRule) -> FaultyAnswer | None:
    arguments: Mapping[str, Any] = fault.arguments
    if fault.kind == "latency":
        return FaultyAnswer(seconds=arguments["seconds"])
    if fault.kind == "timeout":
        return FaultyAnswer(seconds=arguments["seconds"], silent=True)
    if fault.kind == "reset":
        return FaultyAnswer(silent=True)
    if fault.kind == "truncated":
        return FaultyAnswer(cut=True)
    if fault.kind == "malformed":
        # It says to be what was asked for, and is not: the content type is the operation's own.
        return FaultyAnswer(body=arguments["body"].encode()) if "body" in arguments else FaultyAnswer(halved=True)
    if fault.kind == "status" and "body" in arguments:
        body: str = arguments["body"]
        named = {name.lower(): text for name, text in arguments.get("headers", {}).items()}
        guessed = HTML if body.lstrip().startswith("<") else TEXT
        return FaultyAnswer(body=body.encode(), media=named.get("content-type", guessed))
    return None
