"""The clock: what it shows, what comes next, and the ways forward. Time itself passes in the world."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from marketplace_sandbox.api.control import bodies
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.projections import Json, fired_json
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.refusals import TimeGoesForwardError
from marketplace_sandbox.core.schedule import Timer
from marketplace_sandbox.core.world import World

WAYS = ("by", "to", "until")

Wait = Callable[[], None]


def show(world: World) -> Json:
    """The clock, and what time alone will do next."""
    following = world.next_timer()
    return {
        "now": format_instant(world.now()),
        "rate": world.clock.rate,
        "next": _next(world, *following) if following else None,
    }


def _next(world: World, due: datetime, timer: Timer) -> Json:
    delivery = world.state.deliveries.get(timer.owner)
    order_id = delivery.notice.order_id if delivery else timer.owner if timer.owner in world.orders else ""
    what = "cancel-order" if timer.kind == "cancellation" else timer.action.name
    return {"at": format_instant(due), "what": what, "order_id": order_id}


def put(world: World, body: Any, wait: Wait) -> Json:
    """Set the clock forward, or to another rate, or both."""
    given = bodies.fields(body, ("now", "rate"))
    rate = float(given["rate"]) if "rate" in given else None
    if "now" in given:
        to = bodies.instant("now", given["now"])
        receipt = _receipt(world, lambda: world.advance(to, wait, rate))
    else:
        receipt = _receipt(world, lambda: world.advance(timedelta(0), wait, rate))
    return receipt | show(world)


def advance(world: World, body: Any, wait: Wait) -> Json:
    """Go forward by a span, to an instant or until what is next."""
    given = bodies.fields(body, WAYS)
    if len(given) != 1:
        raise FieldError("by", "An advance has exactly one of by, to and until.")
    way, value = next(iter(given.items()))
    if way == "to":
        to = bodies.instant("to", value)
        return _receipt(world, lambda: world.advance(to, wait))
    if way == "by":
        span = bodies.span("by", value)
        return _receipt(world, lambda: world.advance(span, wait))
    if value != "next":
        raise FieldError("until", f"until is next and nothing else; {value!r} is not, did you mean 'next'?")
    return _receipt(world, lambda: _to_next(world, wait))


def _to_next(world: World, wait: Wait) -> Receipt:
    """To the next timer. A running clock may come to it while it is looked up, and then the one after it is next."""
    while True:
        world.settle()
        try:
            return world.advance(world.due_next(), wait)
        except TimeGoesForwardError:
            continue


def _receipt(world: World, forward: Callable[[], Receipt]) -> Json:
    waiting = list(world.state.outgoing)
    receipt = forward()
    return {
        "now": format_instant(world.now()),
        "fired": [fired_json(each) for each in receipt.fired],
        "deliveries": _deliveries(world, [*waiting, *receipt.deliveries]),
    }


def _deliveries(world: World, ids: Iterable[str]) -> list[Json]:
    found = [world.state.deliveries.get(each) for each in dict.fromkeys(ids)]
    return [
        {
            "id": each.delivery_id,
            "notification_type": each.notice.notification_type,
            "order_id": each.notice.order_id,
            "status": str(each.status),
        }
        for each in found
        if each is not None  # a reset may have come between
    ]
