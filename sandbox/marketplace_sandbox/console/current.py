"""What a view asks for: the chosen seller, that seller's world, and the door with that seller's name on it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from flask import current_app, g, request, session

from marketplace_sandbox.console import door as doors
from marketplace_sandbox.console.console import Parts
from marketplace_sandbox.console.door import Door, Trial
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.core.world.state import State
from marketplace_sandbox.core.world.world import World

DOOR, PARTS = "sandbox.door", "sandbox.parts"
SEEN = "seen"
"""The field of a form that says how its order was shown."""


def door() -> Door:
    """The door of the server's control API."""
    return cast(Door, current_app.extensions[DOOR])


def parts() -> Parts:
    """What the pages are put together from."""
    return cast(Parts, current_app.extensions[PARTS])


def seller_id() -> str:
    """The seller that was chosen: by this request, or by one before, the default seller without."""
    chosen = request.args.get("seller", "").strip()
    if chosen:
        return chosen
    return str(session.get("seller") or DEFAULT_SELLER)


def world() -> World:
    """The chosen seller's world, with everything due done, the same for a whole request. Raises ApiError."""
    if "world" not in g:
        g.world = door().world(seller_id())
    return cast(World, g.world)


def call(
    operation_id: str,
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, Any] | None = None,
    body: Any = None,
) -> Any:
    """What an operation of the control API answers for the chosen seller. Raises ApiError."""
    return door().call(operation_id, seller_id(), path=path, query=query, body=body)


def execute(make: Callable[[], Command], names: Mapping[str, str] | None = None) -> Receipt:
    """Has the chosen seller's world take a command that the control API has no operation for. Raises ApiError."""
    return door().execute(world(), make, names or {})


def seen(order_id: str) -> str:
    """How an order stands, for a form to bring back."""
    return doors.seen(world(), order_id)


def check_unmoved(order_id: str) -> Order:
    """The order, if it stands as the form that was posted has shown it. Raises ApiError saying what has changed."""
    return doors.check_unmoved(world(), order_id, request.form.get(SEEN, ""))


def try_out(command: Command) -> Trial:
    """What a command would bring to the chosen seller's world now. Raises the ApiError that it would meet."""
    return door().try_out(world(), command)


def try_in_turn(commands: Iterable[Command]) -> State:
    """The state that commands would lead to in the chosen seller's world now. Raises the first's ApiError."""
    return door().try_in_turn(world(), commands)
