"""The clock: what it shows, what comes next, and the ways forward. Time itself passes in the world."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sandbox.api.control import bodies
from sandbox.core.commands import BadField
from sandbox.core.instants import format_instant
from sandbox.core.refusals import TimeGoesForward
from sandbox.core.state import Receipt, Timer
from sandbox.core.views import Json, fired_view
from sandbox.core.world import World

WAYS = ("by", "to", "until")
TRIES = 100

Wait = Callable[[], None]
Target = Callable[[], datetime]


def show(world: World) -> Json:
    """The clock, and what time alone will do next."""
    following = world.next_timer()
    return {
        "now": format_instant(world.now()),
        "rate": world.clock.rate,
        "next": _next(world, *following) if following else None,
    }


def _next(world: World, due: datetime, timer: Timer) -> Json:
    kind, name = timer.key[0], timer.key[1]
    order_id = world.state.delivery(name).notice.order.order_id if kind == "delivery" else name
    return {"at": format_instant(due), "what": timer.command.action, "order_id": order_id}


def put(world: World, body: Any, wait: Wait) -> Json:
    """Set the clock forward, or to another rate, or both."""
    given = bodies.fields(body, ("now", "rate"))
    rate = float(given["rate"]) if "rate" in given else None
    if "now" in given:
        to = bodies.instant("now", given["now"])
        receipt = _receipt(world, lambda: world.advance(to, wait, rate))
    else:
        receipt = _receipt(world, lambda: _forward(world, world.now, wait, rate))
    return receipt | show(world)


def advance(world: World, body: Any, wait: Wait) -> Json:
    """Go forward by a span, to an instant or until what is next."""
    given = bodies.fields(body, WAYS)
    if len(given) != 1:
        raise BadField("by", "An advance has exactly one of by, to and until.")
    way, value = next(iter(given.items()))
    if way == "to":
        to = bodies.instant("to", value)
        return _receipt(world, lambda: world.advance(to, wait))
    target = _by(world, value) if way == "by" else _until(world, value)
    return _receipt(world, lambda: _forward(world, target, wait, None))


def _by(world: World, value: Any) -> Target:
    span = bodies.span("by", value)

    def target() -> datetime:
        try:
            to = world.now() + span
        except OverflowError:
            to = datetime.max.replace(tzinfo=world.now().tzinfo)
        return bodies.within("by", to)

    return target


def _until(world: World, value: Any) -> Target:
    if value != "next":
        raise BadField("until", f"until is next and nothing else; {value!r} is not, did you mean 'next'?")

    def target() -> datetime:
        world.settle()
        return world.due_next()

    return target


def _forward(world: World, target: Target, wait: Wait, rate: float | None) -> Receipt:
    """An advance whose target is named from the world's now, which on a running clock may slip by meanwhile."""
    for _ in range(TRIES):
        try:
            return world.advance(target(), wait, rate)
        except TimeGoesForward:
            continue
    return world.advance(target(), wait, rate)


def _receipt(world: World, forward: Callable[[], Receipt]) -> Json:
    waiting = list(world.state.outgoing)
    receipt = forward()
    return {
        "now": format_instant(world.now()),
        "fired": [fired_view(each) for each in receipt.fired],
        "deliveries": _deliveries(world, [*waiting, *receipt.deliveries]),
    }


def _deliveries(world: World, ids: Iterable[str]) -> list[Json]:
    found = [world.state.deliveries.get(each) for each in dict.fromkeys(ids)]
    return [
        {
            "id": each.delivery_id,
            "notification_type": each.notice.notification_type,
            "order_id": each.notice.order.order_id,
            "status": str(each.status),
        }
        for each in found
        if each is not None  # a reset may have come between
    ]
