"""The clock: what it shows, what comes next, and the ways forward. Time itself passes in the world."""

from collections.abc import Callable
from datetime import timedelta

from marketplace_sandbox.api.control.worlds import Worlds
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.projections import Json, timer_json
from marketplace_sandbox.core.reading import FieldError, Fields, choice, instant, span
from marketplace_sandbox.core.receipt import Receipt
from marketplace_sandbox.core.refusals import TimeGoesForwardError
from marketplace_sandbox.core.world import World


class ClockOperations:
    """The seller's clock."""

    def __init__(self, worlds: Worlds) -> None:
        self._worlds = worlds

    def getClock(self, call: Call) -> Reply:
        with self._worlds.of(call) as world:
            return Reply(body=_clock(world))

    def putClock(self, call: Call) -> Reply:
        """Set the clock forward, or to another rate, or both."""
        with self._worlds.of(call) as world:
            fields = Fields(call.body, known=("now", "rate"))
            rate = float(fields.values["rate"]) if "rate" in fields else None
            to = fields.get("now", instant, timedelta(0))
            wait = self._worlds.wait(world)
            receipt = _advance(world, lambda: world.advance(to, wait, rate))
            return Reply(body=receipt | _clock(world))

    def advanceClock(self, call: Call) -> Reply:
        """Go forward by a span, to an instant or until what is next."""
        with self._worlds.of(call) as world:
            fields = Fields(call.body, known=("by", "to", "until"))
            if len(fields.values) != 1:
                raise FieldError("by", "An advance has exactly one of by, to and until.")
            wait = self._worlds.wait(world)
            if "until" in fields:
                fields.need("until", choice(("next",), "instant"))
                return Reply(body=_advance(world, lambda: _advance_to_next(world, wait)))
            to = fields.need("by", span()) if "by" in fields else fields.need("to", instant)
            return Reply(body=_advance(world, lambda: world.advance(to, wait)))


def _clock(world: World) -> Json:
    """The clock, and what time alone will do next."""
    following = world.next_timer()
    if following is None:
        return {"now": format_instant(world.now()), "rate": world.clock.rate, "next": None}
    due, timer = following
    delivery = world.state.deliveries.get(timer.owner)
    order_id = delivery.notice.order_id if delivery else timer.owner if timer.owner in world.orders else ""
    what = "cancel-order" if timer.kind == "cancellation" else timer.action.name
    following_json = {"at": format_instant(due), "what": what, "order_id": order_id}
    return {"now": format_instant(world.now()), "rate": world.clock.rate, "next": following_json}


def _advance_to_next(world: World, wait: Callable[[], None]) -> Receipt:
    """To the next timer. A running clock may come to it while it is looked up, and then the one after it is next."""
    while True:
        world.settle()
        try:
            return world.advance(world.next_due_at(), wait)
        except TimeGoesForwardError:
            continue


def _advance(world: World, advance: Callable[[], Receipt]) -> Json:
    """What an advance did, with all deliveries that it took along, those that were waiting before it too."""
    waiting = list(world.state.outgoing)
    receipt = advance()
    found = [world.state.deliveries.get(each) for each in dict.fromkeys([*waiting, *receipt.deliveries])]
    return {
        "now": format_instant(world.now()),
        "fired": [timer_json(each) for each in receipt.fired],
        "deliveries": [
            {
                "id": each.delivery_id,
                "notification_type": each.notice.notification_type,
                "order_id": each.notice.order_id,
                "status": str(each.status),
            }
            for each in found
            if each is not None  # a reset may have come between
        ],
    }
