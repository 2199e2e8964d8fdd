"""The one door of the pages: operations of the control API called in process, and commands tried on a copy of a world.

An operation is checked against its document and answers what it would answer over HTTP, or raises its ApiError. So a
page can do what the control API can, says what it says, and changes nothing where that refuses.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.admission.access import SELLER_HEADER
from marketplace_sandbox.api.control.refusals import translate_refusals
from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.errors import ApiError, by_status, invalid_input
from marketplace_sandbox.api.http.exchange import Call, Reply, Steps
from marketplace_sandbox.api.http.openapi import Check, load
from marketplace_sandbox.api.http.operation_methods import find_methods
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.state import State
from marketplace_sandbox.core.world.world import World

JSON = "application/json"
MOST_DIGITS = 12
"""A count of events has no more."""


@dataclass(frozen=True)
class Trial:
    """What a command brought in a copy of a world, and that copy's state afterwards."""

    receipt: Receipt
    state: State


class Door:
    """The operations of the control API by their operationIds, for whichever seller."""

    def __init__(self, worlds: Worlds, operations: tuple[object, ...]) -> None:
        self.worlds = worlds
        self._document = load(openapi_dir() / "control.yaml")
        self._methods = find_methods(self._document, operations)

    def call(
        self,
        operation_id: str,
        seller_id: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
    ) -> Any:
        """The JSON that an operation answers; None where it has no body. Raises ApiError."""
        operation = self._document.operations[operation_id]
        known = {name: each["default"] for name, each in operation.query.items() if "default" in each}
        asked = {**known, **{name: value for name, value in (query or {}).items() if value not in (None, "")}}
        _check(operation.path_check, dict(path or {}), "The path")
        _check(operation.query_check, asked, "The query")
        if body is not None and JSON in operation.bodies:
            _check(operation.bodies[JSON], body, "The form")
        call = Call(
            operation_id,
            operation.method,
            operation.path,
            path or {},
            asked,
            body,
            {SELLER_HEADER: seller_id},
            request_id="",
            extensions=operation.extensions,
        )
        answer = self._methods[operation_id](call)
        return (answer if isinstance(answer, Reply) else _take_steps(answer)).body

    def send(self, method: str, path: str, seller_id: str, body: Any = None) -> Any:
        """What an operation answers that is named as over HTTP, by its path below `/_sandbox` with its query."""
        parts = urlsplit(f"{self._document.base_path}/{path}")
        for operation in self._document.operations.values():
            values = operation.path_values(unquote(parts.path)) if operation.method == method else None
            if values is not None:
                query: dict[str, Any] = {
                    name: int(text) if operation.query.get(name, {}).get("type") == "integer" else text
                    for name, text in parse_qsl(parts.query)
                }
                return self.call(operation.operation_id, seller_id, path=values, query=query, body=body)
        raise by_status(404)

    def world(self, seller_id: str) -> World:
        """A seller's world, with everything due done. Raises ApiError."""
        with translate_refusals():
            return self.worlds.settled(seller_id)

    def execute(self, world: World, make: Callable[[], Command], names: Mapping[str, str]) -> Receipt:
        """Has a world take a command that the control API has no operation for, since sellers give it themselves.

        `names` are what a form calls the command's fields. Raises ApiError.
        """
        with translate_refusals():
            try:
                receipt = world.execute(make())
            except FieldError as wrong:
                raise wrong.with_names(names) from None
        self.worlds.wake(world)
        return receipt

    def try_out(self, world: World, command: Command) -> Trial:
        """What a command would bring now, tried on a copy. Raises the ApiError that it would meet."""
        with translate_refusals():
            state, now = world.copy_state()
            commit = state.plan(command, now)
            return Trial(commit(), state)

    def try_in_turn(self, world: World, commands: Iterable[Command]) -> State:
        """The state that commands would lead to now, one after the other, on a copy. Raises the first's ApiError."""
        with translate_refusals():
            state, now = world.copy_state()
            for command in commands:
                commit = state.plan(command, now)
                commit()
            return state


def _check(check: Check, value: object, whole: str) -> None:
    if mistake := check.mistake(value, whole):
        raise invalid_input(mistake.text, mistake.place)


def _take_steps(steps: Steps) -> Reply:
    """Takes an operation to its reply, waiting here for what it waits for."""
    try:
        while True:
            pause = next(steps)
            if pause.futures:
                wait(pause.futures, timeout=pause.seconds, return_when=FIRST_COMPLETED)
    except StopIteration as end:
        reply: Reply = end.value
        return reply


def seen(world: World, order_id: str) -> str:
    """How an order stands, for a form to bring back: its number among all versions of orders, in its branch.

    It ends with how many events there have been, for what has happened since to be told.
    """
    return f"{_standing(world, order_id)}.{len(world.state.order_events)}"


def _standing(world: World, order_id: str) -> str:
    return f"{world.opening.lineage}.{world.state.data.latest[order_id]}"


def check_unmoved(world: World, order_id: str, shown: str) -> Order:
    """The order, if it stands as it did when a form was shown. Raises ApiError: gone, or what has happened since."""
    with translate_refusals():
        order = world.order(order_id)
    standing, _, events = shown.rpartition(".")
    if standing == _standing(world, order_id):
        return order
    happened = "; ".join(_events_since(world, order_id, standing, events))
    message = f"Order {order_id} has changed since this page was shown, so nothing was done. Since then: "
    raise ApiError(409, "ORDER_CHANGED", message + (happened or "The world has begun again or was rewound."))


def _events_since(world: World, order_id: str, standing: str, events: str) -> list[str]:
    """What has happened to an order since it was shown, in sentences, the oldest first."""
    if standing.rpartition(".")[0] != world.opening.lineage or not events.isdecimal() or len(events) > MOST_DIGITS:
        return []
    later = (each for each in world.state.order_events[int(events) :] if each.order_id == order_id)
    return [_sentence(format_instant(each.at), each.outcome, each.action) for each in later]


def _sentence(at: str, outcome: str, action: str) -> str:
    told = OUTCOMES[outcome].meaning.rstrip(".") if outcome in OUTCOMES else action
    return f"{at} {told}"
